"""Questions to nurses: what coders ask about the record, and the answers."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, NamedTuple
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Path, Query, Request
from starlette.responses import RedirectResponse, Response

from hangtime import worklist
from hangtime.accounts import Person
from hangtime.chart import Site
from hangtime.visits import Clinic, Record, answer
from hangtime.visits.decisions import QueryAnswered, QueryAsked
from hangtime.visits.work import Query as Asking
from hangtime.web.api.visiting import Asked, clinic_of, visit_for
from hangtime.web.desk.asking import frame_for, sites_for
from hangtime.web.pages import render
from hangtime.web.problems import Problem
from hangtime.web.security import allowed, log_reads
from hangtime.web.security.typed import typed

router = APIRouter(include_in_schema=False)

QueryId = Annotated[str, Path(pattern="^[A-Za-z0-9_-]{1,80}$")]
Page = Annotated[int, Query(ge=1, le=1_000, alias="page")]
LONGEST = 4_000
PAGE = 25


class QueryShown(NamedTuple):
    """A question with the visit it is about."""

    record: Record
    site: Site
    query: Asking
    text: str
    about: str

    @property
    def zone(self) -> ZoneInfo:
        """The zone of the clock it was charted by."""
        return ZoneInfo(self.record.opening.time_zone or self.site.time_zone)


@router.get("/queries")
def show_queries(
    request: Request,
    who: Annotated[Person, Depends(allowed("answer_query"))],
    page: Page = 1,
    done: str = "",
) -> Response:
    """The questions that wait for an answer, the oldest first."""
    return _page(request, who, page, notice="Your answer is with the coder." if done else "")


@router.post("/queries/{visit_id}/{query_id}")
def take_answer(
    request: Request,
    query_id: QueryId,
    asked: Annotated[Asked, Depends(visit_for("answer_query", reads="coding"))],
    said: Annotated[Mapping[str, str], Depends(typed)],
) -> Response:
    """Keep a nurse's answer."""
    text = said.get("text", "").strip()
    if not text or len(text) > LONGEST:
        return _page(
            request, asked.person, wrong={query_id: "Say what is known of it."}, status=422
        )
    try:
        entry_id = str(uuid.UUID(said.get("entry_id", "")))
    except ValueError:
        raise Problem("invalid") from None
    body = QueryAnswered(query_id=query_id, text=text)
    decided = answer(clinic_of(request), asked.person, asked.record.visit_id, entry_id, body)
    if decided.is_taken:
        raise Problem("different-entry")
    if decided.errors:
        words = f"Not kept: {decided.errors[0].message}."
        return _page(request, asked.person, notice=words, status=422)
    request.app.state.following.nudge()
    return RedirectResponse("/queries?done=answered", 303)


def _page(
    request: Request,
    who: Person,
    page: int = 1,
    *,
    notice: str = "",
    wrong: Mapping[str, str] | None = None,
    status: int = 200,
) -> Response:
    sites = sites_for(request, who, "answer_query")
    if not sites:
        raise Problem("not-found")
    clinic = clinic_of(request)
    waiting = sorted(_open(clinic, sites), key=lambda each: each.query.asked.recorded_at)
    at = next((n for n, each in enumerate(waiting) if each.query.query_id in (wrong or {})), None)
    first = (page - 1 if at is None else at // PAGE) * PAGE
    found = waiting[first : first + PAGE]
    log_reads(request, who, dict.fromkeys(each.record.visit_id for each in found), "queries")
    return render(
        request,
        "desk/queries.html",
        status=status,
        frame=frame_for(request, who, sites[0]),
        queries=found,
        total=len(waiting),
        first=first,
        page=first // PAGE + 1,
        has_more=len(waiting) > first + PAGE,
        now=clinic.now(),
        fresh=lambda: str(uuid.uuid4()),
        notice=notice,
        wrong=wrong or {},
    )


def _open(clinic: Clinic, sites: tuple[Site, ...]) -> Iterator[QueryShown]:
    named = {each.site_id: each for each in sites}
    for item in worklist.items_with_queries(clinic.engine, tuple(named)):
        record = clinic.records.current(item.visit_id)
        if record is None:
            continue
        for query in record.work.queries:
            if query.is_open:
                body: Any = query.asked.body
                assert isinstance(body, QueryAsked)
                yield QueryShown(
                    record, named[item.site_id], query, body.text, _about(record, body)
                )


def _about(record: Record, body: QueryAsked) -> str:
    drugs = {each.administration_id: each.drug for each in record.visit.administrations}
    return drugs.get(body.about or "", "")
