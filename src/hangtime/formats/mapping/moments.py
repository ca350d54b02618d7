"""Moments: rows that say start, stop or something else of an administration, by its order."""

from __future__ import annotations

from datetime import datetime

from hangtime.formats.mapping.joined import Joined, filled, instant, with_lists
from hangtime.formats.mapping.rows import Charted
from hangtime.model import Interruption, RateChange

_NEVER = datetime(1, 1, 1)  # rows without a time are not sorted


class Moments:
    """Goes through the rows of one order in time and opens and closes administrations."""

    def __init__(self, group: list[Charted]) -> None:
        self.joined: list[Joined] = []
        self._open: Joined | None = None  # running
        self._last: Joined | None = None  # stopped, and may be resumed
        for row in group:
            if row.at is None:
                self._begin(row)
        # Times with an offset and times without have no order among each other.
        self._go_through([row for row in group if row.at and row.at.tzinfo is None])
        self._go_through([row for row in group if row.at and row.at.tzinfo is not None])
        for each in self.joined:
            each.values = with_lists(filled(each.rows) | each.values, each.rows)

    def _go_through(self, rows: list[Charted]) -> None:
        self._open = self._last = None
        rows.sort(key=lambda row: (instant(row.at or _NEVER), row.rank, row.line))
        for row in rows:
            getattr(self, f"_{row.event}")(row, row.at)

    def _begin(self, row: Charted) -> Joined:
        joined = Joined([row], {})
        self.joined.append(joined)
        return joined

    def _give(self, row: Charted, at: datetime) -> None:
        self._begin(row).values["start"] = at

    def _start(self, row: Charted, at: datetime) -> None:
        self._open = self._begin(row)
        self._open.values["start"] = at
        self._last = None

    def _stop(self, row: Charted, at: datetime) -> None:
        if self._open is None and self._last is not None:
            self._last.rows.append(row)
            self._last.doubts.append(("stop", "is charted twice; the first is kept"))
            return
        joined = self._running(row)
        joined.values["stop"] = at
        self._open, self._last = None, joined

    _pause = _stop

    def _resume(self, row: Charted, at: datetime) -> None:
        if self._open is not None:
            self._observe(row, at)
        elif self._last is None:
            self._start(row, at)
        else:
            self._open, self._last = self._last, None
            self._open.rows.append(row)
            stop = self._open.values.pop("stop")
            pauses = self._open.values.setdefault("interruptions", ())
            self._open.values["interruptions"] = (*pauses, Interruption(start=stop, stop=at))

    def _observe(self, row: Charted, at: datetime) -> None:
        self._running(row).values["last_observed_infusing"] = at

    def _rate(self, row: Charted, at: datetime) -> None:
        joined = self._running(row)
        joined.values["last_observed_infusing"] = at
        rate = row["rate_ml_per_h"]
        if rate is not None:
            change = RateChange(at=at, rate_ml_per_h=rate)
            joined.values["rate_changes"] = (*joined.values.get("rate_changes", ()), change)

    def _running(self, row: Charted) -> Joined:
        """What is running; where no start was charted, an administration without one."""
        if self._open is None:
            self._open = self._begin(row)
            self._last = None
        else:
            self._open.rows.append(row)
        return self._open
