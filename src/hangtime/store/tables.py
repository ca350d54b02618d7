"""The tables of the ledger, and the metadata that every other table of the database joins.

`ledger_entry`, `checkpoint` and `read_log` are append-only: migration 0001 gives them triggers that
refuse every change, which `metadata.create_all` would not.  A database is made by `migrate` alone.
"""

from __future__ import annotations

from datetime import UTC as UNIVERSAL
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Dialect

__all__ = ["APPEND_ONLY", "UTC", "checkpoint", "ledger_entry", "metadata", "read_log"]

metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# SQLite numbers the rows of a table itself only where the key is an INTEGER.
Counting = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


class UTC(sa.types.TypeDecorator[datetime]):
    """A moment, to the microsecond: aware going in, in universal time coming out.

    SQLite keeps no offset, so what is stored there is universal time.  A naive time is refused with
    ValueError: nobody could say which moment it was.
    """

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without an offset cannot be stored")
        universal = value.astimezone(UNIVERSAL)
        return universal.replace(tzinfo=None) if dialect.name == "sqlite" else universal

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        if value is None:
            return None
        return (
            value.replace(tzinfo=UNIVERSAL) if value.tzinfo is None else value.astimezone(UNIVERSAL)
        )


ledger_entry = sa.Table(
    "ledger_entry",
    metadata,
    sa.Column("seq", Counting, primary_key=True, autoincrement=False),
    sa.Column("entry_id", sa.Text, nullable=False, unique=True),
    sa.Column("stream", sa.Text, nullable=False),
    sa.Column("subject", sa.Text, nullable=False),
    sa.Column("nth", sa.BigInteger, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("recorded_at", UTC, nullable=False),
    sa.Column("author", sa.Text, nullable=False),
    sa.Column("body", sa.LargeBinary, nullable=False),
    sa.Column("previous", sa.LargeBinary, nullable=False),
    sa.Column("hash", sa.LargeBinary, nullable=False),
    sa.UniqueConstraint("subject", "nth"),
)
"""One entry a row; `nth` counts the entries of one subject, so that a missing one shows."""

checkpoint = sa.Table(
    "checkpoint",
    metadata,
    sa.Column("size", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("signed_at", UTC, nullable=False),
    sa.Column("document", sa.LargeBinary, nullable=False),
    sa.Column("hashes", sa.LargeBinary, nullable=False),
    sa.Column("subjects", sa.LargeBinary, nullable=False),
)
"""What was signed and published of the first `size` entries, byte for byte.

`hashes` are those of the entries since the checkpoint before, `subjects` those that had new entries,
with count and last hash: what proofs are made of, and what shows which entry was rewritten.
"""

read_log = sa.Table(
    "read_log",
    metadata,
    sa.Column("id", Counting, sa.Identity(), primary_key=True),
    sa.Column("read_at", UTC, nullable=False),
    sa.Column("account_id", sa.Text, nullable=False),
    sa.Column("visit_id", sa.Text, nullable=False),
    sa.Column("what", sa.Text, nullable=False),
    sa.Column("reason", sa.Text),
    sa.Index(None, "visit_id", "id"),
    sa.Index(None, "account_id", "id"),
)
"""Who read which patient's record, when, by which route, and why where a reason was asked."""

APPEND_ONLY = (ledger_entry, checkpoint, read_log)
