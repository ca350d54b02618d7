"""Answers are compressed where nobody learns anything from how long they are.

A page that holds something secret, a patient's name, beside something an attacker chose, a word of
the address, tells by its compressed length whether the two are alike (BREACH).  For that another
site has to make a signed-in browser ask again and again.  The browser says when it does so
(Sec-Fetch-Site, which no page can forge), so what another site asks for goes out as it is; so does
what an old browser asks for with our cookie, saying nothing.  A program sends its token itself and
can be made to ask by nobody.
"""

from __future__ import annotations

from starlette.datastructures import Headers
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Receive, Scope, Send

from hangtime.web.assets import MOUNTED_AT

_SMALLEST = 1_000  # bytes; below, one packet carries it in any case
_LEVEL = 6  # a page of 155 kB in about 3 ms


class Compressed:
    """ASGI middleware: gzip, for requests that no other site can have made."""

    def __init__(self, app: ASGIApp, cookie: str) -> None:
        self._plain = app
        self._gzip = GZipMiddleware(app, minimum_size=_SMALLEST, compresslevel=_LEVEL)
        self._cookie = cookie

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass one request on."""
        is_safe = scope["type"] == "http" and self._is_safe(scope)
        await (self._gzip if is_safe else self._plain)(scope, receive, send)

    def _is_safe(self, scope: Scope) -> bool:
        if scope["path"].startswith(f"{MOUNTED_AT}/"):
            return True  # files of the package, the same for everybody
        if Headers(scope=scope).get("sec-fetch-site") == "same-origin":
            return True
        return self._cookie not in HTTPConnection(scope).cookies
