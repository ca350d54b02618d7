"""Where a session began: its owner sees by the address whether it is one of his or her own."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; of sessions that are open already nothing is known."""
    op.add_column("session", sa.Column("address", sa.Text, nullable=False, server_default=""))


def downgrade() -> None:
    """Take the column away; the ledger still names the address of every sign-in."""
    with op.batch_alter_table("session") as table:
        table.drop_column("address")
