// What waits on this device, in IndexedDB, sealed with the key that came with the page (AES-GCM).
// It outlives a reload and a closed browser; without the key it can be neither read nor changed.
const NAME = "hangtime";
const ENTRIES = "entries";

const asked = (request) => new Promise((resolve, reject) => {
  request.onsuccess = () => resolve(request.result);
  request.onerror = () => reject(request.error);
});

export class Store {
  static async open(account, key) {
    const request = indexedDB.open(NAME, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(ENTRIES, { keyPath: "n", autoIncrement: true });
    const raw = Uint8Array.from(atob(key), (each) => each.charCodeAt(0));
    const sealing = await crypto.subtle.importKey("raw", raw, "AES-GCM", false, ["encrypt", "decrypt"]);
    return new Store(await asked(request), account, sealing);
  }

  constructor(database, account, key) {
    this.database = database;
    this.account = account;
    this.key = key;
  }

  // Resolves once the entry is on the disk, with its place in the order.
  async add(entry) {
    const sealed = await this.#seal(entry);
    return this.#change((entries) => entries.add({ account: this.account, sealed }));
  }

  async replace(n, entry) {
    const sealed = await this.#seal(entry);
    await this.#change((entries) => entries.put({ n, account: this.account, sealed }));
  }

  async remove(n) {
    await this.#change((entries) => entries.delete(n));
  }

  // The entries of this account in their order, each with its place `n`; and how many are others'.
  async all() {
    const kept = await asked(this.database.transaction(ENTRIES).objectStore(ENTRIES).getAll());
    const own = kept.filter((each) => each.account === this.account);
    const opened = await Promise.all(own.map((each) => this.#open(each)));
    return { entries: opened.filter(Boolean), others: kept.length - own.length };
  }

  async #seal(entry) {
    const iv = crypto.getRandomValues(new Uint8Array(12));
    const plain = new TextEncoder().encode(JSON.stringify(entry));
    const data = await crypto.subtle.encrypt({ name: "AES-GCM", iv, additionalData: this.#owner() }, this.key, plain);
    return { iv, data };
  }

  async #open({ n, sealed }) {
    try {
      const { iv, data } = sealed;
      const plain = await crypto.subtle.decrypt({ name: "AES-GCM", iv, additionalData: this.#owner() }, this.key, data);
      return { ...JSON.parse(new TextDecoder().decode(plain)), n };
    } catch {
      return null; // sealed with another key: it stays where it is
    }
  }

  #owner() {
    return new TextEncoder().encode(this.account);
  }

  #change(change) {
    return new Promise((resolve, reject) => {
      const transaction = this.database.transaction(ENTRIES, "readwrite", { durability: "strict" });
      const request = change(transaction.objectStore(ENTRIES));
      transaction.oncomplete = () => resolve(request.result);
      transaction.onerror = transaction.onabort = () => reject(transaction.error);
    });
  }
}
