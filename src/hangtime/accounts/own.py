"""What people change of their own account: the password."""

from __future__ import annotations

import sqlalchemy as sa

from hangtime.accounts import lockout, sessions
from hangtime.accounts.lockout import Key
from hangtime.accounts.passwords import WeakPassword
from hangtime.accounts.people import RefusedChange
from hangtime.accounts.person import Person
from hangtime.accounts.register import Register
from hangtime.accounts.signing_in import SignInRefused
from hangtime.accounts.tables import account


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
