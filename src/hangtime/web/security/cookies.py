"""Where a session's token stands in a request, and how it is put into a browser."""

from __future__ import annotations

from starlette.datastructures import Headers
from starlette.requests import HTTPConnection
from starlette.responses import Response
from starlette.types import Scope

from hangtime.web.security.guard import Guard

_BEARER = "bearer "
_LOGIN = "-login"


def token_in(scope: Scope, cookie: str) -> str | None:
    """The bearer token of a program, else the cookie of a browser; never one from the address."""
    authorization = Headers(scope=scope).get("authorization", "")
    if authorization[: len(_BEARER)].lower() == _BEARER:
        return authorization[len(_BEARER) :].strip()
    return HTTPConnection(scope).cookies.get(cookie)


def keep(response: Response, guard: Guard, token: str) -> None:
    """Put the token into the browser: out of reach of scripts, for this host, until it closes.

    How long it counts is for the database to say.
    """
    response.set_cookie(
        guard.cookie, token, path="/", secure=guard.settings.is_https, httponly=True, samesite="lax"
    )


def drop(response: Response, guard: Guard) -> None:
    """Take the token from the browser, with what it keeps of pages it has shown."""
    response.delete_cookie(
        guard.cookie, path="/", secure=guard.settings.is_https, httponly=True, samesite="lax"
    )
    response.headers["clear-site-data"] = '"cache"'


def keep_login(response: Response, guard: Guard, token: str, seconds: int) -> None:
    """Bind a login by an identity provider to the browser that began it."""
    response.set_cookie(
        guard.cookie + _LOGIN,
        token,
        max_age=seconds,
        path="/",
        secure=guard.settings.is_https,
        httponly=True,
        samesite="lax",
    )


def login_in(scope: Scope, guard: Guard) -> str | None:
    """What binds a login to the browser."""
    return HTTPConnection(scope).cookies.get(guard.cookie + _LOGIN)
