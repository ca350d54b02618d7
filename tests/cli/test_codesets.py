"""`hangtime codesets`: import, list, show, diff, verify, undo, in a store of the test's own."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from hangtime.cli import hangtime
from hangtime.errors import UserError

TITLES = "HCPCS Code,Short Descriptor,SI,APC,Relative Weight,Payment Rate"
JULY = f"""Addendum B.-OPPS Payment by HCPCS Code for July 2024,,,,,
{TITLES}
96365,Invented,S,5693,2.33,$204.22
J9001,Invented,K,9001,,$12.50
not one,Invented,K,,,
"""
OCTOBER = f"""Addendum B.-OPPS Payment by HCPCS Code for October 2024,,,,,
{TITLES}
96365,Invented,S,5693,2.33,$210.00
J9002,Invented,K,9002,,$1.50
"""


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return tmp_path / "store"


@pytest.fixture
def files(tmp_path: Path) -> list[str]:
    """Two quarters of one table, of our own making, in the official layout."""
    made: list[str] = []
    for name, text in (("july.csv", JULY), ("october.csv", OCTOBER)):
        (tmp_path / name).write_text(text, encoding="utf-8")
        made.append(str(tmp_path / name))
    return made


def run(*words: str, store: Path) -> Result:
    return CliRunner().invoke(hangtime, ["codesets", *words, "--store", str(store)])


def test_import_accounts_for_every_row_and_names_table_dates_and_digest(
    files: list[str], store: Path
) -> None:
    done = run("import", *files, store=store)

    assert done.exit_code == 0
    first, table, aside, second, _ = done.output.splitlines()
    assert first == "july.csv: 3 rows in = 2 stored + 1 set aside"
    assert table.startswith("  opps-2024Q3 (2024-07-01 to 2024-09-30, digest ")
    assert table.endswith("), dates by content")
    assert aside == "  set aside: line 5, code: not a code of five characters"
    assert second == "october.csv: 2 rows in = 2 stored + 0 set aside"


def test_a_refused_file_is_named_with_its_reason_and_the_status_is_1(
    files: list[str], store: Path, tmp_path: Path
) -> None:
    (tmp_path / "prose.csv").write_text("In words.\nMore words.\n", encoding="utf-8")
    done = run("import", str(tmp_path / "prose.csv"), files[0], store=store)

    assert done.exit_code == 1
    assert "refused: prose.csv: no table that is known" in done.output
    assert "opps-2024Q3" in run("list", store=store).output


def test_progress_is_for_a_terminal_only(files: list[str], store: Path) -> None:
    assert run("import", *files, store=store).stderr == ""


def test_list_names_what_is_there_and_an_empty_store_says_so(files: list[str], store: Path) -> None:
    assert "no tables" in run("list", store=store).output
    run("import", *files, store=store)
    listed = json.loads(run("list", "--json", store=store).output)

    assert [table["name"] for table in listed] == ["opps-2024Q3", "opps-2024Q4"]
    assert {len(table["digest"]) for table in listed} == {64}
    assert listed[0]["sources"][0]["file"] == "july.csv"


def test_show_tells_no_table_from_not_in_the_table(files: list[str], store: Path) -> None:
    run("import", *files, store=store)
    shown = run("show", "j9001", "--on", "2024-08-01", store=store).output
    later = run("show", "J9001", "--on", "2024-10-01", store=store).output

    assert "  code J9001; status K; rate 12.5; apc 9001" in shown
    assert "asp: no table for that date" in shown
    assert "opps-2024Q4" in later
    assert "not in the table" in later
    asked = json.loads(run("show", "J9001", "--on", "2024-08-01", "--json", store=store).output)
    assert {each["kind"]: each["table"] and each["table"]["name"] for each in asked}["opps"] == (
        "opps-2024Q3"
    )


def test_diff_counts_and_lists_what_came_went_and_changed(files: list[str], store: Path) -> None:
    run("import", *files, store=store)
    shown = run("diff", "2024Q3", "2024Q4", store=store).output

    assert shown.splitlines() == [
        "opps-2024Q3 to opps-2024Q4: 1 added, 1 ended, 1 changed",
        "  changes: rate 1",
        "  added J9002",
        "  ended J9001",
        "  changed 96365: rate 204.22 to 210",
    ]
    (found,) = json.loads(run("diff", "2024Q3", "2024Q4", "--json", store=store).output)
    assert (found["added"], found["ended"]) == (["J9002"], ["J9001"])
    assert "No kind" in run("diff", "2020Q1", "2020Q2", store=store).output


def test_verify_finds_a_file_that_was_changed(files: list[str], store: Path) -> None:
    run("import", *files, store=store)
    assert run("verify", store=store).output == "2 tables, 0 faults.\n"
    next(store.glob("tables/opps-2024Q3*/rows.parquet")).write_bytes(b"other")
    done = run("verify", store=store)

    assert done.exit_code == 1
    assert "opps-2024Q3: rows.parquet: changed since it was stored" in done.output


def test_undo_takes_back_the_last_import(files: list[str], store: Path) -> None:
    run("import", files[0], store=store)
    run("import", files[1], store=store)

    said, *lines = run("undo", store=store).output.splitlines()
    assert re.fullmatch(
        r"the import of 20..-..-.. ..:.. UTC: 1 table \(opps-2024Q4\) from 1 file \(october.csv\)",
        said,
    )
    assert lines == ["taken back: opps-2024Q4"]
    assert [t["name"] for t in json.loads(run("list", "--json", store=store).output)] == [
        "opps-2024Q3"
    ]


def test_undo_asks_a_terminal_before_it_takes_back_several_tables(
    files: list[str], store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("import", *files, store=store)
    again = run("import", *files, store=store).output
    monkeypatch.setattr("hangtime.cli.codesets._asks", lambda: True)
    asked = run("undo", store=store)

    assert "july.csv: 3 rows in = 2 stored + 1 set aside" in again
    assert again.count("the store had it") == 2
    assert again.endswith("Nothing changed: this is no step for `undo`.\n")
    assert asked.exit_code == 1
    assert (
        "2 tables (opps-2024Q3, opps-2024Q4) from 2 files (july.csv, october.csv)" in asked.output
    )
    assert run("verify", store=store).output == "2 tables, 0 faults.\n"
    assert run("undo", "--yes", store=store).output.count("taken back") == 2


def test_rows_set_aside_are_counted_by_reason_at_the_table_of_their_dates(
    store: Path, tmp_path: Path
) -> None:
    faulty = [f"2024-0{1 + 3 * (n % 3)},not one,K,1" for n in range(12)]
    rows = ["2024-01,96365,S,1", "2024-04,96365,S,1", "2024-07,96365,S,1", "2024-07,A4341\ufffd,N,"]
    rows += [f"2024-0{month},96{n:03},S,1" for month in (1, 4, 7) for n in range(400, 404)]
    path = tmp_path / "history.csv"
    head = "quarter,hcpcs,status_indicator,payment_rate"
    path.write_text("\n".join([head, *rows, *faulty, ""]), encoding="utf-8")
    said = run("import", str(path), "--limit", "1", store=store).output.splitlines()

    assert said[0] == "history.csv: 28 rows in = 15 stored + 13 set aside"
    assert said[-4:] == [
        "  set aside: 12 × not a code of five characters",
        "  set aside: 1 × a code with a damaged mark after it",
        "  set aside: line 5, code: a code with a damaged mark after it",
        "  … 12 more set aside: --limit",
    ]
    listed = json.loads(run("list", "--json", store=store).output)
    assert [(table["name"], table["set_aside"]) for table in listed] == [
        ("opps-2024Q1", 4), ("opps-2024Q2", 4), ("opps-2024Q3", 5),
    ]  # fmt: skip


def test_list_names_gaps_and_overlaps_and_diff_the_kinds_it_skipped(
    files: list[str], store: Path
) -> None:
    text = Path(files[0]).read_text("utf-8")
    for month in ("January", "August"):
        path = Path(files[0]).with_name(f"{month}.csv")
        path.write_text(text.replace("July", month), encoding="utf-8")
        files.append(str(path))
    ceilings = Path(files[0]).with_name("MUE_Outpatient_Eff_10-01-2024.csv")
    ceilings.write_text(
        "HCPCS/CPT Code,Outpatient Hospital Services MUE Values,MUE Adjudication Indicator\n"
        "J9001,1,3 Date of Service Edit: Clinical\n",
        encoding="utf-8",
    )
    run("import", *files, str(ceilings), store=store)

    august = "opps-2024-08-01"
    assert run("list", store=store).output.splitlines()[-2:] == [
        "gap: no table of opps for 2024Q2",
        f"overlap: 2024-08-01 to 2024-09-30 is in {august} and opps-2024Q3; {august} goes first",
    ]
    compared = run("diff", "2024Q3", "2024Q4", store=store).output.splitlines()
    assert compared[-1] == "skipped mue facility: no table for 2024-07-01"


@pytest.mark.parametrize(
    "written", ["57894-030-01", "57894-0030-01", "N457894003001", "57894 0030 01", "57894.030.01",
                "N4 57894-030-01", "5789403001"],
)  # fmt: skip
def test_show_reads_a_product_number_in_every_spelling(
    store: Path, tmp_path: Path, written: str
) -> None:
    path = tmp_path / "ndc_2024Q3.csv"
    path.write_text(
        "NDC2,_2024_CODE,Drug Name,HCPCS dosage,PKG SIZE,PKG QTY,BILLUNITS,BILLUNITSPKG\n"
        "57894-030-01,J9001,Inventum,10 MG,1,1,10,10\n",
        encoding="utf-8",
    )
    run("import", str(path), store=store)

    shown = run("show", written, "--on", "2024-08-01", store=store).output
    assert "ndc11 57894003001; code J9001" in shown


def test_show_says_that_a_store_is_empty_and_that_a_text_is_no_code(
    files: list[str], store: Path
) -> None:
    empty = run("show", "J9001", "--on", "2024-08-01", store=store)
    assert empty.exit_code == 1
    assert "The store is empty" in empty.output
    assert "hangtime codesets import" in empty.output
    assert not store.exists()
    run("import", *files, store=store)
    for written, reason in (("1234", "by its form"), ("00000-0000-00", "zeros only")):
        done = run("show", written, "--on", "2024-08-01", store=store)
        assert reason in str(done.exception)


def test_options_that_contradict_are_an_error_that_says_so(files: list[str], store: Path) -> None:
    for options in (["--quarter", "2024Q3", "--from", "2024-07-01"], ["--from", "2024-07-01"]):
        done = run("import", files[0], *options, store=store)
        assert isinstance(done.exception, UserError)
    assert isinstance(run("diff", "July", "2024Q4", store=store).exception, UserError)
