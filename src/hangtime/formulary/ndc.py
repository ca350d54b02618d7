"""A National Drug Code in any of its spellings, as the eleven digits a claim carries.

The code has three parts: labeler, product, package.  It is assigned with ten digits, split 4-4-2,
5-3-2 or 5-4-1, and written on a claim with eleven, split 5-4-2: the part that is one digit short
gets a leading zero.  Ten digits without hyphens do not say which part is short, so they have three
readings, and only a table of codes can tell which of them exists.  Claims write the qualifier N4
in front of it, and systems that export claims leave it there.

Source: 21 CFR 207.33; CMS Medicare Claims Processing Manual, chapter 26, section 10.4.
"""

from __future__ import annotations

import re

from hangtime.errors import UserError

_PARTS = (5, 4, 2)  # digits of labeler, product and package on a claim
_ASSIGNED = ((4, 4, 2), (5, 3, 2), (5, 4, 1))
_QUALIFIER = re.compile(r"N4[\s-]*", re.IGNORECASE)  # of the segment LIN: what follows is an NDC
_HYPHENS = re.compile("[\u2010\u2011\u2012\u2013\u2212]")
_PLAIN = 11


class MalformedNdc(UserError):
    """A text that has not the form of a National Drug Code."""


def ndc11(text: str) -> tuple[str, ...]:
    """The eleven digits of a code; three readings where ten digits stand without hyphens.

    Raises MalformedNdc where digits or parts are too few or too many, or all digits are zeros, as
    systems fill a field in that has no code.

    >>> ndc11("0409-7332-01")
    ('00409733201',)
    >>> ndc11("N400409733201")
    ('00409733201',)
    >>> ndc11("0409733201")
    ('00409733201', '04097033201', '04097332001')
    """
    plain = _HYPHENS.sub("-", text.strip())
    parts = plain[_led(plain) :].split("-")
    if not all(part.isascii() and part.isdigit() for part in parts):
        raise MalformedNdc("An NDC holds digits and hyphens only.")
    digits = "".join(parts)
    if not digits.strip("0"):
        raise MalformedNdc("An NDC of zeros only stands for none.")
    lengths = tuple(len(part) for part in parts)
    if lengths in (_PARTS, *_ASSIGNED):
        return (_filled(parts),)
    if len(parts) == 1 and len(digits) == _PLAIN:
        return (digits,)
    if len(parts) == 1 and len(digits) == _PLAIN - 1:
        readings = (_filled(_split(digits, lengths)) for lengths in _ASSIGNED)
        return tuple(dict.fromkeys(readings))
    raise MalformedNdc("An NDC has 4-4-2, 5-3-2, 5-4-1 or 5-4-2 digits, or 10 or 11 in one piece.")


def _led(text: str) -> int:
    """How many characters the qualifier in front takes."""
    found = _QUALIFIER.match(text)
    return found.end() if found else 0


def _filled(parts: list[str]) -> str:
    return "".join(part.zfill(length) for part, length in zip(parts, _PARTS, strict=True))


def _split(digits: str, lengths: tuple[int, ...]) -> list[str]:
    starts = [sum(lengths[:at]) for at in range(len(lengths))]
    return [digits[start : start + length] for start, length in zip(starts, lengths, strict=True)]
