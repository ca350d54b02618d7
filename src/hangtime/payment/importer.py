"""The rates of the family and its drugs, cut out of the published payment tables.

    python -m hangtime.payment.importer SOURCE [TARGET]

SOURCE is a folder with the published tables (`data/mpfs_opps/...`, `data/asp/...`); TARGET is where
the files go, by default the package's own folder.  The same input gives the same bytes.
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from importlib import import_module
from math import isnan
from pathlib import Path
from typing import Any

from hangtime.codesets.importers._writing import write_facts
from hangtime.codesets.importers.drug_tables import HISTORY, QUARTER, Quarter, quarters
from hangtime.codesets.tables import code_rows
from hangtime.formulary.products import all_products
from hangtime.payment.shipped import FOLDER

BY = "built by hangtime.payment.importer"
# Quarters of which a hospital's drug rates are kept: of the edits at hand, of the shipped examples, of
# the ASP file, and the last.
DRUG_QUARTERS = ("2024-07", "2025-01", "2025-10", "2026-02", "2026-04")
SEPARATE = ("G", "K", "K1", "R")  # statuses of drugs and blood products with a rate of their own
YEARS = (2022, 2023, 2024)
NONFACILITY = Quarter("2026B", "mpfs-2026B", date(2026, 4, 1), date.max)  # to the quarter's end
NO_VALUES = "AC"  # statuses whose codes are kept though they have no values
CENT = Decimal("0.01")
Row = tuple[str, ...]


def build(source: Path, target: Path) -> None:
    """Write all files to `target` from the tables in `source`."""
    family = frozenset(row.number for row in code_rows().values())
    drugs = frozenset(each.hcpcs for each in all_products())
    published = source / "data" / "mpfs_opps"
    write_rates(source / HISTORY, target, family, drugs - family)
    write_values(published, target, family)
    write_indices(published, target)
    write_limits(source / "data" / "asp" / "asp_pricing.csv", target, drugs)


def write_rates(history: Path, target: Path, family: frozenset[str], drugs: frozenset[str]) -> None:
    rows = _parquet(history, ["quarter", "hcpcs", "status_indicator", "payment_rate"])
    kept = family | drugs
    found = {
        (row["quarter"], row["hcpcs"]): (row["status_indicator"], plain(row["payment_rate"]))
        for row in rows
        if row["hcpcs"] in kept
    }
    tables = [within_its_quarter(each) for each in quarters({row["quarter"] for row in rows})]
    origin = (
        "source: CMS, OPPS Addendum B by quarter, 2020 to April 2026; as converted by third parties"
    )
    write_facts(
        target / "opps_quarters.csv",
        (
            "The quarters of OPPS Addendum B that rates were cut from; a rate holds for its quarter only.",
            origin,
            BY,
        ),
        ("table", "from", "until"),
        ((each.name, each.first.isoformat(), each.last.isoformat()) for each in tables),
    )
    write_facts(
        target / "opps_services.csv",
        ("OPPS status and national rate in dollars of the family's codes.", origin, BY),
        ("code", "from", "until", "status", "rate"),
        (row for code in sorted(family) for row in _spans(code, tables, found)),
    )
    asked = [table for table in tables if table.label in DRUG_QUARTERS]
    write_facts(
        target / "opps_drugs.csv",
        (
            "OPPS rate in dollars of a billing unit of drugs that hospitals are paid for separately.",
            origin,
            "status of the other drugs: codesets/data/drug_status.csv",
            BY,
        ),
        ("table", "code", "status", "rate"),
        (
            (table.name, code, *found[table.label, code])
            for table in asked
            for code in sorted(drugs)
            if found.get((table.label, code), ("", ""))[0] in SEPARATE
        ),
    )


def within_its_quarter(table: Quarter) -> Quarter:
    """A rate does not outlive its quarter, even where the next file is missing."""
    months = table.first.year * 12 + table.first.month - 1
    year, month = divmod(months + QUARTER - months % QUARTER, 12)
    return table._replace(last=min(table.last, date(year, month + 1, 1) - timedelta(days=1)))


def _spans(
    code: str, tables: list[Quarter], found: dict[tuple[str, str], tuple[str, str]]
) -> Iterator[Row]:
    """Spans of days in which a code kept status and rate, neighbouring quarters joined."""
    spans: list[tuple[date, date, tuple[str, str]]] = []
    for table in tables:
        said = found.get((table.label, code), ("", ""))
        if spans and spans[-1][1:] == (table.first - timedelta(days=1), said):
            spans[-1] = (spans[-1][0], table.last, said)
        else:
            spans.append((table.first, table.last, said))
    for first, last, said in spans:
        if said[0]:
            yield code, first.isoformat(), last.isoformat(), *said


VALUES = {
    "hcpcs": "code", "mod": "modifier", "status_code": "status", "work_rvu": "work",
    "non_fac_pe_rvu": "nonfacility_expense", "facility_pe_rvu": "facility_expense",
    "facility_indicator": "facility_indicator", "mp_rvu": "malpractice",
    "pctc_ind": "component_indicator", "mult_proc": "multiple_procedure",
}  # fmt: skip


def write_values(published: Path, target: Path, family: frozenset[str]) -> None:
    """Relative values by release, a run of equal ones joined; the releases and their factors."""
    releases: dict[str, Row] = {}
    values: dict[Row, list[str]] = {}
    for row in _releases(published):
        name = row["source_file"]
        span = (row["date_start"].isoformat(), row["date_end"].isoformat())
        releases[name] = (name, *span, plain(row["conv_factor"]), "published")
        if row["hcpcs"] in family:
            said = tuple(_cell(row[column]) for column in VALUES)
            values.setdefault(said, []).append(name)
    latest = list(_nonfacility(published))
    _, name, first, last = within_its_quarter(NONFACILITY)
    factor = factor_of(latest)
    releases[name] = (name, first.isoformat(), last.isoformat(), factor, "worked out")
    for row in latest:
        if row["hcpcs"] in family:
            said = (
                row["hcpcs"], "", row["status"], row["work_rvu"], row["pe_rvu"], "", "",
                row["mp_rvu"], "", "",
            )  # fmt: skip
            values.setdefault(said, []).append(name)
    origin = "source: CMS, physician fee schedule relative value files 2022 to 2024, and 2026B"
    write_facts(
        target / "mpfs_releases.csv",
        (
            "Releases of the physician fee schedule: the dates they hold for, the conversion factor.",
            origin + "; as converted by third parties",
            "factor: published in the file, or worked out: the one factor of four decimals with which",
            "  every amount of the file comes out to the cent (the 2026B extract states none)",
            BY,
        ),
        ("release", "from", "until", "factor", "is"),
        sorted(releases.values(), key=lambda row: row[1]),
    )
    write_facts(
        target / "mpfs_values.csv",
        (
            "Relative values of the family's codes; the releases of a row are those that say the same.",
            origin + "; as converted by third parties",
            "2026B has values outside a facility only, and no indicators",
            BY,
        ),
        (*VALUES.values(), "releases"),
        sorted((*said, " ".join(names)) for said, names in values.items()),
    )


def factor_of(rows: Iterable[dict[str, str]]) -> str:
    """The conversion factor of four decimals that explains every national amount of the rows.

    Raises ValueError where none, or more than one, does.
    """
    least, most = Decimal(0), Decimal("Infinity")
    for row in rows:
        total = sum(Decimal(row[name]) for name in ("work_rvu", "pe_rvu", "mp_rvu"))
        amount = Decimal(row["national_amount"])
        if total > 1:  # smaller ones tell nothing, and some are by agreement
            least = max(least, (amount - CENT / 2) / total)
            most = min(most, (amount + CENT / 2) / total)
    step = Decimal("0.0001")
    low = (least / step).to_integral_value(ROUND_CEILING) * step
    high = (most / step).to_integral_value(ROUND_FLOOR) * step
    if low != high:
        raise ValueError(f"the amounts do not tell one conversion factor: {least} to {most}")
    return str(low)


def write_indices(published: Path, target: Path) -> None:
    rows: list[Row] = []
    with (published / "gpci_2024.csv").open(encoding="utf-8", newline="") as file:
        rows += [
            ("gpci-2024", row["mac"] + row["locality_number"].zfill(2), row["gpci_work"],
             row["gpci_pe"], row["gpci_mp"])
            for row in csv.DictReader(file)
        ]  # fmt: skip
    with (published / "gpci_2026.csv").open(encoding="utf-8", newline="") as file:
        rows += [
            ("gpci-2026", row["locality"], row["gpci.work"], row["gpci.pe"], row["gpci.mp"])
            for row in csv.DictReader(file)
        ]
    write_facts(
        target / "gpci.csv",
        (
            "Geographic practice cost indices by locality: contractor and locality in seven digits.",
            "source: CMS, GPCI files of 2024 and 2026; as converted by third parties",
            "a year's table holds from 1 January to 31 December of its year",
            BY,
        ),
        ("table", "locality", "work", "expense", "malpractice"),
        sorted(set(rows)),
    )


def write_limits(file: Path, target: Path, drugs: frozenset[str]) -> None:
    with file.open(encoding="latin-1", newline="") as text:
        rows = [row for row in csv.reader(text) if len(row) > 4 and row[0] in drugs]
    write_facts(
        target / "asp_limits.csv",
        (
            "Medicare payment limit in dollars of a drug's billing unit, and coinsurance in percent.",
            "source: CMS, ASP drug pricing file, October to December 2025",
            "table asp-2025Q4 holds from 2025-10-01 to 2025-12-31",
            BY,
        ),
        ("table", "code", "limit", "coinsurance_percent"),
        sorted(("asp-2025Q4", row[0], row[3], row[4]) for row in rows if _is_number(row[3])),
    )


def _is_number(text: str) -> bool:
    return text.replace(".", "", 1).isdigit()


def _releases(published: Path) -> Iterator[dict[str, Any]]:
    columns = ["source_file", "date_start", "date_end", "conv_factor", *VALUES]
    for year in YEARS:
        yield from _parquet(published / f"pprrvu_{year}_nodesc.parquet", columns)


def _nonfacility(published: Path) -> Iterator[dict[str, str]]:
    with (published / "mpfs_2026B_nonfac_nodesc.csv").open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def _parquet(path: Path, columns: list[str]) -> list[dict[str, Any]]:
    parquet: Any = import_module("pyarrow.parquet")  # heavy, and untyped
    return parquet.read_table(path, columns=columns).to_pylist()


def _cell(cell: Any) -> str:
    return plain(cell) if isinstance(cell, float) else "" if cell is None else str(cell)


def plain(number: float | None) -> str:
    """A binary number of a converted file as the decimal it was; empty where there is none."""
    return "" if number is None or isnan(number) else format(Decimal(repr(number)), "f")


if __name__ == "__main__":
    build(Path(sys.argv[1]), Path(sys.argv[2]) if len(sys.argv) > 2 else FOLDER)
