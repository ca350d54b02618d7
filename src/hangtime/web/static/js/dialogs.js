// Opens and closes <dialog>; a tap beside it closes it, Escape does so by itself.
export function opensDialogs(document) {
  document.addEventListener("click", (event) => {
    const opener = event.target.closest?.("[data-opens], .alert a[href^='#']");
    const opened = opener && document.getElementById(opener.dataset.opens ?? opener.hash.slice(1));
    if (opened?.matches("dialog")) {
      event.preventDefault();
      opened.showModal();
      return;
    }
    const closer = event.target.closest?.("[data-closes]");
    if (closer?.closest("dialog[open]")) {
      event.preventDefault();
      closer.closest("dialog").close();
    } else if (event.target.matches?.("dialog[open]") && isBeside(event)) {
      event.target.close();
    }
  });
}

function isBeside(event) {
  const box = event.target.getBoundingClientRect();
  const { clientX: x, clientY: y } = event;
  return (x || y) && (x < box.left || x > box.right || y < box.top || y > box.bottom);
}
