"""Segments: rows of one running order, cut at every change of rate and at every pause.

Coded row by row, each would look like an infusion of its own, and every one of them would be too
short or too many.  Here they become one administration with its rate changes and interruptions.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal

from hangtime.formats.mapping.joined import Joined, alone, filled, instant, with_lists
from hangtime.formats.mapping.rows import Charted
from hangtime.formats.mapping.spec import SegmentSpec
from hangtime.model import Interruption, RateChange

# Amounts that add up over segments, each with the unit that must agree.
SUMS = (
    ("dose", "dose_unit"),
    ("volume_infused_ml", None),
    ("minutes", None),
    ("discarded", "discarded_unit"),
)


def runs(group: list[Charted], spec: SegmentSpec) -> Iterator[Joined]:
    """Segments that touch, overlap, or follow a pause are one run; a longer gap begins another."""
    timed = [row for row in group if row["start"] is not None]
    yield from (alone(row) for row in group if row["start"] is None)
    times = [at for row in timed for at in (row["start"], row["stop"]) if at is not None]
    if len(timed) == 1 or len({at.tzinfo is None for at in times}) > 1:
        yield from (alone(row) for row in timed)
        return
    timed.sort(key=lambda row: (instant(row["start"]), instant(row["stop"] or row["start"])))
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
    gap = instant(row["start"]) - max(instant(each["stop"]) for each in run)
    return gap <= timedelta(minutes=float(spec.join_gaps_up_to))


def _run(rows: list[Charted]) -> Joined:
    """One administration of its segments, in the order of time."""
    if len(rows) == 1:
        return alone(rows[0])
    values = with_lists(filled(rows), rows)
    values["start"] = rows[0]["start"]
    values["stop"] = _end(rows)
    values["interruptions"] = (*values.get("interruptions", ()), *_pauses(rows))
    values["rate_changes"] = tuple(_rate_changes(rows))
    joined = Joined(rows, values)
    _add_up(joined)
    return joined


def _end(rows: list[Charted]) -> datetime | None:
    """The latest stop; None where the last segment has none, for it was never seen to end."""
    stops = [row["stop"] for row in rows if row["stop"] is not None]
    return max(stops, key=instant) if rows[-1]["stop"] is not None else None


def _pauses(rows: list[Charted]) -> Iterator[Interruption]:
    """The time between a segment's stop and the next one's start did not count."""
    end: datetime | None = None
    for row in rows:
        if end is not None and instant(row["start"]) > instant(end):
            yield Interruption(start=end, stop=row["start"])
        if end is None or (row["stop"] is not None and instant(row["stop"]) > instant(end)):
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
