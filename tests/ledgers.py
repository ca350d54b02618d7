"""Ledgers with something in them, and keys, for the tests of the store."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import sqlalchemy as sa

from hangtime import store
from hangtime.store import keys
from hangtime.store.checkpoints import make_checkpoint


def entry(number: int, subject: str = "visit-1", **others: Any) -> store.NewEntry:
    given = {"stream": "visit", "kind": "note", "author": "nurse-1"}
    given["body"] = b'{"text":"%d"}' % number
    return store.NewEntry(entry_id=f"entry-{number}", subject=subject, **(given | others))


def filled(engine: sa.Engine, count: int, first: int = 0) -> store.Ledger:
    """Entries about three visits in turn, coding results among them."""
    ledger = store.Ledger(engine)
    streams = ("visit", "visit", "coding")
    numbers = range(first, first + count)
    made = [entry(n, f"visit-{n % 3}", stream=streams[n // 3 % 3]) for n in numbers]
    ledger.append_all(None, made)
    return ledger


class Signer:
    """A key pair in files."""

    def __init__(self, folder: Path) -> None:
        self.private_file = folder / "ledger.pem"
        self.public_file = keys.new_key(self.private_file)
        self.private = keys.private_key(self.private_file)
        self.public = keys.public_key(self.public_file)

    def sign(self, engine: sa.Engine) -> bytes:
        made = make_checkpoint(engine, self.private)
        assert made is not None
        return made.document
