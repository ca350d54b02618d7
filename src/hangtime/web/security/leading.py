"""Someone who has to sign in first is led there, and from there to where he or she wanted to go."""

from __future__ import annotations

from urllib.parse import quote, urlencode, urlsplit

from fastapi import Request
from starlette.responses import RedirectResponse, Response

from hangtime.web.problems import Problem, respond
from hangtime.web.security.cookies import token_in
from hangtime.web.security.dependencies import SecondFactorDue
from hangtime.web.security.guard import guard_of

SIGN_IN = "/sign-in"
SECOND_STEP = "/sign-in/code"
START = "/"
OWN = "/account"
_ENDED = "ended"


def lead(request: Request, error: Exception) -> Response:
    """A page leads to signing in; a part of a page makes the whole page go there; else a problem."""
    assert isinstance(error, Problem)
    if not (_is_page(request) or _is_htmx(request)):
        return respond(error, str(request.scope.get("request_id", "")))
    target = SECOND_STEP if isinstance(error, SecondFactorDue) else SIGN_IN
    reason = _ENDED if target == SIGN_IN and _had_session(request) else ""
    if _is_htmx(request):
        here = urlsplit(request.headers.get("hx-current-url", "")).path
        return Response(status_code=204, headers={"hx-redirect": with_next(target, here, reason)})
    here = request.url.path if request.method == "GET" else START
    return RedirectResponse(with_next(target, here, reason), 303)


def within(path: str | None) -> str:
    """The path if it leads within this service, else the start.

    What a browser could read as another host is refused: two slashes, a backslash, what is no print.
    """
    if not path or not path.startswith("/") or path.startswith("//"):
        return START
    if "\\" in path or not path.isprintable():
        return START
    return path


def with_next(target: str, path: str, reason: str = "") -> str:
    """An address that leads on to a path of this service, and says why one is there."""
    path = within(path)
    asked = {"next": "" if path == START else path, "reason": reason}
    query = urlencode(
        {name: text for name, text in asked.items() if text}, safe="/", quote_via=quote
    )
    return f"{target}?{query}" if query else target


def _had_session(request: Request) -> bool:
    """The browser brings a session along that is open no longer, so somebody was signed in."""
    return token_in(request.scope, guard_of(request).cookie) is not None


def _is_page(request: Request) -> bool:
    is_read = "text/html" in request.headers.get("accept", "")
    return is_read and not request.url.path.startswith("/api/")


def _is_htmx(request: Request) -> bool:
    return "hx-request" in request.headers
