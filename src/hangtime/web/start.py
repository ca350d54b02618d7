"""Where one begins: the first place of the service that one may go to."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from starlette.responses import RedirectResponse, Response

from hangtime.accounts import Person, may
from hangtime.web import frame, pages
from hangtime.web.security import person

router = APIRouter(include_in_schema=False)


@router.get("/")
def start(request: Request, who: Annotated[Person, Depends(person)]) -> Response:
    """Nurses come to the chairs, coders to the worklist; who has no page here is told so."""
    for place in frame.PLACES:
        if may(who, place.permission):
            return RedirectResponse(place.path, 303)
    request.state.frame = frame.framed(who, request.url.path)
    return pages.render(request, "no_place.html")
