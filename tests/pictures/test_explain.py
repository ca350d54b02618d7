"""Reasons, possibilities and missing facts read as a coder would say them."""

from __future__ import annotations

import importlib
from dataclasses import fields
from datetime import date, datetime, time
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hangtime import explain
from hangtime._needs import is_worded, need_in_words
from hangtime.model import (
    Access,
    Administration,
    Encounter,
    Finding,
    Line,
    Need,
    NotReported,
    Possible,
    Reason,
)
from hangtime.rules._card import CARDS

explain.register_faults(
    {"SAMPLE-TIME": "{minutes} min from {start} is under {floor}"},
    {"SAMPLE-TIME": "Encounter contract, Administration"},
)
SHORT = Reason("SAMPLE-TIME", {"minutes": Decimal("15.0"), "start": time(9, 5), "floor": 16})


@pytest.mark.parametrize(
    ("need", "words"),
    [
        (("stop", "10:31"), "a stop at or after 10:31"),
        (("stop", "2025-03-12T10:31"), "a stop at or after 10:31 on 2025-03-12"),
        (("start", "09:00"), "a start at or before 09:00"),
        (("accesses.reason_code", "protocol"), "a charted reason for the second access"),
        (("start", "more than thirty minutes apart"), "start times more than thirty minutes apart"),
        (("indication", "volume"), "a charted indication that asks for volume"),
        (("indication", ""), "a charted indication"),
        (("purpose", "keep_open"), "a charted purpose of keep open"),
        (("time_zone", "an offset"), "the time zone of the charted times"),
        (("kind", "port"), "a charted kind of access of port"),
        (("order_signed", "true"), "a signed order"),
        (("hand_push", "true"), "a charted push by hand with the clinician present"),
        (("hand_push", "false"), "a charted drip, not a push by hand"),
        (("rate_ml_per_h", "100"), "a charted rate of 100 mL/h"),
        (("volume_infused_ml", "250"), "a charted infused volume of at least 250 mL"),
        (("a field to come", "x"), "a charted a field to come of x"),
    ],
)
def test_a_missing_fact_is_named_as_documentation(need: tuple[str, str], words: str) -> None:
    assert need_in_words(Need(field=need[0], value=need[1])) == words


def test_every_field_of_the_contract_has_wording_of_its_own() -> None:
    names = {f.name for record in (Administration, Access, Encounter) for f in fields(record)}
    assert {name for name in names if not is_worded(name)} == set()


def test_what_a_fact_would_add_is_one_short_sentence() -> None:
    stop = Need(field="stop", value="10:31")
    reason = Need(field="reason_code", value="protocol", administration="B")
    hour = Possible(code="96366", units=1, need=stop)
    hours = Possible(code="96366", units=3, need=stop)
    named = Need(field="reason_code", value="left hand")
    assert explain.explain_possible(Possible(code="96365", units=1, need=named)) == (
        "a charted reason for the second access adds 96365 (left hand)"
    )
    access = Possible(code="96365", units=1, modifiers=("XS",), need=reason)
    assert explain.explain_possible(hour) == "a stop at or after 10:31 adds 96366"
    assert explain.explain_possible(hours) == "a stop at or after 10:31 adds 96366 × 3"
    assert (
        explain.explain_possible(access)
        == "a charted reason for the second access adds 96365-XS (B)"
    )


def test_a_line_names_its_code_units_date_and_each_reason_once() -> None:
    line = Line(code="96374", units=1, date_of_service=date(2025, 3, 12), rules=(SHORT, SHORT))
    assert explain.explain_line(line) == ("96374 × 1 on 2025-03-12: 15 min from 09:05 is under 16.")
    assert explain.line_citations(line) == ["Encounter contract, Administration"]


def test_what_is_left_off_and_what_is_found_say_why() -> None:
    left_off = NotReported(what="96365", reason=SHORT)
    finding = Finding(severity="warning", reason=SHORT)
    assert explain.explain_not_reported(left_off).startswith("96365 not reported: 15 min")
    assert explain.explain_finding(finding) == "15 min from 09:05 is under 16."


def test_a_fact_that_is_absent_reads_as_not_charted_and_nothing_fails() -> None:
    assert explain.sentence(Reason("SAMPLE-TIME", {"minutes": None})) == (
        "not charted min from not charted is under not charted"
    )


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (True, "yes"),
        (datetime(2025, 3, 12, 9, 5, 30), "2025-03-12 09:05:30"),
        (Decimal("1E+3"), "1000"),
        (["a1", "a2", "a3"], "a1, a2 and a3"),
        ((), ""),
    ],
)
def test_facts_read_aloud(value: object, words: str) -> None:
    assert explain.in_words(value) == words


@given(st.dictionaries(st.sampled_from(("minutes", "start", "floor", "more")), st.text()))
def test_a_fact_is_never_read_as_a_template(facts: dict[str, str]) -> None:
    said = explain.sentence(Reason("SAMPLE-TIME", dict(facts)))
    assert all(value in said for name, value in facts.items() if name != "more")


def test_every_rule_card_has_a_sentence_and_a_citation_to_show() -> None:
    importlib.import_module("hangtime.rules.walk")

    for card in CARDS:
        reason = Reason(card.id, dict.fromkeys(card.facts, "7"))
        assert "not charted" not in explain.sentence(reason) or "not charted" in card.says
        assert all(explain.citations(reason))
