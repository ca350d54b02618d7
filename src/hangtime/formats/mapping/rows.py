"""One row of an export to typed contract fields, by what the map says of each."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from hangtime.formats.mapping.accounts import Fault, Kind, Tally
from hangtime.formats.mapping.columns import Cells, Columns, Test, Text
from hangtime.formats.mapping.lookups import Lookup
from hangtime.formats.mapping.source import Row
from hangtime.formats.mapping.spec import Anyof, MapSpec
from hangtime.formats.mapping.values import Note, SetAside, bind

_MARK = "\N{REPLACEMENT CHARACTER}"


@dataclass(slots=True)
class Charted:
    """One row as contract fields, before rows of one administration are put together.

    `key` says which rows belong together (empty: none do), `event` what moment the row is,
    `rank` settles moments at one clock time.  `details` are rows of side files, `copies` exact
    repetitions of the row: both share its fate.
    """

    file: str
    line: int
    values: dict[str, Any]
    key: tuple[str, ...] = ()
    event: str = ""
    at: datetime | None = None
    rank: tuple[int, str] = (0, "")
    pauses: bool = False
    inpatient: bool = False
    details: list[tuple[str, int]] = field(default_factory=list[tuple[str, int]])
    copies: list[tuple[str, int]] = field(default_factory=list[tuple[str, int]])

    def __getitem__(self, name: str) -> Any:
        return self.values.get(name)


class RowMap:
    """A map bound to the columns of one export."""

    def __init__(
        self, spec: MapSpec, columns: Columns, lookups: list[Lookup], tally: Tally
    ) -> None:
        self.spec = spec
        self.lookups = lookups
        self.tally = tally
        self.columns = columns
        bound = [bind(each, columns, tally) for each in spec.fields]
        self._encounter_id = next(each for each in bound if each.name == "encounter_id")
        self._values = [each for each in bound if each.name != "encounter_id"]
        self._drops: list[tuple[str, str, Test]] = [
            (_asked(each.when), each.reason, columns.test(each.key, each.when))
            for each in spec.drops
        ]
        self._inpatient = columns.test("export.inpatient_when", spec.inpatient)
        self._inpatient_column = _asked(spec.inpatient)
        self._group: list[Text] = []
        self._bind_groups()

    def _bind_groups(self) -> None:
        """Columns that say which rows are one administration, and what moment a row is."""
        spec, columns = self.spec, self.columns
        by = spec.segments or spec.events
        if by is not None:
            section = "segments.by" if spec.segments else "events.by"
            self._group = [columns.text(section, name) for name in by.by]
        pause = spec.segments.pause if spec.segments else ()
        self._pauses = columns.test("segments.pause_when", pause)
        if spec.events is not None:
            self._event = bind(spec.events.word, columns, self.tally)
            self._at = bind(spec.events.at, columns, self.tally)
            order = spec.events.order
            self._order = columns.text("events.order", order) if order else None

    def read(self, row: Row, file: str) -> tuple[str | None, Charted | None, list[Fault]]:
        """The encounter's id, the row as contract fields, and its faults.

        No contract fields: a fault sets the row aside.
        """
        faults: list[Fault] = []

        def note(id: str, name: str, problem: str, kind: Kind) -> None:
            faults.append(Fault(file, row.line, name, id, problem, kind))

        if row.problem:
            note(row.problem, "", "cannot be read as a row", "unusable")
            return None, None, faults
        if _MARK in "".join(row.cells):
            note("INPUT-NOT-UTF8", "", f"not all of it is {self.spec.encoding} text", "marked")
        for lookup in self.lookups:
            lookup.extend(row.cells)
        encounter_id: str | None = None
        try:
            encounter_id = self._encounter_id_of(row.cells, note)
            return encounter_id, self._charted(row.cells, file, row.line, note), faults
        except SetAside as reason:
            faults.clear()  # nothing of the row is used, so nothing else of it matters
            note(*reason.fault)
            return encounter_id, None, faults

    def _encounter_id_of(self, cells: Cells, note: Note) -> str:
        encounter_id: str | None = self._encounter_id.read(cells, note)
        if encounter_id is None:
            raise SetAside("INPUT-MISSING-ENCOUNTER-ID", "encounter_id", "is not charted")
        return encounter_id

    def details(self, row: Row) -> list[tuple[str, int]]:
        """File and line of the side rows that belong to this row and want an account."""
        return [
            (str(lookup.path), line)
            for lookup in self.lookups
            if lookup.spec.count_rows
            for line in lookup.claim(row.cells)
        ]

    def _charted(self, cells: Cells, file: str, line: int, note: Note) -> Charted:
        for column, reason, is_dropped in self._drops:
            if is_dropped(cells):
                raise SetAside("MAP-DROPPED", column, reason, "dropped")
        inpatient = self._inpatient(cells)
        if inpatient and not self.spec.treat_as_outpatient:
            reason = "the patient was an inpatient"
            raise SetAside("MAP-DROPPED", self._inpatient_column, reason, "dropped")
        values: dict[str, Any] = {}
        for name, read in self._values:
            value = read(cells, note)
            if value is not None:
                values[name] = value
        charted = Charted(file, line, values, inpatient=inpatient)
        if self._group:
            key = tuple([text(cells) for text in self._group])
            charted.key = key if all(key) else ()
        charted.pauses = self._pauses(cells)
        if self.spec.events is not None:
            self._moment(charted, cells, note)
        return charted

    def _moment(self, charted: Charted, cells: Cells, note: Note) -> None:
        charted.event = self._event.read(cells, note) or ""
        if not charted.event:
            raise SetAside("MAP-NOT-CHARTED", "event", "is not charted")
        charted.at = self._at.read(cells, note)
        if charted.at is None and charted.event != "give":
            raise SetAside("MAP-NOT-CHARTED", "start", "is not charted")
        if self._order is not None:
            order = self._order(cells)
            charted.rank = (int(order), "") if order.isdecimal() else (0, order)


def _asked(condition: Anyof) -> str:
    """The columns a condition asks about, for messages."""
    return ", ".join(sorted({column for each in condition for column, _ in each}))
