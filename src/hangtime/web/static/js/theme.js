// Light or dark by hand: kept in a cookie, so that the next page comes in it and does not flash.
const COOKIE = "hangtime-theme";
const YEAR = 31536000;

export function choosesTheme(document) {
  for (const group of document.querySelectorAll("[data-themes]")) {
    group.hidden = false;
    group.addEventListener("change", (event) => choose(document, event.target.value));
  }
}

function choose(document, theme) {
  const secure = location.protocol === "https:" ? "; secure" : "";
  const age = theme === "auto" ? 0 : YEAR;
  document.cookie = `${COOKIE}=${theme}; path=/; max-age=${age}; samesite=lax${secure}`;
  if (theme === "auto") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
}
