"""The timeline of an outcome as SVG: readable by eye, by keyboard and by a screen reader.

Each bar is a link with its whole sentence as name and tooltip.  The layouts `WIDE`, `MEDIUM`
and `NARROW` are drawn each for its own width, so that text is never shrunk to fit a phone.  Nothing
depends on colour alone: what is not reported says so, uncertain ends are hatched, gaps are cut
out, and a concurrent stretch is underlined and named.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from html import escape
from importlib.resources import files

from hangtime.model import Bar
from hangtime.pictures import captions
from hangtime.pictures.timeline import Lane, Panel, Placed, is_instant, panels

_MARGIN = 14
_BAR = 16
_AXIS = 40
_HEADING = 26


@dataclass(frozen=True, slots=True)
class Layout:
    """A width in pixels, and whether a bar's times and remarks stand on lines of their own."""

    name: str
    width: int
    font: int
    is_stacked: bool

    @property
    def chart(self) -> int:
        """Pixels between the margins."""
        return self.width - 2 * _MARGIN

    def height(self, lines: int) -> int:
        """Height of so many lines of a bar's text."""
        return (self.font + 4) * lines


WIDE = Layout("wide", 960, 13, is_stacked=False)
MEDIUM = Layout("medium", 640, 13, is_stacked=False)
NARROW = Layout("narrow", 340, 13, is_stacked=True)

Href = Callable[[int], str]


def style() -> str:
    """The style sheet of the timeline, light and dark."""
    return _read("timeline.css")


def timeline(
    bars: tuple[Bar, ...],
    *,
    title: str,
    layout: Layout = WIDE,
    href: Href | None = None,
) -> str:
    """The timeline as one `svg` element.  `href` says where the bar of an index leads."""
    height, body = drawn(bars, layout, href)
    return "\n".join([opening(title, layout, height), *body, "</svg>"])


def drawn(bars: tuple[Bar, ...], layout: Layout, href: Href | None = None) -> tuple[int, list[str]]:
    """What the timeline is made of, and its height."""
    found = panels(
        bars,
        ticks=layout.chart // (60 if layout.is_stacked else 72),
        label_width=lambda bar: (_label_width(bar, bars, layout) + 10) / layout.chart,
    )
    canvas = _Canvas(layout, bars, href or (lambda index: f"#{bar_id(layout, index)}"))
    body = [part for panel in found for part in canvas.panel(panel)]
    height = canvas.y + 6
    ground = f'<rect class="ground" width="{layout.width}" height="{height}"/>'
    return height, [_hatch(layout), ground, *body]


def opening(title: str, layout: Layout, height: int) -> str:
    """The start tag of a picture, with its name."""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="timeline timeline-{layout.name}"'
        f' viewBox="0 0 {layout.width} {height}" width="{layout.width}" height="{height}"'
        f' role="group" aria-label="{attribute(title)}">\n<title>{text(title)}</title>'
    )


def bar_id(layout: Layout, index: int) -> str:
    """The id of a bar's link in a layout."""
    return f"{layout.name}-bar-{index + 1}"


class _Canvas:
    """Draws panels one under the other; `y` is where the next thing goes."""

    def __init__(self, layout: Layout, bars: tuple[Bar, ...], href: Href) -> None:
        self.layout, self.bars, self.href = layout, bars, href
        self.y = 6
        texts = (_label(bar, bars, layout) for bar in bars)
        lines = max((1 + len(below) for _, below in texts), default=1)
        self.row = _BAR + 16 + layout.height(lines)
        self._seen: set[int] = set()

    def panel(self, panel: Panel) -> Iterator[str]:
        top = self.y
        if panel.day is None:
            words = f"{captions.NO_CLOCK.capitalize()}: drawn in charted order"
            yield f'<text class="note" x="{_MARGIN}" y="{top + 20}">{text(words)}</text>'
            self.y += 32
        else:
            self.y += _AXIS
        bands = [part for lane in panel.lanes for part in self._lane(lane)]
        grid = self._axis(panel, top)
        yield from (part for part in bands if part.startswith("<rect"))
        yield from grid
        yield from (part for part in bands if not part.startswith("<rect"))
        self.y += 12

    def _axis(self, panel: Panel, top: int) -> Iterator[str]:
        for n, tick in enumerate(panel.ticks):
            x = self._x(tick.at)
            side = "start" if n == 0 else "end" if tick.at > 0.985 else "middle"
            yield f'<line class="grid" x1="{x}" x2="{x}" y1="{top + _AXIS}" y2="{self.y}"/>'
            yield (
                f'<text class="tick" x="{x}" y="{top + 33}" text-anchor="{side}">'
                f"{tick.label}</text>"
            )
            if tick.day and (n == 0 or tick.day != panel.day) and tick.at < 0.985:
                yield (
                    f'<text class="day" x="{x}" y="{top + 15}" text-anchor="{side}">'
                    f"{tick.day}</text>"
                )

    def _lane(self, lane: Lane) -> Iterator[str]:
        height = _HEADING + lane.rows * self.row + 2
        yield (
            f'<rect class="band" x="4" y="{self.y}" width="{self.layout.width - 8}"'
            f' height="{height}" rx="8"/>'
        )
        name = fitted(captions.lane_name(lane.name), self.layout.chart, self.layout.font)
        yield f'<text class="lane" x="{_MARGIN}" y="{self.y + 18}">{text(name)}</text>'
        for placed in lane.placed:
            yield self._bar(placed, self.y + _HEADING + placed.row * self.row)
        self.y += height + 6

    def _bar(self, placed: Placed, top: int) -> str:
        bar = placed.bar
        spoken = captions.spoken(bar, self.bars)
        again = "" if placed.index not in self._seen else f"-{top}"
        self._seen.add(placed.index)
        kind = "reported" if bar.codes else "quieter"
        rows = 1 + len(_label(bar, self.bars, self.layout)[1])
        bar_top = top + self.layout.height(rows) + 2
        link = (
            f'<a id="{bar_id(self.layout, placed.index)}{again}" class="bar {kind}"'
            f' href="{attribute(self.href(placed.index))}" aria-label="{attribute(spoken)}">'
        )
        parts = [
            link,
            f"<title>{text(spoken)}</title>",
            self._touch(placed, top),
            *self._label(placed, top + self.layout.font),
            *(self._moment(placed, bar_top) if is_instant(bar) else self._run(placed, bar_top)),
            "</a>",
        ]
        return "".join(parts)

    def _touch(self, placed: Placed, top: int) -> str:
        """The area that takes the pointer and shows the focus."""
        left = min(self._x(placed.left), self._x(placed.label)) - 5
        ends = self._x(placed.label) + _label_width(placed.bar, self.bars, self.layout)
        right = min(max(self._x(placed.right) + 5, ends + 4), self.layout.width - 5)
        return (
            f'<rect class="touch" x="{_n(left)}" y="{top - 3}" width="{_n(right - left)}"'
            f' height="{self.row - 4}" rx="5"/>'
        )

    def _label(self, placed: Placed, y: int) -> Iterator[str]:
        bar, x = placed.bar, self._x(placed.label)
        (drug, codes, rest), below = _label(bar, self.bars, self.layout)
        kind = "code" if bar.codes else "left-off"
        yield (
            f'<text x="{x}" y="{y}"><tspan class="drug">{text(drug)}</tspan>'
            f' <tspan class="{kind}" dx="3">{text(codes)}</tspan>'
        )
        yield f' <tspan class="rest" dx="3">{text(rest)}</tspan></text>' if rest else "</text>"
        for n, words in enumerate(below, start=1):
            line = y + self.layout.height(n)
            yield f'<text class="rest" x="{x}" y="{line}">{text(words)}</text>'

    def _moment(self, placed: Placed, y: int) -> Iterator[str]:
        x = self._x(placed.left)
        x = min(max(x, _MARGIN + 1), self.layout.width - _MARGIN - 1)
        yield (
            f'<path class="moment" d="M{_n(x)} {y}l6 {_BAR / 2:g}l-6 {_BAR / 2:g}'
            f'l-6 -{_BAR / 2:g}z"/>'
        )

    def _run(self, placed: Placed, y: int) -> Iterator[str]:
        left, right = self._x(placed.left), self._x(placed.right)
        right = max(right, left + 4)
        solid = right if placed.doubt is None else max(self._x(placed.doubt), left)
        if solid > left:
            yield _rect("run", left, solid, y)
        if solid < right:
            yield _rect("doubt", solid, right, y, f'fill="url(#{self.layout.name}-hatch)"')
        for a, b in placed.gaps:
            a, b = self._x(a), max(self._x(b), self._x(a) + 3)
            yield _rect("gap", a, b, y)
            yield (
                f'<line class="gap-line" x1="{a}" x2="{b}" y1="{y + _BAR / 2:g}"'
                f' y2="{y + _BAR / 2:g}"/>'
            )
        for a, b in placed.beside:
            yield (
                f'<line class="beside" x1="{self._x(a)}" x2="{self._x(b)}" y1="{y + _BAR + 3.5}"'
                f' y2="{y + _BAR + 3.5}"/>'
            )
        if placed.from_before:
            yield f'<path class="on" d="M{left + 8} {y + 4}l-5 4l5 4"/>'
        if placed.to_after:
            yield f'<path class="on" d="M{_n(right - 8)} {y + 4}l5 4l-5 4"/>'

    def _x(self, fraction: float) -> float:
        return round(_MARGIN + fraction * self.layout.chart, 1)


def _label(
    bar: Bar, bars: tuple[Bar, ...], layout: Layout
) -> tuple[tuple[str, str, str], list[str]]:
    """A bar's text: drug, codes and the rest on one line, and what stands on lines below."""
    codes, font = captions.codes(bar), layout.font
    beside = captions.beside(bar, bars)
    clock = (captions.times(bar), captions.minutes(bar))
    remark = (captions.end(bar), f"∥ {beside}" if beside else "")
    drug = fitted(bar.drug, layout.chart - width_of(codes, font) - 14, font)
    if layout.is_stacked:
        below = [" · ".join(filter(None, clock)), *remark]
        return (drug, codes, ""), [fitted(each, layout.chart, font) for each in below if each]
    room = layout.chart - width_of(f"{drug} {codes} ", font) - 14
    return (drug, codes, fitted(" · ".join(filter(None, (*clock, *remark))), room, font)), []


def _label_width(bar: Bar, bars: tuple[Bar, ...], layout: Layout) -> float:
    first, below = _label(bar, bars, layout)
    width = width_of(" ".join(first), layout.font) + 12
    return max([width, *(width_of(each, layout.font) for each in below)])


def width_of(words: str, font: float) -> float:
    """Pixels a text takes, on the generous side: fonts differ."""
    wide = sum(unicodedata.east_asian_width(char) in "WF" for char in words)
    return font * (0.58 * (len(words) - wide) + 1.0 * wide)


def fitted(words: str, room: float, font: float) -> str:
    """The words, cut to the room with a mark that they were."""
    if width_of(words, font) <= room:
        return words
    while words and width_of(words, font) + font > room:
        words = words[:-1]
    return f"{words.rstrip()}…"


def _hatch(layout: Layout) -> str:
    return (
        f'<defs><pattern id="{layout.name}-hatch" patternUnits="userSpaceOnUse" width="6"'
        ' height="6" patternTransform="rotate(45)"><rect class="hatch-ground" width="6"'
        ' height="6"/><rect class="hatch-line" width="2.6" height="6"/></pattern></defs>'
    )


def _rect(kind: str, left: float, right: float, y: int, more: str = "") -> str:
    round_by = 0 if kind == "gap" else 3
    return (
        f'<rect class="{kind}" x="{_n(left)}" y="{y}" width="{_n(right - left)}" height="{_BAR}"'
        f' rx="{round_by}" {more}/>'
    )


def _n(number: float) -> str:
    return f"{round(number, 1):g}"


def text(words: str) -> str:
    """Words as the content of an element."""
    return escape(_allowed(words), quote=False)


def attribute(words: str) -> str:
    """Words as the value of an attribute."""
    return escape(_allowed(words), quote=True)


def _allowed(words: str) -> str:
    """Charted text without characters that XML forbids."""
    return "".join(char if char.isprintable() else "\ufffd" for char in words)


@cache
def _read(name: str) -> str:
    return files("hangtime.pictures").joinpath(name).read_text(encoding="utf-8")
