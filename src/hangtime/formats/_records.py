"""The fields of one record: read each, and list what fails instead of stopping at it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, cast

from hangtime.formats._fields import BESIDE, TEXTS, Field, fields_of
from hangtime.formats._values import Unreadable

_IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,39}", re.ASCII)


class Repeated(dict[str, object]):
    """A JSON object in which a name stands twice: which one holds, nobody can say."""

    name: str = ""


class NotJson:
    """A cell of a table that should hold JSON and does not."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault of one field; a decisive one sets its record aside."""

    fault: str
    field: str
    is_decisive: bool


@dataclass(slots=True)
class Fields:
    """What could be read of a record, and what could not."""

    values: dict[str, Any] = field(default_factory=dict[str, Any])
    problems: list[Problem] = field(default_factory=list[Problem])

    @property
    def is_readable(self) -> bool:
        """Whether the record can be used without what failed."""
        return not any(each.is_decisive for each in self.problems)


def read_fields(record: type[Any], given: Mapping[str, object], at: str = "") -> Fields:
    """Read the fields of `record` from `given`; `at` is the path of the record in its file."""
    known = fields_of(record)
    found = Fields()
    found.problems += _shape_problems(given, known, at)
    for name, each in known.items():
        value = given.get(name)
        if value is not None or each.is_required:
            _read_one(each, value, at, found)
    return found


def say_the_same(record: type[Any], name: str, one: object, other: object) -> bool:
    """Whether two values of a field are one, maybe in two forms: a date, and the text of it."""
    if type(one) is type(other) and one == other:
        return True
    each = fields_of(record).get(name)
    if each is None:
        return False
    meant: list[Any] = []
    for value in (one, other):
        fields = Fields()
        _read_one(each, value, "", fields)
        if name not in fields.values or not fields.is_readable:
            return False
        meant.append(fields.values[name])
    first, second = meant
    if isinstance(first, datetime) and isinstance(second, datetime):
        return first == second and first.utcoffset() == second.utcoffset()  # which tells the day
    return first == second


def shown(name: str) -> str:
    """A field's name where it looks like one; a stray value that became a name is not repeated."""
    return name if _IDENTIFIER.fullmatch(name) else "a name that is no word"


def _read_one(each: Field, value: object, at: str, found: Fields) -> None:
    try:
        read = None if value is None else _read_value(each, value, at, found)
    except Unreadable as unreadable:
        is_decisive = each.name not in BESIDE
        found.problems.append(
            Problem(unreadable.fault, unreadable.field or at + each.name, is_decisive)
        )
        return
    if read is not None:
        found.values[each.name] = read
    elif each.is_required:
        found.problems.append(Problem(each.missing, at + each.name, is_decisive=True))


def _read_value(each: Field, value: object, at: str, found: Fields) -> object:
    if not each.is_list:
        return each.reader(value)
    if isinstance(value, NotJson):
        raise Unreadable("INPUT-BAD-NESTED-JSON", at + each.name)
    if not isinstance(value, list | tuple):
        raise Unreadable("INPUT-BAD-LIST", at + each.name)
    entries = cast("list[object] | tuple[object, ...]", value)
    if each.kind == TEXTS:
        return tuple(_texts(each, entries, at))
    return tuple(_entries(each, entries, at, found))


def _texts(each: Field, entries: list[object] | tuple[object, ...], at: str) -> Iterator[object]:
    for number, entry in enumerate(entries):
        path = f"{at}{each.name}[{number}]"
        try:
            text = each.reader(entry)
        except Unreadable as unreadable:
            raise Unreadable(unreadable.fault, path) from None
        if text is None:
            raise Unreadable("INPUT-MISSING-FIELD", path)
        yield text


def _entries(
    each: Field, entries: list[object] | tuple[object, ...], at: str, found: Fields
) -> Iterator[object]:
    assert each.record is not None
    for number, entry in enumerate(entries):
        path = f"{at}{each.name}[{number}]"
        if not isinstance(entry, Mapping):
            raise Unreadable("INPUT-NOT-OBJECT", path)
        inner = read_fields(each.record, cast("Mapping[str, object]", entry), f"{path}.")
        for problem in inner.problems:
            if problem.is_decisive:
                raise Unreadable(problem.fault, problem.field)
        found.problems += inner.problems
        yield each.record(**inner.values)


def _shape_problems(
    given: Mapping[str, object], known: Mapping[str, Field], at: str
) -> Iterator[Problem]:
    if isinstance(given, Repeated):
        yield Problem("INPUT-DUPLICATE-KEY", at + shown(given.name), is_decisive=True)
    for name in given:
        if name not in known:
            yield Problem("INPUT-UNKNOWN-FIELD", at + shown(name), is_decisive=False)
