// The page of one visit: charting through the queue, and keeping up with what others chart.
import { device, stamp, clock, PAGES } from "./device.js";
import { showsStates, statesOf } from "./states.js";
import { readsBarcodes } from "./barcode.js";
import { watches } from "./watching.js";

const SOON = 3000; // how long a sheet waits for its answer before it closes and the entry waits
const LATER = 2000; // when it is looked again whether a newer page is in the way of a hand
const place = () => document.querySelector("[data-visit]");
const { visit, site } = place().dataset;
const queue = await device(document);

readsBarcodes(document, visit);
for (const each of document.querySelectorAll("dialog[data-reopened]")) each.showModal();

document.addEventListener("click", (event) => {
  const link = event.target.closest?.('a[href^="#"]');
  if (!link || link.dataset.opens || link.dataset.twoStep) return;
  const dialog = document.getElementById(link.hash.slice(1));
  if (!dialog?.matches("dialog")) return;
  event.preventDefault();
  dialog.showModal();
});
// A sheet that was asked for before this ran is shown as the target of its link: it becomes a dialog.
const asked = document.getElementById(location.hash.slice(1));
if (asked?.matches("dialog")) {
  location.replace("#");
  asked.showModal();
}
// Who types a time means it.
document.addEventListener("input", (event) => {
  if (event.target.name === "at") event.target.form.querySelector('[type="radio"][name="when"][value="earlier"]')?.click();
});

if (queue) {
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.matches("[data-charts]") || event.submitter?.hasAttribute("formaction")) return;
    event.preventDefault();
    charts(form);
  });
  document.addEventListener("hangtime:change", (event) => changes(event.detail.entry));
  queue.addEventListener("changed", () => showsStates(document, queue, visit));
  queue.addEventListener("sent", ({ detail }) => {
    for (const words of detail.answer.conflicts ?? []) toast(`Charted, and it does not fit: ${words}`, "warn");
    if (!queue.pending.length) refresh();
  });
  showsStates(document, queue, visit);
  document.documentElement.dataset.keeps = ""; // from here on nothing charted is lost
}

async function charts(form) {
  const entry = entryOf(form);
  const dialog = form.closest("dialog");
  const send = form.querySelector("button:not([data-read], [type=button])");
  if (send) send.disabled = true;
  let answer;
  try {
    const settled = await Promise.race([queue.add(entry), new Promise((resolve) => setTimeout(resolve, SOON, {}))]);
    answer = settled;
  } catch {
    answer = { result: "refused", errors: [{ field: "", message: "This device has no room to keep it. Nothing was charted." }] };
  }
  if (send) send.disabled = false;
  if (answer.result === "refused") return refused(form, dialog, entry, answer.errors);
  dialog?.close();
  form.reset();
  toast(`${entry.says}, ${clock(entry.at)}${["recorded", "was_there"].includes(answer.result) ? "" : ": kept on this device"}`, "good");
}

function entryOf(form) {
  const fields = [...new FormData(form)].filter(([name, value]) => typeof value === "string" && value && !["entry_id", "happened_at"].includes(name));
  const given = Object.fromEntries(fields);
  const happened = stamp();
  const through = form.dataset.through;
  if (through && !given[through]) {
    const inside = [...statesOf(queue, visit).states].filter(([, state]) => state === "in");
    if (inside.length === 1) fields.push([through, inside[0][0]]);
  }
  const entryId = crypto.randomUUID();
  fields.push(["entry_id", entryId], ["happened_at", happened]);
  return {
    entry_id: entryId,
    visit,
    path: new URL(form.action).pathname,
    fields,
    act: given.act,
    says: form.dataset.says,
    subject: form.dataset.subject,
    becomes: form.dataset.becomes,
    at: given.when === "earlier" && given.at ? given.at : happened,
  };
}

// The sheet stays open with what was typed; the entry was not charted and is not kept.
async function refused(form, dialog, entry, errors) {
  const kept = queue.entries.find((each) => each.entry_id === entry.entry_id);
  const target = dialog ? form : document.querySelector(`#${CSS.escape(entry.act ?? "")} form`);
  if (!target) return;
  if (kept) await queue.drop(kept);
  const place = target.querySelector("[data-refusal]");
  place.replaceChildren(...["Not charted yet", ...errors.map((each) => each.message)].map((words, n) => {
    const line = document.createElement("p");
    if (!n) line.className = "title";
    line.textContent = words;
    return line;
  }));
  place.hidden = false;
  const owner = target.closest("dialog");
  if (!owner.open) owner.showModal();
  owner.scrollTop = 0;
  errors.map((each) => target.elements[each.field]).find((each) => each?.focus)?.focus();
}

function changes(entry) {
  const dialog = document.getElementById(entry.act ?? "");
  const form = dialog?.querySelector("form");
  if (!form) return location.assign(`/visits/${entry.visit}`);
  form.reset();
  for (const [name, value] of entry.fields) {
    for (const field of form.querySelectorAll(`[name="${CSS.escape(name)}"]`)) {
      if (["entry_id", "happened_at"].includes(name)) continue;
      if (["radio", "checkbox"].includes(field.type)) field.checked ||= field.value === value;
      else field.value = value;
    }
  }
  if (!entry.fields.some(([name, value]) => name === "when" && value === "earlier")) happened(form, entry.at);
  refused(form, dialog, entry, entry.errors);
}

// What is put right later happened when it was first charted, to the second, by the clock of the site.
function happened(form, at) {
  const earlier = form.querySelector('[name="when"][value="earlier"]');
  if (earlier?.type === "radio") earlier.checked = true;
  const timeZone = document.querySelector("[data-zone]").dataset.zone;
  form.elements.at.step = "1";
  form.elements.at.value = new Date(at).toLocaleString("sv-SE", { timeZone }).replace(" ", "T");
}

// --- keeping up ----------------------------------------------------------------------------------

const isBusy = () => document.querySelector("dialog[open], .is-armed") || typing();
const typing = () => document.activeElement?.matches("main textarea, main input");
let again = null;
let asks = 0;
let shown = 0;

// A newer page takes nothing out of a hand: not when it is asked for, nor when it has come.
function waits() {
  clearTimeout(again);
  again = setTimeout(refresh, LATER);
}

async function refresh() {
  if (isBusy()) return waits();
  clearTimeout(again);
  again = null;
  const asked = ++asks;
  let response;
  try {
    response = await fetch(`/visits/${visit}/live`, { headers: { accept: "text/html" } });
  } catch {
    return;
  }
  if (response.redirected) return location.assign("/sign-in?reason=ended");
  if (!response.ok) return;
  const text = await response.text();
  if (asked < shown) return; // a newer one came sooner
  shown = asked;
  keeps(text);
  if (isBusy()) return waits();
  const fresh = new DOMParser().parseFromString(text, "text/html");
  compares(fresh.querySelector("[data-visit]").dataset.now);
  swaps(fresh);
}

const pressable = () => [...document.querySelectorAll("main a, main button, main summary")].filter((each) => each.checkVisibility());
const named = (each) => [each.tagName, each.id, each.name ?? "", each.textContent.trim()].join(" ");

// Whoever was on something to press stays on it; where it is gone, on the title of what is now.
function swaps(fresh) {
  const open = [...document.querySelectorAll("main details")].map((each) => each.open);
  const focused = document.activeElement;
  const wasInside = focused?.closest("main");
  const alike = (name) => pressable().filter((each) => named(each) === name);
  const name = wasInside && named(focused);
  const place = wasInside ? alike(name).indexOf(focused) : -1;
  for (const id of ["main", "sheets"]) document.getElementById(id).replaceChildren(...fresh.getElementById(id).childNodes);
  document.querySelectorAll("main details").forEach((each, n) => { each.open = open[n] ?? false; });
  document.dispatchEvent(new CustomEvent("htmx:after:swap", { detail: { ctx: { target: document.body } } }));
  if (wasInside && wasInside !== focused) (alike(name)[place] ?? document.getElementById("now-title"))?.focus({ preventScroll: true });
  if (queue) queue.dispatchEvent(new CustomEvent("changed"));
}

// What happened is charted by the clock of this device, so it is told when that is wrong.
function compares(now) {
  const apart = Math.round((Date.now() - Date.parse(now)) / 60000);
  if (Math.abs(apart) >= 2) toast(`The clock of this device is ${Math.abs(apart)} minutes ${apart > 0 ? "fast" : "slow"}. Times are charted by it.`, "warn");
}

// The page as it is now is what opens without a connection.
async function keeps(text) {
  if (!queue || !navigator.serviceWorker?.controller) return;
  const pages = await caches.open(PAGES);
  await pages.put(`/visits/${visit}`, new Response(text, { headers: { "content-type": "text/html; charset=utf-8" } }));
}

// Who may read the record and sees no board is told of no changes.
if (site) watches(site, (card) => { if (!card || card.visit_id === visit) refresh(); });
document.addEventListener("close", () => { if (again) refresh(); }, true);

function toast(words, kind) {
  const shelf = document.getElementById("toasts");
  for (const each of shelf.querySelectorAll("[data-mine]")) each.remove();
  if ([...shelf.children].some((each) => each.textContent === words)) return;
  const made = document.createElement("div");
  made.className = `toast ${kind}`;
  made.dataset.toast = "";
  if (kind === "good") made.dataset.mine = "";
  const said = document.createElement("p");
  said.textContent = words;
  made.append(said);
  shelf.append(made);
}
