"""What was given, opened and thrown away of a drug, in the measure its product code counts in.

A dose by body weight needs the weight, a dose by volume a concentration; neither is guessed.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from hangtime.formulary.ndc import MalformedNdc, ndc11
from hangtime.formulary.products import sizes
from hangtime.formulary.units import (
    Amount,
    Concentration,
    amount,
    concentration,
    in_measure,
    in_words,
    per_weight,
)
from hangtime.formulary.vials import Plan, plan
from hangtime.model import Administration, Container
from hangtime.product_facts import product_codes
from hangtime.rules.product import product_on  # pyright: ignore[reportUnknownVariableType]
from hangtime.rules.records import NOWHERE, Given
from hangtime.rules.supplies import Product
from hangtime.rules.words import Known, Measure, NdcForm

__all__ = ["fill_amounts", "ndc_digits", "ndc_form", "plan_for", "plan_in_words"]


def fill_amounts(
    row: Given, given: Administration, products: list[Product], day: int, weight: Decimal | None
) -> None:
    """Fill a row's amounts for the product it has on its day, as far as they can be read."""
    charted = _dose(given, weight)
    if charted is not None:
        row.dose, row.measure = charted.value, charted.measure
    known = _in_force(products, row, day)
    if known is None or known.measure == Measure.UNKNOWN:
        return
    measure = Measure(known.measure)
    strength = concentration(given.drug)
    row.dose, row.measure = _value(charted, measure, strength), measure
    if given.discarded is not None and given.discarded_unit is not None:
        wasted = amount(given.discarded, given.discarded_unit)
        row.discarded = _value(wasted, measure, strength)
    if given.containers:
        row.opened = _opened(given.containers, measure, strength)
        row.is_single_dose = _single_dose(given.containers)
    if row.opened != NOWHERE and row.dose != NOWHERE:
        best = plan_for(products[product_on(products, row, day)], row.dose)
        row.least = sum(size * count for size, count in best) if best else NOWHERE


def _in_force(products: list[Product], row: Given, day: int) -> Product | None:
    for each in products[row.products_from : row.products_to]:
        if each.from_day <= day <= each.until_day:
            return each
    return None


def _dose(given: Administration, weight: Decimal | None) -> Amount | None:
    """The charted dose; one charted per kilogram needs the weight."""
    if given.dose is None or given.dose_unit is None:
        return None
    of = per_weight(given.dose_unit)
    if of is not None:
        return amount(given.dose * weight, of) if weight is not None else None
    return amount(given.dose, given.dose_unit)


def _value(charted: Amount | None, measure: Measure, strength: Concentration | None) -> int:
    found = in_measure(charted, measure, strength) if charted is not None else None
    return found.value if found is not None else NOWHERE


def _opened(
    containers: Iterable[Container], measure: Measure, strength: Concentration | None
) -> int:
    """The contents of all containers together; NOWHERE where one cannot be read."""
    total = 0
    for each in containers:
        held = _value(amount(each.size * each.count, each.size_unit), measure, strength)
        if held == NOWHERE:
            return NOWHERE
        total += held
    return total


def _single_dose(containers: Iterable[Container]) -> Known:
    """One multi-dose container decides, then one of which it is not charted."""
    charted = {each.single_dose for each in containers}
    if False in charted:
        return Known.NO
    return Known.UNKNOWN if None in charted else Known.YES


def plan_for(product: Product, dose: int) -> Plan | None:
    """The mix of marketed sizes of the product that wastes least."""
    marketed = sizes(product_codes()[product.code])
    return plan(dose, tuple(int(size * product.scale) for size in marketed))


def plan_in_words(product: Product, dose: int) -> str:
    """The mix as a pharmacist says it: "3 × 100 mg"."""
    best = plan_for(product, dose) or ()
    parts = [f"{count} × {in_words(size, product.scale, product.word)}" for size, count in best]
    return " and ".join(parts)


def ndc_form(charted: str | None) -> NdcForm:
    """What is wrong with a charted NDC, if anything."""
    if charted is None:
        return NdcForm.GOOD
    try:
        return NdcForm.GOOD if len(ndc11(charted)) == 1 else NdcForm.AMBIGUOUS
    except MalformedNdc:
        return NdcForm.MALFORMED


def ndc_digits(charted: str | None) -> str | None:
    """The eleven digits of a charted NDC; None where they cannot be told."""
    if charted is None or ndc_form(charted) is not NdcForm.GOOD:
        return None
    return ndc11(charted)[0]
