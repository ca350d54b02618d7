"""Merkle trees as Certificate Transparency has them (RFC 6962), over hashes of leaves."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence

from hangtime.store.verifier import node_hash

__all__ = ["GrowingRoot", "Tree", "consistency_proof"]

EMPTY = hashlib.sha256(b"").digest()


class GrowingRoot:
    """The root of a tree that leaves are added to; it keeps one hash for each full part."""

    def __init__(self) -> None:
        self._parts: list[tuple[int, bytes]] = []  # (leaves, hash) of full parts, largest first

    def add(self, leaf: bytes) -> None:
        """Add the hash of one more leaf."""
        size, found = 1, leaf
        while self._parts and self._parts[-1][0] == size:
            found = node_hash(self._parts.pop()[1], found)
            size *= 2
        self._parts.append((size, found))

    def root(self) -> bytes:
        """The root over all leaves so far."""
        if not self._parts:
            return EMPTY
        found = self._parts[-1][1]
        for _, part in reversed(self._parts[:-1]):
            found = node_hash(part, found)
        return found


class Tree:
    """A whole tree in memory, for audit paths: about twice as many hashes as leaves."""

    def __init__(self, leaves: Iterable[bytes]) -> None:
        self._levels = [list(leaves)]
        while len(self._levels[-1]) > 1:
            self._levels.append(list(_above(self._levels[-1])))

    def root(self) -> bytes:
        """The root over all leaves."""
        return self._levels[-1][0] if self._levels[-1] else EMPTY

    def path(self, index: int) -> list[bytes]:
        """The audit path of a leaf: what it is joined with on the way to the root."""
        found: list[bytes] = []
        for level in self._levels[:-1]:
            beside = index ^ 1
            if beside < len(level):
                found.append(level[beside])
            index //= 2
        return found


def consistency_proof(size: int, leaves: Sequence[bytes]) -> list[bytes]:
    """What shows that the tree of all leaves begins with the tree of the first `size`."""
    return list(_subproof(size, leaves, is_known=True))


def _above(level: Sequence[bytes]) -> Iterator[bytes]:
    """The level above; a node without a neighbour goes up as it is."""
    for left in range(0, len(level) - 1, 2):
        yield node_hash(level[left], level[left + 1])
    if len(level) % 2:
        yield level[-1]


def _subproof(size: int, leaves: Sequence[bytes], *, is_known: bool) -> Iterator[bytes]:
    """RFC 6962, 2.1.2; `is_known`: the verifier has the root of the first `size` leaves."""
    if size == len(leaves):
        if not is_known:
            yield Tree(leaves).root()
        return
    half = 1 << (len(leaves) - 1).bit_length() - 1
    if size <= half:
        yield from _subproof(size, leaves[:half], is_known=is_known)
        yield Tree(leaves[half:]).root()
    else:
        yield from _subproof(size - half, leaves[half:], is_known=False)
        yield Tree(leaves[:half]).root()
