"""Which dates of service the stored tables of a kind leave out between them, and which they share."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from itertools import combinations
from typing import NamedTuple

from hangtime.codesets.store.lookup import in_order
from hangtime.codesets.store.periods import spanned
from hangtime.codesets.store.records import Period, StoredTable

_DAY = timedelta(days=1)


class Gap(NamedTuple):
    """Dates between two tables of a kind that none of the kind covers."""

    kind: str
    setting: str
    period: Period

    def __str__(self) -> str:
        title = f"{self.kind} {self.setting}".strip()
        return f"gap: no table of {title} for {spanned(self.period)}"


class Overlap(NamedTuple):
    """Dates for which two tables of a kind answer, the first before the second."""

    first: StoredTable
    second: StoredTable
    period: Period

    def __str__(self) -> str:
        return (
            f"overlap: {spanned(self.period)} is in {self.first.name} and {self.second.name};"
            f" {self.first.name} goes first"
        )


def gaps(tables: Iterable[StoredTable]) -> Iterator[Gap]:
    """Each stretch between tables of one kind and setting, in whatever layout they came."""
    for (kind, setting), group in _by_kind(tables).items():
        covered = date.max
        for table in sorted(group, key=lambda each: each.first):
            if covered < table.first - _DAY:
                yield Gap(kind, setting, Period(covered + _DAY, table.first - _DAY))
            covered = table.last if covered == date.max else max(covered, table.last)


def overlaps(tables: Iterable[StoredTable]) -> Iterator[Overlap]:
    """Each two tables of one kind and setting that have a date in common."""
    for group in _by_kind(tables).values():
        for first, second in combinations(in_order(group), 2):
            common = Period(max(first.first, second.first), min(first.last, second.last))
            if common.first <= common.last:
                yield Overlap(first, second, common)


def _by_kind(tables: Iterable[StoredTable]) -> dict[tuple[str, str], list[StoredTable]]:
    groups: dict[tuple[str, str], list[StoredTable]] = {}
    for table in tables:
        groups.setdefault((table.kind, table.setting), []).append(table)
    return groups
