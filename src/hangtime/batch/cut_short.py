"""Encounters that are cut short: a file is damaged where rows of theirs stand, or may stand."""

# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false
# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false
from __future__ import annotations

from threading import Lock
from typing import Any

import numpy as np

from hangtime.batch.arrays import Array
from hangtime.batch.compiled import Loops
from hangtime.batch.reading import hash_values


class CutShort:
    """The ids of such encounters, eight bytes each; for several threads."""

    def __init__(self, loops: Loops) -> None:
        self._loops, self._lock = loops, Lock()
        self._new: list[Array] = []
        self._sorted = np.zeros(0, "i8")

    def __bool__(self) -> bool:
        return bool(self._new) or bool(len(self._sorted))

    def add(self, ids: Any) -> None:
        """Take in the ids of an Arrow array; a null is none."""
        hashes = hash_values(ids, self._loops)
        with self._lock:
            self._new.append(hashes[hashes != 0])

    def among(self, ids: Any) -> Array:
        """Which of the ids in an Arrow array are of such encounters."""
        known = self._known()
        if not len(known):
            return np.zeros(len(ids), bool)
        hashes = hash_values(ids, self._loops)
        places = np.minimum(np.searchsorted(known, hashes), len(known) - 1)
        return known[places] == hashes

    def _known(self) -> Array:
        with self._lock:
            if self._new:
                self._sorted = np.unique(np.concatenate([self._sorted, *self._new]))
                self._new = []
            return self._sorted
