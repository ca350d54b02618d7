"""Drug lines in words: the supplies of an encounter as claim lines, with NDC and narrative.

Amounts become texts ("305 mg"); nothing is decided here but how the NDC quantity is counted, which
follows from what is charted: millilitres of a liquid, pieces of anything else; or, where neither is
charted, from what an imported crosswalk says of one item.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

from hangtime.amounts import ndc_digits, plan_in_words
from hangtime.claim_words import day_of, modifier_word
from hangtime.codesets.packages import crosswalk
from hangtime.formulary._spelling import corrected
from hangtime.formulary.products import products_of
from hangtime.formulary.resolve import Resolution, resolve
from hangtime.formulary.units import in_words, unit
from hangtime.model import Administration, Line, Reason
from hangtime.normalise import Charted
from hangtime.product_facts import item_of, product_codes
from hangtime.rules._card import card
from hangtime.rules.records import NOWHERE, Note
from hangtime.rules.supplies import Product, Supply
from hangtime.rules.words import Measure, Modifier
from hangtime.scratch import Tables

__all__ = [
    "AMOUNTS",
    "WORDED",
    "candidates",
    "codes",
    "drug_lines",
    "millilitres",
    "narrative",
    "reading",
    "share",
    "words_of_note",
]

AMOUNTS = ("dose", "per", "billed", "opened", "wasted")  # facts that are amounts of a supply
WORDED = (
    "candidates",
    "charged",
    "codes",
    "plan",
    "reading",
)  # facts that are words of this encounter


def drug_lines(charted: Charted, tables: Tables) -> Iterator[Line]:
    """One line for each supply, and one more for its waste."""
    for s in range(tables.tally.supplies):
        supply = tables.supplies[s]
        given = [
            charted.encounter.administrations[i]
            for i in range(len(charted.rows))
            if charted.rows[i].supply == s
        ]
        yield _line(charted, supply, given)
        if supply.waste_units:
            yield _waste_line(charted, supply, given)


def _line(charted: Charted, supply: Supply, given: list[Administration]) -> Line:
    product = charted.products[supply.product]
    zero = [supply.mod_waste] if supply.mod_waste == Modifier.JZ else []
    why = [product.why, supply.why_units, supply.why_route]
    if not supply.waste_units:
        why.append(supply.why_waste)
    ndc = _ndc_of(charted, supply)
    unit_word, quantity, _ = _quantities(charted, supply, given)
    return Line(
        code=product_codes()[product.code],
        units=supply.units,
        date_of_service=day_of(supply.day),
        modifiers=_modifiers(*zero, supply.mod_route),
        administrations=tuple(each.administration_id for each in given),
        rules=tuple(_reasons(why, supply, supply.units)),
        ndc=ndc_digits(ndc),
        ndc_unit=unit_word,
        ndc_quantity=_short(quantity),
        narrative=_narrative(given[0], ndc_digits(ndc)) if product.is_unlisted else None,
    )


def _waste_line(charted: Charted, supply: Supply, given: list[Administration]) -> Line:
    product = charted.products[supply.product]
    unit_word, _, quantity = _quantities(charted, supply, given)
    return Line(
        code=product_codes()[product.code],
        units=supply.waste_units,
        date_of_service=day_of(supply.day),
        modifiers=_modifiers(supply.mod_waste, supply.mod_route),
        administrations=tuple(each.administration_id for each in given),
        rules=tuple(_reasons([product.why, supply.why_waste], supply, supply.waste_units)),
        ndc=ndc_digits(_ndc_of(charted, supply)),
        ndc_unit=unit_word,
        ndc_quantity=_short(quantity),
    )


def _ndc_of(charted: Charted, supply: Supply) -> str | None:
    """The NDC of the supply as charted."""
    if supply.ndc_row == NOWHERE:
        return None
    return charted.encounter.administrations[supply.ndc_row].ndc


def _quantities(
    charted: Charted, supply: Supply, given: list[Administration]
) -> tuple[str | None, Decimal | None, Decimal | None]:
    """The NDC's unit, its quantity on the line and, where there is waste, on the waste line.

    What was opened is shared between the two lines as the amounts are.
    """
    ndc = _ndc_of(charted, supply)
    if ndc_digits(ndc) is None:
        return None, None, None
    unit_word, whole = _ndc_quantity(given)
    if unit_word is None or whole is None:
        product = charted.products[supply.product]
        unit_word, whole = _quantity_by_item(ndc, product, supply)
        if whole is None or not supply.waste_units:
            return unit_word, whole, None
        return unit_word, whole, share(whole, supply.wasted, supply.billed)
    if not supply.waste_units:
        return unit_word, whole, None
    wasted = share(whole, supply.wasted, supply.billed + supply.wasted)
    return unit_word, whole - wasted, wasted


def share(whole: Decimal, part: int, of: int) -> Decimal:
    """A part of a quantity, to a thousandth."""
    return (whole * part / of).quantize(Decimal("0.001")) if of else Decimal(0)


def _short(number: Decimal | None) -> Decimal | None:
    """The number without the zeros that a column of decimals fills it up with."""
    return None if number is None else Decimal(f"{number.normalize():f}")


def _modifiers(*numbers: int) -> tuple[str, ...]:
    return tuple(modifier_word(Modifier(each)) for each in numbers if each)


def _reasons(numbers: list[int], supply: Supply, units: int) -> Iterator[Reason]:
    for number in numbers:
        if number != NOWHERE:
            found = card(number)
            yield Reason(found.id, {name: _fact(name, supply, units) for name in found.facts})


def _fact(name: str, supply: Supply, units: int) -> Any:
    if name in AMOUNTS:
        return in_words(getattr(supply, name), supply.scale, supply.word)
    return units if name == "units" else getattr(supply, name)


def _narrative(given: Administration, ndc: str | None) -> str:
    return narrative(given.drug, given.dose, given.dose_unit, given.route, ndc)


def narrative(
    drug: str, dose: Decimal | None, unit: str | None, route: str, ndc: str | None = None
) -> str:
    """What an unlisted code stands for: name, dose, route and NDC (R-DRG-09)."""
    amount = f"{dose.normalize():f} {unit or ''}".strip() if dose is not None else ""
    parts = (drug, amount, route.replace("_", " "), ndc and f"NDC {ndc}")
    return ", ".join(part for part in parts if part)


def _ndc_quantity(given: list[Administration]) -> tuple[str | None, Decimal | None]:
    """Unit and quantity of the NDC: ML of a liquid, UN of anything counted by the piece.

    None where neither a container nor a volume is charted.  Source: ResDAC, NDC unit of measure.
    """
    volumes = [millilitres(each.dose, each.dose_unit) for each in given]
    if all(each is not None for each in volumes):
        return "ML", sum((each for each in volumes if each is not None), Decimal(0))
    containers = [each for row in given for each in row.containers]
    if not containers:
        return None, None
    held = [millilitres(each.size * each.count, each.size_unit) for each in containers]
    if all(each is not None for each in held):
        return "ML", sum((each for each in held if each is not None), Decimal(0))
    return "UN", Decimal(sum(each.count for each in containers))


def _quantity_by_item(
    ndc: str | None, product: Product, supply: Supply
) -> tuple[str | None, Decimal | None]:
    """As the crosswalk measures one item: ML of a liquid to a hundredth, UN of vials of powder begun.

    None where it does not list the two together, or does not tell a liquid from a powder.
    """
    item = None if product.is_unlisted else item_of(ndc, product.code, supply.day)
    if item is None or not item.content:
        return None, None
    if item.volume is not None:
        volume = Decimal(supply.billed) * item.volume / item.content / 1_000_000
        return "ML", volume.quantize(Decimal("0.01"))
    if item.is_counted:
        return "UN", Decimal(-(-supply.billed // item.content))
    return None, None


def millilitres(value: Decimal | None, charted: str | None) -> Decimal | None:
    """A charted amount in millilitres, exactly; None where its unit is no volume."""
    known = unit(charted) if charted else None
    if value is None or known is None or known.measure is not Measure.VOLUME:
        return None
    return value * known.scale / 1_000_000


def words_of_note(charted: Charted, tables: Tables, note: Note) -> dict[str, str]:
    """The facts of a finding that are words of this encounter, such as what a name could be."""
    return {
        name: _WORDS[name](charted, tables, note)
        for name in card(note.rule).facts
        if name in WORDED
    }


def candidates(drug: str, hcpcs: str | None, ndc: str | None) -> str:
    """What the charted name of a drug could be."""
    return " or ".join(_resolved(drug, hcpcs, ndc).candidates)


def codes(drug: str, hcpcs: str | None, ndc: str | None, day: int) -> str:
    """The product codes that list a drug on a date of service, given as a day number."""
    found, on = _resolved(drug, hcpcs, ndc).substance, day_of(day)
    listed = products_of(found.name) if found else ()
    return ", ".join(sorted({each.hcpcs for each in listed if on is None or each.holds_on(on)}))


def reading(drug: str) -> str:
    """What a charted name was read as."""
    return corrected(drug).name


def _resolved(drug: str, hcpcs: str | None, ndc: str | None) -> Resolution:
    listed = crosswalk() if ndc else None
    return resolve(drug, hcpcs=hcpcs, ndc=ndc, codes_of_ndc=listed.codes if listed else None)


def _candidates(charted: Charted, _: Tables, note: Note) -> str:
    given = charted.encounter.administrations[note.row]
    return candidates(given.drug, given.hcpcs, given.ndc)


def _charged(charted: Charted, _: Tables, note: Note) -> str:
    return charted.encounter.other_services[note.value].code


def _codes(charted: Charted, _: Tables, note: Note) -> str:
    given = charted.encounter.administrations[note.row]
    return codes(given.drug, given.hcpcs, given.ndc, note.value)


def _reading(charted: Charted, _: Tables, note: Note) -> str:
    return reading(charted.encounter.administrations[note.row].drug)


def _plan(charted: Charted, tables: Tables, note: Note) -> str:
    supply = tables.supplies[charted.rows[note.row].supply]
    return plan_in_words(charted.products[supply.product], supply.dose)


_WORDS: dict[str, Callable[[Charted, Tables, Note], str]] = {
    "candidates": _candidates,
    "charged": _charged,
    "codes": _codes,
    "plan": _plan,
    "reading": _reading,
}
