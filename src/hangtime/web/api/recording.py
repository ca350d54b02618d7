"""What a recorded entry is answered with, and which id it has."""

from __future__ import annotations

import re

from fastapi import Request, Response

from hangtime.visits.charting import Charted, Recorded
from hangtime.web.api import forms
from hangtime.web.api.wire import gives
from hangtime.web.problems import FieldProblem, Problem

_UUID = re.compile("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


def entry_id_of(in_body: str | None, in_header: str | None) -> str | None:
    """The id a client chose, in the body or as Idempotency-Key; both have to be the same."""
    if in_header is not None and not _UUID.fullmatch(in_header):
        raise Problem("invalid", errors=(FieldProblem("Idempotency-Key", "is not a UUID"),))
    if in_body is not None and in_header is not None and in_body != in_header:
        unlike = FieldProblem("Idempotency-Key", "is not the entry_id of the body")
        raise Problem("invalid", errors=(unlike,))
    return in_body or in_header


def recorded_or_problem(request: Request, recorded: Recorded, visit_id: str) -> Response:
    """The answer to one entry: 201 recorded, 200 was there, else the problem."""
    (entry,) = recorded.entries
    count(request, recorded.entries)
    if entry.result in {"refused", "different"} or recorded.record is None:
        kind = "different-entry" if entry.result == "different" else "refused"
        errors = tuple(FieldProblem(each.field, each.message) for each in entry.errors)
        raise Problem(kind, errors=errors)
    answer = forms.EntryRecorded(
        visit_id=visit_id, seq=recorded.record.seq, entry=entry, conflicts=recorded.arose
    )
    return gives(answer, 201 if entry.result == "recorded" else 200)


def count(request: Request, entries: tuple[Charted, ...]) -> None:
    """Count what was recorded and refused, and tell those who watch."""
    metrics = request.app.state.metrics
    for each in entries:
        if each.result == "recorded":
            metrics.entries.inc()
        elif each.result in {"refused", "different"}:
            metrics.refused.inc()
    if any(each.result == "recorded" for each in entries):
        request.app.state.following.nudge()
