"""A file of the tabular form as batches of rows in the order of the file."""

# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false
# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false
# pyright: reportUnknownParameterType=false, reportMissingParameterType=false
from __future__ import annotations

import codecs
import errno
import gzip
import os
import re
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.csv as pc_csv
import pyarrow.parquet as pq

from hangtime.batch.arrays import Array
from hangtime.batch.plain_types import NoPlainType, in_file, travelling
from hangtime.errors import UnreadableInput
from hangtime.formats._parquet import ParquetRows, _in_microseconds, damaged, opened_parquet
from hangtime.formats.tabular import _check_header, _unknown_columns, columns
from hangtime.model import Finding

ROWS = 1 << 16  # of a batch: with more of them more lies in memory, with fewer all is slower
BLOCK = 1 << 24  # bytes of CSV that are taken apart at once
_EMPTY = re.compile(rb"\n(?:,+\n|\n)")
_MANY = {"encounter_id", "administration_id", "patient_id", "order_id"}  # all but each differ


class NotPlain(Exception):
    """The file has something that only the strict reader can name, such as a broken row of CSV."""


class Rows:
    """What sources have in common: rows that stand one behind the other."""

    first_line = 1
    notes: tuple[Finding, ...] = ()

    def lines(self, begin: int, count: int) -> Array:
        """The lines of rows, counted from 0."""
        return np.arange(begin, begin + count) + self.first_line

    def notes_by_line(self) -> dict[int, tuple[Finding, ...]]:
        """What was found about the file, by the line of its first row."""
        return {self.first_line: self.notes} if self.notes else {}

    def rows_at(self, lines: Array) -> Array:
        """The rows that stand on lines, counted from 0."""
        return lines - self.first_line

    def close(self) -> None:
        """Nothing is kept open."""


class ParquetSource(Rows):
    """A Parquet file.  It is open only while it is read: a folder may have thousands of them.

    `groups` is how many rows each of its row groups has.
    """

    is_csv = False

    def __init__(self, path: Path) -> None:
        names = ParquetRows(path).names
        _check_header(names, path)
        self.path, self._state = path, _state(path)
        self.notes = _unknown_columns(names, path)
        self._names = [name for name in names if name in columns()]
        schema = pq.read_schema(path)
        if not all(
            _is_text(schema.field(name).type) for name in ("encounter_id", "administration_id")
        ):
            raise NotPlain
        self._repeating = [
            name for name in self._names if name not in _MANY and pa.types.is_string(schema.field(name).type)
            and columns()[name].kind not in ("time", "date", "number", "whole")
        ]  # fmt: skip
        with self._opened() as file:
            whole, about = file.schema_arrow, file.metadata
        self.schema = pa.schema([_coarse(whole.field(name)) for name in self._names])
        try:
            own = in_file(self.schema)  # as rows are sorted, or sent through an engine
            self.schema.empty_table().cast(travelling(own)).cast(own)
        except (NoPlainType, pa.ArrowException):
            raise NotPlain from None
        self.rows = about.num_rows
        self.groups = [about.row_group(n).num_rows for n in range(about.num_row_groups)]

    def ids(self) -> Iterator[Any]:
        """The encounter ids, an array for each batch."""
        for batch in self._read(["encounter_id"]):
            yield _plain(batch.column(0))

    def tables(self, groups: list[int] | None = None) -> Iterator[Any]:
        """Tables of rows, of these row groups or of all.

        Raises UnreadableInput where the file is damaged further on.
        """
        for batch in self._read(self._names, groups):
            yield pa.Table.from_batches([_in_microseconds(batch)])

    def ids_behind(self, row: int) -> Iterator[Any]:
        """Distinct ids of rows from there on; where some ids cannot be read, of all rows they can."""
        try:
            file = self._opened()
        except UnreadableInput:  # any more
            return
        with file:
            is_whole = all(self._ids_in(file, n) is not None for n in range(len(self.groups)))
            begin = row if is_whole else 0
            seen = 0
            for group, rows in enumerate(self.groups):
                if seen + rows > begin and (ids := self._ids_in(file, group)) is not None:
                    yield ids.slice(max(begin - seen, 0)).unique()
                seen += rows

    def _opened(self) -> Any:
        """The file as it was at first; UnreadableInput where that is gone."""
        try:
            if _state(self.path) == self._state:
                return opened_parquet(self.path, read_dictionary=self._repeating)
            why = "was changed while it was read"
        except OSError as error:
            why = f"cannot be opened ({os.strerror(error.errno or errno.EIO)})"
        raise UnreadableInput(
            f"{self.path}: {why}; rows that had not been read are not coded, and what goes on in them"
            " from another file lacks them. Run again."
        )

    def _ids_in(self, file: Any, group: int) -> Any:
        """The ids of a row group, None where they cannot be read."""
        try:
            read = [_plain(each.column(0)) for each in _batches(file, group, ["encounter_id"])]
        except (pa.ArrowException, OSError):
            return None
        return pa.concat_arrays(read) if read else pa.array([], pa.string())

    def _read(self, names: list[str], groups: list[int] | None = None) -> Iterator[Any]:
        """Batches that end with each row group, so that one that is damaged spoils no other."""
        done = 0
        with self._opened() as file:
            try:
                for group in range(len(self.groups)) if groups is None else groups:
                    for batch in _batches(file, group, names):
                        done += len(batch)
                        yield batch
            except (pa.ArrowException, OSError):
                raise damaged(self.path, done, self.rows) from None


def _batches(file: Any, group: int, names: list[str]) -> Iterator[Any]:
    for batch in file.iter_batches(ROWS, row_groups=[group], columns=names):
        batch.validate(full=True)  # text is UTF-8
        yield batch


def _state(path: Path) -> tuple[int, ...]:
    """What is another where a file was replaced or written to."""
    about = path.stat()
    return about.st_dev, about.st_ino, about.st_size, about.st_mtime_ns


class CsvSource(Rows):
    """A CSV file, plain or gzipped, in which every line is one whole row."""

    is_csv = True
    first_line = 2
    has_breaks = False  # within cells

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            with opened(path) as stream:
                names = next(_header(stream.readline()))
            self._take_names(names)
            self.rows = self._check_lines()
        except (ValueError, StopIteration, OSError, EOFError, zlib.error):
            raise NotPlain from None

    def _take_names(self, names: tuple[str, ...]) -> None:
        _check_header(names, self.path)
        self.notes = _unknown_columns(names, self.path)
        self._names = [name for name in names if name in columns()]
        self.schema = pa.schema([(name, pa.string()) for name in self._names])

    def _stream(self) -> Any:
        return opened(self.path)

    def _check_lines(self) -> int:
        """Refuse what the reader of lines and this one might take differently; how many rows."""
        lines = 0
        with self._stream() as stream:
            while block := stream.read(1 << 22):
                text = (block + stream.readline()).replace(b"\r\n", b"\n")
                if _EMPTY.search(b"\n" + text) or b"\r" in text or b"\0" in text:
                    raise NotPlain
                text.decode("utf-8")
                _check_marks(text)
                lines += text.count(b"\n")
        return lines - 1

    def ids(self) -> Iterator[Any]:
        """The encounter ids, an array for each batch; NotPlain where a row is broken."""
        for batch in self._open(["encounter_id"]):
            yield _plain(batch.column(0))

    def tables(self) -> Iterator[Any]:
        """Tables of rows, every cell as text."""
        for batch in self._open(self._names):
            yield pa.Table.from_batches([batch])

    def _open(self, names: list[str]) -> Iterator[Any]:
        types = dict.fromkeys(names, pa.string())
        try:
            with self._stream() as stream:
                yield from pc_csv.open_csv(
                    stream,
                    read_options=pc_csv.ReadOptions(block_size=BLOCK),
                    parse_options=pc_csv.ParseOptions(newlines_in_values=self.has_breaks),
                    convert_options=pc_csv.ConvertOptions(
                        column_types=types,
                        include_columns=names,
                        strings_can_be_null=True,
                        null_values=[""],
                        quoted_strings_can_be_null=True,
                        check_utf8=True,
                    ),
                )
        except pa.ArrowException:
            raise NotPlain from None


Source = ParquetSource | CsvSource


def source(path: Path) -> Source:
    """The file as a source of batches; NotPlain where only the strict reader can read it."""
    if path.suffix.lower() in (".parquet", ".pq"):
        return ParquetSource(path)
    return CsvSource(path)


def opened(path: Path) -> Any:
    """The bytes of a file, unpacked."""
    return gzip.open(path, "rb") if path.suffix.lower() == ".gz" else path.open("rb")


def _header(head: bytes) -> Iterator[tuple[str, ...]]:
    from hangtime.formats._cells import csv_rows

    for row in csv_rows(head.removeprefix(codecs.BOM_UTF8).decode("utf-8")):
        if row.fault:
            raise ValueError(row.fault)
        yield row.cells


def _is_text(kind: Any) -> bool:
    return pa.types.is_string(kind) or pa.types.is_large_string(kind)


def _plain(column: Any) -> Any:
    return column if pa.types.is_string(column.type) else column.cast(pa.string())


def _check_marks(text: bytes) -> None:
    """NotPlain where a quotation mark is left open at the end of a line."""
    if b'"' not in text:
        return
    marks = np.frombuffer(text, "u1")
    ends = np.flatnonzero(marks == ord("\n"))
    lines = np.searchsorted(ends, np.flatnonzero(marks == ord('"')))
    if (np.bincount(lines) % 2).any():
        raise NotPlain


def _coarse(field: Any) -> Any:
    """The field in the unit that times are read in."""
    if pa.types.is_timestamp(field.type) and field.type.unit == "ns":
        return field.with_type(pa.timestamp("us", field.type.tz))
    return field
