"""Bringing a database to this program's tables, from nothing or from an older state."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.engine import Connection, Engine

from hangtime.store.database import UnusableDatabase
from hangtime.store.tables import APPEND_ONLY

__all__ = ["assert_current", "grant", "head_revision", "migrate", "migrate_on", "revision"]

_VERSION = "alembic_version"
_LOCK = 0x68616E67  # one migration at a time; the number is ours alone on the server


def migrate(engine: Engine, to: str = "head") -> None:
    """Bring the database to a revision, all of it or none; one that is there already stays so.

    Processes that start together wait for one another.
    """
    with engine.begin() as connection:
        migrate_on(connection, to)


def migrate_on(connection: Connection, to: str = "head") -> None:
    """The same within a transaction that stands."""
    if connection.dialect.name == "postgresql":
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK)))
    found = _found(connection)
    if found is not None and found not in known_revisions():
        raise UnusableDatabase(
            f"the database is at revision {found}, which this version does not know:"
            " install the version that wrote it."
        )
    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, to)


def grant(engine: Engine, role: str) -> None:
    """Let a PostgreSQL role work on the tables without owning them.

    It reads and appends to the append-only ones, and can neither remove their triggers nor touch a
    row; the others it may change.  Raises UnusableDatabase on SQLite, which has no roles.
    """
    if engine.dialect.name != "postgresql":
        raise UnusableDatabase("SQLite has no roles: who may open the file may change it.")
    quoted = engine.dialect.identifier_preparer.quote(role)
    with engine.begin() as connection:
        tables = set(sa.inspect(connection).get_table_names())
        if not connection.scalar(sa.text("SELECT 1 FROM pg_roles WHERE rolname = :r"), {"r": role}):
            raise UnusableDatabase("the server has no such role: CREATE ROLE makes one.")
        for table in sorted(tables):
            rights = "SELECT" if table == _VERSION else "SELECT, INSERT"
            if table not in {_VERSION, *(each.name for each in APPEND_ONLY)}:
                rights += ", UPDATE, DELETE"
            connection.exec_driver_sql(f'GRANT {rights} ON "{table}" TO {quoted}')
        connection.exec_driver_sql(f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {quoted}")


def revision(engine: Engine) -> str | None:
    """The revision the database is at; None where it has no tables of ours."""
    with engine.connect() as connection:
        return _found(connection)


def head_revision() -> str:
    """The revision of this version of the program."""
    head = ScriptDirectory.from_config(_config()).get_current_head()
    assert head is not None, "the migrations are part of the package"
    return head


def known_revisions() -> frozenset[str]:
    """Every revision this version can go on from."""
    script = ScriptDirectory.from_config(_config())
    return frozenset(each.revision for each in script.walk_revisions())


def assert_current(engine: Engine) -> None:
    """Raises UnusableDatabase unless the database is at this version's revision."""
    found = revision(engine)
    if found != head_revision():
        raise UnusableDatabase(
            "the database has no ledger."
            if found is None
            else f"the database is at revision {found}, this version needs {head_revision()}:"
            " `hangtime serve` brings it there."
        )


def _found(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.set_main_option("path_separator", "os")
    return config
