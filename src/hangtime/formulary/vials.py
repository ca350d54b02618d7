"""The mix of marketed vials that holds a dose and wastes least.

Waste is payable only against that mix (CGS, JW and JZ guidelines, 2023-06-27): three vials of 100 for
300, not one of 400.
"""

from __future__ import annotations

from functools import lru_cache
from math import gcd

__all__ = ["Plan", "plan"]

Plan = tuple[tuple[int, int], ...]  # size and count, largest first
MOST_STEPS = 20_000  # of the smallest common part; beyond it no plan is made


@lru_cache(maxsize=16_384)
def plan(dose: int, sizes: tuple[int, ...]) -> Plan | None:
    """Vials whose contents together are the least that holds the dose; of equal ones the fewest.

    Amounts are whole numbers of one measure.  None where there are no sizes, nothing is given, or
    the dose is too large for its sizes to be combined.
    """
    usable = tuple(sorted({size for size in sizes if size > 0}, reverse=True))
    if not usable or dose <= 0:
        return None
    part = gcd(*usable)
    steps = -(-dose // part)
    parts = tuple(size // part for size in usable)
    if steps > MOST_STEPS:
        return None
    taken = _fewest(steps, parts)
    return tuple((size, taken.count(size // part)) for size in usable if size // part in taken)


def _fewest(steps: int, sizes: tuple[int, ...]) -> list[int]:
    """The vials of the least sum from `steps` up; each sum is reached with as few as it can be."""
    most = steps + max(sizes)
    last: list[int] = [0] * (most + 1)  # the vial added last to reach a sum
    count: list[int] = [0] + [most + 1] * most
    for total in range(1, most + 1):
        for size in sizes:
            if size <= total and count[total - size] + 1 < count[total]:
                count[total], last[total] = count[total - size] + 1, size
    total = next(each for each in range(steps, most + 1) if count[each] <= most)
    taken: list[int] = []
    while total:
        taken.append(last[total])
        total -= last[total]
    return taken
