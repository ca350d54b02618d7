"""What was given, opened and thrown away of a drug, in the measure its product code counts in.

A dose by body weight needs the weight, a dose by volume a concentration, a dose in vials what one
holds; none is guessed.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import NamedTuple

from hangtime.codesets.packages import crosswalk
from hangtime.formulary.equivalents import equivalent
from hangtime.formulary.ndc import MalformedNdc, ndc11
from hangtime.formulary.products import product, sizes
from hangtime.formulary.units import (
    MILLION,
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
from hangtime.product_facts import item_of, product_codes
from hangtime.rules.product import product_on  # pyright: ignore[reportUnknownVariableType]
from hangtime.rules.records import NOWHERE, Given
from hangtime.rules.supplies import Product
from hangtime.rules.words import Category, DoseFault, Known, Measure, NdcForm

__all__ = ["fill_amounts", "ndc_digits", "ndc_form", "plan_for", "plan_in_words"]

_ITEMS = frozenset(
    {
        "vial",
        "vials",
        "{vial}",
        "bag",
        "bags",
        "{bag}",
        "syringe",
        "{syringe}",
        "amp",
        "ampule",
        "ampul",
    }
)  # of the words for one thing, those of a whole item as it is sold


def fill_amounts(
    row: Given, given: Administration, products: list[Product], day: int, weight: Decimal | None
) -> None:
    """Fill a row's amounts for the product it has on its day, as far as they can be read."""
    charted = _dose(given, weight)
    row.dose_fault = _fault(given, charted)
    if charted is not None:
        row.dose, row.measure = charted.value, charted.measure
    known = _in_force(products, row, day)
    if known is None or known.measure == Measure.UNKNOWN:
        return
    label = _label(given, known, day)
    row.dose, row.measure = label.value(charted, given.dose_unit), label.measure
    if charted is not None and row.dose == NOWHERE:
        row.dose_fault = DoseFault.OTHER_MEASURE
    if row.category == Category.VACCINE and known.measure == Measure.COUNT and charted is not None:
        row.dose, row.dose_fault = MILLION, DoseFault.NONE  # one dose, however it is measured
    if given.discarded is not None:
        unit = given.discarded_unit
        wasted = amount(given.discarded, unit) if unit else None
        row.discarded = label.value(wasted, unit) if given.discarded else 0
    if given.containers:
        row.opened = _opened(given.containers, label)
        row.is_single_dose = _single_dose(given.containers)
    is_unread = given.discarded is not None and row.discarded == NOWHERE
    row.unread = int(is_unread or (bool(given.containers) and row.opened == NOWHERE))
    if row.opened != NOWHERE and row.dose != NOWHERE:
        best = plan_for(products[product_on(products, row, day)], row.dose)
        row.least = sum(size * count for size, count in best) if best else NOWHERE


def _in_force(products: list[Product], row: Given, day: int) -> Product | None:
    for each in products[row.products_from : row.products_to]:
        if each.from_day <= day <= each.until_day:
            return each
    return None


def _fault(given: Administration, charted: Amount | None) -> DoseFault:
    """Why a charted dose is no amount at all."""
    if charted is not None:
        return DoseFault.NONE
    if given.dose_unit is None:
        return DoseFault.NO_UNIT
    return DoseFault.NO_WEIGHT if per_weight(given.dose_unit) else DoseFault.UNKNOWN_UNIT


def _dose(given: Administration, weight: Decimal | None) -> Amount | None:
    """The charted dose; one charted per kilogram needs the weight."""
    if given.dose is None or given.dose_unit is None:
        return None
    of = per_weight(given.dose_unit)
    if of is not None:
        return amount(given.dose * weight, of) if weight is not None else None
    return amount(given.dose, given.dose_unit)


class _Label(NamedTuple):
    """By what a row's amounts are read: the measure of its code and what the label tells."""

    measure: Measure
    ingredient: str
    strength: Concentration | None
    content: int  # of one item, in millionths of the measure; NOWHERE where no table tells

    def value(self, charted: Amount | None, unit: str | None) -> int:
        """Millionths of the code's measure; NOWHERE where they cannot be told."""
        if charted is None:
            return NOWHERE
        if (unit or "").strip().lower() in _ITEMS and self.measure is not Measure.COUNT:
            if self.content == NOWHERE:
                return NOWHERE
            return charted.value * self.content // MILLION
        found = in_measure(charted, self.measure, self.strength)
        if found is None:
            held = self.strength.amount.measure if self.strength else charted.measure
            stated = in_measure(charted, held, self.strength)
            found = equivalent(self.ingredient, stated, self.measure) if stated else None
        return found.value if found is not None else NOWHERE


def _label(given: Administration, known: Product, day: int) -> _Label:
    """What the charted name says of the strength, else what the crosswalk says of the NDC."""
    code = product_codes()[known.code]
    ingredient = next((each.ingredient for each in product(code)), "")
    measure, strength = Measure(known.measure), concentration(given.drug)
    item = item_of(given.ndc, known.code, day)
    if strength is None and item and item.volume:
        strength = Concentration(Amount(measure, item.content), Amount(Measure.VOLUME, item.volume))
    return _Label(measure, ingredient, strength, item.content if item else NOWHERE)


def _opened(containers: Iterable[Container], label: _Label) -> int:
    """The contents of all containers together; NOWHERE where one cannot be read."""
    total = 0
    for each in containers:
        held = label.value(amount(each.size * each.count, each.size_unit), each.size_unit)
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
    if charted is None or ndc_digits(charted) is not None:
        return NdcForm.GOOD
    try:
        ndc11(charted)
    except MalformedNdc:
        return NdcForm.MALFORMED
    return NdcForm.AMBIGUOUS


def ndc_digits(charted: str | None) -> str | None:
    """The eleven digits of a charted NDC; None where neither form nor crosswalk tells them."""
    if charted is None:
        return None
    try:
        readings = ndc11(charted)
    except MalformedNdc:
        return None
    if len(readings) == 1:
        return readings[0]
    listed = crosswalk()
    return listed.reading(charted) if listed else None
