"""Coded lines spoilt by the table in mutations.csv."""

from __future__ import annotations

import csv
from copy import deepcopy
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

from hangtime.check.case import numbers

Plain = dict[str, Any]


class Mutation(NamedTuple):
    """One row of the table."""

    what: str
    where: str
    how: str
    by: str


def mutations() -> list[Mutation]:
    text = Path(__file__).with_name("mutations.csv").read_text("utf-8").splitlines()
    rows = csv.reader(line for line in text if not line.startswith("#"))
    next(rows)
    return [Mutation(*row) for row in rows]


def mutated(outcome: Plain, n: int, mutation: Mutation) -> Plain | None:
    """The outcome with its n-th line spoilt; None where the mutation changes nothing of it.

    `where` may name several paths with ` & ` between: all that are there change together.
    """
    lines = outcome["lines"]
    changes: list[tuple[list[Any], Any]] = []
    for where in mutation.where.split(" & "):
        path = [int(name) if name.isdigit() else name for name in where.split(".")]
        try:
            before = at(lines[n], path)
            after = changed(before, mutation, lines, n)
        except (KeyError, IndexError, TypeError):
            return None
        if after == before:
            return None
        changes.append((path, after))
    spoilt = deepcopy(lines[n])
    for path, after in changes:
        at(spoilt, path[:-1])[path[-1]] = after
    return {**outcome, "lines": [*lines[:n], spoilt, *lines[n + 1 :]]}


def at(holder: Any, path: list[Any]) -> Any:
    """What stands at a path."""
    for name in path:
        holder = holder[name]
    return holder


def changed(value: Any, mutation: Mutation, lines: list[Plain], n: int) -> Any:
    """The value after the change; itself where the change does not fit it."""
    how, by = mutation.how, mutation.by
    if how == "null":
        return None
    if how == "borrow":
        others = (line.get(mutation.where) for line in lines[n + 1 :] + lines[:n])
        return next((each for each in others if each not in (None, value)), value)
    if value is None:
        return None
    if how == "add":
        return str(Decimal(value) + int(by)) if isinstance(value, str) else value + int(by)
    if how == "set":
        return type(value)(by)
    if how == "day":
        return (date.fromisoformat(value) + timedelta(days=int(by))).isoformat()
    if how == "minute":
        return (datetime.fromisoformat(value) + timedelta(minutes=int(by))).isoformat()
    if how == "code":
        old, new = (numbers()[word] for word in by.split(">"))
        return new if value == old else value
    if isinstance(value, str):
        return value + by
    return changed_list(value, how, by)


def changed_list(value: list[Any], how: str, by: str) -> list[Any]:
    if how == "append":
        return value if by in value else [*value, by]
    if how == "drop":
        return [each for each in value if each != by]
    if how == "pop":
        return value[1:]
    if how == "double":
        return [*value, *value[-1:]]
    return value[::-1]
