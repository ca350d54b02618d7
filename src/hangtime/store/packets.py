"""Packets: all the ledger holds about one visit, with proof, for somebody who has no database.

`verifier.py`, which needs nothing of this program, checks one against a public key.
"""

from __future__ import annotations

from typing import Any

import rfc8785
import sqlalchemy as sa
from sqlalchemy.engine import Engine

from hangtime.errors import UserError
from hangtime.store.checkpoints import Grown, grown, latest
from hangtime.store.database import reading
from hangtime.store.merkle import Tree
from hangtime.store.rows import Row
from hangtime.store.tables import ledger_entry
from hangtime.store.verifier import PACKET, parse

__all__ = ["NotCovered", "packet"]


class NotCovered(UserError):
    """A visit whose entries no checkpoint covers yet, or that the ledger does not know."""


def packet(engine: Engine, subject: str, *, is_partial: bool = False) -> bytes:
    """The packet of a subject: its entries, each with its path to the last checkpoint's root.

    Every stream is in it: the record, the coding results with lines and reasons, decisions and the
    release.  Raises NotCovered where entries came after the checkpoint, unless `is_partial`: then
    they are not in it.
    """
    with reading(engine) as connection:
        made = latest(connection)
        held = grown(connection, made.size if made else 0, keep=subject)
        counted = sa.select(sa.func.count()).where(ledger_entry.c.subject == subject)
        later = (connection.scalar(counted) or 0) - len(held.kept)
    if not held.kept and not later:
        raise NotCovered("the ledger has no entry about this subject.")
    if made is None or not held.kept or (later and not is_partial):
        raise NotCovered(
            f"{later} of its {later + len(held.kept)} entries came after the last checkpoint:"
            " make one by `hangtime ledger checkpoint` first."
        )
    document, tree = parse(made.document), Tree(held.leaves)
    return rfc8785.dumps(
        {
            "checkpoint": document["checkpoint"],
            "entries": [_entry(each, tree) for each in held.kept],
            "format": PACKET,
            "signature": document["signature"],
            "subject": subject,
            "subject_place": _place(held, subject),
        }
    )


def _entry(row: Row, tree: Tree) -> dict[str, Any]:
    shown: dict[str, Any] = {name: _text(value) for name, value in row.fields.items()}
    path = [each.hex() for each in tree.path(row.seq - 1)]
    return shown | {"seq": row.seq, "nth": row.nth, "path": path}


def _text(value: str | bytes) -> str:
    """As it was stored; what was tampered with may not be UTF-8, and will not verify."""
    return value if isinstance(value, str) else value.decode("utf-8", "replace")


def _place(held: Grown, subject: str) -> dict[str, Any]:
    index = held.order().index(subject.encode("utf-8"))
    path = [each.hex() for each in held.subject_tree().path(index)]
    return {"index": index, "path": path}
