"""Routes of people and their sessions: the API beneath /api/v1, and the pages around signing in."""

from __future__ import annotations

from fastapi import APIRouter

from hangtime.web.security import accounts_api, glass_api, pages, session_api

router = APIRouter()
for _each in (session_api, accounts_api, glass_api):
    router.include_router(_each.router, prefix="/api/v1")
router.include_router(pages.router)
