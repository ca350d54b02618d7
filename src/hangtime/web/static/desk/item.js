// The keyboard of one visit, and the evidence of the line that is chosen: its events and its bars are
// lit while it is, and an event or a bar that is chosen lights its lines.
import { listens, opens, presses } from "./keys.js";

const lines = () => [...document.querySelectorAll("[data-line]")];
const chosen = () => document.querySelector("[data-line].is-chosen");
const barsOf = (place) => (place?.dataset.bars ?? "").split(" ").filter(Boolean);
const numberOf = (bar) => bar.id.split("-bar-")[1].split("-")[0];

function light(numbers) {
  for (const each of document.querySelectorAll(".event[data-bars]")) {
    each.classList.toggle("lit", barsOf(each).some((number) => numbers.includes(number)));
  }
  for (const bar of document.querySelectorAll("[data-timeline] a.bar")) {
    bar.classList.toggle("lit", numbers.includes(numberOf(bar)));
  }
}

function choose(line, { isFocused = false } = {}) {
  for (const each of lines()) each.classList.toggle("is-chosen", each === line);
  for (const place of document.querySelectorAll("[data-chosen-line]")) place.value = line?.dataset.line ?? "";
  light(barsOf(line));
  if (!line || !isFocused) return;
  line.querySelector("[data-chooses]").focus({ preventScroll: true });
  line.scrollIntoView({ block: "nearest" });
}

function move(step) {
  const all = lines();
  const here = all.indexOf(chosen());
  const next = all[Math.min(all.length - 1, Math.max(0, here + step))];
  if (next) choose(next, { isFocused: true });
}

// A bar or an event leads to the first line that rests on it.
function firstOn(numbers) {
  return lines().find((line) => barsOf(line).some((number) => numbers.includes(number)));
}

function changes() {
  const place = chosen()?.querySelector('details[data-act="o"]');
  if (!place) return;
  place.open = true;
  place.querySelector("input:not([type=hidden])").focus();
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-chooses]");
  if (link) {
    event.preventDefault();
    choose(link.closest("[data-line]"), { isFocused: true });
    return;
  }
  const bar = event.target.closest("[data-timeline] a.bar");
  const place = event.target.closest(".event[data-bars]");
  const line = bar ? firstOn([numberOf(bar)]) : place && barsOf(place).length ? firstOn(barsOf(place)) : null;
  if (!line) return;
  if (bar) event.preventDefault();
  choose(line, { isFocused: Boolean(bar) });
});
document.addEventListener("focusin", (event) => {
  const line = event.target.closest("[data-line]");
  if (line && line !== chosen()) choose(line);
});
// What one points at is lit for that moment only.
document.addEventListener("pointerout", () => light(barsOf(chosen())));
document.addEventListener("focusout", () => light(barsOf(chosen())));

listens(document, {
  j: () => move(1),
  k: () => move(-1),
  a: () => chosen()?.querySelector('button[data-act="a"]')?.click(),
  A: () => presses(document, '[data-key="A"]'),
  o: changes,
  q: () => opens(document, "ask"),
  h: () => opens(document, "hold"),
  c: () => presses(document, '[data-key="c"]'),
  r: () => presses(document, '[data-key="r"]'),
  n: () => presses(document, 'a[aria-keyshortcuts="n"]'),
  w: () => presses(document, '[data-key="w"]'),
  "?": () => opens(document, "keys"),
});
choose(chosen());
