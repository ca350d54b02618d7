"""A store of imported tables answers for other codes, other quarters and diagnoses."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from edits.billed import claim, line
from hangtime.codesets.store.importing import import_files
from hangtime.codesets.store.reading import Told
from hangtime.codesets.store.records import Period
from hangtime.edits import ClaimLine, Scrubber

WINTER = Period(date(2025, 1, 1), date(2025, 3, 31))
DAY, LATER = date(2025, 2, 4), date(2025, 5, 6)
FILES = {
    "edits-f1.csv": (
        "Column 1,Column 2,* = In existence prior to 1996,Effective Date,Deletion Date * = no data,"
        "Modifier 0=not allowed 1=allowed 9=not applicable,PTP Edit Rationale\n"
        "20610,96372,,20240101,*,1,made up\n20610,76942,,20240101,*,0,made up\n"
        "Z9999,Z9998,,20240101,*,9,made up\n"
    ),
}


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("imported")
    hcpcs = (
        "HCPC,SEQNUM,RECID,LONG DESCRIPTION,SHORT DESCRIPTION,PRICE1,COV,BETOS,TOS1,XREF1,"
        "ADD DT,ACT EFF DT,TERM DT,ACTION CD\n"
        "J9001,0010,3,Invented 10 mg,Invented,51,D,O1E,1,,20200101,20250101,,N\n"
    )
    ceilings = (
        "HCPCS/CPT Code,Outpatient Hospital Services MUE Values,MUE Adjudication Indicator,"
        "MUE Rationale\n20610,2,3 Date of Service Edit: Clinical,made up\n96365,1,3 Date of Service Edit:"
        " Clinical,made up\n"
    )
    diagnoses = "K50\nK5090\nE86\n"
    files = FILES | {"hcpcs.csv": hcpcs, "mue.csv": ceilings}
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    (folder / "codes.txt").write_text(diagnoses, encoding="utf-8")
    place = folder / "store"
    for name in (*files, "codes.txt"):
        told = Told(setting="facility", period=WINTER)
        (done,) = import_files([folder / name], place, told, is_replacing=True)
        assert not done.refused
    return place


def found_in(store: Path, *lines: ClaimLine, day: date = DAY) -> list[tuple[str, int | None, str]]:
    found = Scrubber(store=store).scrub(claim(*lines, date_of_service=day))
    return [(each.rule, each.line_number, each.table or "") for each in found]


def test_edits_of_other_codes_come_from_the_store_with_the_table_that_says_so(store: Path) -> None:
    lines = line("20610", units=3), line("96372"), line("76942")
    found = found_in(store, *lines)

    assert ("SCR-UNITS-DATE", 1, "mue-hospital-2025Q1") in found
    assert ("SCR-PAIR-MODIFIER", 2, "ptp-hospital-2025Q1") in found
    assert ("SCR-PAIR-NEVER", 3, "ptp-hospital-2025Q1") in found
    assert "SCR-NOT-LOOKED-UP" not in {rule for rule, *_ in found}
    assert "SCR-NOT-LOOKED-UP" in {rule for rule, *_ in found_in(store, *lines, day=LATER)}


def test_a_family_code_on_a_date_without_a_shipped_table_comes_from_the_store(store: Path) -> None:
    found = found_in(store, line("96365", units=2))

    assert ("SCR-UNITS-DATE", 1, "mue-hospital-2025Q1") in found
    assert [each for each in found if each[0] == "SCR-NO-TABLE"] == [("SCR-NO-TABLE", 1, "")]


def test_a_code_that_its_own_table_lacks_is_an_error(store: Path) -> None:
    found = found_in(store, line("J9001"), line("J9002"))

    assert ("SCR-CODE-NOT-IN-TABLE", 2, "hcpcs-2025Q1") in found
    assert ("SCR-CODE-NOT-IN-TABLE", 1, "hcpcs-2025Q1") not in found


def test_diagnoses_are_held_to_the_edition_in_force(store: Path) -> None:
    given = ("K5090", "K5099", "K50")
    found = Scrubber(store=store).scrub([line("96365", diagnoses=given, date_of_service=DAY)])
    said = {each.rule: each for each in found}

    assert said["SCR-DIAGNOSIS-DATES"].message.startswith("Diagnosis 2 is not in icd10cm")
    assert said["SCR-DIAGNOSIS-DATES"].table == "icd10cm-2025Q1"
    assert said["SCR-DIAGNOSIS-HEADING"].message.startswith("Diagnosis 3 is a heading")
    later = Scrubber(store=store).scrub([line("96365", diagnoses=given, date_of_service=LATER)])
    assert "SCR-DIAGNOSIS-UNKNOWN" in {each.rule for each in later}


def test_a_code_without_the_form_of_one_is_not_looked_up(store: Path) -> None:
    assert found_in(store, line("j17.45"), line("96365"))[0][0] == "SCR-CODE-FORM"
