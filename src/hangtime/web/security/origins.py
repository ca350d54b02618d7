"""Requests that another site makes in a signed-in person's browser are refused.

The browser says where a request comes from (Sec-Fetch-Site, Origin), and no page can forge that; so
no token in a form is needed.  A change asked with our cookie but without either word comes from no
browser that we could protect, and is refused too.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from asgi_cross_origin_protection import CrossOriginProtection
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Receive, Scope, Send

from hangtime.web.problems import Problem, respond
from hangtime.web.security.guard import Guard

_MESSAGE = "The request came from another site, or did not say from where."


class SameOrigin:
    """ASGI middleware over a young library, which is used nowhere else."""

    def __init__(self, app: ASGIApp, guard: Guard) -> None:
        own = guard.settings.base_url
        origins = (f"{urlsplit(own).scheme}://{urlsplit(own).netloc}",) if own else ()
        self._cookie = guard.cookie
        self._strict = CrossOriginProtection(
            app, allowed_origins=origins, deny_app=_refuse, allow_unverifiable_requests=False
        )
        self._lenient = CrossOriginProtection(app, allowed_origins=origins, deny_app=_refuse)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass one request on, or refuse it."""
        has_cookie = scope["type"] == "http" and self._cookie in HTTPConnection(scope).cookies
        await (self._strict if has_cookie else self._lenient)(scope, receive, send)


async def _refuse(scope: Scope, receive: Receive, send: Send) -> None:
    problem = Problem("not-allowed", _MESSAGE)
    await respond(problem, str(scope.get("request_id", "")))(scope, receive, send)
