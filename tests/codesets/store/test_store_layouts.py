"""Each official layout is known by its content, whatever the file is called or packed in."""

from __future__ import annotations

import csv
import gzip
import zipfile
from datetime import date
from decimal import Decimal
from itertools import islice
from pathlib import Path
from string import ascii_uppercase

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hangtime.codesets.store import Store
from hangtime.codesets.store.importing import Imported, import_files
from hangtime.codesets.store.opening import HEAD, Sheet
from hangtime.codesets.store.periods import named, period_in, quarter
from hangtime.codesets.store.reading import Told

DAY = date(2024, 8, 1)
Q3 = "2024Q3"
# File: the table it becomes, rows stored, rows set aside.
TABLES = {
    "HCPC2025_OCT_ANWEB.csv": ("hcpcs-2025Q4", 3, 1),
    "section_508_asp_pricing.csv": ("asp-2024Q3", 1, 1),
    "ndc_hcpcs_crosswalk.csv": ("ndc-2024Q3", 2, 1),
    "noc_pricing.csv": ("noc-2024Q3", 1, 0),
    "noc_crosswalk.csv": ("noc-ndc-2024Q3", 1, 0),
    "ccipra-v302r0.txt": ("ptp-practitioner-2024Q3", 3, 0),
    "MCR_MUE_OutpatientHospitalServices_Eff_07-01-2024.csv": ("mue-hospital-2024Q3", 2, 0),
    "AOC_V2024Q3-MCR.txt": ("addon-2024Q3", 2, 0),
    "2024_July_Addendum_B.csv": ("opps-2024Q3", 2, 0),
    "PPRRVU24_JUL.csv": ("pprrvu-2024Q3", 3, 0),
    "GPCI2024.csv": ("gpci-2024", 1, 0),
    "OPPSCAP_JUL_2024.csv": ("oppscap-2024Q3", 1, 0),
    "LONGULT.txt": ("cpt-2024", 2, 0),
}


def one(done: list[Imported]) -> Imported:
    (each,) = done
    assert not each.refused, each.refused
    return each


@pytest.mark.parametrize("name", TABLES)
def test_rows_in_are_rows_stored_and_rows_set_aside(published, store: Path, name: str) -> None:
    (table,) = one(import_files([published(name)], store)).tables
    (source,) = table.sources

    assert (table.name, table.rows, table.set_aside) == TABLES[name]
    assert source.rows == table.rows + table.set_aside


@pytest.mark.parametrize("name", TABLES)
def test_the_files_own_name_is_asked_only_for_what_the_content_does_not_say(
    published, store: Path, name: str
) -> None:
    path = published(name)
    nameless = path.rename(path.with_name("x"))
    setting = "professional" if "ccipra" in name else ""
    (table,) = one(import_files([nameless], store, Told(quarter(Q3), setting))).tables

    assert table.kind == TABLES[name][0].split("-20")[0].removesuffix("-practitioner").removesuffix(
        "-hospital"
    )


def test_each_row_set_aside_names_its_line_and_field_and_no_cell(published, store: Path) -> None:
    done = import_files([published(name) for name in TABLES if "ccipra" not in name], store)
    aside = [row for each in done for row in each.set_aside]

    assert [(row.line, row.field, row.reason) for row in aside] == [
        (5, "code", "a dental code, which is the ADA's to publish"),
        (7, "limit", "not a number"),
        (6, "ndc11", "repeats an earlier row"),
    ]


@pytest.mark.parametrize("title", ["HCPC2025_OCT_ANWEB"])
def test_a_workbook_says_its_quarter_on_its_sheet(workbook, store: Path, title: str) -> None:
    path = workbook("HCPC2025_OCT_ANWEB.csv", title)
    (table,) = one(import_files([path.rename(path.with_name("x.xlsx"))], store)).tables

    assert (table.name, table.dated_by, table.rows) == ("hcpcs-2025Q4", "content", 3)


def test_a_workbook_and_a_text_of_the_same_rows_are_one_table(
    published, workbook, store: Path, tmp_path: Path
) -> None:
    name = "PPRRVU24_JUL.csv"
    text = one(import_files([published(name)], store)).tables
    book = one(import_files([workbook(name, "PPRRVU24_JUL")], store)).known

    assert text[0].digest == book[0].digest


def test_zip_and_gzip_are_opened_and_of_twins_in_a_zip_the_text_is_read(
    published, workbook, store: Path, tmp_path: Path
) -> None:
    name = "ccipra-v302r0.txt"
    with zipfile.ZipFile(tmp_path / "practitioner-ptp.zip", "w") as packed:
        packed.write(published(name), name)
        packed.write(workbook(name, "Sheet1"), "ccipra-v302r0.xlsx")
        packed.writestr("readme.pdf", b"%PDF")
    path = published("GPCI2024.csv")
    squeezed = tmp_path / "GPCI2024.csv.gz"
    squeezed.write_bytes(gzip.compress(path.read_bytes()))
    done = import_files([tmp_path / "practitioner-ptp.zip", squeezed], store)

    assert [table.name for each in done for table in each.tables] == [
        "ptp-practitioner-2024Q3",
        "gpci-2024",
    ]
    assert done[0].tables[0].sources[0].file == f"practitioner-ptp.zip/{name}"


def test_what_is_no_table_beside_one_in_an_archive_is_passed_over_and_named(
    published, store: Path, tmp_path: Path
) -> None:
    with zipfile.ZipFile(tmp_path / "RVU24C.zip", "w") as packed:
        for name in ("PPRRVU24_JUL.csv", "GPCI2024.csv", "OPPSCAP_JUL_2024.csv"):
            packed.write(published(name), name)
        packed.writestr(
            "24LOCCO.csv", "County,State,Fee Schedule Area\r\nInvented,AL,Statewide\r\n"
        )
    done = one(import_files([tmp_path / "RVU24C.zip"], store))

    assert sorted(table.kind for table in done.tables) == ["gpci", "oppscap", "pprrvu"]
    assert [said.split(":")[0] for said in done.passed_over] == ["RVU24C.zip/24LOCCO.csv"]


def test_descriptors_with_titles_are_of_the_year_of_their_copyright(
    store: Path, tmp_path: Path
) -> None:
    path = tmp_path / "list.txt"
    path.write_text(
        "Copyright 2025, invented. American Medical Association\n\n"
        "Concept Id\tCPT Code\tLong\tMedium\tShort\n1\t96365\tinvented, long\tmedium\tshort\n",
        encoding="utf-8",
    )
    (table,) = one(import_files([path], store)).tables

    assert table.name == "cpt-2025"
    assert Store(store).descriptor("96365").rows[0]["long"] == "invented, long"


def test_numbered_parts_of_an_edition_are_one_table(published, store: Path) -> None:
    first = published("ccipra-v302r0.txt")
    parts = [
        first.rename(first.with_name("ccipra-v302r0-f1.txt")),
        published("ccipra-v302r0-f2.txt"),
    ]
    (table,) = one(import_files(parts, store)).tables

    assert table.rows == 5
    assert [source.rows for source in table.sources] == [3, 2]


CELLS = st.one_of(
    st.sampled_from(["96365", "2", "3 Date of Service Edit", "", "*", "1e99", "1e-9", "9" * 12]),
    st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=8),
)


@given(
    rows=st.lists(st.lists(CELLS, min_size=1, max_size=6), max_size=12),
    name=st.sampled_from([name for name in TABLES if name.endswith(".csv")]),
)
@settings(max_examples=30)
def test_whatever_rows_hold_each_is_stored_or_set_aside(
    tmp_path_factory, official_cells, rows, name
) -> None:
    folder = tmp_path_factory.mktemp("any")
    path = folder / name
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([*official_cells(name), *rows])
    (done,) = import_files([path], folder / "store", is_replacing=True)

    filled = [row for row in rows if any(row)]
    for table in done.tables:
        (source,) = table.sources
        assert source.rows == table.rows + table.set_aside
        assert source.rows == sum(TABLES[name][1:]) + len(filled)
    assert done.refused or done.tables


def test_every_value_comes_back_as_published(published, store: Path) -> None:
    import_files([published(name) for name in TABLES], store)
    known = Store(store)

    assert known.price("J9001", DAY).rows[0]["limit"] == Decimal("1234.567")
    (product,) = known.ndc("99999-0001-01", DAY).rows
    assert (product["code"], product["units_per_package"]) == ("J9001", 10)
    assert product["labeler"] == "Café Labs"
    assert known.ndc("RZT-18.21", DAY).is_covered
    assert known.ceiling("facility", "96365", DAY).rows[0]["mai"] == 3
    assert [row["primary"] for row in known.primaries("96366", DAY).rows] == ["96365"]
    assert known.status("J9001", DAY).rows[0]["status"] == "K"
    assert known.rvu("70001", DAY, "26").rows[0]["nonfacility_total"] == Decimal("0.72")
    assert known.rvu("70001", DAY).rows[0]["conversion_factor"] == Decimal("33.2875")
    assert known.gpci("1011200", DAY).rows[0]["expense"] == Decimal("0.869")
    assert known.descriptor("96365").rows[0]["long"] == "invented words of a licence holder"


def test_a_code_list_and_a_tabular_list_of_diagnoses_agree_on_what_is_billed(
    store: Path, tmp_path: Path
) -> None:
    listed = tmp_path / "code-list-April-2026.txt"
    letters = "".join(f"{letter}99\n" for letter in ascii_uppercase)
    listed.write_text(f"1\nA00-A09\nA00\nA000\nA001\nS01\nS010\n{letters}S010XXA", encoding="utf-8")
    tabular = tmp_path / "icd10cm-tabular-April-1-2026.xml.gz"
    tabular.write_bytes(
        gzip.compress(
            b"""<?xml version="1.0"?><ICD10CM.tabular><version>2026</version><chapter><section>
            <diag><name>A00</name><desc>Invented</desc>
              <diag><name>A00.0</name><desc>Invented, one</desc></diag></diag>
            <diag><name>S01</name><desc>Invented wound</desc>
              <sevenChrDef><extension char="A">first</extension></sevenChrDef>
              <diag><name>S01.0</name><desc>Invented wound, one</desc></diag></diag>
            </section></chapter></ICD10CM.tabular>"""
        )
    )
    done = import_files([listed, tabular], store)
    day = date(2026, 5, 1)
    known = Store(store)

    assert [each.refused for each in done] == ["", ""]
    assert [table.set_aside for each in done for table in each.tables] == [2, 0]
    billable = {code: known.icd10cm(code, day).rows for code in ("A00.0", "a00", "S010XXA", "S010")}
    assert {code: rows[0]["is_billable"] for code, rows in billable.items()} == {
        "A00.0": True,
        "a00": False,
        "S010XXA": True,
        "S010": False,
    }
    assert not known.icd10cm("A00.0", date(2026, 10, 1)).is_covered


@pytest.mark.parametrize(
    ("text", "span", "name"),
    [
        ("Effective October 1, 2025 through December 31, 2025", "quarter", "2025Q4"),
        ("MCR_MUE_PractitionerServices_Eff_04-01-2026.csv", "quarter", "2026Q2"),
        ("ccipra-v313r1-f4", "quarter", "2025Q4"),
        ("rvu24ar", "quarter", "2024Q1"),
        ("RVU26B", "quarter", "2026Q2"),
        ("mpfs_2026B_nonfac", "quarter", "2026Q2"),
        ("HCPC2025_OCT_ANWEB", "quarter", "2025Q4"),
        (
            "2024 National Physician Fee Schedule Relative Value File July Release",
            "quarter",
            "2024Q3",
        ),
        ("Addendum B.-OPPS Payment by HCPCS Code for CY 2025", "quarter", "2025Q1"),
        ("ICD10CM.tabular 2026", "fiscal", "FY2026"),
        ("GPCI2024", "year", "2024"),
        ("2020-05-04", "quarter", "2020-05-04"),
    ],
)
def test_dates_are_read_in_every_way_that_publishers_write_them(
    text: str, span: str, name: str
) -> None:
    period = period_in(text, span)
    assert period is not None
    assert named(period) == name


def test_large_text_read_by_columns_is_the_same_table_as_line_by_line(
    published, store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from hangtime.codesets.store import tabbed

    rows = [f"{n:05}\t{2 * n:05}\t\t20090101\t*\t{n % 3}\tmade up" for n in range(1, 400)]
    rows[7] = "00008\t00016\t\t20090101\t*\tx\tmade up"
    path = published("ccipra-v302r0.txt", lambda whole: [*whole, *rows])
    by_line = one(import_files([path], store))
    monkeypatch.setattr(tabbed, "LARGE", 0)
    monkeypatch.setattr("hangtime.codesets.store.opening._of_rows", _heads_only)
    by_column = one(import_files([path], store))

    assert by_column.known[0].digest == by_line.tables[0].digest
    assert [row.line for row in by_column.set_aside] == [row.line for row in by_line.set_aside]
    assert [row.line for row in by_line.set_aside] == [17]


def _heads_only(name: str, title: str, rows) -> Sheet:
    """A sheet whose rows cannot be read line by line."""

    def pieces(after: int, wanted: list[int]):
        raise AssertionError("read line by line")

    return Sheet(name, title, list(islice(rows(), HEAD)), pieces)
