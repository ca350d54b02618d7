"""The clock axis of a timeline: minutes from date-times and back, windows, and where ticks stand.

Distances are real minutes, so an hour that the clocks repeat takes its room; labels are the local
clock.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo

_STEPS = (5, 10, 15, 30, 60, 120, 180, 240, 360, 720, 1440)  # minutes between ticks

Span = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Tick:
    """A mark on the axis: its clock time, and the date where a day begins."""

    at: float
    label: str
    day: date | None


@dataclass(frozen=True, slots=True)
class Clock:
    """Minutes on one axis from date-times, and back.  Without a zone, wall clock as it stands."""

    zone: tzinfo | None

    def minutes(self, moment: datetime) -> float:
        """Minutes since 1970 on this axis."""
        if self.zone is None:
            moment = moment.replace(tzinfo=UTC)
        elif moment.tzinfo is None:
            moment = moment.replace(tzinfo=self.zone)
        return moment.timestamp() / 60

    def local(self, minutes: float) -> datetime:
        """The wall-clock time of a position, without zone; `fold` 1 in an hour's second run."""
        moment = datetime.fromtimestamp(minutes * 60, tz=UTC)
        return moment.astimezone(self.zone or UTC).replace(tzinfo=None)


def whole_day(clock: Clock, day: date) -> Span:
    """From midnight to midnight on the local clock."""
    midnight = datetime(day.year, day.month, day.day)
    return clock.minutes(midnight), clock.minutes(midnight + timedelta(days=1))


def fractions(span: Span, window: Span) -> Span:
    """The part of a span that lies in the window, as fractions of the window."""
    width = window[1] - window[0]
    left, right = ((min(max(at, window[0]), window[1]) - window[0]) / width for at in span)
    return left, right


def step_for(span: float, most: int) -> int:
    """The finest step with at most so many ticks over so many minutes."""
    return next((step for step in _STEPS if span / step <= most), _STEPS[-1])


def window_of(clock: Clock, span: Span, most: int) -> tuple[int, Span]:
    """The finest step of ticks, and the stretch from a tick to a tick that holds the span."""
    fitting = (
        (step, window)
        for step in _STEPS
        if (window := _held(clock, span, step))[1] - window[0] <= most * step
    )
    return next(fitting, (_STEPS[-1], _held(clock, span, _STEPS[-1])))


def _held(clock: Clock, span: Span, step: int) -> Span:
    """From the tick before the span to a tick after it, with a little room for its last mark."""
    low = clock.minutes(_tick_before(clock.local(span[0]), step))
    return low, clock.minutes(_tick_before(clock.local(span[1] + 1.1 * step), step))


def _tick_before(moment: datetime, step: int) -> datetime:
    midnight = moment.replace(hour=0, minute=0, second=0, microsecond=0)
    minutes = (moment - midnight).total_seconds() // 60
    tick = midnight + timedelta(minutes=minutes // step * step)
    return tick.replace(fold=moment.fold)  # the second of two equal hours stays the second


def ticks_of(clock: Clock, window: Span, step: int) -> tuple[Tick, ...]:
    """Ticks at round local times within the window."""
    ticks: list[Tick] = []
    moment = _tick_before(clock.local(window[0]), step)
    while (at := clock.minutes(moment)) <= window[1] + 0.001:
        is_day = not ticks or moment.time() == datetime.min.time()
        if at >= window[0] - 0.001:
            left = fractions((at, at), window)[0]
            ticks.append(Tick(left, f"{moment:%H:%M}", moment.date() if is_day else None))
        moment += timedelta(minutes=step)
    return tuple(ticks)
