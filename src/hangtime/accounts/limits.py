"""How long sessions last, how strong passwords are, how soon someone is locked out.

`data/limits.toml` holds the defaults with their sources; a site's own file overrides single values.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any

import msgspec

from hangtime.accounts.permissions import Role
from hangtime.errors import UserError

Count = Annotated[int, msgspec.Meta(ge=1)]
Seconds = Annotated[int, msgspec.Meta(ge=1)]
# The least that NIST SP 800-63B-4 allows beside a second factor.
Length = Annotated[int, msgspec.Meta(ge=8)]


class UnusableLimits(UserError):
    """A file of limits that cannot be read, or sets something that is none."""


class PasswordLimits(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Lengths in characters; the cost of argon2id."""

    shortest: Length
    longest: Length
    memory_kib: Count
    passes: Count
    lanes: Count
    hashed_at_once: Count


class SessionLimits(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`idle`: since the last use; `absolute`: since signing in; `unproven`: while a second factor is
    due; seconds.
    """

    idle: Seconds
    absolute: Seconds
    unproven: Seconds
    touched_every: Seconds
    service_token: Seconds
    most_of_one_account: Count


class LockoutLimits(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Failures that cost nothing, the seconds that each further one costs, and when counting starts
    anew.
    """

    free_failures: Count
    first_wait: Seconds
    longest_wait: Seconds
    counted_for: Seconds
    free_failures_of_an_address: Count
    counted_for_of_an_address: Seconds


class SecondFactorLimits(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`roles` must have one; a step of the code lasts thirty seconds."""

    roles: frozenset[Role]
    recovery_codes: Count
    means_of_provider: frozenset[str]
    drift_steps: Annotated[int, msgspec.Meta(ge=0, le=2)]


class LinkLimits(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Seconds for which a one-time link can be used, and a login at a provider may take."""

    first_administrator: Seconds
    invitation: Seconds
    password_reset: Seconds
    login: Seconds


class BreakGlassLimits(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Seconds for which a record stays open, and the shortest reason in characters."""

    lasts: Seconds
    shortest_reason: Count


class RateLimits(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Requests in a time, such as `20/minute`; and live boards that one session has open at once."""

    sign_in_of_an_address: str
    of_a_session: str
    of_an_address: str
    streams_of_a_session: Count


class Limits(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All of them; see `data/limits.toml`."""

    password: PasswordLimits
    session: SessionLimits
    lockout: LockoutLimits
    second_factor: SecondFactorLimits
    link: LinkLimits
    break_glass: BreakGlassLimits
    rate: RateLimits


def load_limits(path: Path | None = None, **overrides: Mapping[str, Any]) -> Limits:
    """The defaults, with what a file and then the keyword tables override.

    >>> load_limits(session={"idle": 600}).session.idle
    600
    """
    read = tomllib.loads(_shipped())
    layers = [_read(path)] if path else []
    for layer in (*layers, overrides):
        for table, values in layer.items():
            if not isinstance(values, Mapping):
                raise UnusableLimits(f"limits: {table} is not a table")
            read[table] = {**read.get(table, {}), **values}
    try:
        return msgspec.convert(read, Limits)
    except msgspec.ValidationError as fault:
        raise UnusableLimits(f"limits: {fault}") from None


def _shipped() -> str:
    return files("hangtime.accounts").joinpath("data", "limits.toml").read_text("utf-8")


def _read(path: Path) -> Mapping[str, Any]:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as fault:
        raise UnusableLimits(f"{path}: not a readable TOML file of limits") from fault
