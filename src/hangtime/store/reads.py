"""The log of reads: who looked at which patient's record, when, by which route, and why."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from hangtime.store.tables import read_log

__all__ = ["Read", "log_read", "log_reads", "reads"]


class Read(msgspec.Struct, frozen=True, kw_only=True):
    """One look at one visit's record; `reason` stands where access was broken open."""

    id: int
    read_at: datetime
    account_id: str
    visit_id: str
    what: str
    reason: str | None


def log_read(
    connection: Connection,
    account_id: str,
    visit_id: str,
    what: str,
    reason: str | None = None,
    at: datetime | None = None,
) -> None:
    """Log that an account read a visit's record; `what` is the route's name, not an address."""
    connection.execute(
        sa.insert(read_log),
        {
            "read_at": at or datetime.now(UTC),
            "account_id": account_id,
            "visit_id": visit_id,
            "what": what,
            "reason": reason,
        },
    )


def log_reads(
    connection: Connection,
    account_id: str,
    visits: Iterable[tuple[str, str | None]],
    what: str,
    at: datetime | None = None,
) -> None:
    """Log that a list showed several visits, each with the reason where access was broken open."""
    same = {"read_at": at or datetime.now(UTC), "account_id": account_id, "what": what}
    rows = [same | {"visit_id": visit_id, "reason": reason} for visit_id, reason in visits]
    if rows:
        connection.execute(sa.insert(read_log), rows)


def reads(
    connection: Connection,
    *,
    visit_id: str | None = None,
    account_id: str | None = None,
    before: int | None = None,
    limit: int = 100,
) -> list[Read]:
    """The latest reads first, of one visit or account or of all; `before` is the id to go on from."""
    query: sa.Select[Any] = sa.select(*read_log.c).order_by(read_log.c.id.desc()).limit(limit)
    if visit_id is not None:
        query = query.where(read_log.c.visit_id == visit_id)
    if account_id is not None:
        query = query.where(read_log.c.account_id == account_id)
    if before is not None:
        query = query.where(read_log.c.id < before)
    return [Read(**row._asdict()) for row in connection.execute(query)]
