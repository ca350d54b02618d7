"""The rows of an edit table that concern infusions and their drugs, cut out when it is imported.

They are written in the layout of the files the package ships, so that the engine reads an imported
quarter just as it reads a shipped one.  A pair counts where it holds through all dates of its table.
"""

# pyarrow has no type stubs; nothing untyped leaves this file.
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false
# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false
# pyright: reportAttributeAccessIssue=false
from __future__ import annotations

import csv
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from hangtime.codesets.imported import SLICES
from hangtime.codesets.importers.family import CONTRACTOR_CHOOSES, PRACTITIONER_ONLY
from hangtime.codesets.store.records import Period
from hangtime.codesets.tables import ids
from hangtime.formulary.products import all_products

SETTINGS = ("facility", "professional", "")
Row = tuple[str, ...]


def write(folder: Path, kind: str, setting: str, rows: Any, period: Period) -> None:
    """Write the slices of a pyarrow table beside it, where the engine has a use for its kind."""
    if setting not in SETTINGS:
        return
    for name in SLICES.get(kind, ()):
        with (folder / name).open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows(sorted(set(_CUT[name](rows, period))))


def _pairs(rows: Any, period: Period) -> list[Row]:
    return [
        (row["column1"], row["column2"], str(row["indicator"]))
        for row in _known(rows, "column1", "column2")
        if _holds_through(row, period)
    ]


def _ceilings(rows: Any, period: Period) -> list[Row]:  # noqa: ARG001 - one shape for each kind
    return [_ceiling(row) for row in _known(rows, "code")]


def _drug_ceilings(rows: Any, period: Period) -> list[Row]:  # noqa: ARG001
    drugs = frozenset(product.hcpcs for product in all_products())
    return [_ceiling(row) for row in rows.to_pylist() if row["code"] in drugs]


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
}
