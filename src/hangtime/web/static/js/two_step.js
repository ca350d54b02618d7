// A button that asks itself: the first tap arms it, the second within a few seconds sends its form.
// It disarms by itself, by Escape and when another thing is tapped.  A double tap by accident does
// not send: the second has to come after the eye could read the new words.
const ARMED_FOR = 6000;
const TOO_SOON = 300;
const armed = new Map();

export function armsButtons(document) {
  document.addEventListener("click", tapped);
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") for (const button of [...armed.keys()]) disarm(button, true);
    const button = event.target.closest?.("[data-two-step]");
    if (event.key === " " && button) {
      event.preventDefault();
      if (!event.repeat) button.click();
    }
  });
  const name = (root) => {
    for (const each of root.querySelectorAll?.("[data-two-step]") ?? []) each.setAttribute("role", "button");
  };
  name(document);
  document.addEventListener("htmx:after:swap", () => name(document));
}

function tapped(event) {
  const button = event.target.closest?.("[data-two-step]");
  for (const other of [...armed.keys()]) if (other !== button) disarm(other);
  if (!button) return;
  event.preventDefault();
  const state = armed.get(button);
  if (!state) return arm(button);
  if (performance.now() - state.since < TOO_SOON) return;
  disarm(button);
  button.closest("form").requestSubmit();
}

function arm(button) {
  const words = button.querySelector("span");
  const state = { since: performance.now(), words: words.textContent };
  state.timer = setTimeout(() => disarm(button, true), ARMED_FOR);
  armed.set(button, state);
  button.style.minWidth = `${button.offsetWidth}px`; // the second tap lands where the first did
  words.textContent = button.dataset.twoStep;
  button.classList.add("is-armed");
  says(button, button.dataset.twoStep);
}

function disarm(button, isSaid = false) {
  const state = armed.get(button);
  clearTimeout(state.timer);
  armed.delete(button);
  button.querySelector("span").textContent = state.words;
  button.classList.remove("is-armed");
  button.style.minWidth = "";
  says(button, isSaid ? "Not done" : "");
}

function says(button, words) {
  const spoken = button.closest("form")?.querySelector('[role="status"]');
  if (spoken) spoken.textContent = words;
}
