"""The worklist: one derived row a visit that waits for a coder, made again from the ledger at any time."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from hangtime.store.tables import UTC

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

TEXTS = ("site_id", "unit_id", "state", "confidence", "patient_id", "patient_name", "payer")
MORE_TEXTS = ("missing", "summary")
COUNTS = (
    "lines", "decided", "queries", "open_queries", "answered", "answers", "conflicts", "infusions",
    "stops",
)  # fmt: skip
LARGE = ("stake", "amount", "answer_seconds", "lag_seconds")
INDEXES = (
    (
        "age",
        ("site_id", "state", "confidence", "since", "visit_id", "unit_id", "payer", "answered"),
    ),
    (
        "stake",
        ("site_id", "state", "confidence", "stake", "visit_id", "unit_id", "payer", "answered"),
    ),
    ("queries", ("site_id", "open_queries", "since", "visit_id")),
    ("week", ("site_id", "week", "unit_id")),
    ("payer", ("site_id", "payer")),
)


def upgrade() -> None:
    """Make the table; it is filled from the ledger when the service starts."""
    op.create_table(
        "work_item",
        sa.Column("visit_id", sa.Text, nullable=False),
        *(sa.Column(name, sa.Text, nullable=False) for name in TEXTS),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("week", sa.Text, nullable=False),
        sa.Column("since", UTC, nullable=False),
        *(sa.Column(name, sa.Text, nullable=False) for name in MORE_TEXTS),
        *(sa.Column(name, sa.BigInteger, nullable=False) for name in LARGE),
        *(sa.Column(name, sa.Integer, nullable=False) for name in COUNTS),
        sa.Column("released_at", UTC),
        sa.PrimaryKeyConstraint("visit_id", name="pk_work_item"),
    )
    for name, columns in INDEXES:
        op.create_index(f"ix_work_item_{name}", "work_item", list(columns))


def downgrade() -> None:
    """Take the derived table away; nothing is lost by it."""
    op.drop_table("work_item")
