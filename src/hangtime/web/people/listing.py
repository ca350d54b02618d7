"""The people an administrator manages: who they are, where they work, when they last signed in; one more."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, get_args

from fastapi import APIRouter, Query, Request
from starlette.responses import RedirectResponse, Response

from hangtime.accounts import Person, Register, may, permissions
from hangtime.accounts.links import invite
from hangtime.accounts.people import MANAGE, Account, NewAccount, RefusedChange, create
from hangtime.accounts.permissions import EVERYWHERE
from hangtime.accounts.roster import Listed, State, Wanted, listed
from hangtime.web.desk.asking import as_csv
from hangtime.web.pages import render
from hangtime.web.people.framing import (
    PEOPLE,
    Administrator,
    frame_of,
    named_sites,
    said_of,
    site_names,
    zone_for,
)
from hangtime.web.people.given import Given, GivenRoles, box, role_options
from hangtime.web.people.one import show_link
from hangtime.web.security import guard_of

router = APIRouter(include_in_schema=False)

PAGE, AT_ONCE = 50, 500
COLUMNS = (
    "name", "credential", "user_name", "kind", "site", "role", "last_sign_in", "deactivated",
)  # fmt: skip
NEW = f"{PEOPLE}/new"
Word = Annotated[str, Query(max_length=254, pattern=r"^[^\x00-\x1f\x7f]*$")]
STATES: dict[State, str] = {
    "open": "Everybody",
    "invited": "Invited, not in yet",
    "shut": "Deactivated",
    "all": "Deactivated ones too",
}
assert set(STATES) == set(get_args(State))


@router.get(PEOPLE)
def show_people(
    request: Request,
    who: Administrator,
    words: Word = "",
    role: Word = "",
    site: Word = "",
    state: State = "open",
    after: Word = "",
) -> Response:
    """The people and programs of the sites one manages, by sign-in name."""
    register = guard_of(request).register
    wanted = Wanted(words.strip(), role, site, state)
    found = listed(register, who, wanted, after=after, limit=PAGE + 1)
    sites = named_sites(request, who)
    return render(
        request,
        "people/list.html",
        frame=frame_of(request, who),
        people=found[:PAGE],
        next_page=found[PAGE - 1].account.sign_in_name if len(found) > PAGE else "",
        wanted=wanted,
        is_filtered=wanted != Wanted() or bool(after),
        role_options=[("", "Every role"), *role_options()],
        site_options=[
            ("", "Every site"),
            *((id, n) for id, n in sites.items() if id != EVERYWHERE),
        ],
        state_options=list(STATES.items()),
        site_names=site_names(request),
        zone=zone_for(request, who),
    )


@router.get(f"{PEOPLE}.csv")
def export(
    request: Request,
    who: Administrator,
    words: Word = "",
    role: Word = "",
    site: Word = "",
    state: State = "open",
) -> Response:
    """The same list to keep, one row for each role at a site: what a review of access goes through."""
    zone = zone_for(request, who)
    wanted = Wanted(words.strip(), role, site, state)
    rows = (
        (
            each.account.name,
            each.account.credential,
            each.account.sign_in_name,
            "program" if each.account.is_service else "person",
            at_site,
            held,
            each.last_seen_at and each.last_seen_at.astimezone(zone),
            each.account.disabled_at and each.account.disabled_at.astimezone(zone),
        )
        for each in _all(guard_of(request).register, who, wanted)
        for at_site, held in _roles_of(each.account)
    )
    return as_csv("people.csv", COLUMNS, rows)


@router.get(NEW)
def show_new(request: Request, who: Administrator) -> Response:
    """Where a person, or a program, is given an account."""
    return _new(request, who)


@router.post(PEOPLE)
def add(request: Request, who: Administrator, said: GivenRoles) -> Response:
    """Make the account; its owner is let in by a link, which is shown once."""
    guard, texts = guard_of(request), said.texts
    new = NewAccount(
        texts.get("sign_in_name", ""),
        texts.get("name", ""),
        texts.get("credential"),
        is_service=texts.get("kind") == "program",
        roles_by_site=said.roles_by_site,
    )
    try:
        made = create(guard.register, new, who)
    except RefusedChange as refused:
        return _new(request, who, said, {refused.field: said_of(refused)})
    if made.is_service:
        return RedirectResponse(f"{PEOPLE}/{made.account_id}?done=added", 303)
    token = invite(guard.register, made.account_id, who)
    return show_link(request, who, made, guard.link(token), status=201)


@router.get(f"{PEOPLE}/roles")
def show_roles(request: Request, who: Administrator) -> Response:
    """What each role may do, permission by permission."""
    return render(
        request,
        "people/roles.html",
        frame=frame_of(request, who),
        permissions=permissions().values(),
        roles=role_options(),
    )


def _all(register: Register, who: Person, wanted: Wanted) -> Iterator[Listed]:
    """Every account that is wanted, read some hundred at a time."""
    after = ""
    while found := listed(register, who, wanted, after=after, limit=AT_ONCE):
        yield from found
        after = found[-1].account.sign_in_name


def _roles_of(found: Account) -> list[tuple[str, str]]:
    """Each role at its site; one row without a role for an account that has none."""
    held = [(site, str(role)) for site, roles in found.roles_by_site.items() for role in roles]
    return held or [("", "")]


def _new(
    request: Request,
    who: Person,
    said: Given | None = None,
    errors: dict[str, str] | None = None,
) -> Response:
    ticked = said.roles_by_site if said else {}
    return render(
        request,
        "people/new.html",
        status=422 if errors else 200,
        frame=frame_of(request, who),
        values=said.texts if said else {},
        errors=errors or {},
        sites=named_sites(request, who),
        roles=role_options(),
        ticked={box(role, site) for site, held in ticked.items() for role in held},
        box=box,
        may_give_none=may(who, MANAGE, EVERYWHERE),
    )
