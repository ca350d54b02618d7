"""One visit as the worklist shows it: a row of one derived table, written with each entry.

The table holds nothing that the ledger does not; `hangtime.visits.rebuild` makes it again.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal, NamedTuple, get_args

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from hangtime.store import UTC, metadata
from hangtime.worklist.judging import Confidence

__all__ = [
    "CONFIDENCES",
    "INDEXES",
    "STATES",
    "Item",
    "ItemState",
    "forget_all",
    "keep",
    "work_item",
]

ItemState = Literal["to_code", "coded", "queried", "held", "ready", "released"]
STATES: tuple[ItemState, ...] = get_args(ItemState)
CONFIDENCES: tuple[Confidence, ...] = get_args(Confidence)

# Each begins with what a page is told by, goes on in the order it is shown in, and ends with what
# narrows it, so that a row that does not fit is passed over without being read.  That of the weeks
# holds all that the figures add up, so that they are read from it alone.
INDEXES: tuple[tuple[str, tuple[str, ...]], ...] = (
    (
        "age",
        ("site_id", "state", "confidence", "since", "visit_id", "unit_id", "payer", "answered"),
    ),
    (
        "stake",
        ("site_id", "state", "confidence", "stake", "visit_id", "unit_id", "payer", "answered"),
    ),
    ("queries", ("site_id", "open_queries", "since", "visit_id")),
    (
        "week",
        (
            "site_id",
            "week",
            "unit_id",
            "state",
            "amount",
            "infusions",
            "stops",
            "queries",
            "open_queries",
            "answers",
            "answer_seconds",
            "lag_seconds",
        ),
    ),
    ("payer", ("site_id", "payer")),
)

work_item = sa.Table(
    "work_item",
    metadata,
    sa.Column("visit_id", sa.Text, primary_key=True),
    sa.Column("site_id", sa.Text, nullable=False),
    sa.Column("unit_id", sa.Text, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("confidence", sa.Text, nullable=False),
    sa.Column("patient_id", sa.Text, nullable=False),
    sa.Column("patient_name", sa.Text, nullable=False),
    sa.Column("payer", sa.Text, nullable=False),
    sa.Column("day", sa.Date, nullable=False),
    sa.Column("week", sa.Text, nullable=False),
    sa.Column("since", UTC, nullable=False),
    sa.Column("stake", sa.BigInteger, nullable=False),
    sa.Column("amount", sa.BigInteger, nullable=False),
    sa.Column("missing", sa.Text, nullable=False),
    sa.Column("summary", sa.Text, nullable=False),
    sa.Column("lines", sa.Integer, nullable=False),
    sa.Column("decided", sa.Integer, nullable=False),
    sa.Column("queries", sa.Integer, nullable=False),
    sa.Column("open_queries", sa.Integer, nullable=False),
    sa.Column("answered", sa.Integer, nullable=False),
    sa.Column("answers", sa.Integer, nullable=False),
    sa.Column("answer_seconds", sa.BigInteger, nullable=False),
    sa.Column("conflicts", sa.Integer, nullable=False),
    sa.Column("infusions", sa.Integer, nullable=False),
    sa.Column("stops", sa.Integer, nullable=False),
    sa.Column("released_at", UTC),
    sa.Column("lag_seconds", sa.BigInteger, nullable=False),
    *(sa.Index(f"ix_work_item_{name}", *columns) for name, columns in INDEXES),
)


class Item(NamedTuple):
    """A visit that waits for a coder, or did.

    `day`, `week`: of the service, by the site's clock; a week as "2026-W48".  `since`: from when it
    waited for a coder.  `stake`, `amount`: cents, or `judging.UNKNOWN`, and then `missing` names the
    table.  `summary`: its codes.  `answered`: questions with an answer that the coder has not
    closed; `answers` and `answer_seconds`: how many were answered, and in what time together.
    `infusions` charted, `stops` of them with a charted stop.  `lag_seconds`: from `since` to the
    release.
    """

    visit_id: str
    site_id: str
    unit_id: str
    state: ItemState
    confidence: Confidence
    patient_id: str
    patient_name: str
    payer: str
    day: date
    week: str
    since: datetime
    stake: int
    amount: int
    missing: str = ""
    summary: str = ""
    lines: int = 0
    decided: int = 0
    queries: int = 0
    open_queries: int = 0
    answered: int = 0
    answers: int = 0
    answer_seconds: int = 0
    conflicts: int = 0
    infusions: int = 0
    stops: int = 0
    released_at: datetime | None = None
    lag_seconds: int = 0


def keep(connection: Connection, item: Item) -> None:
    """Write an item as it stands now."""
    row = item._asdict()
    changed = sa.update(work_item).where(work_item.c.visit_id == item.visit_id)
    if connection.execute(changed.values(**row)).rowcount == 0:
        connection.execute(sa.insert(work_item), row)


def forget(connection: Connection, visit_id: str) -> None:
    """Take one item away: its patient is in the chair after all."""
    connection.execute(sa.delete(work_item).where(work_item.c.visit_id == visit_id))


def forget_all(connection: Connection) -> None:
    """Take every item away, to be made again."""
    connection.execute(sa.delete(work_item))


def week_of(day: date) -> str:
    """The ISO week of a day, "2026-W48"."""
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02}"
