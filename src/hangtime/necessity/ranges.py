"""Ranges of ICD-10-CM codes: a category or a code stands for everything beneath it."""

from __future__ import annotations

import re
from typing import NamedTuple

_CODE = re.compile(r"[A-Z][0-9][0-9A-Z](?:\.?[0-9A-Z]{1,4})?", re.ASCII)


class Range(NamedTuple):
    """From one category or code to another, both within, without dots."""

    first: str
    last: str

    def has(self, code: str) -> bool:
        """Whether a code without its dot lies within.

        >>> Range("J13", "J18").has("J189"), Range("N183", "N186").has("N187")
        (True, False)
        """
        return code[: len(self.first)] >= self.first and code[: len(self.last)] <= self.last


def plain(code: str) -> str:
    """A code as tables keep it: capital letters, no dot; "" for what is no such code.

    >>> plain("m05.79"), plain("J1745"), plain("cellulitis")
    ('M0579', 'J1745', '')
    """
    found = code.strip().upper()
    return found.replace(".", "") if _CODE.fullmatch(found) else ""


def dotted(code: str) -> str:
    """A code as people write it.

    >>> dotted("M0579")
    'M05.79'
    """
    return f"{code[:3]}.{code[3:]}" if code[3:] else code


def read_range(first: str, last: str = "") -> Range | None:
    """The range between two codes, or beneath one; None where they are no codes, or not in order."""
    found = Range(plain(first), plain(last or first))
    return found if all(found) and found.first <= found.last else None


def read_ranges(text: str) -> tuple[Range, ...] | None:
    """Ranges separated by spaces: `N18.3-N18.6 D50`; None where one of them is none."""
    found = [read_range(*each.split("-", maxsplit=1)) for each in text.split()]
    ranges = tuple(each for each in found if each is not None)
    return ranges if len(ranges) == len(found) else None
