"""Columns of numbers as Arrow arrays: texts, ids, moments, dates, decimals and lists."""

# pyarrow has no type stubs; nothing untyped leaves the package.
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false
# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false
# pyright: reportUnknownParameterType=false, reportAttributeAccessIssue=false
# pyright: reportUnknownLambdaType=false
from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from hangtime.simulate.arrays import NONE, Ints
from hangtime.simulate.drugs import MICRO

NUMBER = pa.decimal128(38, 18)  # as the tabular form has numbers
MOMENT = pa.timestamp("us", tz="UTC")
_MICROSECONDS = 1_000_000


def texts(numbers: Ints, words: Sequence[str | None]) -> Any:
    """Words by their numbers; nothing where the number is negative."""
    return chosen(numbers, pa.array([*words, None], pa.string()))


def chosen(numbers: Ints, values: Any) -> Any:
    """Entries of an array by their places, of which the last stands for a negative number."""
    places = np.where(numbers < 0, len(values) - 1, numbers)
    return values.take(pa.array(places))


def named(prefix: str, numbers: Ints, width: int) -> Any:
    """Ids: a letter and a number of so many digits."""
    digits = pc.utf8_lpad(pa.array(numbers).cast(pa.string()), width=width, padding="0")
    return pc.binary_join_element_wise(prefix, digits, "")


def moments(seconds: Ints) -> Any:
    """Moments of seconds since 1970."""
    absent = seconds == NONE
    whole = np.where(absent, 0, seconds) * _MICROSECONDS
    return pa.array(whole, mask=absent).cast(MOMENT)


def dates(days: Ints) -> Any:
    """Calendar dates of day numbers."""
    absent = days == NONE
    return pa.array(np.where(absent, 0, days).astype(np.int32), mask=absent).cast(pa.date32())


def decimals(thousandths: Ints) -> Any:
    """Decimals of whole thousandths."""
    distinct, places = np.unique(thousandths, return_inverse=True)
    values = [None if each == NONE else Decimal(int(each)) / MICRO for each in distinct]
    return pa.array(values, NUMBER).take(pa.array(places))


def wholes(numbers: Ints) -> Any:
    """Whole numbers."""
    absent = numbers == NONE
    return pa.array(np.where(absent, 0, numbers).astype(np.int32), mask=absent)


def flags(numbers: Ints) -> Any:
    """True for 1, false for 0, nothing where there is no number."""
    return pa.array(numbers == 1, mask=numbers == NONE)


def lists(values: Any, begins: Ints) -> Any:
    """Lists of consecutive values; `begins` has the first of each, and the end of the last."""
    return pa.ListArray.from_arrays(pa.array(begins.astype(np.int32)), values)


def words_apart(numbers: Ints, words: Sequence[str]) -> Any:
    """Lists of the words that each text is made of."""
    parts = [*(text.split() for text in words), []]
    return chosen(numbers, pa.array(parts, pa.list_(pa.string())))
