"""Sessions: kept in the database, so that one can be ended at once, by whoever may.

The browser holds a random token and the database its digest.  A session ends when it was not used
for a while (automatic log-off), when a shift is over, or when it is revoked.  A token of a service
account is a session as well, without the automatic log-off.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import Connection, Row, insert, select, update

from hangtime.accounts.names import printable
from hangtime.accounts.permissions import Role
from hangtime.accounts.person import Lacking, Person
from hangtime.accounts.register import Register
from hangtime.accounts.tables import account, broken_glass, role_at_site, session, totp
from hangtime.accounts.tokens import digest, is_of, new_token
from hangtime.store import reading

By = Literal["password", "oidc", "link", "token"]
_LONGEST_LABEL = 300  # a browser says its own name last


@dataclass(frozen=True)
class SignedIn:
    """A new session.  `token` is said here and never again; `ends_at`: at the latest."""

    token: str
    session_id: str
    account_id: str
    ends_at: datetime


@dataclass(frozen=True)
class Session:
    """A session as its owner sees it.

    `label`: the browser it is in, as it names itself, or what the token is for; `address`: the
    network it began from, empty where that is not known.
    """

    session_id: str
    is_token: bool
    label: str
    address: str
    signed_in_by: str
    created_at: datetime
    last_used_at: datetime
    ends_at: datetime


def start(
    connection: Connection,
    register: Register,
    account_id: str,
    *,
    by: By,
    has_second_factor: bool,
    label: str = "",
    address: str = "",
) -> SignedIn:
    """A session with a token that nobody had before; the oldest end where there are too many."""
    now = register.now()
    limits = register.limits.session
    is_token = by == "token"
    token = new_token("service" if is_token else "session")
    lasts = limits.service_token if is_token else limits.absolute
    started = SignedIn(token, str(uuid.uuid4()), account_id, now + timedelta(seconds=lasts))
    connection.execute(
        insert(session).values(
            session_id=started.session_id,
            account_id=account_id,
            token_hash=digest(token),
            is_token=is_token,
            label=printable(label)[:_LONGEST_LABEL],
            address=address,
            signed_in_by=by,
            has_second_factor=has_second_factor,
            created_at=now,
            last_used_at=now,
            ends_at=started.ends_at,
        )
    )
    _end_oldest(connection, register, account_id)
    return started


def session_of(register: Register, token: str, *, is_use: bool = True) -> Person | None:
    """Who a token stands for; None where it stands for nobody, or no longer.

    `is_use=False`: a page that watches by itself, which must not keep a session alive.
    """
    if not (is_of("session", token) or is_of("service", token)):
        return None
    now = register.now()
    with reading(register.engine) as connection:
        rows = connection.execute(_WHO.where(session.c.token_hash == digest(token))).all()
        if not rows or not _is_open(register, rows, now):
            return None
        person = _with_glass(connection, _person(register, rows), now)
    touched = timedelta(seconds=register.limits.session.touched_every)
    if is_use and now - rows[0].last_used_at >= touched:
        with register.engine.begin() as connection:
            connection.execute(_this(person.session_id).values(last_used_at=now))
    return person


def sessions_of(register: Register, account_id: str) -> tuple[Session, ...]:
    """The open sessions of an account, the last used first."""
    now = register.now()
    asked = _WHO_ALONE.where(session.c.account_id == account_id)
    with reading(register.engine) as connection:
        rows = connection.execute(asked.order_by(session.c.last_used_at.desc())).all()
    return tuple(_session(row) for row in rows if _is_in_use(register, row, now))


def rotate(connection: Connection, register: Register, session_id: str) -> str:
    """A new token for a session whose rights have changed; the old one stands for nobody at once."""
    token = new_token("session")
    connection.execute(
        _this(session_id).values(token_hash=digest(token), last_used_at=register.now())
    )
    return token


def revoke(
    connection: Connection, register: Register, account_id: str, session_id: str, by: str
) -> bool:
    """End one session of an account; whether it was open."""
    is_this = (session.c.session_id == session_id) & (session.c.account_id == account_id)
    return bool(_revoke(connection, register, account_id, is_this, by))


def revoke_all(
    connection: Connection, register: Register, account_id: str, by: str, *, but: str = ""
) -> int:
    """End every session of an account but one, tokens included; how many there were."""
    is_any = (session.c.account_id == account_id) & (session.c.session_id != but)
    return _revoke(connection, register, account_id, is_any, by)


def end_replaced(connection: Connection, register: Register, token: str | None) -> None:
    """End the session that a browser brought along; whoever signs in gets one of his own."""
    if not token:
        return
    is_old = (session.c.token_hash == digest(token)) & session.c.is_token.is_(False)
    row = connection.execute(select(session).where(is_old)).first()
    if row is not None:
        revoke(connection, register, row.account_id, row.session_id, row.account_id)


def sign_out(register: Register, person: Person) -> None:
    """End the session someone is in."""
    with register.engine.begin() as connection:
        revoke(connection, register, person.account_id, person.session_id, person.account_id)


_WHO_ALONE = select(session, account.c.name, account.c.credential, account.c.is_service).join_from(
    session, account
).where(session.c.revoked_at.is_(None), account.c.disabled_at.is_(None))  # fmt: skip
_WHO = (
    _WHO_ALONE.add_columns(role_at_site.c.site_id, role_at_site.c.role, totp.c.confirmed_at)
    .outerjoin(role_at_site, role_at_site.c.account_id == account.c.account_id)
    .outerjoin(totp, totp.c.account_id == account.c.account_id)
)


def _this(session_id: str) -> Any:
    return update(session).where(session.c.session_id == session_id)


def _is_open(register: Register, rows: Sequence[Row[Any]], now: datetime) -> bool:
    if not _is_in_use(register, rows[0], now):
        return False
    unproven = timedelta(seconds=register.limits.session.unproven)
    return _lacks(register, rows) is None or now - rows[0].created_at < unproven


def _is_in_use(register: Register, row: Row[Any], now: datetime) -> bool:
    idle = timedelta(seconds=register.limits.session.idle)
    is_in_use = row.is_token or now - row.last_used_at < idle
    return is_in_use and now < row.ends_at


def _lacks(register: Register, rows: Sequence[Row[Any]]) -> Lacking | None:
    """A second factor is due where the account has one, or a role of it has to."""
    first = rows[0]
    if first.is_service or first.has_second_factor:
        return None
    is_asked = any(row.role in register.limits.second_factor.roles for row in rows)
    return "second_factor" if is_asked or first.confirmed_at is not None else None


def _person(register: Register, rows: Sequence[Row[Any]]) -> Person:
    roles: dict[str, set[Role]] = {}
    for row in rows:
        if row.role is not None:
            roles.setdefault(row.site_id, set()).add(row.role)
    row = rows[0]
    return Person(
        account_id=row.account_id,
        name=row.name,
        credential=row.credential,
        roles_by_site={site: frozenset(held) for site, held in roles.items()},
        session_id=row.session_id,
        is_service=row.is_service,
        lacks=_lacks(register, rows),
    )


def _with_glass(connection: Connection, person: Person, now: datetime) -> Person:
    is_open = (broken_glass.c.account_id == person.account_id) & (broken_glass.c.ends_at > now)
    asked = select(broken_glass.c.visit_id, broken_glass.c.ends_at).where(is_open)
    opened = connection.execute(asked.order_by(broken_glass.c.ends_at)).all()
    return replace(person, glass={row.visit_id: row.ends_at for row in opened})


def _session(row: Row[Any]) -> Session:
    return Session(
        session_id=row.session_id,
        is_token=row.is_token,
        label=row.label,
        address=row.address,
        signed_in_by=row.signed_in_by,
        created_at=row.created_at,
        last_used_at=row.last_used_at,
        ends_at=row.ends_at,
    )


def _end_oldest(connection: Connection, register: Register, account_id: str) -> None:
    is_open = (
        (session.c.account_id == account_id)
        & session.c.revoked_at.is_(None)
        & (session.c.ends_at > register.now())
    )
    newest = select(session.c.session_id).where(is_open).order_by(session.c.created_at.desc())
    beyond = newest.offset(register.limits.session.most_of_one_account)
    ended = [row.session_id for row in connection.execute(beyond)]
    _revoke(connection, register, account_id, session.c.session_id.in_(ended), account_id)


def _revoke(
    connection: Connection, register: Register, account_id: str, which: Any, by: str
) -> int:
    revoked = update(session).where(which, session.c.revoked_at.is_(None))
    count = connection.execute(revoked.values(revoked_at=register.now())).rowcount
    if count:
        register.enter(connection, "sessions_ended", account_id, by, {"count": count})
    return count
