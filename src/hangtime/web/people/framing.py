"""What stands around the pages of people: the frame, the sites one manages, the clock they are shown by."""

from __future__ import annotations

from collections import Counter
from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import Depends, Path, Request

from hangtime.accounts import EVERYWHERE, Person, may
from hangtime.accounts.people import MANAGE, Account, RefusedChange
from hangtime.web.api.visiting import clinic_of
from hangtime.web.frame import Frame, framed
from hangtime.web.problems import Problem
from hangtime.web.security import allowed, guard_of, person
from hangtime.web.security.forms import UUID

Administrator = Annotated[Person, Depends(allowed(MANAGE))]
AccountId = Annotated[str, Path(pattern=UUID)]
PEOPLE = "/people"


def owner(who: Annotated[Person, Depends(person)]) -> Person:
    """Whoever is signed in for good, and is no program."""
    if who.is_service:
        raise Problem("not-allowed")
    return who


Owner = Annotated[Person, Depends(owner)]


def frame_of(request: Request, who: Person) -> Frame:
    """The frame of a page that is of no one site; large where its reader works at the chairs."""
    return framed(
        who,
        request.url.path,
        density="chair" if may(who, "read_board") else "desk",
        is_simulated=clinic_of(request).is_demo,
        idle_seconds=guard_of(request).register.limits.session.idle,
    )


def zone_for(request: Request, who: Person) -> ZoneInfo:
    """The clock of the first site where someone has a role, else of the first there is."""
    sites = sorted(clinic_of(request).sites.values(), key=lambda each: each.name)
    own = (each for each in sites if who.roles_at(each.site_id))
    return ZoneInfo(next(own, sites[0]).time_zone)


def named_sites(request: Request, who: Person, found: Account | None = None) -> dict[str, str]:
    """Names of the sites at which someone may give roles, by id; all sites together stand last.

    A site at which an account holds a role and which is served no longer is named by its id.
    """
    names = _names(request)
    names |= {site: site for site in (found.roles_by_site if found else ()) if site not in names}
    names = {site: name for site, name in names.items() if site != EVERYWHERE}
    names[EVERYWHERE] = "All sites"
    return {site: name for site, name in names.items() if may(who, MANAGE, site)}


def said_of(refused: RefusedChange) -> str:
    """Why a change was refused, as a sentence."""
    return f"{refused.message[:1].upper()}{refused.message[1:]}."


def site_names(request: Request) -> dict[str, str]:
    """Names of all sites by id, for roles that are shown."""
    return {EVERYWHERE: "all sites"} | _names(request)


def _names(request: Request) -> dict[str, str]:
    """By name; two of one name are told apart by their ids."""
    sites = sorted(clinic_of(request).sites.values(), key=lambda each: (each.name, each.site_id))
    often = Counter(each.name for each in sites)
    return {
        each.site_id: f"{each.name}, {each.site_id}" if often[each.name] > 1 else each.name
        for each in sites
    }
