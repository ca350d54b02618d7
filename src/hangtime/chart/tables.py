"""The chart's own facts, read once: signs, reactions, limits, schedules, templates.

Each table is a CSV whose head says where its facts are from; lines that begin with # are comments.
"""

from __future__ import annotations

import csv
import tomllib
from functools import cache
from pathlib import Path
from typing import NamedTuple

FOLDER = Path(__file__).parent / "data"


@cache
def rows(name: str) -> tuple[dict[str, str], ...]:
    """The rows of one shipped table by its columns."""
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(line for line in file if not line.startswith("#")))


class SignFacts(NamedTuple):
    """A sign in words, and what it is evidence of: skin, respiratory, ... or ""."""

    words: str
    group: str


@cache
def signs() -> dict[str, SignFacts]:
    """Every sign an entry can name."""
    return {row["sign"]: SignFacts(row["words"], row["group"]) for row in rows("signs.csv")}


class ReactionFacts(NamedTuple):
    """A reaction in words, its CTCAE 5.0 term, and the grades that term has; none is no limit."""

    words: str
    term: str
    grades: tuple[int, ...]


@cache
def reaction_kinds() -> dict[str, ReactionFacts]:
    """Every kind of reaction an entry can name."""
    return {
        row["reaction"]: ReactionFacts(
            row["words"], row["term"], tuple(int(each) for each in row["grades"].split(";") if each)
        )
        for row in rows("reactions.csv")
    }


def has_grade(reaction: str, grade: int | None) -> bool:
    """Whether the terminology has this grade of a reaction."""
    grades = reaction_kinds()[reaction].grades
    return grade is None or not grades or grade in grades


class Pattern(NamedTuple):
    """The numbers in the criteria of anaphylaxis; pressures in mmHg, ages in years."""

    source: str
    within_hours: int
    systolic_fall_percent: int
    adult_systolic: int
    infant_systolic: int
    child_systolic_base: int
    child_systolic_per_year: int
    child_until_age: int


@cache
def pattern() -> Pattern:
    """The criteria in use."""
    return Pattern(**tomllib.loads((FOLDER / "anaphylaxis.toml").read_text("utf-8")))
