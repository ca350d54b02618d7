// Messages at the edge of the page.  One that can be undone, or that tells of a fault, stays until it
// is dismissed; the others leave when they were read, and wait while one points at them.
const READ_IN = 7000;

export function toasts(document) {
  const shelf = document.getElementById("toasts");
  if (!shelf) return;
  for (const each of shelf.querySelectorAll("[data-toast]")) leaves(each);
  new MutationObserver((changes) => {
    for (const node of changes.flatMap((each) => [...each.addedNodes])) {
      if (node.matches?.("[data-toast]")) leaves(node);
    }
  }).observe(shelf, { childList: true });
  shelf.addEventListener("click", (event) => event.target.closest("[data-dismiss]")?.closest("[data-toast]").remove());
  document.addEventListener("htmx:response:error", (event) => {
    if (event.detail.ctx.response.raw.status >= 500) {
      fails(shelf, "The service could not do that. Look at the page before you try again.");
    }
  });
  document.addEventListener("htmx:error", (event) => {
    if (event.detail.ctx?.request) fails(shelf, "No answer came. Check the connection and try again.");
  });
}

function leaves(toast) {
  if (toast.matches(".bad") || toast.querySelector("form")) return;
  let timer = setTimeout(() => toast.remove(), READ_IN);
  for (const name of ["pointerenter", "focusin"]) toast.addEventListener(name, () => clearTimeout(timer));
  for (const name of ["pointerleave", "focusout"]) {
    toast.addEventListener(name, () => { timer = setTimeout(() => toast.remove(), READ_IN); });
  }
}

export function fails(shelf, words) {
  const toast = document.createElement("div");
  toast.className = "toast bad";
  toast.dataset.toast = "";
  const said = document.createElement("p");
  said.textContent = words;
  const dismiss = document.createElement("button");
  dismiss.type = "button";
  dismiss.className = "button quiet";
  dismiss.dataset.dismiss = "";
  dismiss.textContent = "Dismiss";
  toast.append(said, dismiss);
  shelf.append(toast);
}
