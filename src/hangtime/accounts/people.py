"""Making and changing accounts.  Every change is an entry of the ledger, with who made it.

An administrator of one site manages the people of that site alone, and gives no role elsewhere.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from hangtime.accounts import lockout, second_factor, sessions
from hangtime.accounts.lockout import Key
from hangtime.accounts.names import is_usable, normalised
from hangtime.accounts.permissions import EVERYWHERE, ROLES, Role
from hangtime.accounts.person import Person, sites_of
from hangtime.accounts.register import NOBODY, Register
from hangtime.accounts.sessions import SignedIn
from hangtime.accounts.tables import account, oidc_identity, one_time_link, role_at_site
from hangtime.store import reading

Roles = Mapping[str, Iterable[Role]]
MANAGE = "manage_accounts"
_ADMINISTRATOR: Role = "administrator"
_LONGEST_NAME, _LONGEST_SITE = 100, 64
SYSTEM = Person(
    account_id=NOBODY,
    name="the system",
    credential=None,
    roles_by_site={EVERYWHERE: frozenset({_ADMINISTRATOR})},
    session_id="",
    is_service=True,
)
"""Who makes the first accounts, before there is anyone."""


class RefusedChange(ValueError):
    """A change that is not possible; `field` names what is wrong.  No value is said."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(f"{field}: {message}")
        self.field = field
        self.message = message


class NotYours(PermissionError):
    """An account, or a site, that is not for this administrator to manage."""


class NoSuchAccount(LookupError):
    """No account has that id."""


@dataclass(frozen=True)
class NewAccount:
    """What an administrator says of a new account.  `is_service`: a program that uses a token."""

    sign_in_name: str
    name: str
    credential: str | None = None
    is_service: bool = False
    roles_by_site: Roles = field(default_factory=dict[str, tuple[Role, ...]])


@dataclass(frozen=True)
class Account:
    """What an administrator sees of an account; roles are sorted."""

    account_id: str
    sign_in_name: str
    name: str
    credential: str | None
    is_service: bool
    has_password: bool
    created_at: datetime
    disabled_at: datetime | None
    roles_by_site: Mapping[str, tuple[Role, ...]]


def create(register: Register, new: NewAccount, by: Person) -> Account:
    """A new account, without a password: `links.invite` lets its owner in.

    Raises RefusedChange, NotYours.
    """
    with register.engine.begin() as connection:
        account_id = insert(connection, register, new, by)
        return _get(connection, account_id)


def insert(
    connection: sa.Connection,
    register: Register,
    new: NewAccount,
    by: Person,
    password_hash: str | None = None,
) -> str:
    """The same within a transaction; the new account's id."""
    roles = _checked_roles(new.roles_by_site, by, is_service=new.is_service)
    check_names(new)
    account_id = str(uuid.uuid4())
    try:
        with connection.begin_nested():
            connection.execute(
                sa.insert(account).values(
                    account_id=account_id,
                    sign_in_name=normalised(new.sign_in_name),
                    name=new.name.strip(),
                    credential=(new.credential or "").strip() or None,
                    is_service=new.is_service,
                    password_hash=password_hash,
                    created_at=register.now(),
                )
            )
    except IntegrityError:
        raise RefusedChange("sign_in_name", "there is an account of that name") from None
    _give(connection, account_id, roles)
    facts = {"is_service": new.is_service, "roles_by_site": roles}
    register.enter(connection, "account_created", account_id, by.account_id, facts)
    return account_id


def set_roles(
    register: Register,
    account_id: str,
    roles_by_site: Roles,
    by: Person,
    *,
    seen: Roles | None = None,
) -> Account:
    """Give an account these roles and no others; what it may do changes at once.

    An administrator of some sites changes the roles at those and leaves the others as they are.
    A link that was made before a site was added is dead: who made it may not manage that site.
    `seen`: the roles that were on the screen; where they are others by now, the change is refused.
    """
    with register.engine.begin() as connection:
        found = _managed(connection, account_id, by)
        if seen is not None and _as_sets(seen) != _as_sets(found.roles_by_site):
            raise RefusedChange("roles_by_site", "somebody else changed them meanwhile")
        roles = _checked_roles(roles_by_site, by, is_service=found.is_service)
        kept = {
            site: list(held) for site, held in found.roles_by_site.items() if not _has(by, site)
        }
        connection.execute(sa.delete(role_at_site).where(role_at_site.c.account_id == account_id))
        _give(connection, account_id, kept | roles)
        if set(roles) - set(found.roles_by_site):
            connection.execute(sa.delete(one_time_link).where(_is_unused(account_id)))
        register.enter(
            connection,
            "roles_set",
            account_id,
            by.account_id,
            {"before": found.roles_by_site, "after": kept | roles},
        )
        keep_an_administrator(connection, found)
        return _get(connection, account_id)


def disable(register: Register, account_id: str, by: Person) -> Account:
    """Shut an account and end its sessions at once.  What its owner charted stays."""
    with register.engine.begin() as connection:
        found = _managed(connection, account_id, by, needs_all=True)
        _set(connection, account_id, disabled_at=register.now())
        register.enter(connection, "account_disabled", account_id, by.account_id)
        sessions.revoke_all(connection, register, account_id, by.account_id)
        keep_an_administrator(connection, found)
        return _get(connection, account_id)


def enable(register: Register, account_id: str, by: Person) -> Account:
    """Open a shut account again."""
    with register.engine.begin() as connection:
        _managed(connection, account_id, by, needs_all=True)
        _set(connection, account_id, disabled_at=None)
        register.enter(connection, "account_enabled", account_id, by.account_id)
        return _get(connection, account_id)


def unlock(register: Register, account_id: str, by: Person) -> None:
    """End the wait that failed attempts brought."""
    with register.engine.begin() as connection:
        found = _managed(connection, account_id, by)
        lockout.forget(connection, Key("name", found.sign_in_name))
        lockout.forget(connection, Key("code", account_id))
        register.enter(connection, "account_unlocked", account_id, by.account_id)


def remove_second_factor(register: Register, account_id: str, by: Person) -> None:
    """For someone who lost it: sessions end, and a new one is set up at the next signing in."""
    with register.engine.begin() as connection:
        _managed(connection, account_id, by, needs_all=True)
        second_factor.remove(connection, register, account_id, by.account_id)
        sessions.revoke_all(connection, register, account_id, by.account_id)


def end_sessions(register: Register, account_id: str, by: Person) -> int:
    """End every session of an account; how many there were."""
    with register.engine.begin() as connection:
        _managed(connection, account_id, by)
        return sessions.revoke_all(connection, register, account_id, by.account_id)


def make_token(register: Register, account_id: str, label: str, by: Person) -> SignedIn:
    """A bearer token for a service account; it is said here and never again."""
    with register.engine.begin() as connection:
        found = _managed(connection, account_id, by, needs_all=True)
        if not found.is_service or found.disabled_at is not None:
            raise RefusedChange("account_id", "tokens are for open accounts of programs")
        register.enter(connection, "token_made", account_id, by.account_id)
        return sessions.start(
            connection, register, account_id, by="token", has_second_factor=False, label=label
        )


def get(register: Register, account_id: str, by: Person) -> Account:
    """One account.  Raises NoSuchAccount, NotYours."""
    with reading(register.engine) as connection:
        return _managed(connection, account_id, by)


def names_of(register: Register, account_ids: Iterable[str]) -> dict[str, str]:
    """Names of accounts by their ids, for a log; who is not known is left out."""
    asked = sa.select(account.c.account_id, account.c.name)
    asked = asked.where(account.c.account_id.in_(tuple(account_ids)))
    with reading(register.engine) as connection:
        return {row.account_id: row.name for row in connection.execute(asked)}


def accounts(
    register: Register, by: Person, *, after: str = "", limit: int = 100
) -> tuple[Account, ...]:
    """Accounts that someone manages, by sign-in name, from after a name."""
    mine = sa.select(role_at_site.c.account_id).where(
        role_at_site.c.site_id.in_(sites_of(by, MANAGE))
    )
    asked = sa.select(account.c.account_id).where(account.c.sign_in_name > after)
    if not _has(by, EVERYWHERE):
        asked = asked.where(account.c.account_id.in_(mine))
    asked = asked.order_by(account.c.sign_in_name).limit(limit)
    with reading(register.engine) as connection:
        return load(connection, connection.scalars(asked).all())


def load(connection: sa.Connection, account_ids: Sequence[str]) -> tuple[Account, ...]:
    """These accounts by sign-in name; who is not known is left out."""
    asked = sa.select(account).where(account.c.account_id.in_(account_ids))
    rows = connection.execute(asked.order_by(account.c.sign_in_name)).all()
    held = sa.select(role_at_site).where(role_at_site.c.account_id.in_(account_ids))
    roles: dict[str, dict[str, tuple[Role, ...]]] = {each.account_id: {} for each in rows}
    for row in connection.execute(held.order_by(*held.selected_columns)):
        sites = roles[row.account_id]
        sites[row.site_id] = (*sites.get(row.site_id, ()), row.role)
    return tuple(_account(row, roles[row.account_id]) for row in rows)


def _checked_roles(given: Roles, by: Person, *, is_service: bool) -> dict[str, list[Role]]:
    roles = {site: sorted(set(held)) for site, held in given.items() if held}
    for site, held in roles.items():
        if not _has(by, site):
            raise NotYours
        if not is_usable(site, _LONGEST_SITE):
            raise RefusedChange("roles_by_site", "a site id has 1 to 64 printable characters")
        if not set(held) <= set(ROLES):
            raise RefusedChange("roles_by_site", f"a role is one of {', '.join(ROLES)}")
        if is_service and _ADMINISTRATOR in held:
            raise RefusedChange("roles_by_site", "a program is no administrator")
    if not roles and not _has(by, EVERYWHERE):
        raise RefusedChange("roles_by_site", "it needs a role at a site that you manage")
    return roles


def check_names(new: NewAccount) -> None:
    """RefusedChange where a name or the credential cannot be one."""
    if not is_usable(normalised(new.sign_in_name)):
        raise RefusedChange("sign_in_name", "it needs 1 to 254 printable characters")
    if not is_usable(new.name, _LONGEST_NAME):
        raise RefusedChange("name", "it needs 1 to 100 printable characters")
    if new.credential and not is_usable(new.credential, _LONGEST_NAME):
        raise RefusedChange("credential", "it has at most 100 printable characters")


def _is_unused(account_id: str) -> sa.ColumnElement[bool]:
    return (one_time_link.c.account_id == account_id) & one_time_link.c.used_at.is_(None)


def _has(by: Person, site_id: str) -> bool:
    managed = sites_of(by, MANAGE)
    return EVERYWHERE in managed or site_id in managed


def _managed(
    connection: sa.Connection, account_id: str, by: Person, *, needs_all: bool = False
) -> Account:
    """The account, if it is someone's to manage: one of its sites, or all of them."""
    found = _get(connection, account_id)
    if needs_all:
        require_all_sites(found, by)
    elif not (_has(by, EVERYWHERE) or any(_has(by, site) for site in found.roles_by_site)):
        raise NotYours
    return found


def require_all_sites(found: Account, by: Person) -> None:
    """NotYours unless someone manages every site of the account, which its owner's acts reach."""
    if not manages_all(found, by):
        raise NotYours


def manages_all(found: Account, by: Person) -> bool:
    """Whether someone manages every site of an account."""
    mine = [_has(by, site) for site in found.roles_by_site]
    return _has(by, EVERYWHERE) or (bool(mine) and all(mine))


def _get(connection: sa.Connection, account_id: str) -> Account:
    found = load(connection, (account_id,))
    if not found:
        raise NoSuchAccount
    return found[0]


def _account(row: sa.Row[Any], roles: Mapping[str, tuple[Role, ...]]) -> Account:
    return Account(
        account_id=row.account_id,
        sign_in_name=row.sign_in_name,
        name=row.name,
        credential=row.credential,
        is_service=row.is_service,
        has_password=row.password_hash is not None,
        created_at=row.created_at,
        disabled_at=row.disabled_at,
        roles_by_site=roles,
    )


def _give(connection: sa.Connection, account_id: str, roles: Mapping[str, Iterable[Role]]) -> None:
    rows = [
        {"account_id": account_id, "site_id": site, "role": role}
        for site, held in roles.items()
        for role in held
    ]
    if rows:
        connection.execute(sa.insert(role_at_site), rows)


def _set(connection: sa.Connection, account_id: str, **values: Any) -> None:
    connection.execute(
        sa.update(account).where(account.c.account_id == account_id).values(**values)
    )


def _as_sets(roles: Roles) -> dict[str, frozenset[Role]]:
    return {site: frozenset(held) for site, held in roles.items() if held}


def keep_an_administrator(connection: sa.Connection, changed: Account) -> None:
    """Refuses what would leave nobody who can let people in; the transaction is undone.

    `changed`: the account as it was before.  Who was only just invited does not count: the
    invitation may never be used.
    """
    if _ADMINISTRATOR not in changed.roles_by_site.get(EVERYWHERE, ()):
        return
    by_provider = sa.select(oidc_identity.c.account_id)
    gets_in = account.c.password_hash.is_not(None) | account.c.account_id.in_(by_provider)
    if connection.execute(_ADMINISTRATORS.where(gets_in)).first() is None:
        words = "somebody who can sign in has to stay administrator of all sites"
        raise RefusedChange("roles_by_site", words)


def has_administrator(connection: sa.Connection) -> bool:
    """Whether an open account is administrator everywhere."""
    return connection.execute(_ADMINISTRATORS).first() is not None


_ADMINISTRATORS = (
    sa.select(account.c.account_id)
    .join(role_at_site)
    .where(
        role_at_site.c.role == _ADMINISTRATOR,
        role_at_site.c.site_id == EVERYWHERE,
        account.c.disabled_at.is_(None),
    )
)
