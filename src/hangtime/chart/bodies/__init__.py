"""What an entry can say: one frozen record a kind, named in JSON by its `kind`."""

from __future__ import annotations

from typing import get_args

from hangtime.chart.bodies.delivery import (
    AccessLeftIn,
    AccessRemoved,
    DischargeTeaching,
    Disconnected,
    Flushed,
    InfusionLeftRunning,
    InfusionPaused,
    InfusionResumed,
    InfusionStarted,
    InfusionStopped,
    InjectionGiven,
    Observed,
    PostObservation,
    PushGiven,
    RateChanged,
    SiteScore,
    Vitals,
)
from hangtime.chart.bodies.preparation import (
    AccessAttemptFailed,
    AccessEstablished,
    Allergy,
    DrugPrepared,
    LinePrimed,
    OrderVerified,
    PatientIdentified,
    Screening,
    SecondCheckDone,
    SitePrepared,
    Vials,
    WasteCharted,
)
from hangtime.chart.bodies.reactions import (
    ProviderNotified,
    ReactionAction,
    ReactionEnded,
    ReactionNoted,
)
from hangtime.chart.bodies.visit import (
    DiagnosesCharted,
    InpatientOrdered,
    Note,
    OtherServiceCharted,
    Patient,
    StepSkipped,
    VisitClosed,
    VisitOpened,
)
from hangtime.chart.bodies.words import Id, Moment, Said, Text

__all__ = [
    "BODIES", "AccessAttemptFailed", "AccessEstablished", "AccessLeftIn", "AccessRemoved", "Allergy",
    "Body", "Corrected", "DiagnosesCharted", "DischargeTeaching", "Disconnected", "DrugPrepared",
    "Event", "Flushed", "InfusionLeftRunning", "InfusionPaused", "InfusionResumed",
    "InfusionStarted", "InfusionStopped", "InjectionGiven", "InpatientOrdered", "LinePrimed", "Note",
    "Observed", "OrderVerified", "OtherServiceCharted", "Patient", "PatientIdentified",
    "PostObservation", "ProviderNotified", "PushGiven", "RateChanged", "ReactionAction",
    "ReactionEnded", "ReactionNoted", "Said", "Screening", "SecondCheckDone", "SitePrepared", "SiteScore",
    "StepSkipped", "Vials", "VisitClosed", "VisitOpened", "Vitals", "WasteCharted", "kind_of",
]  # fmt: skip

Event = (
    VisitOpened
    | OrderVerified
    | PatientIdentified
    | Screening
    | SitePrepared
    | AccessEstablished
    | AccessAttemptFailed
    | DrugPrepared
    | SecondCheckDone
    | WasteCharted
    | LinePrimed
    | InfusionStarted
    | PushGiven
    | InjectionGiven
    | RateChanged
    | InfusionPaused
    | InfusionResumed
    | InfusionStopped
    | InfusionLeftRunning
    | Disconnected
    | Observed
    | Flushed
    | AccessRemoved
    | AccessLeftIn
    | DischargeTeaching
    | PostObservation
    | ReactionNoted
    | ReactionAction
    | ProviderNotified
    | ReactionEnded
    | StepSkipped
    | Note
    | DiagnosesCharted
    | OtherServiceCharted
    | InpatientOrdered
    | VisitClosed
)


class Corrected(Said, frozen=True, kw_only=True, tag="corrected"):
    """An earlier entry is wrong: this is what it should have said, or nothing at all.

    `replacement` None strikes the entry.  `happened_at` is when the thing itself happened, where
    that was wrong.  The old entry stays in the history.  To correct a correction is to correct what
    it corrected; to strike it brings back what stood before.
    """

    corrects: Id
    reason: Text
    replacement: Event | None = None
    happened_at: Moment | None = None


Body = Event | Corrected
BODIES: tuple[type[Said], ...] = get_args(Body)


def kind_of(body: Said) -> str:
    """The word that names a body's kind in JSON, such as "infusion_started"."""
    return str(type(body).__struct_config__.tag)
