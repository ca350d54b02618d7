"""Drug units of real orders, by the NDC of the product and by its name alone.

    python benchmarks/prescriptions.py [--shared ../shared] [--list]

Orders are those of the MIMIC-IV demo that are given by vein and whose NDC is in the ASP crosswalk of
October 2025, which is imported into a store of its own for the run.  Each is coded by the engine as
one administration of its dose.  The demo's dates are shifted by a century and more, so that the
crosswalk's first day stands for the date of service.  Prints the share with units, each other order
with its reason, where name and NDC give different codes, and a sample for a check by hand.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import os
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from functools import cache
from pathlib import Path
from typing import Literal, NamedTuple

from hangtime.codesets.imported import FOLDER
from hangtime.codesets.packages import crosswalk
from hangtime.codesets.store import Store
from hangtime.codesets.store.importing import import_files
from hangtime.engine import Coder
from hangtime.formulary.products import Product, Scope, product
from hangtime.model import Administration, Encounter, Line

SHARED = Path(__file__).resolve().parents[2] / "shared"
ORDERS = Path("data", "mimic-iv-demo", "hosp", "prescriptions.csv.gz")
CROSSWALK = Path("data", "asp", "asp_crosswalk.csv")
DAY = date(2025, 10, 1)
START, STOP = datetime(2025, 10, 1, 9), datetime(2025, 10, 1, 10)
BY_VEIN: dict[str, Literal["iv_infusion", "iv_push"]] = {
    "IV": "iv_infusion", "IV DRIP": "iv_infusion", "IVPCA": "iv_infusion", "IV BOLUS": "iv_push",
}  # fmt: skip
SAMPLE = 20
NO_DOSE = "the order has no dose in numbers"
RANGE = "the order gives a range, of which the record of giving has the dose"
ZERO = "the order gives a dose of 0"


class Order(NamedTuple):
    """What an order says of its product and dose."""

    drug: str
    ndc: str
    strength: str
    dose: str
    dose_unit: str
    form: str
    form_unit: str
    route: str
    kind: str  # MAIN, ADDITIVE, or BASE: the fluid that another drug is in


class Coded(NamedTuple):
    """The drug line of an order, or the reasons why it has none."""

    line: Line | None
    reasons: tuple[str, ...]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shared", type=Path, default=SHARED, help="folder with the public data")
    parser.add_argument("--list", action="store_true", help="print each difference of name and NDC")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        imported(options.shared, Path(folder))
        orders = Counter(listed_orders(options.shared))
        print(f"orders by vein {sum(1 for _ in orders_by_vein(options.shared)):,}")
        report("by NDC", orders, by_ndc)
        report("by name alone", orders, by_name, is_listing=False)
        differences(orders, is_listing=options.list)
        sample(orders)


def imported(shared: Path, store: Path) -> None:
    """Import the crosswalk into a store, and have the engine look there."""
    for _ in import_files([shared / CROSSWALK], store):
        pass
    os.environ[FOLDER] = str(store)


def orders_by_vein(shared: Path) -> Iterator[Order]:
    """Every order of the demo that is given by vein."""
    with gzip.open(shared / ORDERS, "rt", encoding="utf-8", newline="") as text:
        for row in csv.DictReader(text):
            if row["route"] in BY_VEIN:
                yield Order(
                    row["drug"].strip(), row["ndc"], row["prod_strength"].strip(),
                    row["dose_val_rx"], row["dose_unit_rx"].strip(), row["form_val_disp"],
                    row["form_unit_disp"].strip(), row["route"], row["drug_type"],
                )  # fmt: skip


def listed_orders(shared: Path) -> Iterator[Order]:
    """Those of them whose NDC is in the crosswalk."""
    listed = crosswalk()
    assert listed is not None, "the crosswalk was imported"
    for order in orders_by_vein(shared):
        if order.ndc not in ("", "0") and listed.packages(order.ndc):
            yield order


@cache
def by_ndc(order: Order) -> Coded:
    """The drug line of an order with its NDC."""
    return _code(order, order.ndc)


@cache
def by_name(order: Order) -> Coded:
    """The drug line of an order as though no NDC were charted."""
    return _code(order, None)


def _code(order: Order, ndc: str | None) -> Coded:
    dose = _number(order.dose)
    if not dose:
        is_range = "-" in order.dose.strip("-")
        return Coded(None, (RANGE if is_range else NO_DOSE if dose is None else ZERO,))
    given = Administration(
        administration_id="1", drug=order.drug, route=BY_VEIN[order.route], ndc=ndc, dose=dose,
        dose_unit=order.dose_unit or None, start=START, stop=STOP,
    )  # fmt: skip
    encounter = Encounter(encounter_id="1", setting="facility", administrations=(given,))
    outcome = _coder().code(encounter)
    lines = [line for line in outcome.lines if any(r.rule == "DRG-UNITS" for r in line.rules)]
    said = [each.reason.rule for each in (*outcome.findings, *outcome.not_reported)]
    of_lines = [reason.rule for line in outcome.lines for reason in line.rules]
    why = [rule for rule in said if rule.startswith("DRG-")]
    why += [rule for rule in of_lines if "UNLISTED" in rule]
    why = why or [rule for rule in (*said, *of_lines) if rule.startswith(("BND-", "CLS-"))]
    return Coded(lines[0] if lines else None, tuple(dict.fromkeys(why)))


@cache
def _coder() -> Coder:
    return Coder()


def _number(text: str) -> Decimal | None:
    try:
        found = Decimal(text.replace(",", "").strip())
    except InvalidOperation:
        return None
    return found if found.is_finite() and found >= 0 else None


def why_not(coded: Coded) -> str:
    """The reasons of an order without units; never empty."""
    return ", ".join(coded.reasons) or "no reason"


def report(
    title: str, orders: Counter[Order], code: Callable[[Order], Coded], *, is_listing: bool = True
) -> None:
    """The share with units and of these the units of the NDC; each other order under its reason."""
    total = orders.total()
    good = sum(count for order, count in orders.items() if code(order).line)
    bases = sum(count for order, count in orders.items() if order.kind == "BASE")
    print(f"\n{title}: orders by vein whose NDC is in the crosswalk {total:,}")
    print(f"  of {len({order.ndc for order in orders})} NDCs; {bases:,} are the fluid of a drug")
    print(f"  with drug units {good:,}  {good / total:.2%}")
    counted, missing = Counter[str](), Counter[str]()
    for order, count in orders.items():
        line = code(order).line
        if line is None:
            missing[why_not(code(order))] += count
        else:
            counted[line.ndc_unit or "none"] += count
    print(f"  unit of the NDC: {', '.join(f'{unit} {n:,}' for unit, n in counted.most_common())}")
    for reason, count in missing.most_common():
        print(f"  {count:>5,}  {reason}")
        for text, times in _described(orders, reason, code) if is_listing else ():
            print(f"         {times:>4} × {text}")


def _described(
    orders: Counter[Order], reason: str, code: Callable[[Order], Coded]
) -> list[tuple[str, int]]:
    found = Counter[str]()
    for order, count in orders.items():
        if code(order).line is None and why_not(code(order)) == reason:
            found[f"{order.drug} | {order.strength} | {order.dose} {order.dose_unit}"] += count
    return found.most_common()


def differences(orders: Counter[Order], *, is_listing: bool) -> None:
    """Orders of which the NDC and the name give different codes or units, by reason."""
    reasons, texts = Counter[str](), dict[str, Counter[str]]()
    for order, count in orders.items():
        reason = why_other(by_ndc(order), by_name(order))
        if reason:
            reasons[reason] += count
            texts.setdefault(reason, Counter())[_pair(order)] += count
    print(f"\nthe NDC's code and the name's code differ in {reasons.total():,} orders")
    for reason, count in reasons.most_common():
        print(f"  {count:>5,}  {reason}")
        for text, times in texts[reason].most_common(None if is_listing else 6):
            print(f"         {times:>4} × {text}")


def _pair(order: Order) -> str:
    codes = [each.line.code if each.line else "none" for each in (by_ndc(order), by_name(order))]
    return f"{order.drug} | {order.strength}: NDC {codes[0]}, name {codes[1]}"


def why_other(ndc: Coded, name: Coded) -> str:
    """Why NDC and name give different codes or units; "" where they give the same."""
    if ndc.line is None or name.line is None:
        if ndc.line is None and name.line is None:
            return ""
        without = "name" if name.line is None else "NDC"
        return f"no units by {without}: {why_not(name if name.line is None else ndc)}"
    if ndc.line.code == name.line.code:
        same = ndc.line.units == name.line.units
        return "" if same else "one code, other units"
    ours, other = _latest(ndc.line.code), _latest(name.line.code)
    if ours.scope is Scope.ONE:
        return "the NDC is of the maker that has a code of its own"
    if ours.ingredient == other.ingredient:
        return "codes of one ingredient"
    return "codes of two ingredients"


def _latest(code: str) -> Product:
    return product(code)[-1]


def sample(orders: Iterable[Order]) -> None:
    """Orders of as many kinds of measure, form and size as there are places, with CMS's facts."""
    print(f"\n{SAMPLE} orders for a check by hand")
    print(
        "drug | strength | dose | line | NDC line | crosswalk: unit, size, items, units, of package"
    )
    store = Store(Path(os.environ[FOLDER]))
    for order in sampled(orders):
        line = by_ndc(order).line
        assert line is not None, "only orders with units are sampled"
        listed = [
            f"{row['code']} {row['dosage']}, {row['package_size']}, {row['package_quantity']},"
            f" {row['units_per_item']}, {row['units_per_package']}"
            for row in store.ndc(order.ndc, DAY).rows
        ]
        quantity = (
            f"{line.ndc_unit or '-'} {'' if line.ndc_quantity is None else line.ndc_quantity}"
        )
        print(
            f"{order.drug} | {order.strength} | {order.dose} {order.dose_unit} |"
            f" {line.code} × {line.units} | {line.ndc} {quantity} | {'; '.join(listed)}"
        )


def sampled(orders: Iterable[Order]) -> list[Order]:
    """One order of each stratum in turn: measure of the code, unit of the dose, form dispensed."""
    strata: dict[tuple[str, ...], list[Order]] = {}
    for order in sorted(set(orders)):
        line = by_ndc(order).line
        if line is not None:
            key = (_latest(line.code).measure, order.dose_unit, order.form_unit)
            strata.setdefault(key, []).append(order)
    chosen: list[Order] = []
    seen: set[str] = set()
    while len(chosen) < SAMPLE and any(strata.values()):
        for _, held in sorted(strata.items()):
            fresh = [order for order in held if order.drug.lower() not in seen]
            held[:] = fresh
            if fresh and len(chosen) < SAMPLE:
                order = held.pop(len(held) // 2)
                seen.add(order.drug.lower())
                chosen.append(order)
    return chosen


if __name__ == "__main__":
    main()
