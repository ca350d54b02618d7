"""With a crosswalk imported, both engines give charted NDCs the same codes, units and quantities."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

pytest.importorskip("numba")
pytest.importorskip("pyarrow")

import pyarrow.parquet as pq

from hangtime.batch import written
from hangtime.batch.local import Interpreting, code_files
from hangtime.cli._coding import Account, code_read, code_reads
from hangtime.codesets.imported import FOLDER
from hangtime.codesets.store.importing import import_files
from hangtime.engine import Coder
from hangtime.formats import read
from hangtime.formats.outcomes import TABLES, write_tables
from hangtime.formats.tabular import write_encounters
from hangtime.model import Administration, Encounter

CROSSWALK = """October 2025 ASP NDC - HCPCS Crosswalk for Medicare Part B Drugs,,,,,,,,,,,
"     Effective October 1, 2025 through December 31, 2025",,,,,,,,,,,
_2025_CODE,Short Description,LABELER NAME,NDC2,Drug Name,HCPCS dosage,PKG SIZE,PKG QTY,BILLUNITS,BILLUNITSPKG,,
J0701,Invented,Maker,99999-0001-01,Inventum,500 MG,100,12,4,48,,
J0696,Invented,Maker,99999-0002-01,Inventum,250 MG,1,10,4,40,,
J3480,Invented,Maker,99999-0003-01,Inventum,2 MEQ,50,24,10,240,,
"""
DRUGS = ["cefepime", "ceftriaxone", "potassium chloride", "house blend", "vancomycin"]
NDCS = [None, "99999-0001-01", "99999000201", "9999900301", "99999-0009-01", "9999900901", "none"]
UNITS = ["mg", "g", "mL", "vials", "mEq", "mmol"]


def encounters(seed: int, count: int) -> list[Encounter]:
    """Encounters around the days on which the crosswalk begins and ends."""
    chance = random.Random(seed)
    return [
        Encounter(
            encounter_id=f"E{number:06}",
            setting=chance.choice(["facility", "professional"]),
            administrations=tuple(
                _given(chance, str(place)) for place in range(chance.choice([1, 2, 3]))
            ),
        )
        for number in range(count)
    ]


def _given(chance: random.Random, id: str) -> Administration:
    start = datetime(2025, 9, 28, 9) + timedelta(days=chance.choice([0, 2, 3, 4, 60, 94, 95]))
    return Administration(
        administration_id=id,
        drug=chance.choice(DRUGS),
        ndc=chance.choice(NDCS),
        route=chance.choice(["iv_infusion", "iv_push"]),
        start=start,
        stop=start + timedelta(minutes=45),
        dose=Decimal(chance.choice([1, 2, 20, 1490])),
        dose_unit=chance.choice(UNITS),
    )


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    file = tmp_path / "crosswalk.csv"
    file.write_text(CROSSWALK, encoding="latin-1")
    (done,) = import_files([file], tmp_path / "store")
    assert not done.refused
    monkeypatch.setenv(FOLDER, str(tmp_path / "store"))
    written._tables_in_force.cache_clear()
    yield tmp_path / "store"
    written._tables_in_force.cache_clear()


def _tables(folder: Path) -> dict[str, list[dict[str, object]]]:
    return {name: [_plain(row) for row in _rows(folder / f"{name}.parquet")] for name in TABLES}


def _rows(path: Path) -> list[dict[str, object]]:
    return sorted(pq.read_table(path).to_pylist(), key=lambda row: row["encounter_id"])


def _plain(row: dict[str, object]) -> dict[str, object]:
    """Numbers as such, whether a file holds them as decimals or as floats."""
    return {name: float(cell) if isinstance(cell, Decimal) else cell for name, cell in row.items()}


@pytest.mark.usefixtures("store")
def test_with_a_crosswalk_both_engines_write_the_same_tables(tmp_path):
    path = tmp_path / "charted.parquet"
    write_encounters(encounters(3, 600), path)
    for _ in write_tables(
        (each.outcome for each in code_reads(read(path), Coder())), tmp_path / "plain", "parquet"
    ):
        pass
    asked = Interpreting(Coder, code_read, read)
    summary = code_files([path], tmp_path / "fast", "parquet", Account(), asked)
    plain, fast = _tables(tmp_path / "plain"), _tables(tmp_path / "fast")

    assert summary.compiled and summary.interpreted
    assert any(row["ndc_unit"] for row in plain["lines"])
    for name in TABLES:
        assert fast[name] == plain[name], name


@pytest.mark.usefixtures("store")
def test_as_csv_they_are_the_same_text(tmp_path):
    path = tmp_path / "charted.parquet"
    write_encounters(encounters(3, 600), path)
    read_all = (each.outcome for each in code_reads(read(path), Coder()))
    for _ in write_tables(read_all, tmp_path / "plain", "csv"):
        pass
    asked = Interpreting(Coder, code_read, read)
    code_files([path], tmp_path / "fast", "csv", Account(), asked)

    for name in TABLES:
        plain, fast = (
            (tmp_path / way / f"{name}.csv").read_bytes().splitlines() for way in ("plain", "fast")
        )
        assert fast[0] == plain[0]
        assert sorted(fast) == sorted(plain), name
