"""A dose in the wrong unit comes to thousands of millions of units: it is coded, and stops no run."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

pytest.importorskip("numba")
pytest.importorskip("pyarrow")

import pyarrow.parquet as pq

from generated import PLANS
from hangtime.cli._coding import code_reads
from hangtime.engine import Coder
from hangtime.formats import read
from hangtime.formats.outcomes import TABLES, write_tables
from hangtime.formats.tabular import write_encounters
from hangtime.model import Administration, Encounter
from whole_runs import rows_of, run

DAY = datetime(2025, 3, 12, 8)
LARGEST_OF_32_BITS = 2**31 - 1


def given(number: int, dose: str, unit: str) -> Administration:
    return Administration(
        administration_id=f"A{number}", drug="filgrastim", route="sc", access=None,
        start=DAY + timedelta(minutes=number), dose=Decimal(dose), dose_unit=unit,
    )  # fmt: skip


@pytest.mark.parametrize(("rows", "dose", "unit"), [(1, "900000000", "g"), (30, "130", "g")])
def test_units_beyond_thirty_two_bits_are_the_same_from_every_engine(
    rows: int, dose: str, unit: str, tmp_path: Path
) -> None:
    charted = Encounter(
        encounter_id="E1", setting="facility", payer="medicare",
        administrations=tuple(given(number, dose, unit) for number in range(rows)),
    )  # fmt: skip
    path = tmp_path / "charted.parquet"
    write_encounters([charted], path)

    account, done = run([path], tmp_path / "compiled")
    coded = code_reads(read(path), Coder((PLANS,)))
    for _ in write_tables((each.outcome for each in coded), tmp_path / "plain", "parquet"):
        pass

    assert not done.unreadable
    assert max(account.units.values()) > LARGEST_OF_32_BITS
    for table in TABLES:
        assert rows_of(tmp_path / "compiled", table) == rows_of(tmp_path / "plain", table)
        form = pq.read_schema(tmp_path / "compiled" / f"{table}.parquet")
        plain = pq.read_schema(tmp_path / "plain" / f"{table}.parquet")
        if "units" in form.names:
            assert form.field("units").type == plain.field("units").type
