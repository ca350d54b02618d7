"""The formulary's tables as they stand in the files: read once, checked, never changed.

Lines that begin with `#` are provenance.  A name is stored under its key, the words that
`_names.words_of` would make of it, so that the file may be written as people write.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from functools import cache
from pathlib import Path

_FOLDER = Path(__file__).with_name("data")


def _lines(file: str) -> Iterator[str]:
    with (_FOLDER / file).open(encoding="utf-8", newline="") as text:
        for line in text:
            if line.strip() and not line.startswith("#"):
                yield line


def rows(file: str) -> Iterator[dict[str, str]]:
    """The rows of one table by column name, provenance left out."""
    return csv.DictReader(_lines(file))


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
