"""The published tables into one folder, chunk after chunk, part after part.

A part is a file of each table, or of each table and month.  The same tables give the same bytes.
"""

# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false
# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false
# pyright: reportUnknownParameterType=false, reportMissingParameterType=false
# pyright: reportAttributeAccessIssue=false
from __future__ import annotations

from collections.abc import Iterator
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

    Each table is written in a thread of its own, so that it takes as long as the largest alone.
    """

    def __init__(
        self, folder: Path, form: Literal["csv", "parquet"], part: int, *, is_by_month: bool
    ) -> None:
        self.folder, self.form, self.part = folder, form, part
        self.is_by_month = is_by_month
        self._writers: dict[tuple[str, str], Any] = {}
        self._held: dict[tuple[str, str], list[Any]] = {}
        self._threads = {name: InOrder() for name in TABLES}
        if not is_by_month:
            for name in TABLES:
                self._writer(name, "")

    def write(self, tables: dict[str, Any], months: Months | None) -> None:
        """Add one set of tables; `months` of their encounters where they are kept by month.

        Raises what came of writing earlier ones.
        """
        for name, table in tables.items():
            if len(table):
                self._threads[name].do(partial(self._write, name, table, months))

    def close(self) -> None:
        """Finish the part."""
        for name, thread in self._threads.items():
            thread.do(partial(self._finish, name))
        for thread in self._threads.values():
            thread.finish()
        self.drop()

    def drop(self) -> None:
        """Close the files, as far as they came."""
        for thread in self._threads.values():
            thread.drop()
        for each in self._writers.values():
            each.close()
        self._writers = {}

    def _write(self, name: str, table: Any, months: Months | None) -> None:
        if months is None:
            self._writer(name, "").write(table)
            return
        for month, rows in _by_month(table, months):
            self._hold(name, month, rows)

    def _finish(self, name: str) -> None:
        """Write what is held of a table; by month, one without a row is there as well."""
        for _, month in sorted(each for each in self._held if each[0] == name):
            self._write_held(name, month)
        of_table = [month for table, month in [*self._writers] if table == name]
        if self.is_by_month and self.part == 1 and not of_table:
            self._writer(name, UNDATED)

    def _writer(self, name: str, month: str) -> Any:
        if (name, month) not in self._writers:
            folder = self.folder / f"{name}.{self.form}" / (f"month={month}" if month else "")
            folder.mkdir(parents=True, exist_ok=True)
            path = folder / f"{PART.format(self.part)}.{self.form}"
            self._writers[name, month] = _writer(path, name)
        return self._writers[name, month]

    def _hold(self, name: str, month: str, rows: Any) -> None:
        held = self._held.setdefault((name, month), [])
        held.append(rows)
        if sum(map(len, held)) >= _ENOUGH:
            self._write_held(name, month)

    def _write_held(self, name: str, month: str) -> None:
        if held := self._held.pop((name, month), None):
            rows = pa.concat_tables(held).unify_dictionaries().combine_chunks()
            self._writer(name, month).write(rows)


class _ParquetWriter:
    def __init__(self, path: Path, table: str) -> None:
        self._writer = pq.ParquetWriter(path, schema(table), **_settings(schema(table)))

    def write(self, table: Any) -> None:
        self._writer.write_table(table)

    def close(self) -> None:
        self._writer.close()


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
