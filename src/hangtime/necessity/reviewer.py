"""Coding with medical necessity: a verdict on each drug, and what the payer's profile makes of it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from hangtime.engine import Coder
from hangtime.model import Encounter, Outcome
from hangtime.necessity.editions import Editions
from hangtime.necessity.findings import SWITCH, Necessity, applied
from hangtime.necessity.lists import Lists
from hangtime.policies.policy import lists_of_diagnoses

__all__ = ["Reviewer"]


class Reviewer:
    """Codes encounters as `coder` does, with a finding on the diagnoses of each drug.

    Lists are the shipped ones, over them those of the encounter's profile, over those `files`.
    Raises UnreadableInput at once, by file, line and column, for a list of any of them that cannot be
    read.
    """

    def __init__(self, coder: Coder, files: Sequence[Path] = ()) -> None:
        self.coder = coder
        self.files = tuple(files)
        self._editions = Editions()
        self._by_lists: dict[tuple[Path, ...], Necessity] = {}
        Lists((*lists_of_diagnoses(coder.policies), *self.files))

    def code(self, encounter: Encounter) -> Outcome:
        """What the encounter supports, judged; held back where the profile blocks."""
        outcome = self.coder.code(encounter)
        used = self.coder.profile_of(encounter)
        if used is None:
            return outcome
        is_blocked = used.positions[SWITCH] == "block"
        effect = "block" if is_blocked else "finding"
        return applied(encounter, outcome, self.necessity_of(encounter), effect)

    def necessity_of(self, encounter: Encounter) -> Necessity:
        """What judges the encounter: by the lists of its payer's profile, and `files`."""
        used = self.coder.profile_of(encounter)
        return self._with((*(used.diagnoses if used else ()), *self.files))

    def _with(self, files: tuple[Path, ...]) -> Necessity:
        if files not in self._by_lists:
            self._by_lists[files] = Necessity(Lists(files), self._editions)
        return self._by_lists[files]
