"""The published tables into one folder, chunk after chunk, part after part.

A part is a file of each table, or of each table and month.  The same tables give the same bytes.
"""

# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false
# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false
# pyright: reportUnknownParameterType=false, reportMissingParameterType=false
# pyright: reportAttributeAccessIssue=false
from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Any, Literal, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from hangtime.batch.arrays import Array
from hangtime.batch.threads import InOrder
from hangtime.batch.unfinished import PART
from hangtime.batch.written import schema
from hangtime.formats.outcomes import TABLES, _CsvWriter

COMPRESSION: dict[str, Any] = {"compression": "zstd", "compression_level": 1}
UNDATED = "__HIVE_DEFAULT_PARTITION__"  # as Hive, Spark and DuckDB call a partition without a value
_ENOUGH = 1 << 17  # rows of a month that are written at a time
_SOUGHT = {"encounter_id", "line", "code", "date_of_service", "severity", "rule"}
_DISTINCT = {"encounter_id", "administration", "administrations", "date_of_service"}


class Months(NamedTuple):
    """The month of each encounter of a chunk: ids, and months counted from the year 0."""

    ids: Any
    months: Array


class PartWriters:
    """Writes parts below a folder: NAME.FORM/part-00001.FORM, or a folder for each month between.

    Each table is written in a thread of its own, so that all take as long as the largest alone.
    """

    def __init__(
        self, folder: Path, form: Literal["csv", "parquet"], part: int, *, is_by_month: bool
    ) -> None:
        kinds = _ByMonth if is_by_month else _Whole
        self._tables: dict[str, _Whole] = {}
        try:
            for name in TABLES:
                self._tables[name] = kinds(folder, name, form, part)
        except BaseException:
            for each in self._tables.values():
                each.close()
            raise
        self._threads = {name: InOrder() for name in TABLES}

    def write(self, tables: dict[str, Any], months: Months | None) -> None:
        """Add one set of tables; `months` of their encounters where they are kept by month.

        Raises what came of writing earlier ones.
        """
        for name, table in tables.items():
            if len(table):
                self._threads[name].do(partial(self._tables[name].write, table, months))

    def close(self) -> None:
        """Finish the part."""
        for name, thread in self._threads.items():
            thread.do(self._tables[name].finish)
        for thread in self._threads.values():
            thread.finish()
        self.drop()

    def drop(self) -> None:
        """Close the files, as far as they came; raises what keeps one from being closed."""
        with ExitStack() as closing_all:
            for name, thread in self._threads.items():
                closing_all.callback(self._tables[name].close)
                closing_all.callback(thread.drop)


class _Whole:
    """One table of a part in one file."""

    def __init__(self, folder: Path, name: str, form: str, part: int) -> None:
        self.name, self.part = name, part
        self._folder, self._form = folder / f"{name}.{form}", form
        self._writers: dict[str, Any] = {}
        self.begin()

    def begin(self) -> None:
        """A table without a row is there as well."""
        self.writer()

    def write(self, table: Any, _months: Months | None) -> None:
        """Add rows."""
        self.writer().write(table)

    def finish(self) -> None:
        """Nothing is held back."""

    def close(self) -> None:
        """Close the files."""
        writers, self._writers = self._writers, {}
        with ExitStack() as closing_all:
            for each in writers.values():
                closing_all.callback(each.close)

    def writer(self, month: str = "") -> Any:
        """The writer of a month, made when it is first asked for."""
        if month not in self._writers:
            folder = self._folder / f"month={month}" if month else self._folder
            folder.mkdir(parents=True, exist_ok=True)
            path = folder / f"{PART.format(self.part)}.{self._form}"
            try:
                self._writers[month] = _writer(path, self.name)
            except OSError as fault:  # of Arrow, it names no file
                number = fault.errno or errno.EIO
                raise OSError(number, os.strerror(number), str(path)) from None
        return self._writers[month]


class _ByMonth(_Whole):
    """One table of a part, a file for each month."""

    def begin(self) -> None:
        """Months are known when rows come."""
        self._held: dict[str, list[Any]] = {}

    def write(self, table: Any, months: Months | None) -> None:
        """Add rows, many of a month at a time."""
        assert months is not None
        for month, rows in _by_month(table, months):
            held = self._held.setdefault(month, [])
            held.append(rows)
            if sum(map(len, held)) >= _ENOUGH:
                self._write_held(month)

    def finish(self) -> None:
        """Write what is held back; a table without a row is there as well."""
        for month in sorted(self._held):
            self._write_held(month)
        if self.part == 1 and not self._writers:
            self.writer(UNDATED)

    def _write_held(self, month: str) -> None:
        rows = pa.concat_tables(self._held.pop(month)).unify_dictionaries().combine_chunks()
        self.writer(month).write(rows)


class _ParquetWriter:
    def __init__(self, path: Path, table: str) -> None:
        self._file = pa.OSFile(str(path), "wb")
        self._writer = pq.ParquetWriter(self._file, schema(table), **_settings(schema(table)))

    def write(self, table: Any) -> None:
        self._writer.write_table(table)

    def close(self) -> None:
        """Close the file, also where there is no room for its end."""
        try:
            self._writer.close()
        finally:
            self._writer.is_open = False  # or it would try again when it is collected
            self._file.close()


def _settings(made: Any) -> dict[str, Any]:
    """How columns are written, so that files are small and soon written.

    Ids that hardly come twice, or only one row behind the other, get no dictionary; only what rows are sought by gets least and
    greatest values.
    """
    leaves = {
        each.name: f"{each.name}.list.element" if pa.types.is_list(each.type) else each.name
        for each in made
    }
    return {
        **COMPRESSION,
        "store_schema": False,
        "use_dictionary": [leaf for name, leaf in leaves.items() if name not in _DISTINCT],
        "write_statistics": [leaf for name, leaf in leaves.items() if name in _SOUGHT],
    }


class _RowWriter:
    def __init__(self, path: Path, table: str) -> None:
        self._writer = _CsvWriter(path, TABLES[table])

    def write(self, table: Any) -> None:
        self._writer.write(table.to_pylist())

    def close(self) -> None:
        self._writer.close()


def _writer(path: Path, table: str) -> _ParquetWriter | _RowWriter:
    return _RowWriter(path, table) if path.suffix == ".csv" else _ParquetWriter(path, table)


def _by_month(table: Any, months: Months) -> Iterator[tuple[str, Any]]:
    """Rows by the month of their encounter, in each in the order they had."""
    ids = table.column("encounter_id").combine_chunks().dictionary_encode()
    at = pc.index_in(ids.dictionary, value_set=months.ids).take(ids.indices)
    of_rows = pc.fill_null(pa.array(months.months).take(at), -1).to_numpy(zero_copy_only=False)
    order = np.argsort(of_rows, kind="stable")
    found, begins = np.unique(of_rows[order], return_index=True)
    ends = [*begins[1:].tolist(), len(order)]
    for month, begin, end in zip(found.tolist(), begins.tolist(), ends, strict=True):
        named = UNDATED if month < 0 else f"{month // 12:04}-{month % 12 + 1:02}"
        yield named, table.take(pa.array(order[begin:end]))
