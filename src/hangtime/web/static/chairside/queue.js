// The queue of this device: each entry is kept first and sent then, one after the other, until the
// service has said what became of it.  An entry keeps its id and its own time, so that sent twice it
// stands once.  Events: "changed" after anything, "sent" when one arrived (detail: entry, answer).
const AGAIN = [2000, 5000, 15000, 30000];
const LONGEST = 15000;
const LOCK = "hangtime-queue";

export class Queue extends EventTarget {
  constructor(store) {
    super();
    this.store = store;
    this.entries = [];
    this.others = 0;
    this.state = "idle"; // or: sending, offline, signed-out
    this.waits = new Map();
    this.failures = 0;
    this.isAsked = false;
    addEventListener("online", () => this.send());
    document.addEventListener("visibilitychange", () => { if (!document.hidden) this.send(); });
  }

  get pending() {
    return this.entries.filter((each) => !each.errors);
  }

  async read() {
    Object.assign(this, await this.store.all());
    this.#changed();
  }

  async add(entry) {
    await this.store.add(entry);
    await this.read();
    const settled = new Promise((resolve) => this.waits.set(entry.entry_id, resolve));
    this.send();
    return settled;
  }

  async drop(entry) {
    await this.store.remove(entry.n);
    await this.read();
  }

  // One page of the browser sends at a time; the others see what is left when it is done.  Who asks
  // while an attempt runs knows what that one may not: it is followed by another at once.
  send() {
    clearTimeout(this.timer);
    this.isAsked = Boolean(this.running);
    this.running ??= navigator.locks.request(LOCK, () => this.#sendAll()).finally(() => {
      this.running = null;
      if (this.isAsked && this.pending.length) this.send();
    });
    return this.running;
  }

  async #sendAll() {
    await this.read();
    while (this.pending.length) {
      this.#says("sending");
      if (!(await this.#sendOne(this.pending[0]))) return;
      await this.read();
    }
    this.#says("idle");
  }

  async #sendOne(entry) {
    let response;
    try {
      response = await fetch(entry.path, {
        method: "POST",
        body: new URLSearchParams(entry.fields),
        headers: { accept: "application/json" },
        redirect: "manual",
        signal: AbortSignal.timeout(LONGEST),
      });
    } catch {
      return this.#later("offline");
    }
    if (response.status === 401 || response.type === "opaqueredirect") return this.#later("signed-out");
    if (response.status === 429 || response.status >= 500) return this.#later("offline");
    return this.#settle(entry, response);
  }

  async #settle(entry, response) {
    this.failures = 0;
    const answer = await response.json().catch(() => ({}));
    if (response.ok) {
      await this.store.remove(entry.n);
      this.#resolve(entry, answer);
      this.dispatchEvent(new CustomEvent("sent", { detail: { entry, answer } }));
      return true;
    }
    const errors = answer.errors?.length ? answer.errors : [{ field: "", message: answer.detail || answer.title || "It cannot be charted." }];
    const { n, ...kept } = entry;
    await this.store.replace(n, { ...kept, errors });
    this.#resolve(entry, { ...answer, result: "refused", errors });
    return true;
  }

  #later(state) {
    this.#says(state);
    if (this.isAsked) return false; // the attempt that follows tells
    const wait = AGAIN[Math.min(this.failures++, AGAIN.length - 1)];
    this.timer = setTimeout(() => this.send(), wait);
    for (const resolve of this.waits.values()) resolve({ result: "waiting" });
    this.waits.clear();
    return false;
  }

  #resolve(entry, answer) {
    this.waits.get(entry.entry_id)?.(answer);
    this.waits.delete(entry.entry_id);
  }

  #says(state) {
    this.state = state;
    this.#changed();
  }

  #changed() {
    this.dispatchEvent(new CustomEvent("changed"));
  }
}
