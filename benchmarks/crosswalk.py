"""The published NDC crosswalk against the formulary's units, and how full the formulary's table is.

    python benchmarks/crosswalk.py [--shared ../shared] [--list]

Prints how many rows agree, how many contradict themselves, and every other class with its reason;
`--list` adds each row of them.  Then the labels of the MIMIC-IV demo's prescriptions, which do print
a strength, against the same rows; then the fill rate of each field of `products.csv`.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import re
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

from hangtime.codesets.importers.crosswalk import Checked, Verdict, apart, check
from hangtime.codesets.importers.descriptors import MEASURES
from hangtime.codesets.importers.hcpcs_drugs import COLUMNS, by_hand
from hangtime.formulary import _tables
from hangtime.formulary.products import Product, all_products, product

SHARED = Path(__file__).resolve().parents[2] / "shared"
PRESCRIPTIONS = Path("data", "mimic-iv-demo", "hosp", "prescriptions.csv.gz")
TOLERANCE = Decimal("0.01")  # of the printed units: what rounding alone may explain
MILLIGRAMS = {"mg": Decimal(1), "g": Decimal(1000), "ug": Decimal("0.001")}
NUMBER = r"(\d[\d,]*(?:\.\d+)?|\.\d+)"
UNIT = r"(mcg|mg|gm|grams?|g|units?|meq|ml)\b"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shared", type=Path, default=SHARED, help="folder with the public data")
    parser.add_argument("--list", action="store_true", help="print each row that does not agree")
    options = parser.parse_args()
    checked = list(check(options.shared))
    report(checked)
    if options.list:
        listing(checked)
    labels(options.shared, checked)
    fill()


def report(checked: list[Checked]) -> None:
    found = Counter(each.verdict for each in checked)
    same = sum(each.units == each.row.package_units for each in checked)
    print(f"rows                                   {len(checked):>6,}")
    print(f"units of the package equal ours        {same:>6,}  {same / len(checked):.1%}")
    for verdict in Verdict:
        print(f"  {found[verdict]:>6,}  {verdict}")
    unequal = [each for each in checked if apart(each.row)]
    loose = sum(apart(each.row) > TOLERANCE for each in unequal)
    print(
        f"items times their units unlike the package: {len(unequal)}, by more than 1 %: {loose}; of them"
    )
    for verdict, count in Counter(each.verdict for each in unequal).most_common():
        print(f"  {count:>6,}  {verdict}")
    other = Counter(each.row.hcpcs for each in checked if not each.is_unit_ours)
    print(f"unit printed in other words than ours: {other.total()} rows of {len(other)} codes")
    for code, count in sorted(other.items()):
        print(f"  {count:>6,}  {code} {by_hand('asp_dosages.csv')[code]['why']}")


def listing(checked: list[Checked]) -> None:
    for each in checked:
        if each.verdict is not Verdict.AGREES:
            row = each.row
            off = " [by more than 1 %]" if apart(row) > TOLERANCE else ""
            print(
                f"line {row.line} {row.hcpcs} {row.ndc} {row.drug}: size {row.size:f}, items {row.items:f},"
                f" units {row.units:f} and {row.package_units:f}, ours {each.units:f}: {each.verdict}{off}"
            )


def labels(shared: Path, checked: list[Checked]) -> None:
    """Contents printed on the labels of real orders against the units of one item."""
    by_ndc: dict[str, list[Checked]] = {}
    for each in checked:
        by_ndc.setdefault(each.row.ndc, []).append(each)
    said = {pair for pair in _orders(shared / PRESCRIPTIONS) if pair[0] in by_ndc}
    verdicts: Counter[str] = Counter()
    for ndc, strength in sorted(said):
        verdict = max((_compare(strength, each) for each in by_ndc[ndc]), key=_RANK.index)
        verdicts[verdict] += 1
        if verdict == "differs":
            row = by_ndc[ndc][0].row
            print(f"  {ndc} {row.hcpcs} label {strength!r}, units of one item {row.units:f}")
    print(f"labels of orders whose NDC is in the crosswalk: {dict(verdicts)} of {len(said)}")


_RANK = ("no content on the label", "other measure", "differs", "agrees")


def _orders(path: Path) -> Iterator[tuple[str, str]]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            yield row["ndc"], row["prod_strength"].strip()


def _compare(strength: str, each: Checked) -> str:
    ours = product(each.row.hcpcs)[-1]
    contents = [_in(ours, amount, unit) for amount, unit in _contents(strength)]
    if not contents:
        return "no content on the label"
    known = [content for content in contents if content is not None]
    if not known:
        return "other measure"
    is_same = any(abs(content - each.row.units) <= TOLERANCE * content for content in known)
    return "agrees" if is_same else "differs"


def _in(ours: Product, amount: Decimal, unit: str) -> Decimal | None:
    """Units of one item with this content; None where the label measures something else."""
    measure = MEASURES[unit]
    if measure == ours.measure:
        return amount / ours.quantity
    if measure in MILLIGRAMS and ours.measure in MILLIGRAMS:
        return amount * MILLIGRAMS[measure] / MILLIGRAMS[ours.measure] / ours.quantity
    return None


def _contents(strength: str) -> Iterator[tuple[Decimal, str]]:
    """What a label may say one item holds: an amount, or a concentration times a volume."""
    text = strength.lower().replace(",", "")
    amounts = [(Decimal(number), unit) for number, unit in re.findall(NUMBER + r"\s*" + UNIT, text)]
    yield from amounts
    for number, unit, per in re.findall(NUMBER + r"\s*" + UNIT + r"\s*/\s*(\d*)\s*ml", text):
        for volume, volume_unit in amounts:
            if volume_unit == "ml" and volume != Decimal(per or 1):
                yield Decimal(number) * volume / Decimal(per or 1), unit


def fill() -> None:
    rows = list(_tables.rows("products.csv"))
    drugs = [row for row in rows if row["measure"] != "cm2"]
    print(
        f"codes {len({row['hcpcs'] for row in rows}):,}, of them no skin substitute {len(drugs):,},"
    )
    print(
        f"in force {sum(each.last is None for each in all_products()):,}; filled, of {len(drugs):,}:"
    )
    for name in COLUMNS:
        filled = sum(bool(row[name]) for row in drugs)
        print(f"  {name:<15}{filled:>6,}  {filled / len(drugs):.1%}")


if __name__ == "__main__":
    main()
