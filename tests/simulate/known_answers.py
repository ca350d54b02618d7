"""A simulated year on disk, read back: the truth, the gaps, the claims, and the engine's lines."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from hangtime.engine import Coder
from hangtime.formats import read
from hangtime.model import Encounter, Outcome
from hangtime.simulate.facts import numbers

# Where a service falls away, or can be shown for a part of its time only, another takes its place
# (R-INI-10, D03): what was added to an initial becomes it, an infusion seen for minutes a push or an
# injection, and one that ran beside another stands for itself, with its hours.
IN_PLACE_OF = {
    "ARTERIAL_COMPLEX_PUSH": {"ARTERIAL_COMPLEX_INITIAL"},
    "COMPLEX_INITIAL": {"COMPLEX_SEQUENTIAL", "COMPLEX_HOUR"},
    "COMPLEX_PUSH_INITIAL": {"COMPLEX_PUSH", "COMPLEX_INITIAL"},
    "COMPLEX_PUSH": {"COMPLEX_SEQUENTIAL"},
    "INFUSION_HOUR": {"INFUSION_CONCURRENT"},
    "INFUSION_INITIAL": {"INFUSION_SEQUENTIAL", "INFUSION_CONCURRENT", "INFUSION_HOUR"},
    "INFUSION_SEQUENTIAL": {"INFUSION_CONCURRENT"},
    "INJECTION": {"SC_INFUSION_INITIAL", "SC_INFUSION_SITE"},
    "PUSH_INITIAL": {"PUSH_NEW_DRUG", "PUSH_REPEAT", "INFUSION_INITIAL"},
    "PUSH_REPEAT": {"INFUSION_HOUR"},
    "PUSH_NEW_DRUG": {"PUSH_REPEAT", "INFUSION_SEQUENTIAL", "INFUSION_CONCURRENT"},
    "HYDRATION_INITIAL": {"HYDRATION_HOUR"},
}
TAKES_A_SERVICE = {"missing_stop", "last_seen_infusing", "unsigned_order"}

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


@cache
def names() -> dict[str, str]:
    """The name of each code of a service."""
    return {number: name for name, number in numbers().items()}


def wrong_answer(
    gap: str, administration: str, given: Counter[str], earned: Counter[str], told: set[str]
) -> str:
    """What is wrong with the answer to a chart that lacks something; empty where nothing is.

    Units by code are never more than were earned, but for the service that takes the place of one
    that fell away.  Of what is missing, the administration that lacks something or every code
    stands beside the lines, in `told`.
    """
    more, missing = given - earned, earned - given
    if more and gap not in TAKES_A_SERVICE:
        return "units that nobody earned"
    absent = {names().get(each) for each in missing}
    if any(not IN_PLACE_OF.get(names().get(code, ""), set()) & absent for code in more):
        return "a service in the place of none"
    if given.total() > earned.total():
        return "more units than were earned"
    if missing and administration not in told and not set(missing) <= told:
        return "a missing line of which nothing is said"
    return ""
