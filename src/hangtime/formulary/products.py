"""Drug products by HCPCS code: what one billing unit is on a date, and of what ingredient.

One ingredient is many products: originator, biosimilars, codes of one maker, forms under the skin.
They are one substance for the rules and different lines on the claim.  A code has a row for each
period in which its unit held.  To the shipped table come codes, units and last days of the HCPCS
files that a user imported.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import cache

from hangtime.codesets.imported import slices_of
from hangtime.formulary import _tables

__all__ = [
    "Product",
    "Scope",
    "all_products",
    "in_force",
    "product",
    "products_of",
    "shipped_products",
    "sizes",
    "table",
]

SHIPPED = "hcpcs-2025-10"  # the file the shipped products were read from


class Scope(StrEnum):
    """Which products of its drug a code serves."""

    PLAIN = ""  # the descriptor does not say
    OPEN = "open"  # those that no other code lists
    ONE = "one"  # the one whose brand or maker the descriptor names


@dataclass(frozen=True, slots=True)
class Product:
    """One code in one period.

    `ingredient`: a name of the formulary's substances, else "".  `brands`: lower-case names that
    mean this code and no other by its routes.  One billing unit is `quantity` of `measure` (UCUM; `{each}` is one
    thing counted whole); `second`: its other part, or what the one thing is or holds.
    `is_up_to`: any part of the quantity is one unit.  `first` and `last`: days of service, both
    within; `last` is None while the code is in force.  `routes`: usual ones.  `maker`: whose
    product alone the code is for, else "".  `takes_route_modifier`: JA or JB says the route.
    `scope`: which products of the drug it serves.  `only`: the one use it is for ("dialysis",
    "covid-19"), else "".
    """

    hcpcs: str
    ingredient: str
    brands: tuple[str, ...]
    quantity: Decimal
    measure: str
    second: str
    is_up_to: bool
    first: date
    last: date | None
    routes: tuple[str, ...]
    maker: str
    is_biosimilar: bool
    takes_route_modifier: bool
    scope: Scope
    only: str

    def holds_on(self, day: date) -> bool:
        """Whether the code, with this unit, was in force on a day of service."""
        return self.first <= day and (self.last is None or day <= self.last)


def product(hcpcs: str) -> tuple[Product, ...]:
    """The periods of one code, the earliest first; none where the formulary lacks the code."""
    return _by_code().get(hcpcs.strip().upper(), ())


def products_of(ingredient: str) -> tuple[Product, ...]:
    """The products of one ingredient, by code, whatever their dates."""
    return _by_ingredient().get(ingredient, ())


def in_force(products: tuple[Product, ...], day: date) -> tuple[Product, ...]:
    """Those of the products that were in force on a day of service."""
    return tuple(each for each in products if each.holds_on(day))


def all_products() -> tuple[Product, ...]:
    """Every product, by code and first day: those shipped and those of imported files.

    The store is read once in a process.
    """
    return _joined()[0]


@cache
def shipped_products() -> tuple[Product, ...]:
    """The products of the shipped table, by code and first day."""
    return tuple(_product(row) for row in _tables.rows("products.csv"))


def table(day: date) -> str:
    """The name of the file that decides on a day of service: `hcpcs-2025-10`, or an imported one.

    An imported file decides from its own first day, or from the first day of what it added.
    """
    later = [name for name, first in _joined()[1] if first <= day]
    return later[-1] if later else SHIPPED


@cache
def _joined() -> tuple[tuple[Product, ...], tuple[tuple[str, date], ...]]:
    """All products, and the first day on which each imported file decides something."""
    slices = slices_of("hcpcs")
    if not slices:
        return shipped_products(), ()
    from hangtime.formulary._imported import joined

    return joined(shipped_products(), slices, list(next(_tables.rows("products.csv"))), _product)


def sizes(hcpcs: str) -> tuple[Decimal, ...]:
    """The marketed contents of one item of a code, ascending, in its product's measure."""
    return _sizes().get(hcpcs.strip().upper(), ())


def _product(row: dict[str, str]) -> Product:
    return Product(
        hcpcs=row["hcpcs"],
        ingredient=row["ingredient"],
        brands=tuple(row["brands"].split(";")) if row["brands"] else (),
        quantity=Decimal(row["quantity"]),
        measure=row["measure"],
        second=row["second"],
        is_up_to=row["up_to"] == "yes",
        first=date.fromisoformat(row["from"]) if row["from"] else date.min,
        last=date.fromisoformat(row["until"]) if row["until"] else None,
        routes=tuple(row["routes"].split()),
        maker=row["maker"],
        is_biosimilar=row["biosimilar"] == "yes",
        takes_route_modifier=row["route_modifier"] == "yes",
        scope=Scope(row["scope"]),
        only=row["only"],
    )


@cache
def _by_code() -> dict[str, tuple[Product, ...]]:
    found: dict[str, tuple[Product, ...]] = {}
    for each in all_products():
        found[each.hcpcs] = (*found.get(each.hcpcs, ()), each)
    return found


@cache
def _by_ingredient() -> dict[str, tuple[Product, ...]]:
    found: dict[str, list[Product]] = {}
    for each in all_products():
        if each.ingredient:
            found.setdefault(each.ingredient, []).append(each)
    return {ingredient: tuple(products) for ingredient, products in found.items()}


@cache
def _sizes() -> dict[str, tuple[Decimal, ...]]:
    found: dict[str, set[Decimal]] = {}
    for row in _tables.rows("sizes.csv"):
        found.setdefault(row["hcpcs"], set()).add(Decimal(row["size"]))
    return {hcpcs: tuple(sorted(each)) for hcpcs, each in found.items()}
