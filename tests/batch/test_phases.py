"""On every day of a phase the same products of a charted drug are in force."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from hangtime.batch.phases import days_of, stretches_of
from hangtime.rules.supplies import Product

products = st.builds(
    lambda code, first, days, per: Product(
        code=code, from_day=first, until_day=first + days, per=per, measure=1
    ),
    st.integers(0, 2), st.integers(0, 30), st.integers(0, 20), st.integers(1, 2),
)  # fmt: skip


def in_force(listed: list[Product], day: int) -> list[tuple[int, int]]:
    return [(each.code, each.per) for each in listed if each.from_day <= day <= each.until_day]


@given(st.lists(products, max_size=5), st.integers(-5, 60))
def test_a_day_has_the_products_of_its_phase(listed: list[Product], day: int) -> None:
    stretches = stretches_of(listed)
    (*_, own) = [each for each in stretches if each.first <= day]

    assert in_force(listed, days_of(stretches)[own.phase]) == in_force(listed, day)


@given(st.lists(products, max_size=5))
def test_phases_are_few_because_equal_ones_are_one(listed: list[Product]) -> None:
    stretches = stretches_of(listed)
    days = days_of(stretches)

    assert len({tuple(in_force(listed, day)) for day in days}) == len(days)
    assert [each.first for each in stretches] == sorted(each.first for each in stretches)
