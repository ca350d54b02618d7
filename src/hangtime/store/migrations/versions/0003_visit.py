"""The visits at a glance: one derived row a visit, made again from the ledger at any time."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from hangtime.store.tables import UTC

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

INDEXES = (
    ("site_id", "state", "opened_at", "visit_id"),
    ("site_id", "opened_at", "visit_id"),
    ("site_id", "work", "opened_at", "visit_id"),
    ("site_id", "patient_key"),
)


def upgrade() -> None:
    """Make the table; it is filled from the ledger when the service starts."""
    op.create_table(
        "visit",
        sa.Column("visit_id", sa.Text, nullable=False),
        sa.Column("site_id", sa.Text, nullable=False),
        sa.Column("unit_id", sa.Text, nullable=False),
        sa.Column("chair", sa.Text),
        sa.Column("patient_key", sa.LargeBinary(32), nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("work", sa.Text, nullable=False),
        sa.Column("is_simulated", sa.Boolean, nullable=False),
        sa.Column("opened_at", UTC, nullable=False),
        sa.Column("closed_at", UTC),
        sa.Column("last_seq", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("visit_id", name="pk_visit"),
    )
    for columns in INDEXES:
        op.create_index("ix_visit_" + "_".join(columns), "visit", list(columns))


def downgrade() -> None:
    """Take the derived table away; nothing is lost by it."""
    op.drop_table("visit")
