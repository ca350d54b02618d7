"""The edit tables of the infusion family, cut out of the published quarters.

CMS publishes each quarter's edits for every code there is.  `build` keeps the rows whose codes are
all in `codes.csv` and writes them in our own layout: pairs, ceilings, add-ons.  `codes.csv` itself
and the other small files are written by hand.  The same input gives the same bytes.

    python -m hangtime.codesets.importers.family SOURCE [TARGET]

SOURCE is a folder with the published tables (`data/ncci/...`); TARGET is where the three files go,
by default the package's own folder.
"""

import csv
import io
import sys
from collections.abc import Iterable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple

from hangtime.codesets.facts import FOLDER, rows_digest
from hangtime.codesets.tables import ids

Row = tuple[str, ...]

CONVERTED = "as converted by third parties"


class Table(NamedTuple):
    """One published table: its name in `tables.toml`, its file and the columns to read."""

    name: str
    file: str
    columns: tuple[str, ...]


PAIRS = (
    Table(
        "ptp-practitioner-2024Q3",
        "ptp_practitioner_2024Q3.parquet",
        ("column1", "column2", "modifier_indicator", "deletion_date"),
    ),
    Table(
        "ptp-hospital-2024Q3",
        "ptp_outpatient_hospital_2024Q3.parquet",
        ("column1", "column2", "modifier_indicator", "deletion_date"),
    ),
    Table(
        "ptp-practitioner-2026Q3",
        "ptp_practitioner_2026Q3_active.parquet",
        ("column1", "column2", "modifier_indicator"),
    ),
)
CEILINGS = (
    Table(
        "mue-practitioner-2024Q3",
        "mue_practitioner_2024Q3.csv",
        ("hcpcs_code", "mue_units", "mue_mai"),
    ),
    Table(
        "mue-hospital-2024Q3",
        "mue_outpatient_2024Q3.csv",
        ("hcpcs_code", "mue_units", "mue_mai"),
    ),
    Table(
        "mue-practitioner-2026Q2",
        "mue_practitioner_2026Q2.csv",
        ("code", "mue_value", "mai"),
    ),
)
ADDONS = (
    Table("addon-2024", "aoc_2024.csv", ("add_on_code", "primary_code", "aoc_edit_type")),
    Table(
        "addon-2026Q3",
        "aoc_2026Q3.csv",
        ("addon_code", "primary_code", "aoc_type", "effective_date", "end_date", "note"),
    ),
)
CONTRACTOR_CHOOSES = "CCCCC"  # what the add-on file says where the contractor lists the primaries
PRACTITIONER_ONLY = "(Practitioner Only)"


def build(source: Path, target: Path) -> None:
    """Write `pairs.csv`, `ceilings.csv` and `addons.csv` to `target` from tables in `source`."""
    known = frozenset(ids())
    published = source / "data" / "ncci"
    _write(
        target / "pairs.csv",
        ("table", "column1", "column2", "indicator"),
        _pairs(published, known),
        "Code pairs that payment edits reject on one date (NCCI procedure-to-procedure edits).",
        "CMS, NCCI PTP edit tables in force 2024-07-01 and 2026-07-01",
        "pairs of two codes of codes.csv that no deletion date had ended; indicator 0: never"
        " together, 1: with a modifier where distinct, 9: edit deleted",
    )
    _write(
        target / "ceilings.csv",
        ("table", "code", "units", "mai"),
        _ceilings(published, known),
        "Units of one code above which payment edits reject (NCCI medically unlikely edits).",
        "CMS, NCCI MUE tables in force 2024-07-01 and 2026-04-01",
        "codes of codes.csv; mai 1: a line, 2: a date and absolute, 3: a date and appealable",
    )
    _write(
        target / "addons.csv",
        ("table", "addon", "primary", "type", "edit_from", "claim"),
        _addons(published, known),
        "Add-on codes and the primary codes one of which must stand beside them.",
        "CMS, NCCI add-on code edit files of 2024-06-03 and 2026Q3",
        "add-ons of codes.csv whose primaries are all in it; type 1: fixed primaries, 2: the"
        " contractor chooses ('any'); edit_from: first date of the edit, where the file says;"
        " claim: practitioner where the file limits the primary to practitioner claims",
    )


def _pairs(published: Path, known: frozenset[str]) -> Iterator[Row]:
    parquet: Any = import_module("pyarrow.parquet")  # heavy, and untyped
    both = [("column1", "in", known), ("column2", "in", known)]
    for table in PAIRS:
        read: list[dict[str, Any]] = parquet.read_table(
            published / table.file, columns=list(table.columns), filters=both
        ).to_pylist()
        found = {
            (table.name, row["column1"], row["column2"], str(row["modifier_indicator"]))
            for row in read
            if row.get("deletion_date") is None
        }
        yield from sorted(found)


def _ceilings(published: Path, known: frozenset[str]) -> Iterator[Row]:
    for table in CEILINGS:
        code, units, mai = table.columns
        rows = _csv(published / table.file)
        found = [(table.name, r[code], r[units], r[mai]) for r in rows if r[code] in known]
        yield from sorted(found)


def _addons(published: Path, known: frozenset[str]) -> Iterator[Row]:
    for table in ADDONS:
        addon, primary, kind = table.columns[:3]
        found: list[Row] = []
        for row in _csv(published / table.file):
            if row[addon] not in known or row.get("end_date"):
                continue
            named = "any" if row[primary] == CONTRACTOR_CHOOSES else row[primary]
            claim = "practitioner" if PRACTITIONER_ONLY in row.get("note", "") else ""
            edit_from = row.get("effective_date", "")
            found.append((table.name, row[addon], named, row[kind], edit_from, claim))
        foreign = {cells[1] for cells in found if cells[2] not in known | {"any"}}
        yield from sorted(cells for cells in found if cells[1] not in foreign)


def _csv(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _write(
    path: Path, columns: Row, rows: Iterable[Row], what: str, source: str, derived: str
) -> None:
    lines = [_line(row) for row in rows]
    header = (
        what,
        "",
        f"source: {source}; {CONVERTED}",
        f"derived: {derived}",
        f"rows: {len(lines)}, sha256 {rows_digest(lines)}",
        "built by hangtime.codesets.importers.family; dates each table covers: tables.toml",
    )
    text = [f"# {line}".rstrip() for line in header] + [_line(columns)] + lines
    path.write_text("\n".join(text) + "\n", encoding="utf-8", newline="\n")


def _line(cells: Row) -> str:
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="").writerow(cells)
    return buffer.getvalue()


if __name__ == "__main__":
    build(Path(sys.argv[1]), Path(sys.argv[2]) if len(sys.argv) > 2 else FOLDER)
