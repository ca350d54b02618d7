"""Coding at the desk: code a visit, decide its lines, ask and answer, release, export."""

from __future__ import annotations

import uuid
from typing import Annotated

from fastapi import APIRouter, Depends, Header, Path, Query, Request, Response

from hangtime import chart
from hangtime.accounts import Person, may
from hangtime.visits import (
    Decided,
    NoVisit,
    Record,
    answer,
    code_visit,
    decide,
    is_stale,
    release,
)
from hangtime.visits.claims import final_lines, released_rows, write_csv
from hangtime.visits.decisions import QueryAnswered, reasons
from hangtime.web.api import forms
from hangtime.web.api.recording import entry_id_of
from hangtime.web.api.visiting import Asked, clinic_of, visit_for
from hangtime.web.api.wire import gives, speaks, takes
from hangtime.web.problems import FieldProblem, Problem
from hangtime.web.security import allowed, log_reads, person

router = APIRouter(tags=["coding"])

Key = Annotated[str | None, Header(alias="Idempotency-Key", max_length=80)]
QueryId = Annotated[str, Path(pattern="^[A-Za-z0-9_-]{1,80}$")]
SiteId = Annotated[str, Query(min_length=1, max_length=80)]
_OF_ONE = ("not-found", "refused", "conflict", "different-entry")


@router.get("/reasons", **speaks(forms.Reasons))
def read_reasons(_: Annotated[Person, Depends(person)]) -> Response:
    """The reasons a coder can give for departing from what was coded, or for a hold."""
    found = tuple(forms.ReasonRead(**each._asdict()) for each in reasons().values())
    return gives(forms.Reasons(reasons=found))


@router.post(
    "/visits/{visit_id}/coding",
    **speaks(forms.WorkRead, takes=forms.CodeVisit, status=201, problems=_OF_ONE),
)
def code_a_visit(
    request: Request,
    asked: Annotated[Asked, Depends(visit_for("decide_line", reads="coding"))],
    new: Annotated[forms.CodeVisit, Depends(takes(forms.CodeVisit))],
    idempotency_key: Key = None,
) -> Response:
    """Code a visit as it stands and keep the result; what was decided of lines that come out the
    same still stands.
    """
    entry_id = entry_id_of(new.entry_id, idempotency_key)
    visit_id = asked.record.visit_id
    try:
        record = code_visit(clinic_of(request), asked.person, visit_id, entry_id=entry_id)
    except chart.NotOpened:
        raise Problem("conflict", "The opening of this visit was struck.") from None
    assert record is not None, "the visit is there"
    request.app.state.following.nudge()
    return gives(work_of(record), 201)


@router.get("/visits/{visit_id}/work", **speaks(forms.WorkRead, problems=("not-found",)))
def read_work(
    asked: Annotated[Asked, Depends(visit_for("read_visit", reads="coding"))],
) -> Response:
    """Where the coding of a visit stands: lines, decisions, questions, conflicts, release."""
    return gives(work_of(asked.record))


@router.post(
    "/visits/{visit_id}/decisions",
    **speaks(forms.WorkRead, takes=forms.NewDecision, status=201, problems=_OF_ONE),
)
def decide_on_visit(
    request: Request,
    asked: Annotated[Asked, Depends(visit_for("decide_line", reads="coding"))],
    new: Annotated[forms.NewDecision, Depends(takes(forms.NewDecision))],
    idempotency_key: Key = None,
) -> Response:
    """Accept, override, remove or add a line; hold or let go; ask the nurse, or close a question."""
    entry_id = entry_id_of(new.entry_id, idempotency_key) or str(uuid.uuid4())
    visit_id = asked.record.visit_id
    return _said(request, decide(clinic_of(request), asked.person, visit_id, entry_id, new.body))


@router.post(
    "/visits/{visit_id}/queries/{query_id}/answers",
    **speaks(forms.WorkRead, takes=forms.NewAnswer, status=201, problems=_OF_ONE),
)
def answer_query(
    request: Request,
    query_id: QueryId,
    asked: Annotated[Asked, Depends(visit_for("answer_query", reads="coding"))],
    new: Annotated[forms.NewAnswer, Depends(takes(forms.NewAnswer))],
    idempotency_key: Key = None,
) -> Response:
    """A nurse's answer, with the entries that were charted because of the question."""
    entry_id = entry_id_of(new.entry_id, idempotency_key) or str(uuid.uuid4())
    body = QueryAnswered(query_id=query_id, text=new.text, entries=new.entries)
    visit_id = asked.record.visit_id
    return _said(request, answer(clinic_of(request), asked.person, visit_id, entry_id, body))


@router.post("/releases", **speaks(forms.ReleaseRecorded, takes=forms.Release))
def release_visits(
    request: Request,
    person: Annotated[Person, Depends(allowed("release"))],
    asked: Annotated[forms.Release, Depends(takes(forms.Release))],
) -> Response:
    """Release the decided lines of several visits; what stands against one stops no other."""
    done = tuple(_released(request, person, each) for each in asked.visits)
    request.app.state.following.nudge()
    return gives(forms.ReleaseRecorded(visits=done))


@router.get(
    "/claim-lines",
    **speaks(None, problems=("not-found",)),
    responses={200: {"description": "The claim-line table", "content": {"text/csv": {}}}},
)
def export_claim_lines(
    request: Request,
    person: Annotated[Person, Depends(allowed("export"))],
    site: SiteId,
    after: Annotated[int, Query(ge=0, le=2**53)] = 0,
    limit: Annotated[int, Query(ge=1, le=10_000)] = 1_000,
) -> Response:
    """What was released at a site as the claim-line table, in the order of release.

    `after` is a ledger number: the header Hangtime-Next says from which to go on, and is absent
    where nothing is left.
    """
    clinic = clinic_of(request)
    if site not in clinic.sites or not may(person, "export", site):
        raise Problem("not-found")
    found = released_rows(clinic, site, after, limit)
    log_reads(request, person, dict.fromkeys(found.visit_ids), "claim lines")
    headers = {"Hangtime-Next": str(found.next)} if found.next is not None else {}
    return Response(write_csv(found.rows), headers=headers, media_type="text/csv; charset=utf-8")


def work_of(record: Record) -> forms.WorkRead:
    """The coding work of a record as it is sent."""
    work, coding = record.work, record.work.coding
    return forms.WorkRead(
        visit_id=record.visit_id,
        seq=record.seq,
        state=record.work_state,
        is_stale=is_stale(record),
        coding=coding and forms.CodingRead(
            coding_id=coding.coding_id,
            seq=coding.seq,
            recorded_at=coding.recorded_at,
            record_seq=coding.record_seq,
            encounter=coding.encounter,
            outcome=coding.outcome,
        ),
        decided={str(line): step for line, step in sorted(work.decided.items())},
        added=work.added,
        undecided=work.undecided,
        held=work.held,
        queries=work.queries,
        released=work.released,
        conflicts=work.conflicts,
        history=work.history,
        lines=tuple(final_lines(record)),
    )  # fmt: skip


def _said(request: Request, decided: Decided) -> Response:
    errors = tuple(FieldProblem(each.field, each.message) for each in decided.errors)
    if decided.is_taken:
        raise Problem("different-entry")
    if errors:
        is_outdated = any(each.field == "coding_id" for each in errors)
        raise Problem("conflict" if is_outdated else "refused", errors=errors)
    request.app.state.following.nudge()
    return gives(work_of(decided.record), 200 if decided.was_there else 201)


def _released(request: Request, person: Person, one: forms.ReleaseOne) -> forms.ReleaseResult:
    clinic = clinic_of(request)
    site_id = clinic.site_of(one.visit_id)
    if site_id is None or not may(person, "release", site_id):
        return _refused(one, forms.Wrong(field="visit_id", message="there is no such visit"))
    try:
        decided = release(clinic, person, one.visit_id, one.entry_id)
    except NoVisit:
        return _refused(one, forms.Wrong(field="visit_id", message="there is no such visit"))
    if decided.is_taken:
        return _refused(one, forms.Wrong(field="entry_id", message="was used for another entry"))
    if decided.errors:
        wrong = (forms.Wrong(field=each.field, message=each.message) for each in decided.errors)
        return _refused(one, *wrong)
    result = "was_there" if decided.was_there else "released"
    return forms.ReleaseResult(visit_id=one.visit_id, result=result)


def _refused(one: forms.ReleaseOne, *wrong: forms.Wrong) -> forms.ReleaseResult:
    return forms.ReleaseResult(visit_id=one.visit_id, result="refused", errors=wrong)
