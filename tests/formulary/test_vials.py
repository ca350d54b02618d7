"""The plan of vials wastes no more than any other mix would."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hangtime.formulary.products import all_products, sizes
from hangtime.formulary.units import MILLION
from hangtime.formulary.vials import MOST_STEPS, plan

marketed = st.lists(st.integers(1, 12), min_size=1, max_size=4, unique=True).map(
    lambda each: tuple(size * 5 for size in each)
)


def contents(mix: tuple[tuple[int, int], ...]) -> int:
    return sum(size * count for size, count in mix)


@given(st.integers(1, 150), marketed)
def test_no_mix_holds_the_dose_with_less(dose: int, vials: tuple[int, ...]) -> None:
    """Every mix is tried: of those that hold the dose none holds less, and of equal ones none has fewer."""
    best = plan(dose, vials)
    assert best is not None
    assert contents(best) >= dose
    counts = [range(-(-dose // size) + 1) for size in vials]
    others = [
        (contents(mix), sum(count for _, count in mix))
        for tried in product(*counts)
        if contents(mix := tuple(zip(vials, tried, strict=True))) >= dose
    ]
    assert (contents(best), sum(count for _, count in best)) == min(others)


@given(st.integers(1, 150), marketed)
def test_a_mix_is_of_marketed_sizes_the_largest_first(dose: int, vials: tuple[int, ...]) -> None:
    """Each size once, with at least one vial."""
    best = plan(dose, vials) or ()
    used = [size for size, _ in best]
    assert used == sorted(set(used), reverse=True)
    assert set(used) <= set(vials)
    assert all(count > 0 for _, count in best)


@pytest.mark.parametrize(
    ("dose", "vials", "mix"),
    [
        (300, (100, 400), ((100, 3),)),
        (305, (100,), ((100, 4),)),
        (350, (100, 400), ((400, 1),)),
        (1710, (100, 400), ((400, 4), (100, 2))),
        (480, (40, 100, 120, 240), ((240, 2),)),
    ],
)
def test_worked_mixes(dose: int, vials: tuple[int, ...], mix: tuple[tuple[int, int], ...]) -> None:
    """300 mg are three vials of 100, not one of 400."""
    assert plan(dose, vials) == mix


def test_there_is_no_plan_without_a_dose_or_a_size_or_for_too_many_vials() -> None:
    """None is an answer, and no waste is held against it."""
    assert plan(0, (100,)) is None
    assert plan(100, ()) is None
    assert plan(MOST_STEPS + 1, (1,)) is None


def test_the_sizes_of_every_drug_given_by_vein_combine() -> None:
    """A dose of its largest item has a plan; where sizes had no common part there would be none."""
    codes = {each.hcpcs for each in all_products() if "iv" in each.routes and sizes(each.hcpcs)}
    vials = {code: tuple(int(size * MILLION) for size in sizes(code)) for code in codes}
    assert len(vials) > 400
    assert [code for code, each in sorted(vials.items()) if plan(max(each), each) is None] == []
