"""Phrases in free text as charted.

Spelling, case and punctuation differ from nurse to nurse, so text is compared word by word, in
small letters.  A phrase that the text denies ("no dehydration", "history of stroke") is not there.
"""

import re
from functools import cache

DENIALS = frozenset(
    {"no", "not", "without", "denies", "denied", "resolved", "history", "hx", "heat"}
)
FILLERS = frozenset({"of", "sign", "signs", "any", "evidence"})
WORD_OR_BREAK = re.compile(r"[a-z0-9]+|[,;]")


def words_of(text: str) -> str:
    """The text's words in small letters, and its commas, one space between them."""
    return " ".join(WORD_OR_BREAK.findall(text.lower()))


def holds(words: str, phrase: str, reach: int = 2) -> bool:
    """Whether text, as `words_of` gives it, says the phrase; a star ends a beginning of a word.

    A denial belongs to the phrase from up to `reach` words before it.

    >>> holds(words_of("Hypokalaemia, severe"), "hypokal*")
    True
    >>> holds(words_of("no signs of dehydration"), "dehydrat*")
    False
    """
    starts = [found.start() for found in _pattern(phrase).finditer(words)]
    return any(not _is_denied(words[:start], reach) for start in starts)


def said(words: str, phrases: tuple[str, ...], reach: int = 2) -> list[str]:
    """Those of the phrases that the text says, as `holds` has it; most texts say none of them."""
    if not _any(phrases).search(words):
        return []
    return [each for each in phrases if holds(words, each, reach)]


def _is_denied(before: str, reach: int) -> bool:
    clause = re.split("[,;]", before)[-1].split()
    nearest = [word for word in clause if word not in FILLERS]
    return any(word in DENIALS for word in nearest[-reach:])


@cache
def _pattern(phrase: str) -> re.Pattern[str]:
    return re.compile(rf"\b{_written(phrase)}\b")


@cache
def _any(phrases: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(map(_written, phrases))})\b")


def _written(phrase: str) -> str:
    return "[a-z]*".join(re.escape(part) for part in phrase.split("*"))
