"""The board, and its live updates as server-sent events."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import ExitStack
from typing import Annotated, NamedTuple

import msgspec
from fastapi import APIRouter, Depends, Header, Query, Request, Response
from fastapi.sse import EventSourceResponse, ServerSentEvent
from starlette.concurrency import run_in_threadpool

from hangtime.accounts import Person, may, session_of
from hangtime.store import reading
from hangtime.visits import Record, card, cards
from hangtime.visits.decisions import STREAMS
from hangtime.visits.records import VISIT
from hangtime.web.api import forms
from hangtime.web.api.visiting import clinic_of
from hangtime.web.api.wire import ENCODER, gives, speaks
from hangtime.web.live import TooManyWatchers, Watchers
from hangtime.web.problems import Problem
from hangtime.web.security import allowed, guard_of, log_reads
from hangtime.web.security.cookies import token_in

router = APIRouter(tags=["board"])

SiteId = Annotated[str, Query(min_length=1, max_length=80)]
UnitId = Annotated[str | None, Query(min_length=1, max_length=80, pattern=r"^[^\x00]*$")]
QUIET_SECONDS = 15.0  # after which a stream says that it is still there, and asks whether it may be
FRESH_SECONDS = 2.0  # for which one card serves all who watch
_SHOWN = {VISIT, *STREAMS}
MOST_MISSED = 2_000  # entries a watcher may have missed before it is told to load the board again


class Reload(msgspec.Struct, frozen=True):
    """Too much happened meanwhile: load the board again."""

    reason: str = "missed"


@router.get("/board", **speaks(forms.Board, problems=("not-found",)))
def read_board(
    request: Request,
    person: Annotated[Person, Depends(allowed("read_board"))],
    site: SiteId,
    unit: UnitId = None,
) -> Response:
    """Every open visit of a site or unit: what runs, what is due, what is missing."""
    check_site(request, person, site)
    clinic = clinic_of(request)
    head = clinic.ledger.head()
    shown = tuple(each for each, _ in cards(clinic, site, unit))
    log_reads_once(request, person, [each.visit_id for each in shown])
    seq = head.seq if head else 0
    return gives(forms.Board(site_id=site, as_of=clinic.now(), seq=seq, cards=shown))


def watcher_of_site(
    request: Request,
    person: Annotated[Person, Depends(allowed("read_board", is_watching=True))],
    site: SiteId,
) -> Iterator[Person]:
    """Someone who may watch the board of the site asked for, counted for as long as it is watched."""
    check_site(request, person, site)
    most = guard_of(request).register.limits.rate.streams_of_a_session
    watchers: Watchers = request.app.state.watchers
    with ExitStack() as counted:
        try:
            counted.enter_context(watchers.one_more(person.session_id, most))
        except TooManyWatchers:
            raise Problem("too-many", headers={"retry-after": "60"}) from None
        yield person


@router.get(
    "/board/events",
    response_class=EventSourceResponse,
    openapi_extra=speaks(None, problems=("not-found",))["openapi_extra"],
    responses={200: {"description": "Cards of visits that changed, as events named `card`"}},
)
async def follow_board(
    request: Request,
    person: Annotated[Person, Depends(watcher_of_site)],
    site: SiteId,
    unit: UnitId = None,
    after: Annotated[int | None, Query(ge=0, le=2**53)] = None,
    last_event_id: Annotated[str | None, Header(max_length=20)] = None,
) -> AsyncIterator[ServerSentEvent]:
    """Cards of a site or unit as their visits change; `id` is the ledger entry to go on from.

    A stream that was cut goes on where it ended (Last-Event-ID, or `after`).  `reload` says that
    too much was missed.  It ends with the session that opened it.
    """
    app, seq = request.app, _from(after, last_event_id)
    seq = app.state.following.head if seq is None else min(seq, app.state.following.head)
    with app.state.metrics.watchers.track_inprogress():
        async for head in app.state.following.heads(seq, QUIET_SECONDS):
            if not await run_in_threadpool(_may_go_on, request, site):
                return
            if head == seq:
                yield ServerSentEvent(comment="still here")
            elif head - seq > MOST_MISSED:
                yield ServerSentEvent(event="reload", raw_data="{}", id=str(head))
            else:
                changed = await run_in_threadpool(_changed, request, person, site, unit, seq)
                for each in changed:
                    yield ServerSentEvent(event="card", raw_data=each.text, id=str(each.seq))
                yield ServerSentEvent(comment="up to date", id=str(head))
            seq = head


def check_site(request: Request, person: Person, site_id: str) -> None:
    """A site where the board is not shown to someone does not exist for them."""
    if site_id not in clinic_of(request).sites or not may(person, "read_board", site_id):
        raise Problem("not-found")


def log_reads_once(request: Request, person: Person, visit_ids: Iterable[str]) -> None:
    """Log the visits a board shows, each once in a session: a board is looked at all day."""
    known: set[tuple[str, str]] = request.app.state.shown_on_boards
    new = {(person.session_id, each) for each in visit_ids} - known
    if new:
        log_reads(request, person, sorted(visit_id for _, visit_id in new), "board")
        known |= new


def _may_go_on(request: Request, site_id: str) -> bool:
    """The session is open and the role still held: both may end while a board is watched."""
    guard = guard_of(request)
    token = token_in(request.scope, guard.cookie)
    who = session_of(guard.register, token, is_use=False) if token else None
    return who is not None and may(who, "read_board", site_id)


def _from(after: int | None, last_event_id: str | None) -> int | None:
    if last_event_id is not None and last_event_id.isdecimal():
        return int(last_event_id)
    return after


def _changed(
    request: Request, person: Person, site: str, unit: str | None, after: int
) -> list[Shown]:
    """The cards of visits with entries after one, in the order of their last entry."""
    clinic = clinic_of(request)
    touched = {
        subject: seq
        for seq, stream, subject in clinic.touched(after, MOST_MISSED)
        if stream in _SHOWN
    }
    shown: list[Shown] = []
    # Boards wake together: the first makes the cards, and the others find them made.
    with request.app.state.making_cards, reading(clinic.engine) as connection:
        for visit_id, seq in touched.items():
            record = clinic.records.at_least(visit_id, seq, connection)
            is_here = record is not None and record.site_id == site
            if record is not None and is_here and unit in {None, record.opening.unit_id}:
                shown.append(_shown(request, record))
    log_reads_once(request, person, [each.visit_id for each in shown])
    return sorted(shown, key=lambda each: each.seq)


class Shown(NamedTuple):
    """A card as it is sent, made for all who watch at about the same time."""

    visit_id: str
    seq: int
    made_at: float
    text: str


def _shown(request: Request, record: Record) -> Shown:
    known: dict[str, Shown] = request.app.state.cards
    found, now = known.get(record.visit_id), time.monotonic()
    if found is None or found.seq != record.seq or now - found.made_at > FRESH_SECONDS:
        text = ENCODER.encode(card(clinic_of(request), record)).decode()
        found = Shown(record.visit_id, record.seq, now, text)
        if len(known) > MOST_MISSED:
            known.clear()
        known[record.visit_id] = found
    return found
