"""A register of accounts on both databases, with a clock that tests turn."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from databases import database, engine, postgresql  # noqa: F401  (fixtures)

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
def clock() -> Clock:
    return Clock()


@pytest.fixture
def register_with(engine: Any, clock: Clock) -> Callable[..., Any]:  # noqa: F811
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
def hired(register: Any) -> Callable[..., str]:
    """`hired("ana", north=["nurse"])`: an account with the password of the tests; its id."""
    from hangtime.accounts.people import SYSTEM, NewAccount, insert

    def made(name: str, **roles_by_site: list[str]) -> str:
        roles = {site.replace("everywhere", "*"): held for site, held in roles_by_site.items()}
        new = NewAccount(sign_in_name=name, name=name.title(), credential="RN", roles_by_site=roles)
        with register.engine.begin() as connection:
            return insert(connection, register, new, SYSTEM, register.passwords.hash(PASSWORD))

    return made
