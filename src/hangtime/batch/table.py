"""One chunk of a table being laid out: its columns, and what is not surely what it seems."""

# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false
# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false
# pyright: reportUnknownParameterType=false, reportMissingParameterType=false
from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from hangtime.batch.arrays import Array, alike, distinct_of, firsts_of
from hangtime.batch.catalogue import Catalogue
from hangtime.batch.compiled import Loops
from hangtime.batch.reading import Column, Times, Words
from hangtime.formats._records import read_fields
from hangtime.formats.tabular import columns
from hangtime.model import Administration, Encounter

_NEEDED: dict[type[Any], dict[str, object]] = {
    Encounter: {"encounter_id": "one", "setting": "facility"},
    Administration: {"administration_id": "one", "drug": "one", "route": "iv_push"},
}


_MOST_KEPT = 100_000  # lists of a column that are remembered


class Read:
    """What was read in earlier chunks of the same columns: lists by their hash, for each column."""

    def __init__(self) -> None:
        self.lists: dict[str, dict[int, tuple[Any, ...] | None]] = {}


class Table:
    """An Arrow table of whole encounters, the first rows of each, and the rows not in doubt.

    `good` tells it of rows and `good_visits` of encounters.
    """

    def __init__(
        self, rows: Any, starts: Array, catalogue: Catalogue, loops: Loops, read: Read, *,
        is_csv: bool,
    ) -> None:  # fmt: skip
        self.rows, self.starts, self.catalogue, self.loops = rows, starts, catalogue, loops
        self._read = read
        self.is_csv = is_csv
        self.length = len(rows)
        self.offsets = np.append(starts, self.length).astype("i8")
        self.good = np.ones(self.length, "u1")
        self.good_visits = np.ones(len(starts), "u1")
        self._arrays: dict[str, Any] = dict.fromkeys(rows.column_names)

    def column(self, name: str) -> Column:
        """A column of the tabular form, empty where the table lacks it."""
        if name in self._arrays and self._arrays[name] is None:
            array = self.rows.column(name)
            single = array.combine_chunks() if array.num_chunks != 1 else array.chunk(0)
            self._arrays[name] = single
        return Column(
            self._arrays.get(name), self.length, columns()[name], self.good, self.loops,
            is_csv=self.is_csv,
        )  # fmt: skip

    def shared(self, name: str, read: Callable[[Column], Array]) -> Array:
        """A column that repeats, once an encounter; rows that differ leave it to the reader."""
        column = self.column(name)
        return self._once(column, read(column))

    def _once(self, column: Column, values: Array) -> Array:
        if column.array is None:  # what is empty is the same on every row
            return alike(len(self.starts), values[0], values.dtype.str) if len(values) else values
        # What Arrow holds cannot be written to, and is another type to the compiler.
        every = np.require(values, "i8", ("C", "W"))
        self.loops.same_within(every, self.offsets, self.good_visits)
        return values[self.starts]

    def shared_words(self, name: str) -> Words:
        """A text that repeats, once an encounter."""
        column = self.column(name)
        codes, values = column.words()
        return Words(self._once(column, codes), values)

    def shared_times(self, name: str) -> Times:
        """A time that repeats, once an encounter."""
        column = self.column(name)
        return Times(*(self._once(column, each) for each in column.times()))

    def shared_lists(self, name: str) -> Words:
        """The distinct lists of a column that repeats, and which each encounter has."""
        column = self.column(name)
        if column.array is None:
            return Words(np.full(len(self.starts), -1), [])
        hashes = self._once(column, column.hashes())
        return self._lists(column, Encounter, hashes, self.starts, self.good_visits)

    def lists(self, name: str) -> Words:
        """The distinct lists of a column, and which each row has."""
        column = self.column(name)
        if column.array is None:
            return Words(np.full(self.length, -1), [])
        every = np.arange(self.length)
        return self._lists(column, Administration, column.hashes(), every, self.good)

    def _lists(
        self, column: Column, record: type[Any], hashes: Array, rows: Array, good: Array
    ) -> Words:
        """Lists as the strict reader takes them; what reads with any finding is not good."""
        distinct, places = distinct_of(hashes)
        firsts = firsts_of(places, len(distinct))
        known = self._read.lists.setdefault(column.field.name, {})
        if len(known) > _MOST_KEPT:
            known = self._read.lists[column.field.name] = {}
        hashed = distinct.tolist()
        new = np.array([n for n, each in enumerate(hashed) if each not in known], "i8")
        values = column.array.take(rows[firsts[new]]).to_pylist()
        for n, value in zip(new.tolist(), values, strict=True):
            known[hashed[n]] = self._list_of(column, record, value)
        read = [known[each] for each in hashed]
        good[np.array([each is None for each in read])[places]] = 0
        return Words(places, [each or () for each in read])

    def _list_of(self, column: Column, record: type[Any], value: Any) -> tuple[Any, ...] | None:
        """One list as read, None where there is any finding."""
        from hangtime.formats._cells import from_cell

        given = from_cell(column.field, value) if self.is_csv and value is not None else value
        fields = read_fields(record, {**_NEEDED[record], column.field.name: given})
        if fields.problems:
            return None
        return fields.values.get(column.field.name, ())
