// The board, kept up to date: whenever something is charted the chairs are fetched again.
import { clock, device } from "./device.js";
import { watches } from "./watching.js";

const seats = document.getElementById("seats");
const live = document.querySelector("[data-live]");
const { site, unit, seq } = seats.dataset;

// The sheet to change it on is on the page of its visit.
document.addEventListener("hangtime:change", (event) => location.assign(`/visits/${event.detail.entry.visit}`));
await device(document);

async function look() {
  const query = new URLSearchParams({ site, ...(unit ? { unit } : {}) });
  let response;
  try {
    response = await fetch(`/board/seats?${query}`, { headers: { accept: "text/html" } });
  } catch {
    return says(false);
  }
  if (response.redirected) return location.assign("/sign-in?reason=ended");
  if (!response.ok) return says(false);
  const focused = seats.contains(document.activeElement) && document.activeElement.getAttribute("href");
  const fresh = new DOMParser().parseFromString(await response.text(), "text/html");
  seats.replaceChildren(...fresh.body.childNodes);
  if (focused) seats.querySelector(`a[href="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true });
  says(true);
}

function says(isLive) {
  const at = clock(new Date());
  const words = isLive ? "Live" : `Not live: no connection since ${live.dataset.at ?? at}`;
  if (isLive) live.dataset.at = at;
  live.hidden = false;
  document.querySelector("[data-reload]").hidden = isLive;
  live.classList.toggle("is-lost", !isLive);
  if (live.textContent !== words) live.textContent = words;
}

watches(site, look, says, seq);
