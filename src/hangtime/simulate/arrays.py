"""Columns of numbers: their types, and what stands in them for nothing."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]
Floats = NDArray[np.float64]

NONE = int(np.iinfo(np.int64).min)  # a number that is not there
NO_WORD = -1


class Words:
    """Texts by the small numbers that stand for them in a column."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self._numbers: dict[str, int] = {}

    def number(self, text: str | None) -> int:
        """The number of a text, which is added where it is new."""
        if text is None:
            return NO_WORD
        found = self._numbers.get(text)
        if found is None:
            found = self._numbers[text] = len(self.texts)
            self.texts.append(text)
        return found

    def numbered(self, texts: Iterable[str | None]) -> Ints:
        """The numbers of several texts."""
        return np.array([self.number(each) for each in texts], np.int64)


def group_starts(keys: Ints) -> Ints:
    """Where a new value begins in an ascending column."""
    if not len(keys):
        return np.zeros(0, np.int64)
    return np.flatnonzero(np.concatenate(([True], keys[1:] != keys[:-1])))


def place_in_group(keys: Ints) -> Ints:
    """From 0, which one of its value each entry of an ascending column is."""
    starts = group_starts(keys)
    lengths = np.diff(np.append(starts, len(keys)))
    return np.arange(len(keys)) - np.repeat(starts, lengths)
