"""Signing in by name and password, with the second factor where the account has one.

A wrong name, a wrong password and a wrong code get one answer after the same work, so that nobody
learns which accounts there are.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from hangtime.accounts import lockout, second_factor, sessions
from hangtime.accounts.lockout import Key
from hangtime.accounts.names import normalised
from hangtime.accounts.register import NOBODY, Register
from hangtime.accounts.sessions import SignedIn
from hangtime.accounts.tables import account


class SignInRefused(Exception):
    """Not signed in; why is not said.  `retry_at`: when the next attempt is allowed, if later."""

    def __init__(self, retry_at: datetime | None = None) -> None:
        super().__init__("name, password or code is not right")
        self.retry_at = retry_at


@dataclass(frozen=True)
class Attempt:
    """What somebody typed, and from where.

    Without a code the session of an account that has a second factor may do nothing until it is
    shown (`second_factor.prove`).
    `address`: of the network; `label`: of the browser; `old_token`: of a session this one replaces.
    """

    sign_in_name: str
    password: str = field(repr=False)
    code: str | None = field(default=None, repr=False)
    address: str = ""
    label: str = ""
    old_token: str | None = field(default=None, repr=False)


def sign_in(register: Register, attempt: Attempt) -> SignedIn:
    """A new session, under a token that was never used.  Raises SignInRefused."""
    name = normalised(attempt.sign_in_name)
    keys = (Key("name", name), Key("address", attempt.address))
    with register.engine.begin() as connection:
        until = lockout.attempted(connection, keys, register.now(), register.limits.lockout)
        found = _find(connection, name)
    if until is not None:
        raise SignInRefused(until)
    kept = found.password_hash if found else None
    is_right, renewed = register.passwords.is_right(attempt.password, kept)
    with register.engine.begin() as connection:
        signed_in = None
        if found is not None and is_right:
            _renew(connection, found.account_id, renewed)
            signed_in = _with_code(connection, register, found.account_id, attempt)
        if signed_in is None:
            subject = found.account_id if found else NOBODY
            facts = {"address": attempt.address}
            register.enter(connection, "sign_in_refused", subject, NOBODY, facts)
        else:
            now, limits = register.now(), register.limits.lockout
            lockout.was_right(connection, keys, now, limits)
            lockout.sweep(connection, now, limits)
    if signed_in is None:
        raise SignInRefused
    return signed_in


def _find(connection: sa.Connection, name: str) -> sa.Row[Any, Any] | None:
    is_open = account.c.disabled_at.is_(None) & account.c.is_service.is_(False)
    asked = sa.select(account.c.account_id, account.c.password_hash)
    return connection.execute(asked.where(account.c.sign_in_name == name, is_open)).first()


def _renew(connection: sa.Connection, account_id: str, renewed: str | None) -> None:
    """Keep the password at today's cost."""
    if renewed is not None:
        is_this = account.c.account_id == account_id
        connection.execute(sa.update(account).where(is_this).values(password_hash=renewed))


def _with_code(
    connection: sa.Connection, register: Register, account_id: str, attempt: Attempt
) -> SignedIn | None:
    is_good = False
    if attempt.code:
        is_good = second_factor.is_good(connection, register, account_id, attempt.code)
        if is_good is False:
            return None
    sessions.end_replaced(connection, register, attempt.old_token)
    facts = {"by": "password", "second_factor": bool(is_good), "address": attempt.address}
    register.enter(connection, "signed_in", account_id, account_id, facts)
    return sessions.start(
        connection,
        register,
        account_id,
        by="password",
        has_second_factor=bool(is_good),
        label=attempt.label,
        address=attempt.address,
    )
