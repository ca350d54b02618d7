"""Names of accounts: one spelling for one name, whatever the keyboard made of it."""

from __future__ import annotations

import unicodedata

LONGEST = 254


def normalised(sign_in_name: str) -> str:
    """The name as it is looked up: compatible characters made one, case and outer space dropped.

    >>> normalised(" R.Ortíz@Example.ORG ")
    'r.ortíz@example.org'
    """
    return printable(unicodedata.normalize("NFKC", sign_in_name.strip()).casefold())[:LONGEST]


def printable(text: str) -> str:
    """The text without what no eye can see, which some databases refuse."""
    return "".join(each for each in text if each.isprintable())


def is_usable(name: str, longest: int = LONGEST) -> bool:
    """Printable, not empty and not too long."""
    return bool(name.strip()) and len(name) <= longest and name.isprintable()
