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
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Any, Literal, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from hangtime.batch.arrays import Array
from hangtime.batch.csv_text import csv_text, header
from hangtime.batch.growing import GrowingFile
from hangtime.batch.threads import InOrder
from hangtime.batch.unfinished import PART
from hangtime.batch.written import schema
from hangtime.formats.outcomes import TABLES

COMPRESSION: dict[str, Any] = {"compression": "zstd", "compression_level": 1}
UNDATED = "__HIVE_DEFAULT_PARTITION__"  # as Hive, Spark and DuckDB call a partition without a value
_ENOUGH = 1 << 18  # rows that are parted into their months at a time
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

    def opened(self, path: Path) -> Any:
        """A new file."""
        try:
            return pa.OSFile(str(path), "wb")
        except OSError as fault:  # of Arrow, it names no file
            number = fault.errno or errno.EIO
            raise OSError(number, os.strerror(number), str(path)) from None

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
            kind = _RowWriter if self._form == "csv" else _ParquetWriter
            self._writers[month] = kind(self.opened(path), self.name)
        return self._writers[month]


class _ByMonth(_Whole):
    """One table of a part, a file for each month.

    Rows wait until there are `_ENOUGH` of all months together: what is kept must not grow with the
    months, of which a table of many years has hundreds and one with wrong dates any number.
    """

    def begin(self) -> None:
        """Months are known when rows come."""
        self._held: list[Any] = []
        self._months: list[Array] = []

    def opened(self, path: Path) -> Any:
        """A new file that is open only while rows are added."""
        return GrowingFile(path)

    def write(self, table: Any, months: Months | None) -> None:
        """Add rows, many at a time."""
        assert months is not None
        self._held.append(table)
        self._months.append(_months_of(table, months))
        if sum(map(len, self._held)) >= _ENOUGH:
            self._write_held()

    def finish(self) -> None:
        """Write what is held back; a table without a row is there as well."""
        if self._held:
            self._write_held()
        if self.part == 1 and not self._writers:
            self.writer(UNDATED)

    def _write_held(self) -> None:
        """To the file of each month its rows, in the order they came."""
        table = pa.concat_tables(self._held).unify_dictionaries()
        of_rows = np.concatenate(self._months)
        self.begin()
        order = pa.array(np.argsort(of_rows, kind="stable"))
        found, begins = np.unique(np.sort(of_rows), return_index=True)
        columns = [each.combine_chunks().take(order) for each in table.columns]
        for month, begin, end in zip(found, begins, [*begins[1:], len(order)], strict=True):
            named = UNDATED if month < 0 else f"{month // 12:04}-{month % 12 + 1:02}"
            own = [_own_words(each[begin:end]) for each in columns]
            self.writer(named).write(pa.Table.from_arrays(own, schema=table.schema))


class _ParquetWriter:
    def __init__(self, file: Any, table: str) -> None:
        self._file = file
        self._writer = pq.ParquetWriter(file, schema(table), **_settings(schema(table)))

    def write(self, table: Any) -> None:
        self._writer.write_table(table)
        self._file.flush()

    def close(self) -> None:
        """Close the file, also where there is no room for its end."""
        try:
            self._writer.close()
        finally:
            self._writer.is_open = False  # or it would try again when it is collected
            self._file.close()


class _RowWriter:
    def __init__(self, file: Any, table: str) -> None:
        self._file, self._kinds = file, TABLES[table]
        file.write(header(self._kinds))

    def write(self, table: Any) -> None:
        for some in csv_text(table, self._kinds):
            self._file.write(some)
        self._file.flush()

    def close(self) -> None:
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


def _months_of(table: Any, months: Months) -> Array:
    """The month of each row's encounter, -1 where it has none."""
    ids = table.column("encounter_id").combine_chunks().dictionary_encode()
    at = pc.index_in(ids.dictionary, value_set=months.ids).take(ids.indices)
    of_rows = pc.fill_null(pa.array(months.months).take(at), -1)
    return of_rows.to_numpy(zero_copy_only=False)


def _own_words(array: Any) -> Any:
    """The array with the words it uses and no others: in a file all would be written."""
    if pa.types.is_list(array.type):
        begins = pc.subtract(array.offsets, array.offsets[0])
        return pa.ListArray.from_arrays(begins, _own_words(array.flatten()))
    if pa.types.is_dictionary(array.type):
        return array.dictionary_decode().dictionary_encode()
    return array
