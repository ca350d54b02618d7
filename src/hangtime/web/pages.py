"""Pages from templates: one environment, one look, one way to render.

A name that a template misspells is an error, not an empty place; what was charted is escaped; and
a page is never kept by a cache, since it may show a patient.  Everything a page loads comes from
this service and nothing is written inline, so the strictest policy for content fits it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, Literal
from urllib.parse import parse_qsl, urlencode

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, PackageLoader, StrictUndefined

from hangtime.accounts.person import Person, may
from hangtime.model import Bar
from hangtime.pictures import svg
from hangtime.web import assets, shown
from hangtime.web.frame import Frame, framed

THEME_COOKIE = "hangtime-theme"
Theme = Literal["light", "dark", "auto"]
_THEMES: Mapping[str | None, Theme] = {"light": "light", "dark": "dark"}
_LAYOUTS = (svg.NARROW, svg.MEDIUM, svg.WIDE)
_ERRORS = {403: "forbidden", 404: "not_found", 429: "too_many", 503: "unavailable"}


@cache
def environment() -> Environment:
    """The templates of `web/templates`, with the filters of `shown` and the pictures."""
    found = Environment(
        loader=PackageLoader("hangtime.web", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    filters: dict[str, Any] = dict(shown.FILTERS)
    known: dict[str, Any] = {"asset": assets.address, "query": query, "drawing": drawing}
    found.filters.update(filters)
    found.globals.update(known)
    return found


def render(
    request: Request,
    template: str,
    *,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
    **facts: Any,
) -> HTMLResponse:
    """A page or a part of one from a template and the facts it shows.

    `frame` is taken from the facts, else from `request.state.frame`, else it is that of a page for
    nobody in particular.  `is_partial` says whether htmx asked for a part only.
    """
    text = environment().get_template(template).render(around(request) | facts)
    return HTMLResponse(text, status, {"cache-control": "no-store"} | dict(headers or {}))


def around(request: Request) -> dict[str, Any]:
    """What every template is told of the request it answers."""
    return {
        "request": request,
        "frame": getattr(request.state, "frame", None) or Frame(),
        "theme": theme(request),
        "is_partial": request.headers.get("hx-request-type") == "partial",
    }


def failed(request: Request, status: int, **facts: Any) -> HTMLResponse:
    """The page of an error.  It says what to do next, and nothing of what was asked for."""
    name = _ERRORS.get(status, "broken" if status >= 500 else "refused")
    around_it: dict[str, Any] = {"number": status, **_frame_of_reader(request)} | facts
    return render(request, f"errors/{name}.html", status=status, **around_it)


def _frame_of_reader(request: Request) -> dict[str, Frame]:
    """The frame for whoever is signed in, so that an error leaves the ways on and out of the service."""
    who: Person | None = request.scope.get("person")
    if who is None or who.lacks is not None:
        return {}
    state = request.app.state
    found = framed(
        who,
        request.url.path,
        density="chair" if may(who, "read_board") else "desk",
        is_simulated=state.clinic.is_demo,
        idle_seconds=int(state.guard.register.limits.session.idle),
    )
    return {"frame": found}


def theme(request: Request) -> Theme:
    """Light or dark where the person chose one, else as the device has it."""
    return _THEMES.get(request.cookies.get(THEME_COOKIE), "auto")


def query(request: Request, **changes: object) -> str:
    """The query of the page one is at with some of its parameters changed; None takes one away."""
    pairs = parse_qsl(request.url.query, keep_blank_values=True)
    kept = [(name, value) for name, value in pairs if name not in changes]
    added = [(name, str(value)) for name, value in changes.items() if value is not None]
    return "?" + urlencode(kept + added)


def drawing(bars: tuple[Bar, ...], title: str, href: Callable[[int], str] | None = None) -> str:
    """The timeline of an outcome in its three widths, of which the style sheet shows the one that fits.

    `href` says where the bar of an index leads; without it a bar leads to itself.  What was charted
    is escaped in it.
    """
    return "".join(svg.timeline(bars, title=title, layout=each, href=href) for each in _LAYOUTS)
