"""The lines of a claim that a payer judges together: one setting, one date of service."""

from __future__ import annotations

from typing import NamedTuple

from hangtime.edits.claim import ClaimLine
from hangtime.edits.in_force import InForce
from hangtime.policies.policy import Profile
from hangtime.rules.positions import DistinctModifier

DISTINCT = frozenset({"59", "XE", "XS", "XP", "XU"})


class Group(NamedTuple):
    """Lines of one claim, setting and date in line order, with the payer's profile and tables.

    `others` are the codes of the claim's other dates.  `profile` is None where none has the payer's
    name: what rests on the payer is then not asked.
    """

    lines: tuple[ClaimLine, ...]
    others: frozenset[str]
    profile: Profile | None
    tables: InForce

    @property
    def follows_ncci(self) -> bool:
        return self.profile is not None and self.profile.follows_ncci

    def position(self, switch: str) -> str:
        """Where a switch of the payer's profile stands; "" without a profile."""
        return self.profile.positions[switch] if self.profile else ""

    def distinct(self, x_modifier: str) -> str:
        """The payer's modifier for a distinct service."""
        if self.profile is None:
            return "59"
        is_x = self.profile.switches.modifier_distinct == DistinctModifier.X_MODIFIERS
        return x_modifier if is_x else "59"


def is_distinct(line: ClaimLine) -> bool:
    """The line carries 59 or one of its four finer forms."""
    return any(each in DISTINCT for each in line.modifiers)
