"""What a misspelled drug name was meant to be, and when that may be taken as said.

One letter wrong is read as the drug it is one edit from.  Two names that are easily taken for each
other are never told apart by spelling: there the candidates are named and a person decides.
"""

from __future__ import annotations

from collections import defaultdict
from functools import cache, lru_cache
from itertools import chain
from typing import NamedTuple

from hangtime.formulary import _names, _tables

MOST_CANDIDATES = 5
_SHORTEST_SURE = 8  # letters of a word whose correction is taken as said
_NAMED_WITHIN = ((9, 3), (6, 2), (5, 1))  # letters of a word, edits within which it is a candidate
_CLEAR = 3  # edits to the nearest word of another drug, from which on a correction is sure


class Corrected(NamedTuple):
    """A charted name with one word mended, and the ingredients it could have been, nearest first."""

    name: str  # "" where no correction is sure
    candidates: tuple[str, ...]


class _Near(NamedTuple):
    edits: int
    word: str
    drugs: frozenset[str]  # ingredients in whose names it stands; none for a salt or a form


def corrected(charted: str) -> Corrected:
    """The name with its one unknown word mended.

    The mending is sure only if all of this holds:

    - every other word is known, so that nothing else in the name is left unread;
    - the word has eight letters or more, and no digit: of a short one, a letter is too much;
    - it is one edit (a letter left out, put in, changed, or two swapped) from a known word, and
      begins with the same letter;
    - every word of every other drug is three edits away or more: whoever meant another known drug
      would have had to make three mistakes to write this;
    - the known word is of no look-alike pair (`lookalikes.csv`).

    >>> corrected("vancomycn 1 g").name
    'vancomycin 1 g'
    >>> corrected("dopmine")
    Corrected(name='', candidates=('dopamine', 'dobutamine'))
    """
    words = _names.words_of(charted)
    unknown = [word for word in _names.without_makers(words) if not _is_read(word)]
    near = {word: _near(word) for word in unknown}
    candidates = _candidates(words, near)
    meant = _meant(unknown[0], near[unknown[0]]) if len(unknown) == 1 else ""
    name = " ".join(meant if word in unknown else word for word in words) if meant else ""
    return Corrected(name, candidates)


def _is_read(word: str) -> bool:
    return word in _vocabulary() or _names.is_amount(word) or _names.is_percentage(word)


def _meant(word: str, near: tuple[_Near, ...]) -> str:
    """The word that was surely meant, or ""."""
    if len(word) < _SHORTEST_SURE or not word.isalpha() or not near:
        return ""
    closest = near[0]
    is_clear = all(each.drugs == closest.drugs for each in near if each.edits < _CLEAR)
    is_alike = any(name in _lookalikes() for name in (closest.word, *closest.drugs))
    if closest.edits > 1 or closest.word[0] != word[0] or not is_clear or is_alike:
        return ""
    return closest.word


def _candidates(words: list[str], near: dict[str, tuple[_Near, ...]]) -> tuple[str, ...]:
    """At most five ingredients: those the name says, then the nearest and their look-alikes."""
    said = [_vocabulary().get(word, frozenset[str]()) for word in words]
    ranked = [drug for drugs in said if len(drugs) == 1 for drug in drugs]
    close = [each for word, found in near.items() for each in found if _is_close(word, each)]
    for each in sorted(close, key=lambda each: (each.edits, each.word)):
        alike = [_vocabulary().get(name, ()) for name in sorted(_lookalikes().get(each.word, ()))]
        ranked += [*sorted(each.drugs), *chain.from_iterable(alike)]
    return tuple(dict.fromkeys(ranked))[:MOST_CANDIDATES]


def _is_close(word: str, near: _Near) -> bool:
    within = (edits for letters, edits in _NAMED_WITHIN if len(word) >= letters)
    return near.edits <= next(within, 0)


@lru_cache(maxsize=16_384)
def _near(word: str) -> tuple[_Near, ...]:
    """Known words at most three edits away, nearest first."""
    from rapidfuzz import process
    from rapidfuzz.distance import OSA

    vocabulary = _vocabulary()
    found = process.extract(
        word, list(vocabulary), scorer=OSA.distance, score_cutoff=_CLEAR, limit=None
    )
    near = (_Near(int(edits), known, vocabulary[known]) for known, edits, _ in found)
    return tuple(sorted(near, key=lambda each: (each.edits, each.word)))


@cache
def _vocabulary() -> dict[str, frozenset[str]]:
    """Every word that may stand in a name, and the ingredients it names; none for salts and forms.

    A word that is a name by itself names that ingredient and not those it is a part of.
    """
    alone: dict[str, set[str]] = {}
    parts: defaultdict[str, set[str]] = defaultdict(set)
    for name in _tables.names():
        words = name.key.split()
        if len(words) == 1:
            alone[words[0]] = {name.ingredient}
        for word in words:
            parts[word].add(name.ingredient)
    lists = (each for name, each in _tables.word_lists().items() if name != _names.MAKERS)
    made_up = {word: set[str]() for listed in lists for word in listed}
    return {word: frozenset(drugs) for word, drugs in {**parts, **alone, **made_up}.items()}


@cache
def _lookalikes() -> dict[str, set[str]]:
    """The names each name is taken for."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for pair in _tables.rows("lookalikes.csv"):
        found[pair["name"]].add(pair["other"])
        found[pair["other"]].add(pair["name"])
    return dict(found)
