"""Visits: listed, found, opened, read, and coded as far as they go."""

from __future__ import annotations

import uuid
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Header, Query, Request, Response
from pydantic import AwareDatetime

from hangtime import chart
from hangtime.accounts import EVERYWHERE, Person, may, sites_of
from hangtime.chart.bodies import VisitOpened
from hangtime.visits import (
    Clinic,
    Noted,
    Record,
    UnknownCursor,
    Wanted,
    find_visits,
    open_visit,
    outcome,
    status,
)
from hangtime.visits.coding import encounter_as_json
from hangtime.visits.listing import Page
from hangtime.web.api import forms
from hangtime.web.api.recording import entry_id_of, recorded_or_problem
from hangtime.web.api.visiting import Asked, clinic_of, visit_for
from hangtime.web.api.wire import Contract, gives, speaks, takes
from hangtime.web.problems import FieldProblem, Problem
from hangtime.web.security import allowed, log_reads

router = APIRouter(tags=["visits"])

Limit = Annotated[int, Query(ge=1, le=200)]
Cursor = Annotated[str | None, Query(max_length=400, pattern="^[A-Za-z0-9_-]+$")]
Name = Annotated[str | None, Query(min_length=1, max_length=80, pattern=r"^[^\x00]*$")]
Work = Literal["charting", "to_code", "coded", "queried", "held", "ready", "released"]


@router.get("/visits", **speaks(forms.VisitPage))
def list_visits(
    request: Request,
    person: Annotated[Person, Depends(allowed("read_visit"))],
    site: Name = None,
    unit: Name = None,
    state: Literal["open", "closed"] | None = None,
    work: Annotated[list[Work] | None, Query()] = None,
    opened_from: AwareDatetime | None = None,
    opened_before: AwareDatetime | None = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Response:
    """Visits of the sites where the one who asks may read, the last opened first."""
    clinic = clinic_of(request)
    wanted = Wanted(
        site_ids=readable_sites(clinic, person, site),
        unit_id=unit,
        state=state,
        work=tuple(work or ()),
        opened_from=opened_from,
        opened_before=opened_before,
    )
    return _page(request, person, wanted, limit, cursor)


@router.post("/visits/search", **speaks(forms.VisitPage, takes=forms.FindVisits))
def search_visits(
    request: Request,
    person: Annotated[Person, Depends(allowed("read_visit"))],
    asked: Annotated[forms.FindVisits, Depends(takes(forms.FindVisits))],
) -> Response:
    """The visits of one patient; the record number stands in the body and in no address."""
    clinic = clinic_of(request)
    sites = readable_sites(clinic, person, asked.site_id)
    wanted = Wanted(site_ids=sites, patient_id=asked.patient_id)
    return _page(request, person, wanted, asked.limit, asked.cursor)


@router.post(
    "/visits",
    **speaks(
        forms.EntryRecorded, takes=forms.OpenVisit, status=201,
        problems=("not-found", "refused", "different-entry"),
    ),
)  # fmt: skip
def open_a_visit(
    request: Request,
    person: Annotated[Person, Depends(allowed("open_visit"))],
    asked: Annotated[forms.OpenVisit, Depends(takes(forms.OpenVisit))],
    idempotency_key: Annotated[str | None, Header(max_length=80)] = None,
) -> Response:
    """Open a visit; the id of its first entry becomes its own."""
    clinic = clinic_of(request)
    if asked.site_id not in clinic.sites or not may(person, "open_visit", asked.site_id):
        raise Problem("not-found", errors=(FieldProblem("site_id", "is no site of yours"),))
    entry_id = entry_id_of(asked.entry_id, idempotency_key) or str(uuid.uuid4())
    noted = Noted(entry_id, asked.happened_at, _opening(clinic, asked))
    return recorded_or_problem(request, open_visit(clinic, person, noted, entry_id), entry_id)


@router.get("/visits/{visit_id}", **speaks(forms.VisitRead, problems=("not-found",)))
def read_visit(
    request: Request,
    asked: Annotated[Asked, Depends(visit_for("read_visit", reads="visit"))],
) -> Response:
    """How a visit stands: the ten steps, what runs, what is due, what is missing or contradicts."""
    record = asked.record
    answer = forms.VisitRead(
        visit=summary(record),
        status=status(clinic_of(request), record),
        entries=len(record.entries),
    )
    return gives(answer, headers={"ETag": f'"{record.seq}"'})


@router.get(
    "/visits/{visit_id}/encounter",
    **speaks(Contract("Encounter"), problems=("not-found", "conflict")),
)
def read_encounter(
    asked: Annotated[Asked, Depends(visit_for("read_visit", reads="encounter"))],
) -> Response:
    """The visit as an encounter of the published contract: what `hangtime code` reads."""
    try:
        return gives(encounter_as_json(chart.encounter(asked.record.visit)))
    except chart.NotOpened:
        raise Problem("conflict", "The opening of this visit was struck.") from None


@router.get(
    "/visits/{visit_id}/outcome", **speaks(Contract("Outcome"), problems=("not-found", "conflict"))
)
def read_outcome(
    asked: Annotated[Asked, Depends(visit_for("read_visit", reads="outcome"))],
) -> Response:
    """What the record supports so far, and what one more fact would add; nothing is stored."""
    from hangtime.formats.outcomes import outcome_as_json

    try:
        return gives(outcome_as_json(outcome(asked.record)))
    except chart.NotOpened:
        raise Problem("conflict", "The opening of this visit was struck.") from None


def readable_sites(clinic: Clinic, person: Person, site_id: str | None) -> frozenset[str]:
    """Sites where someone may read visits; of one, where one is asked for."""
    held = sites_of(person, "read_visit")
    sites = frozenset(clinic.sites) if EVERYWHERE in held else held & frozenset(clinic.sites)
    return sites if site_id is None else sites & {site_id}


def summary(record: Record) -> forms.VisitSummary:
    """One visit in short."""
    opening = record.opening
    return forms.VisitSummary(
        visit_id=record.visit_id,
        site_id=record.site_id,
        unit_id=opening.unit_id,
        chair=opening.chair,
        patient=opening.patient,
        state=record.state,
        work=record.work_state,
        is_simulated=record.first.is_simulated,
        opened_at=record.opened_at,
        closed_at=record.closed_at,
        seq=record.seq,
    )


def _page(
    request: Request, person: Person, wanted: Wanted, limit: int, cursor: str | None
) -> Response:
    try:
        page: Page = find_visits(clinic_of(request), wanted, limit, cursor)
    except UnknownCursor:
        raise Problem("invalid", errors=(FieldProblem("cursor", "is of no page"),)) from None
    log_reads(request, person, [row.record.visit_id for row in page.rows], "list")
    visits = tuple(summary(row.record) for row in page.rows)
    return gives(forms.VisitPage(visits=visits, next=page.next))


def _opening(clinic: Clinic, asked: forms.OpenVisit) -> VisitOpened:
    """What the client said, with what the site settles."""
    site = clinic.sites[asked.site_id]
    if asked.unit_id not in {unit.unit_id for unit in site.units}:
        raise Problem("refused", errors=(FieldProblem("unit_id", "is no unit of this site"),))
    return VisitOpened(
        site_id=site.site_id,
        unit_id=asked.unit_id,
        chair=asked.chair,
        patient=asked.patient,
        setting=site.setting,
        time_zone=site.time_zone,
        payer=asked.payer or site.payer,
        place_of_service=asked.place_of_service or site.place_of_service,
        attendance_of_day=asked.attendance_of_day,
        department=asked.department,
        drug_discount_340b=asked.drug_discount_340b,
        locality=asked.locality,
        late_after_minutes=site.late_after_minutes,
        is_simulated=clinic.is_demo or site.is_simulated,
    )
