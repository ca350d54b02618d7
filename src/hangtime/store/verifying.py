"""Verifying the ledger: its chain entry by entry, and its checkpoints by their signatures.

The chain shows what was changed by hand.  Only a signed checkpoint shows what was changed by
somebody who made every hash fit again, or cut off; and only up to the last one.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec
import sqlalchemy as sa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import DBAPIError

from hangtime.errors import UserError
from hangtime.store.database import UnusableDatabase, reading, reason
from hangtime.store.ledger import NOTHING
from hangtime.store.locating import Fault, located
from hangtime.store.merkle import GrowingRoot, Tree
from hangtime.store.rows import Row, rows
from hangtime.store.tables import checkpoint
from hangtime.store.verifier import (
    Refused,
    check_checkpoint,
    leaf_hash,
    parse,
    signed,
    subject_data,
)
from hangtime.store.witness import Witness

__all__ = ["BrokenLedger", "Report", "verify"]


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """What verifying a ledger found.

    `entries`: how many there are, `head`: the last one's hash in hexadecimal.  `covered`: entries up
    to this one stand under a checkpoint whose signature holds, `covered_at`: when it was signed.
    `uncovered_since`: when the first entry after those was recorded.  `is_signature_checked` is
    false where no key was given.
    """

    entries: int
    head: str
    subjects: int
    checkpoints: int
    covered: int
    covered_at: str | None
    uncovered_since: str | None
    is_signature_checked: bool
    faults: list[Fault]

    @property
    def is_sound(self) -> bool:
        """Nothing was found."""
        return not self.faults


class BrokenLedger(UserError):
    """A ledger that was tampered with; `report` says where."""

    def __init__(self, report: Report) -> None:
        first = report.faults[0]
        super().__init__(f"the ledger does not verify: {first.says} Nothing was signed.")
        self.report = report


def verify(
    engine: Engine,
    *,
    keys: Iterable[Ed25519PublicKey] | None = None,
    published: Iterable[bytes] = (),
) -> Report:
    """Verify the ledger of a database; no writer waits for it.

    `keys`: whose checkpoints are believed; with None, signatures are not looked at.  `published`:
    documents of checkpoints kept outside the database, which hold whatever the database says.
    """
    with reading(engine) as connection:
        return verify_on(connection, keys=keys, published=published)


def verify_on(
    connection: Connection,
    *,
    keys: Iterable[Ed25519PublicKey] | None = None,
    published: Iterable[bytes] = (),
) -> Report:
    """The same on a connection, within its transaction.

    Raises UnusableDatabase where a table of the ledger is gone or cannot be read.
    """
    try:
        return _verified(connection, keys, published)
    except DBAPIError as error:
        raise UnusableDatabase(f"the ledger cannot be read: {reason(error)}.") from None


def _verified(
    connection: Connection, keys: Iterable[Ed25519PublicKey] | None, published: Iterable[bytes]
) -> Report:
    trusted = None if keys is None else list(keys)
    claims = _Claims(connection, trusted, list(published))
    walk = _Walk(claims.sizes(), claims.witness)
    for row in rows(connection):
        walk.step(row)
    faults = located(connection) if walk.is_odd else []
    covered, more = claims.held_against(walk, faults)
    signed_at = claims.signed_at(covered)
    return Report(
        entries=walk.count,
        head=walk.last.hash.hex() if walk.last else "",
        subjects=len(walk.subjects),
        checkpoints=len(claims.said),
        covered=covered,
        covered_at=signed_at,
        uncovered_since=walk.since.get(covered),
        is_signature_checked=trusted is not None,
        faults=[*faults, *more, *([] if walk.is_odd else walk.faults)],
    )


class _Walk:
    """One pass over all rows, with the roots as they were at each checkpoint."""

    def __init__(self, sizes: set[int], witness: Witness) -> None:
        self.sizes, self.witness = sizes, witness
        self.first_other = 0
        self.count = 0
        self.last: Row | None = None
        self.is_odd = False
        self.faults: list[Fault] = []
        self.root = GrowingRoot()
        self.subjects: dict[bytes, tuple[int, bytes]] = {}
        self.roots: dict[int, tuple[str, str]] = {}
        self.since: dict[int, str] = {}

    def step(self, row: Row) -> None:
        last = self.last
        follows = last.hash if last else NOTHING
        if row.seq != self.count + 1 or row.previous != follows or row.hash_at(row.seq) != row.hash:
            self.is_odd = True
        elif last and row.recorded_at < last.recorded_at:
            says = f"entry {row.seq} says that it was recorded before the one in front of it."
            self.faults.append(Fault("time", row.seq, row.seq, says))
        elif row.nth != self.subjects.get(row.subject, (0, b""))[0] + 1:
            says = f"entry {row.seq} is not its subject's next: one before it was left out."
            self.faults.append(Fault("dropped", row.seq, row.seq, says))
        self._grow(row)

    def _grow(self, row: Row) -> None:
        if self.count in self.sizes or not self.count:
            self.since[self.count] = row.recorded_at.decode("utf-8", "replace")
        self.last = row
        self.count += 1
        if not self.first_other and row.hash != (self.witness.hash_of(self.count) or row.hash):
            self.first_other = self.count
        self.root.add(leaf_hash(row.hash))
        self.subjects[row.subject] = (row.nth, row.hash)
        if self.count in self.sizes:
            tree = Tree(
                leaf_hash(subject_data(each, *found))
                for each, found in sorted(self.subjects.items())
            )
            self.roots[self.count] = (self.root.root().hex(), tree.root().hex())


_KEPT = ("size", "document", "hashes", "subjects")


class _Claims:
    """What checkpoints say, those of the database and those published, and what is wrong with them."""

    def __init__(
        self,
        connection: Connection,
        keys: list[Ed25519PublicKey] | None,
        published: list[bytes],
    ) -> None:
        self.said: dict[int, dict[str, Any]] = {}
        self.faults: list[Fault] = []
        self.witness, self.grown, self.is_lost = Witness(bytearray(), {}), GrowingRoot(), False
        stored: dict[int, bytes] = {}
        kept = sa.select(*(checkpoint.c[name] for name in _KEPT)).order_by(checkpoint.c.size)
        for row in connection.execute(kept):
            if not isinstance(row.size, int):
                self._add(0, "of the database does not say of how many entries.")
                continue
            stored[row.size] = row.document
            if self._take(row.document, keys, row.size):
                self._keep(row)
        for document in published:
            size = self._take(document, keys, None)
            if size and stored.get(size) != document:
                self._add(size, "was published and is not in the database as it was published.")

    def sizes(self) -> set[int]:
        """The numbers of entries there are checkpoints of."""
        return set(self.said)

    def signed_at(self, size: int) -> str | None:
        """When the checkpoint of that size was signed."""
        return self.said[size]["signed_at"] if size in self.said else None

    def held_against(self, walk: _Walk, faults: list[Fault]) -> tuple[int, list[Fault]]:
        """The largest size that holds, and what does not."""
        covered, end = 0, max(walk.count, walk.last.seq if walk.last else 0)
        found: list[Fault] = []
        for size, said in sorted(self.said.items()):
            at = f"a checkpoint signed {said['signed_at']}"
            if size > end:
                says = f"entries {end + 1} to {size} are cut off: {at} has them."
                found.append(Fault("cut_off", end + 1, size, says))
                break
            if walk.roots.get(size) == (said["root"], said["subjects_root"]):
                covered = size
            elif not any(each.first <= size for each in (*faults, *found)):
                found.append(_rewritten(walk.first_other, covered, size, at))
        first = min((each.first for each in (*faults, *found)), default=end + 1)
        sound = (size for size in self.said if size <= covered and size < first)
        return max(sound, default=0), sorted([*found, *self.faults], key=lambda each: each.first)

    def _take(
        self, document: bytes, keys: list[Ed25519PublicKey] | None, size: int | None
    ) -> int | None:
        try:
            content = parse(document)
            said = signed(content) if keys is None else check_checkpoint(content, keys)
        except (Refused, AttributeError, KeyError, TypeError) as refused:
            why = str(refused) if isinstance(refused, Refused) else "not a checkpoint"
            self._add(size or 0, f"does not hold: {why}.")
            return None
        if size is not None and said["size"] != size:
            self._add(size, f"is one of {said['size']} entries.")
            return None
        self.said[said["size"]] = said
        return said["size"]

    def _keep(self, row: sa.Row[Any]) -> None:
        """Go on by what a checkpoint kept, as long as that comes to what was signed."""
        if self.is_lost:
            return
        said, size = self.said[row.size], self.witness.size
        try:
            self.witness.add(row.hashes, row.subjects)
        except (AttributeError, TypeError, ValueError):
            self.is_lost = True
        for seq in range(size + 1, self.witness.size + 1):
            self.grown.add(leaf_hash(self.witness.hash_of(seq)))
        roots = self.grown.root().hex(), self.witness.subjects_root()
        if self.is_lost or roots != (said["root"], said["subjects_root"]):
            self.is_lost = True
            self.witness.cut(size)
            self._add(row.size, "keeps other hashes than those that were signed.")

    def _add(self, size: int, says: str) -> None:
        name = f"the checkpoint of {size} entries" if size else "a checkpoint"
        self.faults.append(Fault("checkpoint", size, size, f"{name} {says}"))


def _rewritten(first_other: int, covered: int, size: int, at: str) -> Fault:
    """What nobody sees who has no checkpoint: all hashes fit."""
    if covered < first_other <= size:
        says = f"entry {first_other} was rewritten, and every hash from it on made to fit: {at} has another."
        return Fault("rewritten", first_other, size, says)
    says = f"among entries {covered + 1} to {size} are some that were rewritten, and every hash made to fit: {at} has others."
    return Fault("rewritten", covered + 1, size, says)
