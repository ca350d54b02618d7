"""What the imported crosswalks say of a National Drug Code: its product codes, and what one item is.

`hangtime codesets import` stores them by quarter.  Where none is imported, looking for one costs a
look at one file name; rows are read when the first National Drug Code is asked for.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from functools import cache, cached_property
from itertools import pairwise
from typing import NamedTuple

from hangtime.codesets.imported import FOLDER, SLICES, Slice, cells_of, slices_of
from hangtime.formulary.ndc import MalformedNdc, ndc11

__all__ = ["Crosswalk", "Package", "crosswalk"]

KIND = "ndc"
Row = tuple[str, Decimal, Decimal]  # code, size and units of one item


class Package(NamedTuple):
    """What a crosswalk says of one item (vial, bag, syringe) under one product code, between dates.

    `size`: of one item, in millilitres; 1 stands for one millilitre and for an item without a
    volume alike.  `units`: billing units of one item, as printed.  Both dates within.
    """

    code: str
    first: date
    last: date
    size: Decimal
    units: Decimal


class Crosswalk:
    """The crosswalks of one store, as it was when first asked."""

    def __init__(self, tables: tuple[Slice, ...]) -> None:
        self._tables = tables
        self._opened: dict[str, dict[str, list[list[str]]]] = {}
        self._packages: dict[str, tuple[Package, ...]] = {}
        self._volumes: dict[str, frozenset[Decimal]] = {}

    def table(self, day: date) -> str | None:
        """The name of the table in force on a date of service, None where none covers it."""
        found = self._in_force(day)
        return found.name if found else None

    def reading(self, charted: str) -> str | None:
        """The eleven digits of a charted code, None where neither its form nor a table tells them.

        Of the three readings of ten digits without hyphens it is the one that a table has.
        """
        try:
            readings = ndc11(charted)
        except MalformedNdc:
            return None
        if len(readings) == 1:
            return readings[0]
        listed = [each for each in readings if self._of(each)]
        return listed[0] if len(listed) == 1 else None

    def packages(self, charted: str) -> tuple[Package, ...]:
        """The packages of a charted code, the earliest first; none where no table has it."""
        digits = self.reading(charted)
        return self._of(digits) if digits else ()

    def codes(self, ndc: str) -> tuple[str, ...]:
        """The product codes of an eleven-digit code, whatever their dates."""
        return tuple(dict.fromkeys(each.code for each in self._of(ndc)))

    def strengths(self, code: str) -> frozenset[Decimal]:
        """Billing units in a millilitre of the items of a code whose volume is stated."""
        if code not in self._volumes:
            items = (
                _row(cells)
                for table in self._tables
                for listed in self._rows(table).values()
                for cells in listed
                if cells[1] == code
            )
            self._volumes[code] = frozenset(units / size for _, size, units in items if size != 1)
        return self._volumes[code]

    def _of(self, ndc: str) -> tuple[Package, ...]:
        if ndc not in self._packages:
            self._packages[ndc] = tuple(self._read(ndc))
        return self._packages[ndc]

    def _read(self, ndc: str) -> Iterator[Package]:
        for first, last, table in self._stretches:
            for code, size, units in map(_row, self._rows(table).get(ndc, ())):
                yield Package(code, first, last, size, units)

    def _rows(self, table: Slice) -> dict[str, list[list[str]]]:
        """The cells of a table by National Drug Code."""
        if table.name not in self._opened:
            found: dict[str, list[list[str]]] = {}
            for cells in cells_of(table, *SLICES[KIND]):
                found.setdefault(cells[0], []).append(cells)
            self._opened[table.name] = found
        return self._opened[table.name]

    @cached_property
    def _stretches(self) -> tuple[tuple[date, date, Slice], ...]:
        """Dates of service between which one table decides, the earliest first."""
        starts = {each.first for each in self._tables}
        starts |= {each.last + timedelta(1) for each in self._tables}
        ordered = sorted(starts)
        found = ((first, after, self._in_force(first)) for first, after in pairwise(ordered))
        return tuple((first, after - timedelta(1), table) for first, after, table in found if table)

    def _in_force(self, day: date) -> Slice | None:
        """As published before re-packed by others, then the latest beginning, as `Store.table`."""
        covering = [each for each in self._tables if each.first <= day <= each.last]
        return min(covering, key=lambda t: (t.variant, -t.first.toordinal()), default=None)


def crosswalk() -> Crosswalk | None:
    """The crosswalks of the store; None where none is imported.

    Read once in a process for each place told.  Raises UserError for a manifest that cannot be read.
    """
    return _crosswalk(os.environ.get(FOLDER))


@cache
def _crosswalk(told: str | None) -> Crosswalk | None:  # noqa: ARG001 - `imported.place` reads it
    tables = slices_of(KIND)
    return Crosswalk(tables) if tables else None


def _row(cells: list[str]) -> Row:
    _, code, size, units = cells
    return code, Decimal(size), Decimal(units)
