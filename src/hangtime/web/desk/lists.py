"""The worklist: what waits at a site, narrowed and in order, page by page; and as CSV."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import Response

from hangtime import worklist
from hangtime.accounts import Person, may
from hangtime.chart import Site
from hangtime.web.api.visiting import clinic_of
from hangtime.web.desk.asking import (
    Word,
    as_csv,
    chosen_site,
    frame_for,
    site_options,
    sites_for,
    unit_options,
    zone_of,
)
from hangtime.web.pages import render
from hangtime.web.problems import FieldProblem, Problem
from hangtime.web.security import allowed, log_reads
from hangtime.web.shown import payer
from hangtime.worklist import CONFIDENCES, STATES, UNKNOWN, Item, Order, Wanted

router = APIRouter(include_in_schema=False)

PAGE = 50
MOST_EXPORTED = 10_000
TO_DO = tuple(each for each in STATES if each != "released")
Cursor = Annotated[str, Query(max_length=400)]
Show = Literal[
    "todo", "answered", "all", "to_code", "coded", "queried", "held", "ready", "released"
]
CONFIDENCE_WORDS = {"gap": "Gap", "look": "Look", "sure": "Sure"}
STATE_WORDS = {
    "to_code": "To code", "coded": "Coded", "queried": "Question open", "held": "On hold",
    "ready": "Ready", "released": "Released",
}  # fmt: skip
Reader = Annotated[Person, Depends(allowed("read_worklist"))]


class Asked:
    """What the address of a list asks for: a dependency."""

    def __init__(
        self,
        site: Word = "",
        show: Show = "todo",
        sure: Literal["", "sure", "look", "gap"] = "",
        unit: Word = "",
        payer: Word = "",
        sort: Order = "age",
        after: Cursor = "",
    ) -> None:
        self.site, self.show, self.sure = site, show, sure
        self.unit, self.payer, self.after = unit, payer, after
        self.sort: Order = sort

    def wanted(self, site: Site, *, is_counting: bool = False) -> Wanted:
        """Which items; to count them, of every state and confidence."""
        states = {"todo": TO_DO, "all": (), "answered": TO_DO}.get(self.show, (self.show,))
        return Wanted(
            site_ids=(site.site_id,),
            states=() if is_counting else states,
            confidences=(self.sure,) if self.sure and not is_counting else (),
            unit_id=self.unit,
            payer=self.payer,
            is_answered=self.show == "answered" and not is_counting,
        )


@router.get("/worklist")
def show_worklist(request: Request, who: Reader, asked: Annotated[Asked, Depends()]) -> Response:
    """A page of the list."""
    sites = sites_for(request, who, "read_worklist")
    site = chosen_site(sites, asked.site)
    page = _page(request, asked, site, PAGE, asked.after or None)
    engine = clinic_of(request).engine
    counted = worklist.count_items(engine, asked.wanted(site, is_counting=True))
    log_reads(request, who, (each.visit_id for each in page.items), "worklist")
    return render(
        request,
        "desk/worklist.html",
        frame=frame_for(request, who, site),
        asked=asked,
        sites=sites,
        site_options=site_options(sites),
        unit_options=unit_options(site),
        payer_options=_payers(request, site),
        site=site,
        zone=zone_of(site),
        now=clinic_of(request).now(),
        page=page,
        total=_total(asked, counted),
        shows=tuple(_shows(counted)),
        sures=tuple(_sures(asked, counted)),
        units={each.unit_id: each.name for each in site.units},
        dollars=dollars,
        may_release=may(who, "release", site.site_id),
        may_export=may(who, "export", site.site_id),
    )


@router.get("/worklist.csv")
def export_worklist(
    request: Request,
    who: Annotated[Person, Depends(allowed("export"))],
    asked: Annotated[Asked, Depends()],
) -> Response:
    """The same list as CSV, at most ten thousand rows."""
    site = chosen_site(sites_for(request, who, "export"), asked.site)
    items: list[Item] = []
    cursor: str | None = asked.after or None
    while len(items) < MOST_EXPORTED:
        page = _page(request, asked, site, MOST_EXPORTED, cursor)
        items += page.items
        cursor = page.next
        if cursor is None:
            break
    log_reads(request, who, (each.visit_id for each in items), "worklist")
    return as_csv("worklist.csv", COLUMNS, (_row(each) for each in items))


COLUMNS = (
    "visit_id", "unit", "patient_id", "date_of_service", "payer", "state", "confidence",
    "waiting_since", "money_at_stake", "amount", "missing_table", "codes", "lines", "decided",
    "open_queries", "answered_queries", "conflicts", "released_at",
)  # fmt: skip


def _row(item: Item) -> tuple[object, ...]:
    return (
        item.visit_id, item.unit_id, item.patient_id, item.day, item.payer, item.state,
        item.confidence, item.since, dollars(item.stake), dollars(item.amount), item.missing,
        item.summary, item.lines, item.decided, item.open_queries, item.answered, item.conflicts,
        item.released_at,
    )  # fmt: skip


def dollars(cents: int) -> Decimal | None:
    """Cents as dollars; None where unknown."""
    return None if cents == UNKNOWN else Decimal(cents).scaleb(-2)


def _page(
    request: Request, asked: Asked, site: Site, limit: int, cursor: str | None
) -> worklist.Page:
    try:
        return worklist.find_items(
            clinic_of(request).engine, asked.wanted(site), by=asked.sort, limit=limit, cursor=cursor
        )
    except worklist.UnknownCursor:
        wrong = FieldProblem("after", "is not from a page of this list")
        raise Problem("invalid", errors=(wrong,)) from None


def _payers(request: Request, site: Site) -> list[tuple[str, str]]:
    found = worklist.payers(clinic_of(request).engine, (site.site_id,))
    return [("", "Every payer"), *((each, payer(each)) for each in found)]


def _total(asked: Asked, counted: worklist.Counted) -> int | None:
    """How many there are; not counted where that would mean reading them all."""
    if asked.show == "answered":
        return None
    states: tuple[str, ...] = {"todo": TO_DO, "all": STATES}.get(asked.show, (asked.show,))
    return sum(counted.of(each, asked.sure) for each in states)


def _shows(counted: worklist.Counted) -> Iterator[tuple[str, str]]:
    yield "todo", f"To do ({sum(counted.of(each) for each in TO_DO):,})"
    yield "answered", "Answered"
    for each in STATES:
        yield each, f"{STATE_WORDS[each]} ({counted.of(each):,})"
    yield "all", f"All ({counted.total:,})"


def _sures(asked: Asked, counted: worklist.Counted) -> Iterator[tuple[str, str]]:
    states: tuple[Any, ...] = {"todo": TO_DO, "answered": TO_DO, "all": STATES}.get(
        asked.show, (asked.show,)
    )
    yield "", "Any confidence"
    for each in reversed(CONFIDENCES):
        count = sum(counted.of(state, each) for state in states)
        yield each, f"{CONFIDENCE_WORDS[each]} ({count:,})"
