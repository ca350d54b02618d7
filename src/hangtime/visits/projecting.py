"""The tables kept beside the ledger, of visits and of the worklist: rows written with each entry, or
all made again.
"""

from __future__ import annotations

from hashlib import sha256
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from hangtime import worklist
from hangtime.chart.bodies import VisitClosed
from hangtime.store.tables import ledger_entry
from hangtime.visits.clinic import Clinic
from hangtime.visits.items import item_of
from hangtime.visits.records import VISIT, Record
from hangtime.visits.tables import visit

__all__ = ["patient_key", "project", "rebuild", "rebuild_if_empty"]

OPEN = "open"
_CHANGED = (
    sa.update(visit)
    .where(visit.c.visit_id == sa.bindparam("of_visit"))
    .values({each.name: sa.bindparam(each.name) for each in visit.c})
)


def patient_key(site_id: str, patient_id: str) -> bytes:
    """By what the visits of one patient at one site are found without name or number."""
    return sha256(f"{site_id}\x00{patient_id}".encode()).digest()


def project(connection: Connection, record: Record, *, is_new: bool) -> None:
    """Write the rows of a record as it stands."""
    item = item_of(record)
    if item is not None:
        worklist.keep(connection, item)
    elif any(isinstance(each.body, VisitClosed) for each in record.entries):
        worklist.forget(connection, record.visit_id)  # its closing was struck
    row = _row(record)
    if is_new:
        connection.execute(sa.insert(visit), row)
    else:
        changed = sa.update(visit).where(visit.c.visit_id == record.visit_id)
        connection.execute(
            changed.values(**{name: row[name] for name in row if name != "visit_id"})
        )


def rebuild(clinic: Clinic, connection: Connection) -> int:
    """Make every row again from the ledger; how many there are."""
    connection.execute(sa.delete(visit))
    worklist.forget_all(connection)
    opened = sa.select(ledger_entry.c.subject).where(ledger_entry.c.stream == VISIT).distinct()
    count = 0
    for visit_id in connection.scalars(opened).all():
        record = clinic.records.current(visit_id, connection)
        if record is not None:
            project(connection, record, is_new=True)
            count += 1
    return count


def rebuild_if_empty(clinic: Clinic) -> None:
    """Fill the tables where a ledger has visits and one of them has none, as after a migration."""
    firsts = sa.select(visit.c.visit_id).limit(1), sa.select(worklist.work_item.c.visit_id).limit(1)
    with clinic.engine.begin() as connection:
        if any(connection.scalar(each) is None for each in firsts):
            rebuild(clinic, connection)


def _row(record: Record) -> dict[str, Any]:
    opening = record.opening
    return {
        "visit_id": record.visit_id,
        "site_id": record.site_id,
        "unit_id": opening.unit_id,
        "chair": opening.chair,
        "patient_key": patient_key(record.site_id, opening.patient.patient_id),
        "state": record.state,
        "work": record.work_state,
        "is_simulated": record.first.is_simulated,
        "opened_at": record.opened_at,
        "closed_at": record.closed_at,
        "last_seq": record.seq,
    }
