"""How a charted name is read: as words, and the words as known names and what surrounds them.

"CefTRIAXone 1 g in D5W 50 mL" is two known names (a drug and a fluid) and a strength.  Every word
must be accounted for: as part of a known name, as a salt, a form, a maker, a unit or a number.  One
word that is none of these makes the whole name unknown, because it may be the word that matters.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from functools import cache

from hangtime.formulary import _tables

MAKERS = "makers"  # the section of the word lists whose entries may be several words
_LONGEST = 8  # words in the longest stored name
_LENGTHS = (3, 2, 1)  # words of a maker, the longest first
_SUFFIX = re.compile(
    r"\b(\w*(?:mab|cept|stim|alfa|ase|pegol|vedotin|deruxtecan|govitecan|tansine|mafodotin|"
    r"tesirine|ozogamicin|pasudotox|diftitox|fusp|toxina?|glargine|aspart|lispro|poetin))"
    r"-[a-z]{4}\b"
)
_PER_ML = re.compile(r"\b(sodium chloride|nacl|dextrose|glucose)\s+(\d+(?:\.\d+)?)\s*mg\s*/\s*ml\b")
_HALF = re.compile(r"(?<![\d.])1/([24])(?![\d.])")
_GLUED = re.compile(r"\b(d(?:2\.5|5|10))[ \-]*(?:and +)?((?:0?\.\d+|1/[24])%?)[ \-]*(ns|nacl)?\b")
_STRENGTH_NS = re.compile(r"(?<![\w.])(0?\.\d+%?)(ns|nacl)\b")
_SPLIT = re.compile(r"[\s,;:()\[\]{}|+&\"*_=/@#\u2013\u2014-]+")
_NUMBER = re.compile(r"[<>~]?\d[\d.]*x?")
_AMOUNT = re.compile(r"\d[\d.]*([a-z][a-z\d]*)")


def words_of(name: str) -> list[str]:
    """The words of a name, in lower case, marks and joining characters gone, `%` kept."""
    text = unicodedata.normalize("NFKC", name.replace("½", " 1/2").replace("¼", " 1/4")).lower()
    text = re.sub(r"['\u2019\u00ae\u2122]", "", text)
    text = re.sub(r"(\d),(\d{3})\b", r"\1\2", text)
    text = re.sub(r"(\d)\s+%", r"\1%", text)
    text = _PER_ML.sub(lambda found: f"{found[1]} {float(found[2]) / 10:g}%", text)
    text = _SUFFIX.sub(r"\1", text)
    text = _GLUED.sub(r"\1 \2 \3", text)
    text = _STRENGTH_NS.sub(r"\1 \2", text)
    text = _HALF.sub(lambda found: " ½ " if found[1] == "2" else " ¼ ", text)
    return [_number(word) for word in _SPLIT.split(text) if word.strip(".")]


def _number(word: str) -> str:
    """One spelling for one number: `.9%` and `0.90%` are `0.9%`."""
    word = word.rstrip(".")
    if word.startswith(".") and word[1:2].isdigit():
        word = "0" + word
    if "." in word and word.rstrip("%").replace(".", "").isdigit():
        sign = "%" if word.endswith("%") else ""
        word = word.rstrip("%").rstrip("0").rstrip(".") + sign
    return word


def key_of(name: str) -> str:
    """The form under which a name is stored and looked up."""
    return " ".join(words_of(name))


def is_amount(word: str) -> bool:
    """A number, a number with its unit, or a unit; a percentage is not, for it may name a fluid."""
    units = _tables.word_lists()["units"]
    if word in units or _NUMBER.fullmatch(word):
        return True
    glued = _AMOUNT.fullmatch(word)
    return glued is not None and glued[1] in units


def is_percentage(word: str) -> bool:
    """A strength in per cent."""
    return word.endswith("%") and word[:-1].replace(".", "").isdigit()


def known_names(words: list[str], names: Mapping[str, str]) -> tuple[list[str], bool] | None:
    """The ingredients named in these words, in order, and whether a strength or salt was left.

    None if a word is neither part of a known name nor a salt, a form, a unit or a number.
    """
    lists = _tables.word_lists()
    found: list[str] = []
    has_loose = False
    at = 0
    while at < len(words):
        length, ingredient = _longest(words, at, names)
        if ingredient:
            found.append(ingredient)
            at += length
            continue
        word = words[at]
        if is_percentage(word) or word in lists["salts"]:
            has_loose = True
        elif not (word in lists["forms"] or is_amount(word)):
            return None
        at += 1
    return found, has_loose


def _longest(words: list[str], at: int, names: Mapping[str, str]) -> tuple[int, str]:
    for length in range(min(_LONGEST, len(words) - at), 1, -1):
        ingredient = names.get(" ".join(words[at : at + length]))
        if ingredient:
            return length, ingredient
    word, lists = words[at], _tables.word_lists()
    if word in lists["salts"] or word in lists["forms"]:
        return 0, ""  # "citrate" alone is a name; beside a drug it is its salt
    return 1, names.get(word, "")


def without(words: Iterable[str], *sections: str) -> list[str]:
    """The words that stand in none of these word lists."""
    dropped = frozenset[str]().union(*(_tables.word_lists()[section] for section in sections))
    return [word for word in words if word not in dropped]


def without_makers(words: list[str]) -> list[str]:
    """The words without those that say whose product it is: "bortezomib (Dr. Reddy's)"."""
    kept: list[str] = []
    at = 0
    while at < len(words):
        length = next((each for each in _LENGTHS if tuple(words[at : at + each]) in _makers()), 0)
        kept += words[at : at + 1] if not length else []
        at += length or 1
    return kept


@cache
def _makers() -> frozenset[tuple[str, ...]]:
    return frozenset(tuple(each.split("_")) for each in _tables.word_lists()[MAKERS])
