"""One person, or program, as an administrator sees it: roles, ways in, sessions, and what can be done."""

from __future__ import annotations

from datetime import datetime

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from hangtime.accounts import Person
from hangtime.accounts.links import invite
from hangtime.accounts.logins import link_identity
from hangtime.accounts.people import (
    Account,
    RefusedChange,
    get,
    make_token,
    manages_all,
    set_roles,
)
from hangtime.accounts.renaming import rename
from hangtime.accounts.roster import standing
from hangtime.web.pages import render
from hangtime.web.people.framing import (
    PEOPLE,
    AccountId,
    Administrator,
    frame_of,
    named_sites,
    said_of,
    site_names,
    zone_for,
)
from hangtime.web.people.given import GivenRoles, as_seen, box, role_options
from hangtime.web.problems import Problem
from hangtime.web.security import guard_of

router = APIRouter(include_in_schema=False)

_ONE = f"{PEOPLE}/{{account_id}}"
_LONGEST_LABEL, _LONGEST_SUBJECT = 100, 255
DONE = {
    "added": "The account is made",
    "name": "The name is changed; what was charted before stays signed as it was",
    "roles": "The roles are changed, from this moment on",
    "unlock": "There is nothing to wait for any more",
    "end-sessions": "Every session has ended",
    "remove-second-factor": "The second step is removed, and every session has ended",
    "disable": "The account is deactivated, and every session has ended",
    "enable": "The account is active again",
    "identity": "The organization's sign-in leads to this account",
    "unlink": "The organization's sign-in leads here no more",
}


@router.get(_ONE)
def show_one(
    request: Request, who: Administrator, account_id: AccountId, done: str = ""
) -> Response:
    """One account."""
    return one_page(request, who, account_id, done=DONE.get(done, ""))


@router.post(f"{_ONE}/roles")
def take_roles(
    request: Request, who: Administrator, account_id: AccountId, said: GivenRoles
) -> Response:
    """Give these roles and no others."""
    register = guard_of(request).register
    try:
        set_roles(register, account_id, said.roles_by_site, who, seen=said.seen)
    except RefusedChange as refused:
        return one_page(request, who, account_id, errors={"roles": said_of(refused)})
    return RedirectResponse(f"{PEOPLE}/{account_id}?done=roles", 303)


@router.post(f"{_ONE}/name")
def take_name(
    request: Request, who: Administrator, account_id: AccountId, said: GivenRoles
) -> Response:
    """Change name and credential."""
    register, texts = guard_of(request).register, said.texts
    try:
        rename(register, account_id, texts.get("name", ""), texts.get("credential"), who)
    except RefusedChange as refused:
        return one_page(request, who, account_id, errors={refused.field: said_of(refused)})
    return RedirectResponse(f"{PEOPLE}/{account_id}?done=name", 303)


@router.post(f"{_ONE}/link")
def make_link(request: Request, who: Administrator, account_id: AccountId) -> Response:
    """A one-time link by which the owner sets a password; it is shown in this answer alone."""
    guard = guard_of(request)
    try:
        token = invite(guard.register, account_id, who)
    except RefusedChange as refused:
        return one_page(request, who, account_id, errors={"link": said_of(refused)})
    return show_link(request, who, get(guard.register, account_id, who), guard.link(token))


@router.post(f"{_ONE}/token")
def take_token(
    request: Request, who: Administrator, account_id: AccountId, said: GivenRoles
) -> Response:
    """A token for a program; it is shown in this answer alone."""
    register, label = guard_of(request).register, said.texts.get("label", "").strip()
    if not label or len(label) > _LONGEST_LABEL:
        words = f"Say what it is for, in at most {_LONGEST_LABEL} characters."
        return one_page(request, who, account_id, errors={"label": words})
    try:
        made = make_token(register, account_id, label, who)
    except RefusedChange as refused:
        return one_page(request, who, account_id, errors={"label": said_of(refused)})
    found = get(register, account_id, who)
    return show_secret(request, who, found, "token", made.token, made.ends_at)


@router.post(f"{_ONE}/identity")
def take_identity(
    request: Request, who: Administrator, account_id: AccountId, said: GivenRoles
) -> Response:
    """Say which identity of the organization's provider is this account's."""
    guard, subject = guard_of(request), said.texts.get("subject", "").strip()
    issuer = guard.settings.oidc_issuer
    if issuer is None:
        raise Problem("not-found")
    if not subject or len(subject) > _LONGEST_SUBJECT:
        words = f"It needs 1 to {_LONGEST_SUBJECT} characters."
        return one_page(request, who, account_id, errors={"subject": words})
    try:
        link_identity(guard.register, account_id, issuer, subject, who)
    except RefusedChange as refused:
        return one_page(request, who, account_id, errors={"subject": said_of(refused)})
    return RedirectResponse(f"{PEOPLE}/{account_id}?done=identity", 303)


def one_page(
    request: Request,
    who: Person,
    account_id: str,
    *,
    done: str = "",
    errors: dict[str, str] | None = None,
) -> Response:
    """The page of one account; `errors` by the field or the act that was refused."""
    guard = guard_of(request)
    found = standing(guard.register, account_id, who)
    sites, held = named_sites(request, who, found.account), found.account.roles_by_site
    return render(
        request,
        "people/one.html",
        status=422 if errors else 200,
        frame=frame_of(request, who),
        found=found,
        account=found.account,
        is_own=account_id == who.account_id,
        has_all=manages_all(found.account, who),
        sites=sites,
        other_sites={site: roles for site, roles in held.items() if site not in sites},
        site_names=site_names(request),
        roles=role_options(),
        ticked={box(role, site) for site, roles in held.items() for role in roles},
        seen=as_seen(held),
        box=box,
        zone=zone_for(request, who),
        has_provider=guard.settings.oidc_issuer is not None,
        done=done,
        errors=errors or {},
    )


def show_link(
    request: Request, who: Person, found: Account, link: str, status: int = 200
) -> Response:
    """A one-time link, shown once."""
    limits = guard_of(request).register.limits.link
    seconds = limits.password_reset if found.has_password else limits.invitation
    return show_secret(request, who, found, "link", link, seconds, status)


def show_secret(
    request: Request,
    who: Person,
    found: Account,
    kind: str,
    secret: str,
    lasts: int | datetime,
    status: int = 200,
) -> Response:
    """What is said once: a link for a person (`lasts`: seconds), or a token for a program (its end)."""
    return render(
        request,
        "people/secret.html",
        status=status,
        frame=frame_of(request, who),
        account=found,
        kind=kind,
        secret=secret,
        lasts=lasts,
        zone=zone_for(request, who),
    )
