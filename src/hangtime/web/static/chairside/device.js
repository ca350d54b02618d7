// What every page at the chair needs of the device: the queue, what it shows of it, and signing out.
// Where the browser has no safe place to keep an entry (plain http, an old browser) the forms are
// sent as forms are.
import { Store } from "./store.js";
import { Queue } from "./queue.js";

export const PAGES = "hangtime-pages";

export async function device(document) {
  const place = document.querySelector("[data-queue-key]");
  if (!place || !globalThis.isSecureContext || !globalThis.indexedDB || !navigator.locks) return null;
  keepsPages().catch(() => {});
  let queue;
  try {
    queue = new Queue(await Store.open(place.dataset.account, place.dataset.queueKey));
    await queue.read();
  } catch {
    return null;
  }
  queue.addEventListener("changed", () => shows(document, queue));
  warnsAtSignOut(document, queue);
  document.addEventListener("click", (event) => { if (event.target.closest?.("[data-queue-send]")) queue.send(); });
  shows(document, queue);
  queue.send();
  return queue;
}

// The page that brings the worker came past it, and would be missing when the connection goes.
async function keepsPages() {
  const isFirst = !navigator.serviceWorker.controller;
  await navigator.serviceWorker.register("/worker.js");
  await navigator.serviceWorker.ready;
  if (!isFirst) return;
  const { pathname, search } = location;
  const response = await fetch(pathname + search, { headers: { accept: "text/html" } });
  if (response.ok && !response.redirected) await (await caches.open(PAGES)).put(pathname + search, response);
}

const WORDS = {
  idle: "",
  sending: "Sending now.",
  offline: "No connection. You can go on charting; they are kept on this device and sent when it is back.",
  "signed-out": "You are signed out. Sign in again here to send them.",
};

export function counted(number) {
  return number === 1 ? "1 entry waits to be sent" : `${number} entries wait to be sent`;
}

export function shows(document, queue) {
  const panel = document.querySelector("[data-queue]");
  const waiting = queue.pending.length;
  for (const each of document.querySelectorAll("[data-queue-count]")) each.textContent = words(queue, waiting);
  if (!panel) return;
  panel.hidden = !queue.entries.length && !queue.others;
  panel.querySelector("[data-queue-words]").textContent = said(queue);
  panel.querySelector("[data-queue-send]").hidden = !waiting;
  const list = panel.querySelector("[data-queue-list]");
  list.replaceChildren(...queue.entries.map((each) => item(document, queue, each)));
}

function words(queue, waiting) {
  const refused = queue.entries.length - waiting;
  const parts = [waiting ? counted(waiting) : "", refused ? `${refused} could not be charted` : ""];
  return parts.filter(Boolean).join("; ") || "Somebody else's entries wait";
}

function said(queue) {
  const others = queue.others ? `${counted(queue.others)} of somebody else, who has to sign in here.` : "";
  return [queue.pending.length ? WORDS[queue.state] : "", others].filter(Boolean).join(" ");
}

function item(document, queue, entry) {
  const line = document.createElement("li");
  const at = document.createElement("strong");
  at.textContent = clock(entry.at);
  const text = document.createElement("span");
  text.textContent = ` ${entry.says}`;
  line.append(at, text);
  if (!entry.errors) return line;
  line.className = "is-refused";
  const why = document.createElement("p");
  why.className = "wrong";
  why.textContent = `Not charted: ${entry.errors.map((each) => each.message).join("; ")}.`;
  line.append(why, button(document, "Change it", () => changes(document, queue, entry)), button(document, "Drop it", () => queue.drop(entry)));
  return line;
}

function changes(document, queue, entry) {
  document.dispatchEvent(new CustomEvent("hangtime:change", { detail: { queue, entry } }));
}

function button(document, words, does) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "button";
  made.textContent = words;
  made.addEventListener("click", does);
  return made;
}

// By the clock of the site, wherever the device thinks it is.  What was typed is by that clock already
// and has no offset.
export function clock(at) {
  if (/^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?$/.test(at)) return at.slice(11, 16);
  const timeZone = document.querySelector("[data-zone]")?.dataset.zone;
  return new Date(at).toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit", timeZone });
}

// The moment by this device's clock, with its offset: what happened keeps the time it had here.
export function stamp(moment = new Date()) {
  const minutes = -moment.getTimezoneOffset();
  const two = (number) => String(Math.trunc(Math.abs(number))).padStart(2, "0");
  const local = new Date(moment.getTime() + minutes * 60000).toISOString().slice(0, -1);
  return `${local}${minutes < 0 ? "-" : "+"}${two(minutes / 60)}:${two(minutes % 60)}`;
}

function warnsAtSignOut(document, queue) {
  const dialog = document.getElementById("queue-waits");
  let leaves = null;
  document.addEventListener("submit", (event) => {
    if (!event.target.matches("[data-sign-out]")) return;
    event.preventDefault();
    leaves = event.target;
    if (queue.entries.length && dialog) dialog.showModal();
    else leave(leaves);
  });
  dialog?.querySelector("[data-queue-stay]").addEventListener("click", () => { dialog.close(); queue.send(); });
  dialog?.querySelector("[data-queue-leave]").addEventListener("click", () => leave(leaves));
}

// No page with a patient stays on the device of somebody who has left; what waits stays sealed.
async function leave(form) {
  await caches.delete(PAGES).catch(() => {});
  form.submit();
}
