"""One-time links: how the first administrator, a new colleague or someone without a password gets in.

Nobody ever has a password that somebody else chose, or that came with the software.  A link is used
once and ends soon; a newer one for the same purpose puts it out of use.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Literal

import sqlalchemy as sa

from hangtime.accounts import people, sessions
from hangtime.accounts.passwords import WeakPassword
from hangtime.accounts.people import SYSTEM, NewAccount, RefusedChange
from hangtime.accounts.permissions import EVERYWHERE
from hangtime.accounts.person import Person
from hangtime.accounts.register import NOBODY, Register
from hangtime.accounts.sessions import SignedIn
from hangtime.accounts.tables import account, one_time_link
from hangtime.accounts.tokens import digest, new_token

Purpose = Literal["first_administrator", "invitation", "password_reset"]


class DeadLink(Exception):
    """A link that was used, has ended, was replaced, or never was; which of these is not said."""


@dataclass(frozen=True)
class Chosen:
    """What somebody typed who came by a link; names are asked of the first administrator alone."""

    password: str = field(repr=False)
    sign_in_name: str = ""
    name: str = ""


def first_link(register: Register) -> str | None:
    """A token that makes the first administrator; None where there is one already."""
    with register.engine.begin() as connection:
        if people.has_administrator(connection):
            return None
        return _make(connection, register, "first_administrator", None)


def invite(register: Register, account_id: str, by: Person) -> str:
    """A token by which an account's owner sets a password, the first or a new one."""
    found = people.get(register, account_id, by)
    if found.is_service or found.disabled_at is not None:
        raise RefusedChange("account_id", "links are for open accounts of people")
    people.require_all_sites(found, by)
    purpose: Purpose = "password_reset" if found.has_password else "invitation"
    with register.engine.begin() as connection:
        facts = {"purpose": purpose}
        register.enter(connection, "link_made", account_id, by.account_id, facts)
        return _make(connection, register, purpose, account_id)


def purpose_of(register: Register, token: str) -> Purpose:
    """What a link is for, without using it.  Raises DeadLink."""
    with register.engine.begin() as connection:
        return _open(connection, register, token).purpose


def use_link(
    register: Register, token: str, chosen: Chosen, *, label: str = "", address: str = ""
) -> SignedIn:
    """Set the password, and sign in.  Raises DeadLink, WeakPassword, RefusedChange.

    A password or a name that is refused leaves the link as it was.
    """
    with register.engine.begin() as connection:
        row = _open(connection, register, token)
        names = (chosen.name, chosen.sign_in_name, *_names(connection, row.account_id))
    try:
        register.passwords.check(chosen.password, names)
    except WeakPassword as fault:
        raise RefusedChange("password", str(fault)) from None
    password_hash = register.passwords.hash(chosen.password)
    with register.engine.begin() as connection:
        row = use_up(connection, register, digest(token))
        account_id = row.account_id or _first(connection, register, chosen, password_hash)
        is_this = account.c.account_id == account_id
        connection.execute(sa.update(account).where(is_this).values(password_hash=password_hash))
        facts = {"purpose": row.purpose, "address": address}
        register.enter(connection, "password_set", account_id, account_id, facts)
        sessions.revoke_all(connection, register, account_id, account_id)
        return sessions.start(
            connection,
            register,
            account_id,
            by="link",
            has_second_factor=False,
            label=label,
            address=address,
        )


def use_up(connection: sa.Connection, register: Register, token_hash: bytes) -> sa.Row[Any]:
    """The link's row, which nobody can use again.  Raises DeadLink."""
    now = register.now()
    is_open = (
        (one_time_link.c.token_hash == token_hash)
        & one_time_link.c.used_at.is_(None)
        & (one_time_link.c.ends_at > now)
    )
    used = sa.update(one_time_link).where(is_open).values(used_at=now)
    row = connection.execute(used.returning(one_time_link)).first()
    if row is None:
        raise DeadLink
    return row


def _first(
    connection: sa.Connection, register: Register, chosen: Chosen, password_hash: str
) -> str:
    if people.has_administrator(connection):
        raise DeadLink
    new = NewAccount(
        sign_in_name=chosen.sign_in_name,
        name=chosen.name,
        roles_by_site={EVERYWHERE: ("administrator",)},
    )
    return people.insert(connection, register, new, SYSTEM, password_hash)


def _make(
    connection: sa.Connection, register: Register, purpose: Purpose, account_id: str | None
) -> str:
    now = register.now()
    token = new_token("link")
    seconds: int = getattr(register.limits.link, purpose)
    is_older = (
        one_time_link.c.account_id == account_id
        if account_id
        else one_time_link.c.account_id.is_(None)
    )
    connection.execute(sa.delete(one_time_link).where(is_older, one_time_link.c.used_at.is_(None)))
    connection.execute(
        sa.insert(one_time_link).values(
            token_hash=digest(token),
            purpose=purpose,
            account_id=account_id,
            created_at=now,
            ends_at=now + timedelta(seconds=seconds),
        )
    )
    if account_id is None:
        register.enter(connection, "link_made", NOBODY, NOBODY, {"purpose": purpose})
    return token


def _open(connection: sa.Connection, register: Register, token: str) -> sa.Row[Any]:
    asked = sa.select(one_time_link).where(
        one_time_link.c.token_hash == digest(token),
        one_time_link.c.used_at.is_(None),
        one_time_link.c.ends_at > register.now(),
    )
    row = connection.execute(asked).first()
    if row is None:
        raise DeadLink
    return row


def _names(connection: sa.Connection, account_id: str | None) -> tuple[str, ...]:
    asked = sa.select(account.c.sign_in_name, account.c.name)
    row = connection.execute(asked.where(account.c.account_id == account_id)).first()
    return tuple(row) if row else ()
