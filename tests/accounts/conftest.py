"""A register of accounts with a clock that tests turn, on SQLite and where it matters on PostgreSQL.

A test on both says so: `pytest.mark.parametrize("engine", KINDS, indirect=True)`.  Databases are
copies of one that was migrated once.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from databases import postgresql  # noqa: F401  (fixture)

PASSWORD = "seven lamps near the ferry"
CHEAP = {"memory_kib": 64, "passes": 1, "lanes": 1}


class Clock:
    """The time that a test says it is."""

    def __init__(self) -> None:
        self.at = datetime(2026, 11, 2, 7, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.at

    def turn(self, **ahead: float) -> None:
        self.at += timedelta(**ahead)


@pytest.fixture
def password() -> str:
    return PASSWORD


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite file that is migrated and empty."""
    from hangtime import store

    path = tmp_path_factory.mktemp("migrated") / "empty.db"
    engine = store.connect(f"sqlite:///{path}")
    store.migrate(engine)
    with engine.connect() as connection:
        connection.exec_driver_sql("COMMIT")
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    engine.dispose()
    return path


@pytest.fixture(scope="session")
def postgresql_copy(postgresql: Callable[[], str]) -> Callable[[], str]:  # noqa: F811
    """`postgresql_copy()`: the URL of a migrated database with nothing in it."""
    from urllib.parse import urlsplit
    from uuid import uuid4

    import psycopg

    from hangtime import store

    url = postgresql()
    engine = store.connect(url)
    store.migrate(engine)
    engine.dispose()
    template = urlsplit(url).path.removeprefix("/")

    def copied() -> str:
        name = f"hangtime_{uuid4().hex}"
        with psycopg.connect(url.replace(template, "postgres"), autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"'.encode())
        return url.replace(template, name)

    return copied


@pytest.fixture
def engine(request: pytest.FixtureRequest, migrated: Path, tmp_path: Path) -> Iterator[Any]:
    """A migrated database with nothing in it: SQLite unless the test says otherwise."""
    from hangtime import store

    if getattr(request, "param", "sqlite") == "postgresql":
        url = request.getfixturevalue("postgresql_copy")()
    else:
        url = f"sqlite:///{shutil.copy(migrated, tmp_path / 'accounts.db')}"
    connected = store.connect(url)
    yield connected
    connected.dispose()


@pytest.fixture
def register_with(engine: Any, clock: Clock) -> Callable[..., Any]:
    """`register_with(session={...})`: a register whose limits differ so from the defaults."""
    from hangtime.accounts import Register, Sealer, load_limits

    def made(**overrides: Any) -> Register:
        limits = load_limits(**{"password": CHEAP, "second_factor": {"roles": []}, **overrides})
        return Register(engine, Sealer(bytes(32)), limits, clock)

    return made


@pytest.fixture
def register(register_with: Callable[..., Any]) -> Any:
    return register_with()


@pytest.fixture
def kinds(register: Any) -> Callable[..., list[str]]:
    """`kinds(account_id)`: what the ledger says happened to an account, in order."""
    return lambda account_id: [each.kind for each in register.ledger.of(account_id, "account")]


@pytest.fixture
def hired(register: Any) -> Callable[..., str]:
    """`hired("ana", north=["nurse"])`: an account with the password of the tests; its id."""
    from hangtime.accounts.people import SYSTEM, NewAccount, insert

    def made(name: str, **roles_by_site: list[str]) -> str:
        roles = {site.replace("everywhere", "*"): held for site, held in roles_by_site.items()}
        new = NewAccount(sign_in_name=name, name=name.title(), credential="RN", roles_by_site=roles)
        with register.engine.begin() as connection:
            return insert(connection, register, new, SYSTEM, register.passwords.hash(PASSWORD))

    return made
