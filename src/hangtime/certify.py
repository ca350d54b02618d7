"""Certificates: beside each line what it rests on, so that others can check it from the chart.

A certificate holds facts and arithmetic, no judgement: which rows ran when, what they became among
the others, what else could have been initial, what was given of a drug.  `hangtime.check` believes
none of it; `hangtime code --certify` writes it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any

from hangtime.claim_words import day_of
from hangtime.codesets.editions import digest, edition_name
from hangtime.codesets.tables import Edition
from hangtime.decode import ENDS, Decoder, rules_digest
from hangtime.engine import Coder
from hangtime.formulary.products import product
from hangtime.formulary.units import in_words
from hangtime.model import Encounter, Outcome
from hangtime.normalise import Charted
from hangtime.policies.policy import Profile
from hangtime.product_facts import product_codes
from hangtime.rules.initial import is_earlier, rank  # pyright: ignore[reportUnknownVariableType]
from hangtime.rules.records import NOWHERE, Charge, Run
from hangtime.rules.supplies import Supply
from hangtime.rules.words import Evidence, Family, Role
from hangtime.scratch import Tables

__all__ = ["Certifier"]

Certificate = dict[str, Any]
PUSHES = (Family.PUSH, Family.COMPLEX_PUSH)


class Certifier(Coder):
    """Codes encounters as `Coder` does, each line with its certificate."""

    def code(self, encounter: Encounter) -> Outcome:
        """What the encounter supports, every line certified."""
        self._certificates: list[Certificate] = []
        outcome = super().code(encounter)
        lines = [
            replace(line, certificate=each | {"rules": [reason.rule for reason in line.rules]})
            for line, each in zip(outcome.lines, self._certificates, strict=True)
        ]
        return replace(outcome, lines=tuple(lines))

    def run(self, charted: Charted, edition: Edition, used: Profile) -> Tables:
        """Apply the rules, and write the certificates while their tables stand."""
        tables = super().run(charted, edition, used)
        self._certificates = list(_Writer(charted, tables, edition, used).certificates())
        return tables


class _Writer:
    """Writes the certificates of one encounter's lines, in the order of its lines."""

    def __init__(self, charted: Charted, tables: Tables, edition: Edition, used: Profile) -> None:
        assert charted.first_day is not None, "what is coded has a date"
        self.charted, self.tables, self.used = charted, tables, used
        self.decoder = Decoder(charted, tables, edition, used, charted.first_day, False)
        self.basis = {
            "profile": used.name,
            "profile_digest": used.digest,
            "edition": edition_name(charted.first_day),
            "facts": digest(),
            "rules": rules_digest(),
        }

    def certificates(self) -> Iterator[Certificate]:
        """Administrations in claim order, then each drug and its waste."""
        tables = self.tables
        for lead in tables.ranking[: tables.tally.lines]:
            charges = [each for each in tables.charges[: tables.tally.charges] if each.line == lead]
            if charges[0].other != NOWHERE:
                yield {"service": charges[0].other, "basis": self.basis}
            else:
                yield {"parts": [self.part(each) for each in charges], "basis": self.basis}
        for supply in tables.supplies[: tables.tally.supplies]:
            drug = {"drug": self.arithmetic(supply), "basis": self.basis}
            yield from [drug, drug] if supply.waste_units else [drug]

    def part(self, charge: Charge) -> Certificate:
        """One run's units of the line: when it ran, and what it is among the others."""
        run = self.tables.runs[charge.run]
        row = self.charted.rows[run.first]
        went_home = run.evidence == Evidence.OFF_SITE
        beside = self.tables.runs[run.beside] if run.beside != NOWHERE else None
        return {
            "administrations": self.decoder.of_run(charge.run),
            "units": charge.units,
            "kind": Family(run.family).name.lower(),
            "role": Role(run.role).name.lower(),
            "access": self.decoder.lane(row.access) if row.access != NOWHERE else None,
            "begin": self.clock_time(run.begin, run),
            "end": None if went_home else self.clock_time(run.end, run),
            "end_shown_by": ENDS[Evidence(run.evidence)],
            "intervals": [] if went_home else list(self.intervals(run)),
            "minutes": run.minutes,
            "beside": beside and {
                "administrations": self.decoder.of_run(run.beside), "minutes": run.overlap
            },
            "minutes_since_push": None if run.since == NOWHERE else run.since,
            "rivals": list(self.rivals(charge.run)) if run.role == Role.INITIAL else [],
        }  # fmt: skip

    def clock_time(self, at: int, run: Run) -> str | None:
        """The local time of a moment, with its offset where one is known."""
        local: datetime | None = self.decoder.local_or_none(at, run.first)
        return None if local is None else local.isoformat()

    def intervals(self, run: Run) -> Iterator[list[str | None]]:
        """From when to when it was being delivered."""
        for each in self.tables.spans[run.spans_from : run.spans_to]:
            if each.end > each.begin:
                yield [self.clock_time(each.begin, run), self.clock_time(each.end, run)]

    def rivals(self, r: int) -> Iterator[Certificate]:
        """What else could have been initial at the access, and on what it lost."""
        initial = self.tables.runs[r]
        for s, run in enumerate(self.tables.runs[: self.tables.tally.runs]):
            if s != r and run.group == initial.group and rank(run.family) and not run.on_arrival:
                yield {
                    "administrations": self.decoder.of_run(s),
                    "kind": Family(run.family).name.lower(),
                    "minutes": run.minutes,
                    "lost_by": _lost_by(initial, run),
                }

    def arithmetic(self, supply: Supply) -> Certificate:
        """Dose, unit and waste; of an unlisted code there is none."""
        record = self.charted.products[supply.product]
        code = product_codes()[record.code]
        if record.is_unlisted:
            return {"product": code, "unlisted": True}
        day = day_of(supply.day)
        listed = next(each for each in product(code) if day is None or each.holds_on(day))
        is_settled = bool(supply.waste_units or supply.mod_waste)

        def said(value: int) -> str | None:
            return None if value == NOWHERE else in_words(value, supply.scale, supply.word)

        return {
            "product": code,
            "from": listed.first.isoformat(),
            "until": None if listed.last is None else listed.last.isoformat(),
            "per_unit": said(supply.per),
            "dose": said(supply.dose),
            "billed": said(supply.billed),
            "rounding": self.used.positions["drug.round_scope"],
            "units": supply.units,
            "opened": said(supply.opened),
            "smallest_mix": said(supply.least),
            "discarded": said(supply.discarded),
            "wasted": said(supply.wasted) if is_settled else None,
            "waste_units": supply.waste_units,
        }


def _lost_by(initial: Run, run: Run) -> str:
    """On what a run lost the initial slot; "reason" where the facility's order would have chosen it."""
    if initial.family != run.family:
        return "order" if rank(initial.family) < rank(run.family) else "reason"
    if initial.seconds != run.seconds and initial.family not in PUSHES:
        return "length" if initial.seconds > run.seconds else "reason"
    if not is_earlier(initial, run):
        return "reason"
    is_timed = initial.has_clock and run.has_clock and initial.begin != run.begin
    return "start" if is_timed else "charted order"
