"""Encounters whose chart is torn: a file is damaged where rows of theirs stand, or may stand."""

# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false
# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false
from __future__ import annotations

from typing import Any

import numpy as np

from hangtime.batch.arrays import Array
from hangtime.batch.compiled import Loops
from hangtime.batch.reading import hash_values


class Torn:
    """The ids of such encounters, eight bytes each."""

    def __init__(self, loops: Loops) -> None:
        self._loops = loops
        self._hashes = np.zeros(0, "i8")

    def __bool__(self) -> bool:
        return bool(len(self._hashes))

    def add(self, ids: Any) -> None:
        """Take in the ids of an Arrow array."""
        self._hashes = np.union1d(self._hashes, hash_values(ids, self._loops))

    def among(self, ids: Any) -> Array:
        """Which of the ids in an Arrow array are of such encounters; a null is of none."""
        hashes = hash_values(ids, self._loops)
        return np.isin(hashes, self._hashes) & (hashes != 0)
