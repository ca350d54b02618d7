"""The claim-line table: CSV or Parquet in, claims with their lines out, findings written.

A row whose claim, number, setting, date, code or units cannot be read is set aside; any other field
that cannot be is left out.  Each is named by file, line and field, and no row is lost silently.
Codes, modifiers, diagnoses and numbers are taken as they stand: to judge them is the scrubber's.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from itertools import islice, repeat
from pathlib import Path
from typing import Any, Literal, NamedTuple, cast

from hangtime.edits.claim import ClaimFinding, ClaimLine
from hangtime.errors import UnreadableInput, UserError
from hangtime.explain import explain_finding
from hangtime.formats import _values
from hangtime.formats._cells import csv_rows
from hangtime.formats._decoder import DECODER
from hangtime.formats._faults import FIELD_LEFT_OUT, ROW_SET_ASIDE, finding
from hangtime.formats._opening import content_of, text_of
from hangtime.formats._plain import plain
from hangtime.formats._values import Reader, Unreadable
from hangtime.formats.reads import Place

NEEDED = ("claim_id", "line_number", "setting", "date_of_service", "code", "units")
COLUMNS: dict[str, str] = {
    "claim_id": "text", "line_number": "whole", "severity": "text", "rule": "text",
    "message": "text", "code": "text", "other_line": "whole", "table": "text", "table_date": "date",
}  # fmt: skip
_PARQUET = (".parquet", ".pq")
_BATCH = 10_000  # findings written at a time
_TOGETHER = 5_000  # rows read at a time


@dataclass(slots=True)
class Claim:
    """The lines of one claim as read, and what was wrong with its rows."""

    lines: list[ClaimLine] = field(default_factory=list[ClaimLine])
    findings: list[ClaimFinding] = field(default_factory=list[ClaimFinding])
    rows: int = 0
    set_aside: int = 0


class _Row(NamedTuple):
    """One row: its line in the file from 1, its cells as text, or the fault of having none."""

    line: int
    cells: Sequence[str] = ()
    fault: str = ""


def read_claims(path: Path) -> Iterator[Claim]:
    """The claims of a file, each once, with the last of its rows.

    Raises UnreadableInput for a file that is no claim-line table.
    """
    if path.name.lower().endswith(_PARQUET):
        names, ids, rows = _parquet(path)
    else:
        names, ids, rows = _csv(path)
    reader = _Reader(path, names)
    left = Counter(ids)
    waiting: dict[str, Claim] = {}
    remaining = iter(rows)
    while some := list(islice(remaining, _TOGETHER)):
        for row, line in zip(some, reader.lines(some), strict=True):
            claim_id = reader.claim_of(row)
            claim = waiting.get(claim_id)
            if claim is None:
                claim = waiting[claim_id] = Claim()
            claim.rows += 1
            if line is None:
                reader.tell(row, claim)
            else:
                claim.lines.append(line)
            left[claim_id] -= 1
            if left[claim_id] <= 0:
                yield waiting.pop(claim_id)
    yield from waiting.values()


class _Fault(str):
    """The id of a fault, in the place of a value that could not be read."""

    __slots__ = ()


class _Column(dict[str, object]):
    """What the cells of one column mean; a cell that was read before is not read again."""

    def __init__(self, place: int, name: str) -> None:
        super().__init__({"": ClaimLine._field_defaults.get(name)})
        self.place, self.name = place, name
        self.is_needed = name in NEEDED
        self._reader = _READERS[name]

    def __missing__(self, cell: str) -> object:
        try:
            value = self._reader(cell)
        except Unreadable as fault:
            value = _Fault(fault)
        if self.is_needed and value is None:
            value = _Fault("INPUT-MISSING-FIELD")
        self[cell] = value
        return value

    def forget(self) -> None:
        """Ids are not met again after a while."""
        if len(self) > _TOGETHER:
            empty = self[""]
            self.clear()
            self[""] = empty


class _Reader:
    """Makes lines of rows, many at a time and a column at a time."""

    def __init__(self, path: Path, names: Sequence[str]) -> None:
        _check_header(path, names)
        self._file = str(path)
        known = [(place, name) for place, name in enumerate(names) if name in ClaimLine._fields]
        self._columns = [_Column(place, name) for place, name in known]
        for column in self._columns:
            if column.is_needed:
                is_setting = column.name == "setting"
                missing = "INPUT-MISSING-SETTING" if is_setting else "INPUT-MISSING-FIELD"
                column[""] = _Fault(missing)
        self.claim_id = list(names).index("claim_id")

    def claim_of(self, row: _Row) -> str:
        """The claim a row says it is of; "" where it says none."""
        return row.cells[self.claim_id] if row.cells else ""

    def lines(self, rows: Sequence[_Row]) -> Iterator[ClaimLine | None]:
        """The line of each row; None where something about the row has to be told."""
        whole = [row.cells for row in rows if not row.fault]
        by_name: dict[str, list[object]] = {}
        doubtful: set[int] = set()
        for column, cells in zip(self._columns, self._cells_by_column(whole), strict=True):
            column.forget()
            values = list(map(column.__getitem__, cells))
            by_name[column.name] = values
            if _Fault in set(map(type, values)):
                doubtful.update(at for at, each in enumerate(values) if type(each) is _Fault)
        given = [by_name.get(name, repeat(default)) for name, default in _DEFAULTS]
        made = enumerate(map(ClaimLine._make, zip(*given, strict=False)))
        for row in rows:
            if row.fault:
                yield None
                continue
            at, line = next(made)
            yield None if at in doubtful else line

    def _cells_by_column(self, rows: list[Sequence[str]]) -> Iterator[Iterable[str]]:
        columns = list(zip(*rows, strict=True))
        for column in self._columns:
            yield columns[column.place] if columns else ()

    def tell(self, row: _Row, claim: Claim) -> None:
        """Say what is wrong with a row; keep its line where only what is beside it is."""
        if row.fault:
            self._tell(row, claim, row.fault, "", ROW_SET_ASIDE)
            return
        values = dict(_DEFAULTS)
        for column in self._columns:
            value = column[row.cells[column.place]]
            if type(value) is not _Fault:
                values[column.name] = value
            elif column.is_needed:
                self._tell(row, claim, value, column.name, ROW_SET_ASIDE)
                return
            else:
                self._tell(row, claim, value, column.name, FIELD_LEFT_OUT)
        claim.lines.append(ClaimLine._make(values.values()))

    def _tell(self, row: _Row, claim: Claim, fault: str, name: str, effect: str) -> None:
        claim.set_aside += effect == ROW_SET_ASIDE
        told = finding(fault, Place(self._file, row.line), name, effect)
        claim_id = self.claim_of(row)
        said, number = explain_finding(told), self._line_number(row)
        claim.findings.append(ClaimFinding(claim_id, number, told.severity, fault, said))

    def _line_number(self, row: _Row) -> int | None:
        for column in self._columns:
            if column.name == "line_number" and row.cells:
                number = column[row.cells[column.place]]
                return number if isinstance(number, int) else None
        return None


def _number(cell: object) -> Decimal:
    try:
        return _values.read_number(Decimal(str(cell)))
    except InvalidOperation:
        raise Unreadable("INPUT-BAD-NUMBER") from None


def _whole(cell: object) -> int:
    return _values.read_whole(_number(cell))


def _texts(cell: object) -> tuple[str, ...]:
    """A list: separated by spaces, or JSON."""
    text = str(cell)
    if not text.startswith("["):
        return tuple(text.split())
    try:
        entries: object = DECODER.decode(text)
    except (ValueError, RecursionError):
        raise Unreadable("INPUT-BAD-NESTED-JSON") from None
    if not isinstance(entries, list):
        raise Unreadable("INPUT-BAD-LIST")
    return tuple(str(each) for each in cast("list[object]", entries))


def _wholes(cell: object) -> tuple[int, ...]:
    return tuple(_whole(each) for each in _texts(cell))


_TEXT_LISTS = {"modifiers": _texts, "diagnoses": _texts, "diagnosis_pointers": _wholes}
_READERS: dict[str, Reader] = {
    **dict.fromkeys(ClaimLine._fields, _values.read_text),
    **dict.fromkeys(("claim_id", "encounter_id", "patient_id", "payer"), _values.read_id),
    **dict.fromkeys(("date_of_service", "birth_date"), _values.read_date),
    **dict.fromkeys(("units", "ndc_quantity", "charge", "allowed", "paid"), _number),
    **_TEXT_LISTS,
    "line_number": _whole,
    "setting": _values.word_reader(("facility", "professional"), "INPUT-BAD-SETTING"),
}
_DEFAULTS = [(name, ClaimLine._field_defaults.get(name)) for name in ClaimLine._fields]
_Table = tuple[Sequence[str], Iterable[str], Iterable[_Row]]


def _csv(path: Path) -> _Table:
    text, _ = text_of(content_of(path), str(path))
    first = next(csv_rows(text), None)
    if first is None or first.fault:
        raise UnreadableInput(f"{path}: its first line is not a row of CSV that names the columns.")
    names = [name.strip() for name in first.cells]
    _check_header(path, names)
    index = names.index("claim_id")
    if '"' in text:
        ids = ("" if row.fault else row.cells[index] for row in csv_rows(text))
        rows = (_Row(row.line, row.cells, row.fault) for row in csv_rows(text))
        return names, ids, islice(rows, 1, None)
    lines = text.replace("\r", "").split("\n")
    known = (_id_in(line, index, len(names)) for line in lines)
    return names, known, islice(_plain_rows(lines, len(names)), 1, None)


def _id_in(line: str, index: int, width: int) -> str:
    return line.split(",", index + 1)[index] if line.count(",") == width - 1 else ""


def _plain_rows(lines: list[str], width: int) -> Iterator[_Row]:
    """The rows of a text in which nothing is quoted; blank lines are no rows."""
    for number, line in enumerate(lines, 1):
        cells = line.split(",")
        if len(cells) == width and line.strip(","):
            yield _Row(number, cells)
        elif line:
            yield _Row(
                number, fault="INPUT-EMPTY-ROW" if len(cells) == width else "INPUT-RAGGED-ROW"
            )


def _parquet(path: Path) -> _Table:
    from hangtime.formats._parquet import ParquetRows

    table = ParquetRows(path)
    _check_header(path, table.names)
    names = [name for name in table.names if name in ClaimLine._fields]
    rows = (
        _Row(number, [_cell(row.get(name)) for name in names])
        for number, row in enumerate(table.rows(names), 1)
    )
    return names, map(_cell, table.column("claim_id")), rows


def _cell(value: object) -> str:
    """A value of a Parquet column as the text it is in CSV."""
    if value is None:
        return ""
    if isinstance(value, list):
        return " ".join(_cell(each) for each in cast("list[object]", value))
    if isinstance(value, datetime) and value.time() == time():
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


def _check_header(path: Path, names: Sequence[str]) -> None:
    for needed in NEEDED:
        if needed not in names:
            raise UnreadableInput(
                f"{path}: has no column {needed}. A claim-line table needs {', '.join(NEEDED)}."
            )
    for name, count in Counter(names).items():
        if count > 1 and name in ClaimLine._fields:
            raise UnreadableInput(f"{path}: the column {name} stands {count} times.")


def finding_as_json(found: ClaimFinding) -> dict[str, Any]:
    """A finding as the contract's object."""
    return {name: plain(each) for name, each in found._asdict().items()}


class FindingsFile:
    """Writes findings into `findings.csv` or `findings.parquet` of a folder."""

    def __init__(self, folder: Path, form: Literal["csv", "parquet"]) -> None:
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise UserError(
                f"{folder}: the table cannot be written there ({error.strerror}). Name another."
            ) from None
        self._path = folder / f"findings.{form}"
        self._waiting: list[ClaimFinding] = []
        self._parquet: Any = None
        if form == "parquet":
            from hangtime.formats._parquet import ParquetWriter

            self._parquet = ParquetWriter(self._path, COLUMNS)
        else:
            self._stream = self._path.open("w", encoding="utf-8", newline="")
            self._csv = csv.writer(self._stream)
            self._csv.writerow(COLUMNS)

    def add(self, found: Iterable[ClaimFinding]) -> None:
        """Take findings; they are written some at a time."""
        self._waiting += found
        if len(self._waiting) >= _BATCH:
            self._flush()

    def close(self) -> None:
        """Write what is left and finish the file."""
        self._flush()
        (self._parquet or self._stream).close()

    def _flush(self) -> None:
        if self._parquet is not None:
            self._parquet.write([each._asdict() for each in self._waiting])
        else:
            self._csv.writerows(self._waiting)
        self._waiting.clear()
