"""How a site does, by unit and week: the figures as pictures, as a table, and as CSV."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Annotated, Any, NamedTuple

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import Response

from hangtime import worklist
from hangtime.accounts import Person, may
from hangtime.chart import Site
from hangtime.visits import Clinic
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
from hangtime.web.desk.charts import Bars, drawn
from hangtime.web.desk.lists import dollars
from hangtime.web.pages import render
from hangtime.web.security import allowed, log_reads
from hangtime.worklist import Item
from hangtime.worklist.figures import Figures, together, weeks_until

router = APIRouter(include_in_schema=False)

Weeks = Annotated[int, Query(ge=1, le=104)]
Analyst = Annotated[Person, Depends(allowed("read_analytics"))]
SOME = 12
_SPANS = (4, SOME, 26, 52)
_CENTS = 100
_HOURS = 24  # of a day
COLUMNS = (
    "week", "unit", "visits", "infusions", "with_a_stop", "stop_percent", "queries",
    "queries_per_hundred_visits", "open_queries", "mean_hours_to_answer", "released",
    "mean_hours_to_release", "money_held", "visits_without_a_price",
)  # fmt: skip


class Measure(NamedTuple):
    """What a picture shows of each week."""

    title: str
    unit: str
    of: Callable[[Figures], float | None]
    top: float | None = None


def _stops(found: Figures) -> float | None:
    return found.stop_percent


def _queries(found: Figures) -> float | None:
    return found.queries_per_hundred


def _lag(found: Figures) -> float | None:
    return None if found.lag_hours is None else found.lag_hours / _HOURS


def _held(found: Figures) -> float | None:
    return found.held / _CENTS


MEASURES = (
    Measure("Infusions with a charted stop", "%", _stops, 100),
    Measure("Questions for a hundred visits", "", _queries),
    Measure("Mean days to release", "d", _lag),
    Measure("Money held, where it is known", "$", _held),
)


@router.get("/analytics")
def show_analytics(
    request: Request, who: Analyst, site: Word = "", unit: Word = "", weeks: Weeks = SOME
) -> Response:
    """The figures of the last weeks."""
    sites = sites_for(request, who, "read_analytics")
    where = chosen_site(sites, site)
    found, named = _figures(request, where, unit, weeks)
    by_week = [together((each for each in found if each.week == week), week) if any(
        each.week == week for each in found) else Figures(week=week) for week in named]  # fmt: skip
    return render(
        request,
        "desk/analytics.html",
        frame=frame_for(request, who, where),
        site=where,
        sites=sites,
        site_options=site_options(sites),
        unit_options=unit_options(where),
        unit=unit,
        weeks=weeks,
        week_options=[(str(n), f"{n} weeks") for n in sorted({*_SPANS, weeks})],
        units={each.unit_id: each.name for each in where.units},
        found=tuple(reversed(found)),
        all=together(found) if found else Figures(),
        pictures=tuple(_pictures(by_week)) if found else (),
        dollars=dollars,
        may_export=may(who, "export", where.site_id),
    )


@router.get("/analytics.csv")
def export_analytics(
    request: Request, who: Analyst, site: Word = "", unit: Word = "", weeks: Weeks = SOME
) -> Response:
    """The same figures as CSV."""
    where = chosen_site(sites_for(request, who, "read_analytics"), site)
    found, _ = _figures(request, where, unit, weeks)
    return as_csv("analytics.csv", COLUMNS, (_row(each) for each in found))


@router.get("/analytics/questions.csv")
def export_questions(
    request: Request,
    who: Annotated[Person, Depends(allowed("export"))],
    site: Word = "",
    unit: Word = "",
    weeks: Weeks = SOME,
) -> Response:
    """The questions about visits of these weeks: who asked what, and when it was answered."""
    where = chosen_site(sites_for(request, who, "export"), site)
    clinic = clinic_of(request)
    since = weeks_until(clinic.now().astimezone(zone_of(where)).date(), weeks)[0]
    items = worklist.items_asked_about(clinic.engine, (where.site_id,), since, unit)
    log_reads(request, who, (each.visit_id for each in items), "questions")
    rows = (row for each in items for row in _questions(clinic, each))
    return as_csv("questions.csv", QUESTION_COLUMNS, rows)


QUESTION_COLUMNS = (
    "visit_id", "unit", "week", "date_of_service", "asked_at", "asked_by", "line", "about",
    "question", "answered_at", "answered_by", "answer", "closed_at",
)  # fmt: skip


def _questions(clinic: Clinic, item: Item) -> Iterator[tuple[object, ...]]:
    record = clinic.records.current(item.visit_id)
    for query in record.work.queries if record else ():
        asked: Any = query.asked.body
        first = query.answers[0] if query.answers else None
        said: Any = first.body if first else None
        yield (
            item.visit_id, item.unit_id, item.week, item.day, query.asked.recorded_at,
            query.asked.author_name, asked.line, asked.about, asked.text,
            first and first.recorded_at, first and first.author_name, said and said.text,
            query.closed and query.closed.recorded_at,
        )  # fmt: skip


def _figures(
    request: Request, site: Site, unit: str, weeks: int
) -> tuple[tuple[Figures, ...], tuple[str, ...]]:
    clinic = clinic_of(request)
    named = weeks_until(clinic.now().astimezone(zone_of(site)).date(), weeks)
    found = worklist.figures(clinic.engine, (site.site_id,), named[0], unit)
    return tuple(each for each in found if each.week in named), named


def _pictures(by_week: list[Figures]) -> Iterator[tuple[str, str]]:
    for measure in MEASURES:
        points = tuple((each.week, measure.of(each) if each.visits else None) for each in by_week)
        yield measure.title, drawn(Bars(measure.title, measure.unit, points, measure.top))


def _row(each: Figures) -> tuple[object, ...]:
    return (
        each.week, each.unit_id, each.visits, each.infusions, each.stops, _tenth(each.stop_percent),
        each.queries, _tenth(each.queries_per_hundred), each.open_queries, _tenth(each.answer_hours),
        each.released, _tenth(each.lag_hours), dollars(each.held), each.unpriced,
    )  # fmt: skip


def _tenth(value: float | None) -> float | None:
    return None if value is None else round(value, 1)
