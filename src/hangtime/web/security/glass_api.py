"""Breaking the glass over HTTP, and reviewing what was broken."""

from __future__ import annotations

from typing import Annotated

import msgspec
from fastapi import APIRouter, Depends, Path, Query, Request, Response

from hangtime.accounts import Person, break_glass, emergency
from hangtime.web.api.wire import gives, speaks, takes
from hangtime.web.problems import Problem
from hangtime.web.security import forms
from hangtime.web.security.dependencies import allowed
from hangtime.web.security.guard import guard_of

router = APIRouter(tags=["emergency"])
Id = Annotated[str, Path(pattern=forms.UUID)]
Reviewer = Annotated[Person, Depends(allowed("review_break_glass"))]


@router.post(
    "/break-glass/{opened_visit_id}",
    **speaks(
        forms.GlassBroken, takes=forms.ReasonForm, status=201, problems=("not-found", "refused")
    ),
)
def break_the_glass(
    request: Request,
    opened_visit_id: Id,
    who: Annotated[Person, Depends(allowed("break_glass"))],
    typed: Annotated[forms.ReasonForm, Depends(takes(forms.ReasonForm))],
) -> Response:
    """Open a visit of another site to oneself for a while; the reason is reviewed afterwards."""
    guard = guard_of(request)
    site_id = guard.site_of_visit(opened_visit_id)
    if site_id is None:
        raise Problem("not-found")
    ends_at = break_glass(guard.register, who, opened_visit_id, site_id, typed.reason)
    return gives(forms.GlassBroken(ends_at), 201)


@router.get("/break-glass", **speaks(forms.Openings))
def list_openings(
    request: Request,
    who: Reviewer,
    reviewed: Annotated[bool, Query()] = False,
    limit: Annotated[int, Query(ge=1, le=200)] = 100,
) -> Response:
    """Records that were opened in an emergency, at first those that nobody has reviewed."""
    found = emergency.openings(guard_of(request).register, who, is_reviewed=reviewed, limit=limit)
    return gives(forms.Openings(tuple(_read(each) for each in found)))


@router.post(
    "/break-glass/{entry_id}/review",
    **speaks(None, takes=forms.FindingForm, status=204, problems=("not-found", "refused")),
)
def review_opening(
    request: Request,
    entry_id: Id,
    who: Reviewer,
    typed: Annotated[forms.FindingForm, Depends(takes(forms.FindingForm))],
) -> Response:
    """Say of an opening whether it was right; nobody reviews his or her own."""
    emergency.review(guard_of(request).register, who, entry_id, typed.finding)
    return Response(status_code=204)


def _read(found: emergency.Opening) -> forms.OpeningRead:
    return msgspec.convert(found, forms.OpeningRead, from_attributes=True)
