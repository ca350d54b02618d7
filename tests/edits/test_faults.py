"""Each fault alone is found by its rule, and claims without one pass without a word."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from edits.billed import claim, line, rules, scrubbed
from hangtime.edits import Scrubber, cards

INITIAL, HOUR, SEQUENTIAL, CONCURRENT = "96365", "96366", "96367", "96368"
PUSH, NEXT_PUSH, HYDRATION, COMPLEX = "96374", "96375", "96360", "96413"
OFFICE = {"setting": "professional"}
NDC = {"ndc": "57894003001", "ndc_unit": "UN", "ndc_quantity": Decimal(4)}
WINTER = {"date_of_service": date(2024, 2, 6)}

FAULTS = {
    "hour alone": ([line(HOUR)], "SCR-ADDON-ALONE"),
    "hour alone, no table": ([line(HOUR, **WINTER)], "SCR-ADDON-ALONE-EDITION"),
    "sequential alone": ([line(SEQUENTIAL)], "SCR-ADDON-ALONE"),
    "guidance alone": ([line("76937")], "SCR-ADDON-CONTRACTOR"),
    "two initials of a code": ([line(INITIAL), line(INITIAL)], "SCR-INITIAL-TWICE"),
    "two units of an initial": ([line(INITIAL, units=2)], "SCR-INITIAL-TWICE"),
    "two initials, no table": (
        [line(INITIAL, **WINTER), line(COMPLEX, **WINTER)],
        "SCR-INITIAL-TWICE",
    ),
    "thirty hours": ([line(INITIAL), line(HOUR, units=30)], "SCR-UNITS-DATE"),
    "nine office hours": ([line(INITIAL), line(HOUR, units=9)], "SCR-UNITS-DATE", OFFICE),
    "two concurrent": ([line(INITIAL), line(CONCURRENT, units=2)], "SCR-UNITS-ABSOLUTE"),
    "repeat push in the office": (
        [line(PUSH), line("96376")],
        "SCR-UNITS-NONE",
        OFFICE,
    ),
    "second initial on the left": ([line(INITIAL), line(PUSH, "LT")], "SCR-INITIAL-TWICE"),
    "neither, a drug for pain": (
        [line("J1885", units=2, date_of_service=date(2025, 3, 12))],
        "SCR-WASTE-MISSING",
    ),
    "neither JW nor JZ": ([line("J1745", units=50)], "SCR-WASTE-MISSING"),
    "neither, winter": ([line("J1745", units=50, **WINTER)], "SCR-WASTE-MISSING"),
    "units like a dose": ([line("J1745", "JZ", units=500)], "SCR-UNITS-LIKE-DOSE"),
    "push beside infusion": ([line(INITIAL), line(PUSH)], "SCR-PAIR-MODIFIER"),
    "hydration beside infusion": ([line(INITIAL), line(HYDRATION)], "SCR-PAIR-MODIFIER"),
    "infusion beside complex": ([line(INITIAL), line(COMPLEX)], "SCR-PAIR-MODIFIER"),
    "access beside infusion": ([line(INITIAL), line("36000")], "SCR-PAIR-MODIFIER"),
    "flush beside infusion": ([line(INITIAL), line("96523")], "SCR-PAIR-NEVER"),
    "nurse visit in the office": ([line(INITIAL), line("99211", "25")], "SCR-PAIR-NEVER", OFFICE),
    "visit without 25": ([line(INITIAL), line("G0463")], "SCR-VISIT-25"),
    "visit without 25, winter": ([line(PUSH), line("99284")], "SCR-VISIT-25", WINTER),
    "25 on an infusion": ([line(INITIAL, "25")], "SCR-25-MISPLACED"),
    "hyphens": ([line("J1745", "JZ", units=10, **NDC | {"ndc": "57894-030-01"})], "SCR-NDC-FORM"),
    "ten digits": ([line("J1745", "JZ", units=10, **NDC | {"ndc": "5789403001"})], "SCR-NDC-FORM"),
    "NDC unit": ([line("J1745", "JZ", units=10, **NDC | {"ndc_unit": "VIAL"})], "SCR-NDC-UNIT"),
    "NDC quantity": (
        [line("J1745", "JZ", units=10, **NDC | {"ndc_quantity": None})],
        "SCR-NDC-QUANTITY",
    ),
    "quantity alone": ([line("J1745", "JZ", units=10, **NDC | {"ndc": None})], "SCR-NDC-ABSENT"),
    "billing NPI": ([line(INITIAL, billing_npi="1234567890")], "SCR-NPI"),
    "rendering NPI": ([line(INITIAL, rendering_npi="123456789")], "SCR-NPI"),
    "dot": ([line(INITIAL, diagnoses=("K50.90",))], "SCR-DIAGNOSIS-FORM"),
    "small letters": ([line(INITIAL, diagnoses=("k5090",))], "SCR-DIAGNOSIS-FORM"),
    "twice": ([line(INITIAL, diagnoses=("K5090", "K5090"))], "SCR-DIAGNOSIS-REPEATED"),
    "too many": (
        [line(INITIAL, diagnoses=tuple(f"K50{n:03}" for n in range(13)))],
        "SCR-DIAGNOSIS-TOO-MANY",
        OFFICE,
    ),
    "pointer": ([line(INITIAL, diagnoses=("K5090",), diagnosis_pointers=(2,))], "SCR-POINTER"),
    "pointer twice": (
        [line(INITIAL, diagnoses=("K5090",), diagnosis_pointers=(1, 1))],
        "SCR-POINTERS",
    ),
    "JW and JZ": ([line("J1745", "JW", "JZ", units=10)], "SCR-JW-WITH-JZ"),
    "JW and JZ apart": (
        [line("J1745", "JZ", units=10), line("J1745", "JW", units=2)],
        "SCR-WASTE-BOTH",
    ),
    "waste of a whole vial": (
        [line("J9035", units=35), line("J9035", "JW", units=45)],
        "SCR-WASTE-CONTAINER",
    ),
    "pump code in the office": ([line("C8957")], "SCR-CODE-HOSPITAL", OFFICE),
    "waste alone": ([line("J1745", "JW", units=2)], "SCR-WASTE-ALONE"),
    "waste of a service": ([line(INITIAL, "JZ")], "SCR-WASTE-NOT-A-DRUG"),
    "waste of a packaged drug": ([line("J7030", "JZ")], "SCR-WASTE-PACKAGED"),
    "JA and JB": ([line("J1569", "JA", "JB", "JZ", units=20)], "SCR-JA-WITH-JB"),
    "no route": ([line("J1569", "JZ", units=20)], "SCR-ROUTE-MISSING"),
    "59 and XS": ([line(INITIAL, "59", "XS")], "SCR-59-WITH-X"),
    "XE and XS": ([line(INITIAL, "XE", "XS")], "SCR-SEVERAL-X"),
    "PO and PN": ([line(INITIAL, "PO", "PN")], "SCR-PO-WITH-PN"),
    "no such modifier": ([line(INITIAL, "Q9Q")], "SCR-MODIFIER-FORM"),
    "unknown modifier": ([line(INITIAL, "QY", "Z9")], "SCR-MODIFIER-UNKNOWN"),
    "small modifier": ([line("J1745", "jz", units=10)], "SCR-MODIFIER-FORM"),
    "ended modifier": ([line("J1745", "JZ", "JG", units=10)], "SCR-MODIFIER-DATES",
                       {"date_of_service": date(2025, 2, 4)}),
    "modifier twice": ([line(INITIAL, "PO", "PO")], "SCR-MODIFIER-REPEATED"),
    "five modifiers": ([line(INITIAL, "PO", "59", "GA", "KX", "Q6")], "SCR-MODIFIER-TOO-MANY"),
    "same line twice": ([line(INITIAL), line(NEXT_PUSH), line(NEXT_PUSH)], "SCR-DUPLICATE-LINE"),
    "zero units": ([line(INITIAL, units=0)], "SCR-UNITS-ZERO"),
    "half a unit": ([line("J1745", "JZ", units="30.5")], "SCR-UNITS-WHOLE"),
    "fine units": ([line("J1745", "JZ", units="30.5001")], "SCR-UNITS-DECIMALS"),
    "small code": ([line("j1745", units=10)], "SCR-CODE-FORM"),
    "ended code": ([line("J2930", "JZ", units=1)], "SCR-CODE-DATES"),
    "not yet": ([line("96380", **WINTER | {"date_of_service": date(2023, 9, 1)})], "SCR-CODE-DATES"),
    "age": ([line("36568", birth_date=date(1990, 1, 1))], "SCR-CODE-AGE"),
    "born tomorrow": ([line(INITIAL, birth_date=date(2024, 8, 15))], "SCR-BIRTH-DATE"),
    "practitioner in hospital": ([line(INITIAL, place_of_service="22")], "SCR-PLACE", OFFICE),
}  # fmt: skip


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_alone_is_found_by_its_rule(name: str) -> None:
    lines, rule, *said = FAULTS[name]

    assert rule in rules(*lines, **(said[0] if said else {}))


CLEAN = {
    "an infusion": [line(INITIAL)],
    "hours": [line(INITIAL), line(HOUR, units=3)],
    "a sequential drug with its hours": [line(INITIAL), line(SEQUENTIAL), line(HOUR)],
    "a concurrent drug": [line(INITIAL), line(CONCURRENT)],
    "pushes": [line(PUSH), line(NEXT_PUSH, units=2), line("96376", units=3)],
    "hydration": [line(HYDRATION), line("96361", units=2)],
    "hydration after a drug": [line(INITIAL), line("96361")],
    "chemotherapy day": [
        line(COMPLEX), line("96415", units=2), line("96417"), line(SEQUENTIAL), line(NEXT_PUSH),
        line("96411"),
    ],
    "a pump": [line("96416"), line(COMPLEX)],
    "drug and waste": [line(COMPLEX), line("J1745", units=31), line("J1745", "JW", units=9)],
    "drug without waste": [line(COMPLEX), line("J1745", "JZ", units=40, **NDC)],
    "drug by vein and skin": [line(INITIAL), line("J1569", "JZ", "JA", units=60)],
    "an injection": [line("96372", units=2)],
    "an injection beside an infusion": [line(INITIAL), line("96372", "59")],
    "a second access": [line(INITIAL), line(INITIAL, "XS")],
    "two attendances": [line(INITIAL), line(PUSH, "XE")],
    "a visit": [line(INITIAL), line("G0463", "25")],
    "an emergency": [line(INITIAL), line(NEXT_PUSH), line("99284", "25")],
    "packaged drugs": [line(HYDRATION), line("J7030"), line("J2405", units=4)],
    "under the skin by pump": [line("96369"), line("96370", units=2), line("96371")],
    "transfusion": [line("36430"), line(PUSH)],
    "a flush alone": [line("96523")],
    "in the office": [
        line(INITIAL, setting="professional", diagnoses=("D509", "E538"), diagnosis_pointers=(1,)),
        line("96372", "59", setting="professional", diagnoses=("D509", "E538"),
             diagnosis_pointers=(2, 1)),
        line("99213", "25", setting="professional", diagnoses=("D509", "E538"),
             diagnosis_pointers=(1,)),
    ],
    "with numbers that are right": [
        line(INITIAL, "PO", billing_npi="1234567893", rendering_npi="1003000126",
             diagnoses=("K5090",), birth_date=date(1980, 2, 29), place_of_service="22"),
    ],
}  # fmt: skip


@pytest.mark.parametrize("name", CLEAN)
def test_a_clean_claim_passes_without_a_word(name: str) -> None:
    assert scrubbed(*CLEAN[name]) == []


def test_every_rule_has_a_source_and_a_sentence_and_most_have_a_claim_that_meets_it() -> None:
    met = {rule for _, rule, *_ in FAULTS.values()}
    elsewhere = {
        "SCR-CHART-ABSENT", "SCR-CHART-DOSE", "SCR-CHART-MODIFIER", "SCR-CHART-NONE",
        "SCR-CHART-UNITS", "SCR-CHART-UNITS-FEWER", "SCR-CHART-WASTE", "SCR-CHART-WASTE-UNITS",  # test_beside_the_chart.py
        "SCR-CODE-NOT-IN-TABLE", "SCR-DIAGNOSIS-DATES", "SCR-DIAGNOSIS-HEADING",
        "SCR-DIAGNOSIS-UNKNOWN",  # test_imported_tables.py
        "SCR-ADDON-OTHER-DATE", "SCR-CLAIM-DISAGREES", "SCR-CLAIM-INCOMPLETE", "SCR-NO-PROFILE",
        "SCR-LINE-NUMBER-TWICE", "SCR-NOT-LOOKED-UP", "SCR-NO-TABLE", "SCR-UNITS-LINE",
        "SCR-UNITS-OTHER-QUARTER", "SCR-WASTE-UNKNOWN",  # below
    }  # fmt: skip

    assert {each.id for each in cards()} == met | elsewhere
    assert all(each.says.endswith((".", "?")) and each.cites for each in cards())


def test_a_pair_names_the_modifier_of_its_payer_and_the_fact_it_needs() -> None:
    """Medicare asks for XS on a second initial service, Medicaid for 59."""
    for payer, modifier in (("medicare", "XS"), ("medicaid", "59")):
        (found,) = scrubbed(line(COMPLEX), line(INITIAL), payer=payer)

        assert (found.line_number, found.other_line) == (2, 1)
        assert (found.table, found.table_date) == ("ptp-hospital-2024Q3", date(2024, 7, 1))
        assert f"{modifier} on {INITIAL} would be right if the chart shows a second access" in (
            found.message
        )


def test_a_drug_beside_the_visit_it_belongs_to_is_told_what_would_set_it_apart() -> None:
    found = scrubbed(line("99284", "25"), line(INITIAL), setting="professional")

    assert [(each.rule, each.line_number) for each in found] == [("SCR-PAIR-MODIFIER", 2)]
    assert f"XU on {INITIAL} would be right if the chart shows that the visit" in found[0].message


def test_a_distinct_modifier_counts_on_either_column_since_july_2019_and_25_only_on_a_visit() -> (
    None
):
    assert rules(line(COMPLEX, "59"), line(INITIAL)) == []
    assert "SCR-PAIR-MODIFIER" in rules(line(COMPLEX), line(INITIAL, "25"))
    assert "SCR-PAIR-MODIFIER" in rules(line(COMPLEX, "25"), line(INITIAL))


def test_a_payer_that_does_not_follow_ncci_meets_no_pair_and_no_ceiling_but_needs_primaries() -> (
    None
):
    assert rules(line(INITIAL), line("36000"), payer="commercial") == []
    assert rules(line(INITIAL), line(HOUR, units=30), payer="commercial") == []
    assert rules(line(HOUR), payer="commercial") == ["SCR-ADDON-ALONE"]
    assert rules(line("J1745", units=50), payer="commercial") == []


def test_a_payer_without_a_profile_is_unknown_not_clean() -> None:
    assert rules(line(INITIAL), line("36000"), payer="nobody's") == ["SCR-NO-PROFILE"]


def test_a_date_without_tables_is_unknown_not_clean() -> None:
    day = date(2025, 5, 6)
    found = scrubbed(line(INITIAL), line("36000"), date_of_service=day)

    assert [each.rule for each in found] == ["SCR-NO-TABLE"]
    assert found[0].severity == "info"
    assert "pairs or ceilings or add-ons" in found[0].message
    assert "SCR-UNITS-OTHER-QUARTER" in rules(
        line(INITIAL), line(CONCURRENT, units=2), date_of_service=day
    )
    assert "SCR-WASTE-UNKNOWN" in rules(line("J1745", units=9), date_of_service=date(2026, 9, 1))


def test_a_code_outside_the_tables_is_named_once_as_not_looked_up() -> None:
    found = scrubbed(line(INITIAL), line("20610"), line("20610", "RT"))

    assert [(each.rule, each.line_number) for each in found] == [("SCR-NOT-LOOKED-UP", None)]
    assert "20610" in found[0].message


def test_an_add_on_beside_a_primary_of_another_date_is_a_warning() -> None:
    lines = [line(INITIAL), line(HOUR, date_of_service=date(2024, 8, 15))]

    assert rules(*lines) == ["SCR-ADDON-OTHER-DATE"]


def test_a_ceiling_of_a_line_is_held_line_by_line() -> None:
    """Mode 1: two lines with a reason pass where one with all units does not."""
    from hangtime.edits.in_force import shipped_ceilings

    of_a_line = {
        c: each for c, each in shipped_ceilings("mue-hospital-2024Q3").items() if each.mai == 1
    }
    code, ceiling = next((c, each) for c, each in sorted(of_a_line.items()) if each.units)

    assert "SCR-UNITS-LINE" in rules(line(code, units=ceiling.units + 1))
    assert "SCR-UNITS-LINE" not in rules(
        line(code, units=ceiling.units), line(code, "76", units=ceiling.units)
    )


def test_a_claim_that_contradicts_itself_says_where() -> None:
    first, second = claim(line(INITIAL), line(HOUR, payer="medicaid"))

    assert [each.rule for each in Scrubber().scrub([first, second])] == ["SCR-CLAIM-DISAGREES"]
    again = Scrubber().scrub([first, first._replace(code=HOUR)])
    assert [each.rule for each in again] == ["SCR-LINE-NUMBER-TWICE"]
    cut = Scrubber().scrub([first], is_incomplete=True)
    assert [each.rule for each in cut] == ["SCR-CLAIM-INCOMPLETE"]


def test_a_flush_with_heparin_is_a_drug_and_waste_below_a_vial_is_waste() -> None:
    office = {"setting": "professional"}

    assert rules(line("96523"), line("J1642", "JZ", units=2), **office) == ["SCR-PAIR-MODIFIER"]
    assert rules(line("J9035", units=35), line("J9035", "JW", units=5)) == []


def test_rural_health_centers_and_unused_containers_are_not_asked_for_waste() -> None:
    assert rules(line("J1745", units=5), bill_type="0711") == []
    assert rules(line("J1745", units=5), date_of_service=date(2023, 6, 30)) == ["SCR-NO-TABLE"]
