"""The checker's own clock: charted times as seconds of universal time, and stretches of them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from hangtime.model import Administration, Encounter

Spans = list[tuple[int, int]]  # sorted, from (included) to (not), in seconds
ZERO = datetime(1970, 1, 1, tzinfo=UTC)
SECOND = timedelta(seconds=1)


class NoMoment(Exception):
    """A charted time that is not one moment: it came twice, never, or cannot be compared."""


class Clock:
    """Reads the charted times of one encounter; `common` is the offset of its first aware time."""

    def __init__(self, encounter: Encounter) -> None:
        self.zone = _zone(encounter.time_zone)
        rows = encounter.administrations
        offsets = (_offset(at) for row in rows for at in (row.start, row.stop) if at is not None)
        self.common = next((offset for offset in offsets if offset is not None), None)

    def offset_of(self, row: Administration) -> int:
        """Seconds east of Greenwich at which a row's naive times stand where no zone is known."""
        charted = [at for at in (row.start, row.stop) if at is not None]
        own = next((found for at in charted if (found := _offset(at)) is not None), None)
        if own is None and charted and self.common is not None and self.zone is None:
            raise NoMoment
        return next(each for each in (own, self.common, 0) if each is not None)

    def read(self, at: datetime | None, offset: int) -> int | None:
        """The moment of a charted time; NoMoment where it is not one."""
        if at is None or at.tzinfo is not None or self.zone is None:
            return self.leniently(at, offset)
        first, second = (_utc(at.replace(tzinfo=self.zone, fold=fold)) for fold in (0, 1))
        if first != second:
            raise NoMoment
        return first

    def leniently(self, at: datetime | None, offset: int) -> int | None:
        """The same, an ambiguous time read the first way."""
        if at is None:
            return None
        if at.tzinfo is None and self.zone is None:
            return _utc(at.replace(tzinfo=UTC)) - offset
        return _utc(at.replace(tzinfo=self.zone, fold=0) if at.tzinfo is None else at)

    def day(self, moment: int, offset: int) -> date:
        """The local calendar day of a moment."""
        if self.zone is None:
            return (ZERO + (moment + offset) * SECOND).date()
        return (ZERO + moment * SECOND).astimezone(self.zone).date()

    def local_date(self, at: datetime) -> date:
        """The calendar day of a charted time."""
        is_moved = at.tzinfo is not None and self.zone is not None
        return (at.astimezone(self.zone) if is_moved else at).date()


def _zone(name: str | None) -> ZoneInfo | None:
    try:
        return ZoneInfo(name) if name else None
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def _utc(at: datetime) -> int:
    return (at - ZERO) // SECOND


def _offset(at: datetime) -> int | None:
    return None if (found := at.utcoffset()) is None else int(found / SECOND)


def without(spans: Iterable[tuple[int, int]], begin: int, end: int) -> Spans:
    """What is left of the spans without the time from begin to end."""
    left: Spans = []
    for first, last in spans:
        left += (
            [(first, min(last, begin)), (max(first, end), last)] if begin < end else [(first, last)]
        )
    return [each for each in left if each[0] < each[1]]


def united(spans: Iterable[tuple[int, int]]) -> Spans:
    """The spans in order, counting no time twice."""
    joined: Spans = []
    for first, last in sorted(spans):
        if joined and first <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], last))
        else:
            joined.append((first, last))
    return joined


def length(spans: Iterable[tuple[int, int]]) -> int:
    """Seconds in all."""
    return sum(last - first for first, last in spans)


def together(some: Spans, others: Spans) -> int:
    """Seconds that both have."""
    return sum(
        max(0, min(a[1], b[1]) - max(a[0], b[0])) for a in some for b in others
    )  # fmt: skip


def at_seconds(spans: Spans, seconds: int) -> int | None:
    """The moment at which so many seconds of the spans are over; None where they are too few."""
    for first, last in spans:
        if seconds < last - first:
            return first + seconds
        seconds -= last - first
    return None
