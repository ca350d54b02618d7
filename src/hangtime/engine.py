"""Coding one encounter: the rules over its records, and the records back into words.

`Coder.code` is pure and total: the same encounter gives the same outcome, and any encounter gives
one.  What cannot be coded comes back as findings that say so.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Protocol

from hangtime.codesets.editions import edition_for
from hangtime.codesets.tables import Edition
from hangtime.decode import Decoder, rules_digest
from hangtime.errors import UncoveredDate, UnknownPolicy
from hangtime.model import (
    Basis,
    Encounter,
    Finding,
    Outcome,
    Reason,
)
from hangtime.normalise import Charted, normalise
from hangtime.policies.policy import Profile, profile
from hangtime.rules import sources
from hangtime.rules._card import FINDING, card, rule
from hangtime.rules.records import (
    Given,
    Possibility,
)
from hangtime.rules.walk import code_encounter as walk
from hangtime.rules.walk import supply_encounter
from hangtime.scratch import Tables, lengthen
from hangtime.whatif import find_possible

NO_DATE = rule(
    "ENC-SET-ASIDE-NO-DATE",
    says="Neither a clock time nor a date of service is charted: the encounter is set aside.",
    cites=(sources.HANGTIME,),
    spec=("C71",),
    kind=FINDING,
    topic="edits",
)
NO_EDITION = rule(
    "ENC-SET-ASIDE-NO-EDITION",
    says="No edition of thresholds and codes covers its date of service: the encounter is set aside.",
    cites=(sources.HANGTIME,),
    spec=("C71",),
    kind=FINDING,
    topic="edits",
)
NO_PROFILE = rule(
    "ENC-SET-ASIDE-NO-PROFILE",
    says="No profile has the charted payer's name: the encounter is set aside until one is written, or "
    "one is chosen for the run with --payer.",
    cites=(sources.HANGTIME,),
    spec=("C66",),
    kind=FINDING,
    topic="edits",
)


class Coding(Protocol):
    """Codes one encounter, as `Coder` does and what is laid around one."""

    def code(self, encounter: Encounter) -> Outcome:
        """What the encounter supports."""
        ...


class Coder:
    """Codes encounters by a payer's profile; `payer` overrides the one charted.

    `policies` are a user's own profile files.  One coder may be used for any number of
    encounters, from one thread.
    """

    def __init__(self, policies: tuple[Path, ...] = (), payer: str | None = None) -> None:
        self.policies = policies
        self.payer = payer
        self._tables = Tables()
        self._profiles: dict[tuple[str, str | None], Profile | None] = {}

    def profile_of(self, encounter: Encounter) -> Profile | None:
        """The profile an encounter is coded by; None where its payer names none."""
        key = (encounter.setting, self.payer or encounter.payer)
        if key not in self._profiles:
            try:
                self._profiles[key] = profile(*key, self.policies)
            except UnknownPolicy:
                if self.payer is not None:
                    raise
                self._profiles[key] = None
        return self._profiles[key]

    def code(self, encounter: Encounter) -> Outcome:
        """What the encounter supports, with every reason."""
        used = self.profile_of(encounter)
        if used is None:
            return _set_aside(encounter, "none", NO_PROFILE)
        charted = normalise(encounter, used)
        day = charted.first_day
        if day is None:
            return _set_aside(encounter, used.name, NO_DATE)
        try:
            edition = edition_for(day)
        except UncoveredDate:
            return _set_aside(encounter, used.name, NO_EDITION)
        tables = self.run(charted, edition, used)
        decoder = Decoder(charted, tables, edition, used, day, self._is_assumed(encounter))
        outcome = decoder.outcome()
        self.run_what_if(charted, edition, used)
        return replace(outcome, possible=tuple(decoder.possible()))

    def _is_assumed(self, encounter: Encounter) -> bool:
        return self.payer is None and encounter.payer is None

    def run(self, charted: Charted, edition: Edition, used: Profile) -> Tables:
        """Apply the rules; tables grow until the encounter fits."""
        tables, factor = self._tables, 1
        tally = tables.tally
        tally.rows, tally.entries = len(charted.rows), len(charted.entries)
        tally.others = len(charted.others)
        while True:
            tables.grow(charted, factor)
            walk(
                charted.visit, charted.rows, charted.entries, charted.pauses, charted.rates,
                charted.others, tables.order, tables.runs, tables.spans, tables.placing,
                tables.charges, tables.ranking, tables.notes, tally,
                edition.codes, edition.limits[0], edition.pair_tables, edition.pairs,
                edition.ceiling_tables, edition.ceilings, used.switches,
            )  # fmt: skip
            if not tally.overflow:
                supply_encounter(
                    charted.visit, charted.rows, tables.runs, charted.others, charted.products,
                    tables.supplies, tables.notes, tally, edition.limits[0], used.switches,
                )  # fmt: skip
            if not tally.overflow:
                return tables
            factor *= 2

    def run_what_if(self, charted: Charted, edition: Edition, used: Profile) -> None:
        """Find what each missing fact would add; the coded tables are written over."""
        tables = self._tables
        lengthen(tables.keep, len(charted.rows), Given)
        room = 2 * (8 * (len(charted.rows) + 1) + len(charted.entries))
        possible = [Possibility() for _ in range(room)] if tables.may_gain(charted) else []
        tables.possible = possible
        if not possible:
            tables.tally.possible = 0
            return
        before, after = [0] * len(edition.codes), [0] * len(edition.codes)
        find_possible(
            charted.visit, charted.rows, charted.entries, charted.pauses, charted.rates,
            charted.others, tables.order, tables.runs, tables.spans, tables.placing,
            tables.charges, tables.ranking, tables.notes, tables.tally,
            edition.codes, edition.limits[0], edition.pair_tables, edition.pairs,
            edition.ceiling_tables, edition.ceilings, used.switches,
            possible, before, after, tables.keep,
        )  # fmt: skip


def _set_aside(encounter: Encounter, profile_name: str, number: int) -> Outcome:
    """The outcome of an encounter that no edition can code; all its rows are set aside."""
    ids = tuple(given.administration_id for given in encounter.administrations)
    reason = Reason(card(number).id, {"set_aside": True})
    finding = Finding(severity="error", reason=reason, administrations=ids)
    basis = Basis(profile=profile_name, rules=rules_digest(), edition="none")
    return Outcome(encounter_id=encounter.encounter_id, findings=(finding,), policy=basis)


def code_encounter(encounter: Encounter, *, payer: str | None = None) -> Outcome:
    """Code one encounter by the shipped profiles; see `Coder` for many, or for own profiles."""
    return Coder(payer=payer).code(encounter)
