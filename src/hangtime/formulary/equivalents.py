"""One substance in several measures: potassium chloride by weight, by charge and by amount.

A salt's molar mass and the charge of its ion tell one from the other; where a preparation is a mix
of salts, or is counted in units of activity, its labelling does.  `equivalents.csv` has a row for
each, with its source.  Labels print such equivalents to three digits, and no more is known here.
"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Context, Decimal
from functools import cache

from hangtime.formulary import _tables
from hangtime.formulary.units import LARGEST, Amount
from hangtime.rules.words import Measure

__all__ = ["equivalent"]

_COLUMNS = {
    "mg": Measure.MASS, "meq": Measure.EQUIVALENT, "mmol": Measure.SUBSTANCE,
    "units": Measure.ACTIVITY,
}  # fmt: skip
_AS_PRINTED = Context(prec=3, rounding=ROUND_HALF_UP)

Equal = dict[Measure, Decimal]  # numbers of each measure's own unit that are the same amount


def equivalent(ingredient: str, charted: Amount, measure: Measure) -> Amount | None:
    """An amount of a substance in another measure, to three digits.

    None where the table does not relate the two, or has labels that differ.

    >>> from hangtime.formulary.units import amount
    >>> equivalent("magnesium sulfate", amount(Decimal("16.25"), "meq"), Measure.MASS).value
    2000000000
    """
    rows = _rows().get(ingredient, ())
    factors = [
        row[measure] / row[charted.measure]
        for row in rows
        if measure in row and charted.measure in row
    ]
    values = {int(_AS_PRINTED.create_decimal(charted.value * each)) for each in factors}
    if len(values) != 1:
        return None
    value = values.pop()
    return Amount(measure, value) if value < LARGEST else None


@cache
def _rows() -> dict[str, tuple[Equal, ...]]:
    found: dict[str, tuple[Equal, ...]] = {}
    for row in _tables.rows("equivalents.csv"):
        equal = {of: Decimal(row[name]) for name, of in _COLUMNS.items() if row[name]}
        found[row["ingredient"]] = (*found.get(row["ingredient"], ()), equal)
    return found
