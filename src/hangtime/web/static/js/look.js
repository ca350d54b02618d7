// What the look needs of scripts.  Every page works without them: they save a page load or a look at the clock.
import { choosesTheme } from "./theme.js";
import { armsButtons } from "./two_step.js";
import { ticks } from "./timers.js";
import { opensDialogs } from "./dialogs.js";
import { lightsBars } from "./timeline.js";
import { toasts } from "./toasts.js";
import { endsUnused } from "./idle.js";
import { saysWhatIsOnItsWay } from "./waiting.js";

choosesTheme(document);
armsButtons(document);
ticks(document);
opensDialogs(document);
lightsBars(document);
toasts(document);
endsUnused(document);
saysWhatIsOnItsWay(document);

// The list of what was refused takes the focus, so that it is read and stands in view.
const focuses = (root) => root.querySelector?.("[data-focus]")?.focus();
focuses(document);
document.addEventListener("htmx:after:swap", (event) => focuses(event.detail?.ctx?.target ?? document));

// Menus close when one looks elsewhere, or by Escape.
document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details[data-closes-outside][open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});
document.addEventListener("keydown", (event) => {
  const menu = event.key === "Escape" && document.querySelector("details[data-closes-outside][open]");
  if (!menu) return;
  menu.open = false;
  menu.querySelector("summary").focus();
});
