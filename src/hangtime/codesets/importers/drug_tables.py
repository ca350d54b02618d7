"""Payment status and unit ceilings of the formulary's products, cut out of the published tables.

`build` keeps the rows of our drug codes and writes `drug_status.csv` (with `status_tables.csv`, the
quarters it came from) and `drug_ceilings.csv`.  The same input gives the same bytes.

    python -m hangtime.codesets.importers.drug_tables SOURCE [TARGET]

SOURCE is a folder with the published tables (`data/mpfs_opps/...`, `data/ncci/...`); TARGET is
where the files go, by default the package's own folder.
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterator
from datetime import date, timedelta
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple

from hangtime.codesets.facts import FOLDER
from hangtime.codesets.importers._writing import write_facts
from hangtime.codesets.importers.family import CEILINGS
from hangtime.formulary.products import shipped_products

HISTORY = Path("data", "mpfs_opps", "opps_addendum_b_history_nodesc.parquet")
BY = "built by hangtime.codesets.importers.drug_tables"
QUARTER = 3  # months
RECENT = 3  # quarters from the one of the HCPCS file on, which states no end after itself


class Quarter(NamedTuple):
    """One published Addendum B: its label in the file, and the days it is taken to hold."""

    label: str
    name: str
    first: date
    last: date


def build(source: Path, target: Path) -> None:
    """Write the three files to `target` from the tables in `source`."""
    known = frozenset(each.hcpcs for each in shipped_products())
    found = _statuses(source / HISTORY, known)
    tables = quarters({label for label, _ in found})
    origin = (
        "source: CMS, OPPS Addendum B by quarter, 2020 to April 2026; as converted by third parties"
    )
    write_facts(
        target / "status_tables.csv",
        (
            "The quarters of OPPS Addendum B that drug_status.csv was cut from.",
            origin,
            "a quarter holds until the day before the next one there is; some are missing",
            BY,
        ),
        ("table", "from", "until"),
        ((each.name, each.first.isoformat(), each.last.isoformat()) for each in tables),
    )
    write_facts(
        target / "drug_status.csv",
        ("OPPS status indicator of drug codes by date of service.", origin, BY),
        ("hcpcs", "from", "until", "status"),
        (row for code in sorted(known) for row in _ranges(code, tables, found)),
    )
    write_facts(
        target / "drug_ceilings.csv",
        (
            "Units of one drug code above which payment edits reject (NCCI medically unlikely edits).",
            "source: CMS, NCCI MUE tables in force 2024-07-01 and 2026-04-01; converted by third parties",
            "mai 1: a line, 2: a date and absolute, 3: a date and appealable; dates: tables.toml",
            BY,
        ),
        ("table", "code", "units", "mai"),
        _ceilings(source / "data" / "ncci", known),
    )


def last_days(history: Path) -> dict[str, str]:
    """The last day of each code that the last quarters no longer have, where it is a recent one."""
    found = _statuses(history, None)
    tables = quarters({label for label, _ in found})
    latest: dict[str, Quarter] = {}
    for table in tables:
        latest |= {code: table for label, code in found if label == table.label}
    recent = tables[-RECENT:-1]
    return {code: table.last.isoformat() for code, table in latest.items() if table in recent}


def quarters(labels: set[str]) -> tuple[Quarter, ...]:
    """The published quarters in order, each until the day before the next.

    A label names the month it was published in; it holds from the first day of that month's
    quarter, or from its own day where an earlier file has the quarter already.  The last one holds
    to the end of its quarter.
    """
    starts: dict[date, str] = {}
    for label in sorted(labels):
        year, month, day = (*(int(part) for part in label.split("-")), 1, 1)[:3]
        first = date(year, month - (month - 1) % QUARTER, 1)
        starts[first if first not in starts else date(year, month, day)] = label
    days = sorted(starts)
    ends = [*(day - timedelta(days=1) for day in days[1:]), _end_of_quarter(days[-1])]
    return tuple(
        Quarter(
            starts[first], f"opps-{first.isoformat()[:7] if first.day == 1 else first}", first, last
        )
        for first, last in zip(days, ends, strict=True)
    )


def _end_of_quarter(first: date) -> date:
    later = first.replace(day=28) + timedelta(days=4 + 31 * (QUARTER - 1))
    return later.replace(day=1) - timedelta(days=1)


def _statuses(history: Path, known: frozenset[str] | None) -> dict[tuple[str, str], str]:
    """Status by label of the quarter and code."""
    parquet: Any = import_module("pyarrow.parquet")  # heavy, and untyped
    columns = ["quarter", "hcpcs", "status_indicator"]
    rows: list[dict[str, str]] = parquet.read_table(history, columns=columns).to_pylist()
    return {
        (row["quarter"], row["hcpcs"]): row["status_indicator"]
        for row in rows
        if known is None or row["hcpcs"] in known
    }


def _ranges(
    code: str, tables: tuple[Quarter, ...], found: dict[tuple[str, str], str]
) -> Iterator[tuple[str, ...]]:
    """Spans of days in which one code kept one status, neighbouring quarters joined."""
    spans: list[tuple[date, date, str]] = []
    for table in tables:
        status = found.get((table.label, code), "")
        if spans and spans[-1][2] == status:
            spans[-1] = (spans[-1][0], table.last, status)
        else:
            spans.append((table.first, table.last, status))
    for first, last, status in spans:
        if status:
            yield code, first.isoformat(), last.isoformat(), status


def _ceilings(published: Path, known: frozenset[str]) -> Iterator[tuple[str, ...]]:
    for table in CEILINGS:
        code, units, mai = table.columns
        with (published / table.file).open(encoding="utf-8", newline="") as file:
            rows = [(row[code], row[units], row[mai]) for row in csv.DictReader(file)]
        yield from sorted((table.name, *row) for row in rows if row[0] in known)


if __name__ == "__main__":
    build(Path(sys.argv[1]), Path(sys.argv[2]) if len(sys.argv) > 2 else FOLDER)
