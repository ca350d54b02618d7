"""What a charted indication says the fluid was for.

A bag with potassium is hydration where volume is the aim and a drug where the potassium is.  The
indication is an ICD-10-CM code, with or without its dot, or free text, or both.
"""

import re
from functools import cache, lru_cache

from hangtime.codesets.facts import rows
from hangtime.codesets.phrases import said, words_of
from hangtime.rules.words import Intent

DIAGNOSIS = re.compile(r"\b([A-Z][0-9][0-9A-Z])\.?([0-9A-Z]{0,4})\b")
STROKE = "stroke"
INTENTS = {"volume": Intent.VOLUME, "electrolyte": Intent.ELECTROLYTE}


def intent_of(indication: str) -> Intent:
    """The aim of a fluid with electrolytes; UNKNOWN where the indication says neither or both.

    >>> intent_of("E87.6").name, intent_of("Dehydration").name, intent_of("nausea").name
    ('ELECTROLYTE', 'VOLUME', 'UNKNOWN')
    """
    intents = {INTENTS[aim] for aim in _aims(indication) if aim in INTENTS}
    return intents.pop() if len(intents) == 1 else Intent.UNKNOWN


def is_stroke(indication: str) -> bool:
    """Whether the indication names an ischaemic stroke."""
    return STROKE in _aims(indication)


@lru_cache(maxsize=4096)
def _aims(indication: str) -> frozenset[str]:
    """Aims of all codes and phrases the indication holds."""
    codes = [first + rest for first, rest in DIAGNOSIS.findall(indication.upper())]
    listed = _facts("words")
    phrases = said(words_of(indication), _phrases())
    return frozenset({_aim_of(code) for code in codes} | {listed[each] for each in phrases})


def _aim_of(code: str) -> str:
    """The aim of the longest listed code that this one begins with."""
    listed = _facts("code")
    return next(
        (listed[code[:size]] for size in range(len(code), 2, -1) if code[:size] in listed), ""
    )


@cache
def _facts(kind: str) -> dict[str, str]:
    return {text: aim for own, text, aim in rows("intent.csv") if own == kind}


@cache
def _phrases() -> tuple[str, ...]:
    return tuple(_facts("words"))
