"""Times as they stand on paper: in the zone of the site, with no more than is needed to be sure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, tzinfo

from hangtime import clock

__all__ = ["NOTHING", "Times", "day_of"]

NOTHING = "—"


def day_of(day: date) -> str:
    """A date, "2 Mar 2026"."""
    return f"{day.day} {day:%b %Y}"


class Times:
    """Writes moments (aware) of one record, in its zone; in UTC where the zone is not known.

    A clock time stands alone where everything happened on one day; otherwise the day is beside it.
    Where the clocks changed in between, the offset is too.
    """

    def __init__(self, zone: str | None, moments: Iterable[datetime]) -> None:
        self.place: tzinfo = (clock.zone(zone) if zone else None) or UTC
        local = [each.astimezone(self.place) for each in moments]
        self.is_one_day = len({each.date() for each in local}) < 2
        self.is_one_offset = len({each.utcoffset() for each in local}) < 2

    def when(self, at: datetime | None) -> str:
        """A moment within the record: "09:05", "2 Mar 23:05", "1 Nov 01:30 −06:00"."""
        if at is None:
            return NOTHING
        local = at.astimezone(self.place)
        day = "" if self.is_one_day else f"{local.day} {local:%b} "
        offset = "" if self.is_one_offset else f" {_offset(local)}"
        return f"{day}{_clock(local)}{offset}"

    def recorded(self, at: datetime, happened: datetime) -> str:
        """When something was recorded: by the clock where that was on the day it happened."""
        local, other = at.astimezone(self.place), happened.astimezone(self.place)
        is_plain = local.date() == other.date() and self.is_one_offset
        return f"{local:%H:%M}" if is_plain else self.full(at)

    def full(self, at: datetime | None) -> str:
        """A moment that stands alone: "2 Mar 2026 09:05 CST"."""
        if at is None:
            return NOTHING
        local = at.astimezone(self.place)
        return f"{day_of(local)} {local:%H:%M} {local.tzname()}"


def _clock(local: datetime) -> str:
    return f"{local:%H:%M:%S}" if local.second else f"{local:%H:%M}"


def _offset(local: datetime) -> str:
    words = f"{local:%z}"
    return f"{words[:3]}:{words[3:5]}".replace("-", "−")
