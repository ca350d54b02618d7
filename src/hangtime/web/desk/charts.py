"""A measure by week as bars: one SVG, drawn on the server, beside a table that says the same."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from typing import NamedTuple

__all__ = ["Bars", "drawn"]

WIDTH, HEIGHT = 320, 150
_LEFT, _RIGHT, _TOP, _BOTTOM = 42, 4, 12, 24
_STEPS = (1, 2, 2.5, 5, 10)
_THOUSAND, _MILLION = 1_000, 1_000_000
_MOST_LABELS = 5


class Bars(NamedTuple):
    """A measure of some weeks, in their order; None where there is nothing to measure.

    `unit`: written behind a value, a dollar sign before it.  `top`: the highest a value can be.
    """

    title: str
    unit: str
    points: tuple[tuple[str, float | None], ...]
    top: float | None = None


def drawn(bars: Bars) -> str:
    """The picture; its name tells its range, the table beside it tells every value."""
    top = bars.top or _round_top(max((value or 0 for _, value in bars.points), default=0))
    parts = [*_grid(bars, top), *_columns(bars, top)]
    return (
        f'<svg class="chart" viewBox="0 0 {WIDTH} {HEIGHT}" role="img"'
        f' aria-label="{escape(_name(bars))}">{"".join(parts)}</svg>'
    )


def _name(bars: Bars) -> str:
    known = [value for _, value in bars.points if value is not None]
    if not known:
        return f"{bars.title}: nothing to measure"
    low, high, last = min(known), max(known), known[-1]
    told = [_said(each, bars.unit) for each in (low, high, last)]
    return f"{bars.title}, by week: from {told[0]} to {told[1]}, last {told[2]}"


def _grid(bars: Bars, top: float) -> Iterator[str]:
    for share in (0, 0.5, 1):
        y = _y(share)
        yield f'<line class="chart-grid" x1="{_LEFT}" x2="{WIDTH - _RIGHT}" y1="{y}" y2="{y}"/>'
        words = escape(_said(top * share, bars.unit))
        yield f'<text class="chart-words" x="{_LEFT - 6}" y="{y + 4}" text-anchor="end">{words}</text>'


def _columns(bars: Bars, top: float) -> Iterator[str]:
    room = (WIDTH - _LEFT - _RIGHT) / max(1, len(bars.points))
    every = -(-len(bars.points) // _MOST_LABELS)
    last = len(bars.points) - 1
    for n, (week, value) in enumerate(bars.points):
        middle = round(_LEFT + room * (n + 0.5), 1)
        if (last - n) % every == 0:
            said = escape(week.partition("-")[2] or week)
            at, anchor = (WIDTH - _RIGHT, "end") if n == last else (middle, "middle")
            yield (
                f'<text class="chart-words" x="{at}" y="{HEIGHT - 8}" text-anchor="{anchor}">'
                f"{said}</text>"
            )
        if value is not None:
            height = max(1.5, (HEIGHT - _TOP - _BOTTOM) * min(1.0, value / top))
            wide = round(room * 0.68, 1)
            yield (
                f'<rect class="chart-bar" x="{round(middle - wide / 2, 1)}"'
                f' y="{round(HEIGHT - _BOTTOM - height, 1)}" width="{wide}"'
                f' height="{round(height, 1)}" rx="2"/>'
            )


def _y(share: float) -> float:
    return round(HEIGHT - _BOTTOM - share * (HEIGHT - _TOP - _BOTTOM), 1)


def _round_top(most: float) -> float:
    """The next round number that holds all values."""
    if most <= 0:
        return 1
    power = 1.0
    while power * 10 < most:
        power *= 10
    while power > most:
        power /= 10
    return next(step * power for step in _STEPS if step * power >= most)


def _said(value: float, unit: str) -> str:
    if unit == "$":
        return f"${_short(value)}"
    return f"{_short(value)} {unit}".strip() if unit != "%" else f"{_short(value)}%"


def _short(value: float) -> str:
    if value >= _MILLION:
        return f"{value / _MILLION:.3g}M"
    if value >= _THOUSAND:
        return f"{value / _THOUSAND:.3g}k"
    return f"{value:.3g}"
