"""People with a password at the real service, and pages as their browser gets them."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from hangtime import store
from hangtime.accounts import sessions
from hangtime.accounts.people import SYSTEM, NewAccount, insert
from serving import Served, served

PASSWORD = "seven lamps near the ferry"


def hire(service: Served, sign_in_name: str, name: str, roles: dict[str, list[Any]]) -> str:
    """Somebody with the password of the tests; the account's id."""
    register = service.register
    with register.engine.begin() as connection:
        new = NewAccount(sign_in_name, name, "RN", roles_by_site=roles)
        return insert(connection, register, new, SYSTEM, register.passwords.hash(PASSWORD))


def session_of(service: Served, account_id: str, label: str = "", address: str = "") -> str:
    """The token of one more session."""
    with service.register.engine.begin() as connection:
        return sessions.start(
            connection,
            service.register,
            account_id,
            by="password",
            has_second_factor=True,
            label=label,
            address=address,
        ).token


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with nothing in it but its tables."""
    path = tmp_path_factory.mktemp("migrated") / "empty.db"
    engine = store.connect(f"sqlite:///{path}")
    store.migrate(engine)
    with engine.connect() as connection:
        connection.exec_driver_sql("COMMIT")
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    engine.dispose()
    return path


@pytest.fixture
def service(migrated: Path, tmp_path: Path) -> Iterator[Served]:
    """The service over a copy of it."""
    copy = shutil.copy(migrated, tmp_path / "people.db")
    with served(tmp_path, f"sqlite:///{copy}") as running:
        yield running


class Browser:
    """Pages as somebody who is signed in gets them, and forms as they are sent."""

    def __init__(self, service: Served, account_id: str) -> None:
        self.account_id = account_id
        self._client = service.nobody
        self._cookie = service.app.state.guard.cookie
        self.token = session_of(service, account_id, "the tests")

    def get(self, path: str) -> Any:
        return self._ask("GET", path)

    def post(self, path: str, **fields: Any) -> Any:
        return self._ask("POST", path, data=fields)

    def _ask(self, method: str, path: str, **options: Any) -> Any:
        headers = {
            "accept": "text/html",
            "sec-fetch-site": "same-origin",
            "cookie": f"{self._cookie}={self.token}",
        }
        self._client.cookies.clear()
        return self._client.request(
            method, path, headers=headers, follow_redirects=False, **options
        )


@pytest.fixture
def enter(service: Served) -> Callable[..., Browser]:
    """`enter("ana", demo=["nurse"])`: the browser of somebody new."""

    def entered(name: str, **roles: list[Any]) -> Browser:
        held = {site.replace("everywhere", "*"): given for site, given in roles.items()}
        return Browser(service, hire(service, name, name.title(), held))

    return entered


@pytest.fixture
def boss(enter: Callable[..., Browser]) -> Browser:
    """The administrator of all sites."""
    return enter("bo", everywhere=["administrator"])
