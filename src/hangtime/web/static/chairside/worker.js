// Lets a page that this device has shown open again without a connection.  Files are kept by the
// address that names their content; a page is asked for first and its last view shown only if nothing
// answers.  Whoever signs out, or is led to signing in, leaves no page behind.
const SHELL = [
  /* the shell */
];
const FILES = "hangtime-files";
const PAGES = "hangtime-pages";
const PATIENCE = 6000;
const KEPT = /^\/(board|visits\/[A-Za-z0-9_-]+)$/;

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(FILES).then((files) => files.addAll([...SHELL, "/offline"])).then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  event.waitUntil(tidy().then(() => self.clients.claim()));
});

async function tidy() {
  const files = await caches.open(FILES);
  const known = new Set([...SHELL, "/offline"].map((each) => new URL(each, self.location).href));
  for (const each of await files.keys()) if (!known.has(each.url)) await files.delete(each);
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (url.origin !== self.location.origin || request.method !== "GET") return;
  if (url.pathname.startsWith("/static/")) event.respondWith(file(request, url));
  else if (request.mode === "navigate" && url.pathname.startsWith("/sign-in")) event.respondWith(left(request));
  else if (request.mode === "navigate") event.respondWith(page(request, url));
});

async function file(request, url) {
  if (url.searchParams.has("v")) return (await caches.match(request)) ?? fetch(request);
  try {
    return await fetch(request);
  } catch {
    return (await caches.match(request)) ?? Response.error();
  }
}

async function page(request, url) {
  const isKept = KEPT.test(url.pathname);
  const key = url.pathname + url.search;
  try {
    const kept = isKept && (await caches.open(PAGES).then((pages) => pages.match(key)));
    const response = await fetch(request, kept ? { signal: AbortSignal.timeout(PATIENCE) } : {});
    if (response.status >= 502 && kept) return kept;
    if (isKept && response.ok) await caches.open(PAGES).then((pages) => pages.put(key, response.clone()));
    return response;
  } catch {
    return (await caches.match(key)) ?? (await caches.match("/offline")) ?? Response.error();
  }
}

async function left(request) {
  await caches.delete(PAGES);
  return fetch(request).catch(async () => (await caches.match("/offline")) ?? Response.error());
}
