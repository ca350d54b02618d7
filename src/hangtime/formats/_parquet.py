"""Parquet, in plain rows.  The one place of the formats that knows pyarrow, imported when needed.

Times are written as text in ISO 8601: one column may hold times with an offset beside times
without, which no timestamp type can.  Reading takes timestamps as well.
"""

# pyarrow has no type stubs; nothing untyped leaves this file.
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false
# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false
# pyright: reportUnknownLambdaType=false
from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, cast

import pyarrow as pa
import pyarrow.parquet as pq
from pyarrow.lib import string_to_tzinfo

from hangtime.errors import UnreadableInput
from hangtime.formats._fields import RECORDS, TEXTS, Field, fields_of
from hangtime.formats._plain import plain

_BATCH = 20_000  # rows at a time
_TYPES: dict[str, Any] = {
    "date": pa.date32(),
    "number": pa.decimal128(38, 18),
    "whole": pa.int32(),
    "units": pa.int64(),  # a dose charted in the wrong unit comes to thousands of millions
    "yes_no": pa.bool_(),
    TEXTS: pa.list_(pa.string()),
}


def damaged(path: Path, read: int, rows: int) -> UnreadableInput:
    """What is said of a file of so many rows of which only the first could be read."""
    return UnreadableInput(
        f"{path}: is damaged: {read:,} of {rows:,} rows could be read. What has rows behind the damage"
        " is set aside, as far as its id can be read. Export it again."
    )


def opened_parquet(path: Path, **how: Any) -> Any:
    """A Parquet file, in which damage is found where pages have checksums.

    Read beforehand, all that was read of it would stay in memory until it is closed.
    """
    return pq.ParquetFile(path, pre_buffer=False, page_checksum_verification=True, **how)


class ParquetRows:
    """The rows of a Parquet file.  Raises UnreadableInput where there is none."""

    def __init__(self, path: Path) -> None:
        try:
            self._file = opened_parquet(path)
        except FileNotFoundError:
            raise UnreadableInput(f"{path}: there is no such file. Check the name.") from None
        except (pa.ArrowException, OSError):
            raise UnreadableInput(
                f"{path}: is not a Parquet file, or is damaged; nothing of it is read, and what goes"
                " on in it from another file lacks its rows."
            ) from None
        self._path = path
        _check_zones(self._file.schema_arrow, path)

    @property
    def names(self) -> list[str]:
        """The names of its columns."""
        return list(self._file.schema_arrow.names)

    def column(self, name: str) -> list[object]:
        """All values of one column."""
        values, is_all = self.readable(name)
        if not is_all:
            raise UnreadableInput(
                f"{self._path}: is damaged and cannot be read to its end. Export it again."
            )
        return values

    def readable(self, name: str) -> tuple[list[object], bool]:
        """The values of one column in all groups of rows where it can be read; whether that is all."""
        found: list[object] = []
        is_all = True
        for group in range(self._file.num_row_groups):
            try:
                found += self._guarded(lambda: self._in_group(group, name))  # noqa: B023
            except UnreadableInput:
                is_all = False
        return found, is_all

    def _in_group(self, group: int, name: str) -> list[object]:
        return _sound(self._file.read_row_group(group, columns=[name])).column(0).to_pylist()

    def rows(self, names: Iterable[str]) -> Iterator[Mapping[str, object]]:
        """Its rows, of these columns, in order.  Raises UnreadableInput where it is damaged."""
        done = 0
        for group in range(self._file.num_row_groups):
            batches = self._file.iter_batches(_BATCH, row_groups=[group], columns=sorted(names))
            while (batch := self._guarded(lambda: _next(batches), done)) is not None:  # noqa: B023
                done += len(batch)
                yield from cast("list[dict[str, object]]", _in_microseconds(batch).to_pylist())

    def _guarded(self, read: Any, done: int = 0) -> Any:
        try:
            return read()
        except (pa.ArrowException, OSError):
            raise damaged(self._path, done, self._file.metadata.num_rows) from None


class ParquetWriter:
    """Writes rows of model values into one file; a column is a field, or only its kind."""

    def __init__(self, path: Path, columns: Mapping[str, Field | str]) -> None:
        self._schema = pa.schema([(name, _type(each)) for name, each in columns.items()])
        self._writer = pq.ParquetWriter(path, self._schema)

    def write(self, rows: Iterable[Mapping[str, Any]]) -> None:
        """Write rows as one group; a column that a row lacks is empty."""
        names = cast("list[str]", self._schema.names)
        values = [{name: _value(row.get(name)) for name in names} for row in rows]
        if values:
            self._writer.write_table(pa.Table.from_pylist(values, self._schema))

    def close(self) -> None:
        """Finish the file."""
        self._writer.close()


def _type(column: Field | str) -> Any:
    """The Arrow type of a column; text where nothing better holds it."""
    if isinstance(column, str):
        return _TYPES.get(column, pa.string())
    if column.kind != RECORDS:
        return _type(column.kind)
    assert column.record is not None
    inner = fields_of(column.record).values()
    return pa.list_(pa.struct([(each.name, _type(each)) for each in inner]))


def _value(value: Any) -> Any:
    """A value of the model as Arrow takes it."""
    if value is None or isinstance(value, bool | int | str | Decimal):
        return value
    if isinstance(value, tuple | list):
        return [_entry(each) for each in value]
    return value if type(value) is date else plain(value)


def _entry(value: Any) -> Any:
    if isinstance(value, str):
        return value
    return {name: _value(getattr(value, name)) for name in fields_of(type(value))}


def _next(batches: Any) -> Any:
    batch = next(batches, None)
    return None if batch is None else _sound(batch)


def _sound(rows: Any) -> Any:
    """The same; an ArrowException where text is not UTF-8."""
    rows.validate(full=True)
    return rows


def _in_microseconds(batch: Any) -> Any:
    """The batch with its timestamps in the unit that a `datetime` holds."""
    for index, field in enumerate(batch.schema):
        if pa.types.is_timestamp(field.type) and field.type.unit == "ns":
            whole = pa.timestamp("us", field.type.tz)
            cast_column = batch.column(index).cast(whole, safe=False)
            batch = batch.set_column(index, field.with_type(whole), cast_column)
    return batch


def _check_zones(schema: Any, path: Path) -> None:
    """Refuse moments of a zone that is none here: nothing could be said of their days."""
    for field in schema:
        for zone in _zones_of(field.type):
            try:
                string_to_tzinfo(zone)
            except (KeyError, ValueError, pa.ArrowException):
                raise UnreadableInput(
                    f"{path}: {field.name} has times of a zone that is not known here ({zone});"
                    " nothing of the file is read. Export the column in UTC."
                ) from None


def _zones_of(kind: Any) -> Iterator[str]:
    if pa.types.is_timestamp(kind) and kind.tz is not None:
        yield kind.tz
    for number in range(kind.num_fields):
        yield from _zones_of(kind.field(number).type)
