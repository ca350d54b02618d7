"""Unit ceilings of drug codes (NCCI medically unlikely edits), by published table."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from hangtime.codesets.facts import table_rows

__all__ = ["DrugCeiling", "ceiling"]


class DrugCeiling(NamedTuple):
    """Units allowed, and how: `mai` 1 a line, 2 a date and absolute, 3 a date and appealable."""

    units: int
    mai: int


def ceiling(table: str, code: str) -> DrugCeiling | None:
    """The ceiling of a drug code in a table named as in `facts.covers`; None where it has none."""
    return _ceilings().get((table, code))


@cache
def _ceilings() -> dict[tuple[str, str], DrugCeiling]:
    return {
        (table, code): DrugCeiling(int(units), int(mai))
        for table, code, units, mai in table_rows("drug_ceilings.csv")
    }
