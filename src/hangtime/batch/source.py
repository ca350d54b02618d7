"""A file of the tabular form as batches of rows, each row with its line, encounters together."""

# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false
# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false
# pyright: reportUnknownParameterType=false, reportMissingParameterType=false
from __future__ import annotations

import codecs
import gzip
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.csv as pc_csv
import pyarrow.parquet as pq

from hangtime.batch.arrays import Array
from hangtime.batch.compiled import Loops
from hangtime.batch.whole import stand_together
from hangtime.errors import UnreadableInput
from hangtime.formats._parquet import ParquetRows, _in_microseconds
from hangtime.formats.tabular import _check_header, _unknown_columns, columns
from hangtime.model import Finding

ROWS = 1 << 17  # of a batch
_LINE = "hangtime_line"
_MANY = {"encounter_id", "administration_id", "patient_id", "order_id"}  # all but each differ


class NotPlain(Exception):
    """The file has something that only the strict reader can name, such as a broken row of CSV."""


class ParquetSource:
    """A Parquet file."""

    is_csv = False
    first_line = 1

    def __init__(self, path: Path, loops: Loops) -> None:
        names = ParquetRows(path).names
        _check_header(names, path)
        self._path, self._loops = path, loops
        self.notes: tuple[Finding, ...] = _unknown_columns(names, path)
        self._names = [name for name in names if name in columns()]
        schema = pq.read_schema(path)
        if not all(
            _is_text(schema.field(name).type) for name in ("encounter_id", "administration_id")
        ):
            raise NotPlain
        repeating = [
            name for name in self._names if name not in _MANY and pa.types.is_string(schema.field(name).type)
            and columns()[name].kind not in ("time", "date", "number", "whole")
        ]  # fmt: skip
        self._file = pq.ParquetFile(path, read_dictionary=repeating)

    def batches(self) -> Iterator[tuple[Any, Array]]:
        """Tables of rows and their lines; rows are sorted first where encounters are scattered."""
        ids = (batch.column(0) for batch in self._file.iter_batches(ROWS, columns=["encounter_id"]))
        if stand_together((_plain(each) for each in ids), self._loops):
            yield from _numbered(self._in_order(), self.first_line)
        else:
            yield from _sorted_parquet(self._path, self._names, self._file.schema_arrow)

    def _in_order(self) -> Iterator[Any]:
        try:
            for batch in self._file.iter_batches(ROWS, columns=self._names):
                yield pa.Table.from_batches([_in_microseconds(batch)])
        except (pa.ArrowException, OSError):
            raise UnreadableInput(
                f"{self._path}: is damaged and cannot be read to its end. Export it again."
            ) from None


class CsvSource:
    """A CSV file, plain or gzipped, in which every line is one whole row."""

    is_csv = True
    first_line = 2

    def __init__(self, path: Path, loops: Loops) -> None:
        self._path, self._loops = path, loops
        with _opened(path) as stream:
            head = stream.readline()
        try:
            names = next(_header(head))
        except (ValueError, StopIteration):
            raise NotPlain from None
        _check_header(names, path)
        self.notes: tuple[Finding, ...] = _unknown_columns(names, path)
        self._names = [name for name in names if name in columns()]
        self._check_lines()

    def _check_lines(self) -> None:
        """Refuse what the reader of lines and this one might take differently."""
        decode = codecs.getincrementaldecoder("utf-8")().decode
        with _opened(self._path) as stream:
            last = b"\n"
            while block := stream.read(1 << 22):
                if b"\n\n" in last + block or b"\r" in block or b"\0" in block:
                    raise NotPlain
                try:
                    decode(block)
                except UnicodeDecodeError:
                    raise NotPlain from None
                last = block[-1:]

    def batches(self) -> Iterator[tuple[Any, Array]]:
        """Tables of rows and their lines; rows are sorted first where encounters are scattered."""
        ids = (_plain(batch.column("encounter_id")) for batch in self._open(["encounter_id"]))
        if stand_together(ids, self._loops):
            tables = (pa.Table.from_batches([each]) for each in self._open(self._names))
            yield from _numbered(tables, self.first_line)
        else:
            whole = pa.Table.from_batches(list(self._open(self._names)))
            yield from _sorted_table(whole, self.first_line)

    def _open(self, names: list[str]) -> Iterator[Any]:
        types = dict.fromkeys(names, pa.string())
        try:
            with _opened(self._path) as stream:
                yield from pc_csv.open_csv(
                    stream,
                    read_options=pc_csv.ReadOptions(block_size=1 << 24),
                    parse_options=pc_csv.ParseOptions(newlines_in_values=False),
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


def source(path: Path, loops: Loops) -> ParquetSource | CsvSource:
    """The file as a source of batches; NotPlain where only the strict reader can read it."""
    if path.suffix.lower() in (".parquet", ".pq"):
        return ParquetSource(path, loops)
    return CsvSource(path, loops)


def _opened(path: Path) -> Any:
    return gzip.open(path, "rb") if path.suffix.lower() == ".gz" else path.open("rb")


def _header(head: bytes) -> Iterator[tuple[str, ...]]:
    from hangtime.formats._cells import csv_rows

    for row in csv_rows(head.decode("utf-8")):
        if row.fault or head.startswith(codecs.BOM_UTF8):
            raise ValueError(row.fault)
        yield row.cells


def _is_text(kind: Any) -> bool:
    return pa.types.is_string(kind) or pa.types.is_large_string(kind)


def _plain(column: Any) -> Any:
    return column if pa.types.is_string(column.type) else column.cast(pa.string())


def _numbered(tables: Iterator[Any], first: int) -> Iterator[tuple[Any, Array]]:
    for table in tables:
        yield table, np.arange(first, first + len(table))
        first += len(table)


def _sorted_table(table: Any, first: int) -> Iterator[tuple[Any, Array]]:
    """Rows of one encounter brought together in memory, each still in the order of the file."""
    lines = np.arange(first, first + len(table))
    order = pa.table({"id": table.column("encounter_id"), "line": lines}).sort_by(
        [("id", "ascending"), ("line", "ascending")]
    )
    places = order.column("line").combine_chunks().to_numpy() - first
    for begin in range(0, len(places), ROWS):
        taken = places[begin : begin + ROWS]
        yield table.take(pa.array(taken)), taken + first


def _sorted_parquet(path: Path, names: list[str], schema: Any) -> Iterator[tuple[Any, Array]]:
    """The same through DuckDB, which puts what does not fit into memory on the disk."""
    import duckdb

    chosen = ", ".join(f'"{name}"' for name in names)
    wanted = pa.schema([_as_plain(schema.field(name)) for name in names])
    with duckdb.connect() as connection:
        connection.execute("set TimeZone = 'UTC'")
        found = connection.sql(
            f"select {chosen}, file_row_number + 1 as {_LINE}"  # noqa: S608  (names of the contract)
            " from read_parquet(?, file_row_number = true)"
            f" order by encounter_id, {_LINE}",
            params=[str(path)],
        )
        for batch in found.to_arrow_reader(ROWS):
            table = pa.Table.from_batches([batch])
            lines = table.column(_LINE).combine_chunks().to_numpy()
            yield table.drop_columns([_LINE]).cast(wanted), lines


def _as_plain(field: Any) -> Any:
    kind = field.type
    if pa.types.is_dictionary(kind):
        kind = kind.value_type
    if pa.types.is_timestamp(kind) and kind.unit == "ns":
        kind = pa.timestamp("us", kind.tz)
    return field.with_type(kind)
