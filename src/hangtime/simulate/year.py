"""The year of the hospital: its days, its clocks, and when patients come."""

from __future__ import annotations

from datetime import date, datetime

import numpy as np

from hangtime import clock
from hangtime.codesets.facts import day_number
from hangtime.simulate.arrays import Floats, Ints

ZONE = "America/Chicago"
DEPARTMENTS = ("emergency", "observation", "infusion", "oncology", "office")
DAY, MINUTE = 86_400, 60
# How many come on a day of the week, from Monday, and which part of them where.
_DAYS = np.array([1.10, 1.04, 1.0, 0.98, 0.94, 0.46, 0.42])
_WEEKDAY = np.array([0.22, 0.10, 0.26, 0.22, 0.20])
_WEEKEND = np.array([0.60, 0.28, 0.10, 0.02, 0.0])
# From which hour, to which, and how the arrivals of a department lie in between (beta distribution).
_HOURS = ((0.0, 24.0, 1.6, 1.2), (6.0, 23.5, 2.4, 1.5), (7.5, 15.0, 1.3, 1.8), (7.2, 13.5, 1.2, 2.2),
          (8.0, 16.0, 1.1, 1.2))  # fmt: skip


class Year:
    """One calendar year in the hospital's time zone; moments are seconds since 1970, UTC."""

    def __init__(self, year: int) -> None:
        self.year = year
        self.first = day_number(date(year, 1, 1))
        self.days = day_number(date(year + 1, 1, 1)) - self.first
        weekday = (np.arange(self.days) + date(year, 1, 1).weekday()) % len(_DAYS)
        self._is_weekend = weekday >= 5
        self._filled = np.cumsum(_DAYS[weekday]) / _DAYS[weekday].sum()
        place = clock.zone(ZONE)
        assert place is not None
        self._changes, self._offsets = _clock_changes(self.first, self.days, place)

    def days_of(self, shares: Floats) -> Ints:
        """The day of each arrival, by the share of the year's patients that came before it."""
        return self.first + np.searchsorted(self._filled, shares, side="right")

    def departments(self, days: Ints, draws: Floats) -> Ints:
        """The department of each arrival; places in DEPARTMENTS."""
        weekend = self._is_weekend[days - self.first]
        on_weekday = np.searchsorted(np.cumsum(_WEEKDAY), draws, side="right")
        on_weekend = np.searchsorted(np.cumsum(_WEEKEND), draws, side="right")
        return np.minimum(np.where(weekend, on_weekend, on_weekday), len(DEPARTMENTS) - 1)

    def arrivals(self, days: Ints, departments: Ints, rng: np.random.Generator) -> Ints:
        """The moment of each arrival, on a whole minute."""
        opens, closes, early, late = (
            np.array(each)[departments] for each in zip(*_HOURS, strict=True)
        )
        hours: Floats = opens + (closes - opens) * rng.beta(early, late)
        return self.moments(days * DAY + (hours * MINUTE).astype(np.int64) * MINUTE)

    def moments(self, local: Ints) -> Ints:
        """The moments of local times; one that occurs twice is its first, one skipped is later."""
        guess = local - self._offsets[0]
        return local - self.offsets(guess)

    def offsets(self, moments: Ints) -> Ints:
        """Seconds that the hospital's clocks are ahead of UTC."""
        return self._offsets[np.searchsorted(self._changes, moments, side="right")]

    def day(self, moments: Ints) -> Ints:
        """The local day number of each moment."""
        return (moments + self.offsets(moments)) // DAY


def _clock_changes(first: int, days: int, place: clock.ZoneInfo) -> tuple[Ints, Ints]:
    """The moments at which clocks change from this year into the next, and offsets between them."""
    changes: list[int] = []
    offsets = [clock.offset_at(first * DAY, place)]
    day = first
    while day < first + days + clock.HORIZON.days:
        found = clock.next_change(day, place)
        if found is None:
            day += clock.HORIZON.days
            continue
        changes.append(found[0])
        offsets.append(found[1])
        day = found[0] // DAY + 1
    return np.array(changes, np.int64), np.array(offsets, np.int64)


def as_date(day: int) -> date:
    """The calendar date of a day number."""
    return datetime.fromordinal(day + clock.EPOCH.toordinal()).date()
