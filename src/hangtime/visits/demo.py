"""Visits of people who do not exist, charted as nurses would have charted them until just now.

They are written through the same door as real entries, on a clock that runs through the last days,
so that an entry is as late, a drug as overdue and a visit as unfinished as in life.  The ledger
takes nothing that was recorded before its last entry: whatever else a demonstration writes before
its visits has to be written when its story begins.  Every visit is marked as simulated.
"""

from __future__ import annotations

import csv
import json
import uuid
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from importlib.resources import files
from typing import NamedTuple

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Engine

from hangtime import chart
from hangtime.chart.bodies import Patient, VisitOpened
from hangtime.errors import UserError
from hangtime.store import reading
from hangtime.visits.charting import Noted, open_visit, record_entries
from hangtime.visits.clinic import Author, Clinic
from hangtime.visits.coding import PROGRAM, code_visit
from hangtime.visits.tables import visit

__all__ = ["RealVisits", "begins_at", "refuse_real_visits", "simulate_visits"]

_FOLDER = files("hangtime.visits").joinpath("data", "demo")
_CHARTED_AFTER = timedelta(minutes=1)
_BEFORE_THE_FIRST = timedelta(hours=1)


class RealVisits(UserError):
    """A demonstration was asked for on a database that holds visits of real patients."""


class _Happening(NamedTuple):
    """One entry to come, when it happens and of which visit."""

    at: datetime
    visit_id: str
    body: chart.Body


def refuse_real_visits(engine: Engine) -> None:
    """Raises RealVisits where a visit is not simulated: the two are never mixed."""
    real = sa.select(visit.c.visit_id).where(visit.c.is_simulated.is_(False)).limit(1)
    with reading(engine) as connection:
        if connection.scalar(real) is not None:
            raise RealVisits(
                "the database holds visits of real patients: a demonstration needs one of its own."
                " Name another with --database."
            )


def simulate_visits(engine: Engine, site: chart.Site, nurse: Author, now: datetime) -> int:
    """Chart the demonstration's visits into a ledger that has none; how many there are.

    Nothing is done where there is a visit already.
    """
    with reading(engine) as connection:
        if connection.scalar(sa.select(visit.c.visit_id).limit(1)) is not None:
            return 0
    clock = [now]
    clinic = Clinic(engine, (site,), now=lambda: clock[0], is_demo=True)
    happenings = sorted(_happenings(site, now), key=lambda each: each.at)
    for each in happenings:
        clock[0] = min(each.at + _CHARTED_AFTER, now)
        noted = Noted(str(uuid.uuid4()), each.at, each.body)
        if isinstance(each.body, VisitOpened):
            open_visit(clinic, nurse, noted._replace(entry_id=each.visit_id), each.visit_id)
        else:
            record_entries(clinic, nurse, each.visit_id, (noted,))
        if chart.kind_of(each.body) == "visit_closed":
            code_visit(clinic, PROGRAM, each.visit_id)
    return len({each.visit_id for each in happenings})


def begins_at(now: datetime) -> datetime:
    """When the story begins that ends now: before the first of its visits."""
    return min(_began(row, now) for row in _rows()) - _BEFORE_THE_FIRST


def _rows() -> Iterator[dict[str, str]]:
    text = _FOLDER.joinpath("visits.csv").read_text("utf-8")
    return csv.DictReader(text.splitlines())


def _began(row: dict[str, str], now: datetime) -> datetime:
    return now.replace(microsecond=0) - timedelta(minutes=int(row["minutes_ago"]))


def _happenings(site: chart.Site, now: datetime) -> Iterator[_Happening]:
    """What happened until now, of all visits."""
    for row in _rows():
        began = _began(row, now)
        visit_id = str(uuid.uuid4())
        yield _Happening(began, visit_id, _opening(site, row))
        for minute, body in _script(row["script"]):
            at = began + timedelta(minutes=minute)
            if at + _CHARTED_AFTER <= now:
                yield _Happening(at, visit_id, body)


def _opening(site: chart.Site, row: dict[str, str]) -> VisitOpened:
    patient = Patient(
        patient_id=row["patient_id"],
        name=row["name"],
        birth_date=date.fromisoformat(row["birth_date"]),
    )
    return VisitOpened(
        site_id=site.site_id,
        unit_id=row["unit_id"],
        chair=row["chair"],
        patient=patient,
        setting=site.setting,
        time_zone=site.time_zone,
        payer=site.payer,
        place_of_service=site.place_of_service,
        late_after_minutes=site.late_after_minutes,
        is_simulated=True,
    )


def _script(name: str) -> Iterator[tuple[int, chart.Body]]:
    for line in _FOLDER.joinpath(f"{name}.jsonl").read_text("utf-8").splitlines():
        minute, body = json.loads(line)
        yield minute, chart.decode(msgspec.json.encode(body))
