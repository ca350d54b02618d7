"""Logins by an identity provider: begun here, come back from there, and to whom they belong.

A login belongs to the browser that began it and can come back once.  An identity is that of an account
only after the account's owner used an invitation by it, or an administrator linked the two; an
unknown one gets no account.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from hangtime.accounts import links, people, sessions
from hangtime.accounts.names import is_usable
from hangtime.accounts.people import RefusedChange
from hangtime.accounts.person import Person
from hangtime.accounts.provider import LONGEST_SUBJECT, LoginRefused, Provider, Vouched
from hangtime.accounts.register import Register
from hangtime.accounts.sessions import SignedIn
from hangtime.accounts.tables import account, oidc_identity, oidc_login
from hangtime.accounts.tokens import digest, new_token

_VERIFIER_BYTES, _NONCE_BYTES = 48, 24


class UnknownIdentity(LoginRefused):
    """The provider vouches for somebody who has no account here."""


class Begun(NamedTuple):
    """Where to send the browser, and what to keep in it."""

    address: str
    browser_token: str


class Returned(NamedTuple):
    """A session, and where its owner wanted to go."""

    signed_in: SignedIn
    return_to: str


def begin(
    register: Register, provider: Provider, return_to: str, link_token: str | None = None
) -> Begun:
    """Begin a login; with an invitation it links the identity to the invited account.

    Raises LoginRefused, DeadLink.
    """
    if link_token is not None and links.purpose_of(register, link_token) == "first_administrator":
        raise links.DeadLink
    browser = new_token("browser")
    state = secrets.token_urlsafe(_NONCE_BYTES)
    nonce = secrets.token_urlsafe(_NONCE_BYTES)
    verifier = secrets.token_urlsafe(_VERIFIER_BYTES)
    address = provider.address(state, nonce, verifier)
    now = register.now()
    with register.engine.begin() as connection:
        connection.execute(sa.delete(oidc_login).where(oidc_login.c.ends_at < now))
        connection.execute(
            sa.insert(oidc_login).values(
                state_hash=digest(state),
                browser_hash=digest(browser),
                nonce=nonce,
                code_verifier=verifier,
                return_to=return_to,
                link_hash=digest(link_token) if link_token else None,
                ends_at=now + timedelta(seconds=register.limits.link.login),
            )
        )
    return Begun(address, browser)


def finish(
    register: Register,
    provider: Provider,
    answer: Mapping[str, str],
    browser_token: str | None,
    *,
    label: str = "",
    address: str = "",
    old_token: str | None = None,
) -> Returned:
    """Sign in whoever comes back.  Raises LoginRefused, UnknownIdentity, DeadLink."""
    begun = _taken(register, answer.get("state", ""), browser_token)
    vouched = provider.vouched(answer, begun.nonce, begun.code_verifier, register.now())
    is_strong = bool(vouched.means & register.limits.second_factor.means_of_provider)
    with register.engine.begin() as connection:
        if begun.link_hash is not None:
            _link_invited(connection, register, provider, vouched, begun.link_hash)
        account_id = _account_of(connection, provider, vouched)
        sessions.end_replaced(connection, register, old_token)
        facts = {"by": "oidc", "second_factor": is_strong, "address": address}
        register.enter(connection, "signed_in", account_id, account_id, facts)
        signed_in = sessions.start(
            connection,
            register,
            account_id,
            by="oidc",
            has_second_factor=is_strong,
            label=label,
            address=address,
        )
    return Returned(signed_in, begun.return_to)


def link_identity(
    register: Register, account_id: str, issuer: str, subject: str, by: Person
) -> None:
    """Say that an identity is that of an account.  Raises RefusedChange, NotYours."""
    found = people.get(register, account_id, by)
    people.require_all_sites(found, by)
    if found.is_service:
        raise RefusedChange("account_id", "programs sign in by token")
    if not is_usable(subject, LONGEST_SUBJECT):
        raise RefusedChange("subject", f"it has 1 to {LONGEST_SUBJECT} printable characters")
    with register.engine.begin() as connection:
        _link(connection, register, account_id, issuer, subject, by.account_id)


def unlink_identities(register: Register, account_id: str, by: Person) -> int:
    """Forget the identities of an account and end its sessions; how many there were."""
    found = people.get(register, account_id, by)
    people.require_all_sites(found, by)
    with register.engine.begin() as connection:
        is_this = oidc_identity.c.account_id == account_id
        count = connection.execute(sa.delete(oidc_identity).where(is_this)).rowcount
        people.keep_an_administrator(connection, found)
        register.enter(connection, "identities_unlinked", account_id, by.account_id)
        sessions.revoke_all(connection, register, account_id, by.account_id)
    return count


def _taken(register: Register, state: str, browser_token: str | None) -> sa.Row[Any]:
    """The login that a state belongs to, which cannot come back again."""
    is_this = oidc_login.c.state_hash == digest(state)
    with register.engine.begin() as connection:
        row = connection.execute(sa.delete(oidc_login).where(is_this).returning(oidc_login)).first()
    if row is None or row.ends_at <= register.now():
        raise LoginRefused("no login of that state was begun, or too long ago")
    if not secrets.compare_digest(row.browser_hash, digest(browser_token or "")):
        raise LoginRefused("another browser began that login")
    return row


def _link_invited(
    connection: sa.Connection,
    register: Register,
    provider: Provider,
    vouched: Vouched,
    link_hash: bytes,
) -> None:
    account_id = links.use_up(connection, register, link_hash).account_id
    try:
        _link(connection, register, account_id, provider.issuer, vouched.subject, account_id)
    except RefusedChange:
        raise LoginRefused("that identity belongs to another account") from None


def _link(
    connection: sa.Connection,
    register: Register,
    account_id: str,
    issuer: str,
    subject: str,
    by: str,
) -> None:
    row = {
        "issuer": issuer,
        "subject": subject,
        "account_id": account_id,
        "linked_at": register.now(),
    }
    try:
        with connection.begin_nested():
            connection.execute(sa.insert(oidc_identity), row)
    except IntegrityError:
        raise RefusedChange("subject", "that identity is linked already") from None
    facts = {"issuer": issuer, "subject": subject}
    register.enter(connection, "identity_linked", account_id, by, facts)


def _account_of(connection: sa.Connection, provider: Provider, vouched: Vouched) -> str:
    asked = (
        sa.select(oidc_identity.c.account_id)
        .join(account)
        .where(
            oidc_identity.c.issuer == provider.issuer,
            oidc_identity.c.subject == vouched.subject,
            account.c.disabled_at.is_(None),
        )
    )
    account_id = connection.scalar(asked)
    if account_id is None:
        raise UnknownIdentity("no account here belongs to that identity")
    return account_id
