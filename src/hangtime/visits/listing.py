"""Visits by site, unit and state, page by page, newest first.

A page is told by where the last one ended and not by a number of rows, so that what is opened
meanwhile neither repeats a visit nor hides one.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Collection
from datetime import UTC, datetime
from typing import Any, NamedTuple

import msgspec
import sqlalchemy as sa

from hangtime.chart.bodies.words import FIRST_YEAR, LAST_YEAR, can_be_meant
from hangtime.store import reading
from hangtime.visits.clinic import Clinic
from hangtime.visits.projecting import patient_key
from hangtime.visits.records import Record
from hangtime.visits.tables import visit

__all__ = ["Page", "Row", "UnknownCursor", "Wanted", "find_visits"]

MOST = 200
_FIRST, _LAST = (datetime(year, 1, 1, tzinfo=UTC) for year in (FIRST_YEAR, LAST_YEAR + 1))


class UnknownCursor(ValueError):
    """A cursor that no page gave."""


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """Which visits; what is None does not matter.  Times are of opening: from, and before."""

    site_ids: frozenset[str]
    unit_id: str | None = None
    state: str | None = None
    work: Collection[str] = ()
    opened_from: datetime | None = None
    opened_before: datetime | None = None
    patient_id: str | None = None


class Row(NamedTuple):
    """One visit of a list: its row of the table, and its record."""

    work: str
    opened_at: datetime
    closed_at: datetime | None
    record: Record


class Page(NamedTuple):
    """Some visits, and from where the next page goes on; None where this is the last."""

    rows: tuple[Row, ...]
    next: str | None


def find_visits(clinic: Clinic, wanted: Wanted, limit: int = 50, cursor: str | None = None) -> Page:
    """A page of visits, the last opened first.  Raises UnknownCursor."""
    query = _filtered(wanted).order_by(visit.c.opened_at.desc(), visit.c.visit_id.desc())
    if cursor is not None:
        query = query.where(sa.tuple_(visit.c.opened_at, visit.c.visit_id) < _read(cursor))
    with reading(clinic.engine) as connection:
        rows = connection.execute(query.limit(min(limit, MOST) + 1)).all()
        shown = rows[: min(limit, MOST)]
        found = tuple(each for row in shown if (each := _with_record(clinic, row, connection)))
    return Page(found, _cursor(shown[-1]) if len(rows) > len(shown) else None)


def _filtered(wanted: Wanted) -> sa.Select[Any]:
    query = sa.select(visit).where(visit.c.site_id.in_(wanted.site_ids))
    if wanted.unit_id is not None:
        query = query.where(visit.c.unit_id == wanted.unit_id)
    if wanted.state is not None:
        query = query.where(visit.c.state == wanted.state)
    if wanted.work:
        query = query.where(visit.c.work.in_(wanted.work))
    if wanted.opened_from is not None:
        query = query.where(visit.c.opened_at >= _charted(wanted.opened_from))
    if wanted.opened_before is not None:
        query = query.where(visit.c.opened_at < _charted(wanted.opened_before))
    if wanted.patient_id is not None:
        keys = [patient_key(site, wanted.patient_id) for site in wanted.site_ids]
        query = query.where(visit.c.patient_key.in_(keys))
    return query


def _charted(at: datetime) -> datetime:
    """The moment, or the end of what can be charted: beyond it a calendar has no universal time."""
    return min(max(at, _FIRST), _LAST)


def _with_record(clinic: Clinic, row: Any, connection: sa.Connection) -> Row | None:
    """Whose visit it is, the ledger says: a row that was moved to another site shows nobody there."""
    record = clinic.records.at_least(row.visit_id, row.last_seq, connection)
    if record is None or record.site_id != row.site_id:
        return None
    return Row(row.work, row.opened_at, row.closed_at, record)


def _cursor(row: Any) -> str:
    text = f"{row.opened_at.isoformat()} {row.visit_id}"
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _read(cursor: str) -> sa.Tuple:
    try:
        text = base64.b64decode(cursor + "=" * (-len(cursor) % 4), b"-_", validate=True).decode()
        opened_at, _, visit_id = text.partition(" ")
        at = datetime.fromisoformat(opened_at)
    except (binascii.Error, ValueError):
        raise UnknownCursor("cursor") from None
    if at.tzinfo is None or not can_be_meant(at) or not visit_id or "\x00" in visit_id:
        raise UnknownCursor("cursor")
    return sa.tuple_(sa.literal(at, visit.c.opened_at.type), sa.literal(visit_id))
