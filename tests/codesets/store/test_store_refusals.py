"""A file that is not right is refused with the reason, and what is in the store stays."""

from __future__ import annotations

import zipfile
from datetime import date
from pathlib import Path
from string import ascii_uppercase

import pytest

from hangtime.codesets.store.checking import checked
from hangtime.codesets.store.folder import read
from hangtime.codesets.store.importing import import_files
from hangtime.codesets.store.periods import quarter
from hangtime.codesets.store.reading import Told
from hangtime.codesets.store.records import Period

MUE = "MCR_MUE_OutpatientHospitalServices_Eff_07-01-2024.csv"
PRICES = "section_508_asp_pricing.csv"
VALUES = "PPRRVU24_JUL.csv"


def refused(files: list[Path], store: Path, told: Told | None = None) -> str:
    """The reason; and the tables that were there are there, each as it was."""
    before = read(store)
    (done,) = import_files(files, store, told)
    assert done.refused
    assert not done.tables
    assert read(store) == before
    assert all(not wrong for _, wrong in checked(store))
    assert not list(store.glob("incoming*"))
    return done.refused


@pytest.fixture
def filled(published, store: Path) -> Path:
    """A store with a few tables in it."""
    for done in import_files([published(name) for name in (MUE, PRICES, VALUES)], store):
        assert not done.refused
    return store


def test_text_cut_in_its_last_line_is_truncated(published, filled: Path) -> None:
    path = published("2024_July_Addendum_B.csv")
    path.write_bytes(path.read_bytes()[:-9])

    assert "the file is truncated" in refused([path], filled)


def test_text_cut_between_lines_has_too_few_rows_beside_its_neighbours(
    published, store: Path
) -> None:
    rows = [f"9{n:04},1,3 Date of Service Edit: Clinical,Clinical: Data" for n in range(100)]
    import_files([published(MUE, lambda whole: [*whole, *rows])], store)
    later = published(MUE, lambda whole: [*whole, *rows[:30]])
    later = later.rename(later.with_name("MCR_MUE_Outpatient_Eff_10-01-2024.csv"))

    assert "32 rows, where mue-hospital-2024Q3 has 102" in refused([later], store)


@pytest.mark.parametrize("name", ["x.zip", "x.csv.gz", "x.xlsx"])
def test_a_packed_file_cut_short_is_truncated(
    published, workbook, filled: Path, tmp_path: Path, name: str
) -> None:
    import gzip

    path = tmp_path / name
    whole = published("GPCI2024.csv")
    if name.endswith(".zip"):
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
            packed.write(whole, "GPCI2024.csv")
    elif name.endswith(".gz"):
        path.write_bytes(gzip.compress(whole.read_bytes()))
    else:
        path.write_bytes(workbook("GPCI2024.csv", "GPCI2024").read_bytes())
    path.write_bytes(path.read_bytes()[: -path.stat().st_size // 3])

    assert "truncated or damaged" in refused([path], filled)


def test_parquet_and_xml_cut_short_are_truncated(filled: Path, tmp_path: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    path = tmp_path / "ptp_practitioner_2024Q3.parquet"
    pq.write_table(pa.table({"column1": ["96365"], "column2": ["36000"]}), path)
    path.write_bytes(path.read_bytes()[:-20])
    xml = tmp_path / "tabular-2026.xml"
    xml.write_text("<?xml version='1.0'?><ICD10CM.tabular><chapter>", encoding="utf-8")

    assert "truncated or damaged" in refused([path], filled)
    assert "truncated or damaged" in refused([xml], filled)


def test_a_file_damaged_in_its_middle_is_refused(published, filled: Path, tmp_path: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    codes = [f"{n:05}" for n in range(10, 5_000)]
    columns = {"column1": codes, "column2": codes[::-1], "modifier_indicator": codes}
    path = tmp_path / "ptp_practitioner_2024Q3.parquet"
    pq.write_table(pa.table(columns), path, use_dictionary=False)
    whole = bytearray(path.read_bytes())
    whole[200:9_000] = bytes(8_800)
    path.write_bytes(whole)
    long = published(MUE, lambda rows: [*rows, f'9{"0" * 200_000},1,3,"x"'])

    assert "truncated or damaged" in refused([path], filled)
    assert "truncated or damaged" in refused([long], filled)


def test_another_layout_is_refused_by_the_column_it_lacks(published, filled: Path) -> None:
    path = published(PRICES, lambda rows: [row.replace("Payment Limit", "Amount") for row in rows])

    assert "ASP payment limits" in (said := refused([path], filled))
    assert "no column for limit" in said


def test_titles_over_rows_that_do_not_fit_them_are_another_layout(published, filled: Path) -> None:
    path = published(
        "GPCI2024.csv", lambda rows: [*rows[:2], *("AL,10112,INVENTED,00,x,y,z" for _ in range(3))]
    )

    assert "no row that can be stored" in refused([path], filled)


def test_prose_is_no_table(filled: Path, tmp_path: Path) -> None:
    path = tmp_path / "reference.csv"
    path.write_text('"How the crosswalk is made, in words."\nField: what it is\n', encoding="utf-8")

    assert "no table that is known" in refused([path], filled)


def test_what_is_not_there_or_empty_or_a_pdf_is_refused(filled: Path, tmp_path: Path) -> None:
    empty, pdf = tmp_path / "empty.csv", tmp_path / "x.pdf"
    empty.write_bytes(b"")
    pdf.write_bytes(b"%PDF-1.7 ...")

    assert "no such file" in refused([tmp_path / "absent.csv"], filled)
    assert "is empty" in refused([empty], filled)
    assert "neither text" in refused([pdf], filled)


def test_dates_and_settings_that_nothing_says_are_asked_for(published, filled: Path) -> None:
    path = published("ccipra-v302r0.txt")
    nameless = path.rename(path.with_name("edits.txt"))

    assert "--quarter" in refused([nameless], filled)
    assert "--setting" in refused([nameless], filled, Told(quarter("2024Q3")))


def test_a_list_of_diagnoses_that_ends_too_early_is_truncated(store: Path, tmp_path: Path) -> None:
    codes = [f"{letter}{n:02}" for letter in ascii_uppercase for n in range(10, 90)]
    listed, cut = tmp_path / "code-list-April-2026.txt", tmp_path / "code-list-October-2026.txt"
    listed.write_text("\n".join(codes), encoding="utf-8")
    import_files([listed], store)
    cut.write_text("\n".join(codes)[:5_002], encoding="utf-8")
    assert "no code begins with Q, R, S, T, U, V, W, X, Y, Z" in refused([cut], store)
    cut.write_text("\n".join(codes[::3]), encoding="utf-8")
    assert "694 rows, where icd10cm-2026-04-01 has 2,080" in refused([cut], store)


def test_an_option_fills_what_the_content_lacks_and_does_not_contradict_it(
    published, filled: Path
) -> None:
    wrong = Told(quarter("2024Q4"))
    assert "content says 2024-07-01 to 2024-09-30" in refused([published(PRICES)], filled, wrong)
    said = refused([published(MUE)], filled, Told(setting="professional"))
    assert "these are hospital edits, and --setting says professional" in said

    (done,) = import_files([published(PRICES)], filled, Told(quarter("2024Q3"), "professional"))
    assert [table.name for table in done.known] == ["asp-2024Q3"]


def test_a_quarter_that_contradicts_the_rows_is_refused(filled: Path, tmp_path: Path) -> None:
    path = tmp_path / "opps.csv"
    path.write_text(
        "quarter,hcpcs,status_indicator,payment_rate\n2026-04,96365,S,1\n", encoding="utf-8"
    )

    assert "content says 2026-04-01 to 2026-06-30" in refused(
        [path], filled, Told(quarter("2024Q3"))
    )


def test_an_older_publication_of_the_same_dates_is_refused(published, filled: Path) -> None:
    path = published(
        VALUES,
        lambda rows: [r.replace("06/03/2024", "05/31/2024").replace("0.21", "0.22") for r in rows],
    )

    assert "older than pprrvu-2024Q3" in refused([path], filled)


def test_an_older_revision_of_the_same_quarter_is_refused(published, store: Path) -> None:
    path = published("ccipra-v302r0.txt")
    later = path.with_name("ccipra-v302r1.txt")
    later.write_bytes(path.read_bytes().replace(b"20240831", b"20240830"))
    import_files([later], store)

    assert "older than ptp-practitioner-2024Q3 in the store (revision 1" in refused([path], store)


def test_a_later_publication_takes_the_place_of_the_earlier(published, filled: Path) -> None:
    path = published(
        VALUES,
        lambda rows: [r.replace("06/03/2024", "06/30/2024").replace("0.21", "0.22") for r in rows],
    )
    (done,) = import_files([path], filled)

    assert [table.published for table in done.tables] == [date(2024, 6, 30)]
    assert sum(table.kind == "pprrvu" for table in read(filled).tables) == 1


def test_of_two_of_which_nothing_says_the_later_one_is_taken_only_when_told(
    published, filled: Path
) -> None:
    path = published(PRICES, lambda rows: [row.replace("1,234.567", "1,234.568") for row in rows])

    assert "--published" in refused([path], filled)
    (done,) = import_files([path], filled, is_replacing=True)
    assert len(done.tables) == 1


def test_another_quarter_stands_beside_the_first(published, filled: Path) -> None:
    told = Told(Period(date(2024, 10, 1), date(2024, 12, 31)))
    path = published(MUE)
    import_files([path], filled, told)

    assert [t.name for t in read(filled).tables if t.kind == "mue"] == [
        "mue-hospital-2024Q3",
        "mue-hospital-2024Q4",
    ]


def test_a_part_without_those_before_or_after_it_is_refused(published, filled: Path) -> None:
    first = published("ccipra-v302r0.txt")
    first = first.rename(first.with_name("ccipra-v302r0-f1.txt"))

    assert "parts f1 are missing" in refused([published("ccipra-v302r0-f2.txt")], filled)
    assert "parts after f1 are missing" in refused([first], filled)


def test_the_same_file_again_changes_nothing(published, filled: Path) -> None:
    before = read(filled)
    (done,) = import_files([published(PRICES)], filled)

    assert [table.name for table in done.known] == ["asp-2024Q3"]
    assert read(filled) == before


@pytest.mark.parametrize("name", [MUE, "ccipra-v302r0-f1.txt"])
def test_a_file_named_twice_is_stored_once_and_each_row_counted_once(
    published, store: Path, name: str
) -> None:
    path = published(name.replace("-f1", ""))
    path = path.rename(path.with_name(name))
    path.write_bytes(path.read_bytes().replace(b"96413", b"G0001"))
    parts = "f1" in name
    if parts:
        path.write_bytes(path.read_bytes() + b"G0001\t36000\t\t20090101\t*\t1\tMade up\r\n")
    done = import_files([path, path], store)

    assert [len(each.tables) for each in done] == ([1] if parts else [1, 0])
    assert [len(each.known) for each in done] == ([0] if parts else [0, 1])
    for each in done:
        assert not each.set_aside
        for table in (*each.tables, *each.known):
            assert [source.rows for source in table.sources] == [table.rows]


def test_of_a_folder_its_files_are_imported_and_an_empty_one_is_refused(
    published, store: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "quarter"
    (folder / "within").mkdir(parents=True)
    for name in (PRICES, VALUES):
        published(name).rename(folder / name)
    (folder / ".hidden").write_text("no table", encoding="utf-8")

    assert [each.files for each in import_files([folder], store)] == [(VALUES,), (PRICES,)]
    assert "is a folder without files in it" in refused([folder / "within"], store)


def test_one_refused_file_does_not_keep_the_others_out(
    published, store: Path, tmp_path: Path
) -> None:
    done = import_files([tmp_path / "absent.csv", published(PRICES)], store)

    assert [bool(each.refused) for each in done] == [True, False]
    assert [table.name for table in read(store).tables] == ["asp-2024Q3"]
