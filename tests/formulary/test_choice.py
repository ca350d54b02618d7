"""Which product code a chart means, on every date, and why."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import cast

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from hangtime.codesets.packages import Crosswalk, Package
from hangtime.formulary.choice import FIRST, LAST, Charted, Choice, choices
from hangtime.formulary.products import all_products
from hangtime.rules import product as rules
from hangtime.rules.words import ProductDoubt, Route, Setting

DAY = date(2024, 8, 14)
routes = st.sampled_from([Route.IV_INFUSION, Route.IV_PUSH, Route.IM, Route.SC])
settings = st.sampled_from((Setting.FACILITY, Setting.PROFESSIONAL))
codes = st.sampled_from(sorted({each.hcpcs for each in all_products()}))
ingredients = st.sampled_from(sorted({each.ingredient for each in all_products()} - {""}))


class Listed:
    """A crosswalk that lists one NDC under the codes it is made with, in 2024."""

    def __init__(self, *listed: str) -> None:
        self.listed = listed

    def codes(self, ndc: str) -> tuple[str, ...]:
        return self.listed if ndc == "57894003001" else ()

    def packages(self, charted: str) -> tuple[Package, ...]:
        first, last = date(2024, 1, 1), date(2024, 12, 31)
        one = Decimal(1)
        return tuple(
            Package(each, first, last, one, Decimal(10))
            for each in self.codes(charted.replace("-", ""))
        )


def chart(drug: str, **said: str) -> Charted:
    return Charted(
        drug, said.get("hcpcs"), said.get("ndc"), None, Route.IV_INFUSION, Setting.PROFESSIONAL
    )


def on(charted: Charted, day: date = DAY, listed: Listed | None = None) -> Choice:
    found = choices(charted, cast("Crosswalk | None", listed))
    (held,) = [each for each in found if each.first <= day <= each.last]
    return held


def codes_of(choice: Choice) -> tuple[str, ...]:
    return tuple(each.hcpcs for each in choice.products) or (choice.unlisted,)


@given(ingredients, routes, settings)
def test_every_date_has_one_choice(drug: str, route: Route, biller: Setting) -> None:
    """Without gaps, from the first day to the last, each code within its own dates."""
    found = choices(Charted(drug, None, None, None, route, biller))
    assert (found[0].first, found[-1].last) == (FIRST, LAST)
    for before, after in pairwise(found):
        assert before.last + timedelta(1) == after.first
    for each in found:
        assert bool(each.products) + bool(each.unlisted) + bool(each.doubt) == 1
        assert all(listed.holds_on(each.first) for listed in each.products)
        last = min(each.last, date(2100, 1, 1))
        assert all(listed.holds_on(last) for listed in each.products)


@given(ingredients, routes, settings)
def test_several_codes_of_one_choice_count_in_one_measure(
    drug: str, route: Route, biller: Setting
) -> None:
    """They are sizes of one thing, of which the dose decides."""
    for each in choices(Charted(drug, None, None, None, route, biller)):
        assert len({listed.ingredient for listed in each.products}) <= 1
        if len({listed.hcpcs for listed in each.products}) > 1:
            assert len({listed.measure for listed in each.products}) == 1


@given(codes, routes, settings)
def test_a_charted_code_is_taken_while_it_is_in_force(
    hcpcs: str, route: Route, biller: Setting
) -> None:
    """Whatever the route, by whoever may bill it; the name does not contradict it."""
    assume(biller is Setting.FACILITY or not hcpcs.startswith("C"))
    held = [each for each in all_products() if each.hcpcs == hcpcs]
    name = held[0].ingredient or hcpcs
    for choice in choices(Charted(name, hcpcs, None, None, route, biller)):
        in_force = any(each.holds_on(choice.first) for each in held)
        if in_force and choice.doubt is ProductDoubt.NONE:
            assert set(codes_of(choice)) == {hcpcs}


@given(ingredients)
def test_a_practice_never_has_a_hospitals_code(drug: str) -> None:
    """C codes are of hospital outpatient departments."""
    for route in (Route.IV_INFUSION, Route.SC, Route.IM):
        for each in choices(Charted(drug, None, None, None, route, Setting.PROFESSIONAL)):
            assert not any(code.startswith("C") for code in codes_of(each))


def test_code_then_brand_then_substance() -> None:
    """The charted code wins, then the name of one product, then the code open to any maker."""
    by_code = on(chart("Inflectra", hcpcs="Q5103"))
    by_brand = on(chart("Inflectra"))
    by_substance = on(chart("infliximab"))
    assert (codes_of(by_code), by_code.why) == (("Q5103",), rules.BY_CODE)
    assert (codes_of(by_brand), by_brand.why) == (("Q5103",), rules.BY_BRAND)
    assert (codes_of(by_substance), by_substance.why) == (("J1745",), rules.BY_SUBSTANCE)


def test_an_ndc_tells_the_product_where_a_crosswalk_lists_it() -> None:
    """Before the name of the substance, after a charted code; on the crosswalk's dates only."""
    charted = chart("infliximab", ndc="57894-0030-01")
    listed = Listed("Q5104")
    found = on(charted, listed=listed)
    assert (codes_of(found), found.why) == (("Q5104",), rules.BY_NDC)
    assert codes_of(on(charted)) == ("J1745",)
    assert codes_of(on(charted, date(2025, 1, 1), listed)) == ("J1745",)
    with_code = chart("infliximab", hcpcs="Q5103", ndc="57894-0030-01")
    assert codes_of(on(with_code, listed=listed)) == ("Q5103",)


def test_an_ndc_of_another_drug_is_a_doubt() -> None:
    """Neither is taken."""
    charted = chart("infliximab", ndc="57894-0030-01")
    assert on(charted, listed=Listed("J9035")).doubt is ProductDoubt.CONFLICT


@pytest.mark.parametrize(
    ("charted", "doubt"),
    [
        (chart("vancomycin", hcpcs="J1745"), ProductDoubt.CONFLICT),
        (chart("dopmine"), ProductDoubt.UNSURE_NAME),
        (chart("examplinum"), ProductDoubt.UNKNOWN_NAME),
        (chart("immune globulin"), ProductDoubt.SEVERAL_CODES),
        (chart("dextrose 10%"), ProductDoubt.NO_CODE),
    ],
)
def test_what_cannot_be_told_is_a_doubt_of_its_kind(charted: Charted, doubt: ProductDoubt) -> None:
    """And no code is taken."""
    found = on(charted)
    assert (found.doubt, found.products, found.unlisted) == (doubt, (), "")


@pytest.mark.parametrize(("drug", "code"), [("ketamine", "J3490"), ("catumaxomab", "J3590")])
def test_a_drug_that_no_code_lists_has_the_unlisted_code_of_its_kind(drug: str, code: str) -> None:
    """A product code that begins later would take its place from its day on."""
    found = on(chart(drug))
    assert (found.unlisted, found.why) == (code, rules.UNLISTED)


def test_an_ended_code_is_replaced_from_the_day_after() -> None:
    """J2930 up to 2024-03-31, then J2919."""
    charted = chart("methylprednisolone", hcpcs="J2930")
    last, next_ = on(charted, date(2024, 3, 31)), on(charted, date(2024, 4, 1))
    assert (codes_of(last), last.why) == (("J2930",), rules.BY_CODE)
    assert (codes_of(next_), next_.why) == (("J2919",), rules.REPLACED)
