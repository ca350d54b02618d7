"""The index of the weeks holds all that the figures add up, so that they are read from it alone."""

from __future__ import annotations

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

NAME = "ix_work_item_week"
KEYS = ("site_id", "week", "unit_id")
ADDED = (
    "state", "amount", "infusions", "stops", "queries", "open_queries", "answers", "answer_seconds",
    "lag_seconds",
)  # fmt: skip


def upgrade() -> None:
    """Make the index anew, wider."""
    op.drop_index(NAME, "work_item")
    op.create_index(NAME, "work_item", [*KEYS, *ADDED])


def downgrade() -> None:
    """Make it anew as it was."""
    op.drop_index(NAME, "work_item")
    op.create_index(NAME, "work_item", list(KEYS))
