"""Rule cards: the id, the sentence and the sources of each rule.

A topic file opens with its cards, then the few functions they justify.  `rule` returns the
card's number, a plain int, which the functions put into their results: compiled code can emit an
int, and `explain` turns it back into the card.  Numbers follow the order of import and are never
stored; outside the process a rule is named by its id.
"""

from __future__ import annotations

import string
from dataclasses import dataclass

from hangtime.rules.sources import Source

REASON = "reason"  # why a line is reported
LEFT_OFF = "left_off"  # why something is not
FINDING = "finding"  # what someone should look at
KINDS = (REASON, LEFT_OFF, FINDING)


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: `says` is its sentence with named facts, `spec` the ids of the specification.

    `cites` are pin-point sources.
    """

    id: str
    says: str
    cites: tuple[Source, ...]
    spec: tuple[str, ...]
    kind: str
    topic: str
    facts: tuple[str, ...]  # names of the facts the sentence needs


CARDS: list[Rule] = []
_numbers: dict[str, int] = {}


def rule(
    id: str,
    *,
    says: str,
    cites: tuple[Source, ...],
    spec: tuple[str, ...] = (),
    kind: str = REASON,
    topic: str = "",
) -> int:
    """Register a card and return its number.  Ids are unique; every card cites a source."""
    if id in _numbers:
        raise ValueError(f"rule {id} is defined twice")
    if not cites:
        raise ValueError(f"rule {id} cites no source")
    if kind not in KINDS:
        raise ValueError(f"rule {id} has the unknown kind {kind}")
    _numbers[id] = len(CARDS)
    facts = tuple(name for _, name, _, _ in string.Formatter().parse(says) if name)
    CARDS.append(
        Rule(id, says, cites, spec, kind, topic or id.split("-", maxsplit=1)[0].lower(), facts)
    )
    return _numbers[id]


def card(number: int) -> Rule:
    """The card with this number."""
    return CARDS[number]


def card_by_id(id: str) -> Rule:
    """The card with this id; KeyError if there is none."""
    return CARDS[_numbers[id]]


def number_of(id: str) -> int:
    """The number of the card with this id; KeyError if there is none."""
    return _numbers[id]
