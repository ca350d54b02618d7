"""One Arrow column at a time, from what stands in a table to arrays of numbers.

Each function also marks the rows whose value is not surely what the strict reader would take as it
stands.  Marked rows are read again, and judged, by that reader; here nothing is decided.
"""

# pyarrow and numba have no type stubs; nothing untyped leaves this package.
# pyright: reportAttributeAccessIssue=false, reportMissingTypeStubs=false, reportUnknownMemberType=false
# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false
# pyright: reportUnknownParameterType=false, reportMissingParameterType=false
from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from hangtime.batch.arrays import Array, alike
from hangtime.batch.columns import ABSENT, AWARE, NAIVE
from hangtime.batch.compiled import Loops
from hangtime.formats._cells import from_cell
from hangtime.formats._fields import Field
from hangtime.formats._values import Unreadable
from hangtime.rules.records import NOWHERE
from hangtime.rules.words import Known

_UNITS = {"s": 1, "ms": 1000, "us": 1_000_000, "ns": 1_000_000_000}
_UNIVERSAL = frozenset({"UTC", "Etc/UTC", "Z", "+00:00"})
_EXACT = 10**15  # below it a float with six decimals is told exactly
_COARSE = 0.01  # from here on a float has fewer decimals than the reader refuses
_LARGEST = 10**9


class Times(NamedTuple):
    """Charted times: seconds, kinds (ABSENT, NAIVE, AWARE), charted offsets."""

    seconds: Array
    kinds: Array
    own: Array


class Words(NamedTuple):
    """The distinct values of a column, and for each row the place of its own, -1 for none."""

    codes: Array
    values: list[Any]


class Column:
    """One column of a chunk: its Arrow array (None where the table has no such column)."""

    def __init__(
        self, array: Any, length: int, field: Field, good: Array, loops: Loops, *, is_csv: bool
    ) -> None:
        if array is not None and _says_nothing(array):
            array = None
        self.array: Any = array
        self.length, self.field = length, field
        self.good, self.loops, self.is_csv = good, loops, is_csv

    @property
    def is_text(self) -> bool:
        """Whether values stand as text."""
        return _is_text(self.array.type)

    def is_there(self) -> Array:
        """Which rows have a value."""
        if self.array is None:
            return alike(self.length, 0, "u1")
        return _valid(self.array)

    def without(self, rows: Array) -> Column:
        """The column with nothing on these rows."""
        if self.array is None or not len(rows):
            return self
        kept = np.ones(self.length, bool)
        kept[rows] = False
        array = pc.if_else(pa.array(kept), self.array, pa.scalar(None, self.array.type))
        return Column(array, self.length, self.field, self.good, self.loops, is_csv=self.is_csv)

    def doubt_all(self) -> None:
        """No row with a value is surely good."""
        if self.array is not None:
            self.good[self.is_there() == 1] = 0

    def entries(self) -> Array:
        """How many entries each row's list has; one where a list stands as text."""
        if self.array is None or not pa.types.is_list(self.array.type):
            return self.is_there()
        return _unmasked(pc.fill_null(pc.list_value_length(self.array), 0))

    def check_text(self) -> None:
        """Text of any kind is good; another type is for the strict reader."""
        if self.array is not None and not self.is_text:
            self.doubt_all()

    def ids(self) -> Array:
        """Hashes of ids, 0 where there is none."""
        if self.array is None:
            return alike(self.length, 0, "i8")
        hashes = np.zeros(self.length, "i8")
        if not self.is_text:
            self.doubt_all()
            return hashes
        at, text, is_there = text_parts(self.array)
        self.loops.read_ids(at, text, is_there, hashes, self.good)
        return hashes

    def hashes(self) -> Array:
        """A hash of each value, whatever its type, 0 where there is none."""
        if self.array is None:
            return np.zeros(self.length, "i8")
        return hash_values(self.array, self.loops)

    def numbers(self, number_of: Callable[[Any], int], absent: int) -> Array:
        """A whole number for each distinct value, asked once; what cannot be read is marked."""
        if self.array is None:
            return alike(self.length, absent, "i4")
        codes, values = coded(self.array)
        numbers = [absent] * (len(values) + 1)
        bad = np.zeros(len(values) + 1, "u1")
        for code, value in enumerate(values):
            try:
                read = self.read(value)
                numbers[code] = absent if read is None else number_of(read)
            except Unreadable:
                bad[code] = 1
        if bad.any():
            self.good[bad[codes] == 1] = 0
        return np.array(numbers, "i8")[codes]

    def words(self) -> Words:
        """The distinct values as read; where one is needed, a row without it is marked."""
        if self.array is None:
            return Words(alike(self.length, -1, "i8"), [])
        codes, values = coded(self.array)
        read: list[Any] = []
        bad = np.zeros(len(values) + 1, "u1")
        for place, value in enumerate(values):
            try:
                read.append(self.read(value))
            except Unreadable:
                read.append(None)
                bad[place] = 1
            if read[place] is None and self.field.is_required:
                bad[place] = 1
        self.good[bad[codes] == 1] = 0
        return Words(codes, read)

    def read(self, value: Any) -> Any:
        """One value as the strict reader reads it; Unreadable where it cannot."""
        if self.is_csv:
            value = from_cell(self.field, value)
        return None if value is None else self.field.reader(value)

    def yes_no(self) -> Array:
        """Known: 0 where nothing is charted."""
        if self.array is None:
            return alike(self.length, 0, "i4")
        if pa.types.is_boolean(self.array.type):
            said = _unmasked(pc.fill_null(self.array, False))
            return np.where(self.is_there() == 1, np.where(said, Known.YES, Known.NO), 0).astype(
                "i4"
            )
        return self.numbers(lambda fact: Known.YES if fact else Known.NO, 0).astype("i4")

    def thousandths(self, scale: int = 1000) -> Array:
        """Whole parts of quantities, `scale` to one; NOWHERE where nothing is charted."""
        if self.array is None:
            return alike(self.length, NOWHERE, "i8")
        kind = self.array.type
        if pa.types.is_floating(kind):
            return self._of_floats(scale)
        if pa.types.is_integer(kind):
            values = _unmasked(pc.fill_null(self.array, 0)).astype("i8")
            self.good[(values < 0) | (values >= _LARGEST)] = 0
            return np.where(self.is_there() == 1, values * scale, NOWHERE)
        if pa.types.is_decimal128(kind):
            parts, is_good = self._exact_decimals()
            assert scale <= 1000, "a larger one would not fit"
            if is_good.all():
                return np.where(self.is_there() == 1, parts * scale // 1_000_000, NOWHERE)
        return self.numbers(lambda number: int(number * scale), NOWHERE)

    def millionths(self) -> tuple[Array, Array]:
        """Quantities in millionths, and which rows have one that is told so exactly.

        No row is marked: a quantity that stands as text or decimal may be quite exact.
        """
        if self.array is not None and pa.types.is_floating(self.array.type):
            parts, is_good = self._exact_floats()
        elif self.array is not None and pa.types.is_decimal128(self.array.type):
            parts, is_good = self._exact_decimals()
        else:
            return np.zeros(self.length, "i8"), np.zeros(self.length, bool)
        return parts, is_good & (self.is_there() == 1)

    def _of_floats(self, scale: int) -> Array:
        parts, is_good = self._exact_floats()
        self.good[~is_good] = 0
        return np.where(self.is_there() == 1, parts * scale // 1_000_000, NOWHERE)

    def _exact_floats(self) -> tuple[Array, Array]:
        values = _unmasked(pc.fill_null(self.array, 0.0)).astype("f8")
        with np.errstate(invalid="ignore", over="ignore"):
            parts = np.rint(values * 1_000_000)
            is_exact = (parts < _EXACT) & (parts / 1_000_000 == values)
        is_good = is_exact & (values < _LARGEST) & ((values >= _COARSE) | (values == 0))
        return np.where(is_good, parts, 0).astype("i8"), is_good

    def _exact_decimals(self) -> tuple[Array, Array]:
        """As of floats; what is not there is nothing, exactly."""
        is_there = self.is_there() == 1
        kind = self.array.type
        try:
            parts = self.array.cast(pa.decimal128(38, 6), safe=False)
            is_exact = pc.equal(parts.cast(kind, safe=False), self.array)
        except pa.ArrowInvalid:  # too large by far
            return np.zeros(self.length, "i8"), ~is_there
        low, high = np.frombuffer(parts.buffers()[1], "i8").reshape(-1, 2).T
        here = slice(parts.offset, parts.offset + len(parts))
        low, high = low[here], high[here]
        is_good = (high == 0) & (low >= 0) & (low < _LARGEST * 1_000_000)
        is_good &= _unmasked(pc.fill_null(is_exact, False))
        return np.where(is_good & is_there, low, 0), is_good | ~is_there

    def times(self) -> Times:
        """Charted times, from timestamps or ISO 8601 text."""
        own = alike(self.length, 0, "i4")
        if self.array is None:
            return Times(alike(self.length, 0, "i8"), alike(self.length, ABSENT, "u1"), own)
        if pa.types.is_timestamp(self.array.type):
            return self._of_timestamps(own)
        seconds, kinds = np.zeros(self.length, "i8"), np.zeros(self.length, "u1")
        own = np.zeros(self.length, "i4")
        if self.is_text:
            at, text, is_there = text_parts(self.array)
            self.loops.read_times(at, text, is_there, seconds, kinds, own, self.good)
        else:
            self.doubt_all()
        return Times(seconds, kinds, own)

    def _of_timestamps(self, own: Array) -> Times:
        kind = self.array.type
        unit = _UNITS[kind.unit]
        is_there = self.is_there()
        values = _unmasked(pc.fill_null(self.array.cast(pa.int64()), 0))
        seconds = values // unit
        is_good = (seconds * unit == values) & _is_in_range(seconds)
        if kind.tz is not None and kind.tz not in _UNIVERSAL:
            own = self._offsets(seconds, unit)
            is_good &= (own % 60 == 0) & (seconds < _LAST_LISTED)
        self.good[~is_good & (is_there == 1)] = 0
        kinds = np.where(is_there == 1, NAIVE if kind.tz is None else AWARE, ABSENT).astype("u1")
        return Times(seconds, kinds, own)

    def _offsets(self, seconds: Array, unit: int) -> Array:
        """How far the clocks of the column's zone were ahead of UTC."""
        local = pc.local_timestamp(self.array).cast(pa.int64())
        return (_unmasked(pc.fill_null(local, 0)) // unit - seconds).astype("i4")

    def days(self) -> Array:
        """Dates as day numbers, NOWHERE where none is charted."""
        if self.array is not None and pa.types.is_date32(self.array.type):
            days = _unmasked(pc.fill_null(self.array.cast(pa.int32()), NOWHERE))
            return days.astype("i8")
        return self.numbers(lambda day: day.toordinal() - _DAY_ONE, NOWHERE)


_DAY_ONE = datetime(1970, 1, 1).toordinal()
_LAST_LISTED = 2145830400  # the last day of 2037: of later summers Arrow knows nothing everywhere
_FIRST, _LAST = -2208988800, 13569465600  # 1900 to 2400


def _is_in_range(seconds: Array) -> Array:
    return (seconds >= _FIRST) & (seconds < _LAST)


def _is_text(kind: Any) -> bool:
    if pa.types.is_dictionary(kind):
        kind = kind.value_type
    return pa.types.is_string(kind) or pa.types.is_large_string(kind)


def _valid(array: Any) -> Array:
    if array.null_count == 0:
        return np.ones(len(array), "u1")
    return _unmasked(pc.is_valid(array)).astype("u1")


def _unmasked(array: Any) -> Array:
    return array.to_numpy(zero_copy_only=False)


def text_parts(array: Any) -> tuple[Array, Array, Array]:
    """Offsets (i4), bytes (u1) and validity (u1) of a text column."""
    if not pa.types.is_string(array.type):
        array = array.cast(pa.string())
    _, ends, text = array.buffers()
    at = np.frombuffer(ends, "i4")[array.offset : array.offset + len(array) + 1]
    text = np.frombuffer(text, "u1") if text is not None and text.size else np.zeros(1, "u1")
    return at, text, _valid(array)


def coded(array: Any) -> tuple[Array, list[Any]]:
    """The column's distinct values, and for each row the place of its own, -1 for none."""
    if not pa.types.is_dictionary(array.type):
        array = array.dictionary_encode()
    codes = _unmasked(pc.fill_null(array.indices.cast(pa.int64()), -1))
    is_used = np.zeros(len(array.dictionary) + 1, bool)  # the last one stands for -1
    is_used[codes] = True
    if not is_used[:-1].all():  # words of a row group, of which these are a few rows
        numbers = np.cumsum(is_used) - 1
        numbers[-1] = -1
        codes = numbers[codes]
    return codes, array.dictionary.filter(pa.array(is_used[:-1])).to_pylist()


def _says_nothing(array: Any) -> bool:
    """Whether there is no value; an empty list is none, of whatever type its entries would be."""
    if pa.types.is_null(array.type) or array.null_count == len(array):
        return True
    return pa.types.is_list(array.type) and not len(array.flatten())


def hash_values(array: Any, loops: Loops) -> Array:
    """A hash of 64 bits of each value of any type, lists and structs included; 0 for null."""
    kind = array.type
    if pa.types.is_list(kind) or pa.types.is_large_list(kind):
        array = array.cast(pa.list_(kind.value_type)) if pa.types.is_large_list(kind) else array
        at = np.frombuffer(array.buffers()[1], "i4")[array.offset : array.offset + len(array) + 1]
        hashes = np.zeros(len(array), "i8")
        loops.hash_lists(at, hash_values(array.values, loops), _valid(array), hashes)
        return hashes
    if pa.types.is_struct(kind):
        hashes = np.ones(len(array), "i8")
        for part in array.flatten():
            hashes = hashes * 1_000_003 + hash_values(part, loops)
        return np.where(_valid(array) == 1, hashes, 0)
    if pa.types.is_decimal128(kind):
        words = np.frombuffer(array.buffers()[1], "i8").reshape(-1, 2)
        words = words[array.offset : array.offset + len(array)]
        hashes = words[:, 0] * 1_000_003 + words[:, 1]
        return np.where(_valid(array) == 1, np.where(hashes == 0, 1, hashes), 0)
    at, text, is_there = text_parts(array if _is_text(kind) else array.cast(pa.string()))
    hashes = np.zeros(len(array), "i8")
    loops.hash_text(at, text, is_there, hashes)
    return hashes


def hash_texts(texts: list[str], loops: Loops) -> Array:
    """The same hashes of texts in a list; one of an empty text where there are none."""
    return hash_values(pa.array(texts or [""], pa.string()), loops)
