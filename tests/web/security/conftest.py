"""The real service, people with a password, and browsers of theirs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from serving import Served, served

PASSWORD = "seven lamps near the ferry"
CHEAP = "[password]\nmemory_kib = 64\npasses = 1\nlanes = 1\n"


@pytest.fixture
def password() -> str:
    return PASSWORD


@pytest.fixture
def serving(tmp_path: Path) -> Iterator[Callable[..., Served]]:
    """`serving("[rate] ...", base_url=...)`: the service with limits and settings of its own.

    `roles`: those that have to have a second factor.
    """
    from contextlib import ExitStack

    with ExitStack() as stack:

        def start(
            limits: str = "", *, roles: tuple[str, ...] = ("coder",), **settings: Any
        ) -> Served:
            path = tmp_path / "own-limits.toml"
            asked = f"[second_factor]\nroles = {[*roles]}\n"
            path.write_text(CHEAP + asked + limits, "utf-8")
            url = f"sqlite:///{tmp_path / 'hangtime.db'}"
            return stack.enter_context(served(tmp_path, url, limits=path, **settings))

        yield start


@pytest.fixture
def service(serving: Callable[..., Served]) -> Served:
    return serving()


@pytest.fixture
def hired(service: Served) -> Callable[..., str]:
    """`hired("ana", demo=["nurse"])`: somebody with the password of the tests; the account's id."""
    return lambda name, **roles: hire_at(service, name, roles)


@pytest.fixture
def hire() -> Callable[[Served, str, dict[str, list[str]]], str]:
    """`hire(service, "ana", {"demo": ["nurse"]})`: the same at a service one started."""
    return hire_at


def hire_at(service: Served, name: str, roles: dict[str, list[str]]) -> str:
    from hangtime.accounts.people import SYSTEM, NewAccount, insert

    register = service.register
    held = {site.replace("everywhere", "*"): given for site, given in roles.items()}
    with register.engine.begin() as connection:
        new = NewAccount(name, name.title(), "RN", roles_by_site=held)
        return insert(connection, register, new, SYSTEM, register.passwords.hash(PASSWORD))


@pytest.fixture
def browser(service: Served) -> Callable[..., Any]:
    """`browser()`: a new browser, which says with every request that it comes from our own page."""
    from fastapi.testclient import TestClient

    def opened(**headers: str) -> TestClient:
        own = {"sec-fetch-site": "same-origin", "accept": "text/html", **headers}
        return TestClient(service.app, headers=own, follow_redirects=False)

    return opened


@pytest.fixture
def signed_in(browser: Callable[..., Any]) -> Callable[..., Any]:
    """`signed_in("ana")`: a browser in which somebody has signed in."""

    def entered(name: str, **headers: str) -> Any:
        client = browser(**headers)
        typed = {"sign_in_name": name, "password": PASSWORD}
        answer = client.post("/api/v1/session", json=typed)
        assert answer.status_code == 201, answer.text
        return client

    return entered
