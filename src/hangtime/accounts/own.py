"""What people see and change of their own account: its ways in, and the password."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from hangtime.accounts import lockout, sessions
from hangtime.accounts.lockout import Key
from hangtime.accounts.passwords import WeakPassword
from hangtime.accounts.people import RefusedChange
from hangtime.accounts.person import Person
from hangtime.accounts.register import Register
from hangtime.accounts.roster import identities_of, recovery_codes_left, second_factor_since
from hangtime.accounts.signing_in import SignInRefused
from hangtime.accounts.tables import account
from hangtime.store import reading


@dataclass(frozen=True)
class WaysIn:
    """By what the owner of an account comes in.

    `second_factor_since`: None where none is set up; `recovery_codes`: how many are unused;
    `by_provider`: whether the organisation's sign-in leads here.
    """

    sign_in_name: str
    has_password: bool
    by_provider: bool
    second_factor_since: datetime | None
    recovery_codes: int


def ways_in(register: Register, person: Person) -> WaysIn:
    """The ways in to one's own account."""
    id = person.account_id
    with reading(register.engine) as connection:
        row = connection.execute(sa.select(account).where(account.c.account_id == id)).one()
        return WaysIn(
            sign_in_name=row.sign_in_name,
            has_password=row.password_hash is not None,
            by_provider=identities_of(connection, id) > 0,
            second_factor_since=second_factor_since(connection, id),
            recovery_codes=recovery_codes_left(connection, id),
        )


def change_password(register: Register, person: Person, old: str, new: str) -> str:
    """A new password for the old one; every other session ends.  The session's new token.

    Raises SignInRefused where the old one is wrong, RefusedChange where the new one is weak.
    """
    is_this = account.c.account_id == person.account_id
    with register.engine.begin() as connection:
        row = connection.execute(sa.select(account).where(is_this)).one()
        key = Key("name", row.sign_in_name)
        until = lockout.attempted(connection, (key,), register.now(), register.limits.lockout)
    if until is not None:
        raise SignInRefused(until)
    is_right, _ = register.passwords.is_right(old, row.password_hash)
    if not is_right:
        raise SignInRefused
    try:
        register.passwords.check(new, (row.sign_in_name, row.name))
    except WeakPassword as fault:
        raise RefusedChange("new_password", str(fault)) from None
    password_hash = register.passwords.hash(new)
    with register.engine.begin() as connection:
        lockout.forget(connection, key)
        connection.execute(sa.update(account).where(is_this).values(password_hash=password_hash))
        id = person.account_id
        register.enter(connection, "password_set", id, id, {"purpose": "change"})
        sessions.revoke_all(connection, register, id, id, but=person.session_id)
        return sessions.rotate(connection, register, person.session_id)
