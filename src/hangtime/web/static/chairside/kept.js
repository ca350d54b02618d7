// Where a page cannot be shown without a connection, the ones that can: what this device has kept of
// whoever is signed in here.
const list = document.querySelector("[data-kept] ul");
const pages = await caches.open("hangtime-pages");
const found = [];
for (const { url } of await pages.keys()) {
  const kept = await pages.match(url);
  const page = new DOMParser().parseFromString(await kept.text(), "text/html");
  const name = page.querySelector(".now .who")?.textContent.split(" · ")[0] ?? "";
  found.push({ url, words: [page.title.split(" · ")[0], name].filter(Boolean).join(": "), isVisit: Boolean(name) });
}
found.sort((a, b) => a.isVisit - b.isVisit || a.words.localeCompare(b.words));
for (const { url, words } of found) {
  const line = document.createElement("li");
  const link = document.createElement("a");
  link.className = "button";
  link.href = url;
  link.textContent = words;
  line.append(link);
  list.append(line);
}
list.parentElement.hidden = !found.length;
