"""For each of the eight indications a drug that is supported, one not listed, one unknown, and why."""

from __future__ import annotations

import csv
import re
from datetime import date
from pathlib import Path

import pytest

from hangtime.formulary.substances import find
from hangtime.necessity import Editions, Judged, Lists, judge
from hangtime.necessity.importer import build
from hangtime.necessity.lists import FOLDER, SECONDARY, rows, shipped
from hangtime.necessity.ranges import plain

MAY = date(2026, 5, 4)  # the shipped codes are those of April 2026
BEFORE = date(2024, 8, 14)
SUPPORTED = [
    ("1 infection", "ceftriaxone", "A41.9", "A41.9 supports ceftriaxone, for infection."),
    ("2 biologic", "infliximab", "K50.90", "K50.90 supports infliximab, for autoimmune disease"),
    ("3 migraine", "dihydroergotamine", "G43.909", "supports dihydroergotamine, for severe migraine."),
    ("4 electrolytes", "potassium chloride", "E87.6", "E87.6 supports potassium chloride"),
    ("5 antiemetic", "palonosetron", "Z51.11", "for nausea of an emetogenic treatment."),
    ("6 iron", "iron sucrose", "D63.1 N18.4", "D63.1 beside N18.4 supports iron sucrose"),
    ("7 inflammation", "methylprednisolone", "G35.A", "for acute inflammation."),
    ("8 bone", "zoledronic acid", "M81.0", "for osteoporosis and other bone disease."),
]  # fmt: skip
NOT_LISTED = [
    ("1 infection", "ceftriaxone", "Z79.2", "Z79.2 is a secondary diagnosis and supports no drug by itself."),
    ("2 biologic", "natalizumab", "M05.79", "M05.79 is on no list for natalizumab."),
    ("3 migraine", "eptinezumab", "R51.9", "R51.9 is a secondary diagnosis"),
    ("4 electrolytes", "potassium chloride", "E86.0", "E86.0 is on no list for potassium chloride."),
    ("5 antiemetic", "ondansetron", "R11.2", "R11.2 supports ondansetron only beside T45.1X5."),
    ("6 iron", "iron sucrose", "D63.1", "D63.1 supports iron sucrose only beside N18.3 to N18.6."),
    ("7 inflammation", "hydrocortisone", "M81.0", "M81.0 is on no list for hydrocortisone."),
    ("8 bone", "ibandronate", "Z79.83", "Z79.83 is a secondary diagnosis"),
]  # fmt: skip
UNKNOWN = [
    ("1 infection", "vancomycin", "", "No diagnosis is charted."),
    ("2 biologic", "secukinumab", "M45.9", "No list at hand says what supports secukinumab."),
    ("3 migraine", "ketorolac", "G43.90", "G43.90 is a heading in icd10cm-2026-04"),
    ("4 electrolytes", "magnesium sulfate", "low magnesium", "not in the form of an ICD-10-CM code."),
    ("5 antiemetic", "fosaprepitant", "T45.1X5", "T45.1X5 is a heading in icd10cm-2026-04"),
    ("6 iron", "ferumoxytol", "D50.7", "D50.7 is not in icd10cm-2026-04."),
    ("7 inflammation", "methylprednisolone", "G35", "G35 is a heading in icd10cm-2026-04"),
    ("8 bone", "pamidronate", "M80.00", "M80.00 is a heading in icd10cm-2026-04"),
]  # fmt: skip
EXAMPLES = [
    pytest.param(verdict, *each[1:], id=f"{each[0]}: {verdict}")
    for verdict, examples in (
        ("supported", SUPPORTED), ("not_listed", NOT_LISTED), ("unknown", UNKNOWN),
    )
    for each in examples
]  # fmt: skip


def judged(drug: str, diagnoses: str, day: date = MAY) -> Judged:
    codes = diagnoses.split() if diagnoses != "low magnesium" else [diagnoses]
    return judge(drug, codes, day, Lists(), Editions())


@pytest.mark.parametrize(("verdict", "drug", "diagnoses", "why"), EXAMPLES)
def test_each_indication_has_its_three_answers_with_their_reason(
    verdict: str, drug: str, diagnoses: str, why: str
) -> None:
    found = judged(drug, diagnoses)

    assert found.verdict == verdict
    assert why in found.why


def test_a_bare_heading_supported_before_it_was_divided() -> None:
    """No edition of 2024 is at hand: the list alone speaks, and says that nothing was looked up."""
    found = judged("methylprednisolone", "G35", BEFORE)

    assert found.verdict == "supported"
    assert "No edition of ICD-10-CM at hand covers the day." in found.why


def test_access_care_beside_the_infection_does_not_hide_it() -> None:
    assert judged("vancomycin", "Z45.2 Z79.2 I33.0").diagnosis == "I33.0"


def test_every_listed_drug_is_one_that_the_formulary_knows_and_every_range_has_codes() -> None:
    codes = [row["code"] for row in rows("codes.csv")]

    unknown = [drug for drug in shipped() if (found := find(drug)) is None or found.name != drug]
    empty = [
        each
        for listed in shipped().values()
        for each in listed
        if not any(each.range.has(code) for code in codes)
    ]
    assert (unknown, empty) == ([], [])


def test_every_diagnosis_of_the_services_table_is_listed_for_a_drug_of_its_indication(
    shared: Path,
) -> None:
    names = {row["number"]: row["name"] for row in rows("indications.csv")}
    with (shared / "rules" / "indications.csv").open(encoding="utf-8") as file:
        table = list(csv.DictReader(file))

    missing = [
        (row["indication_no"], code)
        for row in table
        if "denosumab" not in row["drug"]
        for code in re.findall(r"\b[A-Z]\d[\dA-Z](?:\.[\dA-Z]+)?\b", row["icd10cm_examples"])
        if not any(
            each.range.has(plain(code)) or each.range.first.startswith(plain(code))
            for listed in shipped().values()
            for each in listed
            if each.indication == names[row["indication_no"]]
        )
    ]
    secondary = {
        each.range.first
        for listed in shipped().values()
        for each in listed
        if each.role == SECONDARY
    }
    assert missing == []
    assert {"Z792", "Z452", "Z7983"} <= secondary


def test_the_shipped_codes_are_cut_from_the_published_list(shared: Path, tmp_path: Path) -> None:
    build(shared, tmp_path)

    for name in ("codes.csv", "editions.csv"):
        assert (tmp_path / name).read_bytes() == (FOLDER / name).read_bytes()


def test_an_imported_edition_answers_as_the_shipped_codes_do(shared: Path, tmp_path: Path) -> None:
    from hangtime.codesets.store import Store
    from hangtime.codesets.store.importing import import_files

    published = shared / "data" / "icd10cm"
    names = ("code-list-April-2026.txt", "icd10cm-tabular-April-1-2026.xml.gz")
    import_files([published / name for name in names], tmp_path)
    imported = Editions(Store(tmp_path))

    codes = {plain(code) for _, _, diagnoses, _ in (*SUPPORTED, *NOT_LISTED, *UNKNOWN)
             for code in diagnoses.split()} - {""}  # fmt: skip
    different = [
        code
        for code in sorted(codes)
        if imported.standing(code, MAY).word != Editions().standing(code, MAY).word
    ]
    assert different == []
    assert (
        imported.standing("J069", MAY).word == "valid"
    )  # no listed category: only the import knows
    assert Editions().standing("J069", MAY).word == "unknown"
