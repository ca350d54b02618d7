// The keyboard of a list: rows by j and k, Enter opens, x ticks.  Filters send themselves.
import { listens, opens, presses } from "./keys.js";

const rows = () => [...document.querySelectorAll("[data-row]")];
const linkOf = (row) => row.querySelector("td a");

function move(step) {
  const all = rows();
  if (!all.length) return;
  const here = all.findIndex((row) => row.classList.contains("is-chosen"));
  const next = all[Math.min(all.length - 1, Math.max(0, here < 0 ? 0 : here + step))];
  choose(next);
  linkOf(next).focus({ preventScroll: true });
  next.scrollIntoView({ block: "nearest" });
}

function choose(row) {
  for (const each of rows()) each.classList.toggle("is-chosen", each === row);
}

document.addEventListener("focusin", (event) => {
  const row = event.target.closest("[data-row]");
  if (row) choose(row);
});

function ticks() {
  const box = document.querySelector(".is-chosen input[type=checkbox]");
  if (box) box.checked = !box.checked;
}

listens(document, {
  j: () => move(1),
  k: () => move(-1),
  x: ticks,
  n: () => presses(document, "a[rel=next]"),
  r: () => presses(document, '[data-key="r"], a[aria-keyshortcuts="r"]'),
  w: () => presses(document, '[data-key="w"]'),
  "/": () => document.querySelector(".filters select")?.focus(),
  "?": () => opens(document, "keys"),
});

for (const form of document.querySelectorAll("[data-sends-itself]")) {
  form.querySelector("[data-sender]").hidden = true;
  form.addEventListener("change", () => form.requestSubmit());
}
