"""What is measured of a page in a browser: axe, width, targets, the ring of what has the focus, bars."""

from __future__ import annotations

from typing import Any

__all__ = ["faults_of"]

SERIOUS = ("serious", "critical")
LEAST = {"chair": 44, "desk": 24}  # pixels: WCAG 2.2, 2.5.5 at the chair and 2.5.8 at the desk
RING = 3.0  # to one: WCAG 2.2, 1.4.11

# A target is as large as what a tap on it hits: its own box, its label, or the card it covers.  Links
# in the text of a sentence are exempt, as the guideline has it.
_SMALL = """(least) => {
  const boxOf = (e) => (e.closest('.seat, .tile, label') ?? e).getBoundingClientRect();
  const isInText = (e) => e.matches('a:not(.button)') && [...e.parentElement.childNodes].some(
    (n) => n.nodeType === 3 && n.textContent.trim().length > 1);
  return [...document.querySelectorAll('a[href], button, select, input:not([type=hidden]), textarea, summary')]
    .filter((e) => e.checkVisibility() && !e.closest('svg, .skip') && !isInText(e))
    .filter((e) => { const b = boxOf(e); return b.height < least - 0.5 || b.width < 23.5; })
    .map((e) => `${Math.round(boxOf(e).width)} x ${Math.round(boxOf(e).height)}: ${e.outerHTML.slice(0, 110)}`);
}"""

# After Tab was pressed, what takes the focus shows it: a ring that differs from the ground around it.
# A page may renew itself meanwhile; what it put in the place of an element is tried instead.
_UNSEEN = """async ([most, least]) => {
  const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
  const rgba = (text) => { canvas.clearRect(0, 0, 1, 1); canvas.fillStyle = text; canvas.fillRect(0, 0, 1, 1);
    return canvas.getImageData(0, 0, 1, 1).data; };
  const light = ([r, g, b]) => [r, g, b].map((c) => c / 255)
    .map((c) => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)
    .reduce((sum, c, n) => sum + c * [0.2126, 0.7152, 0.0722][n], 0);
  const ratio = (a, b) => { const [x, y] = [light(a), light(b)].sort((m, n) => n - m); return (x + 0.05) / (y + 0.05); };
  const groundOf = (e) => { for (let at = e; at; at = at.parentElement) {
    const found = rgba(getComputedStyle(at).backgroundColor); if (found[3] > 250) return found; }
    return rgba(getComputedStyle(document.documentElement).colorScheme.includes('dark') ? '#000' : '#fff'); };
  const marksOf = (e) => [e, e.closest('.tile'), e.closest('.seat'), e.querySelector('.touch')].filter(Boolean);
  const found = [];
  const all = () => [...document.querySelectorAll('a[href], button:not(:disabled), input:not([type=hidden]), select, textarea, summary')]
    .filter((e) => e.checkVisibility() && !e.closest('dialog:not([open])'));
  for (let n = 0; n < Math.min(most, all().length); n += 1) {
    const e = all()[n];
    e.focus({ preventScroll: true });
    if (document.activeElement !== e) { found.push(`takes no focus: ${e.outerHTML.slice(0, 110)}`); continue; }
    await new Promise((done) => requestAnimationFrame(done));
    if (!e.isConnected) { n -= 1; continue; }
    const best = Math.max(0, ...marksOf(e).map((m) => { const s = getComputedStyle(m);
      const isRing = s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) >= 2;
      if (isRing) return ratio(rgba(s.outlineColor), groundOf(parseFloat(s.outlineOffset) < 0 ? m : m.parentElement));
      return m.matches('.touch') && parseFloat(s.strokeWidth) >= 2 ? ratio(rgba(s.stroke), groundOf(m)) : 0; }));
    if (best < least) found.push(`ring ${best.toFixed(1)} to 1: ${e.outerHTML.slice(0, 110)}`);
  }
  return found;
}"""

_BARS = """() => [...document.querySelectorAll('svg.timeline a.bar')].filter((e) => e.checkVisibility())
  .filter((e) => e.tabIndex < 0 || !e.getAttribute('href') || !(e.getAttribute('aria-label') || e.textContent.trim()))
  .map((e) => e.outerHTML.slice(0, 110))"""

# What stays at an edge covers a part of what scrolls beneath it, which axe takes for a small target.
_LET_GO = """() => [...document.querySelectorAll('main *')]
  .filter((e) => getComputedStyle(e).position === 'sticky').forEach((e) => { e.style.position = 'static'; })"""
_KEPT = """() => document.querySelectorAll('main [style]').forEach((e) => e.style.removeProperty('position'))"""

_CUT = """() => [...document.querySelectorAll('.button, .badge, .tile, .seat, .timer, .card, .now, .steps a, .panel, h1, h2')]
  .filter((e) => e.checkVisibility() && e.scrollWidth > e.clientWidth + 1 && getComputedStyle(e).display !== 'inline')
  .map((e) => e.outerHTML.slice(0, 110))"""


def faults_of(page: Any, *, most_focused: int, by_axe: bool = True) -> dict[str, Any]:
    """What is wrong with the page as it stands; of what can have the focus the first are tried."""
    width = page.viewport_size["width"]
    density = "chair" if page.locator("body.chair").count() else "desk"
    found: dict[str, Any] = {"axe": _serious(page) if by_axe else []}
    wide = page.evaluate("document.documentElement.scrollWidth")
    if wide > width:
        found["scrolls sideways"] = f"{wide} px in {width}"
    found["cut"] = page.evaluate(_CUT)
    found["small targets"] = page.evaluate(_SMALL, LEAST[density])
    found["bars"] = page.evaluate(_BARS)
    page.keyboard.press("Tab")
    found["focus"] = page.evaluate(_UNSEEN, [most_focused, RING])
    return {what: each for what, each in found.items() if each}


def _serious(page: Any) -> list[Any]:
    """By every rule of axe, and by that of WCAG 2.2 which is off unless it is asked for."""
    from axe_playwright_python.sync_playwright import Axe

    wanted = {"rules": {"target-size": {"enabled": True}}}
    page.evaluate(_LET_GO)
    found = Axe().run(page, options=wanted).response["violations"]
    page.evaluate(_KEPT)
    return [
        (each["id"], [node["html"][:160] for node in each["nodes"]][:6])
        for each in found
        if each["impact"] in SERIOUS
    ]
