"""The published NDC crosswalk held against the formulary's units, row by row.

Each row of the ASP crosswalk states the unit of its code, the size of one item (a volume, an area,
a count), the items of a package, and the billing units of both.  `check` computes the units of a
package from the item and our unit, and says of each row that it agrees or why it does not.

The crosswalk prints no strength.  Where the unit is a weight or an activity, the strength of the
label is what CMS's units of one item say in our unit, and the size of one item takes no part.
"""

from __future__ import annotations

import csv
import math
import re
from collections.abc import Iterator
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple

from hangtime.codesets.importers.descriptors import EACH, read
from hangtime.formulary.products import Product, product

CROSSWALK = Path("data", "asp", "asp_ndc_hcpcs_crosswalk_2025Q4_clean.csv")
BY_SIZE = ("mL", "cm2")  # measures in which the label states the size of one item
LIKE_UNITS = {"g": ("mg", Decimal(1000)), "ug": ("mg", Decimal("0.001"))}


class Verdict(StrEnum):
    """What was found of one row; all but the first are reasons why it does not simply agree."""

    AGREES = "agrees"
    ROUNDED_PACKAGE = "units of the package rounded up to a whole number"
    ROUNDED_ITEM = "units of one item rounded to a whole number"
    SIZE_IS_A_COUNT = "size 1 counts the item; its volume or area is not stated"
    PART_OF_A_UNIT = "unit is any volume up to a limit: one item is one unit"
    DOSE_OF_SEVERAL = "one dose is several items"
    CONTRADICTS = "contradicts itself: units of one item times items is not units of the package"
    ITEM_CONTRADICTS = "contradicts itself: size of one item in our unit is not its units"


CONTRADICTIONS = (Verdict.CONTRADICTS, Verdict.ITEM_CONTRADICTS)


class Row(NamedTuple):
    """One row of the crosswalk; sizes and units as printed."""

    line: int
    hcpcs: str
    drug: str
    ndc: str
    dosage: str
    size: Decimal
    items: Decimal
    units: Decimal  # of one item
    package_units: Decimal


class Checked(NamedTuple):
    """One row with the verdict, our units of the package, and whether the printed unit is ours."""

    row: Row
    verdict: Verdict
    units: Decimal
    is_unit_ours: bool


def apart(row: Row) -> Decimal:
    """How far items times their units are from the units of the package, as a share of these."""
    return abs(row.units * row.items - row.package_units) / row.package_units


def rows(source: Path) -> Iterator[Row]:
    """The rows of the crosswalk beneath `source`, which holds `data/asp/...`."""
    with (source / CROSSWALK).open(encoding="latin-1", newline="") as file:
        for line, cells in enumerate(csv.DictReader(file), start=2):
            yield Row(
                line,
                cells["hcpcs"],
                cells["drug"].strip(),
                cells["ndc11"],
                re.sub(r"[^\x20-\x7e]+", " ", cells["dosage"]).strip(),
                *(
                    Decimal(cells[name])
                    for name in ("pkg_size", "pkg_qty", "billunits", "billunitspkg")
                ),
            )


def check(source: Path) -> Iterator[Checked]:
    """Every row of the crosswalk, checked."""
    for row in rows(source):
        ours = product(row.hcpcs)[-1]
        verdict = judge(row, ours)
        units = _units_of_item(row, ours) * row.items
        if verdict is Verdict.ROUNDED_PACKAGE:
            units = Decimal(math.ceil(units))
        yield Checked(row, verdict, units, is_ours(row.dosage, ours))


def _units_of_item(row: Row, ours: Product) -> Decimal:
    """Units of one item: its size in our unit where the label states it, else as printed."""
    is_stated = ours.measure in BY_SIZE and row.size != 1
    return row.size / ours.quantity if is_stated else row.units


def judge(row: Row, ours: Product) -> Verdict:
    """Whether one row says of a package what its item and our unit say, or why it does not."""
    if ours.measure in BY_SIZE:
        by_size = row.size / ours.quantity
        if by_size != row.units:
            return _why_size_differs(row, ours, by_size)
    product_of_items = row.units * row.items
    if product_of_items == row.package_units:
        return Verdict.AGREES
    if math.ceil(product_of_items) == row.package_units:
        return Verdict.ROUNDED_PACKAGE
    if ours.measure == EACH:
        return Verdict.DOSE_OF_SEVERAL
    return Verdict.CONTRADICTS


def _why_size_differs(row: Row, ours: Product, by_size: Decimal) -> Verdict:
    if row.size == 1:
        return Verdict.SIZE_IS_A_COUNT
    if ours.is_up_to and math.ceil(by_size) == row.units:
        return Verdict.PART_OF_A_UNIT
    if row.units in (math.floor(by_size), math.ceil(by_size)):
        return Verdict.ROUNDED_ITEM
    return Verdict.ITEM_CONTRADICTS


def is_ours(dosage: str, ours: Product) -> bool:
    """Whether the printed unit of a code is the formulary's, in whatever measure it is printed."""
    said = read(_plainly(dosage))
    if said.measure == EACH:
        return ours.measure == EACH
    return _in_base(said.quantity, said.measure) == _in_base(ours.quantity, ours.measure)


def _plainly(dosage: str) -> str:
    text = re.sub(r"(?<=\d),(?=\d)", "", dosage.lower())
    return re.sub(
        r"\bper factor viii iu\b|\bi\.u\. vwf:rco\b", "1 iu", re.sub(r"^1 (?=1 iu)", "", text)
    )


def _in_base(quantity: Decimal, measure: str) -> tuple[Decimal, str]:
    base, factor = LIKE_UNITS.get(measure, (measure, Decimal(1)))
    return quantity * factor, base
