"""The drugs of an encounter or a claim judged, and what that means for its lines.

A verdict is a finding.  Only where the payer's profile says so does it hold back the lines of a drug
that is not listed; a drug whose support is unknown is never held back.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Literal

from hangtime.formulary.products import in_force, product
from hangtime.formulary.resolve import resolve
from hangtime.model import (
    Administration,
    Encounter,
    Finding,
    NotReported,
    Outcome,
    Reason,
    Severity,
)
from hangtime.necessity._cards import HELD_BACK, NOT_LISTED, SUPPORTED, UNKNOWN
from hangtime.necessity.editions import Editions
from hangtime.necessity.judging import Judged, Verdict, judge
from hangtime.necessity.lists import Lists
from hangtime.necessity.ranges import plain

if TYPE_CHECKING:
    from hangtime.edits.claim import ClaimLine

UNKNOWN_DRUG = "A drug"
SWITCH = "necessity.not_listed"
Effect = Literal["finding", "block"]
RULES: dict[Verdict, tuple[str, Severity]] = {
    "supported": (SUPPORTED.id, "info"),
    "not_listed": (NOT_LISTED.id, "warning"),
    "unknown": (UNKNOWN.id, "info"),
}


class Necessity:
    """Judges encounters and claim lines by the lists and the ICD-10-CM edition of their day."""

    def __init__(self, lists: Lists | None = None, editions: Editions | None = None) -> None:
        self.lists = lists or Lists()
        self.editions = editions or Editions()

    def of_encounter(
        self, encounter: Encounter, outcome: Outcome
    ) -> Iterator[tuple[Judged, tuple[str, ...]]]:
        """Each drug that has a line, with its administrations; diagnoses are the encounter's and
        those that the administration itself was charted for.
        """
        days = _days(outcome)
        given = [each for each in encounter.administrations if each.administration_id in days]
        by_asked: dict[tuple[str, tuple[str, ...], date], list[str]] = {}
        for each in given:
            drug = ingredient(each)
            own = (each.indication,) if plain(each.indication or "") and each.indication else ()
            asked = drug, (*own, *encounter.diagnoses), days[each.administration_id]
            by_asked.setdefault(asked, []).append(each.administration_id)
        for (drug, diagnoses, day), ids in by_asked.items():
            yield self._judged(drug, diagnoses, day), tuple(ids)

    def of_claim_line(self, line: ClaimLine) -> Judged | None:
        """A drug line by the diagnoses it points to; without pointers, all of its claim.

        None for no drug.
        """
        found = in_force(product(line.code), line.date_of_service)
        if not found:
            return None
        pointed = [
            line.diagnoses[n - 1] for n in line.diagnosis_pointers if 0 < n <= len(line.diagnoses)
        ]
        drug = found[0].ingredient
        if line.diagnosis_pointers and not pointed:
            why = "The line points to no diagnosis of its claim."
            return Judged(drug=drug or UNKNOWN_DRUG, verdict="unknown", why=why)
        diagnoses = tuple(pointed) or line.diagnoses
        return self._judged(drug, diagnoses, line.date_of_service)

    def _judged(self, drug: str, diagnoses: tuple[str, ...], day: date) -> Judged:
        if not drug:
            why = "The formulary does not know the drug."
            return Judged(drug=UNKNOWN_DRUG, verdict="unknown", why=why)
        return judge(drug, diagnoses, day, self.lists, self.editions)


def applied(
    encounter: Encounter, outcome: Outcome, necessity: Necessity, effect: Effect = "finding"
) -> Outcome:
    """The outcome with a finding for each drug; with the effect "block", without the lines of which
    every administration is of a drug that is not listed.
    """
    judged = list(necessity.of_encounter(encounter, outcome))
    findings = (*outcome.findings, *(_finding(each, ids) for each, ids in judged))
    outcome = replace(outcome, findings=findings)
    if effect == "finding":
        return outcome
    held = {id: each.why for each, ids in judged if each.verdict == "not_listed" for id in ids}
    stopped = [
        line
        for line in outcome.lines
        if line.administrations and held.keys() >= {*line.administrations}
    ]
    left_off = (
        NotReported(
            what=line.code,
            reason=Reason(HELD_BACK.id, {"why": held[line.administrations[0]]}),
            administrations=line.administrations,
        )
        for line in stopped
    )
    return replace(
        outcome,
        lines=tuple(line for line in outcome.lines if line not in stopped),
        not_reported=(*outcome.not_reported, *left_off),
    )


def ingredient(given: Administration) -> str:
    """The one ingredient of a charted drug, "" where it is not sure."""
    found = resolve(given.drug, hcpcs=given.hcpcs, ndc=given.ndc).substance
    return found.name if found else ""


def _finding(judged: Judged, administrations: tuple[str, ...]) -> Finding:
    rule, severity = RULES[judged.verdict]
    facts = {
        "drug": judged.drug, "why": judged.why, "verdict": judged.verdict,
        "diagnosis": judged.diagnosis, "indication": judged.indication, "list": judged.source,
        "edition": judged.edition,
    }  # fmt: skip
    reason = Reason(rule, {name: value for name, value in facts.items() if value})
    return Finding(severity=severity, reason=reason, administrations=administrations)


def _days(outcome: Outcome) -> dict[str, date]:
    """The day of service of each administration that a line names."""
    dated: Iterable[tuple[str, date]] = (
        (id, line.date_of_service)
        for line in reversed(outcome.lines)
        if line.date_of_service
        for id in line.administrations
    )
    return dict(dated)
