"""A coded encounter as one SVG file: the timeline, and beneath it each line with a reason.

The reason is the line's last, the one nearest the code.  For documents and slides: the file carries
its own style, light and dark, and asks for nothing.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from hangtime import explain
from hangtime.model import Line, Outcome
from hangtime.pictures import captions, svg

_TOP = 38
_ROW = 20


def render(outcome: Outcome, layout: svg.Layout = svg.WIDE) -> str:
    """The whole file.  `layout` gives its width."""
    below, body = svg.drawn(outcome.timeline, layout)
    start = _TOP + (below if outcome.timeline else 0)
    rows = list(_lines(outcome, layout, start + 14))
    height = start + 14 + len(rows) * _ROW + 4
    heading = svg.text(captions.title(outcome))
    parts = [
        svg.opening(captions.title(outcome), layout, height),
        f"<style>{svg.style()}</style>",
        f'<rect class="ground" width="{layout.width}" height="{height}" rx="10"/>',
        f'<text class="heading" x="14" y="28">{heading}</text>',
        f'<g transform="translate(0 {_TOP})">' if outcome.timeline else "<g>",
        *(body if outcome.timeline else ()),
        "</g>",
        *rows,
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _lines(outcome: Outcome, layout: svg.Layout, top: int) -> Iterator[str]:
    """One row for a line and one for each further row of its reason."""
    y = top
    codes = [captions.line_code(line) for line in outcome.lines]
    indent = 14 + round(max((svg.width_of(code, layout.font) for code in codes), default=0)) + 16
    for line, code in zip(outcome.lines, codes, strict=True):
        y += _ROW
        words = _wrapped(line, outcome, layout, indent)
        yield (
            f'<text y="{y - 6}"><tspan class="code" x="14">{svg.text(code)}</tspan>'
            f'<tspan class="rest" x="{indent}">{svg.text(words[0])}</tspan></text>'
        )
        for more in words[1:]:
            y += _ROW
            yield f'<text class="rest" x="{indent}" y="{y - 6}">{svg.text(more)}</text>'


def _wrapped(line: Line, outcome: Outcome, layout: svg.Layout, indent: int) -> list[str]:
    given = captions.named(line.administrations, outcome.timeline)
    said = explain.sentence(line.rules[-1]) if line.rules else ""
    words = f"{given}: {said}" if given and said else given or said
    return textwrap.wrap(words, int((layout.width - indent - 14) / (0.58 * layout.font))) or [""]
