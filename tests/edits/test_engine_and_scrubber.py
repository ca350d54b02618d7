"""Two predictions of one edit: the engine's, from the chart, and the scrubber's, from its lines."""

from __future__ import annotations

from collections import Counter
from datetime import date
from decimal import Decimal

from generated import encounters
from hangtime.edits import ClaimLine, Scrubber
from hangtime.engine import Coder
from hangtime.model import Encounter, Outcome

FIRST, LAST = date(2024, 7, 1), date(2024, 9, 30)
SAME = {
    "EDT-NEVER-TOGETHER": ("SCR-PAIR-NEVER",),
    "EDT-PREDICTED": ("SCR-PAIR-MODIFIER", "SCR-VISIT-25"),
}


def as_claim(encounter: Encounter, outcome: Outcome) -> list[ClaimLine]:
    return [
        ClaimLine(
            encounter.encounter_id, number, encounter.setting, each.date_of_service, each.code,
            Decimal(each.units), each.modifiers, payer=encounter.payer,
        )
        for number, each in enumerate(outcome.lines, 1)
        if each.date_of_service is not None
    ]  # fmt: skip


def test_on_the_engines_own_lines_both_predict_the_same_pair_edits() -> None:
    coder, scrubber, met = Coder(), Scrubber(), Counter[str]()
    for encounter in encounters(3_000, seed=20):
        outcome = coder.code(encounter)
        lines = as_claim(encounter, outcome)
        if not lines or not all(FIRST <= line.date_of_service <= LAST for line in lines):
            continue
        of_engine = {each.reason.rule for each in outcome.findings}
        of_scrubber = {each.rule for each in scrubber.scrub(lines) if each.table}
        for rule, same in SAME.items():
            assert (rule in of_engine) == bool(of_scrubber.intersection(same)), (
                rule, encounter.encounter_id,
            )  # fmt: skip
            met[rule] += rule in of_engine

    assert met["EDT-PREDICTED"] > 30
