"""Checkpoints: what the ledger holds so far, signed by a key that is kept elsewhere, and published.

Whoever changes an entry can make every hash after it fit again; they cannot make the signature fit.
A checkpoint names the number of entries and two roots: of the tree of all entries, and of the tree
of all subjects with how many entries each has.  It proves that it begins with the one before.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any

import msgspec
import rfc8785
import sqlalchemy as sa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from sqlalchemy.engine import Connection, Engine

from hangtime.store.database import reading
from hangtime.store.ledger import moment
from hangtime.store.merkle import consistency_proof
from hangtime.store.tables import checkpoint
from hangtime.store.verifier import CHECKPOINT, key_name, parse, signed
from hangtime.store.verifying import BrokenLedger, verify
from hangtime.store.witness import Witness, of_checkpoints, of_rows

__all__ = ["Checkpoint", "latest", "make_checkpoint"]


class Checkpoint(msgspec.Struct, frozen=True):
    """A signed checkpoint; `document` is what is published, byte for byte.

    `is_new` is false where nothing was appended since the last one, and that one is given.
    """

    size: int
    signed_at: datetime
    document: bytes
    is_new: bool = False

    @property
    def file_name(self) -> str:
        """What its file is called; the names sort as the checkpoints do."""
        return f"checkpoint-{self.size:012d}.json"


def latest(connection: Connection) -> Checkpoint | None:
    """The checkpoint with the most entries, if there is any."""
    query = sa.select(*checkpoint.c).order_by(checkpoint.c.size.desc()).limit(1)
    found = connection.execute(query).first()
    return Checkpoint(found.size, found.signed_at, found.document) if found else None


def make_checkpoint(
    engine: Engine,
    key: Ed25519PrivateKey,
    *,
    older_keys: Iterable[Ed25519PublicKey] = (),
    published: Iterable[bytes] = (),
    now: Callable[[], datetime] | None = None,
) -> Checkpoint | None:
    """Sign and store a checkpoint of all entries; None where there is no entry.

    The ledger is verified first, against the checkpoints before, which `older_keys` may have signed
    and of which `published` are the documents kept elsewhere.  Raises BrokenLedger: what was
    tampered with is not signed.
    """
    report = verify(engine, keys=[key.public_key(), *older_keys], published=published)
    if not report.is_sound:
        raise BrokenLedger(report)
    at = (now or (lambda: datetime.now(UTC)))()
    with reading(engine) as connection:
        before = latest(connection)
        if before is not None and before.size == report.entries:
            return before
        held = of_rows(connection, report.entries)
        kept = of_checkpoints(connection, report.entries)
    if not held.size:
        return None
    assert kept is not None, "what the checkpoints kept was verified"
    made = Checkpoint(held.size, at, _document(held, key, at, before), is_new=True)
    values = {"size": made.size, "signed_at": at, "document": made.document, **held.since(kept)}
    with engine.begin() as connection:
        connection.execute(sa.insert(checkpoint), values)
    return made


def _document(
    held: Witness, key: Ed25519PrivateKey, at: datetime, before: Checkpoint | None
) -> bytes:
    root, subjects_root = held.roots()
    said = {
        "format": CHECKPOINT,
        "key": key_name(key.public_key()),
        "root": root,
        "signed_at": moment(at),
        "size": held.size,
        "subjects": len(held.subjects),
        "subjects_root": subjects_root,
    }
    signature = key.sign(rfc8785.dumps(said)).hex()
    since = _since(held, before) if before else None
    return rfc8785.dumps({"checkpoint": said, "signature": signature, "since": since})


def _since(held: Witness, before: Checkpoint) -> dict[str, Any]:
    """Proof that this checkpoint begins with the one before."""
    proof = [each.hex() for each in consistency_proof(before.size, list(held.leaves()))]
    return {
        "proof": proof,
        "root": signed(parse(before.document))["root"],
        "size": before.size,
    }
