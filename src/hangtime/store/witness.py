"""What checkpoints keep beside their signatures: the hash of every entry, and the count of every subject.

Both are as good as the signature, because they have to come to the roots that were signed.  With
them a proof needs no other entry, and an entry that was rewritten is known from one that was not.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from hangtime.store.merkle import GrowingRoot, Tree
from hangtime.store.rows import rows
from hangtime.store.tables import checkpoint
from hangtime.store.verifier import leaf_hash, subject_data

__all__ = ["Witness", "of_checkpoints", "of_rows"]

LONG = 32  # bytes of a hash


class Witness(msgspec.Struct):
    """The ledger's first entries as the trees see them.

    `hashes`: of the entries, one behind the other; `subjects`: how many entries each has, and the
    hash of its last.
    """

    hashes: bytearray
    subjects: dict[bytes, tuple[int, bytes]]

    @property
    def size(self) -> int:
        """How many entries."""
        return len(self.hashes) // LONG

    def hash_of(self, seq: int) -> bytes:
        """The hash of an entry; empty where there is none."""
        return bytes(self.hashes[LONG * (seq - 1) : LONG * seq]) if seq > 0 else b""

    def leaves(self) -> Iterator[bytes]:
        """The leaves of the tree of entries."""
        return (leaf_hash(self.hash_of(seq)) for seq in range(1, self.size + 1))

    def subject_tree(self) -> Tree:
        """The tree of subjects, in the order of their bytes."""
        return Tree(leaf_hash(subject_data(each, *self.subjects[each])) for each in self.order())

    def order(self) -> list[bytes]:
        """Subjects as their tree has them."""
        return sorted(self.subjects)

    def subjects_root(self) -> str:
        """The root of the tree of subjects, in hexadecimal."""
        return self.subject_tree().root().hex()

    def roots(self) -> tuple[str, str]:
        """Both roots, in hexadecimal."""
        growing = GrowingRoot()
        for leaf in self.leaves():
            growing.add(leaf)
        return growing.root().hex(), self.subjects_root()

    def since(self, before: Witness) -> dict[str, bytes]:
        """What a checkpoint keeps of this, the one before having kept the other."""
        changed = {
            each.decode("utf-8", "replace"): (count, last.hex())
            for each, (count, last) in sorted(self.subjects.items())
            if before.subjects.get(each) != (count, last)
        }
        text = json.dumps(changed, ensure_ascii=False, separators=(",", ":"))
        return {"hashes": bytes(self.hashes[len(before.hashes) :]), "subjects": text.encode()}

    def add(self, hashes: bytes, subjects: bytes) -> None:
        """Go on by what the next checkpoint kept; ValueError where that is no such thing."""
        content: dict[str, Any] = json.loads(subjects)
        more = {
            each.encode("utf-8"): (count, bytes.fromhex(last))
            for each, (count, last) in content.items()
        }
        self.subjects.update(more)
        self.hashes += hashes

    def cut(self, size: int) -> None:
        """Forget the hashes of all entries but the first."""
        del self.hashes[LONG * size :]


def of_checkpoints(connection: Connection, size: int) -> Witness | None:
    """What the checkpoints up to a size kept; None where it was tampered with beyond reading."""
    found = Witness(bytearray(), {})
    query = sa.select(checkpoint).where(checkpoint.c.size <= size).order_by(checkpoint.c.size)
    try:
        for row in connection.execute(query):
            found.add(row.hashes, row.subjects)
    except (AttributeError, TypeError, ValueError):
        return None
    return found


def of_rows(connection: Connection, size: int) -> Witness:
    """The same, from the entries themselves."""
    found = Witness(bytearray(), {})
    for row in rows(connection):
        if row.seq > size:
            break
        found.hashes += row.hash
        found.subjects[row.subject] = (row.nth, row.hash)
    return found
