"""Packets: all the ledger holds about one visit, with proof, for somebody who has no database.

`verifier.py`, which needs nothing of this program, checks one against a public key.
"""

from __future__ import annotations

from typing import Any

import rfc8785
from sqlalchemy.engine import Connection, Engine

from hangtime.errors import UserError
from hangtime.store.checkpoints import latest
from hangtime.store.database import reading
from hangtime.store.merkle import Tree
from hangtime.store.rows import Row, rows
from hangtime.store.verifier import PACKET, Refused, parse, signed
from hangtime.store.witness import Witness, of_checkpoints, of_rows

__all__ = ["NotCovered", "packet"]


class NotCovered(UserError):
    """A visit whose entries no checkpoint covers yet, or that the ledger does not know."""


def packet(engine: Engine, subject: str, *, is_partial: bool = False) -> bytes:
    """The packet of a subject: its entries, each with its path to the last checkpoint's root.

    Every stream is in it: the record, the coding results with lines and reasons, decisions and the
    release.  Raises NotCovered where entries came after the checkpoint, unless `is_partial`: then
    they are not in it; or where that checkpoint is none.  What happened to other visits' rows does not touch it.
    """
    with reading(engine) as connection:
        made = latest(connection)
        found = list(rows(connection, subject))
        covered = [row for row in found if made is not None and row.seq <= made.size]
        if not found:
            raise NotCovered("the ledger has no entry about this subject.")
        if made is None or not covered or (len(covered) < len(found) and not is_partial):
            raise NotCovered(
                f"{len(found) - len(covered)} of its {len(found)} entries came after the last"
                " checkpoint: make one by `hangtime ledger checkpoint` first."
            )
        document = _read(made.document)
        witness = _witness(connection, made.size, document["checkpoint"])
    tree = Tree(witness.leaves())
    return rfc8785.dumps(
        {
            "checkpoint": document["checkpoint"],
            "entries": [_entry(each, tree) for each in covered],
            "format": PACKET,
            "signature": document["signature"],
            "subject": subject,
            "subject_place": _place(witness, subject.encode("utf-8")),
        }
    )


def _read(document: bytes) -> dict[str, Any]:
    try:
        content = parse(document)
        signed(content)
    except (Refused, AttributeError, KeyError, TypeError):
        raise NotCovered(
            "the last checkpoint is none: `hangtime ledger verify` says what was done to the ledger."
        ) from None
    return content


def _witness(connection: Connection, size: int, said: dict[str, Any]) -> Witness:
    """What comes to the signed roots: what the checkpoints kept, or else the rows as they are."""
    kept = of_checkpoints(connection, size)
    if kept is not None and kept.roots() == (said["root"], said["subjects_root"]):
        return kept
    return of_rows(connection, size)


def _entry(row: Row, tree: Tree) -> dict[str, Any]:
    shown: dict[str, Any] = {name: _text(value) for name, value in row.fields.items()}
    path = [each.hex() for each in tree.path(row.seq - 1)]
    return shown | {"seq": row.seq, "nth": row.nth, "path": path}


def _text(value: str | bytes) -> str:
    """As it was stored; what was tampered with may not be UTF-8, and will not verify."""
    return value if isinstance(value, str) else value.decode("utf-8", "replace")


def _place(witness: Witness, subject: bytes) -> dict[str, Any]:
    order = witness.order()
    index = order.index(subject) if subject in witness.subjects else 0
    path = [each.hex() for each in witness.subject_tree().path(index)]
    return {"index": index, "path": path}
