"""The sheets one charts on: which fields, with which words, for which kind of entry.

A sheet is drawn from its rows of `data/fields.csv`, and what was typed on it becomes one entry for
each kind it holds.  The values a field can have are those of the entry's own type.
"""

from __future__ import annotations

import csv
import types
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.resources import files
from typing import Any, Literal, NamedTuple, get_args, get_origin, get_type_hints

import msgspec

from hangtime.chart import BODIES, STEPS
from hangtime.chart.bodies import kind_of as _kind_of
from hangtime.chart.tables import reaction_kinds, signs

__all__ = ["Field", "Sheet", "body_type", "fields_of", "sheet_of_kind", "sheets", "value_words"]

How = Literal[
    "text", "area", "number", "count", "date", "tick", "yes_no", "choice", "select", "many",
    "words", "hidden", "barcode",
]  # fmt: skip


class Field(NamedTuple):
    """One thing that is asked.

    `path` leads into the entry's body; a number in it counts in a list.  `need`: "yes" where nothing
    can be charted without it, "more" where it stands folded away.  `options`: values and words.
    """

    sheet: str
    kind: str
    path: str
    label: str
    how: How
    unit: str
    need: str
    hint: str
    options: tuple[tuple[str, str], ...]

    @property
    def name(self) -> str:
        """Its name in a form."""
        return f"{self.kind}.{self.path}"

    @property
    def group(self) -> str:
        """The part of the body that it is in: "sites.0", or "" for the body itself."""
        return self.path.rpartition(".")[0]


class Sheet(NamedTuple):
    """A title, what its button says, and its fields in the order they are asked."""

    sheet: str
    title: str
    send: str
    tone: str
    fields: tuple[Field, ...]

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of entry it makes, the first always."""
        return tuple(dict.fromkeys(each.kind for each in self.fields)) or (ALONE[self.sheet],)


# Sheets that ask nothing: the entry is the whole of what is said.
ALONE = {"inpatient": "inpatient_ordered"}


@cache
def sheets() -> dict[str, Sheet]:
    """Every sheet by its name."""
    fields = [_field(row) for row in _rows("fields.csv")]
    return {
        row["sheet"]: Sheet(
            **row, fields=tuple(each for each in fields if each.sheet == row["sheet"])
        )
        for row in _rows("sheets.csv")
    }


@cache
def sheet_of_kind(kind: str) -> Sheet:
    """The sheet on which an entry of a kind is charted, cut to that kind; KeyError if none."""
    found = next((each for each in sheets().values() if kind in each.kinds), None)
    if found is None:
        raise KeyError(kind)
    own = tuple(each for each in found.fields if each.kind == kind)
    return found._replace(fields=own)


def fields_of(kind: str) -> tuple[Field, ...]:
    """What is asked for an entry of a kind."""
    return sheet_of_kind(kind).fields


@cache
def body_type(kind: str) -> type[msgspec.Struct]:
    """The record of a kind of entry; KeyError where there is none."""
    return {each.__struct_config__.tag: each for each in BODIES}[kind]  # pyright: ignore[reportReturnType]


def value_words(value: str) -> str:
    """A value of a vocabulary in words."""
    return _words().get(value) or value.replace("_", " ")


def kind_of(body: Any) -> str:
    """The kind of a body."""
    return _kind_of(body)


def _field(row: dict[str, str]) -> Field:
    how: Any = row["how"]
    options = _options(row["kind"], row["field"]) if how in {"choice", "select", "many"} else ()
    return Field(
        sheet=row["sheet"],
        kind=row["kind"],
        path=row["field"],
        label=row["label"],
        how=how,
        unit=row["unit"],
        need=row["need"],
        hint=row["hint"],
        options=options,
    )


def _options(kind: str, path: str) -> tuple[tuple[str, str], ...]:
    if path == "grade":
        return tuple((str(grade), str(grade)) for grade in range(1, 6))
    values = STEPS if path == "step" else tuple(_values(_type_at(body_type(kind), path)))
    return tuple((each, value_words(each)) for each in values)


def _type_at(body: Any, path: str) -> Any:
    """The type of the field at a path, through lists and what may be missing."""
    found = body
    for part in path.split("."):
        if part.isdecimal():
            found = get_args(found)[0]
        else:
            found = get_type_hints(_struct(found))[part]
    return found


def _struct(hint: Any) -> Any:
    """The record among what a field may hold."""
    if get_origin(hint) in {types.UnionType, tuple} or hasattr(hint, "__args__"):
        return next(_struct(each) for each in get_args(hint) if each is not type(None))
    return hint


def _values(hint: Any) -> Iterator[str]:
    """The words of a vocabulary, however deep in a type."""
    if get_origin(hint) is Literal:
        yield from get_args(hint)
    else:
        for each in get_args(hint):
            yield from _values(each)


@cache
def _words() -> dict[str, str]:
    own = {row["value"]: row["words"] for row in _rows("words.csv")}
    return {
        **{name: each.words for name, each in signs().items()},
        **{name: each.words for name, each in reaction_kinds().items()},
        **own,
    }


def _rows(name: str) -> Iterable[dict[str, str]]:
    text = files("hangtime.web.chairside").joinpath("data", name).read_text("utf-8")
    return csv.DictReader(line for line in text.splitlines() if not line.startswith("#"))
