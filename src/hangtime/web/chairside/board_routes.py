"""The board of chairs, and giving somebody a chair."""

from __future__ import annotations

import uuid
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Query, Request, Response

from hangtime.accounts import Person, may
from hangtime.chart import Site
from hangtime.chart.bodies import VisitOpened
from hangtime.visits import Noted, cards, open_visit
from hangtime.web import pages
from hangtime.web.api.board import check_site, log_reads_once
from hangtime.web.api.recording import count
from hangtime.web.api.visiting import clinic_of
from hangtime.web.chairside.charting import happened_at
from hangtime.web.chairside.forms import Said, one, said, to
from hangtime.web.chairside.framing import frame_at
from hangtime.web.chairside.offline import queue_key
from hangtime.web.chairside.reading import Unreadable, bodies
from hangtime.web.chairside.seats import rooms
from hangtime.web.chairside.sheets import sheets
from hangtime.web.problems import Problem
from hangtime.web.security import allowed

router = APIRouter(include_in_schema=False)

Name = Annotated[str | None, Query(min_length=1, max_length=80, pattern=r"^[^\x00]*$")]
BOARD = "/board"


@router.get(BOARD)
def show_board(
    request: Request,
    person: Annotated[Person, Depends(allowed("read_board"))],
    site: Name = None,
    unit: Name = None,
) -> Response:
    """Every chair: who, what, time running, next thing due, what is missing."""
    return _board(request, person, site, unit, "chairside/board.html")


@router.get(f"{BOARD}/seats")
def show_seats(
    request: Request,
    person: Annotated[Person, Depends(allowed("read_board", is_watching=True))],
    site: Name = None,
    unit: Name = None,
) -> Response:
    """The chairs alone, for a board that is kept up to date; looking on keeps no session alive."""
    return _board(request, person, site, unit, "chairside/seats.html")


@router.get(f"{BOARD}/open")
def show_opening(
    request: Request,
    person: Annotated[Person, Depends(allowed("open_visit"))],
    site: Name = None,
    unit: Name = None,
    chair: Name = None,
) -> Response:
    """Where somebody is given a chair."""
    where = _site(request, person, site, "open_visit")
    said = {"visit_opened.chair": chair, "visit_opened.payer": where.payer}
    filled = {name: [text] for name, text in said.items() if text}
    return _opening_page(request, person, where, unit, filled)


@router.post(f"{BOARD}/open")
def take_opening(
    request: Request,
    person: Annotated[Person, Depends(allowed("open_visit"))],
    typed: Annotated[Said, Depends(said)],
) -> Response:
    """Open a visit; sent again, it leads to the same one."""
    clinic = clinic_of(request)
    site = _site(request, person, one(typed, "site"), "open_visit")
    visit_id = one(typed, "entry_id") or str(uuid.uuid4())
    unit_id = one(typed, "unit", site.units[0].unit_id)
    try:
        uuid.UUID(visit_id)
        body = _opening(site, unit_id, typed, is_simulated=clinic.is_demo or site.is_simulated)
        at = happened_at(typed, ZoneInfo(site.time_zone), clinic.now())
    except Unreadable as wrong:
        return _opening_page(request, person, site, unit_id, typed, wrong.errors)
    except ValueError:
        raise Problem("invalid") from None
    done = open_visit(clinic, person, Noted(visit_id, at, body), visit_id)
    count(request, done.entries)
    errors = [(each.field.removeprefix("body."), each.message) for each in done.entries[0].errors]
    if errors:
        named = tuple((f"visit_opened.{field}", words) for field, words in errors)
        return _opening_page(request, person, site, unit_id, typed, named)
    return to(f"/visits/{visit_id}")


def _opening(site: Site, unit_id: str, typed: Said, *, is_simulated: bool) -> VisitOpened:
    """What was typed, with what the site settles."""
    if unit_id not in {each.unit_id for each in site.units}:
        raise Problem("not-found")
    settled = {
        "site_id": site.site_id,
        "unit_id": unit_id,
        "setting": site.setting,
        "time_zone": site.time_zone,
        "place_of_service": site.place_of_service or "",
        "late_after_minutes": str(site.late_after_minutes),
        "is_simulated": "true" if is_simulated else "",
    }
    own = {f"visit_opened.{name}": [text] for name, text in settled.items()}
    (body,) = bodies(sheets()["opening"], {**typed, **own})
    assert isinstance(body, VisitOpened)
    return body


def _opening_page(
    request: Request,
    person: Person,
    site: Site,
    unit_id: str | None,
    filled: Said,
    errors: tuple[tuple[str, str], ...] = (),
) -> Response:
    units = {each.unit_id: each for each in site.units}
    unit = units.get(unit_id or "", site.units[0])
    now = clinic_of(request).now().astimezone(ZoneInfo(site.time_zone))
    return pages.render(
        request,
        "chairside/open.html",
        status=422 if errors else 200,
        frame=frame_at(request, person, site),
        site=site,
        unit=unit,
        sheet=sheets()["opening"],
        filled=filled,
        errors=errors,
        entry_id=one(filled, "entry_id") or str(uuid.uuid4()),
        local_now=now.strftime("%Y-%m-%dT%H:%M"),
    )


def _board(
    request: Request, person: Person, site_id: str | None, unit_id: str | None, template: str
) -> Response:
    clinic = clinic_of(request)
    site = _site(request, person, site_id, "read_board")
    head = clinic.ledger.head()
    found = [each for each, _ in cards(clinic, site.site_id, unit_id)]
    log_reads_once(request, person, [each.visit_id for each in found])
    now = clinic.now()
    facts: dict[str, Any] = {
        "frame": frame_at(request, person, site),
        "site": site,
        "sites": _sites(request, person),
        "unit_id": unit_id,
        "rooms": rooms(site, found, unit_id),
        "now": now,
        "zone": ZoneInfo(site.time_zone),
        "seq": head.seq if head else 0,
        "account_id": person.account_id,
        "queue_key": queue_key(request, person),
        "may_open": may(person, "open_visit", site.site_id),
    }
    return pages.render(request, template, **facts)


def _sites(request: Request, person: Person) -> list[Site]:
    sites = clinic_of(request).sites.values()
    return [each for each in sites if may(person, "read_board", each.site_id)]


def _site(request: Request, person: Person, site_id: str | None, permission: str) -> Site:
    """The site asked for, else the first where the permission is held."""
    sites = clinic_of(request).sites
    if site_id is None or site_id == "":
        site_id = next((id for id in sites if may(person, permission, id)), "")
    if permission == "read_board":
        check_site(request, person, site_id)
    elif site_id not in sites or not may(person, permission, site_id):
        raise Problem("not-found")
    return sites[site_id]
