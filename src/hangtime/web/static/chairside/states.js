// What is shown while entries wait: a drug started on this device can be stopped on it, though the
// page was made before.  `data-of` names a subject, `data-in` the states it is shown in; a form says
// what it makes of its subject.
const made = new WeakMap();

export function statesOf(queue, visit) {
  const states = new Map();
  const since = new Map();
  for (const each of queue.pending.filter((entry) => entry.visit === visit)) {
    if (!each.subject || !each.becomes) continue;
    if (each.becomes === "running" && !since.has(each.subject)) since.set(each.subject, each.at);
    states.set(each.subject, each.becomes);
  }
  return { states, since };
}

export function showsStates(document, queue, visit) {
  const { states, since } = statesOf(queue, visit);
  for (const each of document.querySelectorAll("[data-of]")) {
    if (!made.has(each)) made.set(each, each.hidden);
    const state = states.get(each.dataset.of);
    each.hidden = state === undefined ? made.get(each) : !each.dataset.in.split(" ").includes(state);
    if (each.matches("[data-clock]")) runs(each, since.get(each.dataset.of));
  }
  const now = document.querySelector("[data-now-card]");
  now?.classList.toggle("is-behind", states.size > 0);
}

function runs(place, at) {
  const clock = place.querySelector(".timer");
  if (!at) {
    place.hidden = true;
    delete clock.dataset.since;
  } else {
    clock.dataset.since = at;
  }
}
