// Pointing at a bar, or reaching it by keyboard, lights what stands beside it with data-bars="1 3",
// and the other way round.  Without this the links between them still work.
const numberOf = (bar) => bar.id.split("-bar-")[1].split("-")[0];
const barsOf = (card) => card.dataset.bars.split(" ").filter(Boolean);

export function lightsBars(document) {
  const light = (target, isOn) => {
    const bar = target.closest?.("[data-timeline] a.bar");
    const card = target.closest?.("[data-bars]");
    if (bar) {
      for (const each of document.querySelectorAll("[data-bars]")) {
        if (barsOf(each).includes(numberOf(bar))) each.classList.toggle("lit", isOn);
      }
    } else if (card) {
      for (const each of document.querySelectorAll("[data-timeline] a.bar")) {
        if (barsOf(card).includes(numberOf(each))) each.classList.toggle("lit", isOn);
      }
    }
  };
  for (const [name, isOn] of [["pointerover", true], ["pointerout", false], ["focusin", true], ["focusout", false]]) {
    document.addEventListener(name, (event) => light(event.target, isOn));
  }
}
