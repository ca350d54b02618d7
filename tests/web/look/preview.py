"""Every part of the look in every state, served as the real service would: its policy, its files."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from drawn_outcomes import infliximab
from jinja2 import ChoiceLoader, FileSystemLoader
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Mount, Route

from hangtime.web import assets, pages
from hangtime.web.frame import PLACES, Frame
from hangtime.web.security.headers import POLICY

ZONE = ZoneInfo("America/Chicago")
LONG = "Featherstonehaugh-Wolfeschlegelsteinhausen, Maximiliana Bartholomäa"
STEPS = [
    ("Order verified", "done", ""),
    ("Patient identified", "done", ""),
    ("Screening", "done", ""),
    ("Site prepared", "skipped", "Port already accessed by the ward"),
    ("Access", "partly", "Blood return is not charted"),
    ("Drug prepared", "done", ""),
    ("Infusing", "running", "Next vital signs 10:15"),
    ("Flush", "waiting", ""),
    ("Access removed or left in", "waiting", ""),
    ("Teaching and discharge", "missing", "Weight and consent are not charted"),
]
COLUMNS = [
    {"key": "patient", "label": "Patient", "is_sortable": True},
    {"key": "day", "label": "Date", "is_sortable": True},
    {"key": "what", "label": "Given"},
    {"key": "age", "label": "Waits", "kind": "time", "is_sortable": True},
    {"key": "lines", "label": "Lines", "kind": "number spare"},
    {"key": "stake", "label": "At stake", "kind": "money", "is_sortable": True},
    {"key": "sure", "label": "Sure", "kind": "number", "is_sortable": True},
    {"key": "state", "label": "State"},
]
STATES = ("to_code", "queried", "answered", "held", "accepted", "overridden", "late", "conflict")
ERRORS = (400, 403, 404, 429, 500, 503)


def frame(density: str, idle_seconds: int = 900) -> Frame:
    return Frame(
        site="Lakeside Infusion",
        person="Maya Ortiz, RN",
        role="charge nurse",
        density="chair" if density == "chair" else "desk",
        places=PLACES,
        here="/board" if density == "chair" else "/worklist",
        is_simulated=True,
        idle_seconds=idle_seconds,
    )


def moments() -> dict[str, Any]:
    now = datetime.now(UTC).replace(microsecond=0)
    return {
        "now": now,
        "zone": ZONE,
        "since": now - timedelta(hours=1, minutes=4, seconds=9),
        "due": now + timedelta(minutes=56),
        "over": now - timedelta(minutes=7),
    }


def chairs(now: datetime) -> list[dict[str, Any]]:
    def chair(name: str, state: str, who: str = "", what: str = "", **more: Any) -> dict[str, Any]:
        shown = {"due_words": "", "missing": "", "since": None, "href": "#chair" if who else ""}
        return shown | {"name": name, "state": state, "patient": who, "what": what} | more

    began = now - timedelta(minutes=47)
    due = "Vital signs due in 6 min"
    return [
        chair("Chair 1", "running", "Okafor, Grace", "infliximab 400 mg", since=began, due_words=due),
        chair("Chair 2", "overdue", "Lindqvist, Per", "iron sucrose 200 mg", since=began, due_words="Vital signs overdue by 9 min"),
        chair("Chair 3", "reaction", "Tran, Minh", "rituximab 500 mg", since=began, due_words="Observe continuously"),
        chair("Chair 4", "paused", "Haddad, Rima", "zoledronic acid 5 mg", since=began, missing="Reason of the pause"),
        chair("Chair 5", "partly", LONG, "vedolizumab 300 mg", missing="Stop time of the flush, lot of the second vial"),
        chair("Chair 6", "open", what="Free since 09:20"),
    ]  # fmt: skip


def rows(fifth: str = LONG) -> list[dict[str, Any]]:
    who = ["Okafor, Grace", "Lindqvist, Per", "Tran, Minh", "Haddad, Rima", fifth]
    what = ["infliximab, acetaminophen", "iron sucrose", "rituximab, diphenhydramine, saline"]
    today = datetime(2025, 3, 12, tzinfo=UTC)
    return [
        {
            "id": f"v{n}",
            "patient": who[n % 5],
            "day": today - timedelta(days=n // 2),
            "what": what[n % 3],
            "age": timedelta(hours=3 + 7 * n),
            "lines": 2 + n % 6,
            "stake": Decimal("1184.5") * (25 - n) / 3,
            "sure": 99 - 2 * n,
            "state": STATES[n % len(STATES)],
        }
        for n in range(25)
    ]


def shown(request: Request, template: str, **facts: Any) -> Response:
    own = pages.environment().overlay(
        loader=ChoiceLoader(
            [FileSystemLoader(Path(__file__).parent / "templates"), pages.environment().loader]
        )
    )
    return HTMLResponse(own.get_template(template).render(pages.around(request) | facts))


async def part(request: Request) -> Response:
    name = request.path_params["name"]
    density = request.query_params.get("density", "chair" if name in {"chair", "board"} else "desk")
    at = moments()
    steps = [{"name": a, "state": b, "words": c, "href": "#", "all": ()} for a, b, c in STEPS]
    codes = (
        ("96413", 1, "1 3", "The infusion of the highest rank at this access: initial."),
        ("96415", 1, "1", "Reached past its first hour by more than half of another."),
        ("96375", 1, "2", "Given in 3 minutes: a push of another drug."),
    )
    facts = at | {
        "frame": frame(density, int(request.query_params.get("idle", "900"))),
        "steps": steps,
        "chairs": chairs(at["now"]),
        "columns": COLUMNS,
        "rows": rows("Lee, Jo") if "names" in request.query_params else rows(),
        "bars": infliximab().timeline,
        "lines": codes,
    }
    return shown(request, f"{name}.html", **facts)


async def sign_in(request: Request) -> Response:
    facts = {
        "action": "/sign-in",
        "next": "/board",
        "error": "",
        "reason": request.query_params.get("reason", ""),
        "has_provider": "provider" in request.query_params,
        "provider_href": "#",
    }
    if "wrong" in request.query_params:
        facts["error"] = "The name and the password do not belong together."
    return pages.render(request, "sign_in.html", **facts)


async def second_factor(request: Request) -> Response:
    facts = {
        "action": "/code",
        "next": "",
        "error": "This code was used before. Wait for the next.",
    }
    return pages.render(request, "second_factor.html", **facts)


async def confirm(request: Request) -> Response:
    facts = {
        "frame": frame("chair"),
        "title": "Stop infliximab now?",
        "words": "The stop is charted with the time of your tap.",
        "action": "/stop",
        "hidden": {"administration_id": "a1"},
        "yes": "Stop it now",
        "kind": "danger",
        "back": "/chair",
    }
    return pages.render(request, "confirm.html", **facts)


async def one_time_link(request: Request) -> Response:
    facts = {"action": "/link", "token": "t", "is_first": True, "values": {"name": "Ada Stone"}}
    errors = {"password": "It is one of the passwords that are tried first."}
    return pages.render(request, "one_time_link.html", **facts, errors=errors)


async def second_factor_setup(request: Request) -> Response:
    facts = {"action": "/confirm", "secret": "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP", "error": ""}
    return pages.render(request, "second_factor_setup.html", **facts, uri="otpauth://totp/Hangtime")


async def recovery_codes(request: Request) -> Response:
    codes = [f"{n * 7919:05}-{n * 104_729:06}" for n in range(1, 9)]
    return pages.render(request, "recovery_codes.html", codes=codes, next="/")


async def session(request: Request) -> Response:
    return JSONResponse({"idle_seconds": 900})


async def error(request: Request) -> Response:
    facts = {"frame": frame("desk")} if "signed_in" in request.query_params else {}
    return pages.failed(request, request.path_params["status"], request_id="7f3a9c", **facts)


async def done(request: Request) -> Response:
    form = await request.form()
    return pages.render(request, "errors/not_found.html", headers={"x-sent": str(len(form))})


async def refused(request: Request) -> Response:
    source = (
        '{% from "macros/controls.html" import refused %}{{ refused([("rate", "Too fast.")]) }}'
    )
    return HTMLResponse(pages.environment().from_string(source).render(), 422)


async def broken(request: Request) -> Response:
    return pages.failed(request, 500)


class Policed:
    """The policy of the service on every answer."""

    def __init__(self, app: Any) -> None:
        self.app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        async def sent(message: Any) -> None:
            if message["type"] == "http.response.start":
                message["headers"].append((b"content-security-policy", POLICY.encode()))
            await send(message)

        await self.app(scope, receive, sent)


def app() -> Any:
    return Policed(
        Starlette(
            routes=[
                Mount(assets.MOUNTED_AT, assets.app()),
                Route("/sign-in", sign_in),
                Route("/second-factor", second_factor),
                Route("/one-time-link", one_time_link),
                Route("/second-factor-setup", second_factor_setup),
                Route("/recovery-codes", recovery_codes),
                Route("/api/v1/session", session),
                Route("/confirm", confirm),
                Route("/error/{status:int}", error),
                Route("/stop", done, methods=["POST"]),
                Route("/start", done, methods=["POST"]),
                Route("/refused", refused, methods=["POST"]),
                Route("/broken", broken, methods=["POST"]),
                Route("/{name}", part),
            ]
        )
    )
