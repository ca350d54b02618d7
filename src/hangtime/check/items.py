"""What an imported crosswalk says of a charted National Drug Code on a date."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import NamedTuple

from hangtime.codesets.packages import Package, crosswalk
from hangtime.formulary.ndc import MalformedNdc, ndc11
from hangtime.formulary.products import Product, product, sizes
from hangtime.formulary.units import MILLION, Amount, Concentration, amount, unit

STRONGEST = 500 * MILLION  # of a millilitre injected: an item of "1" with more is a powder


class Item(NamedTuple):
    """One vial, bag or syringe: its content, and its volume where it is a liquid, in millionths.

    `is_powder`: it is counted whole; neither is told where the crosswalk does not tell them apart.
    """

    content: int
    volume: int | None
    is_powder: bool
    strength: Concentration | None = None


def listed_under(ndc: str | None, day: date) -> list[tuple[Package, Product]]:
    """The packages of the code on the day, each with its product then."""
    imported = crosswalk() if ndc else None
    if ndc is None or imported is None:
        return []
    packages = [each for each in imported.packages(ndc) if each.first <= day <= each.last]
    found = ((each, of) for each in packages for of in product(each.code))
    return [(each, of) for each, of in found if of.holds_on(day)]


def item_of(ndc: str | None, counted: Product, day: date) -> Item | None:
    """One item as the product counts it; None where the crosswalk does not have the two together."""
    found = [
        (package, of)
        for package, of in listed_under(ndc, day)
        if (of.ingredient, of.measure) == (counted.ingredient, counted.measure)
    ]
    own = [each for each in found if each[1].hcpcs == counted.hcpcs]
    imported = crosswalk()
    if not found or imported is None:
        return None
    package = (own or found)[0][0]
    held = amount(_labelled(package, counted), counted.measure)
    millilitre = unit("mL")
    if held is None or millilitre is None:
        return None
    if package.size != 1 or package.units in imported.strengths(package.code):
        volume = int(package.size * MILLION)
        strength = Concentration(held, Amount(millilitre.measure, volume)) if volume else None
        return Item(held.value, volume, False, strength)
    return Item(held.value, None, held.measure.name == "MASS" and held.value > STRONGEST)


def _labelled(package: Package, counted: Product) -> Decimal:
    """The marketed size that the printed units, which may be rounded, stand for."""
    exact = package.units * counted.quantity
    places = -int(package.units.normalize().as_tuple().exponent)
    slack = Decimal(10) ** -places / 2 * counted.quantity if places > 0 else Decimal(0)
    near = [size for size in sizes(package.code) if abs(size - exact) <= slack]
    return min(near, key=lambda size: abs(size - exact), default=exact)


def quantity_by_item(
    ndc: str | None, listed: Product, day: date, billed: int
) -> tuple[str | None, Decimal | None]:
    """Millilitres of a liquid to a hundredth, pieces of a powder begun."""
    item = item_of(ndc, listed, day)
    if item is None or not item.content:
        return None, None
    if item.volume is not None:
        volume = Decimal(billed) * item.volume / item.content / MILLION
        return "ML", volume.quantize(Decimal("0.01"))
    return ("UN", Decimal(-(-billed // item.content))) if item.is_powder else (None, None)


def ndc_digits(charted: str | None) -> str | None:
    """The eleven digits of a charted code; None where neither form nor crosswalk tells them."""
    try:
        readings = ndc11(charted) if charted else ()
    except MalformedNdc:
        return None
    if len(readings) == 1 or charted is None:
        return readings[0] if readings else None
    imported = crosswalk()
    return imported.reading(charted) if imported else None
