"""Six lines worked out by hand against the published files, two of each kind, figures and sums shown.

The figures of each table are written out from the files of CMS; where the files are at hand, they are
read again and held against these.
"""

from __future__ import annotations

import csv
from datetime import date
from decimal import Decimal
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from hangtime.payment import Billed, Price, Rates, price_claim


class ByHand(NamedTuple):
    line: Billed
    amount: str
    table: str
    says: str


def line(code: str, units: int, day: date, setting: Any, **more: Any) -> Billed:
    return Billed(code, Decimal(units), day, setting, **more)


LINES = {
    # Addendum B, July 2024: 96365, status S, 204.22.  204.22 x 1.
    "OPPS, first hour of an infusion, August 2024": ByHand(
        line("96365", 1, date(2024, 8, 14), "facility"),
        "204.22", "opps-2024-07", "204.22 a unit × 1 = 204.22",
    ),
    # Addendum B, April 2026: 96415, status S, 73.56.  73.56 x 3 = 220.68.
    "OPPS, three further hours of a complex infusion, May 2026": ByHand(
        line("96415", 3, date(2026, 5, 4), "facility"),
        "220.68", "opps-2026-04", "73.56 a unit × 3 = 220.68",
    ),
    # PPRRVU July 2024: 96413, work 0.28, expense outside a facility 3.53, malpractice 0.07, factor 33.2875.
    # 0.28 + 3.53 + 0.07 = 3.88; 3.88 x 33.2875 = 129.1555, to the cent 129.16; x 1.
    "MPFS, first hour of a complex infusion, national, August 2024": ByHand(
        line("96413", 1, date(2024, 8, 14), "professional"),
        "129.16", "rvu24c_jul", "= 3.88; × factor 33.2875 = 129.16 a unit",
    ),
    # PPRRVU July 2024: 96366, 0.18, 0.42, 0.01; GPCI 2024 of 01112-05: 1.088, 1.419, 0.445.
    # 0.18 x 1.088 + 0.42 x 1.419 + 0.01 x 0.445 = 0.19584 + 0.59598 + 0.00445 = 0.79627;
    # 0.79627 x 33.2875 = 26.505837..., to the cent 26.51; x 2 = 53.02.
    "MPFS, two further hours in one locality, August 2024": ByHand(
        line("96366", 2, date(2024, 8, 14), "professional", locality="01112-05"),
        "53.02", "rvu24c_jul", "= 0.79627; × factor 33.2875 = 26.51 a unit",
    ),
    # ASP file of 2025Q4: J1745, 10 mg, 31.090.  31.090 x 40 = 1,243.60; patient's 20 % = 248.72.
    "ASP, 400 mg of infliximab, November 2025": ByHand(
        line("J1745", 40, date(2025, 11, 3), "professional", modifiers=("JZ",)),
        "1243.60", "asp-2025Q4", "31.09 a unit × 40 = 1,243.60",
    ),
    # ASP file of 2025Q4: J2405, 1 mg, 0.091.  0.091 x 4 = 0.364, to the cent 0.36.
    "ASP, 4 mg of ondansetron, November 2025": ByHand(
        line("J2405", 4, date(2025, 11, 3), "professional"),
        "0.36", "asp-2025Q4", "0.091 a unit × 4 = 0.36",
    ),
}  # fmt: skip


def priced(*lines: Billed) -> list[Price]:
    return price_claim(lines, Rates())


@pytest.mark.parametrize("name", LINES)
def test_a_line_worked_out_by_hand(name: str) -> None:
    wanted = LINES[name]

    (price,) = priced(wanted.line)

    assert price.amount == Decimal(wanted.amount)
    assert price.tables[0].name == wanted.table
    assert price.tables[0].digest
    assert wanted.says in price.arithmetic


def test_the_figures_are_those_of_the_published_files(shared: Path) -> None:
    published = shared / "data" / "mpfs_opps"
    with (published / "opps_addendum_b_2026-04_nodesc.csv").open() as file:
        april = {row["hcpcs"]: row for row in csv.DictReader(file)}
    with (shared / "data" / "asp" / "asp_pricing.csv").open(encoding="latin-1") as file:
        limits = {row[0]: row[3] for row in csv.reader(file) if len(row) > 3}
    with (published / "gpci_2024.csv").open() as file:
        local = {row["mac"] + row["locality_number"]: row for row in csv.DictReader(file)}
    july = _rows(published / "opps_addendum_b_history_nodesc.parquet", "quarter", "2024-07")
    values = _rows(published / "pprrvu_2024_nodesc.parquet", "source_file", "rvu24c_jul")

    assert (april["96415"]["status_indicator"], april["96415"]["payment_rate"]) == ("S", "73.56")
    assert (july["96365"]["status_indicator"], july["96365"]["payment_rate"]) == ("S", 204.22)
    columns = ("work_rvu", "non_fac_pe_rvu", "mp_rvu", "conv_factor")
    assert [values["96413"][name] for name in columns] == [0.28, 3.53, 0.07, 33.2875]
    assert [values["96366"][name] for name in columns] == [0.18, 0.42, 0.01, 33.2875]
    indices = [local["0111205"][name] for name in ("gpci_work", "gpci_pe", "gpci_mp")]
    assert indices == ["1.088", "1.419", "0.445"]
    assert (limits["J1745"], limits["J2405"]) == ("31.090", "0.091")


def _rows(path: Path, column: str, cell: str) -> dict[str, dict[str, Any]]:
    parquet: Any = import_module("pyarrow.parquet")  # untyped
    rows: list[dict[str, Any]] = parquet.read_table(path).to_pylist()
    return {row["hcpcs"]: row for row in rows if row[column] == cell and not row.get("mod")}
