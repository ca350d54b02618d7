"""The products of a HCPCS Level II file that a user imports, read as the shipped ones are.

A code whose descriptor is not plain, or is not the one that was checked by hand, has no unit here.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from hangtime.codesets.importers.hcpcs_drugs import (
    COLUMNS,
    Code,
    brands_in,
    held,
    is_checked,
    is_of_a_chapter,
    row_of,
)
from hangtime.formulary.products import shipped_products

Row = tuple[str, ...]


@cache
def is_drug(code: str) -> bool:
    """Whether a code is a drug's: shipped as one, or in a range of codes for drugs."""
    return code in _shipped() or is_of_a_chapter(code)


def products(codes: Iterable[Code]) -> list[Row]:
    """Rows of `products.csv` of the codes whose unit can be read."""
    read = [each for each in codes if is_checked(each)]
    brands = held({each: brands_in(each, ()) for each in read})
    return [row_of(each, brands[each]) for each in read]


def unread(codes: Iterable[Code]) -> list[Row]:
    """The other codes, with nothing but their days."""
    return [
        tuple({"hcpcs": each.code, "from": each.first, "until": each.until}.get(name, "") for name in COLUMNS)
        for each in codes
        if not is_checked(each)
    ]  # fmt: skip


@cache
def _shipped() -> frozenset[str]:
    return frozenset(each.hcpcs for each in shipped_products())
