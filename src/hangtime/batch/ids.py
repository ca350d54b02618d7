"""A set of encounters, by their ids: millions of them in eight bytes each."""

# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false
# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false
from __future__ import annotations

from threading import Lock
from typing import Any

import numpy as np

from hangtime.batch.arrays import Array
from hangtime.batch.compiled import Loops
from hangtime.batch.reading import hash_values


class Ids:
    """Ids by their hashes; for several threads."""

    def __init__(self, loops: Loops) -> None:
        self._loops, self._lock = loops, Lock()
        self._new: list[Array] = []
        self._sorted = np.zeros(0, "i8")

    def __bool__(self) -> bool:
        return bool(self._new) or bool(len(self._sorted))

    def add(self, ids: Any) -> None:
        """Take in the ids of an Arrow array; a null is none."""
        self.add_hashes(hash_values(ids, self._loops))

    def among(self, ids: Any) -> Array:
        """Which of the ids in an Arrow array are among them."""
        known = self._known()
        if not len(known):
            return np.zeros(len(ids), bool)
        hashes = hash_values(ids, self._loops)
        places = np.minimum(np.searchsorted(known, hashes), len(known) - 1)
        return known[places] == hashes

    def hashes(self) -> Array:
        """The hashes, sorted."""
        return self._known()

    def add_hashes(self, hashes: Array) -> None:
        """Take in hashes of ids, 0 where there is none."""
        with self._lock:
            self._new.append(hashes[hashes != 0])

    def _known(self) -> Array:
        with self._lock:
            if self._new:
                self._sorted = np.unique(np.concatenate([self._sorted, *self._new]))
                self._new = []
            return self._sorted
