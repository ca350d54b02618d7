"""The tables a user imported, as far as the engine reads them: their slices.

`hangtime codesets import` cuts the few rows that concern infusions and their drugs out of each
table, into small files named and laid out as the shipped ones; those rows come from here.  Where no
store is, looking for one costs a look at one file name.  The rest of the store is
`hangtime.codesets.store`.
"""

from __future__ import annotations

import csv
import os
import sys
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from hangtime.errors import UserError

MANIFEST, TABLES = "manifest.json", "tables"
# Files of a kind's slice, by the names of the shipped files they go with.
EDITS = {
    "ptp": ("pairs.csv",),
    "mue": ("ceilings.csv", "drug_ceilings.csv"),
    "addon": ("addons.csv",),
}
UNREAD = "products_unread.csv"  # codes of `products.csv` without a unit: nobody has read it
SLICES = {
    **EDITS,
    "hcpcs": ("products.csv", UNREAD),
    "ndc": ("packages.csv",),
    "opps": ("drug_status.csv",),
}
FOLDER = "HANGTIME_STORE"  # the environment's word for where the store is


class Slice(NamedTuple):
    """An imported table's rows of the family; `name` carries the beginning of its digest.

    `variant` is "" as published, else the third-party layout it came in.
    """

    name: str
    kind: str
    setting: str
    first: date
    last: date
    source: str
    digest: str
    folder: Path
    variant: str


def place() -> Path:
    """Where the store is: HANGTIME_STORE, or `hangtime` in the platform's folder for data."""
    told = os.environ.get(FOLDER)
    if told:
        return Path(told)
    home = Path.home()
    if sys.platform == "darwin":
        return home / "Library" / "Application Support" / "hangtime"
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or home / "AppData" / "Local") / "hangtime"
    return Path(os.environ.get("XDG_DATA_HOME") or home / ".local" / "share") / "hangtime"


@cache
def slices() -> tuple[Slice, ...]:
    """The slices of edit tables, latest beginning first; none where there is no store.

    Read once in a process.  Raises UserError for a manifest that cannot be read.
    """
    return tuple(each for each in _stored(os.environ.get(FOLDER)) if each.kind in EDITS)


def slices_of(kind: str) -> tuple[Slice, ...]:
    """The slices of one kind of table, latest beginning first; none where there is no store.

    Read once in a process for each place told.  Raises UserError for a manifest that cannot be read.
    """
    return tuple(each for each in _stored(os.environ.get(FOLDER)) if each.kind == kind)


@cache
def slice_rows(name: str, file: str) -> list[list[str]]:
    """The rows of an edit table's slice that go with a shipped file, the slice's name in front."""
    found = next(each for each in slices() if each.name == name)
    return [[name, *cells] for cells in cells_of(found, file)] if file in EDITS[found.kind] else []


def cells_of(found: Slice, file: str) -> list[list[str]]:
    """The rows of one file of a slice.  Raises UserError where the file is gone."""
    try:
        with (found.folder / file).open(encoding="utf-8", newline="") as text:
            return list(csv.reader(text))
    except OSError:
        raise UserError(
            f"{found.name}: {file} is not as it was stored. Import its file again."
        ) from None


@cache
def _stored(told: str | None) -> tuple[Slice, ...]:  # noqa: ARG001 - `place` reads it
    store = place()
    try:
        text = (store / MANIFEST).read_text(encoding="utf-8")
    except OSError:
        return ()
    import json  # only where there is a store

    try:
        found = [_slice(store, table) for table in json.loads(text)["tables"]]
    except (ValueError, KeyError, TypeError):
        raise UserError(
            f"{store / MANIFEST} is not a manifest of code sets. Move the folder away, or name"
            f" another in {FOLDER}."
        ) from None
    return tuple(sorted(filter(None, found), key=lambda each: each.first, reverse=True))


def _slice(store: Path, table: dict[str, Any]) -> Slice | None:
    if not set(SLICES.get(table["kind"], ())) & set(table["files"]):
        return None
    return Slice(
        f"{table['name']}@{table['digest'][:12]}",
        table["kind"],
        table["setting"],
        date.fromisoformat(table["first"]),
        date.fromisoformat(table["last"]),
        "; ".join(source["file"] for source in table["sources"]),
        table["digest"],
        store / TABLES / table["folder"],
        table["variant"],
    )
