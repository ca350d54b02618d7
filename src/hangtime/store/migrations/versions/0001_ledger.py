"""The ledger: entries, checkpoints and the log of reads, append-only by trigger."""

from __future__ import annotations

from collections.abc import Iterator

import sqlalchemy as sa
from alembic import op

from hangtime.store.tables import UTC, Counting

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

TABLES = ("ledger_entry", "checkpoint", "read_log")

# An entry follows the last one and takes nobody's place.  SQLite's INSERT OR REPLACE deletes rows
# without asking a trigger on DELETE, so that is refused here.
MISPLACED = """
    NEW.seq <> (SELECT COALESCE(MAX(seq), 0) + 1 FROM ledger_entry)
    OR NEW.previous <> COALESCE(
         (SELECT hash FROM ledger_entry ORDER BY seq DESC LIMIT 1), {nothing})
    OR EXISTS (SELECT 1 FROM ledger_entry WHERE entry_id = NEW.entry_id)
    OR EXISTS (SELECT 1 FROM ledger_entry WHERE subject = NEW.subject AND nth = NEW.nth)
"""
IS_THERE = {
    "checkpoint": "EXISTS (SELECT 1 FROM checkpoint WHERE size >= NEW.size)",
    "read_log": "EXISTS (SELECT 1 FROM read_log WHERE id = NEW.id)",
}


def upgrade() -> None:
    """Make the tables, then the triggers of the database at hand."""
    make_tables()
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    for statement in sqlite_triggers() if is_sqlite else postgresql_triggers():
        op.get_bind().exec_driver_sql(statement)


def downgrade() -> None:
    """Refused: what is append-only is not taken down."""
    raise RuntimeError("the ledger is append-only and is not taken down; restore a backup instead")


def make_tables() -> None:
    op.create_table(
        "ledger_entry",
        sa.Column("seq", Counting, autoincrement=False, nullable=False),
        sa.Column("entry_id", sa.Text, nullable=False),
        sa.Column("stream", sa.Text, nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("nth", sa.BigInteger, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("recorded_at", UTC, nullable=False),
        sa.Column("author", sa.Text, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.Column("previous", sa.LargeBinary, nullable=False),
        sa.Column("hash", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("seq", name="pk_ledger_entry"),
        sa.UniqueConstraint("entry_id", name="uq_ledger_entry_entry_id"),
        sa.UniqueConstraint("subject", "nth", name="uq_ledger_entry_subject_nth"),
    )
    op.create_table(
        "checkpoint",
        sa.Column("size", sa.BigInteger, autoincrement=False, nullable=False),
        sa.Column("signed_at", UTC, nullable=False),
        sa.Column("document", sa.LargeBinary, nullable=False),
        sa.Column("hashes", sa.LargeBinary, nullable=False),
        sa.Column("subjects", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("size", name="pk_checkpoint"),
    )
    op.create_table(
        "read_log",
        sa.Column("id", Counting, sa.Identity(), nullable=False),
        sa.Column("read_at", UTC, nullable=False),
        sa.Column("account_id", sa.Text, nullable=False),
        sa.Column("visit_id", sa.Text, nullable=False),
        sa.Column("what", sa.Text, nullable=False),
        sa.Column("reason", sa.Text),
        sa.PrimaryKeyConstraint("id", name="pk_read_log"),
    )
    op.create_index("ix_read_log_visit_id_id", "read_log", ["visit_id", "id"])
    op.create_index("ix_read_log_account_id_id", "read_log", ["account_id", "id"])


def sqlite_triggers() -> Iterator[str]:
    for table in TABLES:
        for verb in ("UPDATE", "DELETE"):
            yield (
                f"CREATE TRIGGER {table}_refuses_{verb.lower()} BEFORE {verb} ON {table}"
                f" BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )
    misplaced = MISPLACED.format(nothing="zeroblob(32)")
    for table, condition in {"ledger_entry": misplaced, **IS_THERE}.items():
        yield (
            f"CREATE TRIGGER {table}_is_appended_to BEFORE INSERT ON {table} WHEN {condition}"
            f" BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        )


def postgresql_triggers() -> Iterator[str]:
    """`ENABLE ALWAYS`: they hold in a session that takes itself for a replica too."""
    yield (
        "CREATE OR REPLACE FUNCTION hangtime_refuse() RETURNS trigger LANGUAGE plpgsql AS $$"
        " BEGIN RAISE EXCEPTION '%% is append-only', TG_TABLE_NAME"
        " USING ERRCODE = 'integrity_constraint_violation'; END $$"
    )
    misplaced = MISPLACED.format(nothing=r"decode(repeat('00', 32), 'hex')")
    yield (
        "CREATE OR REPLACE FUNCTION hangtime_follows() RETURNS trigger LANGUAGE plpgsql AS $$"
        f" BEGIN IF {misplaced} THEN RAISE EXCEPTION 'ledger_entry is append-only'"
        " USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NEW; END $$"
    )
    for table in TABLES:
        for verb in ("UPDATE", "DELETE", "TRUNCATE"):
            name = f"{table}_refuses_{verb.lower()}"
            yield (
                f"CREATE TRIGGER {name} BEFORE {verb} ON {table}"
                " FOR EACH STATEMENT EXECUTE FUNCTION hangtime_refuse()"
            )
            yield f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name}"
    yield (
        "CREATE TRIGGER ledger_entry_is_appended_to BEFORE INSERT ON ledger_entry"
        " FOR EACH ROW EXECUTE FUNCTION hangtime_follows()"
    )
    yield "ALTER TABLE ledger_entry ENABLE ALWAYS TRIGGER ledger_entry_is_appended_to"
