// What changes at a site, as it changes; and every half minute a look of one's own, since things fall
// due by themselves.  `does` is given the card that changed, or nothing.
const OWN = 30000;
const GATHER = 300;

export function watches(site, does, says = () => {}, after = "") {
  const address = `/api/v1/board/events?site=${encodeURIComponent(site)}${after ? `&after=${after}` : ""}`;
  const events = new EventSource(address);
  let timer;
  const later = (card) => {
    clearTimeout(timer);
    timer = setTimeout(() => does(card), GATHER);
  };
  events.addEventListener("card", (event) => later(JSON.parse(event.data)));
  events.addEventListener("reload", () => later());
  events.addEventListener("open", () => says(true));
  events.addEventListener("error", () => says(false));
  setInterval(() => { if (!document.hidden) does(); }, OWN);
  addEventListener("pagehide", () => events.close());
}
