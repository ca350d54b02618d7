"""Charting: what a nurse's device sends becomes entries of the ledger, each once.

An entry's id is chosen where it was charted, so a device that never heard the answer sends it again
and nothing is doubled.  Nobody's entry waits for another's: what contradicts is recorded and shown,
and only what cannot be meant is refused.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Literal, NamedTuple

import msgspec
from sqlalchemy.engine import Connection

from hangtime import chart
from hangtime.chart.bodies import Corrected, VisitOpened
from hangtime.chart.visit import Conflict
from hangtime.store import DifferentEntry, NewEntry, Stored, UnusableEntry
from hangtime.visits.clinic import Author, Clinic
from hangtime.visits.projecting import project
from hangtime.visits.records import VISIT, Record

__all__ = ["Charted", "Noted", "Recorded", "Refused", "open_visit", "record_entries"]

Result = Literal["recorded", "was_there", "refused", "different"]


class Noted(NamedTuple):
    """An entry as it comes from a device, by its clock."""

    entry_id: str
    happened_at: datetime
    body: chart.Body


class Refused(msgspec.Struct, frozen=True):
    """Why an entry cannot be recorded, by field; never the value."""

    field: str
    message: str


class Charted(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What became of one entry.  `seq` and `recorded_at` where it stands in the ledger."""

    entry_id: str
    result: Result
    seq: int | None = None
    recorded_at: datetime | None = None
    is_late: bool = False
    errors: tuple[Refused, ...] = ()


class Recorded(NamedTuple):
    """What became of each entry, the record with them, and the conflicts they brought."""

    entries: tuple[Charted, ...]
    record: Record | None
    arose: tuple[Conflict, ...]


def open_visit(clinic: Clinic, author: Author, noted: Noted, visit_id: str) -> Recorded:
    """Open a visit by its first entry, whose body is a `VisitOpened`."""
    return record_entries(clinic, author, visit_id, (noted,), is_opening=True)


def record_entries(
    clinic: Clinic,
    author: Author,
    visit_id: str,
    noted: Sequence[Noted],
    *,
    is_opening: bool = False,
) -> Recorded:
    """Record entries of one visit in their order; each is recorded, was there, or says why not.

    What one of a batch cannot be does not stop the others.  All that is recorded is committed
    together before this returns.
    """
    with clinic.writing() as connection:
        before = clinic.records.current(visit_id, connection)
        writing = _Writing(clinic, author, visit_id, connection, before, is_opening)
        done = tuple(writing.write(each) for each in noted)
        after = writing.record
        if after is not None and after is not before:
            project(connection, after, is_new=before is None)
    if after is not None:
        clinic.records.keep(after)
    return Recorded(done, after, _arose(before, after))


def _arose(before: Record | None, after: Record | None) -> tuple[Conflict, ...]:
    """Conflicts there were none of before."""
    known = before.visit.conflicts if before else ()
    return tuple(each for each in after.visit.conflicts if each not in known) if after else ()


class _Writing:
    """The entries of one request on their way into one transaction."""

    def __init__(
        self,
        clinic: Clinic,
        author: Author,
        visit_id: str,
        connection: Connection,
        record: Record | None,
        is_opening: bool,
    ) -> None:
        self.clinic, self.author, self.visit_id = clinic, author, visit_id
        self.connection, self.record, self.is_opening = connection, record, is_opening
        self.there = {each.entry_id for each in record.entries} if record else set[str]()

    def write(self, noted: Noted) -> Charted:
        if noted.entry_id not in self.there and (errors := self._refusals(noted)):
            return Charted(entry_id=noted.entry_id, result="refused", errors=errors)
        try:
            stored = self.clinic.ledger.append(self.connection, self._new(noted))
        except DifferentEntry:
            taken = Refused("entry_id", "is already used by another entry")
            return Charted(entry_id=noted.entry_id, result="different", errors=(taken,))
        except UnusableEntry:
            unusable = Refused("entry_id", "has to be printable and short")
            return Charted(entry_id=noted.entry_id, result="refused", errors=(unusable,))
        if not stored.was_there:
            self.record = self.clinic.records.with_appended(self.record, [stored], self.connection)
            self.there.add(noted.entry_id)
        return self._charted(stored, noted)

    def _refusals(self, noted: Noted) -> tuple[Refused, ...]:
        if self.record is None and not self.is_opening:
            return (Refused("visit_id", "there is no such visit"),)
        if isinstance(noted.body, VisitOpened) and self.record is not None:
            return (Refused("body.kind", "this visit is open already"),)
        visit = self.record.visit if self.record else chart.fold(())
        found = chart.refusals(visit, noted.body, noted.happened_at, self.clinic.now())
        refused = tuple(Refused(_in_request(each.field), each.message) for each in found)
        return refused or tuple(self._of_the_opening(noted.body))

    def _of_the_opening(self, body: chart.Body) -> Iterator[Refused]:
        """What a corrected opening may not say: what the site settled, or a unit that is not its own."""
        now = body.replacement if isinstance(body, Corrected) else None
        if self.record is None or not isinstance(now, VisitOpened):
            return
        for name in _SETTLED:
            if getattr(now, name) != getattr(self.record.first, name):
                kept = "was settled when the visit was opened, and stays"
                yield Refused(f"body.replacement.{name}", kept)
        site = self.clinic.sites.get(self.record.site_id)
        if site is not None and now.unit_id not in {each.unit_id for each in site.units}:
            yield Refused("body.replacement.unit_id", "is no unit of this site")

    def _new(self, noted: Noted) -> NewEntry:
        now = self.clinic.now()
        entry = chart.Entry(
            entry_id=noted.entry_id,
            visit_id=self.visit_id,
            happened_at=noted.happened_at,
            recorded_at=now,  # the ledger sets its own; an entry has to have one
            author=self.author.account_id,
            author_name=self.author.name,
            credential=self.author.credential,
            body=noted.body,
        )
        return NewEntry(
            entry_id=entry.entry_id,
            stream=VISIT,
            subject=self.visit_id,
            kind=chart.kind_of(entry.body),
            author=entry.author,
            body=chart.pack(entry),
        )

    def _charted(self, stored: Stored, noted: Noted) -> Charted:
        history = self.record.visit.history if self.record else ()
        is_late = any(e.is_late for e in history if e.entry.entry_id == noted.entry_id)
        return Charted(
            entry_id=noted.entry_id,
            result="was_there" if stored.was_there else "recorded",
            seq=stored.seq,
            recorded_at=stored.recorded_at,
            is_late=is_late,
        )


# Who may see a visit, that it is simulated, and when an entry is late are no nurse's to change.
_SETTLED = ("site_id", "is_simulated", "late_after_minutes")
_BESIDE_THE_BODY = frozenset({"happened_at", "visit_id"})


def _in_request(field: str) -> str:
    """A field of the body as the request spells it."""
    return field if field in _BESIDE_THE_BODY else f"body.{field}"
