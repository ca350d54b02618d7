"""For who watches over the record: whether the ledger is whole, what was opened in an emergency, who read what.

Each part is shown to those who hold its permission.  The log of reads names visits and no patient,
so that to look through it is not itself to read them all.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, NamedTuple
from urllib.parse import quote

from fastapi import APIRouter, Depends, Path, Query, Request
from starlette.responses import RedirectResponse, Response

from hangtime.accounts import Person, Register, emergency, may
from hangtime.accounts.emergency import Opening
from hangtime.accounts.people import RefusedChange, names_of
from hangtime.chart import Site
from hangtime.store import Read
from hangtime.store.verifying import Report
from hangtime.visits.readers import reads_at
from hangtime.web.api.ledger import Name, verified
from hangtime.web.api.visiting import clinic_of
from hangtime.web.desk.asking import (
    Word,
    chosen_site,
    frame_for,
    site_options,
    sites_for,
    zone_of,
)
from hangtime.web.pages import render
from hangtime.web.security import allowed, guard_of
from hangtime.web.security.forms import UUID
from hangtime.web.security.typed import typed

router = APIRouter(include_in_schema=False)

PAGE, REVIEWED = 50, 20
_OF_A_SITE = ("review_break_glass", "read_access_log")
Overseer = Annotated[Person, Depends(allowed("verify_ledger"))]
Typed = Annotated[Mapping[str, str], Depends(typed)]
Reviewer = Annotated[Person, Depends(allowed("review_break_glass"))]


class _Reads(NamedTuple):
    """Which reads: of one account, of one visit, before one of the log."""

    account: str | None = None
    visit: str | None = None
    before: int | None = None


@router.get("/oversight")
def show_oversight(
    request: Request,
    who: Overseer,
    site: Word = "",
    account: Name = None,
    visit: Name = None,
    before: Annotated[int | None, Query(ge=0, le=2**53)] = None,
    done: Word = "",
) -> Response:
    """What waits for a review, and the latest reads, of all or of one person or visit."""
    where = _opened_at(request, who, site)
    found = _Reads(account, visit, before)
    return _page(request, who, where, found, is_reviewed=done == "reviewed")


@router.post("/oversight/verify")
def verify_ledger(request: Request, who: Overseer, said: Typed) -> Response:
    """Verify the whole ledger now, and say what was found."""
    where = chosen_site(sites_for(request, who, "verify_ledger"), said.get("site", ""))
    return _page(request, who, where, report=verified(request))


@router.post("/oversight/openings/{entry_id}")
def review_opening(
    request: Request,
    entry_id: Annotated[str, Path(pattern=UUID)],
    who: Reviewer,
    said: Typed,
) -> Response:
    """Keep what a reviewer found of an opening."""
    finding = said.get("finding", "").strip()
    where = chosen_site(sites_for(request, who, "review_break_glass"), said.get("site", ""))
    if not finding:
        return _page(request, who, where, wrong={entry_id: "Say what you found."})
    try:
        emergency.review(guard_of(request).register, who, entry_id, finding)
    except RefusedChange as refused:
        return _page(request, who, where, wrong={entry_id: f"Not kept: {refused.message}."})
    return RedirectResponse(f"/oversight?site={quote(where.site_id)}&done=reviewed", 303)


def _opened_at(request: Request, who: Person, site_id: str) -> Site:
    """The site asked for, else the first where there is more to see than the ledger, which is of all sites."""
    sites = sites_for(request, who, "verify_ledger")
    told = [each for each in sites if any(may(who, what, each.site_id) for what in _OF_A_SITE)]
    return chosen_site(sites if site_id else told or sites, site_id)


def _page(
    request: Request,
    who: Person,
    where: Site,
    wanted: _Reads = _Reads(),
    *,
    report: Report | None = None,
    is_reviewed: bool = False,
    wrong: dict[str, str] | None = None,
) -> Response:
    register = guard_of(request).register
    may_review = may(who, "review_break_glass", where.site_id)
    reads = _reads(request, who, where, wanted)
    openings, reviewed = _openings(register, who, where) if may_review else ((), ())
    return render(
        request,
        "desk/oversight.html",
        status=422 if wrong else 200,
        frame=frame_for(request, who, where),
        site=where,
        zone=zone_of(where),
        site_options=site_options(sites_for(request, who, "verify_ledger")),
        may_review=may_review,
        openings=openings,
        reviewed=reviewed,
        may_read_log=may(who, "read_access_log", where.site_id),
        may_keep_accounts=may(who, "manage_accounts", where.site_id),
        reads=reads[:PAGE],
        wanted=wanted,
        names=names_of(
            register,
            {each.account_id for each in reads} | {each.reviewed_by or "" for each in reviewed},
        ),
        next_page=str(reads[PAGE - 1].id) if len(reads) > PAGE else "",
        report=report,
        is_reviewed=is_reviewed,
        wrong=wrong or {},
        own_id=who.account_id,
    )


def _openings(
    register: Register, who: Person, where: Site
) -> tuple[tuple[Opening, ...], tuple[Opening, ...]]:
    """What waits for a review at a site, and what was reviewed there last."""
    waiting = emergency.openings(register, who, site_id=where.site_id)
    done = emergency.openings(
        register, who, site_id=where.site_id, is_reviewed=True, limit=REVIEWED
    )
    return waiting, done


def _reads(request: Request, who: Person, where: Site, wanted: _Reads) -> tuple[Read, ...]:
    """A page of the log, and one more where there are more."""
    if not may(who, "read_access_log", where.site_id):
        return ()
    return reads_at(
        clinic_of(request),
        (where.site_id,),
        account_id=wanted.account,
        visit_id=wanted.visit,
        before=wanted.before,
        limit=PAGE + 1,
    )
