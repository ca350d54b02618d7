"""The marketed contents of one item of each drug code, cut out of the published NDC crosswalk.

A vial plan needs to know which vials there are.  `build` takes the size of one item where the label
states it in the measure of the code, else the billing units of one item in our unit, and writes
`sizes.csv`.  Rows that contradict themselves are left out.  A code that has ended, and so is not in
the crosswalk, has the sizes of the code that follows it on the next day.

    python -m hangtime.codesets.importers.asp_sizes SOURCE [TARGET]
"""

from __future__ import annotations

import csv
import sys
from collections import defaultdict
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path

from hangtime.codesets.importers._writing import write_facts
from hangtime.codesets.importers.crosswalk import BY_SIZE, Checked, Row, Verdict, check
from hangtime.formulary import substances
from hangtime.formulary.products import Product, all_products, product, products_of

BY_HAND = Path(__file__).with_name("by_hand")
FORMULARY = Path(substances.__file__).with_name("data")
HEADER = (
    "Marketed contents of one item (vial, bag, syringe) by HCPCS code, in the measure of its product.",
    "source: CMS ASP NDC-HCPCS crosswalk, October 2025; rows that contradict themselves left out",
    "after: the code that followed on the next day, where the code itself has ended",
    "left out: the 2 mg vial of J2997 for catheters, and packs for many patients where the name says",
    "  so (importers/by_hand/sizes_left_out.csv); other multiple-dose vials cannot be told there",
    "built by hangtime.codesets.importers.asp_sizes",
)
MILLIGRAMS = {"mg": Decimal(1), "g": Decimal(1000), "ug": Decimal("0.001")}
TRUSTED = (Verdict.AGREES, Verdict.ROUNDED_PACKAGE, Verdict.SIZE_IS_A_COUNT, Verdict.PART_OF_A_UNIT)


def build(source: Path, target: Path) -> None:
    """Write `sizes.csv` to `target` from the crosswalk beneath `source`."""
    sold: dict[str, set[Decimal]] = defaultdict(set)
    for each in check(source):
        if each.verdict in TRUSTED and not _is_left_out(each.row):
            sold[each.row.hcpcs].add(_content(each, product(each.row.hcpcs)[-1]))
    rows = [(*row, "") for row in _rows(sold)] + list(_of_ended(sold))
    write_facts(
        target / "sizes.csv", HEADER, ("hcpcs", "size", "measure", "after"), sorted(rows, key=_key)
    )


def _is_left_out(row: Row) -> bool:
    return any(
        each["hcpcs"] in ("", row.hcpcs) and each["name"] in row.drug.lower()
        for each in _left_out()
    )


@cache
def _left_out() -> list[dict[str, str]]:
    with (BY_HAND / "sizes_left_out.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(line for line in file if not line.startswith("#")))


def _key(row: tuple[str, ...]) -> tuple[str, Decimal]:
    return row[0], Decimal(row[1])


def _rows(sold: dict[str, set[Decimal]]) -> Iterator[tuple[str, str, str]]:
    for code, sizes in sold.items():
        for size in sizes:
            yield code, f"{size.normalize():f}", product(code)[-1].measure


def _content(checked: Checked, ours: Product) -> Decimal:
    """What one item holds: the stated size, else its units in our unit, as a label would say it."""
    row = checked.row
    if ours.measure in BY_SIZE and row.size != 1:
        return row.size
    exact = row.units * ours.quantity
    places = -int(row.units.normalize().as_tuple().exponent)
    if places <= 0:
        return exact
    slack = Decimal(10) ** -places / 2 * ours.quantity
    return next(
        near for digits in range(1, 12) if abs((near := _shortened(exact, digits)) - exact) <= slack
    )


def _shortened(number: Decimal, digits: int) -> Decimal:
    return Decimal(f"{number:.{digits - 1}e}")


def _of_ended(sold: dict[str, set[Decimal]]) -> Iterator[tuple[str, str, str, str]]:
    """Sizes of codes that ended, from the code of the same drug that began the day after."""
    for ended in all_products():
        if ended.last is None or ended.hcpcs in sold or ended.maker or not ended.ingredient:
            continue
        for next_one in products_of(ended.ingredient):
            follows = next_one.first == ended.last + timedelta(days=1) and not next_one.maker
            factor = _factor(next_one.measure, ended.measure)
            if follows and factor and next_one.hcpcs in sold:
                for size in sold[next_one.hcpcs]:
                    said = f"{(size * factor).normalize():f}"
                    yield ended.hcpcs, said, ended.measure, next_one.hcpcs


def _factor(measure: str, other: str) -> Decimal | None:
    """What one of a measure is in another; None where they do not measure the same."""
    if measure == other:
        return Decimal(1)
    if measure in MILLIGRAMS and other in MILLIGRAMS:
        return MILLIGRAMS[measure] / MILLIGRAMS[other]
    return None


if __name__ == "__main__":
    build(Path(sys.argv[1]), Path(sys.argv[2]) if len(sys.argv) > 2 else FORMULARY)
