"""The register: the accounts of one installation, with what every act on them needs."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import msgspec
from sqlalchemy import Connection, Engine

from hangtime.accounts.limits import Limits, load_limits
from hangtime.accounts.passwords import Passwords
from hangtime.accounts.sealing import Sealer
from hangtime.store import Ledger, NewEntry

STREAM = "account"
GLASS = "break_glass"
NOBODY = "-"  # author of what happens before anyone is signed in


def utc_now() -> datetime:
    """The moment, aware."""
    return datetime.now(UTC)


@dataclass(frozen=True)
class Register:
    """Database, limits, sealing key and clock."""

    engine: Engine
    sealer: Sealer
    limits: Limits = field(default_factory=load_limits)
    now: Callable[[], datetime] = utc_now
    passwords: Passwords = field(init=False)
    ledger: Ledger = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "passwords", Passwords(self.limits.password))
        object.__setattr__(self, "ledger", Ledger(self.engine, self.now))

    def enter(
        self,
        connection: Connection,
        kind: str,
        subject: str,
        author: str,
        facts: Mapping[str, Any] | None = None,
        *,
        stream: str = STREAM,
    ) -> str:
        """Append what happened to the ledger, in the same transaction; the id of the entry.

        `facts` are said in the clear and for ever: never a password, token, code or seed.
        """
        entry_id = str(uuid.uuid4())
        body = msgspec.json.encode({"kind": kind, **(facts or {})}, order="sorted")
        self.ledger.append(
            connection,
            NewEntry(
                entry_id=entry_id,
                stream=stream,
                subject=subject,
                kind=kind,
                author=author,
                body=body,
            ),
        )
        return entry_id
