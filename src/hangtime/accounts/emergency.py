"""Breaking the glass: a record of another site, opened in an emergency, with a reason, for a while.

Nothing is asked of anyone else first.  Every opening is an entry of the ledger and stands on a list
until somebody who did not break it has reviewed it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from hangtime.accounts.people import NotYours, RefusedChange
from hangtime.accounts.permissions import EVERYWHERE
from hangtime.accounts.person import Person, may, sites_of
from hangtime.accounts.register import GLASS, Register
from hangtime.accounts.tables import account, broken_glass
from hangtime.store import reading

LONGEST_TEXT = 2000


class NoSuchOpening(LookupError):
    """No glass was broken under that id."""


@dataclass(frozen=True)
class Opening:
    """One broken glass; `finding` is what its reviewer says of it."""

    entry_id: str
    account_id: str
    name: str
    visit_id: str
    site_id: str
    reason: str
    broken_at: datetime
    ends_at: datetime
    reviewed_at: datetime | None
    reviewed_by: str | None
    finding: str | None


def break_glass(
    register: Register, person: Person, visit_id: str, site_id: str, reason: str
) -> datetime:
    """Open one visit's record to someone; the moment until which it is open.

    Raises NotYours where the person may not, RefusedChange where the reason is none.
    """
    if person.is_service or not may(person, "break_glass"):
        raise NotYours
    said = _said("reason", reason, register.limits.break_glass.shortest_reason)
    now = register.now()
    ends_at = now + timedelta(seconds=register.limits.break_glass.lasts)
    with register.engine.begin() as connection:
        facts = {"reason": said, "site_id": site_id, "ends_at": ends_at}
        entry_id = register.enter(
            connection, "glass_broken", visit_id, person.account_id, facts, stream=GLASS
        )
        connection.execute(
            sa.insert(broken_glass).values(
                entry_id=entry_id,
                account_id=person.account_id,
                visit_id=visit_id,
                site_id=site_id,
                reason=said,
                broken_at=now,
                ends_at=ends_at,
            )
        )
    return ends_at


def reason_of(
    connection: sa.Connection, person: Person, visit_id: str, now: datetime
) -> str | None:
    """The reason of someone's open glass on a visit, for the log of reads."""
    asked = sa.select(broken_glass.c.reason).where(
        broken_glass.c.account_id == person.account_id,
        broken_glass.c.visit_id == visit_id,
        broken_glass.c.ends_at > now,
    )
    return connection.scalar(asked.order_by(broken_glass.c.ends_at.desc()).limit(1))


def openings(
    register: Register,
    reviewer: Person,
    *,
    is_reviewed: bool | None = False,
    site_id: str | None = None,
    limit: int = 100,
) -> tuple[Opening, ...]:
    """Openings at the reviewer's sites, or at one of them; by default those nobody has reviewed.

    The oldest come first; of those that were reviewed, the last.
    """
    asked = sa.select(broken_glass, account.c.name).join_from(
        broken_glass, account, broken_glass.c.account_id == account.c.account_id
    )
    if is_reviewed is not None:
        is_open = broken_glass.c.reviewed_at.is_(None)
        asked = asked.where(~is_open if is_reviewed else is_open)
    sites = sites_of(reviewer, "review_break_glass")
    if EVERYWHERE not in sites:
        asked = asked.where(broken_glass.c.site_id.in_(sites))
    if site_id is not None:
        asked = asked.where(broken_glass.c.site_id == site_id)
    order = broken_glass.c.reviewed_at.desc() if is_reviewed else broken_glass.c.broken_at
    asked = asked.order_by(order, broken_glass.c.entry_id).limit(limit)
    with reading(register.engine) as connection:
        return tuple(_opening(row) for row in connection.execute(asked))


def review(register: Register, reviewer: Person, entry_id: str, finding: str) -> None:
    """Say of an opening whether it was right; once, by somebody else.

    Raises NoSuchOpening, NotYours for another site's, RefusedChange.
    """
    said = _said("finding", finding, 1)
    with register.engine.begin() as connection:
        is_this = broken_glass.c.entry_id == entry_id
        row = connection.execute(sa.select(broken_glass).where(is_this)).first()
        if row is None:
            raise NoSuchOpening
        if not may(reviewer, "review_break_glass", row.site_id):
            raise NotYours
        if row.account_id == reviewer.account_id:
            raise RefusedChange("entry_id", "nobody reviews an opening of his or her own")
        values = {
            "reviewed_at": register.now(),
            "reviewed_by": reviewer.account_id,
            "finding": said,
        }
        reviewed = sa.update(broken_glass).where(is_this, broken_glass.c.reviewed_at.is_(None))
        if not connection.execute(reviewed.values(**values)).rowcount:
            raise RefusedChange("entry_id", "it was reviewed already")
        facts = {"opening": entry_id, "finding": said}
        register.enter(
            connection, "glass_reviewed", row.visit_id, reviewer.account_id, facts, stream=GLASS
        )


def _said(field: str, text: str, shortest: int) -> str:
    said = "".join(each for each in text if each.isprintable() or each in "\n\t").strip()
    letters = sum(each.isalnum() for each in said)
    if letters < shortest or len(said) > LONGEST_TEXT:
        needs = f"it needs at least {shortest} letters, and has at most {LONGEST_TEXT} characters"
        raise RefusedChange(field, needs)
    return said


def _opening(row: sa.Row[Any]) -> Opening:
    return Opening(
        entry_id=row.entry_id,
        account_id=row.account_id,
        name=row.name,
        visit_id=row.visit_id,
        site_id=row.site_id,
        reason=row.reason,
        broken_at=row.broken_at,
        ends_at=row.ends_at,
        reviewed_at=row.reviewed_at,
        reviewed_by=row.reviewed_by,
        finding=row.finding,
    )
