"""The database by its URL: an SQLite file, or PostgreSQL.

SQLite is told to survive a crash (WAL, every commit flushed) and to let one writer in at a time:
a transaction begins by taking the write lock, so that no writer finds out at its commit that
another was faster.  `reading` asks for no such lock.
"""

from __future__ import annotations

import os
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine import URL, Connection, Engine, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError

from hangtime.errors import UserError

__all__ = ["UnusableDatabase", "connect", "reading"]

BUSY_MILLISECONDS = 30_000
POOLED, MORE = 10, 40  # connections kept, and those beside them under load
_READING = "hangtime_reading"


class UnusableDatabase(UserError):
    """A database that cannot be opened or is not of this program; its password is never said."""


def connect(url: str, *, must_exist: bool = False) -> Engine:
    """An engine for an SQLAlchemy URL, or for the path of an SQLite file; the database is opened once.

    `must_exist` refuses to make a new SQLite file.  Raises UnusableDatabase.
    """
    parsed = _parsed(url)
    if parsed.get_backend_name() == "sqlite":
        _make_private(parsed, must_exist)
    try:
        engine = sa.create_engine(
            parsed,
            pool_size=POOLED,
            max_overflow=MORE,
            pool_pre_ping=True,
            hide_parameters=True,  # an error says what failed and no value of a patient's
        )
    except ModuleNotFoundError:
        raise UnusableDatabase(
            "PostgreSQL needs psycopg: install hangtime with its extra `postgres`."
        ) from None
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _on_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    else:
        event.listen(engine, "connect", _on_postgresql)
    try:
        with engine.connect() as connection:
            connection.exec_driver_sql(
                "SELECT 1 FROM sqlite_master" if _is_file(engine) else "SELECT 1"
            )
    except DBAPIError as error:
        engine.dispose()
        raise UnusableDatabase(f"{_shown(parsed)}: cannot be opened ({reason(error)}).") from None
    return engine


@contextmanager
def reading(engine: Engine) -> Generator[Connection]:
    """A connection that sees one state of the database throughout, and cannot write.

    It waits for no writer and no writer waits for it.
    """
    with engine.connect() as connection:
        if _is_file(engine):
            yield connection.execution_options(**{_READING: True})
        else:
            yield connection.execution_options(
                isolation_level="REPEATABLE READ", postgresql_readonly=True
            )


def _parsed(url: str) -> URL:
    """The URL; a path without a scheme is an SQLite file's."""
    text = url if "://" in url else f"sqlite:///{url}"
    try:
        parsed = make_url(text.replace("postgres://", "postgresql://", 1))
        name = parsed.get_backend_name()
    except ArgumentError:
        name, parsed = "", make_url("sqlite://")
    if name not in {"sqlite", "postgresql"} or (name == "sqlite" and _is_nowhere(parsed)):
        raise UnusableDatabase(
            "the database is told by sqlite:///FILE or postgresql://USER@HOST/NAME."
        )
    return parsed


def _is_nowhere(url: URL) -> bool:
    """SQLite in memory: every connection would see a database of its own."""
    return url.database in {None, "", ":memory:"} or "mode=memory" in str(url)


def _make_private(url: URL, must_exist: bool) -> None:
    """A new file is its owner's alone, and so is what SQLite puts beside it."""
    path = Path(str(url.database))
    if path.exists():
        return
    if must_exist:
        raise UnusableDatabase(f"{_shown(url)}: there is no such file.")
    try:
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    except OSError as error:
        raise UnusableDatabase(f"{_shown(url)}: cannot be made ({error.strerror}).") from None


def _is_file(engine: Engine) -> bool:
    return engine.dialect.name == "sqlite"


def _on_sqlite(opened: Any, _: Any) -> None:
    """Settings of one connection; transactions begin where `_begin_sqlite` says so."""
    opened.isolation_level = None
    cursor = opened.cursor()
    cursor.execute(f"PRAGMA busy_timeout = {BUSY_MILLISECONDS}")
    cursor.execute("PRAGMA journal_mode = WAL")
    cursor.execute("PRAGMA synchronous = FULL")
    cursor.execute("PRAGMA fullfsync = ON")
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.execute("PRAGMA recursive_triggers = ON")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    is_reading = bool(connection.get_execution_options().get(_READING))
    connection.exec_driver_sql(f"PRAGMA query_only = {int(is_reading)}")
    connection.exec_driver_sql("BEGIN" if is_reading else "BEGIN IMMEDIATE")


def _on_postgresql(opened: Any, _: Any) -> None:
    """A commit is on disk before it is acknowledged, whatever the server's default."""
    with opened.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('synchronous_commit', 'on', false)"
            " WHERE current_setting('synchronous_commit') = 'off'"
        )
        cursor.execute(f"SET lock_timeout = {BUSY_MILLISECONDS}")
    opened.commit()


def _shown(url: URL) -> str:
    return url.render_as_string(hide_password=True)


def reason(error: DBAPIError) -> str:
    """What the driver says, on one line; it names host and user, and no password."""
    return " ".join(str(error.orig).split())
