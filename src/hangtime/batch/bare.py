"""Doses with nothing beside them: no container, no waste, in the measure that their code counts in.

Such a dose is the amount given, as it stands, so that nobody has to be asked about each number.
"""

# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false
# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false
# pyright: reportUnknownParameterType=false, reportMissingParameterType=false
from __future__ import annotations

from typing import NamedTuple

import numpy as np

from hangtime.batch.arrays import Array, combined, distinct_of, ends_of
from hangtime.batch.columns import AMOUNTS
from hangtime.batch.table import Table
from hangtime.formulary.units import MILLION, unit
from hangtime.rules.records import NOWHERE

LARGEST = 2**47  # millionths; what the rules make of more might not fit into 64 bits
_FITS = 2**62  # what a product of two numbers may be


class Bare(NamedTuple):
    """Bare doses of a chunk: their rows, amounts in millionths of their measure's unit, units."""

    rows: Array
    values: Array  # i8
    units: Array  # places in `words`
    words: list[str]

    def of(self, chosen: Array) -> Bare:
        """Some of them."""
        return Bare(self.rows[chosen], self.values[chosen], self.units[chosen], self.words)


def bare_doses(table: Table) -> Bare:
    """The doses that are numbers of a known unit, told exactly, with nothing beside them."""
    values, is_bare = table.column("dose").millionths()
    codes, words = table.column("dose_unit").words()
    known = [unit(each) if each else None for each in words]
    scales = np.array([*(each.scale if each else 0 for each in known), 0], "i8")[codes]
    is_bare &= (scales > 0) & (values < _FITS // np.maximum(scales, 1))
    parts = np.where(is_bare, values, 0) * scales
    is_bare &= (parts % MILLION == 0) & (parts // MILLION < LARGEST)
    is_bare &= table.column("discarded").is_there() == 0
    is_bare &= table.column("containers").entries() == 0
    rows = np.flatnonzero(is_bare)
    return Bare(rows, parts[rows] // MILLION, codes[rows], [each or "" for each in words])


def stands_as_charted(told: Array, word: str) -> bool:
    """Whether the amounts of one of a unit are in its own measure in every phase of the product."""
    known = unit(word)
    return known is not None and bool(
        np.all((told["measure"] == known.measure) & (told["dose"] == known.scale))
        and np.all(told["is_exact"])
    )


def as_charted(values: Array, ways: Array, told: Array, ends: Array) -> tuple[Array, Array]:
    """The first row of each dose in a table of AMOUNTS, and that table.

    `told` has the amounts of one of the unit for each way, phase after phase, up to its end.
    """
    if not len(values):
        return values, np.zeros(0, AMOUNTS)
    distinct, where = distinct_of(values)
    firsts, places = combined([(ways, len(ends)), (where, len(distinct))])
    own = ways[firsts]
    counts = ends[own + 1] - ends[own]
    begins = ends_of(counts.tolist())
    within = np.arange(begins[-1]) - np.repeat(begins[:-1], counts)
    made = told[np.repeat(ends[own], counts) + within]
    made["dose"] = np.repeat(values[firsts], counts)
    made["volume"] = np.where(made["volume"] == NOWHERE, NOWHERE, made["dose"])
    return begins[places], made
