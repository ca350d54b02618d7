"""The accounts that someone manages, as a list to look through, and how each of them stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import sqlalchemy as sa

from hangtime.accounts import lockout
from hangtime.accounts.lockout import Key
from hangtime.accounts.people import MANAGE, Account, get, load
from hangtime.accounts.permissions import EVERYWHERE
from hangtime.accounts.person import Person, sites_of
from hangtime.accounts.register import Register
from hangtime.accounts.sessions import sessions_of
from hangtime.accounts.tables import (
    account,
    oidc_identity,
    one_time_link,
    recovery_code,
    role_at_site,
    session,
    totp,
)
from hangtime.store import reading

State = Literal["open", "invited", "shut", "all"]


@dataclass(frozen=True)
class Wanted:
    """Which accounts: what a name has in it, a role, a site, and how the account stands.

    `invited`: open, and its owner has no way in yet.
    """

    words: str = ""
    role: str = ""
    site_id: str = ""
    state: State = "open"


@dataclass(frozen=True)
class Listed:
    """An account in a list.

    `last_seen_at`: its last sign-in, or the last use of a program's token; `waits_until`: before
    which no attempt to sign in is taken.
    """

    account: Account
    last_seen_at: datetime | None
    waits_until: datetime | None


@dataclass(frozen=True)
class Standing(Listed):
    """Ways in to one account.

    `second_factor_since`: when it was set up; `link_ends_at`: of a one-time link that is not used
    yet; `identities`: of the organisation's provider; `sessions`: how many are open.
    """

    second_factor_since: datetime | None
    recovery_codes: int
    link_ends_at: datetime | None
    identities: int
    sessions: int


def listed(
    register: Register, by: Person, wanted: Wanted, *, after: str = "", limit: int = 50
) -> tuple[Listed, ...]:
    """Accounts that someone manages and wants to see, by sign-in name, from after a name."""
    asked = sa.select(account.c.account_id).where(account.c.sign_in_name > after, *_fits(wanted))
    managed = sites_of(by, MANAGE)
    if EVERYWHERE not in managed:
        asked = asked.where(account.c.account_id.in_(_holders(role_at_site.c.site_id.in_(managed))))
    asked = asked.order_by(account.c.sign_in_name).limit(limit)
    with reading(register.engine) as connection:
        found = load(connection, connection.scalars(asked).all())
        return _with_times(connection, found, register.now())


def standing(register: Register, account_id: str, by: Person) -> Standing:
    """One account and its ways in.  Raises NoSuchAccount, NotYours."""
    found, now = get(register, account_id, by), register.now()
    sessions = len(sessions_of(register, account_id))
    with reading(register.engine) as connection:
        (seen,) = _with_times(connection, (found,), now)
        return Standing(
            account=found,
            last_seen_at=seen.last_seen_at,
            waits_until=seen.waits_until,
            second_factor_since=second_factor_since(connection, account_id),
            recovery_codes=recovery_codes_left(connection, account_id),
            link_ends_at=_link_ends_at(connection, account_id, now),
            identities=identities_of(connection, account_id),
            sessions=sessions,
        )


def second_factor_since(connection: sa.Connection, account_id: str) -> datetime | None:
    """When the second factor in use was set up; None where there is none."""
    asked = sa.select(totp.c.confirmed_at).where(totp.c.account_id == account_id)
    return connection.scalar(asked)


def recovery_codes_left(connection: sa.Connection, account_id: str) -> int:
    """How many recovery codes of an account are unused."""
    unused = (recovery_code.c.account_id == account_id) & recovery_code.c.used_at.is_(None)
    asked = sa.select(sa.func.count()).select_from(recovery_code).where(unused)
    return connection.scalar(asked) or 0


def identities_of(connection: sa.Connection, account_id: str) -> int:
    """How many identities of the organisation's provider are an account's."""
    asked = sa.select(sa.func.count()).select_from(oidc_identity)
    return connection.scalar(asked.where(oidc_identity.c.account_id == account_id)) or 0


def _link_ends_at(connection: sa.Connection, account_id: str, now: datetime) -> datetime | None:
    columns = one_time_link.c
    is_open = (columns.account_id == account_id) & columns.used_at.is_(None)
    asked = sa.select(columns.ends_at).where(is_open, columns.ends_at > now)
    return connection.scalar(asked.order_by(columns.ends_at.desc()).limit(1))


def _fits(wanted: Wanted) -> list[sa.ColumnElement[bool]]:
    columns, conditions = account.c, list[sa.ColumnElement[bool]]()
    if wanted.words:
        is_named = columns.name.icontains(wanted.words, autoescape=True)
        conditions.append(is_named | columns.sign_in_name.icontains(wanted.words, autoescape=True))
    held = list[sa.ColumnElement[bool]]()
    if wanted.role:
        held.append(role_at_site.c.role == wanted.role)
    if wanted.site_id:
        held.append(role_at_site.c.site_id.in_((wanted.site_id, EVERYWHERE)))
    if held:
        conditions.append(columns.account_id.in_(_holders(*held)))
    if wanted.state != "all":
        is_shut = columns.disabled_at.is_not(None)
        conditions.append(is_shut if wanted.state == "shut" else ~is_shut)
    if wanted.state == "invited":
        by_provider = columns.account_id.in_(sa.select(oidc_identity.c.account_id))
        has_none = columns.password_hash.is_(None) & ~by_provider
        conditions.append(has_none & columns.is_service.is_(False))
    return conditions


def _holders(*conditions: sa.ColumnElement[bool]) -> sa.Select[tuple[str]]:
    return sa.select(role_at_site.c.account_id).where(*conditions)


def _with_times(
    connection: sa.Connection, found: Sequence[Account], now: datetime
) -> tuple[Listed, ...]:
    ids = [each.account_id for each in found]
    moment = sa.case((session.c.is_token, session.c.last_used_at), else_=session.c.created_at)
    asked = sa.select(session.c.account_id, sa.func.max(moment).label("at")).where(
        session.c.account_id.in_(ids)
    )
    rows = connection.execute(asked.group_by(session.c.account_id)).all()
    seen: dict[str, datetime] = {row.account_id: row.at for row in rows}
    keys = {each.account_id: _keys(each) for each in found}
    waits = lockout.waiting(connection, (key for two in keys.values() for key in two), now)
    return tuple(
        Listed(
            each,
            seen.get(each.account_id),
            max((waits[key] for key in keys[each.account_id] if key in waits), default=None),
        )
        for each in found
    )


def _keys(found: Account) -> tuple[Key, Key]:
    return Key("name", found.sign_in_name), Key("code", found.account_id)
