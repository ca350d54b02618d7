"""No body longer than a request needs: refused by what it says of its length, or once it is longer."""

from __future__ import annotations

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from hangtime.web.problems import Problem, respond


class LimitedBody:
    """ASGI middleware: a body of more than `most` bytes ends in 413, and is not read to its end.

    The framework has such a limit too; what that answers is no problem document.
    """

    def __init__(self, app: ASGIApp, most: int) -> None:
        self.app = app
        self.most = most

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass one request on, or refuse it."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        told = Headers(scope=scope).get("content-length", "")
        if told.isdecimal() and (len(told) > len(str(self.most)) or int(told) > self.most):
            problem = respond(Problem("too-large"), str(scope.get("request_id", "")))
            await problem(scope, receive, send)
            return
        read = 0

        async def counted() -> Message:
            nonlocal read
            message = await receive()
            read += len(message.get("body", b""))
            if read > self.most:
                raise Problem("too-large")
            return message

        await self.app(scope, counted, send)
