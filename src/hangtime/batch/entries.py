"""Columns of lists of records: the entries of all rows, one after the other, column by column."""

# pyarrow has no type stubs; nothing untyped leaves this package.
# pyright: reportAttributeAccessIssue=false, reportMissingTypeStubs=false, reportUnknownMemberType=false
# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false
# pyright: reportUnknownParameterType=false, reportMissingParameterType=false
from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from hangtime.batch.reading import Column, coded
from hangtime.formats._cells import from_cell
from hangtime.formats._fields import Field, fields_of
from hangtime.formats._records import read_fields
from hangtime.model import Administration

_NEEDED = {"administration_id": "one", "drug": "one", "route": "iv_push"}
_LISTED = r'^\[("[\w.]+"(, ?"[\w.]+")*)?\]$'  # texts without a character that JSON would escape
_TYPES = {"time": pa.string(), "number": pa.decimal128(38, 18)}


class Entries:
    """The entries of one column: row `i` has those from `ends[i]` up to, not with, `ends[i + 1]`.

    Where no row has any, `ends` is one long.

    `good` tells which entries are surely what they seem; `settle` marks the rows of the others.
    """

    def __init__(self, column: Column) -> None:
        self._column = column
        self._fields = fields_of(column.field.record or Administration)
        lists = _lists_of(column)
        self._parts: dict[str, Any] = {}
        self.ends, self.good = np.zeros(1, "i4"), np.ones(0, "u1")
        if lists is not None:
            counts = pc.fill_null(pc.list_value_length(lists), 0).to_numpy(zero_copy_only=False)
            self.ends = np.concatenate([[0], np.cumsum(counts)]).astype("i4")
            self.good = np.ones(int(self.ends[-1]), "u1")
            self._take_apart(lists.flatten())

    def column(self, name: str) -> Column:
        """One field of all entries."""
        field = self._fields[name]
        part = Column(
            self._parts.get(name),
            len(self.good),
            field,
            self.good,
            self._column.loops,
            is_csv=False,
        )
        if field.is_required:
            self.good[part.is_there() == 0] = 0
        return part

    def settle(self) -> None:
        """A row with an entry that is not good is not good."""
        rows = np.searchsorted(self.ends, np.flatnonzero(self.good == 0), side="right") - 1
        self._column.good[rows] = 0

    def _take_apart(self, entries: Any) -> None:
        names = [each.name for each in entries.type]
        if len(set(names)) < len(names) or not set(names) <= set(self._fields):
            self.good[:] = 0
        if entries.null_count:
            self.good[~entries.is_valid().to_numpy(zero_copy_only=False)] = 0
        self._parts = dict(zip(names, entries.flatten(), strict=True))


def _lists_of(column: Column) -> Any:
    """The column as an Arrow list of structs; None where it has none."""
    if column.array is None:
        return None
    if column.is_csv:
        return _from_cells(column)
    kind = column.array.type
    is_list = pa.types.is_list(kind) or pa.types.is_large_list(kind)
    if is_list and pa.types.is_struct(kind.value_type):
        return column.array
    column.doubt_all()
    return None


def texts_of(column: Column) -> Any:
    """The column as an Arrow list of texts; None where only the strict reader can tell."""
    cells, kind = column.array, column.array.type
    if pa.types.is_list(kind) and pa.types.is_string(kind.value_type):
        return cells
    if not column.is_csv:
        return None
    if pa.types.is_dictionary(kind):
        cells = cells.dictionary_decode()
    if not pc.all(pc.match_substring_regex(cells, _LISTED)).as_py():
        return None
    inside = pc.replace_substring_regex(pc.utf8_slice_codeunits(cells, 1, -1), '[" ]', "")
    return pc.split_pattern(pc.if_else(pc.equal(inside, ""), None, inside), ",")


def _from_cells(column: Column) -> Any:
    """Lists from cells of text, each distinct one read once by the strict reader."""
    codes, cells = coded(column.array)
    read = [_read(column.field, cell) for cell in cells]
    column.good[np.array([*(each is None for each in read), False])[codes]] = 0
    inner = fields_of(column.field.record or Administration)
    kind = pa.list_(pa.struct([(name, _TYPES[each.kind]) for name, each in inner.items()]))
    lists = pa.array([*(each or () for each in read), ()], kind)
    return lists.take(pa.array(np.where(codes < 0, len(read), codes)))


def _read(field: Field, cell: str) -> list[dict[str, Any]] | None:
    """The entries of one cell, None where the reader finds anything."""
    fields = read_fields(Administration, {**_NEEDED, field.name: from_cell(field, cell)})
    if fields.problems:
        return None
    return [_plain(each) for each in fields.values.get(field.name, ())]


def _plain(entry: Any) -> dict[str, Any]:
    """An entry with its times as text, as a column of any kind of clock holds them."""
    values = {name: getattr(entry, name) for name in fields_of(type(entry))}
    return {
        name: value.isoformat() if hasattr(value, "isoformat") else value
        for name, value in values.items()
    }
