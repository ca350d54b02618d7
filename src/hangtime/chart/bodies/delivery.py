"""Steps six to ten: start, monitoring, stop, flush, and how the patient left."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

from hangtime.chart.bodies.words import (
    Count,
    FlushSolution,
    Id,
    Line,
    Part,
    PauseReason,
    Said,
    Side,
    Sign,
    SiteScale,
    StopReason,
    Text,
)
from hangtime.model import Category, Pump, Purpose, Route


class InfusionStarted(Said, frozen=True, kw_only=True, tag="infusion_started"):
    """Step 6.  Connected and running, at `rate_ml_per_h`.

    `drug`, `dose`, `dose_unit` and what is it for are said here only where it was not prepared
    here.  `is_running_on_arrival`: the patient came with it, and this is when it was taken over.
    """

    administration_id: Id
    access_id: Id | None = None
    rate_ml_per_h: Decimal | None = None
    volume_ml: Decimal | None = None
    route: Route = "iv_infusion"
    pump: Pump | None = None
    pump_channel: Line | None = None
    is_running_on_arrival: bool = False
    drug: Line | None = None
    dose: Decimal | None = None
    dose_unit: Line | None = None
    category: Category | None = None
    purpose: Purpose | None = None


class PushGiven(Said, frozen=True, kw_only=True, tag="push_given"):
    """Step 6.  A dose given into the line at once, over `minutes`."""

    administration_id: Id
    access_id: Id | None = None
    minutes: Decimal | None = None
    route: Route = "iv_push"
    is_hand_push: bool | None = None
    drug: Line | None = None
    dose: Decimal | None = None
    dose_unit: Line | None = None
    category: Category | None = None


class InjectionGiven(Said, frozen=True, kw_only=True, tag="injection_given"):
    """Step 6.  A dose into muscle or under the skin."""

    administration_id: Id
    route: Literal["im", "sc", "on_body"] = "sc"
    site: Line | None = None
    side: Side | None = None
    is_counselled: bool | None = None
    drug: Line | None = None
    dose: Decimal | None = None
    dose_unit: Line | None = None
    category: Category | None = None


class RateChanged(Said, frozen=True, kw_only=True, tag="rate_changed"):
    """From now on at another rate."""

    administration_id: Id
    rate_ml_per_h: Decimal
    reason: Line | None = None


class InfusionPaused(Said, frozen=True, kw_only=True, tag="infusion_paused"):
    """Nothing runs from here until it is resumed."""

    administration_id: Id
    reason: PauseReason | None = None
    remark: Text | None = None


class InfusionResumed(Said, frozen=True, kw_only=True, tag="infusion_resumed"):
    """Runs again, at the old rate and through the old access where no other is said."""

    administration_id: Id
    access_id: Id | None = None
    rate_ml_per_h: Decimal | None = None


class InfusionStopped(Said, frozen=True, kw_only=True, tag="infusion_stopped"):
    """Step 8.  The end of it, and how much went in; why, only where somebody said it.

    `dose_given`, in the unit of the dose prepared, where it was stopped before all of it was in.
    """

    administration_id: Id
    volume_infused_ml: Decimal | None = None
    dose_given: Decimal | None = None
    reason: StopReason | None = None
    remark: Text | None = None


class InfusionLeftRunning(Said, frozen=True, kw_only=True, tag="infusion_left_running"):
    """Step 8.  The patient went home with it running, on a portable pump."""

    administration_id: Id
    remark: Text | None = None


class Disconnected(Said, frozen=True, kw_only=True, tag="disconnected"):
    """The line was taken off, whenever it had run out."""

    administration_id: Id


class Vitals(Part, frozen=True, kw_only=True):
    """Pressures in mmHg, pulse and breaths a minute, saturation in per cent, °C, pain 0 to 10."""

    systolic: Count | None = None
    diastolic: Count | None = None
    pulse: Count | None = None
    respirations: Count | None = None
    oxygen_saturation: Count | None = None
    temperature_c: Decimal | None = None
    pain: Count | None = None


class SiteScore(Part, frozen=True, kw_only=True):
    """How the site of one access looks, on one scale."""

    access_id: Id
    scale: SiteScale
    score: Count


class Observed(Said, frozen=True, kw_only=True, tag="observed"):
    """Step 7.  Somebody looked.

    `is_free_of_symptoms` says that symptoms were asked for and there are none; otherwise they are in
    `signs`.  `still_infusing` lists what was seen running.  `was_continuous`: someone stayed with the
    patient since the start, or since the last observation.
    """

    vitals: Vitals | None = None
    sites: tuple[SiteScore, ...] = ()
    signs: tuple[Sign, ...] = ()
    is_free_of_symptoms: bool = False
    still_infusing: tuple[Id, ...] = ()
    was_continuous: bool = False
    remark: Text | None = None


class Flushed(Said, frozen=True, kw_only=True, tag="flushed"):
    """Step 9.  The access rinsed, or locked."""

    access_id: Id
    solution: FlushSolution = "saline"
    volume_ml: Decimal | None = None
    units_per_ml: Decimal | None = None


class AccessRemoved(Said, frozen=True, kw_only=True, tag="access_removed"):
    """Step 10.  Taken out, or the port's needle taken out, and dressed."""

    access_id: Id
    is_intact: bool | None = None
    is_dressed: bool | None = None
    remark: Text | None = None


class AccessLeftIn(Said, frozen=True, kw_only=True, tag="access_left_in"):
    """Step 10.  It stays in, and why."""

    access_id: Id
    reason: Text
    is_dressed: bool | None = None


class DischargeTeaching(Said, frozen=True, kw_only=True, tag="discharge_teaching"):
    """Step 10.  What was explained, and to whom."""

    topics: tuple[Line, ...]
    is_understood: bool | None = None
    given_to: Line | None = None


class PostObservation(Said, frozen=True, kw_only=True, tag="post_observation"):
    """Step 10.  The watch after the last drug is over; it happened when it ended."""

    vitals: Vitals | None = None
    signs: tuple[Sign, ...] = ()
    is_free_of_symptoms: bool = False
    remark: Text | None = None
