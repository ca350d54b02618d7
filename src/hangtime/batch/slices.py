"""Files cut into slices that any worker of a cluster reads by itself, and what it reads of one.

A worker reads as a run on one machine does, so that a cell, a finding and a line are the same.  With
each row goes its line, its file in it, and its *bucket*: a number that follows from the encounter's
id, by which rows are brought together.
"""

# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false
# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false
# pyright: reportUnknownParameterType=false, reportMissingParameterType=false
from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple
from zlib import crc32

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from hangtime.batch.arrays import Array
from hangtime.batch.compiled import loops
from hangtime.batch.ids import Ids
from hangtime.batch.inputs import is_table
from hangtime.batch.mended import MendedCsv
from hangtime.batch.plain_types import in_file, travelling
from hangtime.batch.source import CsvSource, NotPlain, ParquetSource
from hangtime.batch.together import _FILE, _alike, _as, ids_in, united, where
from hangtime.errors import UnreadableInput
from hangtime.formats import read
from hangtime.formats._plain import plain
from hangtime.formats.tabular import columns

BUCKET, LINE, NOTE = "hangtime_bucket", "hangtime_line", "hangtime_note"
ROWS = 1 << 18  # of a slice, where the row groups of a file allow it
_BYTES = {".csv": 100, ".gz": 12}  # of a row, about
_CSV = (".csv", ".csv.gz")


class Named(type(Path())):
    """A path as the user named it, opened from the folder that they were in."""

    folder = ""

    def __fspath__(self) -> str:
        return os.path.join(self.folder, str(self))  # noqa: PTH118  (a Path would ask for itself)


def named(folder: str, name: str) -> Named:
    """The path of that name, seen from that folder."""
    made = Named(name)
    made.folder = folder
    return made


class Slice(NamedTuple):
    """Some row groups of a file, or None for all; `rows` stand before them."""

    file: int
    groups: tuple[int, ...] | None = None
    rows: int = 0


class Files(NamedTuple):
    """Files of one layout: their columns as the rules read them, and about how many rows.

    `paths` are as they were named, in `folder` where they are relative.  `elsewhere` are the ids of
    encounters with rows in files of another layout too, by their hashes: they are not read.
    """

    folder: str
    paths: tuple[str, ...]
    schema: Any
    is_csv: bool
    slices: tuple[Slice, ...]
    rows: int
    elsewhere: Array = np.zeros(0, "i8")

    @property
    def travelling(self) -> Any:
        """The columns of a row on its way to where it is coded."""
        own = [(BUCKET, pa.int32()), (LINE, pa.int64()), (NOTE, pa.string())]
        return pa.schema([*own, *travelling(self.schema)])

    def whole(self, files: set[int]) -> Files:
        """The same with these files in one slice each."""
        kept = [each for each in self.slices if each.file not in files]
        return self._replace(slices=(*kept, *(Slice(each) for each in sorted(files))))


def cut(paths: list[Path], say: Callable[[str], None]) -> tuple[list[Files], list[Path]]:
    """Tables by their layout, and the files that are read whole; `say` is told of the unreadable."""
    found: list[ParquetSource] = []
    csv: list[Path] = []
    whole: list[Path] = []
    for path in paths:
        try:
            if not path.is_file():
                next(read(path), None)  # says what is wrong
            elif path.name.lower().endswith(_CSV):
                csv.append(path)
            elif is_table(path):
                found.append(ParquetSource(path))
            else:
                whole.append(path)
        except UnreadableInput as error:
            say(str(error))
        except NotPlain:
            whole.append(path)
    tables = [_of_parquet(group) for group in _alike([*found])]
    return [*tables, *([_of_csv(csv)] if csv else [])], whole


def rows_of(files: Files, number: int, buckets: int) -> Iterator[Any]:
    """The rows of a slice as they travel, and a last one that says how many they were.

    A file that cannot be read is told in the place of a row, and what stood before is read.
    """
    travel = _Travel(files, buckets)
    part = files.slices[number]
    path = named(files.folder, files.paths[part.file])
    if not path.is_file():
        yield travel.saying({"unseen": str(path)})
        return
    try:
        yield from _rows(part, path, travel)
    except UnreadableInput as error:
        yield travel.saying({"unreadable": str(error), "file": part.file})
        if part.groups is None and not files.is_csv:
            yield from travel.behind(path)
    except NotPlain:
        yield travel.saying(_strictly(path, part.file))
    yield travel.saying({"slice": number, "rows": travel.count, "elsewhere": travel.elsewhere})


def _of_parquet(sources: list[Any]) -> Files:
    return Files(
        str(Path.cwd()),
        tuple(str(each.path) for each in sources),
        in_file(united(each.schema for each in sources)),
        False,
        tuple(part for number, each in enumerate(sources) for part in _slices(number, each.groups)),
        sum(each.rows for each in sources),
    )


def _slices(file: int, groups: list[int]) -> Iterator[Slice]:
    """Row groups that stand together, some `ROWS` rows of them."""
    begin, before, held = 0, 0, 0
    for number, rows in enumerate(groups):
        held += rows
        if held >= ROWS or number == len(groups) - 1:
            yield Slice(file, tuple(range(begin, number + 1)), before)
            begin, before, held = number + 1, before + held, 0


def _of_csv(paths: list[Path]) -> Files:
    """Every cell is text; a column that a file has not is empty, which says the same."""
    return Files(
        str(Path.cwd()),
        tuple(map(str, paths)),
        pa.schema([(name, pa.string()) for name in columns()]),
        True,
        tuple(map(Slice, range(len(paths)))),
        sum(each.stat().st_size // _BYTES[each.suffix.lower()] for each in paths),
    )


def _rows(part: Slice, path: Path, travel: _Travel) -> Iterator[Any]:
    if not travel.files.is_csv:
        source = ParquetSource(path)
        groups = None if part.groups is None else list(part.groups)
        yield from travel.tables(source.tables(groups), source, part)
        return
    source = _csv(path)
    try:
        yield from travel.tables(source.tables(), source, part)
        if isinstance(source, MendedCsv):
            for each in source.broken:
                assert each.place is not None
                line = each.place.line + (part.file << _FILE)
                yield travel.saying({"broken": [plain(found) for found in each.findings]}, line)
                travel.count += 1
    finally:
        source.close()


def _csv(path: Path) -> CsvSource:
    """The file as it stands, or a copy without what is no row."""
    try:
        source = CsvSource(path)
        for _ in source.ids():  # finds a row of more or fewer cells before any row is passed on
            pass
    except NotPlain:
        source = MendedCsv(path, None)
        for _ in source.ids():  # as above
            pass
    return source


def _strictly(path: Path, file: int) -> dict[str, Any]:
    """What the strict reader says of a file that only it can read."""
    try:
        next(iter(read(path)), None)
    except UnreadableInput as error:
        return {"unreadable": str(error), "file": file}
    return {"strict": str(path)}


class _Travel:
    """Makes rows ready for the way; `count` is how many there were, `elsewhere` those left out."""

    def __init__(self, files: Files, buckets: int) -> None:
        self.files, self.buckets, self.schema = files, buckets, files.travelling
        self.count = self.elsewhere = 0
        self._left_out = Ids(loops()) if len(files.elsewhere) else None
        if self._left_out is not None:
            self._left_out.add_hashes(files.elsewhere)

    def tables(self, tables: Iterator[Any], source: Any, part: Slice) -> Iterator[Any]:
        """The rows of a source; `part` says how many stand before them."""
        notes = source.notes_by_line()
        noted = np.array(list(notes), "i8")
        for table in tables:
            rows, begin = len(table), part.rows + self.count + self.elsewhere
            lines, before = source.lines(begin, rows), source.lines(begin - 1, rows)
            if self._left_out is not None:
                kept = ~self._left_out.among(ids_in(table))
                (table, lines), before = where(table, lines, kept), before[kept]
                self.elsewhere += rows - len(table)
            is_said = np.isin(lines, noted) | (lines != before + 1)
            said = {
                row: {
                    "notes": [plain(each) for each in notes.get(int(lines[row]), ())],
                    "before": int(before[row]),
                }
                for row in np.flatnonzero(is_said).tolist()
            }
            yield from self._ready(table, lines + (part.file << _FILE), said)
            self.count += len(table)

    def behind(self, path: Path) -> Iterator[Any]:
        """The ids that a damaged file has behind what was read of it, each on the way of its rows."""
        try:
            found = list(ParquetSource(path).ids_behind(self.count + self.elsewhere))
        except UnreadableInput:  # the file itself, of which then nothing was read
            return
        ids = pa.concat_arrays([pa.array([], pa.string()), *found]).drop_null().unique()
        if not len(ids):
            return
        buckets = _buckets(pa.table({"encounter_id": ids}), self.buckets)
        order = np.argsort(buckets, kind="stable")
        every, begins = np.unique(buckets[order], return_index=True)
        for bucket, at in zip(every.tolist(), np.split(order, begins[1:]), strict=True):
            yield self.saying({"behind": ids.take(pa.array(at)).to_pylist()}, bucket=bucket)

    def saying(self, said: dict[str, Any], line: int = 0, bucket: int = 0) -> Any:
        """A row that says something else than a row of the file."""
        values = {BUCKET: bucket, LINE: line, NOTE: json.dumps(said)}
        return pa.RecordBatch.from_pylist([values], self.schema)

    def _ready(self, table: Any, lines: Array, said: dict[int, dict[str, Any]]) -> Iterator[Any]:
        table = _as(table, self.files.schema).cast(travelling(self.files.schema))
        own = [
            pa.array(_buckets(table, self.buckets)), pa.array(lines, pa.int64()),
            _note(len(table), said),
        ]  # fmt: skip
        made = pa.Table.from_arrays([*own, *table.columns], schema=self.schema)
        yield from made.combine_chunks().to_batches()


def _buckets(table: Any, count: int) -> Array:
    """The same for the same id, on whichever machine; 0 where there is none."""
    ids = table.column("encounter_id").combine_chunks().dictionary_encode()
    of_each = [crc32(text.encode()) % count for text in ids.dictionary.to_pylist()]
    return np.array([*of_each, 0], "i4")[pc.fill_null(ids.indices, -1).to_numpy()]


def _note(rows: int, said: dict[int, dict[str, Any]]) -> Any:
    """What is said beside some of the rows."""
    if not said:
        return pa.nulls(rows, pa.string())
    notes: list[str | None] = [None] * rows
    for row, each in said.items():
        notes[row] = json.dumps(each)
    return pa.array(notes, pa.string())
