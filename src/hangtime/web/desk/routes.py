"""All routes of the desk; those with a name of their own stand before a visit's."""

from __future__ import annotations

from fastapi import APIRouter

from hangtime.web.desk import analytics, exporting, item, lists, oversight, queries, releasing

__all__ = ["router"]

router = APIRouter(include_in_schema=False)
for each in (lists, exporting, releasing, queries, analytics, oversight, item):
    router.include_router(each.router)
