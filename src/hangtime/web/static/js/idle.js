// A session ends when nobody uses it.  Typing is use, though nothing is sent yet, so the service is
// told of it once a minute; a minute before the end the page asks, and at the end it goes to signing
// in, so that no patient is left on the screen.  Whatever still has something to send may hold that
// up: it cancels the event "hangtime:ending".
const MINUTE = 60000;

export function endsUnused(document) {
  const place = document.querySelector("[data-idle-seconds]");
  if (!place) return;
  const asks = place.querySelector("dialog");
  const allowed = Number(place.dataset.idleSeconds) * 1000;
  const told = Math.min(MINUTE, allowed / 2);
  let used = Date.now();
  let said = used;

  // Another page of the same person in this browser is use of the same session.
  const others = new BroadcastChannel("hangtime:used");
  others.addEventListener("message", (event) => {
    used = Math.max(used, event.data);
    if (asks.open) asks.close();
  });

  const use = () => {
    if (asks.open) return;
    used = Date.now();
    if (used - said >= Math.min(MINUTE, allowed / 4)) {
      said = used;
      others.postMessage(used);
      fetch("/api/v1/session", { headers: { accept: "application/json" } }).catch(() => {});
    }
  };
  const look = () => {
    const unused = Date.now() - used;
    if (unused >= allowed) end();
    else if (unused >= allowed - told && !asks.open) asks.showModal();
  };
  const end = () => {
    const isHeld = !document.dispatchEvent(new CustomEvent("hangtime:ending", { cancelable: true }));
    if (!isHeld) location.assign("/sign-in?reason=ended");
  };

  for (const name of ["pointerdown", "keydown", "input"]) document.addEventListener(name, use, { passive: true });
  document.addEventListener("htmx:after:request", () => { used = said = Date.now(); });
  asks.querySelector("[data-stays]").addEventListener("click", () => asks.close());
  asks.addEventListener("close", () => { said = 0; use(); });
  setInterval(look, Math.min(1000, told / 4));
  document.addEventListener("visibilitychange", () => { if (!document.hidden) look(); });
}
