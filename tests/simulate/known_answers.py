"""A simulated year on disk, read back: the truth, the gaps, the claims, and the engine's lines."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from hangtime.engine import Coder
from hangtime.formats import read
from hangtime.model import Encounter, Outcome

# A line by code, modifiers in any order, and date; each with its units.
Lines = Counter[tuple[str, str, str]]


def rows(folder: Path, name: str) -> list[dict[str, Any]]:
    return pq.read_table(folder / f"{name}.parquet").to_pylist()


def key(row: dict[str, Any]) -> tuple[str, str, str]:
    return row["code"], " ".join(sorted(row["modifiers"])), str(row["date_of_service"])


def lines_by_encounter(folder: Path, name: str) -> dict[str, Lines]:
    found: dict[str, Lines] = defaultdict(Counter)
    for row in rows(folder, name):
        found[row["encounter_id"]][key(row)] += row["units"]
    return found


def lines_of(outcome: Outcome) -> Lines:
    found: Lines = Counter()
    for line in outcome.lines:
        day = str(line.date_of_service)
        found[line.code, " ".join(sorted(line.modifiers)), day] += line.units
    return found


def coded(folder: Path) -> Iterator[tuple[Encounter, Outcome]]:
    """Every encounter of the chart, read without a fault, and what the engine makes of it."""
    coder = Coder()
    for each in read(folder / "encounters.parquet"):
        assert each.findings == ()
        assert each.encounter is not None
        yield each.encounter, coder.code(each.encounter)
