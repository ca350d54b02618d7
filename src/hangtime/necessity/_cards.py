"""The cards of medical necessity: id, sentence and sources, as the rules of the engine have them.

They are kept apart from the engine's cards: those are numbered for compiled code, and necessity is
imported only where it is asked for.
"""

from __future__ import annotations

import string

from hangtime.explain import register_cards
from hangtime.rules._card import FINDING, LEFT_OFF, Rule
from hangtime.rules.sources import RECALL, Source

__all__ = ["HELD_BACK", "NOT_LISTED", "SUPPORTED", "UNKNOWN", "cards"]

TOPIC = "necessity"
_MANUALS = (
    "https://www.cms.gov/regulations-and-guidance/guidance/manuals/internet-only-manuals-ioms"
)
STATUTE = Source(
    "SSA-1862", "Congress", "Social Security Act", "1862(a)(1)(A), reasonable and necessary", "1965",
    "https://www.ssa.gov/OP_Home/ssact/title18/1862.htm", RECALL,
)  # fmt: skip
DRUGS_OF_PART_B = Source(
    "IOM-100-02-15-50.4", "CMS", "IOM 100-02 chapter 15", "50.4, use as labeled and other use",
    "2003-10-01", _MANUALS, RECALL,
)  # fmt: skip
COVERAGE_LISTS = Source(
    "IOM-100-08-13", "CMS", "IOM 100-08 chapter 13", "local coverage determinations and their lists",
    "2019-01-08", _MANUALS, RECALL,
)  # fmt: skip
CODING_GUIDELINES = Source(
    "ICD-10-CM-GUIDELINES", "CDC/NCHS", "ICD-10-CM official guidelines", "I.B.2, highest specificity",
    "2026-04-01", "https://www.cdc.gov/nchs/icd/icd-10-cm/", RECALL,
)  # fmt: skip


def _card(id: str, says: str, *cites: Source, spec: tuple[str, ...], kind: str = FINDING) -> Rule:
    facts = tuple(name for _, name, _, _ in string.Formatter().parse(says) if name)
    return Rule(id, says, cites, spec, kind, TOPIC, facts)


SUPPORTED = _card(
    "NEC-SUPPORTED", "{drug}: the diagnosis supports it. {why}",
    DRUGS_OF_PART_B, COVERAGE_LISTS, spec=("R-MED-01",),
)  # fmt: skip
NOT_LISTED = _card(
    "NEC-NOT-LISTED", "{drug}: no diagnosis that its list has. {why}",
    STATUTE, DRUGS_OF_PART_B, COVERAGE_LISTS, spec=("R-MED-01",),
)  # fmt: skip
UNKNOWN = _card(
    "NEC-UNKNOWN", "{drug}: whether the diagnosis supports it is unknown. {why}",
    COVERAGE_LISTS, CODING_GUIDELINES, spec=("R-MED-01", "R-MED-02"),
)  # fmt: skip
HELD_BACK = _card(
    "NEC-HELD-BACK", "Held back, as the payer's profile asks: {why}",
    STATUTE, COVERAGE_LISTS, spec=("R-MED-01",), kind=LEFT_OFF,
)  # fmt: skip


def cards() -> tuple[Rule, ...]:
    """Every rule of medical necessity, by id."""
    return HELD_BACK, NOT_LISTED, SUPPORTED, UNKNOWN


register_cards(cards())
