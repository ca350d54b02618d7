"""Guessing costs time: each failure beyond a few makes the next attempt wait longer.

Counted by sign-in name, whether or not there is such an account, and by network address; so the
answer tells nothing about who has one.  A wait ends by itself: nobody can lock a nurse out for good.

An attempt is counted as a failure before it is judged and forgiven if it was right, so that many at
once are no more guesses than one after the other.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Literal, NamedTuple

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from hangtime.accounts.limits import LockoutLimits
from hangtime.accounts.tables import failed_sign_in

_DOUBLINGS = 20  # past the longest wait in any case
_INSERT = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


class Key(NamedTuple):
    """What failures are counted by; only its digest is kept."""

    kind: Literal["name", "code", "address"]
    text: str

    @property
    def digest(self) -> bytes:
        return hashlib.sha256(f"{self.kind}\0{self.text}".encode()).digest()

    @property
    def is_address(self) -> bool:
        return self.kind == "address"


class _Count(NamedTuple):
    failures: int
    first_at: datetime
    waits_until: datetime | None

    def plus(self, more: int) -> _Count:
        return self._replace(failures=max(self.failures + more, 0))


def wait(failures: int, free: int, limits: LockoutLimits) -> int:
    """Seconds to wait after so many failures: none, then doubling up to the longest."""
    beyond = failures - free
    if beyond <= 0:
        return 0
    return min(limits.longest_wait, limits.first_wait * 2 ** min(beyond - 1, _DOUBLINGS))


def attempted(
    connection: sa.Connection, keys: Iterable[Key], now: datetime, limits: LockoutLimits
) -> datetime | None:
    """Count an attempt for each key; or, where one has to wait, when the next attempt is allowed."""
    ordered = sorted(keys, key=lambda key: key.digest)
    rows = [_held(connection, key, now, limits) for key in ordered]
    waits = [row.waits_until for row in rows if row.waits_until and row.waits_until > now]
    if waits:
        return max(waits)
    for key, row in zip(ordered, rows, strict=True):
        _set(connection, key, row.plus(1), now, limits)
    return None


def was_right(
    connection: sa.Connection, keys: Iterable[Key], now: datetime, limits: LockoutLimits
) -> None:
    """Forgive: a name starts anew, an address has one failure less.

    An address is not cleared, since whoever guesses may have an account of his own.
    """
    for key in keys:
        if key.is_address:
            _set(connection, key, _held(connection, key, now, limits).plus(-1), now, limits)
        else:
            forget(connection, key)


def forget(connection: sa.Connection, key: Key) -> None:
    """Start counting anew."""
    connection.execute(sa.delete(failed_sign_in).where(failed_sign_in.c.key_hash == key.digest))


def waiting(connection: sa.Connection, keys: Iterable[Key], now: datetime) -> dict[Key, datetime]:
    """Until when each key has to wait; one that need not is left out."""
    by_digest = {key.digest: key for key in keys}
    asked = sa.select(failed_sign_in.c.key_hash, failed_sign_in.c.waits_until).where(
        failed_sign_in.c.key_hash.in_(by_digest), failed_sign_in.c.waits_until > now
    )
    return {by_digest[row.key_hash]: row.waits_until for row in connection.execute(asked)}


def sweep(connection: sa.Connection, now: datetime, limits: LockoutLimits) -> None:
    """Drop what was counted too long ago to matter."""
    longest = max(limits.counted_for, limits.counted_for_of_an_address)
    before = now - timedelta(seconds=longest)
    connection.execute(sa.delete(failed_sign_in).where(failed_sign_in.c.first_at < before))


def _held(connection: sa.Connection, key: Key, now: datetime, limits: LockoutLimits) -> _Count:
    """What is counted of a key; its row is made if need be, and locked until the transaction ends."""
    insert = _INSERT[connection.dialect.name](failed_sign_in)
    columns = failed_sign_in.c
    statement = insert.values(key_hash=key.digest, failures=0, first_at=now).on_conflict_do_update(
        index_elements=["key_hash"], set_={"failures": columns.failures}
    )
    returning = statement.returning(columns.failures, columns.first_at, columns.waits_until)
    held = _Count(*connection.execute(returning).one())
    seconds = limits.counted_for_of_an_address if key.is_address else limits.counted_for
    is_old = now - held.first_at >= timedelta(seconds=seconds)
    return _Count(0, now, None) if is_old else held


def _set(
    connection: sa.Connection, key: Key, count: _Count, now: datetime, limits: LockoutLimits
) -> None:
    free = limits.free_failures_of_an_address if key.is_address else limits.free_failures
    seconds = wait(count.failures, free, limits)
    connection.execute(
        sa.update(failed_sign_in)
        .where(failed_sign_in.c.key_hash == key.digest)
        .values(
            failures=count.failures,
            first_at=count.first_at,
            waits_until=now + timedelta(seconds=seconds) if seconds else None,
        )
    )
