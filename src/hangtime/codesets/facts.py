"""The fact files, read.

Each file opens with comment lines that say where its rows come from; the rows follow.  Nothing is
interpreted here beyond numbers, dates and column names.
"""

import csv
import hashlib
import tomllib
from collections.abc import Iterable
from datetime import date
from functools import cache
from itertools import chain
from pathlib import Path
from typing import Any, NamedTuple

from hangtime.codesets.imported import slice_rows, slices

FOLDER = Path(__file__).parent / "data"
EPOCH = date(1970, 1, 1).toordinal()
LONG_AGO = 0  # no first date is known: in force before anything covered
FILES = {"ptp": "pairs.csv", "mue": "ceilings.csv", "addon": "addons.csv"}
FOREVER = date(9999, 12, 31).toordinal() - EPOCH


class Cover(NamedTuple):
    """A published table: what it is, whom it concerns and the dates of service it covers."""

    name: str
    kind: str
    setting: str  # "" where it concerns both
    first: date
    last: date
    source: str


@cache
def rows(name: str) -> list[list[str]]:
    """Fact rows of one CSV file, without comments and column names."""
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        lines = csv.reader(line for line in file if not line.startswith("#"))
        next(lines)
        return list(lines)


@cache
def settings(name: str) -> dict[str, Any]:
    """One TOML file."""
    return tomllib.loads((FOLDER / name).read_text(encoding="utf-8"))


@cache
def covers() -> tuple[Cover, ...]:
    """The published edit tables: those of `tables.toml`, then imported ones of dates they lack."""
    found = [
        Cover(t["name"], t["kind"], t.get("setting", ""), t["from"], t["until"], t["source"])
        for t in settings("tables.toml")["table"]
    ]
    for each in slices():
        cover = Cover(*each[:6])
        if not any(_overlap(cover, other) for other in found):
            found.append(cover)
    return tuple(found)


def _overlap(a: Cover, b: Cover) -> bool:
    same = (a.kind, a.setting) == (b.kind, b.setting)
    return same and a.first <= b.last and b.first <= a.last


@cache
def table_rows(name: str) -> list[list[str]]:
    """Rows of a fact file of edit tables, with those of the imported tables in use."""
    used = {cover.name for cover in covers()}
    imported = (slice_rows(each.name, name) for each in slices() if each.name in used)
    return [*rows(name), *chain.from_iterable(imported)]


def day_number(day: date) -> int:
    """Days since 1970-01-01."""
    return day.toordinal() - EPOCH


@cache
def digest() -> str:
    """sha256 over the names and bytes of all fact files."""
    whole = hashlib.sha256()
    for path in sorted(FOLDER.iterdir()):
        if path.suffix in (".csv", ".toml"):
            whole.update(f"{path.name}\n".encode() + path.read_bytes())
    return whole.hexdigest()


def rows_digest(lines: Iterable[str]) -> str:
    """sha256 over fact rows as they stand in the file, without column names and comments."""
    return hashlib.sha256("".join(line + "\n" for line in lines).encode()).hexdigest()


def table_digest(name: str) -> str:
    """sha256 over the rows of one published table, as kept here."""
    kind = next(cover.kind for cover in covers() if cover.name == name)
    return rows_digest(",".join(row) for row in table_rows(FILES[kind]) if row[0] == name)
