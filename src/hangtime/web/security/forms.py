"""What people and administrators send about accounts and sessions, and what they are given."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from hangtime.accounts import Person, Register, permissions, sites_of
from hangtime.accounts.permissions import Role
from hangtime.accounts.sessions import Session, sessions_of

UUID = "^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$"
Name = Annotated[str, Meta(min_length=1, max_length=254)]
Secret = Annotated[str, Meta(min_length=1, max_length=1024)]
Code = Annotated[str, Meta(min_length=1, max_length=40)]
Token = Annotated[str, Meta(min_length=1, max_length=128)]
Label = Annotated[str, Meta(min_length=1, max_length=100)]
Text = Annotated[str, Meta(min_length=1, max_length=2000)]
SiteId = Annotated[str, Meta(min_length=1, max_length=64)]
Roles = dict[SiteId, list[Role]]


class Form(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a client sends."""


class SignIn(Form, frozen=True, kw_only=True):
    """`code`: of an authenticator, or a recovery code; it can be shown afterwards as well."""

    sign_in_name: Name
    password: Secret
    code: Code | None = None


class CodeForm(Form, frozen=True, kw_only=True):
    """A code of the authenticator, or a recovery code."""

    code: Code


class EnrolForm(Form, frozen=True, kw_only=True):
    """`code`: of the second factor in use, where there is one."""

    code: Code | None = None


class ChangePassword(Form, frozen=True, kw_only=True):
    """The password in use and the one to be."""

    old_password: Secret
    new_password: Secret


class LinkForm(Form, frozen=True, kw_only=True):
    """The token of a one-time link."""

    token: Token


class UseLink(LinkForm, frozen=True, kw_only=True):
    """A password of one's own; the first administrator chooses names as well."""

    password: Secret
    sign_in_name: Annotated[str, Meta(max_length=254)] = ""
    name: Annotated[str, Meta(max_length=100)] = ""


class NewAccountForm(Form, frozen=True, kw_only=True):
    """Somebody, or a program, who is to have an account; roles by site id, `*` for all sites."""

    sign_in_name: Name
    name: Name
    credential: Annotated[str, Meta(max_length=100)] | None = None
    is_service: bool = False
    roles_by_site: Roles = {}


class NameForm(Form, frozen=True, kw_only=True):
    """What somebody is called from now on, and the credential behind the name."""

    name: Name
    credential: Annotated[str, Meta(max_length=100)] | None = None


class RolesForm(Form, frozen=True, kw_only=True):
    """The roles an account has from now on, by site id."""

    roles_by_site: Roles


class TokenForm(Form, frozen=True, kw_only=True):
    """What a token is for."""

    label: Label


class IdentityForm(Form, frozen=True, kw_only=True):
    """The `sub` that the identity provider gives somebody."""

    subject: Annotated[str, Meta(min_length=1, max_length=255)]


class ReasonForm(Form, frozen=True, kw_only=True):
    """Why the record has to be seen now."""

    reason: Text


class FindingForm(Form, frozen=True, kw_only=True):
    """What the reviewer says of an opening."""

    finding: Text


class SessionRead(msgspec.Struct, frozen=True, kw_only=True):
    """Who is signed in and may do what where.

    `lacks`: what has to be shown before anything else; `idle_seconds`: without use until it ends.
    """

    session_id: str
    account_id: str
    name: str
    credential: str | None
    is_service: bool
    lacks: Literal["second_factor"] | None
    roles_by_site: dict[str, list[Role]]
    sites_by_permission: dict[str, list[str]]
    open_records: dict[str, datetime]
    idle_seconds: int
    ends_at: datetime | None


class SessionList(msgspec.Struct, frozen=True):
    """One's own open sessions, the last used first."""

    sessions: tuple[Session, ...]


class EnrolmentRead(msgspec.Struct, frozen=True):
    """A seed for an authenticator; it is shown once."""

    seed: str
    uri: str


class RecoveryCodes(msgspec.Struct, frozen=True):
    """Each is good once; they are shown once."""

    recovery_codes: tuple[str, ...]


class Purpose(msgspec.Struct, frozen=True):
    """What a link is for."""

    purpose: Literal["first_administrator", "invitation", "password_reset"]


class LinkMade(msgspec.Struct, frozen=True):
    """A link for its owner alone; it is said once."""

    link: str


class TokenMade(msgspec.Struct, frozen=True):
    """A bearer token; it is said once."""

    token: str
    session_id: str
    ends_at: datetime


class AccountRead(msgspec.Struct, frozen=True, kw_only=True):
    """An account as an administrator sees it."""

    account_id: str
    sign_in_name: str
    name: str
    credential: str | None
    is_service: bool
    has_password: bool
    created_at: datetime
    disabled_at: datetime | None
    roles_by_site: Mapping[str, tuple[Role, ...]]


class AccountPage(msgspec.Struct, frozen=True):
    """Accounts by sign-in name; `next` is where the next page begins, none after the last."""

    accounts: tuple[AccountRead, ...]
    next: str | None


class GlassBroken(msgspec.Struct, frozen=True):
    """Until when the record is open."""

    ends_at: datetime


class OpeningRead(msgspec.Struct, frozen=True, kw_only=True):
    """A record that was opened in an emergency."""

    entry_id: str
    account_id: str
    name: str
    visit_id: str
    site_id: str
    reason: str
    broken_at: datetime
    ends_at: datetime
    reviewed_at: datetime | None
    reviewed_by: str | None
    finding: str | None


class Openings(msgspec.Struct, frozen=True):
    """Openings, the oldest first."""

    openings: tuple[OpeningRead, ...]


def session_read(register: Register, person: Person) -> SessionRead:
    """What someone is told of the session he or she is in."""
    own = sessions_of(register, person.account_id)
    ends = (each.ends_at for each in own if each.session_id == person.session_id)
    held = {name: sorted(sites_of(person, name)) for name in permissions()}
    return SessionRead(
        session_id=person.session_id,
        account_id=person.account_id,
        name=person.name,
        credential=person.credential,
        is_service=person.is_service,
        lacks=person.lacks,
        roles_by_site={site: sorted(roles) for site, roles in person.roles_by_site.items()},
        sites_by_permission={name: sites for name, sites in held.items() if sites},
        open_records=dict(person.glass),
        idle_seconds=register.limits.session.idle,
        ends_at=next(ends, None),
    )
