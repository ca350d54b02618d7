"""The checklist of OWASP ASVS 5.0 says what is so: its tests and pages are there, no chapter is left out."""

from __future__ import annotations

import ast
import csv
import re
from functools import cache
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[3]
STANDINGS = {"met", "partly", "outside"}
# Requirements of levels 1 and 2 by section, counted in the published list of ASVS 5.0.0.
SECTIONS = {
    "V1.1": 2, "V1.2": 9, "V1.3": 11, "V1.4": 3, "V1.5": 2, "V2.1": 3, "V2.2": 3, "V2.3": 4,
    "V2.4": 1, "V3.2": 2, "V3.3": 4, "V3.4": 6, "V3.5": 5, "V3.7": 2, "V4.1": 3, "V4.2": 1,
    "V4.3": 2, "V4.4": 4, "V5.1": 1, "V5.2": 3, "V5.3": 2, "V5.4": 3, "V6.1": 3, "V6.2": 12,
    "V6.3": 4, "V6.4": 4, "V6.5": 5, "V6.6": 3, "V6.8": 4, "V7.1": 3, "V7.2": 4, "V7.3": 2,
    "V7.4": 5, "V7.5": 2, "V7.6": 2, "V8.1": 2, "V8.2": 3, "V8.3": 1, "V8.4": 1, "V9.1": 3,
    "V9.2": 4, "V10.1": 2, "V10.2": 2, "V10.3": 4, "V10.4": 11, "V10.5": 5, "V10.6": 2,
    "V10.7": 3, "V11.1": 2, "V11.2": 3, "V11.3": 3, "V11.4": 4, "V11.5": 1, "V11.6": 1,
    "V12.1": 3, "V12.2": 2, "V12.3": 4, "V13.1": 1, "V13.2": 5, "V13.3": 2, "V13.4": 5,
    "V14.1": 2, "V14.2": 4, "V14.3": 3, "V15.1": 3, "V15.2": 3, "V15.3": 7, "V16.1": 1,
    "V16.2": 5, "V16.3": 4, "V16.4": 3, "V16.5": 3,
}  # fmt: skip


def rows() -> list[dict[str, str]]:
    lines = (CHECKOUT / "docs" / "reference" / "asvs.csv").read_text("utf-8").splitlines()
    return list(csv.DictReader(line for line in lines if not line.startswith("#")))


@cache
def names_in(path: Path) -> frozenset[str]:
    tree = ast.parse(path.read_text("utf-8"))
    return frozenset(each.name for each in ast.walk(tree) if isinstance(each, ast.FunctionDef))


@pytest.mark.parametrize("row", rows(), ids=lambda row: row["id"])
def test_what_shows_a_requirement_is_there(row) -> None:
    assert re.fullmatch(r"V\d+(\.\d+){0,2}", row["id"])
    assert row["level"] in {"1", "2"}
    assert row["standing"] in STANDINGS
    assert row["asks"] and row["how"]
    path, _, name = row["shown_by"].partition("::")
    if path:
        assert (CHECKOUT / path).is_file(), f"{path} is not there"
    if name:
        assert name in names_in(CHECKOUT / path), f"{path} has no {name}"


def test_every_requirement_of_the_two_levels_has_its_row_or_that_of_its_section() -> None:
    ids = [row["id"] for row in rows()]
    counted = {section: sum(id.startswith(f"{section}.") for id in ids) for section in SECTIONS}
    whole = {section for section in SECTIONS if section in ids}

    assert len(ids) == len(set(ids))
    assert {s: n for s, n in SECTIONS.items() if s not in whole and counted[s] != n} == {}
    assert {s for s in whole if counted[s]} == set()
    assert "V17" in ids


def test_only_what_is_not_of_this_program_stands_outside_and_what_is_partly_met_says_why() -> None:
    partly = [row for row in rows() if row["standing"] == "partly"]

    assert all(len(row["how"].split()) > 5 for row in partly)
    assert len(partly) < len(rows()) / 8
