"""Where each bar of a timeline stands, for every way of drawing it.

Positions are fractions of a panel's width, 0 to 1.  A stay of up to 36 hours is one panel; a longer
one has a panel for every day on which something starts or ends, all over the same clock hours, so
that times line up.  Bars without clock times stand in charted order in a panel of their own.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from hangtime.model import Bar
from hangtime.pictures.axis import (
    Clock,
    Span,
    Tick,
    fractions,
    step_for,
    ticks_of,
    whole_day,
    window_of,
)

ONE_PANEL_HOURS = 36
INSTANT_ROUTES = frozenset(
    {"iv_push", "im", "sc", "ia_push", "intrathecal", "on_body", "oral", "other"}
)
END_BEYOND = frozenset({"observed", "off_site"})  # ran at least so long: the doubt lies after
END_WITHIN = frozenset({"volume", "disconnected"})  # computed or indirect: the doubt lies around
_NOMINAL = 15.0  # minutes drawn for a clockless bar whose length nobody charted


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """A bar on its panel.  `index` is its place in the outcome's timeline.

    From `doubt` on the end is uncertain (None: certain).  `beside` are the stretches it ran
    together with the bars it is concurrent with.  `label` is where its text begins.
    """

    index: int
    bar: Bar
    left: float
    right: float
    row: int
    label: float
    doubt: float | None
    gaps: tuple[Span, ...]
    beside: tuple[Span, ...]
    from_before: bool
    to_after: bool


@dataclass(frozen=True, slots=True)
class Lane:
    """The bars of one access; `rows` is how many rows they need so that none covers another."""

    name: str
    rows: int
    placed: tuple[Placed, ...]


@dataclass(frozen=True, slots=True)
class Panel:
    """Lanes over one stretch of clock; `day` is None without clock times."""

    day: date | None
    lanes: tuple[Lane, ...]
    ticks: tuple[Tick, ...]


@dataclass(frozen=True, slots=True)
class _Extent:
    index: int
    bar: Bar
    begin: float
    end: float
    doubt: float | None


def is_instant(bar: Bar) -> bool:
    """Whether the bar is a moment, not a stretch: a push or injection without a later stop."""
    if bar.start is not None and bar.stop is not None and _is_later(bar.stop, bar.start):
        return bar.end == "instant"
    return bar.end == "instant" or bar.route in INSTANT_ROUTES


def panels(
    bars: Sequence[Bar], *, ticks: int, label_width: Callable[[Bar], float]
) -> tuple[Panel, ...]:
    """Place every bar.  `ticks` is the most marks an axis may have.

    `label_width` gives the width of a bar's text as a fraction of the panel, so that rows are
    packed with room for it.
    """
    clocked = [index for index, bar in enumerate(bars) if bar.start or bar.stop]
    clockless = [index for index, bar in enumerate(bars) if not (bar.start or bar.stop)]
    found: list[Panel] = []
    if clocked:
        found += _clocked_panels(bars, clocked, ticks, label_width)
    if clockless:
        found.append(_clockless_panel(bars, clockless, label_width))
    return tuple(found)


def _is_later(one: datetime, other: datetime) -> bool:
    zone = one.tzinfo if one.tzinfo and other.tzinfo else None
    return Clock(zone).minutes(one) > Clock(zone).minutes(other)


def _clocked_panels(
    bars: Sequence[Bar], indices: list[int], ticks: int, label_width: Callable[[Bar], float]
) -> list[Panel]:
    clock = _clock_of([bars[index] for index in indices])
    extents = _extents(bars, indices, clock)
    low, high = min(each.begin for each in extents), max(each.end for each in extents)
    if high - low <= ONE_PANEL_HOURS * 60:
        step, window = window_of(clock, (low, high), ticks)
        windows = [window]
    else:
        windows = _days(clock, extents)
        step = step_for(max(b - a for a, b in windows), ticks)
    return [
        Panel(
            clock.local(window[0]).date(),
            _lanes(extents, window, clock, label_width),
            ticks_of(clock, window, step),
        )
        for window in windows
    ]


def _clockless_panel(
    bars: Sequence[Bar], indices: list[int], label_width: Callable[[Bar], float]
) -> Panel:
    extents: list[_Extent] = []
    at = 0.0
    for index in indices:
        bar = bars[index]
        length = 0.0 if is_instant(bar) else float(bar.minutes or _NOMINAL)
        doubt = at if bar.end == "none" and not is_instant(bar) else None
        extents.append(_Extent(index, bar, at, at + length, doubt))
        at += max(length, _NOMINAL)
    return Panel(None, _lanes(extents, (0.0, at), Clock(None), label_width), ())


def _clock_of(bars: list[Bar]) -> Clock:
    moments = [moment for bar in bars for moment in (bar.start, bar.stop) if moment]
    zones = [moment.tzinfo for moment in moments]
    return Clock(zones[0] if all(zones) else None)


def _extents(bars: Sequence[Bar], indices: list[int], clock: Clock) -> list[_Extent]:
    known = [
        clock.minutes(moment)
        for index in indices
        for moment in (bars[index].start, bars[index].stop)
        if moment
    ]
    stub = max(_NOMINAL, 0.06 * min(max(known) - min(known), 24 * 60))
    return [_extent(index, bars[index], clock, stub) for index in indices]


def _extent(index: int, bar: Bar, clock: Clock, stub: float) -> _Extent:
    """The stretch to draw: `stub` minutes stand for a side that nobody charted."""
    end = clock.minutes(bar.stop) if bar.stop else None
    if bar.start is None:
        return _extent_before(index, bar, end or 0.0, stub)
    begin = clock.minutes(bar.start)
    if is_instant(bar):
        return _Extent(index, bar, begin, begin, None)
    if end is None and bar.minutes is not None and bar.end != "none":
        end = begin + bar.minutes
    if end is None or bar.end == "none":
        return _Extent(index, bar, begin, max(end or 0.0, begin + stub), begin)
    end = max(begin, end)
    if bar.end in END_BEYOND:
        return _Extent(index, bar, begin, end + stub, end)
    if bar.end in END_WITHIN:
        return _Extent(index, bar, begin, end, max(begin, end - max(stub / 2, 0.1 * (end - begin))))
    return _Extent(index, bar, begin, end, None)


def _extent_before(index: int, bar: Bar, end: float, stub: float) -> _Extent:
    """The stretch of a bar whose stop alone is known."""
    if bar.minutes is None:
        return _Extent(index, bar, end - stub, end, end - stub)
    return _Extent(index, bar, end - bar.minutes, end, None)


def _days(clock: Clock, extents: list[_Extent]) -> list[Span]:
    """One window a day on which something starts or ends, all over the same clock hours."""
    days = sorted({clock.local(at).date() for each in extents for at in (each.begin, each.end)})
    pieces = [
        (max(each.begin, low), min(each.end, high), low)
        for each in extents
        for low, high in (whole_day(clock, day) for day in days)
        if each.begin < high and each.end >= low
    ]
    first = min(begin - low for begin, _, low in pieces) // 60 * 60
    last = max(end - low for _, end, low in pieces) // 60 * 60 + 60
    windows = (whole_day(clock, day) for day in days)
    return [(low + first, min(low + last, high)) for low, high in windows]


def _lanes(
    extents: list[_Extent],
    window: Span,
    clock: Clock,
    label_width: Callable[[Bar], float],
) -> tuple[Lane, ...]:
    names = dict.fromkeys(each.bar.lane for each in extents)
    everywhere = {each.index: each for each in extents}
    lanes: list[Lane] = []
    for name in names:
        mine = [each for each in extents if each.bar.lane == name and _is_within(each, window)]
        mine.sort(key=lambda each: (each.begin, each.index))
        if mine:
            lanes.append(_packed(name, mine, window, (everywhere, clock, label_width)))
    return tuple(lanes)


def _packed(
    name: str,
    extents: list[_Extent],
    window: Span,
    around: tuple[dict[int, _Extent], Clock, Callable[[Bar], float]],
) -> Lane:
    """Each bar into the first row whose bars and texts have ended."""
    everywhere, clock, label_width = around
    ends: list[float] = []
    placed: list[Placed] = []
    for each in extents:
        left, right = fractions((each.begin, each.end), window)
        width = min(label_width(each.bar), 1.0)
        label = max(0.0, min(left, 1.0 - width))
        row = next((n for n, end in enumerate(ends) if end <= min(left, label)), len(ends))
        ends[row : row + 1] = [max(right, label + width)]
        placed.append(
            Placed(
                index=each.index,
                bar=each.bar,
                left=left,
                right=right,
                row=row,
                label=label,
                doubt=_doubt(each, window),
                gaps=_gaps(each, window, clock),
                beside=_beside(each, window, everywhere),
                from_before=each.begin < window[0],
                to_after=each.end > window[1],
            )
        )
    return Lane(name, len(ends), tuple(placed))


def _is_within(each: _Extent, window: Span) -> bool:
    return each.begin < window[1] and (each.end > window[0] or each.begin >= window[0])


def _doubt(each: _Extent, window: Span) -> float | None:
    if each.doubt is None or each.doubt >= window[1]:
        return None
    return fractions((each.doubt, each.doubt), window)[0]


def _gaps(each: _Extent, window: Span, clock: Clock) -> tuple[Span, ...]:
    spans = [(clock.minutes(start), clock.minutes(stop)) for start, stop in each.bar.gaps]
    return _clipped(spans, each, window)


def _beside(each: _Extent, window: Span, everywhere: dict[int, _Extent]) -> tuple[Span, ...]:
    others = (everywhere.get(index) for index in each.bar.concurrent_with)
    return _clipped([(other.begin, other.end) for other in others if other], each, window)


def _clipped(spans: list[Span], each: _Extent, window: Span) -> tuple[Span, ...]:
    low, high = max(each.begin, window[0]), min(each.end, window[1])
    inside = ((max(a, low), min(b, high)) for a, b in spans)
    return tuple(fractions(span, window) for span in inside if span[0] < span[1])
