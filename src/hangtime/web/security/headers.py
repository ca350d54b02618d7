"""Headers that tell a browser what a page of ours may never do.

Nothing is loaded from elsewhere and nothing runs inline, so the policy needs neither nonce nor hash:
a script that was charted into a name cannot run.
"""

from __future__ import annotations

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_SOURCES = {
    "default-src": "'none'",
    "object-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' blob:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "manifest-src": "'self'",
    "worker-src": "'self'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
    "base-uri": "'none'",
}
POLICY = "; ".join(f"{what} {where}" for what, where in _SOURCES.items())
ALWAYS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": (
        "accelerometer=(), camera=(), geolocation=(), gyroscope=(), microphone=(), payment=(), usb=()"
    ),
}
# Two years, the least that browsers ask for to preload a host.
HSTS = "max-age=63072000; includeSubDomains"
NOT_KEPT = "no-store"


class SecureHeaders:
    """ASGI middleware: adds the headers to every answer that has not set them itself.

    Without a word of its own an answer is not kept by any cache, since it may show a patient.
    """

    def __init__(self, app: ASGIApp, *, is_https: bool) -> None:
        self.app = app
        self._added = {**ALWAYS, "cache-control": NOT_KEPT}
        if is_https:
            self._added["strict-transport-security"] = HSTS

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass one request on."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def sent(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, text in self._added.items():
                    headers.setdefault(name, text)
            await send(message)

        await self.app(scope, receive, sent)
