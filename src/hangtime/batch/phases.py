"""Phases of a charted drug: the days of service on which its amounts mean one thing.

A product code ends, another follows; an amount may then count in another measure.  Days of which the
same products are in force are one phase, wherever they lie.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from hangtime.codesets.facts import day_number
from hangtime.rules.supplies import Product

FIRST_DAY = day_number(date.min)


class Stretch(NamedTuple):
    """Days from `first` up to the next stretch, and the number of their phase from 0 up."""

    first: int
    phase: int


def stretches_of(products: Sequence[Product]) -> tuple[Stretch, ...]:
    """All days, earliest first, cut where other products come into force."""
    changes = {day for each in products for day in (each.from_day, each.until_day + 1)}
    phases: dict[tuple[tuple[int, ...], ...], int] = {}
    found: list[Stretch] = []
    for first in sorted({FIRST_DAY, *changes}):
        in_force = tuple(
            (each.code, each.per, each.scale, each.measure)
            for each in products
            if each.from_day <= first <= each.until_day
        )
        phase = phases.setdefault(in_force, len(phases))
        if not found or found[-1].phase != phase:
            found.append(Stretch(first, phase))
    return tuple(found)


def days_of(stretches: Sequence[Stretch]) -> tuple[int, ...]:
    """The first day of each phase, in the order of their numbers."""
    first: dict[int, int] = {}
    for each in stretches:
        first.setdefault(each.phase, each.first)
    return tuple(first[phase] for phase in range(len(first)))
