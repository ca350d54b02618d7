// Says that something is on its way, where the answer to a link or a form takes longer than one would
// wait without wondering.  A file leaves the page where it is, so a link to one says nothing.
const WONDERS_AFTER = 200;
const FILE = /\.(csv|json|pdf|zip)$/;

export function saysWhatIsOnItsWay(document) {
  const place = document.querySelector("[data-waiting]");
  if (!place) return;
  let timer;
  const begins = (event) => setTimeout(() => {
    if (event.defaultPrevented) return;
    clearTimeout(timer);
    timer = setTimeout(() => shows(place), WONDERS_AFTER);
  });
  document.addEventListener("submit", (event) => {
    if (!isFile(event.submitter?.formAction ?? event.target.action)) begins(event);
  });
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[href]");
    if (link && leavesThePage(link, event)) begins(event);
  });
  // A page that is gone back to comes as it was left.
  addEventListener("pageshow", () => {
    clearTimeout(timer);
    place.replaceChildren();
  });
}

function leavesThePage(link, event) {
  if (event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return false;
  if (link.target || link.origin !== location.origin || isFile(link.href)) return false;
  return link.pathname !== location.pathname || link.search !== location.search || !link.hash;
}

function isFile(address) {
  return FILE.test(new URL(address, location.href).pathname);
}

function shows(place) {
  const words = document.createElement("p");
  words.className = "loading";
  words.append(Object.assign(document.createElement("span"), { className: "wheel" }), "Working…");
  place.replaceChildren(words);
}
