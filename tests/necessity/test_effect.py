"""What a verdict does: a finding with its sentence, a line held back where asked, a payer's own list."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from hangtime import Administration, Coder, Encounter
from hangtime.edits import ClaimLine
from hangtime.errors import UnreadableInput
from hangtime.explain import explain_finding, explain_not_reported
from hangtime.necessity import Lists, Necessity, applied

CHART = Encounter(
    encounter_id="E-1",
    setting="facility",
    payer="medicare",
    diagnoses=("M81.0",),
    administrations=(
        Administration(
            administration_id="a1", drug="infliximab", route="iv_infusion", dose=Decimal(400),
            dose_unit="mg", start=datetime(2026, 5, 4, 9), stop=datetime(2026, 5, 4, 11, 31),
        ),
        Administration(
            administration_id="a2", drug="morphine", route="iv_push", dose=Decimal(2),
            dose_unit="mg", start=datetime(2026, 5, 4, 9, 10),
        ),
    ),
)  # fmt: skip


def test_a_verdict_is_a_finding_and_leaves_every_line() -> None:
    outcome = Coder().code(CHART)

    after = applied(CHART, outcome, Necessity())

    assert after.lines == outcome.lines
    said = [explain_finding(each) for each in after.findings[len(outcome.findings) :]]
    assert said == [
        "infliximab: no diagnosis that its list has. M81.0 is on no list for infliximab.",
        (
            "morphine: whether the diagnosis supports it is unknown. No list at hand says what supports"
            " morphine."
        ),
    ]


def test_where_the_profile_blocks_lines_of_a_drug_not_listed_are_held_back_and_unknown_ones_stay() -> (
    None
):
    outcome = Coder().code(CHART)

    after = applied(CHART, outcome, Necessity(), "block")

    assert {id for line in after.lines for id in line.administrations} == {"a2"}
    held = [each for each in after.not_reported if each.reason.rule == "NEC-HELD-BACK"]
    assert len(held) == len(outcome.lines) - len(after.lines)
    assert "M81.0 is on no list for infliximab" in explain_not_reported(held[0])


def test_what_a_dose_was_charted_for_counts_beside_the_diagnoses_of_the_encounter() -> None:
    infliximab = replace(CHART.administrations[0], indication="K50.90")
    chart = replace(CHART, administrations=(infliximab,))

    ((judged, ids),) = Necessity().of_encounter(chart, Coder().code(chart))

    assert (judged.verdict, judged.diagnosis, ids) == ("supported", "K50.90", ("a1",))


def test_a_claim_line_is_judged_by_the_diagnoses_it_points_to() -> None:
    line = ClaimLine("C-1", 1, "professional", date(2026, 5, 4), "J1745", Decimal(40),
                     diagnoses=("K50.90", "M81.0"))  # fmt: skip
    necessity = Necessity()

    verdicts = [
        (judged := necessity.of_claim_line(line._replace(diagnosis_pointers=pointers)))
        and judged.verdict
        for pointers in ((), (1,), (2,), (3,), (9, 1))
    ]
    assert verdicts == ["supported", "supported", "not_listed", "unknown", "supported"]
    assert necessity.of_claim_line(line._replace(code="96413")) is None


def test_a_payers_own_list_replaces_that_of_the_drugs_it_names(tmp_path: Path) -> None:
    own = tmp_path / "payer.csv"
    own.write_text(
        "# a payer's policy of 2026\n"
        "drug,first,last,role,beside,source,from,until\n"
        "Remicade,M81.0,,supports,,policy 12,2026-01-01,\n"
        "morphine,G89,,beside,C00-C96,policy 13,,\n"
    )
    necessity = Necessity(Lists((own,)))
    outcome = Coder().code(CHART)

    found = {each.drug: each for each, _ in necessity.of_encounter(CHART, outcome)}

    assert (found["infliximab"].verdict, found["infliximab"].source) == ("supported", "policy 12")
    assert found["morphine"].verdict == "not_listed"


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        ("nosuchdrug,M81.0,supports", "line 2, column drug: is no ingredient"),
        ("morphine,bone,supports", "line 2, column first or last: are no ICD-10-CM codes"),
        ("morphine,M81.0,maybe", "line 2, column role: is one of supports, beside, secondary"),
        ("morphine,M81.0,beside", "line 2, column beside: is empty"),
    ],
)
def test_a_fault_of_a_payers_list_is_named_by_file_line_and_column(
    tmp_path: Path, row: str, fault: str
) -> None:
    own = tmp_path / "payer.csv"
    own.write_text(f"drug,first,role\n{row}\n")

    with pytest.raises(UnreadableInput, match=fault):
        Lists((own,))
