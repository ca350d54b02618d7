"""The scrubber: the lines of one claim in, findings out, in line order.

Rules ask small tables by dictionary and keep what they were asked, so that a million lines take
seconds.  Nothing here reads a file of claims or charts; `hangtime scrub` does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from itertools import chain
from pathlib import Path

from hangtime.edits import (
    addons,
    ceilings,
    codes,
    diagnoses,
    form,
    modifiers,
    pairs,
    repeats,
    waste,
)
from hangtime.edits._cards import card
from hangtime.edits.chart import SupportedBy, check_chart
from hangtime.edits.claim import ClaimFinding, ClaimLine
from hangtime.edits.group import Group
from hangtime.edits.in_force import InForce
from hangtime.edits.reference import opened
from hangtime.errors import UnknownPolicy
from hangtime.policies.policy import SETTINGS, Profile, profile
from hangtime.rules import sources

NO_PROFILE = card(
    "SCR-NO-PROFILE", "info",
    "No profile has the payer's name, so what rests on the payer is unknown: pair edits, ceilings, JW and"
    " JZ, JA and JB. Choose a profile with --payer, or write one.",
    sources.HANGTIME, spec=("C66",),
)  # fmt: skip
INCOMPLETE = card(
    "SCR-CLAIM-INCOMPLETE", "warning",
    "Rows of the claim could not be read, so its findings rest on the others and may change.",
    sources.HANGTIME,
)  # fmt: skip

_OF_GROUPS: tuple[Callable[[Group], Iterator[ClaimFinding]], ...] = (
    pairs.check_pairs,
    pairs.check_initials,
    pairs.check_visits,
    ceilings.check_ceilings,
    addons.check_addons,
    waste.check_waste,
    repeats.check_repeats,
    codes.check_tables,
)


class Scrubber:
    """Scrubs claims by their payers' profiles; `payer` overrides the one on the lines.

    `policies` are a user's own profile files, `store` the folder of imported code sets (by default
    the user's own).  `supported` gives what the chart of an encounter supports, None where there is
    no such chart; without it claims are judged by themselves.
    """

    def __init__(
        self,
        payer: str | None = None,
        policies: tuple[Path, ...] = (),
        store: Path | None = None,
        supported: SupportedBy | None = None,
    ) -> None:
        self._payer, self._policies = payer, policies
        if payer is not None:
            for setting in SETTINGS:
                profile(setting, payer, policies)
        self._store = opened(store)
        self._diagnoses = diagnoses.Diagnoses(self._store)
        self._supported = supported
        self._profiles: dict[tuple[str, str | None], Profile | None] = {}
        self._tables: dict[tuple[str, date], InForce] = {}

    @property
    def knows_diagnoses(self) -> bool:
        """Whether an edition of ICD-10-CM is imported; if not, the dates of no diagnosis are asked."""
        return self._diagnoses.is_imported

    def scrub(
        self, lines: Sequence[ClaimLine], *, is_incomplete: bool = False
    ) -> list[ClaimFinding]:
        """Findings about one claim, by line; those about the whole claim come last.

        `is_incomplete`: rows of the claim could not be read.
        """
        if not lines:
            return []
        ordered = tuple(sorted(lines, key=lambda line: line.line_number))
        groups = self._groups(ordered)
        found = list(chain(self._of_lines(ordered), self._of_groups(groups)))
        found += codes.check_known(groups)
        if any(group.profile is None for group in groups):
            found.append(NO_PROFILE.of_claim(ordered[0]))
        if is_incomplete:
            found.append(INCOMPLETE.of_claim(ordered[0]))
        if len(found) > 1:
            found.sort(key=lambda each: (each.line_number is None, each.line_number or 0))
        return found

    def _groups(self, lines: tuple[ClaimLine, ...]) -> list[Group]:
        apart: dict[tuple[str, date], list[ClaimLine]] = {}
        for line in lines:
            apart.setdefault((line.setting, line.date_of_service), []).append(line)
        if len(apart) == 1:
            return [self._group(lines, frozenset())]
        return [
            self._group(
                tuple(some),
                frozenset(
                    each.code for key, others in apart.items() if key != own for each in others
                ),
            )
            for own, some in apart.items()
        ]

    def _group(self, lines: tuple[ClaimLine, ...], others: frozenset[str]) -> Group:
        first = lines[0]
        key = first.setting, first.date_of_service
        if key not in self._tables:
            self._tables[key] = InForce(*key, self._store)
        return Group(lines, others, self._profile(first), self._tables[key])

    def _profile(self, line: ClaimLine) -> Profile | None:
        key = line.setting, self._payer or line.payer
        if key not in self._profiles:
            try:
                self._profiles[key] = profile(*key, self._policies)
            except UnknownPolicy:
                self._profiles[key] = None
        return self._profiles[key]

    def _of_lines(self, lines: tuple[ClaimLine, ...]) -> Iterator[ClaimFinding]:
        for line in lines:
            yield from codes.check_code(line, self._store)
            yield from form.check_form(line)
            if line.modifiers:
                yield from modifiers.check_modifiers(line)
            if line.diagnosis_pointers:
                yield from diagnoses.check_pointers(line)
        yield from form.check_billing(lines[0])
        yield from repeats.check_agreement(lines)
        if lines[0].diagnoses:
            yield from self._diagnoses.check_claim(lines[0])
            yield from diagnoses.check_pointers_of_claim(lines)

    def _of_groups(self, groups: list[Group]) -> Iterator[ClaimFinding]:
        for group in groups:
            for check in _OF_GROUPS:
                yield from check(group)
        if self._supported is not None:
            yield from check_chart(groups, self._supported)
