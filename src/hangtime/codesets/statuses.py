"""The OPPS status indicator of a drug code on a date of service, and the table that says so.

A status decides whether a hospital's drug line is paid on its own: N is packaged, so that no waste
modifier belongs on it.  Days that no shipped quarter covers are answered by an imported one; a day that neither covers
has no table: a finding.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from functools import cache
from typing import NamedTuple

from hangtime.codesets.facts import rows
from hangtime.codesets.imported import SLICES, Slice, cells_of, slices_of

__all__ = ["spans", "status", "table"]

KIND = "opps"
Span = tuple[date, date]


class _Imported(NamedTuple):
    """Days, both within, that an imported quarter and no other answers for."""

    first: date
    last: date
    table: Slice


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
    added = ((each.table.name, each.first, each.last) for each in _imported())
    return (*_shipped(), *added)


@cache
def _shipped() -> tuple[tuple[str, date, date], ...]:
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
    for first, last, table in _imported():
        for hcpcs, status in cells_of(table, *SLICES[KIND]):
            found.setdefault(hcpcs, []).append((first, last, status))
    return {hcpcs: tuple(spans) for hcpcs, spans in found.items()}


@cache
def _imported() -> tuple[_Imported, ...]:
    """The days that each imported quarter adds: shipped ones go first, then the latest beginning."""
    taken = [(first, last) for _, first, last in _shipped()]
    found: list[_Imported] = []
    for table in slices_of(KIND):
        added = list(_outside((table.first, table.last), taken))
        found += [_Imported(first, last, table) for first, last in added]
        taken += added
    return tuple(found)


def _outside(span: Span, taken: Iterable[Span]) -> Iterator[Span]:
    """The parts of a span of days that none of those taken covers."""
    first, last = span
    for begin, end in sorted(taken):
        if first < begin <= last:
            yield first, begin - timedelta(1)
        if begin <= last:
            first = max(first, end + timedelta(1))
    if first <= last:
        yield first, last
