"""The OPPS status indicator of a drug code on a date of service, and the table that says so.

A status decides whether a hospital's drug line is paid on its own: N is packaged, so that no waste
modifier belongs on it.  A day that no published quarter covers has no table: a finding.
"""

from __future__ import annotations

from datetime import date
from functools import cache

from hangtime.codesets.facts import rows

__all__ = ["spans", "status", "table"]


def status(hcpcs: str, day: date) -> str | None:
    """The status indicator of a code on a day of service; None where no table says one."""
    spans = _by_code().get(hcpcs, ())
    return next((status for first, last, status in spans if first <= day <= last), None)


def spans(hcpcs: str) -> tuple[tuple[date, date], ...]:
    """First and last day of each stretch on which a code has one status."""
    return tuple((first, last) for first, last, _ in _by_code().get(hcpcs, ()))


def table(day: date) -> str | None:
    """The name of the table in force on a day of service, as outputs name it: `opps-2024-07`."""
    return next((name for name, first, last in _tables() if first <= day <= last), None)


@cache
def _tables() -> tuple[tuple[str, date, date], ...]:
    return tuple(
        (name, date.fromisoformat(first), date.fromisoformat(last))
        for name, first, last in rows("status_tables.csv")
    )


@cache
def _by_code() -> dict[str, tuple[tuple[date, date, str], ...]]:
    found: dict[str, list[tuple[date, date, str]]] = {}
    for hcpcs, first, last, status in rows("drug_status.csv"):
        span = (date.fromisoformat(first), date.fromisoformat(last), status)
        found.setdefault(hcpcs, []).append(span)
    return {hcpcs: tuple(spans) for hcpcs, spans in found.items()}
