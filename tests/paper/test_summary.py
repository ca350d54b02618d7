"""The coding summary on paper: every line with its reasons and sources, and what it rests on."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings

from hangtime import code_encounter, explain, formats
from hangtime.model import Encounter, Outcome
from hangtime.paper import summary_pdf
from hangtime.paper.summary import Decision
from paper.printed import bare, reader, words
from strategies import plausible_encounters


@pytest.fixture(scope="module")
def encounter(checkout: Path) -> Encounter:
    read = next(iter(formats.read(checkout / "examples" / "encounters.jsonl")))
    assert read.encounter is not None
    return read.encounter


@pytest.fixture(scope="module")
def plain(encounter: Encounter) -> bytes:
    """Its summary, without prices."""
    return summary_pdf(encounter, code_encounter(encounter))


def test_every_line_reason_and_source_is_there(checkout: Path) -> None:
    seen: set[str] = set()
    for read in formats.read(checkout / "examples" / "encounters.jsonl"):
        assert read.encounter is not None
        outcome = code_encounter(read.encounter)
        text = words(summary_pdf(read.encounter, outcome))
        missing = [each for each in told(outcome) if bare(each) not in text]
        seen |= {
            name
            for name in ("lines", "not_reported", "possible", "findings")
            if getattr(outcome, name)
        }

        assert missing == []
    assert len(seen) == 4


def told(outcome: Outcome) -> Iterator[str]:
    """All that a summary has to say of an outcome."""
    reasons = [reason for line in outcome.lines for reason in line.rules]
    reasons += [each.reason for each in (*outcome.not_reported, *outcome.findings)]
    for reason in reasons:
        yield explain.sentence(reason)
        yield from explain.citations(reason)
    for possible in outcome.possible:
        yield explain.need_in_words(possible.need)
    assert outcome.policy is not None
    yield from (outcome.policy.profile, outcome.policy.rules, *outcome.policy.tables.values())


def test_each_number_that_is_cited_is_listed_once(plain: bytes) -> None:
    body, _, listed = words(plain).rpartition("Document,section,date")
    cited = {int(each) for each in re.findall(r"\[(\d+)\]", body)}
    numbers = [int(each) for each in re.findall(r"\[(\d+)\]", listed)]

    assert len(cited) > 5
    assert numbers == sorted(cited) == list(range(1, len(cited) + 1))


def test_amounts_stand_beside_the_lines_where_they_were_asked_for(
    plain: bytes, summary: bytes
) -> None:
    assert "Estimate" not in words(plain)
    assert "EstimateofwhatMedicarewouldallow,beforedeductibles,indollars:" in words(summary)


def test_what_people_decided_stands_apart_from_what_was_coded(encounter: Encounter) -> None:
    outcome = code_encounter(encounter)
    decided = Decision("Line 2", "removed", "not in the order", "C. Coder", "3 Mar 2026 10:00 CST")
    pdf = summary_pdf(encounter, outcome, facts=[("Released by", "C. Coder")], decisions=[decided])

    assert bare("Released by C. Coder") in words(pdf)
    assert bare(" ".join(decided)) in words(pdf)


def test_the_same_encounter_is_the_same_bytes(encounter: Encounter, plain: bytes) -> None:
    assert summary_pdf(encounter, code_encounter(encounter)) == plain
    assert "2025" in str(reader(plain).metadata["/CreationDate"])  # the chart's, not today's


def test_drugs_of_any_script_and_names_of_markup_are_text(encounter: Encounter) -> None:
    given = tuple(
        replace(each, drug=f"<svg>&#read *{n}* \U00100000 {each.drug}")
        for n, each in enumerate(encounter.administrations)
    )
    strange = replace(encounter, encounter_id="<svg> #x\x00", administrations=given)
    text = words(summary_pdf(strange, code_encounter(strange)))

    assert "encounter<svg>#x[U+0000]" in text
    assert "<svg>&#read*2*[U+100000]" in text


@settings(max_examples=5)
@given(plausible_encounters())
def test_any_coded_encounter_can_be_printed(encounter: Encounter) -> None:
    assert reader(summary_pdf(encounter, code_encounter(encounter))).pages
