"""Rows that are one administration: segments of a running order, or its start, stop and the rest.

A pump that changes its rate is charted as a new row; so is a pause.  Coded row by row, each would
look like an infusion of its own, and every one of them would be too short or too many.  Here they
become one administration with its rate changes and interruptions.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from hangtime.formats.mapping.rows import Charted
from hangtime.formats.mapping.spec import MapSpec, SegmentSpec
from hangtime.model import Container, Interruption, RateChange

# Amounts that add up over segments, each with the unit that must agree.
SUMS = (
    ("dose", "dose_unit"),
    ("volume_infused_ml", None),
    ("minutes", None),
    ("discarded", "discarded_unit"),
)


_NEVER = datetime(1, 1, 1)


@dataclass(slots=True)
class Joined:
    """One administration: its values and the rows it was put together from, first row first.

    `doubts` are fields of it on which its rows do not agree.
    """

    rows: list[Charted]
    values: dict[str, Any]
    doubts: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])


def together(rows: Sequence[Charted], spec: MapSpec) -> list[Joined]:
    """Every row in exactly one administration, in the order of their first rows."""
    position = {id(row): at for at, row in enumerate(rows)}
    joined: list[Joined] = []
    for group in _groups(rows):
        if spec.events is not None:
            joined += _Moments(group).joined
        elif spec.segments is not None:
            joined += _runs(group, spec.segments)
        else:
            joined += [alone(row) for row in group]
    return sorted(joined, key=lambda each: min(position[id(row)] for row in each.rows))


def alone(row: Charted) -> Joined:
    """A row that is an administration by itself."""
    return Joined([row], _with_lists(row.values, [row]))


def _groups(rows: Sequence[Charted]) -> Iterator[list[Charted]]:
    """Rows of one key; a row without a key is a group by itself."""
    groups: defaultdict[tuple[str, ...], list[Charted]] = defaultdict(list)
    for row in rows:
        if row.key:
            groups[row.key].append(row)
        else:
            yield [row]
    yield from groups.values()


# -- Segments --------------------------------------------------------------------------------------


def _runs(group: list[Charted], spec: SegmentSpec) -> Iterator[Joined]:
    """Segments that touch, overlap, or follow a pause are one run; a longer gap begins another."""
    timed = [row for row in group if row["start"] is not None]
    yield from (alone(row) for row in group if row["start"] is None)
    times = [at for row in timed for at in (row["start"], row["stop"]) if at is not None]
    if len(timed) == 1 or len({at.tzinfo is None for at in times}) > 1:
        yield from (alone(row) for row in timed)
        return
    timed.sort(key=lambda row: (_instant(row["start"]), _instant(row["stop"] or row["start"])))
    run: list[Charted] = []
    for row in timed:
        if run and not _continues(run, row, spec):
            yield _run(run)
            run = []
        run.append(row)
    if run:
        yield _run(run)


def _continues(run: list[Charted], row: Charted, spec: SegmentSpec) -> bool:
    if run[-1].pauses:
        return True
    if any(each["stop"] is None for each in run):  # still running when the next row was charted
        return True
    gap = _instant(row["start"]) - max(_instant(each["stop"]) for each in run)
    return gap <= timedelta(minutes=float(spec.join_gaps_up_to))


def _run(rows: list[Charted]) -> Joined:
    """One administration of its segments, in the order of time."""
    if len(rows) == 1:
        return alone(rows[0])
    values = _with_lists(_filled(rows), rows)
    values["start"] = rows[0]["start"]
    values["stop"] = _end(rows)
    values["interruptions"] = (*values.get("interruptions", ()), *_pauses(rows))
    values["rate_changes"] = tuple(_rate_changes(rows))
    joined = Joined(rows, values)
    _add_up(joined)
    return joined


def _filled(rows: Sequence[Charted]) -> dict[str, Any]:
    """The first value that any of the rows has, field by field."""
    values: dict[str, Any] = {}
    for row in rows:
        for name, value in row.values.items():
            values.setdefault(name, value)
    return values


def _end(rows: list[Charted]) -> datetime | None:
    """The latest stop; None where the last segment has none, for it was never seen to end."""
    stops = [row["stop"] for row in rows if row["stop"] is not None]
    return max(stops, key=_instant) if rows[-1]["stop"] is not None else None


def _pauses(rows: list[Charted]) -> Iterator[Interruption]:
    """The time between a segment's stop and the next one's start did not count."""
    end: datetime | None = None
    for row in rows:
        if end is not None and _instant(row["start"]) > _instant(end):
            yield Interruption(start=end, stop=row["start"])
        if end is None or (row["stop"] is not None and _instant(row["stop"]) > _instant(end)):
            end = row["stop"]


def _rate_changes(rows: list[Charted]) -> Iterator[RateChange]:
    before = rows[0]["rate_ml_per_h"]
    for row in rows[1:]:
        rate = row["rate_ml_per_h"]
        if rate is not None and rate != before:
            yield RateChange(at=row["start"], rate_ml_per_h=rate)
            before = rate


def _add_up(joined: Joined) -> None:
    """Sum what every segment charts; a sum over some of them would be a wrong total."""
    for amount, unit in SUMS:
        found = [row[amount] for row in joined.rows if row[amount] is not None]
        if not found:
            continue
        units = {row[unit] for row in joined.rows if row[amount] is not None} if unit else {None}
        if len(found) == len(joined.rows) and len(units) == 1:
            joined.values[amount] = sum(found, Decimal(0))
        else:
            del joined.values[amount]
            joined.doubts.append((amount, "is not charted in one unit in every segment"))


# -- Events ----------------------------------------------------------------------------------------


class _Moments:
    """Goes through the rows of one order in time and opens and closes administrations."""

    def __init__(self, group: list[Charted]) -> None:
        self.joined: list[Joined] = []
        self._open: Joined | None = None  # running
        self._last: Joined | None = None  # stopped, and may be resumed
        timed = [row for row in group if row.at is not None]
        untimed = [row for row in group if row.at is None]
        if len({_is_naive(row) for row in timed}) > 1:
            timed, untimed = [], group
        for row in untimed:
            self._begin(row)
        timed.sort(key=lambda row: (_instant(row.at or _NEVER), row.rank, row.line))
        self._open = self._last = None
        for row in timed:
            getattr(self, f"_{row.event}")(row, row.at)
        for each in self.joined:
            each.values = _filled(each.rows) | each.values
            each.values = _with_lists(each.values, each.rows)

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


def _is_naive(row: Charted) -> bool:
    return row.at is None or row.at.tzinfo is None


# -- Nested records --------------------------------------------------------------------------------


def _with_lists(values: dict[str, Any], rows: Sequence[Charted]) -> dict[str, Any]:
    """Values with the interruptions and containers that the rows name by dotted fields."""
    if not any("." in name for name in values):
        return values
    pauses = [
        Interruption(start=row["interruption.start"], stop=row["interruption.stop"])
        for row in rows
        if row["interruption.start"] is not None
    ]
    opened = [
        Container(**_nested(row, "container."))
        for row in rows
        if row["container.size"] is not None and row["container.size_unit"] is not None
    ]
    found = dict(values)
    if pauses:
        found["interruptions"] = (*found.get("interruptions", ()), *pauses)
    if opened:
        found["containers"] = tuple(opened)
    return found


def _nested(row: Charted, prefix: str) -> dict[str, Any]:
    return {
        name.removeprefix(prefix): value
        for name, value in row.values.items()
        if name.startswith(prefix)
    }


def _instant(at: datetime) -> datetime:
    """A time to sort by: aware ones by the instant, naive ones as they stand."""
    return at if at.tzinfo is None else at.astimezone(UTC)
