"""One's own account: what one may do, how one comes in, and where one is signed in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Path, Request
from starlette.responses import RedirectResponse, Response

from hangtime.accounts import Person, permissions, sites_of
from hangtime.accounts.own import ways_in
from hangtime.accounts.sessions import revoke, revoke_all, sessions_of
from hangtime.web.pages import render
from hangtime.web.people.devices import device
from hangtime.web.people.framing import Owner, frame_of, site_names, zone_for
from hangtime.web.problems import Problem
from hangtime.web.security import guard_of
from hangtime.web.security.cookies import drop
from hangtime.web.security.forms import UUID
from hangtime.web.security.leading import OWN, SIGN_IN

router = APIRouter(include_in_schema=False)

DONE = {
    "password": "The new password is kept, and every other session has ended",
    "ended": "That session has ended",
    "others": "Every other session has ended",
}
BY = {
    "password": "name and password",
    "oidc": "the organization",
    "link": "a one-time link",
    "token": "a token",
}


@router.get(OWN)
def show_own(request: Request, who: Owner, done: str = "") -> Response:
    """One's own account."""
    return own_page(request, who, done=DONE.get(done, ""))


@router.post(f"{OWN}/sessions/others")
def end_others(request: Request, who: Owner) -> Response:
    """End every session but this one."""
    register = guard_of(request).register
    with register.engine.begin() as connection:
        revoke_all(connection, register, who.account_id, who.account_id, but=who.session_id)
    return RedirectResponse(f"{OWN}?done=others#sessions", 303)


@router.post(f"{OWN}/sessions/{{session_id}}")
def end_one(
    request: Request, who: Owner, session_id: Annotated[str, Path(pattern=UUID)]
) -> Response:
    """End one session; the one this page is in means to sign out."""
    guard = guard_of(request)
    with guard.register.engine.begin() as connection:
        if not revoke(connection, guard.register, who.account_id, session_id, who.account_id):
            raise Problem("not-found")
    if session_id != who.session_id:
        return RedirectResponse(f"{OWN}?done=ended#sessions", 303)
    response = RedirectResponse(f"{SIGN_IN}?reason=signed_out", 303)
    drop(response, guard)
    return response


def own_page(
    request: Request,
    who: Person,
    *,
    done: str = "",
    errors: Mapping[str, str] | None = None,
    status: int = 422,
) -> Response:
    """The page of one's own account; `errors` by the field that was refused."""
    register = guard_of(request).register
    return render(
        request,
        "people/own.html",
        status=status if errors else 200,
        frame=frame_of(request, who),
        ways=ways_in(register, who),
        sessions=sessions_of(register, who.account_id),
        own_session=who.session_id,
        device=device,
        by=BY,
        may=_may(request, who),
        role_names={
            site: [role.replace("_", " ") for role in sorted(held)]
            for site, held in who.roles_by_site.items()
        },
        site_names=site_names(request),
        limits=register.limits,
        zone=zone_for(request, who),
        done=done,
        errors=errors or {},
    )


def _may(request: Request, who: Person) -> list[tuple[str, list[str]]]:
    """What someone may do, and at which sites; an empty list of sites is all of them."""
    names = site_names(request)
    found: list[tuple[str, list[str]]] = []
    for each in permissions().values():
        sites = sites_of(who, each.name)
        if sites:
            found.append((each.what, sorted(names.get(site, site) for site in sites)))
    return found
