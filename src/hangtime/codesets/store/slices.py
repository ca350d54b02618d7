"""The rows of a table that concern infusions and their drugs, cut out when it is imported.

They are written in the layout of the files the package ships, so that the engine reads an imported
quarter just as it reads a shipped one.  A pair counts where it holds through all dates of its table.
A product code counts where its unit could be read; the others are named.
"""

# pyarrow has no type stubs; nothing untyped leaves this file.
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false
# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false
# pyright: reportAttributeAccessIssue=false
from __future__ import annotations

import csv
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from hangtime.codesets.imported import SLICES, UNREAD
from hangtime.codesets.importers import later_drugs
from hangtime.codesets.importers.family import CONTRACTOR_CHOOSES, PRACTITIONER_ONLY
from hangtime.codesets.importers.hcpcs_drugs import CODE_LINE, Code
from hangtime.codesets.importers.later_drugs import is_drug
from hangtime.codesets.store.records import Period
from hangtime.codesets.tables import ids

SETTINGS = ("facility", "professional", "")
Row = tuple[str, ...]


def write(folder: Path, kind: str, setting: str, rows: Any, period: Period) -> tuple[str, ...]:
    """Write the slices of a pyarrow table beside it, where the engine has a use for its kind.

    What the slices had to leave out comes back in words.
    """
    if setting not in SETTINGS:
        return ()
    left_out: tuple[str, ...] = ()
    for name in SLICES.get(kind, ()):
        cut = sorted(set(_CUT[name](rows, period)))
        with (folder / name).open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows(cut)
        if name == UNREAD and cut:
            left_out = (_unread_in_words([cells[0] for cells in cut]),)
    return left_out


def _unread_in_words(codes: list[str]) -> str:
    count = f"{len(codes)} code{'s' if len(codes) > 1 else ''}"
    return (
        f"for drug lines, {count} whose descriptor is neither plain nor checked by hand:"
        f" {', '.join(codes)} (stored for look-ups; a unit known before stands)"
    )


def _pairs(rows: Any, period: Period) -> list[Row]:
    return [
        (row["column1"], row["column2"], str(row["indicator"]))
        for row in _known(rows, "column1", "column2")
        if _holds_through(row, period)
    ]


def _ceilings(rows: Any, period: Period) -> list[Row]:  # noqa: ARG001 - one shape for each kind
    return [_ceiling(row) for row in _known(rows, "code")]


def _drug_ceilings(rows: Any, period: Period) -> list[Row]:  # noqa: ARG001
    return [_ceiling(row) for row in _of_drugs(rows)]


def _ceiling(row: dict[str, Any]) -> Row:
    return row["code"], str(row["units"]), str(row["mai"])


def _addons(rows: Any, period: Period) -> list[Row]:
    """Add-ons whose primaries are all of the family, as the shipped file has them."""
    found: list[Row] = []
    for row in _known(rows, "addon"):
        if not _holds_through(row, period):
            continue
        named = "any" if row["primary"] == CONTRACTOR_CHOOSES else row["primary"]
        claim = "practitioner" if PRACTITIONER_ONLY in (row.get("note") or "") else ""
        since: date | None = row.get("effective")
        found.append(
            (row["addon"], named, str(row["type"]), since.isoformat() if since else "", claim)
        )
    foreign = {cells[0] for cells in found if cells[1] not in {*ids(), "any"}}
    return [cells for cells in found if cells[0] not in foreign]


def _products(rows: Any, period: Period) -> list[Row]:
    return later_drugs.products(_codes(rows, period))


def _unread_products(rows: Any, period: Period) -> list[Row]:
    return later_drugs.unread(_codes(rows, period))


def _codes(rows: Any, period: Period) -> list[Code]:
    """The drug codes of a HCPCS table, without lines of modifiers; no first day is the table's."""
    return [
        Code(
            row["code"],
            row["long_description"] or "",
            (row["added"] or row["effective"] or period.first).isoformat(),
            _last_day(row["terminates"]),
        )
        for row in _of_drugs(rows)
        if row.get("record") in (CODE_LINE, None)
    ]


def _last_day(ends: date | None) -> str:
    """A last day as text; some files write the year 9999 for none."""
    return ends.isoformat() if ends and ends.year < date.max.year else ""


def _packages(rows: Any, period: Period) -> list[Row]:  # noqa: ARG001
    columns = ["ndc11", "code", "package_size", "units_per_item"]
    return [
        (row["ndc11"], row["code"], _figure(row["package_size"]), _figure(row["units_per_item"]))
        for row in rows.select(columns).to_pylist()
        if row["package_size"] and row["units_per_item"]
    ]


def _figure(number: Decimal) -> str:
    return f"{number.normalize():f}"


def _statuses(rows: Any, period: Period) -> list[Row]:  # noqa: ARG001
    return [(row["code"], row["status"]) for row in _of_drugs(rows.select(["code", "status"]))]


def _of_drugs(rows: Any) -> list[dict[str, Any]]:
    import pyarrow as pa
    import pyarrow.compute as pc

    drugs = [code for code in pc.unique(rows["code"]).to_pylist() if is_drug(code)]
    return rows.filter(pc.is_in(rows["code"], value_set=pa.array(drugs, pa.string()))).to_pylist()


def _known(rows: Any, *columns: str) -> list[dict[str, Any]]:
    import pyarrow as pa
    import pyarrow.compute as pc

    known = pa.array(ids())
    for column in columns:
        rows = rows.filter(pc.is_in(rows[column], value_set=known))
    return rows.to_pylist()


def _holds_through(row: dict[str, Any], period: Period) -> bool:
    since: date | None = row.get("effective")
    until: date | None = row.get("deletion")
    return (since is None or since <= period.first) and (until is None or until >= period.last)


_CUT: dict[str, Callable[[Any, Period], list[Row]]] = {
    "pairs.csv": _pairs,
    "ceilings.csv": _ceilings,
    "drug_ceilings.csv": _drug_ceilings,
    "addons.csv": _addons,
    "products.csv": _products,
    UNREAD: _unread_products,
    "packages.csv": _packages,
    "drug_status.csv": _statuses,
}
