"""Reactions, at any time: what was seen, what was done, who was told, how it ended."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated

import msgspec

from hangtime.chart.bodies.words import (
    Action,
    Afterwards,
    Id,
    Line,
    Reaction,
    ReactionOutcome,
    Said,
    Sign,
    Text,
)

Grade = Annotated[int, msgspec.Meta(ge=1, le=5)]  # NCI CTCAE 5.0


class ReactionNoted(Said, frozen=True, kw_only=True, tag="reaction_noted"):
    """A reaction begins, or is judged anew: noted again under its id, the later judgement stands.

    `grade` is the nurse's, by the NCI's Common Terminology Criteria for Adverse Events 5.0.
    """

    reaction_id: Id
    reaction: Reaction
    signs: tuple[Sign, ...] = ()
    grade: Grade | None = None
    administration_id: Id | None = None
    access_id: Id | None = None
    remark: Text | None = None


class ReactionAction(Said, frozen=True, kw_only=True, tag="reaction_action"):
    """Something was done about it.  A drug given for it is charted as its own administration too."""

    reaction_id: Id
    action: Action
    detail: Line | None = None
    dose: Decimal | None = None
    dose_unit: Line | None = None
    administration_id: Id | None = None


class ProviderNotified(Said, frozen=True, kw_only=True, tag="provider_notified"):
    """A practitioner was told, and what came back."""

    provider: Line
    reaction_id: Id | None = None
    response: Text | None = None


class ReactionEnded(Said, frozen=True, kw_only=True, tag="reaction_ended"):
    """How it ended, and what became of the infusion."""

    reaction_id: Id
    outcome: ReactionOutcome
    afterwards: Afterwards | None = None
    remark: Text | None = None
