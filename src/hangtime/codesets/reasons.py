"""Why a second access was needed, from free text to the closed list.

Only some reasons make it a second access; text that fits reasons of both kinds is left to a person.
"""

from functools import cache
from typing import NamedTuple

from hangtime.codesets.facts import rows
from hangtime.codesets.phrases import holds, words_of
from hangtime.rules.words import AccessReason


class Phrase(NamedTuple):
    """One row of `access_reasons.csv`."""

    reason: AccessReason
    counts: bool
    phrase: str


def reason_of(text: str) -> AccessReason:
    """The listed reason that charted text gives; UNMATCHED where it gives none or of both kinds.

    >>> reason_of("vancomycin and pip-tazo incompatible").name
    'INCOMPATIBLE_DRUGS'
    """
    words = words_of(text)
    if not words:
        return AccessReason.UNKNOWN
    named = words.upper().replace(" ", "_")
    if named in _listed():
        return AccessReason[named]
    found = [each for each in _phrases() if holds(words, each.phrase, reach=1)]
    kinds = {each.counts for each in found}
    return found[0].reason if len(kinds) == 1 else AccessReason.UNMATCHED


def counts(reason: AccessReason) -> bool:
    """Whether the reason makes the access a second one."""
    return any(each.reason == reason and each.counts for each in _phrases())


@cache
def _phrases() -> tuple[Phrase, ...]:
    return tuple(
        Phrase(AccessReason[reason.upper()], yes == "yes", phrase)
        for reason, yes, phrase in rows("access_reasons.csv")
    )


@cache
def _listed() -> frozenset[str]:
    return frozenset(each.reason.name for each in _phrases())
