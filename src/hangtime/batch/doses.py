"""What charted doses, containers and waste amount to, as the interpreter's own function tells it.

It is asked once for each distinct way of charting them and each phase of the product; rows then
only point here.
"""

# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false
# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false
# pyright: reportUnknownParameterType=false, reportMissingParameterType=false
from __future__ import annotations

from decimal import Decimal
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np

from hangtime.amounts import fill_amounts
from hangtime.batch.arrays import Array, combined
from hangtime.batch.catalogue import Catalogue
from hangtime.batch.columns import AMOUNTS
from hangtime.batch.reading import Words
from hangtime.batch.table import Table
from hangtime.drug_lines import millilitres
from hangtime.formulary import units
from hangtime.formulary.choice import Charted
from hangtime.model import Administration, Container
from hangtime.product_facts import products_of_chart
from hangtime.rules.records import NOWHERE, Given
from hangtime.rules.words import Category

_MOST = 2**47  # millionths; what the rules make of more might not fit into 64 bits


class Dose(NamedTuple):
    """All that is charted of one amount of a drug."""

    dose: Decimal | None
    unit: str | None
    weight: Decimal | None  # of the patient, in kilograms, where the unit asks for it
    discarded: Decimal | None
    discarded_unit: str | None
    containers: tuple[Container, ...]
    is_vaccine: bool


def amounts(table: Table, supplies: Array, is_vaccine: Array) -> tuple[Array, Array]:
    """Each row's first row in a table of AMOUNTS, -1 where no dose is charted, and that table.

    `supplies` are the slices of products.  There is one row in it for each phase of a slice.  An
    amount of which a line could not be told exactly marks its rows.
    """
    parts = _parts(table)
    at = np.full(table.length, NOWHERE, "i4")
    charted = np.flatnonzero(parts[0].codes >= 0)
    if not len(charted):
        return at, np.zeros(1, AMOUNTS)
    slices = int(supplies.max()) + 1
    keys = [(supplies[charted].astype("i8"), slices), (is_vaccine[charted].astype("i8"), 2)]
    keys += [(each.codes[charted], len(each.values)) for each in parts]
    firsts, places = combined(keys)
    ends: list[int] = []
    told: list[tuple[int, ...]] = []
    for row in charted[firsts].tolist():
        ends.append(len(told))
        values = [each.values[each.codes[row]] if each.codes[row] >= 0 else None for each in parts]
        dose = Dose(*values[:5], values[5] or (), bool(is_vaccine[row]))
        told += _in_phases(table.catalogue, int(supplies[row]), dose)
    at[charted] = np.array(ends, "i4")[places]
    made = np.array(told, AMOUNTS)
    table.good[charted[~_are_exact(made, ends)[places]]] = 0
    return at, made


def _parts(table: Table) -> list[Words]:
    """The columns of `Dose` in its order."""
    unit = table.column("dose_unit").words()
    by_weight = np.array(
        [*(bool(each) and units.per_weight(each) is not None for each in unit.values), False]
    )
    weight = table.column("weight_kg").words()
    return [
        table.column("dose").words(),
        unit,
        Words(np.where(by_weight[unit.codes], weight.codes, NOWHERE), weight.values),
        table.column("discarded").words(),
        table.column("discarded_unit").words(),
        table.lists("containers"),
    ]


def _in_phases(catalogue: Catalogue, supply: int, dose: Dose) -> list[tuple[int, ...]]:
    with catalogue.lock:
        charted, days = catalogue.supplied[supply], catalogue.phase_days[supply]
    return [_told(charted, day, dose) for day in days]


@lru_cache(maxsize=1 << 17)
def _told(charted: Charted, day: int, dose: Dose) -> tuple[int, ...]:
    """One row of AMOUNTS: a dose of the product as charted, on a day of service."""
    given = Administration(
        administration_id="one", drug=charted.drug, route="iv_push", hcpcs=charted.hcpcs,
        ndc=charted.ndc, rxnorm=charted.rxnorm, dose=dose.dose, dose_unit=dose.unit,
        discarded=dose.discarded, discarded_unit=dose.discarded_unit, containers=dose.containers,
    )  # fmt: skip
    products = products_of_chart(charted)
    category = Category.VACCINE if dose.is_vaccine else Category.UNKNOWN
    row = Given(products_to=len(products), category=category)
    fill_amounts(row, given, list(products), day, dose.weight)
    held = [millilitres(each.size * each.count, each.size_unit) for each in dose.containers]
    count = sum(each.count for each in dose.containers)
    volume, is_exact = _millionths(millilitres(dose.dose, dose.unit))
    held_volume, is_held_exact = _millionths(
        sum(each for each in held if each is not None) if None not in held else None
    )
    wide = (
        row.dose, row.opened, row.least, row.discarded, volume, held_volume, count * units.MILLION
    )  # fmt: skip
    is_exact = is_exact and is_held_exact and max(wide) < _MOST
    words = row.measure, row.dose_fault, row.is_single_dose, row.unread, is_exact
    return tuple(int(each) for each in (*wide, *words))


def _millionths(value: Decimal | int | None) -> tuple[int, bool]:
    """Whole millionths, NOWHERE for none, and whether nothing was lost."""
    if value is None:
        return NOWHERE, True
    parts = Decimal(value) * units.MILLION
    return int(parts), parts == int(parts)


def _are_exact(made: Any, begins: list[int]) -> Array:
    return np.minimum.reduceat(made["is_exact"], begins) == 1
