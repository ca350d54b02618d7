"""The rates that come with the package: the family's services, and drugs of the quarters at hand.

Facts only, in the layout of this package; `importer` cuts them out of the published tables.
"""

from __future__ import annotations

import csv
import tomllib
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from hangtime.codesets import statuses
from hangtime.codesets.facts import rows_digest

FOLDER = Path(__file__).parent / "data"


class Release(NamedTuple):
    """One release of the physician fee schedule; `factor` is its conversion factor."""

    name: str
    first: date
    last: date
    factor: Decimal
    is_worked_out: bool


@cache
def rows(name: str) -> tuple[dict[str, str], ...]:
    """The rows of one file, by column name."""
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(line for line in file if not line.startswith("#")))


@cache
def terms() -> dict[str, Any]:
    """`terms.toml`: what applies to amounts of any table."""
    return tomllib.loads((FOLDER / "terms.toml").read_text(encoding="utf-8"))


@cache
def digest(name: str) -> str:
    """sha256 over the rows of one file, as its header states it."""
    lines = (FOLDER / name).read_text(encoding="utf-8").splitlines()
    facts = [line for line in lines if not line.startswith("#")]
    return rows_digest(facts[1:])


@cache
def treatments(name: str) -> dict[str, tuple[str, str]]:
    """How each status is paid, and that in words: `opps_statuses.csv`, `mpfs_statuses.csv`."""
    return {row["status"]: (row["paid"], row["says"]) for row in rows(name)}


def service(code: str, day: date) -> dict[str, str] | None:
    """Status and rate of a service of the family on a day; None where the table lacks it."""
    for row in _by_code("opps_services.csv").get(code, ()):
        if date.fromisoformat(row["from"]) <= day <= date.fromisoformat(row["until"]):
            return row
    return None


def quarter(day: date) -> tuple[str, date, date] | None:
    """Name and dates of the quarter of OPPS rates for a day; None where it was not at hand."""
    for row in rows("opps_quarters.csv"):
        first, last = date.fromisoformat(row["from"]), date.fromisoformat(row["until"])
        if first <= day <= last:
            return row["table"], first, last
    return None


def drug(code: str, day: date, table: str) -> dict[str, str] | None:
    """Status and rate of a drug on a day; `rate` is empty where the quarter's is not kept."""
    status = statuses.status(code, day)
    if status is None:
        return None
    found = (row for row in _by_code("opps_drugs.csv").get(code, ()) if row["table"] == table)
    return next(found, {"code": code, "status": status, "rate": ""})


@cache
def releases() -> tuple[Release, ...]:
    return tuple(
        Release(
            row["release"], date.fromisoformat(row["from"]), date.fromisoformat(row["until"]),
            Decimal(row["factor"]), row["is"] == "worked out",
        )
        for row in rows("mpfs_releases.csv")
    )  # fmt: skip


def values(code: str, modifier: str, release: str) -> dict[str, str] | None:
    """Relative values of a code with a modifier, or "" for the whole service, in one release."""
    for row in _by_code("mpfs_values.csv").get(code, ()):
        if row["modifier"] == modifier and release in row["releases"].split():
            return row
    return None


def indices(table: str, locality: str) -> dict[str, str] | None:
    """Geographic indices of a locality in seven digits, in one year's table."""
    return _keyed("gpci.csv", "locality").get((table, locality))


def limit(table: str, code: str) -> dict[str, str] | None:
    """Payment limit and coinsurance of a drug's billing unit in one quarter's table."""
    return _keyed("asp_limits.csv", "code").get((table, code))


@cache
def tables_of(name: str) -> frozenset[str]:
    """The tables that a file has rows of."""
    return frozenset(row["table"] for row in rows(name))


@cache
def _by_code(name: str) -> dict[str, tuple[dict[str, str], ...]]:
    found: dict[str, tuple[dict[str, str], ...]] = {}
    for row in rows(name):
        found[row["code"]] = (*found.get(row["code"], ()), row)
    return found


@cache
def _keyed(name: str, key: str) -> dict[tuple[str, str], dict[str, str]]:
    return {(row["table"], row[key]): row for row in rows(name)}
