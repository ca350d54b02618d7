"""The engine codes by an imported table where none that is shipped covers the date."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from hangtime.codesets import imported
from hangtime.codesets.store.importing import import_files
from hangtime.codesets.store.periods import quarter
from hangtime.codesets.store.reading import Told

CEILINGS = "MCR_MUE_OutpatientHospitalServices_Eff_07-01-2024.csv"
PAIRS = "ccipra-v302r0.txt"
TOLD = Told(quarter("2025Q1"), "facility")
ASKS = """
import json
from datetime import date
from hangtime.codesets.editions import edition_for, editions, tables_for
from hangtime.codesets.facts import day_number
day = date(2025, 2, 1)
tables = edition_for(day)
print(json.dumps({
    "covered": tables_for(day, "facility"),
    "shipped": tables_for(date(2024, 8, 1), "facility"),
    "listed": [info.digest for info in editions() if "@" in info.name],
    "ceilings": [
        tables.ceilings[at].units
        for table in tables.ceiling_tables if table.from_day <= day_number(day) <= table.until_day
        for at in range(table.first, table.last)
    ],
    "pairs": [
        table.last - table.first
        for table in tables.pair_tables if table.from_day <= day_number(day) <= table.until_day
    ],
}))
"""


def asked(store: Path) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-c", ASKS], check=True, capture_output=True, text=True,
        env={**os.environ, imported.FOLDER: str(store)},
    )  # fmt: skip
    return json.loads(done.stdout)


def test_dates_that_no_shipped_table_covers_are_coded_by_the_imported_and_say_so(
    published, store: Path
) -> None:
    ((ceilings,), (pairs,)) = (
        each.tables for each in import_files([published(CEILINGS), published(PAIRS)], store, TOLD)
    )
    said = asked(store)

    assert said["covered"]["mue"] == f"mue-hospital-2025Q1@{ceilings.digest[:12]}"
    assert said["covered"]["ptp"] == f"ptp-hospital-2025Q1@{pairs.digest[:12]}"
    assert said["ceilings"] == [2]
    assert said["pairs"] == [1], "neither a pair that had ended nor one of a strange code"
    assert len(said["listed"]) == 2
    assert said["shipped"]["mue"] == "mue-hospital-2024Q3"


def test_dates_that_a_shipped_table_covers_are_coded_by_it(published, store: Path) -> None:
    import_files([published(CEILINGS)], store)
    said = asked(store)

    assert said["shipped"]["mue"] == "mue-hospital-2024Q3"
    assert said["covered"]["mue"] == "none"
    assert said["listed"] == []


def test_a_store_that_is_not_there_has_no_slices(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(imported.FOLDER, str(tmp_path / "nowhere"))

    assert imported.slices.__wrapped__() == ()


def test_a_manifest_that_is_none_is_an_error_that_names_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from hangtime.errors import UserError

    monkeypatch.setenv(imported.FOLDER, str(tmp_path))
    (tmp_path / "manifest.json").write_text("[]", encoding="utf-8")
    with pytest.raises(UserError, match=r"manifest\.json"):
        imported.slices.__wrapped__()
