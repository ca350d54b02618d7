"""Corrections applied: which entries stand, and what became of each.

A correction is an entry of its own that points at an older one; nothing is ever taken away.  The
last correction that holds decides.  Entries are read in the order they were recorded, so that a
correction can only reach back, and no two can undo each other.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from hangtime.chart.bodies import Corrected
from hangtime.chart.bodies.words import instant
from hangtime.chart.entries import Entry, pack
from hangtime.chart.visit import Conflict, Fact, Remembered, Standing

MINUTE = timedelta(minutes=1)


def recorded_order(entry: Entry) -> tuple[datetime, str, str, bytes]:
    """When an entry was recorded; who says what settles a tie of ids."""
    return instant(entry.recorded_at), entry.entry_id, *_said_by(entry)


def _said_by(entry: Entry) -> tuple[str, bytes]:
    return entry.author, pack(entry)


class Corrections:
    """The entries of one visit in recorded order, and what the corrections among them decide."""

    def __init__(self, entries: Iterable[Entry], visit_id: str, late_after: timedelta) -> None:
        self.late_after = late_after
        self.conflicts: list[Conflict] = []
        self.standing: list[tuple[Entry, Standing, str | None]] = []
        self.kept: dict[str, Entry] = {}
        for entry in sorted(entries, key=recorded_order):
            self._keep(entry, visit_id)
        self.decided: dict[str, Entry] = {}  # entry id -> the correction that decides it
        self.void: dict[str, str] = {}  # correction id -> the correction that undid it
        for entry in reversed(self.kept.values()):
            if isinstance(entry.body, Corrected):
                self._decide(entry, entry.body)

    def _keep(self, entry: Entry, visit_id: str) -> None:
        if entry.visit_id != visit_id:
            self._doubt("other_visit", "This entry belongs to another visit.", entry)
            self.standing.append((entry, "elsewhere", None))
        elif entry.entry_id not in self.kept:
            self.kept[entry.entry_id] = entry
        else:
            self.standing.append((entry, "repeated", None))
            if _said_by(entry) != _said_by(self.kept[entry.entry_id]):
                told = "Two entries have the same id and say different things: the first stands."
                self._doubt("same_id", told, entry)

    def _doubt(self, kind: str, message: str, *entries: Entry) -> None:
        ids = tuple(each.entry_id for each in entries)
        self.conflicts.append(Conflict(kind=kind, message=message, entries=ids))

    def _decide(self, entry: Entry, body: Corrected) -> None:
        """Later corrections have decided already: what they decided, this one no longer does."""
        if entry.entry_id in self.void:
            return
        target = self._earlier(body.corrects, entry)
        while target is not None and isinstance(target.body, Corrected):
            self.void.setdefault(target.entry_id, entry.entry_id)
            if body.replacement is None:
                return
            target = self._earlier(target.body.corrects, target)
        if target is None:
            self._doubt("corrects_nothing", "This corrects an entry that is not there.", entry)
        elif target.entry_id in self.decided:
            self.void[entry.entry_id] = self.decided[target.entry_id].entry_id
        else:
            self.decided[target.entry_id] = entry

    def _earlier(self, entry_id: str, than: Entry) -> Entry | None:
        found = self.kept.get(entry_id)
        if found is None or recorded_order(found) >= recorded_order(than):
            return None
        return found

    def facts(self) -> list[Fact]:
        """What stands, in the order things happened."""
        found = [fact for each in self.kept.values() if (fact := self._fact(each)) is not None]
        return sorted(found, key=lambda fact: (fact.at, instant(fact.recorded_at), fact.entry_id))

    def _fact(self, entry: Entry) -> Fact | None:
        if isinstance(entry.body, Corrected):
            return None
        by = self.decided.get(entry.entry_id)
        if by is None:
            return self._as_said(entry, entry.body, entry.happened_at, entry)
        assert isinstance(by.body, Corrected)
        if by.body.replacement is None:
            return None
        happened_at = by.body.happened_at or entry.happened_at
        return self._as_said(entry, by.body.replacement, happened_at, by)

    def _as_said(self, entry: Entry, body: object, happened_at: datetime, by: Entry) -> Fact:
        return Fact(
            entry_id=entry.entry_id,
            body=body,  # pyright: ignore[reportArgumentType]
            happened_at=happened_at,
            at=instant(happened_at),
            recorded_at=by.recorded_at,
            author=by.author,
            author_name=by.author_name,
            credential=by.credential,
            is_late=self._lateness(by, happened_at) > self.late_after,
            corrected_by=by.entry_id if by is not entry else None,
        )

    def _lateness(self, entry: Entry, happened_at: datetime) -> timedelta:
        return instant(entry.recorded_at) - instant(happened_at)

    def history(self) -> tuple[Remembered, ...]:
        """Every entry in recorded order."""
        found = [*self.standing, *((each, *self._became(each)) for each in self.kept.values())]
        found.sort(key=lambda each: (*recorded_order(each[0]), each[1], each[0].visit_id))
        return tuple(self._remembered(*each) for each in found)

    def _became(self, entry: Entry) -> tuple[Standing, str | None]:
        if isinstance(entry.body, Corrected):
            by = self.void.get(entry.entry_id)
            return ("void", by) if by is not None else ("correction", None)
        decided = self.decided.get(entry.entry_id)
        if decided is None:
            return "stands", None
        assert isinstance(decided.body, Corrected)
        return ("replaced" if decided.body.replacement else "struck"), decided.entry_id

    def _remembered(self, entry: Entry, standing: Standing, by: str | None) -> Remembered:
        late = max(self._lateness(entry, entry.happened_at), timedelta(0))
        return Remembered(
            entry=entry,
            standing=standing,
            by=by,
            is_late=late > self.late_after,
            late_minutes=late // MINUTE,
        )
