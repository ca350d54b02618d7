"""What imported HCPCS, crosswalk and Addendum B files add reaches the drug lines of both engines."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("numba")
pytest.importorskip("pyarrow")

from hangtime.codesets import imported
from hangtime.codesets.store.importing import Imported, import_files, undo
from hangtime.formats.tabular import write_encounters
from hangtime.formulary import products
from hangtime.model import Administration, Encounter

COLUMNS = (
    "HCPC,SEQNUM,RECID,LONG DESCRIPTION,SHORT DESCRIPTION,PRICE1,COV,BETOS,TOS1,XREF1,"
    "ADD DT,ACT EFF DT,TERM DT,ACTION CD"
)
JULY = {  # of our own making: descriptor, first and last day
    "J1799": ("Injection, brivaracetam, 5 mg", "20260701", ""),
    "J9898": ("Injection, inventum, 5 mg and exemplin, 2 mg", "20260701", ""),
    "J1745": ("Injection, infliximab (of our own making), 10 mg", "20170101", "20260930"),
    "J0696": ("Injection, ceftriaxone sodium (of our own making), per 500 mg", "19900101", ""),
    "C9033": ("Injection, other words than were checked by hand, 235 mg and 1 mg", "20181001", ""),
    "E0001": ("An invented wheel", "20260701", ""),
}
OCTOBER = {"J0696": ("Injection, ceftriaxone sodium, per 250 mg", "19900101", "")}
DAYS = {
    "brivaracetam": (50, ["2026-06-30", "2026-07-01"]),
    "infliximab": (100, ["2026-09-30", "2026-10-01"]),
    "ceftriaxone": (1000, ["2026-06-30", "2026-07-01"]),
}
CODES = """
import json, sys
from pathlib import Path
from hangtime.batch.local import Interpreting, code_files
from hangtime.cli._coding import Account, code_read, code_reads
from hangtime.engine import Coder
from hangtime.formats import read
from hangtime.formats.outcomes import TABLES, write_tables
import pyarrow.parquet as pq

charted, out = Path(sys.argv[1]), Path(sys.argv[2])
outcomes = [each.outcome for each in code_reads(read(charted), Coder())]
for _ in write_tables(iter(outcomes), out / "plain", "parquet"):
    pass
summary = code_files(
    [charted], out / "fast", "parquet", Account(), Interpreting(Coder, code_read, read)
)
assert summary.compiled, "nothing was compiled"
rows = lambda way, name: sorted(map(str, pq.read_table(out / way / f"{name}.parquet").to_pylist()))
assert all(rows("plain", name) == rows("fast", name) for name in TABLES)
print(json.dumps({
    each.encounter_id: [
        [f"{line.code} x {line.units}" for line in each.lines if line.code[0] in "CJ"],
        each.policy.tables["products"],
    ]
    for each in outcomes
}))
"""


@pytest.fixture
def july(tmp_path: Path, store: Path) -> Imported:
    (done,) = import_files([_file(tmp_path / "HCPC2026_JUL_ANWEB.csv", JULY)], store)
    assert not done.refused
    return done


def _file(path: Path, codes: dict[str, tuple[str, str, str]]) -> Path:
    rows = [
        f'{code},0010,3,"{said}",Invented,51,D,O1E,1,,{first},{first},{last},N'
        for code, (said, first, last) in codes.items()
    ]
    path.write_text("\n".join([COLUMNS, *rows, ""]), encoding="cp1252")
    return path


def coded(store: Path, folder: Path) -> dict[str, Any]:
    """Drug lines and table of products by drug and day, of both engines, which have to agree."""
    folder.mkdir()
    charted = folder / "charted.parquet"
    write_encounters(
        [_visit(drug, dose, day) for drug, (dose, days) in DAYS.items() for day in days], charted
    )
    done = subprocess.run(
        [sys.executable, "-c", CODES, str(charted), str(folder)],
        check=False, capture_output=True, text=True,
        env={**os.environ, imported.FOLDER: str(store)},
    )  # fmt: skip
    assert not done.returncode, done.stderr
    return json.loads(done.stdout)


def _visit(drug: str, dose: int, day: str) -> Encounter:
    start = datetime.fromisoformat(f"{day}T09:00")
    row = Administration(
        administration_id="a",
        drug=drug,
        route="iv_infusion",
        dose=Decimal(dose),
        dose_unit="mg",
        start=start,
        stop=start + timedelta(hours=1),
    )
    return Encounter(encounter_id=f"{drug} {day}", setting="facility", administrations=(row,))


def test_new_codes_ends_and_units_of_an_imported_file_hold_on_their_dates_until_it_is_undone(
    july: Imported, store: Path, tmp_path: Path
) -> None:
    name = f"hcpcs-2026Q3@{july.tables[0].digest[:12]}"
    lines = coded(store, tmp_path / "with")

    assert lines["brivaracetam 2026-06-30"] == [["J3490 x 1"], products.SHIPPED]
    assert lines["brivaracetam 2026-07-01"] == [["J1799 x 10"], name]
    assert lines["infliximab 2026-09-30"] == [["J1745 x 10"], name]
    assert "J1745 x 10" not in lines["infliximab 2026-10-01"][0]
    assert lines["ceftriaxone 2026-06-30"] == [["J0696 x 4"], products.SHIPPED]
    assert lines["ceftriaxone 2026-07-01"] == [["J0696 x 2"], name]

    undo(store)
    lines = coded(store, tmp_path / "without")
    assert lines["brivaracetam 2026-07-01"] == [["J3490 x 1"], products.SHIPPED]
    assert lines["infliximab 2026-10-01"] == [["J1745 x 10"], products.SHIPPED]
    assert lines["ceftriaxone 2026-07-01"] == [["J0696 x 4"], products.SHIPPED]


def test_a_descriptor_that_is_neither_plain_nor_checked_is_counted_and_named_and_bills_nothing(
    july: Imported, store: Path
) -> None:
    (said,) = july.passed_over
    assert "2 codes" in said
    assert "C9033, J9898" in said, "one is not plain, the other is not what was checked by hand"
    assert july.tables[0].rows == len(JULY), "all are stored for look-ups"
    assert not july.set_aside
    folder = store / "tables" / july.tables[0].folder
    sold = (folder / "products.csv").read_text(encoding="utf-8")
    assert [row[:5] for row in sold.splitlines()] == ["J0696", "J1745", "J1799"]


def test_a_later_file_takes_back_a_unit_and_ends_a_code_that_it_no_longer_has(
    july: Imported, store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (done,) = import_files(
        [_file(tmp_path / "HCPC2026_OCT_ANWEB.csv", OCTOBER)], store, is_replacing=True
    )
    assert not done.refused
    monkeypatch.setenv(imported.FOLDER, str(store))
    found, _ = products._joined.__wrapped__()
    periods = {
        code: [(str(each.quantity), each.first, each.last) for each in found if each.hcpcs == code]
        for code in ("J0696", "J1799")
    }

    assert periods["J1799"] == [("5", date(2026, 7, 1), date(2026, 9, 30))]
    assert periods["J0696"] == [
        ("250", date(1990, 1, 1), date(2026, 6, 30)),
        ("500", date(2026, 7, 1), date(2026, 9, 30)),
        ("250", date(2026, 10, 1), None),
    ]


def test_without_a_store_the_shipped_products_are_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(imported.FOLDER, str(tmp_path / "nowhere"))

    assert products._joined.__wrapped__() == (products.shipped_products(), ())


PACKAGES = """
import json, sys
from datetime import date
from hangtime.codesets import statuses
from hangtime.codesets.packages import crosswalk
listed = crosswalk()
day = date(2027, 2, 1)
print(json.dumps({
    "table": listed.table(date(2024, 8, 1)),
    "packages": [[str(cell) for cell in each] for each in listed.packages("99999-001-01")],
    "statuses": [statuses.status("J9001", day), statuses.status("J9001", date(2024, 8, 1))],
    "tables": [statuses.table(day), statuses.table(date(2024, 8, 1)), statuses.table(date(2027, 4, 1))],
    "heavy": sorted({"pyarrow", "numpy"} & set(sys.modules)),
}))
"""


def test_packages_and_statuses_come_from_small_slices_and_shipped_dates_are_shipped(
    published, store: Path
) -> None:
    (listed,) = import_files([published("ndc_hcpcs_crosswalk.csv")], store)
    (opps,) = import_files([published("2024_July_Addendum_B.csv", _of_2027)], store)
    done = subprocess.run(
        [sys.executable, "-c", PACKAGES], check=True, capture_output=True, text=True,
        env={**os.environ, imported.FOLDER: str(store)},
    )  # fmt: skip
    said = json.loads(done.stdout)

    assert said["table"] == f"ndc-2024Q3@{listed.tables[0].digest[:12]}"
    assert said["packages"] == [["J9001", "2024-07-01", "2024-09-30", "1", "10"]]
    assert said["statuses"] == ["K", None]
    name = f"opps-2027Q1@{opps.tables[0].digest[:12]}"
    assert said["tables"] == [name, "opps-2024-07", None]
    assert said["heavy"] == []


def _of_2027(rows: list[str]) -> list[str]:
    return [row.replace("July 2024", "January 2027") for row in rows]


def test_slices_that_another_version_cut_are_cut_anew_by_importing_the_file_again(
    july: Imported, store: Path, tmp_path: Path
) -> None:
    manifest = store / "manifest.json"
    (table,) = july.tables
    digest = table.files["products.csv"]
    manifest.write_text(manifest.read_text(encoding="utf-8").replace(digest, "0" * 64))
    products_csv = store / "tables" / table.folder / "products.csv"
    products_csv.unlink()
    (done,) = import_files([tmp_path / "HCPC2026_JUL_ANWEB.csv"], store)

    assert done.tables == july.tables
    assert products_csv.is_file()
