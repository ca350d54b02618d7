"""Codes and thresholds stand in the tables and nowhere else.

A code or a limit written into a rule would hold for every date of service and every payer, and
nobody could find it.  Rules name them instead: `limits.infusion_from`, `Code.PUSH_NEW_DRUG`.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

import pytest
from source_text import Module, modules

WITHOUT_NUMBERS = [
    each for each in modules() if not each.name.startswith(("codesets/", "policies/", "formulary/"))
]
CODE = re.compile(r"(?<![\w.])(?:[0-9]{5}|[A-Z][0-9]{4})(?![\w])")
THRESHOLDS = frozenset({15, 16, 30, 31, 46, 90, 91, 120, 121, 240, 480, 481, 960, 1_440})
# Where a number like a threshold is something else.
ALLOWED = {
    ("batch/catalogue.py", 31): "bits of a number",
    ("batch/columns.py", 16): "spare places in a table",
    ("batch/compiled.py", 16): "characters of a digest",
    ("batch/moments.py", 30): "days ahead in which a change of clocks is looked for",
    ("batch/packing.py", 31): "bits of a number",
    ("batch/reading.py", 15): "digits of a number",
    ("batch/scans.py", 16): "characters of a date with a time",
    ("batch/scans.py", 30): "days of a month",
    ("batch/scans.py", 31): "days of a month",
    ("batch/source.py", 16): "bits of a number",
    ("clock.py", 30): "days ahead in which a change of clocks is looked for",
    ("scratch.py", 16): "spare places in a table",
    ("formats/mapping/guess.py", 16): "characters of a date with a time",
    ("formats/mapping/load.py", 15): "names that a message lists at most",
    ("rules/records.py", 15): "default of a record's field; the table fills it in",
    ("rules/records.py", 16): "default of a record's field; the table fills it in",
    ("rules/records.py", 31): "default of a record's field; the table fills it in",
    ("rules/records.py", 120): "default of a record's field; the table fills it in",
}
TITLES_NAME_CODES = "rules/sources.py"  # a document's own title or address
DRAWN_IN_PIXELS = "pictures/"  # widths and ticks, no limits of a guideline


def numbers(module: Module) -> Iterator[tuple[int, int]]:
    """Line and value of each whole number that could be a code or a threshold."""
    limits = frozenset[int]() if module.name.startswith(DRAWN_IN_PIXELS) else THRESHOLDS
    names = {id(each) for each in members_of_enumerations(module)}
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Constant) and type(node.value) is int and id(node) not in names:
            if node.value in limits or 90_000 <= node.value <= 99_999:
                yield node.lineno, node.value


def members_of_enumerations(module: Module) -> Iterator[ast.expr]:
    """Values of enumeration members count things; they measure nothing."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.ClassDef) and any(
            "Enum" in ast.unparse(base) for base in node.bases
        ):
            for statement in node.body:
                if isinstance(statement, ast.Assign):
                    yield statement.value


def codes_in_text(module: Module) -> Iterator[tuple[int, str]]:
    if module.name == TITLES_NAME_CODES:
        return
    docstrings = module.docstrings()
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            if id(node) not in docstrings and (found := CODE.search(node.value)):
                yield node.lineno, found.group()


@pytest.mark.parametrize("module", WITHOUT_NUMBERS, ids=lambda module: module.name)
def test_no_code_and_no_threshold_is_written_outside_the_tables(module: Module) -> None:
    found = [
        f"{module.name}:{line} writes {value}; name it in codesets or policies"
        for line, value in [*numbers(module), *codes_in_text(module)]
        if (module.name, value) not in ALLOWED
    ]

    assert found == []


def test_every_exception_is_still_needed() -> None:
    used = {(module.name, value) for module in WITHOUT_NUMBERS for _, value in numbers(module)}

    assert set(ALLOWED) <= used
