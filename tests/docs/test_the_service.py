"""The page that takes the service statement by statement is complete, and its references are alive."""

from __future__ import annotations

import importlib
import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from hangtime.cli import hangtime

CHECKOUT = Path(__file__).resolve().parents[2]
PAGE = (CHECKOUT / "docs" / "explanation" / "the-service.md").read_text("utf-8")
STATEMENTS = [f"S{number}" for number in range(1, 18)]
RULE = re.compile(r"\[`([A-Z]+(?:-[A-Z]+)+)`\]\(\.\./reference/rules/(\S+?)\.md\)")
TEST = re.compile(r"`(tests/[^`\s]+\.py)::(\w+)`")
DRAWN = re.compile(r"`(tests/chart/spec/\w+\.md)`: (.+)")
COMMAND = re.compile(r"`hangtime ([a-z]+)")


def sections() -> dict[str, str]:
    _, *parts = re.split(r"^## (?=S\d+ ·)", PAGE, flags=re.MULTILINE)
    return {part.partition(" ·")[0]: part for part in parts}


def test_every_statement_stands_there_once_and_in_order() -> None:
    assert re.findall(r"^## (S\d+) ·", PAGE, flags=re.MULTILINE) == STATEMENTS


def test_the_statements_are_those_of_the_specification(shared: Path) -> None:
    text = (shared / "contract" / "SERVICE.md").read_text("utf-8")

    assert re.findall(r"^\| (S\d+) \|", text, flags=re.MULTILINE) == STATEMENTS


@pytest.mark.parametrize("statement", STATEMENTS)
def test_a_statement_names_rules_that_exist(statement: str) -> None:
    from hangtime.rules._card import CARDS

    importlib.import_module("hangtime.engine")  # registers every card
    named = RULE.findall(sections()[statement])

    assert named
    assert [pair for pair in named if pair[0] != pair[1]] == []
    assert {id for id, _ in named} - {card.id for card in CARDS} == set()


@pytest.mark.parametrize("statement", STATEMENTS)
def test_a_statement_names_tests_that_exist(statement: str) -> None:
    named = TEST.findall(sections()[statement])
    gone = [
        f"{path}::{name}"
        for path, name in named
        if not (CHECKOUT / path).is_file()
        or f"def {name}(" not in (CHECKOUT / path).read_text("utf-8")
    ]

    assert named
    assert gone == []


def test_commands_named_there_exist() -> None:
    for name in set(COMMAND.findall(PAGE)):
        assert CliRunner().invoke(hangtime, [name, "--help"]).exit_code == 0, name


def test_a_statement_names_drawn_visits_that_exist() -> None:
    drawn = DRAWN.findall(PAGE)
    gone = [
        f"{path}: {heading}"
        for path, heading in drawn
        if f"\n## {heading}\n" not in (CHECKOUT / path).read_text("utf-8")
    ]

    assert drawn
    assert gone == []


def test_entries_named_there_are_kinds_of_the_record() -> None:
    from hangtime.chart import BODIES

    kinds = {body.__struct_config__.tag for body in BODIES}
    steps = sections()["S16"].partition("!!! note")[0]

    assert set(re.findall(r"`([a-z_]+)`", steps)) - kinds == set()


def test_the_record_is_told_where_it_is_the_statement() -> None:
    """The statements that coding alone does not answer lead to a drawn visit."""
    silent = [s for s in ("S11", "S13", "S14", "S15", "S16") if not DRAWN.search(sections()[s])]

    assert silent == []
