"""All routes of the API, under one prefix."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response

from hangtime.web.api import board, coding, entries, ledger, sites, visits
from hangtime.web.api.wire import describe, gives, speaks
from hangtime.web.security import person

PREFIX = "/api/v1"

router = APIRouter(prefix=PREFIX)
for each in (sites, visits, entries, board, coding, ledger):
    router.include_router(each.router)


@router.get("/openapi.json", tags=["operation"], **speaks(dict[str, Any]))
def read_openapi(request: Request, _: Annotated[Any, Depends(person)]) -> Response:
    """This description of the API."""
    return gives(describe(request.app))
