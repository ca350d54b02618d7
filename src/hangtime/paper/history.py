"""The record as it was written: every correction with its reason, every entry, everybody who wrote."""

from __future__ import annotations

from collections.abc import Iterator

from hangtime.chart import Entry
from hangtime.chart.bodies import Corrected
from hangtime.chart.visit import Remembered, Standing
from hangtime.paper.given import lines
from hangtime.paper.reading import Reading, person
from hangtime.paper.sheet import Block, Cell, Column, Heading, Paragraph, Struck, Table

__all__ = ["corrections", "every_entry", "who_charted"]

_STANDINGS: dict[Standing, str] = {
    "stands": "stands",
    "replaced": "replaced",
    "struck": "struck out",
    "correction": "correction",
    "void": "correction, no longer holds",
    "repeated": "sent again",
    "elsewhere": "of another visit",
}
_GONE = frozenset({"replaced", "struck", "void"})


class _Numbers:
    """Entries by their number on this paper, in the order they were recorded."""

    def __init__(self, reading: Reading) -> None:
        self.by_id: dict[str, int] = {}
        self.entries: dict[str, Entry] = {}
        for number, each in enumerate(reading.visit.history, 1):
            self.by_id.setdefault(each.entry.entry_id, number)
            self.entries.setdefault(each.entry.entry_id, each.entry)

    def __call__(self, entry_id: str | None) -> str:
        found = self.by_id.get(entry_id or "")
        return f"no. {found}" if found else "an entry that is not there"


def corrections(reading: Reading) -> Iterator[Block]:
    """What was wrong, what stands instead, why, and who says so."""
    yield Heading(text="Corrections")
    numbers = _Numbers(reading)
    found = [each for each in reading.visit.history if isinstance(each.entry.body, Corrected)]
    yield Table(
        columns=(
            Column("Recorded"), Column("Entry", 0.7), Column("Said", 2.4), Column("Now says", 2.4),
            Column("Reason", 1.6), Column("By", 1.1),
        ),
        rows=tuple(_correction(reading, numbers, each) for each in found),
        empty="No entry was corrected.",
    )  # fmt: skip


def _correction(reading: Reading, numbers: _Numbers, each: Remembered) -> tuple[Cell, ...]:
    entry, times, teller = each.entry, reading.times, reading.teller
    body = entry.body
    assert isinstance(body, Corrected)
    old = numbers.entries.get(body.corrects)
    was = f"{times.when(old.happened_at)} {teller.told(old.body)}" if old else "not there"
    if body.replacement is None:
        now = "nothing: struck out"
    else:
        at = body.happened_at or (old.happened_at if old else entry.happened_at)
        now = f"{times.when(at)} {teller.told(body.replacement)}"
    if each.standing == "void":
        now = f"{now}\n(no longer holds, by {numbers(each.by)})"
    return (
        times.full(entry.recorded_at),
        numbers(body.corrects),
        Struck(was) if old and each.standing == "correction" else was,
        now,
        body.reason,
        person(entry),
    )


def every_entry(reading: Reading) -> Iterator[Block]:
    """All entries in the order they were recorded, with what became of each."""
    yield Heading(text="Every entry as it was recorded")
    numbers = _Numbers(reading)
    yield Table(
        columns=(
            Column("No.", 0.45), Column("Happened", 0.95), Column("Recorded", 1.15),
            Column("Entry", 4.2), Column("By", 1.1), Column("Standing", 1.15),
        ),
        rows=tuple(
            _row(reading, numbers, number, each)
            for number, each in enumerate(reading.visit.history, 1)
        ),
    )  # fmt: skip
    yield Paragraph(
        text="Late: recorded longer after it happened than the site allows. A replaced or struck entry"
        " is drawn with a line through it, and its standing says by which entry."
    )


def _row(reading: Reading, numbers: _Numbers, number: int, each: Remembered) -> tuple[Cell, ...]:
    entry = each.entry
    told = reading.teller.told(entry.body)
    if isinstance(entry.body, Corrected):
        told = told.replace(":", f" of {numbers(entry.body.corrects)}:", 1)
    by = f" by {numbers(each.by)}" if each.by else ""
    return (
        str(number),
        reading.times.when(entry.happened_at),
        lines(
            reading.times.recorded(entry.recorded_at, entry.happened_at),
            f"late, {each.late_minutes} min" if each.is_late else None,
        ),
        Struck(told) if each.standing in _GONE else told,
        person(entry),
        f"{_STANDINGS[each.standing]}{by}",
    )


def who_charted(reading: Reading) -> Iterator[Block]:
    """Everybody who made an entry, and a line to sign on for those who sign on paper."""
    yield Heading(text="Who charted")
    written: dict[tuple[str, str, str], list[Entry]] = {}
    for each in reading.visit.history:
        entry = each.entry
        key = (entry.author_name, entry.credential or "", entry.author)
        written.setdefault(key, []).append(entry)
    yield Table(
        columns=(
            Column("Name", 1.4), Column("Credential", 0.9), Column("Account", 1.2),
            Column("Entries", 0.6), Column("Recorded", 1.9),
            Column("Signature", 2),
        ),
        rows=tuple(
            (
                name,
                credential or "not charted",
                account,
                str(len(entries)),
                lines(
                    reading.times.full(min(each.recorded_at for each in entries)),
                    reading.times.full(max(each.recorded_at for each in entries)),
                ),
                "\n",
            )
            for (name, credential, account), entries in written.items()
        ),
    )  # fmt: skip
    yield Paragraph(
        text="Each entry was recorded under the account named, at the time named. A signature on paper is"
        " needed only where the site asks for one."
    )
