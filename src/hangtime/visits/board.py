"""The board: who sits in which chair, what runs, what is due next, what is missing.

A card says what holds at one moment and the moments at which that changes, so that a page can count
on by its own clock until the next update.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import msgspec
import sqlalchemy as sa

from hangtime import chart
from hangtime.chart.flow import Running
from hangtime.chart.monitoring import Due
from hangtime.chart.status import OpenReaction, VisitStatus
from hangtime.store import reading
from hangtime.visits.clinic import Clinic
from hangtime.visits.projecting import OPEN
from hangtime.visits.records import Record
from hangtime.visits.tables import visit

__all__ = ["Card", "Missing", "card", "cards", "status"]


class Missing(msgspec.Struct, frozen=True):
    """What is not charted of one step, in words."""

    step: str
    what: str


class Card(msgspec.Struct, frozen=True, kw_only=True):
    """One visit at its chair.
    `step` is the first of the ten that is not done.  `due` is what comes next; `overdue` how many
    are past the site's grace.  `seq`: the last ledger entry about the visit.
    """

    visit_id: str
    site_id: str
    unit_id: str
    chair: str | None
    patient_name: str
    is_simulated: bool
    opened_at: datetime
    closed_at: datetime | None
    step: str | None
    step_title: str | None
    running: tuple[Running, ...]
    due: Due | None
    overdue: int
    missing: tuple[Missing, ...]
    reactions: tuple[OpenReaction, ...]
    is_emergency: bool
    conflicts: int
    queries: int
    seq: int


def status(clinic: Clinic, record: Record) -> VisitStatus:
    """The visit now, by its site's schedules and texts."""
    return chart.status(record.visit, clinic.now(), clinic.sites[record.site_id])


def cards(
    clinic: Clinic, site_id: str, unit_id: str | None = None
) -> Iterator[tuple[Card, Record]]:
    """The open visits of a site, or of one of its units, by chair."""
    query = sa.select(visit.c.visit_id, visit.c.last_seq).where(
        visit.c.site_id == site_id, visit.c.state == OPEN
    )
    if unit_id is not None:
        query = query.where(visit.c.unit_id == unit_id)
    ordered = query.order_by(visit.c.unit_id, visit.c.chair, visit.c.opened_at, visit.c.visit_id)
    with reading(clinic.engine) as connection:
        rows = connection.execute(ordered).all()
        records = [clinic.records.at_least(row.visit_id, row.last_seq, connection) for row in rows]
    for record in records:
        if record is not None:
            yield card(clinic, record), record


def card(clinic: Clinic, record: Record) -> Card:
    """The card of one visit now."""
    now = status(clinic, record)
    opening = record.opening
    current = next((each for each in now.steps if each.state in {"partly", "missing"}), None)
    return Card(
        visit_id=record.visit_id,
        site_id=record.site_id,
        unit_id=opening.unit_id,
        chair=opening.chair,
        patient_name=opening.patient.name,
        is_simulated=record.first.is_simulated,
        opened_at=record.opened_at,
        closed_at=record.closed_at,
        step=current.step if current else None,
        step_title=current.title if current else None,
        running=now.running,
        due=now.next_due,
        overdue=len(now.overdue),
        missing=tuple(Missing(step, what) for step, what in now.missing),
        reactions=now.open_reactions,
        is_emergency=now.emergency is not None,
        conflicts=len(now.conflicts),
        queries=sum(each.is_open for each in record.work.queries),
        seq=record.seq,
    )
