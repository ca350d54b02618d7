"""Charted words become words of the rules, or are left for a person."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hangtime.codesets.intent import intent_of, is_stroke
from hangtime.codesets.phrases import holds, said, words_of
from hangtime.codesets.places import setting_of
from hangtime.codesets.reasons import counts, reason_of
from hangtime.rules.words import AccessReason, Intent, Setting


@pytest.mark.parametrize(
    ("indication", "intent"),
    [
        ("E86.0", Intent.VOLUME),
        ("e860", Intent.VOLUME),
        ("Dehydration after gastroenteritis", Intent.VOLUME),
        ("E87.6", Intent.ELECTROLYTE),
        ("E83.42", Intent.ELECTROLYTE),
        ("E83.39", Intent.ELECTROLYTE),
        ("Hypokalaemia", Intent.ELECTROLYTE),
        ("low magnesium, K 3.1", Intent.ELECTROLYTE),
        ("E83.41", Intent.UNKNOWN),
        ("E86.0, E87.6", Intent.UNKNOWN),
        ("dehydration with hypokalemia", Intent.UNKNOWN),
        ("no signs of dehydration", Intent.UNKNOWN),
        ("no oral intake, dehydration", Intent.VOLUME),
        ("R11.2", Intent.UNKNOWN),
        ("", Intent.UNKNOWN),
    ],
)
def test_an_indication_says_what_the_fluid_was_for(indication: str, intent: Intent) -> None:
    assert intent_of(indication) == intent


@pytest.mark.parametrize("text", ["I63.9", "i6350", "acute ischemic stroke", "CVA"])
def test_a_stroke_is_known_by_code_and_by_word(text: str) -> None:
    assert is_stroke(text)


@pytest.mark.parametrize(
    "text", ["I26.99", "heat stroke", "history of stroke", "", "strokes gently"]
)
def test_what_is_no_stroke_is_not_taken_for_one(text: str) -> None:
    assert not is_stroke(text)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("Vancomycin and pip-tazo are INCOMPATIBLE", AccessReason.INCOMPATIBLE_DRUGS),
        ("drugs not compatible", AccessReason.INCOMPATIBLE_DRUGS),
        ("per protocol", AccessReason.PROTOCOL),
        ("both must run at the same time", AccessReason.SIMULTANEOUS_NECESSITY),
        ("restarted in L forearm", AccessReason.RESTART),
        ("IV infiltrated", AccessReason.INFILTRATION),
        ("could not reach rate", AccessReason.RATE),
        ("patient preference", AccessReason.CONVENIENCE),
        ("infiltrated; drugs incompatible", AccessReason.UNMATCHED),
        ("accurate dosing", AccessReason.UNMATCHED),
        ("   ", AccessReason.UNKNOWN),
    ],
)
def test_a_charted_reason_is_matched_to_the_closed_list(text: str, reason: AccessReason) -> None:
    assert reason_of(text) == reason


def test_every_listed_reason_is_its_own_match_and_only_three_make_a_second_access() -> None:
    listed = [reason for reason in AccessReason if reason.name not in ("UNKNOWN", "UNMATCHED")]
    assert [reason_of(reason.name.lower()) for reason in listed] == listed
    assert [reason.name for reason in AccessReason if counts(reason)] == [
        "INCOMPATIBLE_DRUGS",
        "PROTOCOL",
        "SIMULTANEOUS_NECESSITY",
    ]


@given(st.text())
def test_any_text_at_all_gets_an_answer(text: str) -> None:
    assert intent_of(text) in Intent
    assert reason_of(text) in AccessReason
    assert is_stroke(text) in (True, False)


@pytest.mark.parametrize("place", ["19", "21", "22", "23", "24", "26", "31", "51", "52", "61"])
def test_a_practitioner_in_a_facility_is_told_from_one_in_an_office(place: str) -> None:
    assert setting_of("professional", place) == Setting.PROFESSIONAL_IN_FACILITY
    assert setting_of("facility", place) == Setting.FACILITY


def test_the_office_is_the_setting_where_no_place_says_otherwise() -> None:
    assert setting_of("professional") == setting_of("professional", "11") == Setting.PROFESSIONAL
    assert setting_of("professional", "12") == Setting.HOME
    assert setting_of("elsewhere") == Setting.UNKNOWN


PHRASES = ("dehydrat*", "volume loss", "low phosph*", "phosph* replacement", "hydration")
SPOKEN = st.sampled_from(
    ["no", "signs", "of", "volume", "loss", "low", "phosphate", "replacement", ",", "dehydration",
     "Dehydrated", "hydration", "prehydration", "rehydration", "hx", "x3", "days"]
)  # fmt: skip


@given(st.lists(SPOKEN, max_size=8), st.sampled_from([1, 2]))
def test_what_a_text_says_of_many_phrases_is_what_it_says_of_each(
    words: list[str], reach: int
) -> None:
    text = words_of(" ".join(words))
    assert said(text, PHRASES, reach) == [each for each in PHRASES if holds(text, each, reach)]
