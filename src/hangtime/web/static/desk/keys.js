// Keys of one letter.  They wait while somebody types, and while a dialog is open; a modifier held
// down is the browser's own.
export function listens(document, keys) {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    if (document.querySelector("dialog[open]") || isTyping(event.target)) return;
    const does = keys[event.key];
    if (!does) return;
    event.preventDefault();
    does(event);
  });
}

function isTyping(target) {
  return target.matches?.("input:not([type=checkbox], [type=radio]), select, textarea");
}

export function presses(document, selector) {
  document.querySelector(selector)?.click();
}

// Opens a dialog by the link that opens it, so that it is shown and the focus moves as by a click.
export function opens(document, id) {
  presses(document, `[data-opens="${id}"]`);
}
