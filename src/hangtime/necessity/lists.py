"""Which diagnoses support which drugs: the shipped lists, and a payer's own laid over them.

A payer's file is CSV with the columns drug, first, last, role, beside, source, from, until; lines that
begin with # are comments.  Where it names a drug, its rows replace the shipped ones of that drug.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from datetime import date
from functools import cache
from pathlib import Path
from typing import NamedTuple

from hangtime.errors import UnreadableInput
from hangtime.formulary.substances import find
from hangtime.necessity.ranges import Range, read_range, read_ranges

FOLDER = Path(__file__).parent / "data"
SUPPORTS, BESIDE, SECONDARY = "supports", "beside", "secondary"
ROLES = (SUPPORTS, BESIDE, SECONDARY)
NEEDED = ("drug", "first", "role")
SOURCES = {"spec": "the service's table of indications", "label": "the drug's labeling"}


class Listed(NamedTuple):
    """Diagnoses of one range, and what they are to one drug.

    `beside`: one of these has to be there too, where `role` is "beside".  `since` and `until`: the
    days of service it holds for; None is no limit.
    """

    drug: str
    indication: str
    range: Range
    role: str
    beside: tuple[Range, ...]
    source: str
    since: date | None = None
    until: date | None = None

    def holds_on(self, day: date) -> bool:
        return (self.since is None or self.since <= day) and (
            self.until is None or day <= self.until
        )


class Lists:
    """The lists in use.  `files` are a payer's own, the later over the earlier."""

    def __init__(self, files: Sequence[Path] = ()) -> None:
        self._by_drug = dict(shipped())
        for file in files:
            own: dict[str, tuple[Listed, ...]] = {}
            for each in read_list(file):
                own[each.drug] = (*own.get(each.drug, ()), each)
            self._by_drug |= own

    def of(self, drug: str, day: date) -> tuple[Listed, ...]:
        """What is listed for an ingredient on a day; none where no list has the drug."""
        return tuple(each for each in self._by_drug.get(drug, ()) if each.holds_on(day))


@cache
def shipped() -> dict[str, tuple[Listed, ...]]:
    """The shipped lists by ingredient."""
    names = {row["number"]: row["name"] for row in rows("indications.csv")}
    found: dict[str, tuple[Listed, ...]] = {}
    for each in rows("lists.csv"):
        for row in rows("listed.csv"):
            if row["list"] == each["list"]:
                entry = _entry(row, names[each["indication"]], SOURCES[row["source"]])
                for drug in each["drugs"].split(";"):
                    found[drug] = (*found.get(drug, ()), entry._replace(drug=drug))
    return found


@cache
def rows(name: str) -> tuple[dict[str, str], ...]:
    """The rows of a shipped file, by column name."""
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(line for line in file if not line.startswith("#")))


def _entry(row: dict[str, str], indication: str, source: str) -> Listed:
    found = read_range(row["first"], row["last"])
    beside = read_ranges(row["beside"])
    assert found is not None
    assert beside is not None
    return Listed("", indication, found, row["role"], beside, source)


def read_list(path: Path) -> Iterator[Listed]:
    """The rows of a payer's own list.  Raises UnreadableInput naming file, line and column."""
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError):
        raise UnreadableInput(f"{path}: cannot be read as a text in UTF-8.") from None
    numbered = [(n, line) for n, line in enumerate(lines, 1) if line and not line.startswith("#")]
    reader = csv.DictReader(line for _, line in numbered)
    missing = [name for name in NEEDED if name not in (reader.fieldnames or ())]
    if missing:
        raise UnreadableInput(f"{path}: has no column {', '.join(missing)}.")
    for (number, _), row in zip(numbered[1:], reader, strict=False):
        yield _own(row, f"{path}, line {number}", path.name)


def _own(row: dict[str, str | None], where: str, source: str) -> Listed:
    cell = {name: (value or "").strip() for name, value in row.items()}
    drug, found = find(cell["drug"]), read_range(cell["first"], cell.get("last", ""))
    beside, role = read_ranges(cell.get("beside", "")), cell["role"] or SUPPORTS
    faults = (
        (drug is None, "drug", "is no ingredient that the formulary knows"),
        (found is None, "first or last", "are no ICD-10-CM codes in order"),
        (role not in ROLES, "role", f"is one of {', '.join(ROLES)}"),
        (beside is None, "beside", "has codes or ranges as N18.3-N18.6, separated by spaces"),
        (role == BESIDE and not beside, "beside", "is empty, though the role needs it"),
    )
    for is_wrong, column, fault in faults:
        if is_wrong:
            raise UnreadableInput(f"{where}, column {column}: {fault}.")
    assert drug is not None
    assert found is not None
    assert beside is not None
    return Listed(
        drug.name, cell.get("indication") or "the payer's own list", found, role, beside,
        cell.get("source") or source, _day(cell, "from", where), _day(cell, "until", where),
    )  # fmt: skip


def _day(cell: dict[str, str], column: str, where: str) -> date | None:
    try:
        return date.fromisoformat(cell[column]) if cell.get(column) else None
    except ValueError:
        raise UnreadableInput(f"{where}, column {column}: is a date as 2026-01-31.") from None
