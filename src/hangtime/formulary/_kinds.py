"""By what kind of name a charted drug was known: for the reason that is given, not for a decision."""

from __future__ import annotations

from functools import cache, lru_cache

from hangtime.formulary import _names, _tables

PARTS = "parts"  # several names together say it
_LONGEST = 8  # words in the longest stored name


@lru_cache(maxsize=16_384)
def kind_of_name(charted: str, ingredient: str) -> str:
    """`exact`, `salt`, `synonym`, `brand`, `abbreviation`, or `parts` of several names together.

    >>> kind_of_name("Rocephin 1 g IVPB", "ceftriaxone")
    'brand'
    >>> kind_of_name("ceftriaxone sodium", "ceftriaxone")
    'salt'
    """
    words = _names.words_of(charted)
    own = _names.without(_names.words_of(ingredient), "forms")
    if set(own) <= set(words):
        beside = [word for word in words if word not in own]
        is_salt = any(word in _tables.word_lists()["salts"] for word in beside)
        return "salt" if is_salt else "exact"
    kind = _kind_of_longest(words, ingredient)
    return "synonym" if kind == "name" else kind


def _kind_of_longest(words: list[str], ingredient: str) -> str:
    """The kind of the longest run of words that is a stored name of this ingredient."""
    kinds = _kinds().get(ingredient, {})
    for length in range(min(_LONGEST, len(words)), 0, -1):
        for at in range(len(words) - length + 1):
            key = " ".join(words[at : at + length])
            if key in kinds:
                return kinds[key]
    return PARTS


@cache
def _kinds() -> dict[str, dict[str, str]]:
    """The stored names of each ingredient and their kinds."""
    found: dict[str, dict[str, str]] = {}
    for key, ingredient, kind in _tables.names():
        found.setdefault(ingredient, {})[key] = kind
    return found
