"""The coded timeline as it is drawn everywhere, in the ink of paper."""

from __future__ import annotations

import re
from functools import cache

from hangtime.model import Outcome
from hangtime.paper.sheet import Picture
from hangtime.pictures import captions, svg

__all__ = ["picture"]

_LAYOUT = svg.Layout("paper", 720, 13, is_stacked=False)
_FONT = "Libertinus Serif"


def picture(outcome: Outcome) -> Picture:
    """The picture; its words are those a screen reader has of each bar."""
    height, body = svg.drawn(outcome.timeline, _LAYOUT)
    title = captions.title(outcome)
    drawn = svg.opening(title, _LAYOUT, height).replace(
        "<title>", f"<style>{_style()}</style><title>", 1
    )
    spoken = " ".join(
        f"{words[:1].upper()}{words[1:]}."
        for words in (captions.spoken(bar, outcome.timeline) for bar in outcome.timeline)
    )
    return Picture(
        alt=f"What was given, drawn over the clock. {spoken}",
        svg="\n".join([drawn, *body, "</svg>"]),
        width=_LAYOUT.width,
        height=height,
    )


@cache
def _style() -> str:
    """The style sheet with its light colors written in: printing knows no variables and no states."""
    sheet = re.sub(r"@media[^{]*\{(?:[^{}]*\{[^{}]*\})*[^{}]*\}", "", svg.style())
    colors = dict(re.findall(r"(--[\w-]+):\s*([^;]+);", sheet))
    sheet = re.sub(r"var\((--[\w-]+)\)", lambda found: colors[found[1]], sheet)
    sheet = re.sub(r"--[\w-]+:[^;]+;", "", sheet)
    sheet = re.sub(r"[^{}]*:(?:hover|target|focus-visible)[^{}]*\{[^{}]*\}", "", sheet)
    return re.sub(r"font-family:[^;]+;", f'font-family: "{_FONT}";', sheet)
