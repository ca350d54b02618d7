// Optional: pointing at a bar lights every line it led to, and the other way round.
// Without it the links between bars and lines still work.
(() => {
  const cards = [...document.querySelectorAll("[data-bars]")];
  const barsOf = (card) => card.dataset.bars.split(" ").filter(Boolean);
  const numberOf = (bar) => bar.id.split("-bar-")[1].split("-")[0];
  const bars = [...document.querySelectorAll("a.bar")];
  const light = (number, on) => {
    for (const card of cards) {
      if (barsOf(card).includes(number)) card.classList.toggle("lit", on);
    }
  };
  for (const bar of bars) {
    for (const event of ["pointerenter", "focus"]) {
      bar.addEventListener(event, () => light(numberOf(bar), true));
    }
    for (const event of ["pointerleave", "blur"]) {
      bar.addEventListener(event, () => light(numberOf(bar), false));
    }
  }
  for (const card of cards) {
    const own = bars.filter((bar) => barsOf(card).includes(numberOf(bar)));
    const toggle = (on) => own.forEach((bar) => bar.classList.toggle("lit", on));
    card.addEventListener("pointerenter", () => toggle(true));
    card.addEventListener("pointerleave", () => toggle(false));
  }
})();
