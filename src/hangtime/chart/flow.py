"""What runs, how much is in, and when it should be over.

An estimate from rate and volume for the person at the chair; it is never a stop.  Moments are UTC.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import msgspec

from hangtime.chart.visit import Administration

__all__ = ["Running", "delivered_minutes", "end_of", "expected_end", "minutes_between", "running"]

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
HORIZON = timedelta(weeks=4)  # what would run longer has a wrong rate or volume


class Running(msgspec.Struct, frozen=True, kw_only=True):
    """An infusion that has not ended.

    `elapsed_minutes` is without pauses.  `infused_ml` and `should_have_ended` are reckoned from the
    charted rate and volume; None where they are not charted, or while it is paused.
    """

    administration_id: str
    drug: str
    access_id: str | None
    started_at: datetime
    is_paused: bool
    elapsed_minutes: int
    rate_ml_per_h: float | None
    volume_ml: float | None
    infused_ml: float | None
    should_have_ended: datetime | None
    is_past_end: bool


def minutes_between(begin: datetime, end: datetime) -> float:
    return (end - begin) / MINUTE


def end_of(given: Administration) -> datetime | None:
    """When it ended as far as charted; a push or an injection ends as it is given."""
    if given.started is not None and given.infusion is None:
        return given.started.at
    ended = [each.at for each in (given.stopped, given.left_running, given.disconnected) if each]
    return min(ended, default=None)


def running(given: Administration, now: datetime) -> Running:
    """What can be said at `now` of an infusion that has not ended."""
    assert given.started is not None
    volume = _volume(given)
    pieces = list(_pieces(given, now))
    infused = sum(rate * hours for _, hours, rate in pieces if rate is not None)
    end = expected_end(given)
    return Running(
        administration_id=given.administration_id,
        drug=given.drug,
        access_id=given.last_access_id,
        started_at=given.started.at,
        is_paused=_is_paused(given, now),
        elapsed_minutes=int(delivered_minutes(given, now)),
        rate_ml_per_h=_rate(given, now),
        volume_ml=volume,
        infused_ml=None if _rate(given, now) is None else round(min(infused, volume or infused), 1),
        should_have_ended=end,
        is_past_end=end is not None and now > end,
    )


def delivered_minutes(given: Administration, until: datetime) -> float:
    """Minutes from the start to `until`, without pauses."""
    if given.started is None or until <= given.started.at:
        return 0
    paused = timedelta(0)
    for begin, end in _breaks(given, until):
        paused += end - begin
    return max(minutes_between(given.started.at, until) - paused / MINUTE, 0)


def expected_end(given: Administration) -> datetime | None:
    """When the volume is in at the rates charted, else when the ordered duration is over."""
    if given.started is None or any(each.stop is None for each in given.breaks):
        return None
    volume = _volume(given)
    if volume is not None and given.rates:
        return _when_empty(given, volume)
    if given.order is None or given.order.duration_minutes is None:
        return None
    minutes = float(given.order.duration_minutes)
    if not 0 < minutes <= HORIZON / MINUTE:
        return None
    end = given.started.at + timedelta(minutes=minutes)
    return end + sum((b.stop.at - b.start.at for b in given.breaks if b.stop), start=timedelta(0))


def _when_empty(given: Administration, volume: float) -> datetime | None:
    assert given.started is not None
    left = volume
    for begin, hours, rate in _pieces(given, given.started.at + HORIZON):
        if rate and left <= rate * hours:
            return begin + (left / rate) * HOUR
        left -= (rate or 0) * hours
    return None


def _volume(given: Administration) -> float | None:
    infusion, bag, order = given.infusion, given.bag, given.order
    for said in (infusion, bag, order):
        if said is not None and said.volume_ml:
            return float(said.volume_ml)
    return None


def _rate(given: Administration, at: datetime) -> float | None:
    """The rate last set at a moment."""
    found = [rate for when, rate in given.rates if when <= at]
    return float(found[-1]) if found else None


def _breaks(given: Administration, until: datetime) -> Iterator[tuple[datetime, datetime]]:
    """Pauses within the run, cut to it."""
    assert given.started is not None
    begin = given.started.at
    for each in given.breaks:
        stop = min(each.stop.at if each.stop else until, until)
        start = max(each.start.at, begin)
        if stop > start:
            yield start, stop


def _is_paused(given: Administration, now: datetime) -> bool:
    return any(
        each.start.at <= now and (each.stop is None or each.stop.at > now) for each in given.breaks
    )


def _pieces(
    given: Administration, until: datetime
) -> Iterator[tuple[datetime, float, float | None]]:
    """Stretches at one rate: beginning, hours, mL/h; a pause is at 0."""
    assert given.started is not None
    begin = given.started.at
    breaks = list(_breaks(given, until))
    points = {begin, *(at for at, _ in given.rates), *(at for pair in breaks for at in pair)}
    marks = sorted(at for at in points if begin <= at < until)
    for here, there in zip(marks, [*marks[1:], until], strict=False):
        is_paused = any(start <= here < stop for start, stop in breaks)
        if there > here:
            yield here, (there - here) / HOUR, 0 if is_paused else _rate(given, here)
