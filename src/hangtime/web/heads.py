"""HEAD is answered as GET is, without the body (RFC 9110, 9.3.2).

What asks so wants to know whether an address is there, how large it is, or of which version: a
proxy, a monitor, a checker of links.
"""

from __future__ import annotations

import asyncio

from starlette.types import ASGIApp, Message, Receive, Scope, Send

_STREAM = b"text/event-stream"


class Heads:
    """ASGI middleware: asks the app for the whole answer and passes on its beginning."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass one request on."""
        if scope["type"] != "http" or scope["method"] != "HEAD":
            await self.app(scope, receive, send)
            return
        asked, is_enough = {**scope, "method": "GET"}, asyncio.Event()

        async def begin(message: Message) -> None:
            if message["type"] == "http.response.start":
                await send(message)
                await send({"type": "http.response.body", "body": b"", "more_body": False})
            if message.get("more_body") or _is_stream(message):
                is_enough.set()  # nobody reads what would come
                working.cancel()

        async def ask() -> None:
            await self.app(asked, receive, begin)

        working = asyncio.create_task(ask())
        try:
            await working
        except asyncio.CancelledError:
            if not is_enough.is_set():
                raise
        finally:
            # Whoever stands further out is told by the scope which route it was, and of whom.
            scope.update({name: value for name, value in asked.items() if name != "method"})


def _is_stream(message: Message) -> bool:
    headers = {name.lower(): value for name, value in message.get("headers", ())}
    return headers.get(b"content-type", b"").startswith(_STREAM)
