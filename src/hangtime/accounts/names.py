"""Names of accounts: one spelling for one name, whatever the keyboard made of it."""

from __future__ import annotations

import unicodedata

LONGEST = 254


def normalised(sign_in_name: str) -> str:
    """The name as it is looked up: compatible characters made one, case and outer space dropped.

    >>> normalised(" R.Ortíz@Example.ORG ")
    'r.ortíz@example.org'
    """
    return unicodedata.normalize("NFKC", sign_in_name.strip()).casefold()[:LONGEST]


def is_usable(name: str, longest: int = LONGEST) -> bool:
    """Printable, not empty and not too long."""
    return bool(name.strip()) and len(name) <= longest and name.isprintable()
