"""Charting: one entry, or a device's queue; and the history they make."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from fastapi import APIRouter, Depends, Header, Request, Response

from hangtime import chart
from hangtime.accounts import Person, may
from hangtime.chart.bodies import Corrected
from hangtime.visits import PROGRAM, Noted, Record, code_visit, record_entries
from hangtime.web.api import forms
from hangtime.web.api.recording import count, entry_id_of, recorded_or_problem
from hangtime.web.api.visiting import Asked, clinic_of, visit_for
from hangtime.web.api.wire import gives, speaks, takes
from hangtime.web.logs import log, places
from hangtime.web.problems import FieldProblem, Problem

router = APIRouter(tags=["entries"])

# Kinds of entry that ask for more than charting does.
PERMISSIONS = {"corrected": "correct_event", "visit_closed": "close_visit"}


@router.post(
    "/visits/{visit_id}/entries",
    **speaks(
        forms.EntryRecorded, takes=forms.NewEntry, status=201,
        problems=("not-found", "refused", "different-entry"),
    ),
)  # fmt: skip
def record_entry(
    request: Request,
    asked: Annotated[Asked, Depends(visit_for("chart_event"))],
    new: Annotated[forms.NewEntry, Depends(takes(forms.NewEntry))],
    idempotency_key: Annotated[str | None, Header(max_length=80)] = None,
) -> Response:
    """Record one entry.  Sent again with its id, the answer is 200 and nothing is doubled."""
    entry_id = entry_id_of(new.entry_id, idempotency_key)
    if entry_id is None:
        missing = "say the entry's id here or as Idempotency-Key"
        raise Problem("invalid", errors=(FieldProblem("entry_id", missing),))
    check_kinds(asked, (new.body,))
    noted = Noted(entry_id, new.happened_at, new.body)
    clinic = clinic_of(request)
    done = record_entries(clinic, asked.person, asked.record.visit_id, (noted,))
    code_if_closed(request, done.record)
    return recorded_or_problem(request, done, asked.record.visit_id)


@router.post(
    "/visits/{visit_id}/entries/queue",
    **speaks(forms.QueueRecorded, takes=forms.Queue, problems=("not-found",)),
)
def record_queue(
    request: Request,
    asked: Annotated[Asked, Depends(visit_for("chart_event"))],
    queue: Annotated[forms.Queue, Depends(takes(forms.Queue))],
) -> Response:
    """Record a device's queue in its order; what became of each is said of each."""
    check_kinds(asked, tuple(each.body for each in queue.entries))
    noted = [Noted(each.entry_id, each.happened_at, each.body) for each in queue.entries]
    done = record_entries(clinic_of(request), asked.person, asked.record.visit_id, noted)
    assert done.record is not None, "the visit is there"
    count(request, done.entries)
    code_if_closed(request, done.record)
    answer = forms.QueueRecorded(
        visit_id=done.record.visit_id,
        seq=done.record.seq,
        entries=done.entries,
        conflicts=done.arose,
    )
    return gives(answer)


@router.get("/visits/{visit_id}/entries", **speaks(forms.EntriesRead, problems=("not-found",)))
def read_entries(
    asked: Annotated[Asked, Depends(visit_for("read_visit", reads="entries"))],
) -> Response:
    """Every entry of a visit as it was recorded, and what became of it."""
    record = asked.record
    entries = tuple(
        forms.EntryRead(
            entry=each.entry,
            standing=each.standing,
            by=each.by,
            is_late=each.is_late,
            late_minutes=each.late_minutes,
        )
        for each in record.visit.history
    )
    return gives(forms.EntriesRead(visit_id=record.visit_id, seq=record.seq, entries=entries))


def check_kinds(asked: Asked, bodies: tuple[chart.Body, ...]) -> None:
    """Correcting and closing ask for a permission of their own."""
    record = asked.record
    asks = {PERMISSIONS.get(kind) for body in bodies for kind in _kinds(body, record)} - {None}
    if any(not _may(asked.person, each, record) for each in asks if each is not None):
        raise Problem("not-allowed", errors=(FieldProblem("body.kind", "is not for your role"),))


def _kinds(body: chart.Body, record: Record) -> Iterator[str]:
    """What an entry is; of a correction also what it puts in the place of what."""
    yield chart.kind_of(body)
    if isinstance(body, Corrected):
        if body.replacement is not None:
            yield chart.kind_of(body.replacement)
        corrected = {each.entry_id: each.body for each in record.entries}.get(body.corrects)
        if corrected is None:  # charted since the record was last seen: it may be anything
            yield from PERMISSIONS
        else:
            yield from _kinds(corrected, record)


def _may(person: Person, permission: str, record: Record) -> bool:
    """At the record's site, or through the broken glass where the table opens it so."""
    from hangtime.accounts.permissions import permission as row_of

    if may(person, permission, record.site_id):
        return True
    return record.visit_id in person.glass and row_of(permission).is_opened_by_glass


def code_if_closed(request: Request, record: Record | None) -> None:
    """Code a visit that was closed, so that a coder finds it coded; no entry fails by it."""
    if record is None or record.visit.closed is None or record.work.history:
        return
    if record.work.coding is not None and record.work.coding.record_seq >= record.charted_seq:
        return
    try:
        code_visit(clinic_of(request), PROGRAM, record.visit_id)
    except Exception as error:  # noqa: BLE001  (what was charted stands, whatever the coding does)
        where = places(error.__traceback__)
        log("coding at closing failed", level="error", error=type(error).__name__, where=where)
