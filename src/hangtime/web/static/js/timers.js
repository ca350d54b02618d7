// Keeps clocks going that the server started.  Only digits change, once a second while the page is
// in view; a screen reader is not told each second.
export function ticks(document) {
  const tick = () => {
    if (document.hidden) return;
    const now = Date.now();
    for (const clock of document.querySelectorAll("[data-since]")) show(clock, now);
  };
  tick();
  setInterval(tick, 1000);
  document.addEventListener("visibilitychange", tick);
}

function show(clock, now) {
  const held = Number(clock.dataset.held ?? 0);
  const seconds = Math.max(0, Math.floor((now - Date.parse(clock.dataset.since)) / 1000) - held);
  const digits = clock.matches("time") ? clock : clock.querySelector(".digits");
  const words = stopwatch(seconds);
  if (digits.textContent !== words) {
    digits.textContent = words;
    if (digits !== clock) digits.setAttribute("datetime", `PT${seconds}S`);
  }
  if (clock.dataset.due) clock.classList.toggle("is-over", now > Date.parse(clock.dataset.due));
}

export function stopwatch(seconds) {
  const two = (number) => String(number).padStart(2, "0");
  return `${Math.floor(seconds / 3600)}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
}
