"""The published files themselves, as converted by third parties, go into a store and come out."""

from __future__ import annotations

import csv
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from hangtime.codesets import statuses
from hangtime.codesets.facts import rows
from hangtime.codesets.imported import EDITS, FOLDER
from hangtime.codesets.store import Store
from hangtime.codesets.store.checking import checked
from hangtime.codesets.store.importing import Imported, import_files
from hangtime.codesets.store.periods import quarter
from hangtime.codesets.store.reading import Told
from hangtime.formulary import products

FOLDERS = ("hcpcs", "asp", "ncci", "mpfs_opps", "icd10cm")
PROSE, UNDATED = "cms_crosswalk_reference.csv", "ndc_hcpcs_mapping.csv"
ROWS = {
    "HCPC2025_OCT_ANWEB.xlsx": 8_846,
    "asp_pricing.csv": 1_012,
    "asp_crosswalk.csv": 8_245,
    "aoc_2026Q3.csv": 7_743,
    "code-list-April-2026.txt": 98_505,
    "opps_addendum_b_history_nodesc.parquet": 395_468,
    "ptp_practitioner_2024Q3.parquet": 2_546_017,
    "ptp_outpatient_hospital_2024Q3.parquet": 1_775_818,
    "ptp_practitioner_2026Q3_active.parquet": 1_728_585,
}


@pytest.fixture(scope="module")
def imported(
    shared: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, dict[str, Imported]]:
    store = tmp_path_factory.mktemp("store")
    files = [path for name in FOLDERS for path in sorted((shared / "data" / name).iterdir())]
    done = import_files(files, store)
    undated = [path for path in files if path.name == UNDATED]
    done += import_files(undated, store, Told(quarter("2025Q4")))
    return store, {each.files[0]: each for each in done}


def test_every_file_is_imported_row_by_row_but_the_one_that_is_prose(imported) -> None:
    store, done = imported
    refused = {name: each.refused for name, each in done.items() if each.refused}

    assert list(refused) == [PROSE]
    assert "no table that is known" in refused[PROSE]
    assert len(done) == 27
    counted = {
        name: sum(s.rows for t in (*each.tables, *each.known) for s in t.sources)
        for name, each in done.items()
    }
    assert {name: counted[name] for name in ROWS} == ROWS
    for each in done.values():
        for table in (*each.tables, *each.known):
            assert table.rows + table.set_aside == sum(source.rows for source in table.sources)
    assert all(not wrong for _, wrong in checked(store))


def test_the_slices_cut_on_import_are_the_files_that_are_shipped(imported) -> None:
    store, _ = imported
    compared = 0
    for table in Store(store).tables():
        for name in EDITS.get(table.kind, ()):
            shipped = sorted(row[1:] for row in rows(name) if row[0] == table.name)
            with (store / "tables" / table.folder / name).open(
                encoding="utf-8", newline=""
            ) as file:
                assert sorted(csv.reader(file)) == shipped, (table.name, name)
            compared += len(shipped)
    assert compared > 5_000


def test_the_file_that_is_shipped_adds_nothing_to_products_and_quarters_nothing_to_statuses(
    imported, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, done = imported
    assert not done["HCPC2025_OCT_ANWEB.xlsx"].passed_over, "each descriptor is plain or checked"
    monkeypatch.setenv(FOLDER, str(store))

    assert products._joined.__wrapped__() == (products.shipped_products(), ())
    assert statuses._imported.__wrapped__() == ()
    for table in Store(store).tables():
        if table.kind == "opps":
            with (store / "tables" / table.folder / "drug_status.csv").open(
                encoding="utf-8"
            ) as file:
                cut = dict(csv.reader(file))
            shipped = {each.hcpcs for each in products.shipped_products()} & cut.keys()
            assert len(shipped) > 800
            assert all(cut[code] == statuses.status(code, table.first) for code in shipped)


def test_known_facts_come_back(imported) -> None:
    known = Store(imported[0])
    autumn, summer = date(2025, 11, 3), date(2024, 8, 1)

    assert known.price("J1745", autumn).rows[0]["limit"] == Decimal("31.09")
    assert {row["code"] for row in known.ndc("57894-0030-01", autumn).rows} == {"J1745"}
    assert known.hcpcs("J1745", autumn).rows[0]["effective"] == date(2017, 1, 1)
    assert known.status("96365", summer).rows[0]["status"] == "S"
    assert known.rvu("96365", date(2024, 3, 8)).rows[0]["conversion_factor"] == Decimal("32.7442")
    assert known.rvu("96365", date(2024, 3, 9)).rows[0]["conversion_factor"] != Decimal("32.7442")
    assert known.gpci("1011200", date(2026, 2, 1)).rows[0]["expense"] == Decimal("0.88")
    assert known.ceiling("professional", "96365", date(2026, 5, 1)).rows[0]["units"] == 1
    assert known.icd10cm("E86.0", date(2026, 5, 1)).rows[0]["is_billable"]
    assert len(known.primaries("96366", date(2026, 8, 1)).rows) > 3


def test_each_pair_of_a_sample_is_found_among_millions(imported) -> None:
    known = Store(imported[0])
    day = date(2024, 8, 1)
    table = known.table("ptp", day, "professional")
    assert table is not None
    sample = known.opened(table).all.slice(0, 100_000).to_pylist()[::100]

    assert len(sample) == 1000
    for row in sample:
        answer = known.pair("professional", row["column1"], row["column2"], day)
        is_live = row["deletion"] is None or row["deletion"] >= day
        assert not is_live or answer.rows
