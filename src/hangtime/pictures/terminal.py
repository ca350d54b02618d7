"""A coded encounter as plain text: one lane per access, one row per bar, reasons beneath.

    infliximab          ████████████████▒▒          09:00–11:05  125 min  CODE, CODE

`█` counted, `▒` the end is uncertain, `╌` a gap that does not count, `▌` a push or injection,
`□` not reported, `∥` concurrent.  The text is the whole content; colour only repeats it.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from hangtime.model import Bar, Outcome
from hangtime.pictures import captions
from hangtime.pictures.beneath import COLOURS, Paint, Words
from hangtime.pictures.columns import clean, fitted, padded, width_in_columns, wrapped
from hangtime.pictures.timeline import Panel, Placed, is_instant, panels

NARROWEST = 60
_MARKS = {
    "counted": "█",
    "push or injection": "▌",
    "end uncertain": "▒",
    "not counted": "╌",
    "not reported": "□",
    "concurrent": "∥",
}
_ASCII = str.maketrans(
    {
        "█": "#", "▒": "%", "╌": ".", "▌": "|", "□": "o", "∥": "=", "│": "|", "─": "-", "┬": "+",
        "┴": "+", "·": "-", "×": "x", "–": "-", "…": "~", "◂": "<", "▸": ">", "•": "*",
    }
)  # fmt: skip


def render(outcome: Outcome, *, width: int = 80, colour: bool = False) -> str:
    """The picture and the words beneath it, lines of at most `width` columns (60 or more)."""
    width = max(width, NARROWEST)
    paint = _coloured if colour else _plain
    words = Words(outcome, width, paint)
    blocks = [
        [paint("head", each) for each in wrapped(captions.title(outcome), width, "")],
        *_timeline(outcome.timeline, width, paint),
        words.lines(),
        words.not_reported(),
        words.possible(),
        words.findings(),
        words.sources(),
        words.basis(),
    ]
    return "\n\n".join("\n".join(block) for block in blocks if block) + "\n"


def in_ascii(text: str) -> str:
    """The picture for terminals that cannot show its marks."""
    plain = text.translate(_ASCII)
    return plain.encode("ascii", "replace").decode("ascii")


def _plain(_: str, text: str) -> str:
    return text


def _coloured(role: str, text: str) -> str:
    return f"\x1b[{COLOURS[role]}m{text}\x1b[0m" if text else text


def _timeline(bars: tuple[Bar, ...], width: int, paint: Paint) -> Iterator[list[str]]:
    columns = _Columns(bars, width)
    drawn = panels(bars, ticks=max(2, columns.chart // 6), label_width=lambda _: 0.0)
    clocked = [panel for panel in drawn if panel.day]
    for panel in drawn:
        yield list(_panel(panel, bars, columns, paint, is_dated=len(clocked) > 1))
    if bars:
        yield [paint("quiet", each) for each in _legend(bars, width)]


class _Columns:
    """Widths of the columns: drug, chart, times and minutes, codes."""

    def __init__(self, bars: tuple[Bar, ...], width: int) -> None:
        self.times = max((len(captions.times(bar)) for bar in bars), default=0)
        self.minutes = max((len(captions.minutes(bar)) for bar in bars), default=0)
        code = max((len(code) for bar in bars for code in (*bar.codes, "-")), default=5)
        two = max((len(captions.codes(bar)) for bar in bars if bar.codes), default=0)
        self.codes = max(min(two, 2 * code + 2), len(captions.NOT_REPORTED))
        room = width - (self.times + self.minutes + self.codes + 6)
        longest = max((width_in_columns(clean(bar.drug)) for bar in bars), default=0) + 1
        most = max(room - 22, 8) if width < 100 else 28
        self.drug = min(max(longest, 8), most) + 2
        self.chart = room - self.drug
        self.width = width


def _panel(
    panel: Panel, bars: tuple[Bar, ...], columns: _Columns, paint: Paint, *, is_dated: bool
) -> Iterator[str]:
    if panel.day is None:
        yield paint("head", f"{captions.NO_CLOCK.capitalize()}: drawn in charted order")
    else:
        if is_dated:
            yield paint("head", str(panel.day))
        yield from _axis(panel, columns, paint, is_dated=is_dated)
    for lane in panel.lanes:
        yield paint("head", clean(captions.lane_name(lane.name)))
        for placed in sorted(lane.placed, key=lambda each: (each.left, each.index)):
            yield from _row(placed, bars, columns, paint)


def _axis(panel: Panel, columns: _Columns, paint: Paint, *, is_dated: bool) -> Iterator[str]:
    labels, rule = [" "] * (columns.chart + 6), ["─"] * columns.chart
    days = [" "] * (columns.chart + 12)
    free = 0
    for tick in panel.ticks:
        at = round(tick.at * (columns.chart - 1))
        rule[at] = "┬"
        if at >= free:
            labels[at : at + 5] = tick.label
            free = at + 6
        if tick.day and tick.day != panel.day:
            days[at : at + 10] = str(tick.day)
    margin = " " * columns.drug
    if not is_dated and "".join(days).strip():
        yield paint("quiet", (margin + "".join(days)).rstrip()[: columns.width])
    yield paint("quiet", (margin + "".join(labels)).rstrip())
    yield paint("quiet", margin + "".join(rule))


def _row(placed: Placed, bars: tuple[Bar, ...], columns: _Columns, paint: Paint) -> Iterator[str]:
    bar = placed.bar
    codes = textwrap.wrap(captions.codes(bar), columns.codes) or [""]
    drug = fitted(clean(bar.drug), columns.drug - 2)
    first = (
        f"  {padded(drug, columns.drug - 2)}{''.join(_marks(placed, columns.chart))}"
        f"  {captions.times(bar):<{columns.times}}  {captions.minutes(bar):>{columns.minutes}}  "
    )
    yield first + paint("code" if bar.codes else "quiet", codes[0])
    remarks = _remarks(bar, bars, columns)
    margin = len(" " * columns.drug) + columns.chart + columns.times + columns.minutes + 6
    for n in range(max(len(codes) - 1, len(remarks))):
        remark = remarks[n] if n < len(remarks) else ""
        code = codes[n + 1] if n + 1 < len(codes) else ""
        left = " " * columns.drug + paint("quiet", remark)
        space = " " * (margin - columns.drug - width_in_columns(remark)) if code else ""
        yield (left + space + (paint("code", code) if code else "")).rstrip()


def _remarks(bar: Bar, bars: tuple[Bar, ...], columns: _Columns) -> list[str]:
    """What the marks cannot say: the kind of end, gaps by the clock, what it ran beside."""
    gaps = [f"{start}–{stop}" for start, stop in captions.gaps(bar)]
    said = [
        captions.end(bar),
        f"not counted {', '.join(gaps)}" if gaps else "",
        f"∥ with {clean(captions.beside(bar, bars))}" if bar.concurrent_with else "",
    ]
    words = " · ".join(each for each in said if each)
    return textwrap.wrap(words, columns.chart + columns.times + columns.minutes + 3)


def _marks(placed: Placed, width: int) -> list[str]:
    """The bar as one character a column."""
    marks = [" "] * width
    first = min(round(placed.left * width), width - 1)
    if is_instant(placed.bar):
        marks[first] = "▌" if placed.bar.codes else "□"
        return marks
    last = max(min(round(placed.right * width), width), first + 1)
    doubt = width if placed.doubt is None else min(round(placed.doubt * width), last - 1)
    for at in range(first, last):
        marks[at] = "▒" if at >= doubt else "█" if placed.bar.codes else "□"
    for left, right in placed.gaps:
        begin = max(round(left * width), first + 1)
        for at in range(begin, min(max(round(right * width), begin + 1), last - 1)):
            marks[at] = "╌"
    if placed.from_before:
        marks[first] = "◂"
    if placed.to_after:
        marks[last - 1] = "▸"
    return marks


def _legend(bars: tuple[Bar, ...], width: int) -> list[str]:
    """Only the marks this picture uses."""
    needed = captions.legend(bars)
    used = [f"{_MARKS[kind]} {kind}" for kind, is_needed in needed.items() if is_needed]
    whole = "   ".join(each.replace(" ", "\u00a0") for each in used)
    return [row.replace("\u00a0", " ") for row in textwrap.wrap(whole, width)]
