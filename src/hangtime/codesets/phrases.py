"""Phrases in free text as charted.

Spelling, case and punctuation differ from nurse to nurse, so text is compared word by word, in
small letters.  A phrase that the text denies ("no dehydration", "history of stroke") is not there.
"""

import re
from functools import cache

DENIALS = frozenset(
    {"no", "not", "without", "denies", "denied", "resolved", "history", "hx", "heat"}
)
REACH = 2  # how many words before the phrase a denial still belongs to it
WORD = re.compile(r"[a-z0-9]+")


def words_of(text: str) -> str:
    """The text's words in small letters, one space between them."""
    return " ".join(WORD.findall(text.lower()))


def holds(words: str, phrase: str) -> bool:
    """Whether text, as `words_of` gives it, says the phrase; a star ends a beginning of a word.

    >>> holds(words_of("Hypokalaemia, severe"), "hypokal*")
    True
    >>> holds(words_of("no signs of dehydration"), "dehydrat*")
    False
    """
    return any(not _is_denied(words[: found.start()]) for found in _pattern(phrase).finditer(words))


def _is_denied(before: str) -> bool:
    nearest = [word for word in before.split() if word not in ("of", "signs", "sign", "any")]
    return any(word in DENIALS for word in nearest[-REACH:])


@cache
def _pattern(phrase: str) -> re.Pattern[str]:
    parts = [re.escape(part) for part in phrase.split("*")]
    return re.compile(rf"\b{'[a-z]*'.join(parts)}\b")
