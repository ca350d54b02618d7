"""Charted clock times as moments: seconds since 1970 and the offset that was in force.

A time with an offset is what it says.  A naive time is read in the encounter's zone; one that
occurred twice or never when the clocks changed is refused, never guessed.  Without a zone a naive
time stands as written.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

EPOCH = datetime(1970, 1, 1)
HORIZON = timedelta(days=30)  # how far ahead a change of clocks is looked for
REPEATED = "repeated"
SKIPPED = "skipped"


class NotOneTime(ValueError):
    """A naive local time that occurred twice or never; `kind` is REPEATED or SKIPPED."""

    def __init__(self, kind: str) -> None:
        super().__init__(f"the local time is {kind}")
        self.kind = kind


@lru_cache(maxsize=64)
def zone(name: str) -> ZoneInfo | None:
    """The zone of an IANA name, or None where there is none of that name."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def seconds(naive: datetime) -> int:
    """Whole seconds from 1970 to a naive time, as if it were universal."""
    return (naive - EPOCH) // timedelta(seconds=1)


def moment(charted: datetime, place: ZoneInfo | None, offset: int = 0) -> tuple[int, int]:
    """(seconds since 1970, offset in seconds) of a charted time; NotOneTime if it is not one.

    `offset` is used for a naive time where no zone is known.  The offset returned is that of the
    zone where there is one, so that dates are local dates.
    """
    if charted.tzinfo is not None:
        at = seconds(charted.astimezone(UTC).replace(tzinfo=None))
        if place is not None:
            return at, offset_at(at, place)
        own = charted.utcoffset()
        return at, int(own.total_seconds()) if own is not None else 0
    if place is None:
        local = seconds(charted)
        return local - offset, offset
    return _moment_in(charted, place)


@lru_cache(maxsize=4096)
def _moment_in(charted: datetime, place: ZoneInfo) -> tuple[int, int]:
    """The same of a naive time in a zone.  Aware times are never cached: equal ones differ in offset."""
    first = _offset(charted.replace(tzinfo=place, fold=0))
    second = _offset(charted.replace(tzinfo=place, fold=1))
    if first != second:
        raise NotOneTime(REPEATED if first > second else SKIPPED)
    return seconds(charted) - first, first


def before_change(naive: datetime, place: ZoneInfo) -> int:
    """The moment of a repeated or skipped local time by the offset before the clocks changed."""
    return seconds(naive) - _offset(naive.replace(tzinfo=place, fold=0))


def _offset(aware: datetime) -> int:
    offset = aware.utcoffset()
    return int(offset.total_seconds()) if offset is not None else 0


@lru_cache(maxsize=4096)
def offset_at(at: int, place: ZoneInfo) -> int:
    """The zone's offset in seconds at a moment."""
    return _offset((EPOCH + timedelta(seconds=at)).replace(tzinfo=UTC).astimezone(place))


@lru_cache(maxsize=4096)
def next_change(day: int, place: ZoneInfo) -> tuple[int, int] | None:
    """The first change of clocks within the month after a day number: (moment, offset after)."""
    low = day * 86400
    high = low + int(HORIZON.total_seconds())
    before = offset_at(low, place)
    if offset_at(high, place) == before:
        return None
    while high - low > 1:
        middle = (low + high) // 2
        if offset_at(middle, place) == before:
            low = middle
        else:
            high = middle
    return high, offset_at(high, place)


def local(at: int, offset: int, *, is_aware: bool) -> datetime:
    """The local clock time of a moment, with its offset where one is known."""
    naive = EPOCH + timedelta(seconds=at + offset)
    if not is_aware:
        return naive
    return naive.replace(tzinfo=timezone(timedelta(seconds=offset)))
