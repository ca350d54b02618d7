"""The formulary's tables as they stand in the files: read once, checked, never changed.

Lines that begin with `#` are provenance.  A name is stored under its key, the words that
`_names.words_of` would make of it, so that the file may be written as people write.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

_FOLDER = Path(__file__).with_name("data")


class Name(NamedTuple):
    """One stored name: its key, whose it is, and whether it is a `name`, `brand`, `abbreviation`."""

    key: str
    ingredient: str
    kind: str


def _lines(file: str) -> Iterator[str]:
    with (_FOLDER / file).open(encoding="utf-8", newline="") as text:
        for line in text:
            if line.strip() and not line.startswith("#"):
                yield line


def rows(file: str) -> Iterator[dict[str, str]]:
    """The rows of one table by column name, provenance left out."""
    return csv.DictReader(_lines(file))


@cache
def names() -> tuple[Name, ...]:
    """Every stored name, in the order of the file."""
    return tuple(Name(**row) for row in rows("names.csv"))


@cache
def word_lists() -> dict[str, frozenset[str]]:
    """Words that say how a drug was made up and not which drug it is, by section of the file."""
    sections: dict[str, set[str]] = {}
    current: set[str] = set()
    for line in _lines("words.txt"):
        if line.startswith("["):
            current = sections.setdefault(line.strip().strip("[]"), set())
        else:
            current.update(line.split())
    return {section: frozenset(found) for section, found in sections.items()}
