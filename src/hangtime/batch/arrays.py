"""Tables of records as structured arrays, so that compiled rules read them as interpreted ones do.

Each record class of `rules.records` becomes one array type with the same field names: 64 bits for
the fields in `WIDE`, 32 for every other.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np

from hangtime.rules.records import WIDE

Array = np.ndarray[Any, np.dtype[Any]]


@cache
def dtype_of(record: type) -> np.dtype[Any]:
    """The structured type of a record class."""
    fields = [
        (each.name, "i8" if each.name in WIDE else "i4") for each in dataclasses.fields(record)
    ]
    return np.dtype(fields, align=True)


def word_of(record: type, name: str) -> int:
    """Which 32-bit word of a record a field is, or begins with."""
    fields: Any = dtype_of(record).fields
    return fields[name][1] // 4


def table(record: type, length: int) -> Array:
    """A table of records in which every field is zero."""
    return np.zeros(length, dtype_of(record))


def table_of(items: Sequence[Any], record: type) -> Array:
    """A table with the values of record objects; it has at least one row."""
    made = table(record, max(1, len(items)))
    for each in dataclasses.fields(record):
        made[each.name][: len(items)] = [int(getattr(item, each.name)) for item in items]
    return made


def words_of(made: Array, width: type[np.signedinteger[Any]]) -> Array:
    """The same memory as rows of 32-bit or 64-bit words, for fields that are chosen by number."""
    return made.view(width).reshape(len(made), -1)


def grown(array: Array, length: int) -> Array:
    """The array, lengthened with zeros where it is shorter."""
    if len(array) >= length:
        return array
    longer = np.zeros((length, *array.shape[1:]), array.dtype)
    longer[: len(array)] = array
    return longer


def alike(length: int, value: int, kind: str) -> Array:
    """A column that says the same on every row; it holds that once."""
    return np.broadcast_to(np.array(value, kind), length)


def laid_out(values: Array, kind: str) -> Array:
    """A column as the loop reads it: of a column that `alike` made, its one value."""
    return np.require(values[:1] if values.strides == (0,) else values, kind, ("C", "W"))


def ends_of(sizes: list[int]) -> Array:
    """Where each of so many pieces ends, a zero first."""
    return np.concatenate([[0], np.cumsum(np.array(sizes, "i8"))]).astype("i4")


def spread_of(places: Array, sizes: list[int]) -> tuple[Array, Array]:
    """Rows of a flat table of distinct lists, repeated for each encounter that has the list."""
    sizes_of = np.array([*sizes, 0], "i8")
    begins = np.concatenate([[0], np.cumsum(sizes_of)])[:-1]
    counts = sizes_of[places]
    ends = np.concatenate([[0], np.cumsum(counts)]).astype("i4")
    within = np.arange(ends[-1]) - np.repeat(ends[:-1], counts)
    return np.repeat(begins[places], counts) + within, ends


def rows_at(records: Array, take: Array) -> Array:
    """These rows of a table of records; one empty row where there are none."""
    return records[take] if len(take) else np.zeros(1, records.dtype)


def distinct_of(keys: Array) -> tuple[Array, Array]:
    """Distinct numbers and, for each row, the place of its own."""
    import pyarrow as pa

    found = pa.array(keys).dictionary_encode()
    return found.dictionary.to_numpy(), found.indices.to_numpy()


def combined(parts: Sequence[tuple[Array, int]]) -> tuple[Array, Array]:
    """First rows of the distinct combinations of several columns, and which one each row has.

    A part is each row's number, from -1 up, and how many numbers there are.
    """
    key = np.zeros(len(parts[0][0]), "i8")
    width = 1
    for numbers, size in parts:
        if width * (size + 1) >= 1 << 62:
            distinct, key = distinct_of(key)
            width = len(distinct)
        key = key * (size + 1) + numbers + 1
        width *= size + 1
    distinct, places = distinct_of(key)
    return firsts_of(places, len(distinct)), places


def firsts_of(places: Array, count: int) -> Array:
    """The first row that has each of so many values."""
    firsts = np.zeros(count, "i8")
    firsts[places[::-1]] = np.arange(len(places))[::-1]
    return firsts
