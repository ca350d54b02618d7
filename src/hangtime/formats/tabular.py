"""Encounters as a table: CSV, CSV.gz or Parquet, one row an administration.

The fields of the encounter are repeated on each of its rows, which need not stand together.
"""

from __future__ import annotations

import csv
import gzip
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any

from hangtime.errors import UnreadableInput
from hangtime.formats._cells import CsvRow, csv_rows, from_cell, to_cell
from hangtime.formats._encounters import Piece, gather, unreadable
from hangtime.formats._faults import FIELD_LEFT_OUT, NOTHING_LOST, READ_WITH_MARKS, finding
from hangtime.formats._fields import Field, administration_fields, encounter_fields
from hangtime.formats._opening import content_of, text_of
from hangtime.formats._records import shown
from hangtime.formats._rows import Row
from hangtime.formats.reads import Place, Read
from hangtime.model import Encounter, Finding

NEEDED = ("encounter_id", "setting", "administration_id", "drug", "route")
_BATCH = 20_000  # rows of Parquet written at a time
_NEVER = 1 << 60  # more rows than any file has
_Opened = tuple[
    Counter[str], Iterator[Piece | Read]
]  # how often each id stands there, and the rows


def read(path: Path) -> Iterator[Read]:
    """Read a table of encounters; what is not named .parquet or .pq is CSV, gzip is unpacked.

    Raises `errors.UnreadableInput` where the file is absent, is no table or lacks a column needed;
    where it is damaged further on, once all that could be read is passed on.
    """
    said: list[str] = []
    reads = read_together([path], said.append)
    if said:
        raise UnreadableInput(said[0])
    return _told_last(reads, said)


def _told_last(reads: Iterator[Read], said: list[str]) -> Iterator[Read]:
    yield from reads
    if said:
        raise UnreadableInput(said[0])


def read_together(paths: Sequence[Path], say: Callable[[str], None]) -> Iterator[Read]:
    """Read several tables as one: an encounter may begin in one of them and end in another.

    `say` is told of a file that cannot be read; where it is damaged further on, what stood before
    is read, and an encounter that has rows behind the damage is set aside.
    """
    damaged: list[Path] = []
    times: Counter[str] = Counter()
    tables: list[Path] = []
    for path in paths:
        try:
            times += opened(path)[0]
        except UnreadableInput as error:
            say(str(error))
        else:
            tables.append(path)
    return gather(_pieces_of(tables, say, damaged), times, is_damaged=lambda: bool(damaged))


def write_encounters(encounters: Iterable[Encounter], path: Path) -> None:
    """Write encounters as a table: Parquet, CSV or CSV.gz by the name of the file."""
    if is_parquet(path):
        _write_parquet(encounters, path)
    elif path.suffix.lower() == ".gz":
        with gzip.open(path, "wt", encoding="utf-8", newline="") as stream:
            _write_csv(encounters, stream)
    else:
        with path.open("w", encoding="utf-8", newline="") as stream:
            _write_csv(encounters, stream)


def columns() -> dict[str, Field]:
    """The columns of the tabular form in order: the encounter's, then the administration's."""
    return {**encounter_fields(), **administration_fields()}


def is_parquet(path: Path) -> bool:
    """Whether its name says that it is Parquet."""
    return path.suffix.lower() in (".parquet", ".pq")


def _pieces_of(
    paths: Iterable[Path], say: Callable[[str], None], damaged: list[Path]
) -> Iterator[Piece | Read]:
    """The rows of one table after the other; each is opened when it is its turn."""
    for path in paths:
        try:
            yield from opened(path)[1]
        except UnreadableInput as error:
            damaged.append(path)
            say(str(error))


def opened(path: Path) -> _Opened:
    """How often each id stands in a table, and its rows.  Raises as `read` does."""
    return _open_parquet(path) if is_parquet(path) else _open_csv(path)


def _open_csv(path: Path) -> _Opened:
    text, undecodable = text_of(content_of(path), str(path))
    rows = csv_rows(text)
    header = next(rows, CsvRow(1, fault="INPUT-EMPTY-ROW"))
    if header.fault:
        raise UnreadableInput(f"{path}: the header in line {header.line} is not a row of CSV.")
    names = header.cells
    _check_header(names, path)
    body = list(rows)
    ids = names.index("encounter_id")
    times = Counter(row.cells[ids] for row in body if not row.fault)
    pieces = _csv_pieces(body, names, str(path), undecodable)
    return times, _with_notes(pieces, _unknown_columns(names, path))


def _csv_pieces(
    rows: Iterable[CsvRow], names: Sequence[str], file: str, undecodable: frozenset[int]
) -> Iterator[Piece | Read]:
    known = columns()
    used = [(index, known[name]) for index, name in enumerate(names) if name in known]
    for row in rows:
        place = Place(file, row.line)
        if row.fault:
            yield unreadable(row.fault, place, is_row=True)
            continue
        cells = row.cells
        values = {each.name: from_cell(each, cells[index]) for index, each in used if cells[index]}
        piece = _piece(values, place)
        if row.line in undecodable:
            note = finding("INPUT-NOT-UTF8", place, "", READ_WITH_MARKS)
            piece = replace(piece, notes=(*piece.notes, note))
        yield piece


def _open_parquet(path: Path) -> _Opened:
    from hangtime.formats._parquet import ParquetRows

    table = ParquetRows(path)
    _check_header(table.names, path)
    ids, is_all = table.readable("encounter_id")
    times = Counter(each for each in ids if isinstance(each, str))
    if not is_all:  # any of them may have rows where they cannot be read: none is ever complete
        times = Counter(dict.fromkeys(times, _NEVER))
    rows = table.rows(set(table.names) & set(columns()))
    pieces = (_piece(row, Place(str(path), line)) for line, row in enumerate(rows, 1))
    return times, _with_notes(pieces, _unknown_columns(table.names, path))


def _piece(values: Mapping[str, object], place: Place) -> Piece:
    shared = encounter_fields()
    of_encounter = {name: value for name, value in values.items() if name in shared}
    of_row = {name: value for name, value in values.items() if name not in shared}
    if of_encounter.get("encounter_id") and _says_nothing(of_row):
        note = finding("INPUT-ENCOUNTER-ONLY", place, "", NOTHING_LOST, severity="info")
        return Piece(place, of_encounter, notes=(note,), merged=1)
    return Piece(place, of_encounter, (Row(place, of_row),))


def _says_nothing(values: Mapping[str, object]) -> bool:
    return all(value is None or value == "" or value == [] for value in values.values())


def _check_header(names: Sequence[str], path: Path) -> None:
    """Refuse a table without the columns needed.

    What it has instead is not repeated: without a header the first row is a patient's.
    """
    for needed in NEEDED:
        if needed not in names:
            raise UnreadableInput(
                f"{path}: has no column {needed}. The header must name {', '.join(NEEDED)}, "
                "separated by commas; for another layout give a mapping with --map."
            )
    for name, count in Counter(names).items():
        if count > 1:
            raise UnreadableInput(f"{path}: the column {shown(name)} stands {count} times.")


def _unknown_columns(names: Sequence[str], path: Path) -> tuple[Finding, ...]:
    known = columns()
    return tuple(
        finding("INPUT-UNKNOWN-COLUMN", Place(str(path), 1), shown(name), FIELD_LEFT_OUT)
        for name in names
        if name not in known
    )


def _with_notes(
    pieces: Iterator[Piece] | Iterator[Piece | Read], notes: tuple[Finding, ...]
) -> Iterator[Piece | Read]:
    """The findings of the file go with its first encounter."""
    first = next(pieces, None)
    if isinstance(first, Piece):
        yield replace(first, notes=(*notes, *first.notes))
    elif first is not None:
        yield replace(first, findings=(*notes, *first.findings))
    elif notes:
        yield Read(encounter=None, rows=0, findings=notes)
    yield from pieces


def _rows_of(encounter: Encounter) -> Iterator[dict[str, Any]]:
    shared = {name: getattr(encounter, name) for name in encounter_fields()}
    if not encounter.administrations:
        yield shared
    for each in encounter.administrations:
        yield shared | {name: getattr(each, name) for name in administration_fields()}


def _write_csv(encounters: Iterable[Encounter], stream: Any) -> None:
    fields = columns()
    writer = csv.writer(stream)
    writer.writerow(fields)
    for encounter in encounters:
        for row in _rows_of(encounter):
            writer.writerow([to_cell(each.kind, row.get(name)) for name, each in fields.items()])


def _write_parquet(encounters: Iterable[Encounter], path: Path) -> None:
    from hangtime.formats._parquet import ParquetWriter

    rows = (row for each in encounters for row in _rows_of(each))
    writer = ParquetWriter(path, columns())
    while batch := list(islice(rows, _BATCH)):
        writer.write(batch)
    writer.close()
