"""The scrubber's tables cut from published files: modifiers by date, pairs with a drug code, add-ons.

    python -m hangtime.edits.importing SOURCE [TARGET]

SOURCE is the folder with the published tables (`data/hcpcs`, `data/ncci`).  Pairs of two codes of
`codesets/data/codes.csv` are in `codesets/data/pairs.csv`; here are those of which one is a drug.
Add-ons whose primaries are all of the family are in `codesets/data/addons.csv`; here are the others.
The same input gives the same bytes.
"""

# openpyxl and pyarrow are read without types; plain texts leave this file.
from __future__ import annotations

import csv
import io
import sys
from collections.abc import Iterable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

from hangtime.codesets.facts import rows, rows_digest
from hangtime.codesets.importers.family import ADDONS, CONTRACTOR_CHOOSES, PAIRS, PRACTITIONER_ONLY
from hangtime.codesets.tables import ids
from hangtime.edits.reference import FOLDER
from hangtime.formulary.products import all_products

Row = tuple[str, ...]
HCPCS = Path("data", "hcpcs", "HCPC2025_OCT_ANWEB.xlsx")
# CPT modifiers, by number: of level I, of category II, of anesthesia.
CPT = (
    "22 23 24 25 26 27 32 33 47 50 51 52 53 54 55 56 57 58 59 62 63 66 73 74 76 77 78 79 80 81 82 90"
    " 91 92 93 95 96 97 99 1P 2P 3P 8P P1 P2 P3 P4 P5 P6"
)
# Modifiers that let a pair with indicator 1 pass (NCCI Policy Manual, chapter I, section E).
BYPASSES = (
    "E1 E2 E3 E4 FA F1 F2 F3 F4 F5 F6 F7 F8 F9 TA T1 T2 T3 T4 T5 T6 T7 T8 T9 LT RT LC LD RC LM RI"
    " 24 25 57 58 78 79 27 59 91 XE XS XP XU"
)


def build(source: Path, target: Path) -> None:
    """Write `modifiers.csv`, `drug_pairs.csv` and `addons.csv` to `target`."""
    _write(
        target / "modifiers.csv",
        ("modifier", "from", "until", "bypasses"),
        _modifiers(source / HCPCS),
        "Modifiers of claim lines: first and last date of service, and which let a pair edit pass.",
        "CMS HCPCS Level II file, October 2025: letters and their dates; CPT, appendix A (recall):"
        " numbers; NCCI Policy Manual chapter I, section E (recall): bypasses",
    )
    _write(
        target / "drug_pairs.csv",
        ("table", "column1", "column2", "indicator"),
        _pairs(source / "data" / "ncci"),
        "Code pairs of one date that payment edits reject, of which one is a drug code.",
        "CMS, NCCI PTP edit tables in force 2024-07-01 and 2026-07-01; converted by third parties",
    )
    _write(
        target / "addons.csv",
        ("table", "addon", "primary", "type", "edit_from", "claim"),
        _addons(source / "data" / "ncci"),
        "Add-on codes of the family and its drugs with a primary outside the family.",
        "CMS, NCCI add-on code edit files of 2024-06-03 and 2026Q3; converted by third parties",
    )


def _modifiers(path: Path) -> Iterator[Row]:
    book: Any = import_module("openpyxl").load_workbook(path, read_only=True)
    titles: list[str] = []
    found: dict[str, Row] = {each: (each, "", "", _bypasses(each)) for each in CPT.split()}
    for row in book.worksheets[0].iter_rows(values_only=True):
        cells = [str(cell if cell is not None else "").strip() for cell in row]
        if not titles:
            titles = cells if "ADD DT" in cells else []
        elif len(cells[0]) == 2:
            first, last = cells[titles.index("ADD DT")], cells[titles.index("TERM DT")]
            found[cells[0]] = (cells[0], _day(first), _day(last), _bypasses(cells[0]))
    yield from (found[each] for each in sorted(found))


def _bypasses(modifier: str) -> str:
    return "yes" if modifier in BYPASSES.split() else ""


def _day(text: str) -> str:
    return f"{text[:4]}-{text[4:6]}-{text[6:8]}" if text else ""


def _pairs(published: Path) -> Iterator[Row]:
    parquet: Any = import_module("pyarrow.parquet")
    family = frozenset(ids())
    drugs = frozenset(each.hcpcs for each in all_products()) - family
    known = family | drugs
    for table in PAIRS:
        both = [("column1", "in", known), ("column2", "in", known)]
        read: list[dict[str, Any]] = parquet.read_table(
            published / table.file, columns=list(table.columns), filters=both
        ).to_pylist()
        found = {
            (table.name, row["column1"], row["column2"], str(row["modifier_indicator"]))
            for row in read
            if row.get("deletion_date") is None and not {row["column1"], row["column2"]} <= family
        }
        yield from sorted(found)


def _addons(published: Path) -> Iterator[Row]:
    known = frozenset(ids()) | {each.hcpcs for each in all_products()}
    own = {(name, addon) for name, addon, *_ in rows("addons.csv")}
    for table in ADDONS:
        addon, primary, type_ = table.columns[:3]
        with (published / table.file).open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                if (
                    row[addon] not in known
                    or (table.name, row[addon]) in own
                    or row.get("end_date")
                ):
                    continue
                named = "any" if row[primary] == CONTRACTOR_CHOOSES else row[primary]
                claim = "practitioner" if PRACTITIONER_ONLY in row.get("note", "") else ""
                yield (
                    table.name, row[addon], named, row[type_], row.get("effective_date", ""), claim
                )  # fmt: skip


def _write(path: Path, titles: Row, cells: Iterable[Row], what: str, source: str) -> None:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(cells)
    lines = text.getvalue().splitlines()
    head = (
        f"# {what}",
        f"# source: {source}",
        "# built by hangtime.edits.importing",
        f"# rows: {len(lines)}, sha256 {rows_digest(lines)}",
        ",".join(titles),
    )
    path.write_text("\n".join((*head, *lines)) + "\n", encoding="utf-8")


if __name__ == "__main__":
    build(Path(sys.argv[1]), Path(sys.argv[2]) if len(sys.argv) > 2 else FOLDER)
