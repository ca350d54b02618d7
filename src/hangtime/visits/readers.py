"""Who looked at the records of a site: the log of reads beside the visits it is about."""

from __future__ import annotations

from collections.abc import Collection

import sqlalchemy as sa

from hangtime.store import Read, reading
from hangtime.store.tables import read_log
from hangtime.visits.clinic import Clinic
from hangtime.visits.tables import visit

__all__ = ["reads_at"]


def reads_at(
    clinic: Clinic,
    site_ids: Collection[str],
    *,
    account_id: str | None = None,
    visit_id: str | None = None,
    before: int | None = None,
    limit: int = 100,
) -> tuple[Read, ...]:
    """The latest reads of visits of some sites, of one account or visit or of all."""
    query = (
        sa.select(*read_log.c)
        .join(visit, visit.c.visit_id == read_log.c.visit_id)
        .where(visit.c.site_id.in_(site_ids))
        .order_by(read_log.c.id.desc())
        .limit(limit)
    )
    if account_id is not None:
        query = query.where(read_log.c.account_id == account_id)
    if visit_id is not None:
        query = query.where(read_log.c.visit_id == visit_id)
    if before is not None:
        query = query.where(read_log.c.id < before)
    with reading(clinic.engine) as connection:
        return tuple(Read(**row._asdict()) for row in connection.execute(query))
