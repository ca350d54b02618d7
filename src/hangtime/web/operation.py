"""For those who run the service: is it alive, can it answer, and how is it doing."""

from __future__ import annotations

from ipaddress import ip_address
from typing import Annotated

import msgspec
from fastapi import APIRouter, Depends, Request, Response
from sqlalchemy.exc import DBAPIError

from hangtime.accounts import may
from hangtime.store import UnusableDatabase, assert_current
from hangtime.web import metrics
from hangtime.web.api.wire import gives, speaks
from hangtime.web.problems import Problem
from hangtime.web.security import client_address, public, signed_in

router = APIRouter(tags=["operation"])


class Health(msgspec.Struct, frozen=True):
    """`alive` or `ready`."""

    status: str


def readers_of_metrics(request: Request) -> None:
    """This machine itself, or someone who manages the accounts.

    What a proxy on this machine passes on comes from elsewhere, also where nobody said that it is
    to be believed.
    """
    is_passed_on = any(name in request.headers for name in ("x-forwarded-for", "forwarded", "via"))
    if _is_loopback(client_address(request)) and not is_passed_on:
        return
    if not may(signed_in(request), "manage_accounts"):
        raise Problem("not-allowed")


@router.get("/healthz", dependencies=[public], **speaks(Health))
@router.get("/healthz/live", dependencies=[public], **speaks(Health))
def live() -> Response:
    """The process answers."""
    return gives(Health("alive"))


@router.get("/healthz/ready", dependencies=[public], **speaks(Health))
def ready(request: Request) -> Response:
    """The database answers too, and is of this version."""
    try:
        assert_current(request.app.state.clinic.engine)
    except (DBAPIError, UnusableDatabase):
        raise Problem("unavailable", "The database does not answer.") from None
    return gives(Health("ready"))


@router.get("/metrics", include_in_schema=False)
def read_metrics(request: Request, _: Annotated[None, Depends(readers_of_metrics)]) -> Response:
    """Counts and durations in Prometheus' exposition format."""
    counted = request.app.state.metrics
    counted.head.set(request.app.state.following.head)
    return Response(counted.text(), media_type=metrics.CONTENT_TYPE)


def _is_loopback(address: str) -> bool:
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return False
