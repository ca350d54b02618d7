"""Watches every request: gives it an id, times it, logs it, and turns a fault into a problem.

It stands outside all other middleware.  What the app raises ends here: the log has its type and
place, the client a problem document with the request's id, and nobody its message.
"""

from __future__ import annotations

import time
import uuid

from starlette.requests import Request
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from hangtime.web.assets import MOUNTED_AT
from hangtime.web.logs import log, places
from hangtime.web.metrics import Metrics
from hangtime.web.problems import Problem, answer

REQUEST_ID = b"x-request-id"
_UNLOGGED = frozenset({"/healthz/live", "/healthz/ready", "/metrics"})  # asked every few seconds


class Watching:
    """ASGI middleware; put it outermost."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self.app = app
        self.metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass one request on, and see it to its end."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request = _Watched(scope, send)
        try:
            await self.app(scope, receive, request.send)
        except Exception as error:  # noqa: BLE001  (a fault of any kind ends here, told by type and place)
            name = type(error).__name__
            self.metrics.faults.labels(name).inc()
            log(
                "fault", level="error", error=name, where=places(error.__traceback__),
                request_id=request.id, route=request.route,
            )  # fmt: skip
            if not request.status:
                await answer(Request(scope), Problem("fault"))(scope, receive, request.send)
        self._account(request)

    def _account(self, request: _Watched) -> None:
        status = request.status or 499
        labels = (request.method, request.route, str(status))
        self.metrics.requests.labels(*labels).observe(request.seconds)
        if request.route not in _UNLOGGED:
            log(
                "request", request_id=request.id, method=request.method, route=request.route,
                status=status, milliseconds=round(request.seconds * 1000, 1),
                account_id=request.account_id,
            )  # fmt: skip


class _Watched:
    """One request on its way: its id, and what is learnt of it."""

    def __init__(self, scope: Scope, send: Send) -> None:
        self.id = uuid.uuid4().hex
        self.status = 0
        self.seconds = 0.0
        self._began = time.perf_counter()
        self._scope = scope
        self._send = send
        scope["request_id"] = self.id

    @property
    def method(self) -> str:
        """The method, or `other`: a client may send any word."""
        method = self._scope["method"]
        return method if method in {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"} else "other"

    @property
    def route(self) -> str:
        """The template of the address; a path that no route has is never told."""
        if isinstance(self._scope.get("endpoint"), StaticFiles):
            return MOUNTED_AT  # whichever file it was
        included = self._scope.get("fastapi", {}).get("effective_route_context")
        return str(getattr(included or self._scope.get("route"), "path", "unmatched"))

    @property
    def account_id(self) -> str | None:
        """Who asked, where someone was signed in."""
        return self._scope.get("account_id")

    async def send(self, message: Message) -> None:
        """Pass a message on, with the request's id in its headers."""
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self.seconds = time.perf_counter() - self._began
            headers = [*message.get("headers", ()), (REQUEST_ID, self.id.encode())]
            message = {**message, "headers": headers}
        await self._send(message)
