"""Charted doses as whole millionths of what they measure."""

# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false
# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false
# pyright: reportUnknownParameterType=false, reportMissingParameterType=false
from __future__ import annotations

from typing import Any

import numpy as np

from hangtime.batch.arrays import Array
from hangtime.batch.reading import Column
from hangtime.formulary import units
from hangtime.rules.records import NOWHERE
from hangtime.rules.words import DoseFault


def amounts(dose: Column, codes: Array, charted: list[Any]) -> tuple[Array, Array, Array]:
    """Doses in millionths of their measures, the measures, and what is wrong with each.

    `codes` are the places of each row's unit among those `charted`, -1 for none.  A dose by body
    weight, and one that is no whole number of millionths, is left to the strict reader.
    """
    values = dose.thousandths(units.MILLION)
    known = [units.unit(each) if each else None for each in charted]
    by_weight = [bool(each) and units.per_weight(each) is not None for each in charted]
    dose.good[np.array([*by_weight, False])[codes]] = 0
    scales = np.array([*(each.scale if each else 0 for each in known), 0], "i8")[codes]
    measures = np.array([*(each.measure if each else 0 for each in known), 0], "i4")[codes]
    is_readable = (values != NOWHERE) & (scales > 0)
    times = np.maximum(scales // units.MILLION, 1)
    parts = np.maximum(units.MILLION // np.maximum(scales, 1), 1)
    is_doubtful = is_readable & ((values % parts != 0) | (values > units.LARGEST // times))
    dose.good[is_doubtful] = 0
    found = np.where(is_readable & ~is_doubtful, values * times // parts, NOWHERE)
    no_unit = np.where(codes < 0, int(DoseFault.NO_UNIT), int(DoseFault.UNKNOWN_UNIT))
    return found, np.where(is_readable, measures, 0), np.where(scales > 0, 0, no_unit)
