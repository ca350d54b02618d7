"""Each published denial is stopped: its drawn chart or claim meets every rule its row names."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from edits.billed import claim, line
from hangtime import necessity
from hangtime.edits import ClaimLine, Scrubber, cards
from hangtime.edits.chart import Supported, supported
from hangtime.edits.denials import Denial, denials
from hangtime.engine import Coder
from hangtime.explain import citation
from hangtime.model import Encounter
from hangtime.necessity import Necessity, applied
from hangtime.rules._card import CARDS
from spec._case import Case, encounter, outcomes_rules

CLOCK = re.compile(r"\d\d:\d\d(?: to \d\d:\d\d)?")
ROUTES = ("iv_push", "iv_infusion", "subcutaneous", "intramuscular")
BILLED = re.compile(r"(\w{5})((?:-\w\w)*)(?: x(\S+))?(?: \((.*)\))?")
OF_VISIT = {"accesses", "services"}  # which a drawn case has of its own


def charted(denial: Denial) -> Encounter:
    """The drawn chart as the record the engine reads."""
    parts = denial.chart.split("; ")
    visit = [each.removeprefix("visit: ") for each in parts if each.startswith("visit: ")]
    rows = [row(each) for each in parts if not each.startswith("visit: ")]
    said = dict(each.split(" ", 1) for each in ", ".join(visit).split(", ") if each)
    diagnoses = tuple(said.pop("diagnoses", "").split())
    own = {name: said.pop(name).replace(" / ", "; ") for name in OF_VISIT & said.keys()}
    columns = list(dict.fromkeys(name for each in rows for name in each))
    table = "\n".join(
        "|".join(each.get(name, name if each is header else "") for name in columns)
        for header in [{name: name for name in columns}]
        for each in [header, *rows]
    )
    case = Case(table, name=denial.id, setting=denial.setting, payer="medicare", chart=said, **own)
    return replace(encounter(case), diagnoses=diagnoses)


def row(text: str) -> dict[str, str]:
    """`ceftriaxone, 09:00 to 09:30, dose 1 g` as fields of an administration."""
    drug, *fields = text.split(", ")
    found = {"drug": drug}
    for each in fields:
        name, _, value = each.partition(" ")
        if CLOCK.fullmatch(each):
            found |= dict(zip(("start", "stop"), each.split(" to "), strict=False))
        elif each in ROUTES:
            found["route"] = each
        elif name in ("dose", "discarded"):
            found |= dict(zip((name, f"{name}_unit"), value.split(), strict=True))
        else:
            found[name] = value
    return found


def billed(denial: Denial) -> list[ClaimLine]:
    """The drawn claim as lines of one encounter."""
    parts = re.split(r", (?![^(]*\))", denial.claim)
    matches = [BILLED.fullmatch(each) for each in parts]
    lines = [
        line(found[1], *filter(None, found[2].split("-")), units=found[3] or 1, **more(found[4]))
        for found in matches
        if found
    ]
    assert len(lines) == len(parts), denial.claim
    whose = {"encounter_id": denial.id} if denial.chart else {}
    return claim(*lines, setting=denial.setting, **whose)


def more(text: str | None) -> dict[str, Any]:
    said: dict[str, Any] = dict(each.split(" ", 1) for each in (text or "").split(", ") if each)
    if "date_of_service" in said:
        said["date_of_service"] = date.fromisoformat(said["date_of_service"])
    if "ndc_quantity" in said:
        said["ndc_quantity"] = Decimal(said["ndc_quantity"])
    return said


def met(denial: Denial) -> set[str]:
    """Rules that the row's chart meets in the engine, and its claim in the scrubber beside it."""
    chart = charted(denial) if denial.chart else None
    found: set[str] = set()
    if chart is not None:
        found |= outcomes_rules(applied(chart, Coder().code(chart), Necessity()))
    if denial.claim:

        def of(encounter_id: str, setting: str) -> Supported | None:
            return supported(chart, Coder()) if chart is not None else None

        scrubber = Scrubber(supported=of if chart else None)
        found |= {each.rule for each in scrubber.scrub(billed(denial))}
    return found


@pytest.mark.parametrize("denial", denials(), ids=lambda denial: denial.id)
def test_what_reviewers_deny_is_stopped_by_the_rules_its_row_names(denial: Denial) -> None:
    assert denial.chart or denial.claim
    assert {*denial.rules} <= met(denial)


def test_every_row_names_a_rule_that_the_service_rightly_charted_and_billed_does_not_meet() -> None:
    """A rule that any good chart meets would show nothing."""
    chart = (
        "visit: diagnoses K50.90; infliximab, 09:00 to 11:00, dose 500 mg, hcpcs J1745,"
        " containers 5 x 100 mg; ceftriaxone, 11:00 to 12:00, dose 1 g, indication J18.9;"
        " normal saline, 12:00 to 13:00, purpose hydration, indication E86.0"
    )
    claim = "96413, 96415, 96367, 96361, J1745-JZ x50, J0696 x4"
    right = met(Denial("right", "", (), (), "facility", chart, claim))

    assert {each for each in right if each.startswith("SCR-")} == set()
    for each in denials():
        assert {*each.rules} - right, each.id


def test_the_table_is_long_enough_and_every_row_says_who_publishes_it_and_what_stops_it() -> None:
    known = {each.id for each in (*CARDS, *cards(), *necessity.cards())}

    assert len(denials()) >= 30
    assert len({each.id for each in denials()}) == len(denials())
    for each in denials():
        assert each.finds.endswith(".")
        assert each.rules
        assert {*each.rules} <= known
        assert each.sources
        assert all(source.url and source.date and citation(source) for source in each.sources)


def test_a_claim_that_leaves_out_what_was_denied_passes_without_a_word() -> None:
    """The rules stop the fault, not the service: the same chart has a claim that is clean."""
    chart = charted(next(each for each in denials() if each.id == "milligrams-as-units"))
    scrubber = Scrubber(supported=lambda *_: supported(chart, Coder()))
    lines = claim(line("96413"), line("96415"), line("J1745", "JZ", units=50), encounter_id="one")

    assert scrubber.scrub(lines) == []
