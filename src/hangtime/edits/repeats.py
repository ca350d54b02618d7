"""Lines that stand twice, and claims that contradict themselves."""

from __future__ import annotations

from collections.abc import Iterator
from operator import itemgetter

from hangtime.edits._cards import card
from hangtime.edits._sources import CLAIM_FORM_837
from hangtime.edits.claim import ClaimFinding, ClaimLine
from hangtime.edits.group import DISTINCT, Group
from hangtime.edits.reference import initials
from hangtime.formulary.choice import unlisted_codes
from hangtime.rules import sources

DUPLICATE = card(
    "SCR-DUPLICATE-LINE", "error",
    "{code} stands twice on the date with the same modifiers: it is denied as a duplicate. Join the"
    " units, or say with a modifier why it was repeated.",
    sources.NCCI_MANUAL, CLAIM_FORM_837, spec=("C31",),
)  # fmt: skip
NUMBER_TWICE = card(
    "SCR-LINE-NUMBER-TWICE", "error",
    "An earlier line of the claim has the same number.",
    CLAIM_FORM_837,
)  # fmt: skip
DISAGREES = card(
    "SCR-CLAIM-DISAGREES", "error",
    "{field} differs from an earlier line of the claim.",
    CLAIM_FORM_837,
)  # fmt: skip

REPEATED_ON_PURPOSE = DISTINCT | {"76", "77", "91"}
OF_THE_CLAIM = ("setting", "payer", "patient_id", "diagnoses", "billing_npi", "birth_date")
_agreed = itemgetter(*(ClaimLine._fields.index(name) for name in OF_THE_CLAIM))


def check_repeats(group: Group) -> Iterator[ClaimFinding]:
    """Lines of one date that say the same.

    Two initial services have a finding of their own; an unlisted code may stand for two drugs.
    """
    first: dict[tuple[object, ...], ClaimLine] = {}
    for line in group.lines:
        said = (line.code, frozenset(line.modifiers), line.revenue_code, line.ndc)
        before = first.setdefault(said, line)
        if before is line or REPEATED_ON_PURPOSE.intersection(line.modifiers):
            continue
        if line.code not in initials() and line.code not in unlisted_codes():
            yield DUPLICATE.found(line, other=before, code=line.code)


def check_agreement(lines: tuple[ClaimLine, ...]) -> Iterator[ClaimFinding]:
    """What all lines of a claim have to agree on, and their numbers."""
    first, said = lines[0], _agreed(lines[0])
    numbers: set[int] = set()
    for line in lines:
        if line.line_number in numbers:
            yield NUMBER_TWICE.found(line)
        numbers.add(line.line_number)
        if _agreed(line) != said:
            for field in OF_THE_CLAIM:
                if getattr(line, field) != getattr(first, field):
                    yield DISAGREES.found(line, other=first, field=field)
