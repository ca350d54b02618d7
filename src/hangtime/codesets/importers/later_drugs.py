"""The products of a HCPCS Level II file that a user imports, read as the shipped ones are.

A code whose descriptor is not plain, or is not the one that was checked by hand, has no unit here.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from hangtime.codesets.importers.hcpcs_drugs import (
    COLUMNS,
    Code,
    alone,
    brands_in,
    is_checked,
    is_of_a_chapter,
    row_of,
)
from hangtime.formulary.products import Product, shipped_products

Row = tuple[str, ...]
FOREVER = "9999-12-31"


@cache
def is_drug(code: str) -> bool:
    """Whether a code is a drug's: shipped as one, or in a range of codes for drugs."""
    return code in _shipped() or is_of_a_chapter(code)


def products(codes: Iterable[Code]) -> list[Row]:
    """Rows of `products.csv` of the codes whose unit can be read.

    A name that a shipped product of another code has on the same days is no brand of a new code.
    """
    read = [each for each in codes if is_checked(each)]
    brands = alone({each: brands_in(each, ()) for each in read})
    return [row_of(each, [name for name in brands[each] if _is_free(name, each)]) for each in read]


def unread(codes: Iterable[Code]) -> list[Row]:
    """The other codes, with nothing but their days."""
    return [
        tuple({"hcpcs": each.code, "from": each.first, "until": each.until}.get(name, "") for name in COLUMNS)
        for each in codes
        if not is_checked(each)
    ]  # fmt: skip


def _is_free(name: str, code: Code) -> bool:
    return not any(
        each.hcpcs != code.code and _overlap(each, code) for each in _by_brand().get(name, ())
    )


def _overlap(each: Product, code: Code) -> bool:
    last = each.last.isoformat() if each.last else FOREVER
    return each.first.isoformat() <= (code.until or FOREVER) and code.first <= last


@cache
def _shipped() -> frozenset[str]:
    return frozenset(each.hcpcs for each in shipped_products())


@cache
def _by_brand() -> dict[str, list[Product]]:
    found: dict[str, list[Product]] = {}
    for each in shipped_products():
        for brand in each.brands:
            found.setdefault(brand, []).append(each)
    return found
