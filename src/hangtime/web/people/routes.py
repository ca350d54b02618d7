"""All routes of people and of one's own account; those with a name of their own stand before a person's."""

from __future__ import annotations

from fastapi import APIRouter

from hangtime.web.people import acts, listing, one, own, ways_in

__all__ = ["router"]

router = APIRouter(include_in_schema=False)
for each in (listing, one, acts, own, ways_in):
    router.include_router(each.router)
