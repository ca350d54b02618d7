"""The ten steps: which are done, which partly, and what is missing in words.

The order of the steps is guided, never forced.  A step is what its entries say of it, whoever made
them and in whatever order; a skipped one says why.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Literal, get_args

import msgspec

from hangtime.chart.bodies import (
    AccessLeftIn,
    AccessRemoved,
    DischargeTeaching,
    DrugPrepared,
    InfusionStopped,
    LinePrimed,
    OrderVerified,
    PatientIdentified,
    PostObservation,
    Screening,
    SitePrepared,
    StepSkipped,
)
from hangtime.chart.bodies.words import Step
from hangtime.chart.emergency import unexplained_signs
from hangtime.chart.flow import expected_end
from hangtime.chart.monitoring import Watch, template_of
from hangtime.chart.site import Site
from hangtime.chart.visit import Administration, Fact, Visit

__all__ = ["STEPS", "TITLES", "StepStatus", "is_cut_short", "step_statuses"]

STEPS: tuple[Step, ...] = get_args(Step)
TITLES: dict[Step, str] = {
    "verify_order": "Verify the order",
    "identify_and_screen": "Identify the patient and screen",
    "prepare_site": "Choose and prepare the site",
    "establish_access": "Establish the access",
    "prepare_drug": "Prepare the drug and prime the line",
    "start": "Connect and start",
    "monitor": "Watch the patient",
    "stop": "Chart the stop",
    "flush": "Flush",
    "finish": "Remove or leave in, teach, watch on",
}
# done; partly: something of it is missing; missing: nothing of it is charted; skipped, with a reason;
# waiting: its turn has not come; not_needed: nothing goes into a vein.
State = Literal["done", "partly", "missing", "skipped", "waiting", "not_needed"]
IDENTIFIERS = 2


class StepStatus(msgspec.Struct, frozen=True, kw_only=True):
    """One step: `missing` says in words what is not charted; `entries` what is; `reason` of a skip."""

    step: Step
    number: int
    title: str
    state: State
    missing: tuple[str, ...] = ()
    entries: tuple[str, ...] = ()
    reason: str | None = None


def step_statuses(
    visit: Visit, watched: tuple[Watch, ...], now: datetime, site: Site
) -> tuple[StepStatus, ...]:
    """The ten steps in their order, at a moment in UTC."""
    return tuple(_Steps(visit, watched, now, site).statuses())


class _Steps:
    def __init__(self, visit: Visit, watched: tuple[Watch, ...], now: datetime, site: Site) -> None:
        self.visit, self.watched, self.now, self.site = visit, watched, now, site
        self.given = [each for each in visit.administrations if each.started]
        self.infusions = [each for each in self.given if each.infusion]
        self.skips = {body.step: body.reason for _, body in visit.of(StepSkipped)}

    def statuses(self) -> Iterator[StepStatus]:
        for number, step in enumerate(STEPS, 1):
            entries = tuple(each.entry_id for each in getattr(self, f"entries_of_{step}")())
            missing = tuple(dict.fromkeys(getattr(self, step)()))
            state = self._state(step, is_begun=bool(entries), is_whole=not missing)
            yield StepStatus(
                step=step,
                number=number,
                title=TITLES[step],
                state=state,
                missing=missing if state in {"partly", "missing", "skipped"} else (),
                entries=entries,
                reason=self.skips.get(step) if state == "skipped" else None,
            )

    def _state(self, step: Step, *, is_begun: bool, is_whole: bool) -> State:
        if is_begun and is_whole:
            return "waiting" if step == "stop" and self._is_more_to_stop() else "done"
        if step in self.skips:
            return "skipped"
        if not is_begun and self._is_not_needed(step):
            return "not_needed"
        if not is_begun and self._is_waiting(step):
            return "waiting"
        return "partly" if is_begun else "missing"

    def _is_not_needed(self, step: Step) -> bool:
        """Injections need no access; pushes and injections have no stop of their own."""
        if step == "stop":
            return bool(self.given) and not self.infusions
        return step in {"prepare_site", "establish_access", "flush"} and self._is_without_vein()

    def _is_waiting(self, step: Step) -> bool:
        """The steps after the start wait for it, and the last two for the end of what runs."""
        if step == "monitor":
            return not self.given
        if step == "stop":
            return not self.given or all(self._runs_on(each) for each in self.infusions)
        if step in {"flush", "finish"}:
            return not self.given or any(each.is_running for each in self.given)
        return False

    def _is_more_to_stop(self) -> bool:
        """Of several infusions one has ended, and another runs on."""
        return any(e.is_running and self._runs_on(e) for e in self.infusions)

    def _runs_on(self, given: Administration) -> bool:
        """Whether it may still be running: by its rate it is not empty yet, and its access is in."""
        end = expected_end(given)
        access = self.visit.access(given.last_access_id) if given.last_access_id else None
        is_in = access is None or access.ended is None
        return self.visit.closed is None and is_in and (end is None or end >= self.now)

    def _is_without_vein(self) -> bool:
        routes = [body.route for _, body in self.visit.of(OrderVerified)]
        by_needle = {"im", "sc", "on_body"}
        if self.given:
            return all(each.is_injection for each in self.given)
        return bool(routes) and all(route in by_needle for route in routes)

    def _facts(self, *kinds: type) -> list[Fact]:
        return [each for each in self.visit.facts if isinstance(each.body, kinds)]

    # --- 1 -------------------------------------------------------------------

    def entries_of_verify_order(self) -> list[Fact]:
        return self._facts(OrderVerified)

    def verify_order(self) -> Iterator[str]:
        if not self.visit.orders:
            yield "no order is verified"
        for fact in self.visit.orders:
            if isinstance(fact.body, OrderVerified):
                yield from (f"{fact.body.drug}: {each}" for each in _lacks_of_order(fact.body))

    # --- 2 -------------------------------------------------------------------

    def entries_of_identify_and_screen(self) -> list[Fact]:
        return self._facts(PatientIdentified, Screening)

    def identify_and_screen(self) -> Iterator[str]:
        by = {each for _, body in self.visit.of(PatientIdentified) for each in body.identifiers}
        if len(by) < IDENTIFIERS:
            yield "a second identifier" if by else "two identifiers"
        screening = self.visit.screening or Screening()
        if not screening.is_allergy_reviewed:
            yield "allergies"
        if not screening.is_contraindication_reviewed:
            yield "contraindications"
        if not screening.is_history_reviewed:
            yield "history"
        if screening.consent is None:
            yield "consent"
        if screening.consent == "refused":
            yield "consent was refused"
        if screening.weight_kg is None:
            yield "weight"

    # --- 3, 4 ----------------------------------------------------------------

    def entries_of_prepare_site(self) -> list[Fact]:
        return self._facts(SitePrepared)

    def prepare_site(self) -> Iterator[str]:
        prepared = self.visit.last(SitePrepared)
        if prepared is None:
            yield "the skin's preparation"
            return
        if not prepared.is_hand_hygiene_done:
            yield "hand hygiene"
        if not prepared.is_left_to_dry:
            yield "that the antiseptic was left to dry"

    def entries_of_establish_access(self) -> list[Fact]:
        return [each.established for each in self.visit.accesses]

    def establish_access(self) -> Iterator[str]:
        if not self.visit.accesses:
            yield "an access"
        for each in self.visit.accesses:
            body, id = each.body, each.access_id
            if body.site is None:
                yield f"{id}: site"
            if body.has_blood_return is None:
                yield f"{id}: blood return"
            if body.device == "peripheral" and body.gauge is None:
                yield f"{id}: gauge"
            if body.attempts is None and not body.is_already_in_place:
                yield f"{id}: attempts"

    # --- 5 -------------------------------------------------------------------

    def entries_of_prepare_drug(self) -> list[Fact]:
        return self._facts(DrugPrepared, LinePrimed)

    def prepare_drug(self) -> Iterator[str]:
        if not self.visit.of(DrugPrepared):
            yield "a prepared drug"
        for each in self.visit.administrations:
            yield from (f"{each.drug}: {lack}" for lack in self._lacks_of_bag(each))
        for given in self.given:
            if given.prepared is None and not _is_taken_over(given):
                yield f"{given.drug}: its preparation"
        infused = self.infusions or [o for o in self.visit.orders if _is_infusion(o)]
        if infused and not self._facts(LinePrimed):
            yield "the primed line"

    def _lacks_of_bag(self, given: Administration) -> Iterator[str]:
        body = given.bag
        if body is None:
            return
        if not body.is_scanned:
            yield "the barcode's scan"
        if body.lot is None:
            yield "lot"
        if body.expiry is None:
            yield "expiry"
        if body.dose is None or body.dose_unit is None:
            yield "dose"
        named = given.order.template if given.order else None
        if not given.is_checked and self.site.is_high_alert(body.drug, named):
            yield "the second check of a high-alert drug"
        template = template_of(given, self.site)
        if template and template.filter and given.line and not given.line.filter:
            yield f"an in-line filter of {template.filter} µm"

    # --- 6 -------------------------------------------------------------------

    def entries_of_start(self) -> list[Fact]:
        return [each.started for each in self.given if each.started]

    def start(self) -> Iterator[str]:
        if not self.given:
            yield "a start"
        started = {each.administration_id for each in self.given}
        for each in self.visit.administrations:
            if self.given and each.prepared and each.administration_id not in started:
                yield f"{each.drug}: prepared and not started"
        for each in self.infusions:
            yield from (f"{each.drug}: {lack}" for lack in self._lacks_of_start(each))

    def _lacks_of_start(self, given: Administration) -> Iterator[str]:
        infusion, order = given.infusion, given.order
        assert infusion is not None
        if infusion.access_id is None:
            yield "access"
        if infusion.rate_ml_per_h is None:
            yield "rate"
        elif order and order.rate_ml_per_h and order.rate_ml_per_h != infusion.rate_ml_per_h:
            template = template_of(given, self.site)
            by_steps = template is not None and template.steps is not None
            if not by_steps or infusion.rate_ml_per_h > order.rate_ml_per_h:
                yield "started at another rate than ordered"

    # --- 7 -------------------------------------------------------------------

    def entries_of_monitor(self) -> list[Fact]:
        first = min((e.started.at for e in self.given if e.started), default=None)
        return [] if first is None else [f for f, _ in self.visit.observations() if f.at >= first]

    def monitor(self) -> Iterator[str]:
        for watch in self.watched:
            is_continuous = self.site.all_schedules[watch.schedule].continuous > 0
            if is_continuous and not watch.is_first_watched:
                yield f"{watch.drug}: continuous watch of the first minutes"
            if watch.gaps:
                yield f"{watch.drug}: observations came too far apart"
            if watch.due is not None and watch.due.is_overdue and watch.due.kind != "after":
                yield f"{watch.drug}: {watch.due.words}"
        seen = [body for _, body in self.visit.observations()]
        if not any(body.sites for body in seen) and not self._is_without_vein():
            yield "the IV site's score"
        if not any(body.signs or body.is_free_of_symptoms for body in seen):
            yield "symptoms"
        if lonely := unexplained_signs(self.visit):
            yield f"a reaction to go with {', '.join(lonely)}"

    # --- 8 -------------------------------------------------------------------

    def entries_of_stop(self) -> list[Fact]:
        ended = [each.stopped or each.left_running for each in self.infusions]
        return [each for each in ended if each is not None]

    def stop(self) -> Iterator[str]:
        for each in self.infusions:
            if each.stopped is None and each.left_running is None:
                if not self._runs_on(each):
                    yield f"{each.drug}: stop"
            elif each.stopped and isinstance(each.stopped.body, InfusionStopped):
                if each.stopped.body.volume_infused_ml is None:
                    yield f"{each.drug}: volume infused"
                elif is_cut_short(each) and each.stopped.body.dose_given is None:
                    yield f"{each.drug}: the dose that went in"

    # --- 9, 10 ---------------------------------------------------------------

    def entries_of_flush(self) -> list[Fact]:
        return [fact for each in self.visit.accesses for fact in each.flushes]

    def flush(self) -> Iterator[str]:
        """Each access that was used is flushed after the last thing that ran into it."""
        for access in self.visit.accesses:
            ends = [end for each in self.given if (end := _last_use(each, access.access_id))]
            last = max(ends, default=None)
            if last is not None and not any(fact.at >= last for fact in access.flushes):
                yield f"{access.access_id}: flush"

    def entries_of_finish(self) -> list[Fact]:
        return self._facts(AccessRemoved, AccessLeftIn, DischargeTeaching, PostObservation)

    def finish(self) -> Iterator[str]:
        for access in self.visit.accesses:
            body = access.ended.body if access.ended else None
            if body is None:
                yield f"{access.access_id}: removed or left in"
            elif isinstance(body, AccessRemoved | AccessLeftIn) and not body.is_dressed:
                yield f"{access.access_id}: dressing"
        if not self._facts(DischargeTeaching):
            yield "discharge teaching"
        for watch in self.watched:
            if watch.due is not None and watch.due.kind == "after":
                yield f"{watch.drug}: {watch.due.words}"


def _last_use(given: Administration, access_id: str) -> datetime | None:
    """When something last ran through an access; None where it went on through another, or never did."""
    if given.started is None or given.last_access_id != access_id:
        return None
    return given.stopped.at if given.stopped else given.started.at


def is_cut_short(given: Administration) -> bool:
    """Whether less went in than was hung of a dose."""
    stopped = given.stopped.body if given.stopped else None
    hung = (given.infusion and given.infusion.volume_ml) or (given.bag and given.bag.volume_ml)
    if not isinstance(stopped, InfusionStopped) or stopped.volume_infused_ml is None or not hung:
        return False
    return given.bag is not None and given.bag.dose is not None and stopped.volume_infused_ml < hung


def _lacks_of_order(order: OrderVerified) -> Iterator[str]:
    if not order.is_signed:
        yield "signature"
    if order.dose is None or order.dose_unit is None:
        yield "dose"
    if order.route is None:
        yield "route"
    if _infused(order) and order.rate_ml_per_h is None:
        yield "rate"
    if _infused(order) and order.duration_minutes is None:
        yield "duration"
    if order.indication is None:
        yield "indication"
    if order.supervising_practitioner is None:
        yield "supervising practitioner"


def _infused(order: OrderVerified) -> bool:
    return order.route in {"iv_infusion", "sc_infusion", "ia_infusion"}


def _is_infusion(fact: Fact) -> bool:
    return isinstance(fact.body, OrderVerified) and _infused(fact.body)


def _is_taken_over(given: Administration) -> bool:
    return given.infusion is not None and given.infusion.is_running_on_arrival
