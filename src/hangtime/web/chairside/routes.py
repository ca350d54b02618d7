"""All pages at the chair."""

from __future__ import annotations

from fastapi import APIRouter

from hangtime.web.chairside import board_routes, offline, visit_routes

router = APIRouter()
for _each in (board_routes, visit_routes, offline):
    router.include_router(_each.router)
