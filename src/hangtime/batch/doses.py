"""What charted doses, containers and waste amount to, as the interpreter's own function tells it.

It is asked once for each distinct way of charting them and each phase of the product; rows then
only point into its table.  Of a dose with nothing beside it, in the very measure that its code
counts in, the number is no part of the way: it stands in the table as charted (`as_charted`).
"""

# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false
# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false
# pyright: reportUnknownParameterType=false, reportMissingParameterType=false
from __future__ import annotations

from decimal import Decimal
from threading import Lock
from typing import Any, NamedTuple

import numpy as np

from hangtime.amounts import fill_amounts
from hangtime.batch.arrays import Array, combined, grown
from hangtime.batch.bare import LARGEST, Bare, as_charted, bare_doses, stands_as_charted
from hangtime.batch.catalogue import Catalogue
from hangtime.batch.columns import AMOUNTS
from hangtime.batch.reading import Words
from hangtime.batch.table import Table
from hangtime.drug_lines import millilitres
from hangtime.formulary import units
from hangtime.formulary.choice import Charted
from hangtime.model import Administration, Container
from hangtime.rules.records import NOWHERE, Given
from hangtime.rules.supplies import Product
from hangtime.rules.words import Category

_IS_EXACT = AMOUNTS.names.index("is_exact")  # pyright: ignore[reportOptionalMemberAccess]
_MOST_KEPT = 1 << 17  # rows of the table before it begins anew


class Dose(NamedTuple):
    """All that is charted of one amount of a drug."""

    dose: Decimal | None
    unit: str | None
    weight: Decimal | None  # of the patient, in kilograms, where the unit asks for it
    discarded: Decimal | None
    discarded_unit: str | None
    containers: tuple[Container, ...]
    is_vaccine: bool


class Doses:
    """A table of AMOUNTS that grows with every new way of charting one; for several threads."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue, self._lock = catalogue, Lock()
        self._bare = np.zeros(0, AMOUNTS)  # of one of the unit, for each way, phase after phase
        self._bare_ends = [0]
        self._way_numbers: dict[tuple[int, str], int] = {}
        self._begin()

    def _begin(self) -> None:
        self._values: list[dict[Any, int]] = [{} for _ in Dose._fields]
        self._numbers: dict[tuple[int, ...], int] = {}
        self._table = np.zeros(1024, AMOUNTS)
        self._used = 0

    def amounts(self, table: Table, supplies: Array, is_vaccine: Array) -> tuple[Array, Array]:
        """Each row's first row in the table of AMOUNTS, -1 without a dose, and that table.

        `supplies` are the slices of products; the phases of each stand one after the other.  What
        cannot be told exactly marks its rows.
        """
        plain = bare_doses(table)
        ways = self._ways(plain, supplies, is_vaccine)
        plain, ways = plain.of(ways >= 0), ways[ways >= 0]
        at, made = self._told_apart(table, plain.rows, supplies, is_vaccine)
        begins, own = as_charted(plain.values, ways, self._bare, np.array(self._bare_ends))
        at[plain.rows] = begins + len(made)
        return at, np.concatenate([made, own])

    def _ways(self, plain: Bare, supplies: Array, is_vaccine: Array) -> Array:
        """For each bare dose its way in `_bare_ends`, -1 where its amount has to be told by itself."""
        units = [(supplies[plain.rows].astype("i8"), int(supplies.max()) + 1)]
        units.append((plain.units, len(plain.words)))
        firsts, places = combined(units)
        with self._lock:
            found = [
                self._way_of(int(supplies[plain.rows[n]]), plain.words[plain.units[n]])
                for n in firsts.tolist()
            ]
        return np.where(is_vaccine[plain.rows], NOWHERE, np.array(found, "i8")[places])

    def _way_of(self, supply: int, word: str) -> int:
        if (supply, word) not in self._way_numbers:
            one = Dose(Decimal(1), word, None, None, None, (), is_vaccine=False)
            told = np.array(self._tell(supply, one), AMOUNTS)
            is_plain = stands_as_charted(told, word)
            self._way_numbers[supply, word] = len(self._bare_ends) - 1 if is_plain else NOWHERE
            if is_plain:
                self._add_bare(told)
        return self._way_numbers[supply, word]

    def _add_bare(self, told: Array) -> None:
        begin = self._bare_ends[-1]
        self._bare_ends.append(begin + len(told))
        if self._bare_ends[-1] > len(self._bare):
            self._bare = grown(self._bare, 2 * self._bare_ends[-1])
        self._bare[begin : begin + len(told)] = told

    def _told_apart(
        self, table: Table, plain: Array, supplies: Array, is_vaccine: Array
    ) -> tuple[Array, Array]:
        """The first row of each dose that is not plain, -1 for others, and the table of them."""
        parts = _parts(table, plain)
        at = np.full(table.length, NOWHERE, "i4")
        charted = np.flatnonzero(parts[0].codes >= 0)
        if not len(charted):
            return at, self._table[:0]
        keys = [(supplies[charted].astype("i8"), int(supplies.max()) + 1)]
        keys += [(is_vaccine[charted].astype("i8"), 2)]
        keys += [(each.codes[charted], len(each.values)) for each in parts]
        firsts, places = combined(keys)
        with self._lock:
            if self._used > _MOST_KEPT:  # chunks on their way keep the table they have
                self._begin()
            told = self._told(charted[firsts], supplies, is_vaccine, parts)
            made = self._table[: self._used]
        at[charted] = told[places]
        table.good[charted[made["is_exact"][told][places] == 0]] = 0
        return at, made

    def _told(self, rows: Array, supplies: Array, is_vaccine: Array, parts: list[Words]) -> Array:
        """Where the table has what is charted on these rows."""
        known = [self._numbered(n, each) for n, each in enumerate(parts)]
        columns = [numbers[each.codes[rows]] for numbers, each in zip(known, parts, strict=True)]
        keys = np.stack([supplies[rows], is_vaccine[rows], *columns], axis=1)
        found = np.zeros(len(rows), "i4")
        for n, key in enumerate(map(tuple, keys.tolist())):
            if key not in self._numbers:
                self._numbers[key] = self._used
                self._add(int(rows[n]), supplies, is_vaccine, parts)
            found[n] = self._numbers[key]
        return found

    def _numbered(self, field: int, words: Words) -> Array:
        """A number for each distinct value, the same in every chunk; -1 for none."""
        known = self._values[field]
        return np.array([*(known.setdefault(each, len(known)) for each in words.values), -1])

    def _add(self, row: int, supplies: Array, is_vaccine: Array, parts: list[Words]) -> None:
        values = [each.values[each.codes[row]] if each.codes[row] >= 0 else None for each in parts]
        given, unit, weight, discarded, discarded_unit, opened = values
        dose = Dose(
            given, unit, weight, discarded, discarded_unit, opened or (), bool(is_vaccine[row])
        )
        told = self._tell(int(supplies[row]), dose)
        is_exact = all(each[_IS_EXACT] for each in told)
        if self._used + len(told) > len(self._table):
            self._table = grown(self._table, 2 * len(self._table) + len(told))
        added = self._table[self._used : self._used + len(told)]
        added[:] = told
        added["is_exact"] = is_exact
        self._used += len(told)

    def _tell(self, supply: int, dose: Dose) -> list[tuple[int, ...]]:
        """The amounts of a dose, phase after phase of its product."""
        with self._catalogue.lock:
            charted = self._catalogue.supplied[supply]
            products = self._catalogue.slices[supply]
            days = self._catalogue.phase_days[supply]
        return [_told(charted, products, day, dose) for day in days]


def _parts(table: Table, plain: Array) -> list[Words]:
    """The columns of `Dose` in its order, without the doses of these rows."""
    unit = table.column("dose_unit").words()
    by_weight = np.array(
        [*(bool(each) and units.per_weight(each) is not None for each in unit.values), False]
    )
    weight = table.column("weight_kg").words()
    return [
        table.column("dose").without(plain).words(),
        unit,
        Words(np.where(by_weight[unit.codes], weight.codes, NOWHERE), weight.values),
        table.column("discarded").words(),
        table.column("discarded_unit").words(),
        table.lists("containers"),
    ]


def _told(charted: Charted, products: tuple[Product, ...], day: int, dose: Dose) -> tuple[int, ...]:
    """One row of AMOUNTS, without its names: a dose of the product as charted, on a day of service."""
    given = Administration(
        administration_id="one", drug=charted.drug, route="iv_push", hcpcs=charted.hcpcs,
        ndc=charted.ndc, rxnorm=charted.rxnorm, dose=dose.dose, dose_unit=dose.unit,
        discarded=dose.discarded, discarded_unit=dose.discarded_unit, containers=dose.containers,
    )  # fmt: skip
    category = Category.VACCINE if dose.is_vaccine else Category.UNKNOWN
    row = Given(products_to=len(products), category=category)
    fill_amounts(row, given, list(products), day, dose.weight)
    held = [millilitres(each.size * each.count, each.size_unit) for each in dose.containers]
    count = sum(each.count for each in dose.containers)
    volume, is_exact = _millionths(millilitres(dose.dose, dose.unit))
    held_volume, is_held_exact = _millionths(
        sum(each for each in held if each is not None) if None not in held else None
    )
    doses = row.dose, row.opened, row.least, row.discarded
    counted = volume, held_volume, int(count * units.MILLION)
    is_exact = is_exact and is_held_exact and max(*doses, *counted) < LARGEST
    words = row.measure, row.dose_fault, row.is_single_dose, row.unread, is_exact
    return tuple(int(each) for each in (*doses, *words, *counted))


def _millionths(value: Decimal | int | None) -> tuple[int, bool]:
    """Whole millionths, NOWHERE for none, and whether nothing was lost."""
    if value is None:
        return NOWHERE, True
    parts = Decimal(value) * units.MILLION
    return int(parts), parts == int(parts)
