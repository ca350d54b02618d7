"""The class of a drug by payer and date, and who says so."""

from datetime import date
from itertools import product as every

import pytest

from hangtime.formulary import _tables
from hangtime.formulary.classes import class_of
from hangtime.formulary.described import describe
from hangtime.formulary.substances import find, ingredients
from hangtime.policies.policy import payers, profile
from hangtime.rules.words import Category, Known
from hangtime.wording import complexity

DAYS = (date(2022, 4, 25), date(2022, 4, 26), date(2025, 3, 12))
PROFILES = [
    profile(setting, payer) for setting in ("facility", "professional") for payer in payers()
]


def _class(drug, payer, day):
    substance = find(drug)
    assert substance is not None
    return class_of(substance, profile("facility", payer), day)


def test_a_payers_list_keeps_a_biologic_out_from_its_date_on_and_is_named():
    before, after = (_class("Xolair", "commercial-amerihealth", day) for day in DAYS[:2])

    assert before.category is Category.BIOLOGIC
    assert after.category is Category.THERAPEUTIC
    assert after.source.endswith("commercial-amerihealth") and after.first == DAYS[1]
    assert _class("Xolair", "medicare", DAYS[1]).category is Category.BIOLOGIC


def test_a_class_that_began_on_a_date_was_another_before():
    last, first = date(2023, 10, 5), date(2023, 10, 6)

    assert _class("Beyfortus", "medicare", last).category is Category.THERAPEUTIC
    assert _class("Beyfortus", "medicare", first).category is Category.ANTIBODY


@pytest.mark.parametrize("used", PROFILES, ids=lambda used: used.name)
def test_a_biologic_is_complex_for_the_rules_just_where_its_class_says_so(used):
    biologics = [each for each in ingredients() if each.category is Category.BIOLOGIC]
    for each, day, is_injected in every(biologics, DAYS, (False, True)):
        drug = describe(each.name, None, None, None)
        is_complex = complexity(drug, None, used, day, is_injected=is_injected) is Known.YES
        found = class_of(each, used, day, is_injected=is_injected)
        assert (found.category is Category.BIOLOGIC) is is_complex, (each.name, day, is_injected)


def test_every_ingredient_has_a_class_with_a_source_for_every_profile_and_date():
    for each, used, day in every(ingredients(), PROFILES, DAYS):
        found = class_of(each, used, day)
        assert found.category is not Category.UNKNOWN and found.source
        assert found.holds_on(day)


def test_dated_classes_are_of_known_drugs_and_never_two_for_one_profile_and_day():
    seen = []
    for row in _tables.rows("classes.csv"):
        assert find(row["ingredient"]) is not None
        first = date.fromisoformat(row["from"] or "1900-01-01")
        last = date.fromisoformat(row["until"] or "9999-12-31")
        assert first <= last
        for name, used, other_first, other_last in seen:
            is_same = (name, used) == (row["ingredient"], row["profile"])
            assert not is_same or last < other_first or other_last < first
        seen.append((row["ingredient"], row["profile"], first, last))
