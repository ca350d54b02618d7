"""Facts say where they come from, rebuild from the published tables, and agree with them."""

import csv
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from hangtime.codesets import facts
from hangtime.codesets.editions import edition_for
from hangtime.codesets.importers import family
from hangtime.codesets.tables import PAIR, code_rows, ids
from hangtime.rules.words import Code

SHARED = Path(__file__).parents[3] / "shared"
needs_published_tables = pytest.mark.skipif(
    not (SHARED / "data" / "ncci").is_dir(),
    reason="the published tables are not beside this checkout (../shared)",
)
BUILT = ("pairs.csv", "ceilings.csv", "addons.csv")


def _table(name: str) -> Iterator[dict[str, str]]:
    with (SHARED / "rules" / name).open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


@pytest.mark.parametrize("path", sorted(facts.FOLDER.iterdir()), ids=lambda path: path.name)
def test_every_fact_file_opens_with_where_it_comes_from(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    header = text[: re.search(r"^[^#\n]", text, re.MULTILINE).start()]  # type: ignore[union-attr]
    assert header.startswith("# ")
    assert re.search(r"source", header, re.IGNORECASE) or path.name == "tables.toml"


@pytest.mark.parametrize("name", BUILT)
def test_built_files_state_the_digest_of_their_rows(name: str) -> None:
    lines = (facts.FOLDER / name).read_text(encoding="utf-8").splitlines()
    rows = [line for line in lines if not line.startswith("#")][1:]
    assert f"# rows: {len(rows)}, sha256 {facts.rows_digest(rows)}" in lines


@needs_published_tables
def test_built_files_rebuild_byte_for_byte(tmp_path: Path) -> None:
    family.build(SHARED, tmp_path)
    for name in BUILT:
        assert (tmp_path / name).read_bytes() == (facts.FOLDER / name).read_bytes(), name


@needs_published_tables
def test_codes_and_their_first_dates_equal_the_specification() -> None:
    by_number = {row.number: row for row in code_rows().values()}
    for published in _table("codes.csv"):
        row = by_number[published["code"]]
        assert published["effective_from"] in ("", row.first), row.number


@needs_published_tables
def test_pairs_equal_the_specification_on_both_sides() -> None:
    kept = {tuple(row[:3]): row[3] for row in facts.rows("pairs.csv")}
    sides = {
        "ptp-practitioner-2024Q3": "modifier_indicator_practitioner",
        "ptp-hospital-2024Q3": "modifier_indicator_outpatient_hospital",
    }
    for published in _table("ptp.csv"):
        for table, column in sides.items():
            pair = (table, published["column1"], published["column2"])
            assert kept.get(pair, "") == published[column], pair


@needs_published_tables
def test_ceilings_equal_the_specification_on_both_sides() -> None:
    kept = {(table, code): (units, mai) for table, code, units, mai in facts.rows("ceilings.csv")}
    for published in _table("mue.csv"):
        for table, side in (
            ("mue-practitioner-2024Q3", "practitioner"),
            ("mue-hospital-2024Q3", "outpatient_hospital"),
        ):
            wanted = (published[f"{side}_mue"], published[f"{side}_mai"])
            assert kept.get((table, published["code"]), ("unknown", "")) == wanted


@needs_published_tables
def test_add_ons_equal_the_specification() -> None:
    published = {
        (row["addon"], "any" if row["primary"].startswith("(any") else row["primary"])
        for row in _table("addon.csv")
    }
    named = {code_rows()[code].number for code in Code if code != Code.NONE}
    kept = {tuple(row[1:3]) for row in facts.rows("addons.csv") if row[1] in named}
    assert kept == published


def test_both_add_on_files_agree_so_that_one_serves_every_date() -> None:
    by_table = {
        table: {tuple(row[1:3]) for row in facts.rows("addons.csv") if row[0] == table}
        for table in ("addon-2024", "addon-2026Q3")
    }
    family_codes = {row.number for row in code_rows().values() if row.name}
    first, second = (
        {pair for pair in pairs if pair[0] in family_codes} for pairs in by_table.values()
    )
    assert first == second


@needs_published_tables
def test_thresholds_equal_every_bin_of_the_specification() -> None:
    (limits,) = edition_for(facts.covers()[0].first).limits
    for row in _table("time_units.csv"):
        if row["family"] == "hydration" and row["units_additional"] not in ("", "0"):
            past = int(row["min_minutes"]) - limits.hour_after
            if row["code_first"] == "96360":
                assert int(row["units_additional"]) == past // limits.hour
    assert (limits.infusion_from, limits.hydration_from, limits.prolonged_after) == (16, 31, 480)


def test_a_pair_is_found_by_its_two_codes() -> None:
    edition = edition_for(facts.covers()[0].first)
    table = edition.pair_tables[1]
    pair = ids()["96365"] * PAIR + ids()["96372"]
    found = [edit for edit in edition.pairs[table.first : table.last] if edit.pair == pair]
    assert [edit.indicator for edit in found] == [1]


@needs_published_tables
def test_codes_that_begin_with_a_letter_live_as_the_hcpcs_file_says() -> None:
    openpyxl = pytest.importorskip("openpyxl")
    path = SHARED / "data" / "hcpcs" / "HCPC2025_OCT_ANWEB.xlsx"
    sheet = openpyxl.load_workbook(path, read_only=True).active
    columns = {"HCPC": 0, "ADD DT": 44, "TERM DT": 46}
    rows = sheet.iter_rows(values_only=True)
    titles = next(row for row in rows if row[0] == "HCPC")
    assert all(titles[at] == title for title, at in columns.items())
    published = {
        row[0]: tuple(str(row[columns[title]]).strip() for title in ("ADD DT", "TERM DT"))
        for row in rows
        if row[0]
    }
    for row in code_rows().values():
        if row.number[0].isalpha():
            ours = (row.first.replace("-", ""), row.last.replace("-", ""))
            assert ours == published[row.number], row.number


@needs_published_tables
def test_diagnoses_that_say_what_a_fluid_was_for_exist() -> None:
    path = SHARED / "data" / "icd10cm" / "code-list-April-2026.txt"
    known = {line.split()[0] for line in path.read_text(encoding="utf-8").splitlines() if line}
    for kind, text, _ in facts.rows("intent.csv"):
        if kind == "code":
            assert any(code.startswith(text) for code in known), text
