"""One row of an export to typed contract fields, by what the map says of each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from hangtime.formats.mapping.accounts import Fault, Kind, Tally
from hangtime.formats.mapping.columns import Cells, Columns, Test, Text
from hangtime.formats.mapping.fields import FIELDS, Unreadable
from hangtime.formats.mapping.lookups import Lookup
from hangtime.formats.mapping.source import Row
from hangtime.formats.mapping.spec import Anyof, FieldSpec, MapSpec

NEEDED = {
    "setting": "INPUT-MISSING-SETTING",
    "drug": "INPUT-MISSING-DRUG",
    "route": "INPUT-MISSING-ROUTE",
}
DECISIVE = frozenset({*NEEDED, "start", "stop", "interruption.start", "interruption.stop"})

_MARK = "\N{REPLACEMENT CHARACTER}"
Note = Callable[[str, str, str, Kind], None]  # id, field, problem, kind


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


class SetAside(Exception):
    """The row cannot be used, because of this field."""

    def __init__(self, id: str, name: str, problem: str, kind: Kind = "unusable") -> None:
        super().__init__(problem)
        self.fault: tuple[str, str, str, Kind] = (id, name, problem, kind)


class _Value(NamedTuple):
    """A bound field: its name, and its value in a row; None where nothing was charted."""

    name: str
    read: Callable[[Cells, Note], Any]


class RowMap:
    """A map bound to the columns of one export."""

    def __init__(
        self, spec: MapSpec, columns: Columns, lookups: list[Lookup], tally: Tally
    ) -> None:
        self.spec = spec
        self.lookups = lookups
        self.tally = tally
        self.columns = columns
        bound = [_bind(each, columns, tally) for each in spec.fields]
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
            self._event = _bind(spec.events.word, columns, self.tally)
            self._at = _bind(spec.events.at, columns, self.tally)
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
        values: dict[str, Any] = {}
        for name, read in self._values:
            value = read(cells, note)
            if value is not None:
                values[name] = value
        charted = Charted(file, line, values, inpatient=self._inpatient(cells))
        if charted.inpatient and not self.spec.treat_as_outpatient:
            reason = "the patient was an inpatient"
            raise SetAside("MAP-DROPPED", self._inpatient_column, reason, "dropped")
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


def _bind(spec: FieldSpec, columns: Columns, tally: Tally) -> _Value:
    """The function that reads one field of a row."""
    text_of = _text(spec, columns)
    word_of = _word(spec, columns, tally, text_of)
    parse: Callable[[str], Any] = str
    if spec.name in FIELDS:
        parse = FIELDS[spec.name].parser(spec)
    decides = spec.name in DECISIVE or spec.key in ("events.at", "events.event")
    asks = columns.test(f"{spec.key}.only_when", spec.only_when) if spec.only_when else None
    column = " / ".join(spec.sources) or spec.key

    def read(cells: Cells, note: Note) -> Any:
        if asks is not None and not asks(cells):
            return None
        text = word_of(cells, note)
        if not text:
            return None
        try:
            value: Any = parse(text)
        except Unreadable as unreadable:
            problem = f"{column} {unreadable.problem}"
            if decides:
                raise SetAside(unreadable.fault, spec.name, problem) from None
            note(unreadable.fault, spec.name, problem, "left_out")
            return None
        tally.filled[spec.name] += 1
        return value if spec.scale is None else value * spec.scale

    return _Value(spec.name, read)


def _text(spec: FieldSpec, columns: Columns) -> Text:
    """The first source that is not empty."""
    if spec.constant is not None:
        constant = spec.constant
        return lambda _: constant
    texts = [columns.text(spec.key, source) for source in spec.sources]
    if len(texts) == 1:
        return texts[0]

    def first(cells: Cells) -> str:
        for text in texts:
            if found := text(cells):
                return found
        return ""

    return first


def _word(
    spec: FieldSpec, columns: Columns, tally: Tally, text_of: Text
) -> Callable[[Cells, Note], str]:
    """The text after `choose`, the vocabulary and the map's defaults."""
    if not spec.choose and spec.words is None and spec.if_empty is None and spec.default is None:
        return lambda cells, _: text_of(cells)
    choose = columns.choice(f"{spec.key}.choose", spec.choose) if spec.choose else None
    words = None if spec.words is None else {_fold(w): ours for w, ours in spec.words.items()}

    def read(cells: Cells, note: Note) -> str:
        if choose is not None and (chosen := choose(cells)) is not None:
            return chosen
        text = text_of(cells)
        if not text and (spec.if_empty is not None or choose is None):
            if spec.if_empty is not None:
                note("MAP-NOT-CHARTED", spec.name, "is not charted", "assumed")
            return spec.if_empty or ""
        if words is None and (text or choose is None):
            return text
        word = words.get(_fold(text)) if words is not None and text else None
        if word is not None:
            return word
        if not text and spec.unmapped == "empty":
            return ""  # nothing charted, and no choice applies: the map says that this is all right
        tally.unlisted[spec.name][text] += 1
        return _unlisted(spec, note)

    return read


def _unlisted(spec: FieldSpec, note: Note) -> str:
    """What the map says of a word its vocabulary does not list."""
    column = " / ".join(spec.sources)
    problem = f"{column} holds a word the map does not list" if column else "no choice applies"
    if spec.unmapped == "set_aside":
        raise SetAside("MAP-UNLISTED-WORD", spec.name, problem)
    kind: Kind = "left_out" if spec.unmapped == "empty" else "assumed"
    note("MAP-UNLISTED-WORD", spec.name, problem, kind)
    return spec.default or "" if spec.unmapped == "default" else ""


def _fold(word: str) -> str:
    return " ".join(word.split()).casefold()
