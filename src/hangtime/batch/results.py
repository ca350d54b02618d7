"""The tables that come out of the compiled loop, and the room for them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from hangtime.batch.arrays import Array
from hangtime.batch.columns import (
    BYTES_OF_A_NOTE,
    BYTES_OF_A_REASON,
    MODS_OF_A_LINE,
    REASONS_OF_A_CHARGE,
)


class Results(NamedTuple):
    """What was made of a chunk, filled up to `used`; `*_to` are ends in the flat lists."""

    lines: Array
    line_mods: Array
    line_given: Array
    line_rules: Array
    line_facts: Array  # i8, words that overlap: see `overlapping`
    left: Array
    left_given: Array
    left_facts: Array
    found: Array
    found_given: Array
    found_facts: Array
    possible: Array
    used: Array
    fates: Array  # u1, E long: coded, or why it is left to be interpreted; see `left`
    days: Array  # i4, E long: the first charted day, by which editions and tables are chosen
    editions: Array  # i4, E long


LINES = np.dtype(
    [("quantity", "i8"), ("wasted", "i8"), ("of", "i8"), ("units", "i8")]
    + [(n, "i4") for n in ("encounter", "number", "code", "day", "ndc", "unlisted")]
    + [(n, "i4") for n in ("ndc_unit", "ndc_part")]
    + [(n, "i4") for n in ("mods_to", "given_to", "rules_to", "facts_to")]
)
LEFT = np.dtype(
    [("what", "i8"), ("encounter", "i4"), ("rule", "i4"), ("given_to", "i4"), ("facts_to", "i4")]
)
FOUND = np.dtype(
    [("dose", "i8")]
    + [(n, "i4") for n in ("encounter", "severity", "rule", "given_to", "facts_to")]
    + [(n, "i4") for n in ("row", "value", "product")]
)
POSSIBLE = np.dtype(
    [("at", "i8"), ("beside", "i8")]
    + [(n, "i4") for n in ("encounter", "code", "units", "modifier", "fact", "row", "entry_row")],
    align=True,
)
USED = np.dtype(
    [
        (n, "i8")
        for n in (
            "lines", "line_mods", "line_given", "line_rules", "line_facts",
            "left", "left_given", "left_facts", "found", "found_given", "found_facts",
            "possible",
            "merged", "coded",
        )
    ]
)  # fmt: skip


def room_for(rows: int, widest: int, others: int) -> dict[str, int]:
    """How long tables are for what so many rows usually give and at least for the widest encounter."""
    charges, notes = 6 * widest + others + 14, 8 * widest + 2 * others + 22
    wide = (charges + notes) * (widest + 1)
    reasons = REASONS_OF_A_CHARGE * charges
    return {
        "lines": 2 * rows + charges,
        "line_mods": 2 * rows + MODS_OF_A_LINE * charges,
        "line_given": 4 * rows + wide,
        "line_rules": 12 * rows + reasons,
        "line_facts": 200 * rows + reasons * BYTES_OF_A_REASON,
        "left": 2 * rows + notes,
        "left_given": 3 * rows + wide,
        "left_facts": 40 * rows + notes * BYTES_OF_A_NOTE,
        "found": 2 * rows + notes,
        "found_given": 3 * rows + wide,
        "found_facts": 40 * rows + notes * BYTES_OF_A_NOTE,
        "possible": rows + 18 * (widest + 1) + 2 * (widest + others + 1),
    }


_OF_ENCOUNTERS = ("used", "fates", "days", "editions")
_KINDS = {"lines": LINES, "left": LEFT, "found": FOUND, "possible": POSSIBLE}


def results(lengths: Mapping[str, int]) -> Results:
    """Tables of these lengths for no encounter.

    What is not `used` may hold anything: the loop sets every field of what it adds.
    """
    flat = {
        name: overlapping(length) if name.endswith("_facts") else np.zeros(length, _KINDS.get(name, "i4"))
        for name, length in lengths.items()
    }  # fmt: skip
    return for_encounters(Results(**flat, **dict.fromkeys(_OF_ENCOUNTERS, np.zeros(0))), 0)


def overlapping(size: int) -> Array:
    """Room for a text of so many bytes, as words of which each begins a byte behind the one before.

    So the loop writes eight bytes at once wherever it stands; `in_bytes` is the text.
    """
    return np.ndarray(size, "<i8", np.zeros(size + 7, "u1"), strides=(1,))


def in_bytes(words: Array, size: int) -> Array:
    """The first bytes of a text of words that overlap; a view."""
    assert words.base is not None
    return words.base[:size]


def for_encounters(tables: Results, encounters: int) -> Results:
    """The same tables, empty, for so many encounters."""
    return tables._replace(
        used=np.zeros(1, USED),
        fates=np.zeros(encounters, "u1"),
        days=np.zeros(encounters, "i4"),
        editions=np.zeros(encounters, "i4"),
    )
