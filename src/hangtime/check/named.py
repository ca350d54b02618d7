"""Whether the rules a line names are those that say what it is."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from functools import cache
from pathlib import Path

Fact = tuple[str, str]


def unnamed(facts: Iterable[Fact], rules: Iterable[str]) -> list[str]:
    """What a line's rules do not say of it: words of the table, such as "role initial"."""
    named = set(rules)
    missing = (fact for fact in facts if fact in _rules() and named.isdisjoint(_rules()[fact]))
    return list(dict.fromkeys(" ".join(fact) for fact in missing))


@cache
def _rules() -> dict[Fact, frozenset[str]]:
    text = Path(__file__).with_name("data") / "named_rules.csv"
    with text.open(encoding="utf-8", newline="") as file:
        rows = csv.reader(line for line in file if not line.startswith("#"))
        next(rows)
        return {(fact, value): frozenset(rules.split()) for fact, value, rules in rows}
