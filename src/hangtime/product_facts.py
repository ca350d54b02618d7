"""Product codes as rules read them: each choice of a charted drug with its status and its ceiling.

A record holds for dates on which nothing about it changes: the code, its unit, how OPPS pays it and
what the payment edits allow.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from functools import cache, lru_cache
from typing import NamedTuple

from hangtime.codesets import drug_ceilings, statuses
from hangtime.codesets.editions import NO_TABLE, digest, tables_for
from hangtime.codesets.facts import Cover, covers, day_number
from hangtime.codesets.packages import Crosswalk, Package, crosswalk
from hangtime.formulary import products
from hangtime.formulary.choice import Charted, Choice, choices, unlisted_codes
from hangtime.formulary.products import Product as Listed
from hangtime.formulary.products import all_products, product, sizes
from hangtime.formulary.units import MILLION, WORDS, Unit, amount, unit
from hangtime.rules.records import NOWHERE
from hangtime.rules.supplies import Product
from hangtime.rules.words import CodeUse, Known, Measure

__all__ = [
    "Item",
    "is_listed",
    "item_of",
    "product_codes",
    "products_of_chart",
    "tables_used",
    "unit_of",
]

NOT_ASKED = "not asked"  # a practice's drugs have no OPPS status
# Millionths of a milligram: 500 mg/mL (magnesium sulfate) is the strongest injected liquid of the
# crosswalk, so that an item of "1" that holds more is no millilitre but a powder counted whole.
STRONGEST = 500 * MILLION
PACKAGED = "N"  # OPPS status indicator: paid within another service


@cache
def product_codes() -> tuple[str, ...]:
    """The text of every product code, by the number records give."""
    listed = (each.hcpcs for each in all_products())
    return tuple(dict.fromkeys((*listed, *unlisted_codes())))


@cache
def _numbers() -> dict[str, int]:
    return {code: number for number, code in enumerate(product_codes())}


def products_of_chart(charted: Charted) -> tuple[Product, ...]:
    """Records for every date of service, earliest first; shared, so not to be changed."""
    return _products(charted, crosswalk() if charted.ndc else None)


@lru_cache(maxsize=16_384)
def _products(charted: Charted, listed: Crosswalk | None) -> tuple[Product, ...]:
    return tuple(record for choice in choices(charted, listed) for record in _records(choice))


def _records(choice: Choice) -> Iterator[Product]:
    if not choice.products:
        code = _numbers()[choice.unlisted] if choice.unlisted else NOWHERE
        yield Product(
            code=code,
            from_day=day_number(choice.first),
            until_day=day_number(choice.last),
            per=1,
            doubt=choice.doubt,
            is_unlisted=int(bool(choice.unlisted)),
            why=choice.why,
            code_use=choice.code_use,
        )
    for listed in choice.products:
        for first, last in _stretches(listed.hcpcs, choice.first, choice.last):
            yield _record(listed, choice.why, choice.code_use, first, last)


@lru_cache(maxsize=16_384)
def _record(listed: Listed, why: int, code_use: CodeUse, first: date, last: date) -> Product:
    counted = unit_of(listed)
    per = amount(listed.quantity, listed.measure)
    assert per is not None, "products.csv is held to units that the table of units has"
    return Product(
        code=_numbers()[listed.hcpcs],
        from_day=day_number(first),
        until_day=day_number(last),
        per=per.value,
        scale=counted.scale,
        word=WORDS.index(counted.word),
        measure=counted.measure,
        is_packaged=_packaged(listed.hcpcs, first),
        takes_route=int(listed.takes_route_modifier),
        ceiling_facility=_ceiling("facility", listed.hcpcs, first),
        ceiling_professional=_ceiling("professional", listed.hcpcs, first),
        why=why,
        code_use=code_use,
    )


def tables_used(day: date, setting: str) -> dict[str, str]:
    """Names of all tables that decide on a date of service, `none` where there is none."""
    return {
        **tables_for(day, setting),
        "products": products.table(day),
        **_crosswalk_used(day),
        "status": (statuses.table(day) or NO_TABLE) if setting == "facility" else NOT_ASKED,
        "facts": digest()[:12],
    }


def _crosswalk_used(day: date) -> dict[str, str]:
    """The table that charted NDCs are looked up in; nothing where no crosswalk is imported."""
    listed = crosswalk()
    return {"ndc": listed.table(day) or NO_TABLE} if listed else {}


class Item(NamedTuple):
    """What one vial, bag or syringe holds, in millionths of its code's measure.

    `volume` is its millionths of a millilitre where it is a liquid; `is_counted`: it is a powder.
    Neither is told where the crosswalk does not tell them apart.
    """

    content: int
    volume: int | None
    is_counted: bool


def item_of(ndc: str | None, code: int, day: int) -> Item | None:
    """One item of a charted NDC, as the code with a number counts it, on a day of service.

    None where no crosswalk is imported or none covers the day, or where it lists the NDC neither
    under the code nor under another of its ingredient and measure.
    """
    listed = crosswalk() if ndc else None
    if ndc is None or listed is None:
        return None
    counted = _on(product_codes()[code], day)
    if counted is None:
        return None
    held = [
        (each, package)
        for package in listed.packages(ndc)
        if day_number(package.first) <= day <= day_number(package.last)
        and (each := _on(package.code, day)) is not None
        and (each.ingredient, each.measure) == (counted.ingredient, counted.measure)
    ]
    held.sort(key=lambda both: both[0].hcpcs != counted.hcpcs)
    return _item(*held[0], listed) if held else None


def is_listed(ndc: str | None) -> bool:
    """Whether an imported crosswalk has the charted NDC, on whatever dates."""
    listed = crosswalk() if ndc else None
    return ndc is not None and listed is not None and bool(listed.packages(ndc))


def _on(hcpcs: str, day: int) -> Listed | None:
    """The product of a code on a day."""
    for each in product(hcpcs):
        if day_number(each.first) <= day and (each.last is None or day <= day_number(each.last)):
            return each
    return None


def _item(counted: Listed, package: Package, listed: Crosswalk) -> Item | None:
    held = amount(_labelled(package, counted), counted.measure)
    if held is None:
        return None
    is_liquid = package.size != 1 or package.units in listed.strengths(package.code)
    is_counted = held.measure is Measure.MASS and held.value > STRONGEST and not is_liquid
    return Item(held.value, int(package.size * MILLION) if is_liquid else None, is_counted)


def _labelled(package: Package, listed: Listed) -> Decimal:
    """The content of one item: the marketed size that its printed, rounded units stand for."""
    exact = package.units * listed.quantity
    places = -int(package.units.normalize().as_tuple().exponent)
    slack = Decimal(10) ** -places / 2 * listed.quantity if places > 0 else Decimal(0)
    near = min(sizes(package.code), key=lambda size: abs(size - exact), default=exact)
    return near if abs(near - exact) <= slack else exact


def unit_of(listed: Listed) -> Unit:
    """The unit in which a product's code counts."""
    known = unit(listed.measure)
    assert known is not None, "products.csv is held to units that the table of units has"
    return known


def _packaged(hcpcs: str, day: date) -> Known:
    status = statuses.status(hcpcs, day)
    if status is None:
        return Known.UNKNOWN
    return Known.YES if status == PACKAGED else Known.NO


def _ceiling(setting: str, hcpcs: str, day: date) -> int:
    """Units a date of service may have by the table in force; NOWHERE where none says."""
    for table in _ceiling_tables():
        if table.setting == setting and table.first <= day <= table.last:
            found = drug_ceilings.ceiling(table.name, hcpcs)
            return found.units if found else NOWHERE
    return NOWHERE


@cache
def _ceiling_tables() -> tuple[Cover, ...]:
    return tuple(each for each in covers() if each.kind == "mue")


@lru_cache(maxsize=8192)
def _stretches(hcpcs: str, first: date, last: date) -> tuple[tuple[date, date], ...]:
    """Dates between which neither the status nor a ceiling of the code changes."""
    spans = [*statuses.spans(hcpcs), *((each.first, each.last) for each in _ceiling_tables())]
    changes = {day for begin, end in spans for day in (begin, end + timedelta(1))}
    starts = sorted({first, *(day for day in changes if first < day <= last)})
    ends = [*(day - timedelta(1) for day in starts[1:]), last]
    return tuple(zip(starts, ends, strict=True))
