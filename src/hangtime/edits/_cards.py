"""The cards of the scrubber: id, sentence and sources of each rule, as those of the engine have.

They are kept apart from the engine's cards: those are numbered in order of import, for compiled
code, and the scrubber is imported only where claims are read.
"""

from __future__ import annotations

import string
from typing import Any, NamedTuple

from hangtime.codesets.facts import Cover
from hangtime.edits.claim import ClaimFinding, ClaimLine
from hangtime.model import Severity
from hangtime.rules._card import FINDING, Rule
from hangtime.rules.sources import Source

__all__ = ["Card", "card", "cards"]

_CARDS: list[Rule] = []


def cards() -> tuple[Rule, ...]:
    """Every rule of the scrubber, by id; complete once `hangtime.edits` is imported."""
    return tuple(sorted(_CARDS, key=lambda each: each.id))


class Card(NamedTuple):
    """A rule of the scrubber, ready to make findings."""

    rule: Rule
    severity: Severity

    def found(
        self,
        line: ClaimLine,
        *,
        other: ClaimLine | None = None,
        table: Cover | None = None,
        severity: Severity | None = None,
        **facts: Any,
    ) -> ClaimFinding:
        """A finding about a line; facts fill the card's sentence."""
        return ClaimFinding(
            line.claim_id,
            line.line_number,
            severity or self.severity,
            self.rule.id,
            self.rule.says.format(**facts),
            line.code,
            other.line_number if other else None,
            table.name if table else None,
            table.first if table else None,
        )

    def of_claim(self, line: ClaimLine, **facts: Any) -> ClaimFinding:
        """A finding about the whole claim of a line."""
        says = self.rule.says.format(**facts)
        return ClaimFinding(line.claim_id, None, self.severity, self.rule.id, says)


def card(
    id: str,
    severity: Severity,
    says: str,
    *cites: Source,
    spec: tuple[str, ...] = (),
) -> Card:
    """Register a card.  Ids are unique; every card cites a source."""
    if any(each.id == id for each in _CARDS):
        raise ValueError(f"rule {id} is defined twice")
    if not cites:
        raise ValueError(f"rule {id} cites no source")
    facts = tuple(name for _, name, _, _ in string.Formatter().parse(says) if name)
    made = Rule(id, says, cites, spec, FINDING, "claims", facts)
    _CARDS.append(made)
    return Card(made, severity)
