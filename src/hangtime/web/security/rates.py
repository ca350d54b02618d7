"""No more requests than people make: counted by session, by network, and for signing in.

Counts are kept in the memory of each process, so several processes together allow a multiple; what
protects passwords, the lockout, is counted in the database.
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterator

from limits import RateLimitItem, parse
from limits.storage import MemoryStorage
from limits.strategies import SlidingWindowCounterRateLimiter
from starlette.types import ASGIApp, Receive, Scope, Send

from hangtime.accounts.tokens import digest
from hangtime.web.problems import Problem, respond
from hangtime.web.security.cookies import token_in
from hangtime.web.security.guard import Guard

# Paths under which a secret is tried.
TRIED = (
    "/sign-in",
    "/welcome",
    "/account/password",
    "/account/second-factor",
    "/account/recovery-codes",
    "/api/v1/session",
    "/api/v1/links",
)
_FREE = ("/healthz", "/static/")


class RateLimits:
    """ASGI middleware: answers 429 with Retry-After beyond the limits."""

    def __init__(self, app: ASGIApp, guard: Guard) -> None:
        self.app = app
        self._guard = guard
        limits = guard.register.limits.rate
        self._sign_in = parse(limits.sign_in_of_an_address)
        self._session = parse(limits.of_a_session)
        self._network = parse(limits.of_an_address)
        self._window = SlidingWindowCounterRateLimiter(MemoryStorage())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass one request on, or refuse it."""
        if scope["type"] == "http" and not scope["path"].startswith(_FREE):
            for item, name in self._counted(scope):
                if not self._window.hit(item, name):
                    await self._refuse(item, name, scope, receive, send)
                    return
        await self.app(scope, receive, send)

    def _counted(self, scope: Scope) -> Iterator[tuple[RateLimitItem, str]]:
        network = self._guard.network(scope)
        yield self._network, f"network {network}"
        if scope["method"] == "POST" and scope["path"].startswith(TRIED):
            yield self._sign_in, f"sign-in {network}"
        token = token_in(scope, self._guard.cookie)
        if token:
            yield self._session, f"session {digest(token).hex()}"

    async def _refuse(
        self, item: RateLimitItem, name: str, scope: Scope, receive: Receive, send: Send
    ) -> None:
        reset = self._window.get_window_stats(item, name).reset_time
        seconds = max(1, math.ceil(reset - time.time()))
        problem = Problem("too-many", headers={"retry-after": str(seconds)})
        await respond(problem, str(scope.get("request_id", "")))(scope, receive, send)
