"""A visit as the encounter contract has it: what was given, from when to when, and on whose order.

Only what was started is an administration; what was prepared and never given is not.  Nothing is
made up: a stop that nobody charted stays missing, beside the last time somebody saw it running.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any, TypeVar

from hangtime import clock, model
from hangtime.chart.bodies import (
    AccessRemoved,
    DiagnosesCharted,
    DrugPrepared,
    InfusionStarted,
    InfusionStopped,
    InjectionGiven,
    InpatientOrdered,
    OtherServiceCharted,
    PushGiven,
    WasteCharted,
)
from hangtime.chart.visit import Access, Administration, Fact, Visit
from hangtime.errors import UserError

__all__ = ["NotOpened", "encounter"]

Start = InfusionStarted | PushGiven | InjectionGiven
T = TypeVar("T")


class NotOpened(UserError):
    """A visit whose opening is not charted has no setting, and so no encounter."""


def encounter(visit: Visit) -> model.Encounter:
    """The visit as an encounter, administrations in the order they were started.

    NotOpened where the visit was never opened.
    """
    opening = visit.opening
    if opening is None:
        raise NotOpened("The visit was never opened, or its opening was struck.")
    inpatient = visit.of(InpatientOrdered)
    diagnoses = visit.last(DiagnosesCharted)
    given = [each for each in visit.administrations if each.starts or each.stops]
    given.sort(key=_order)
    return model.Encounter(
        encounter_id=visit.visit_id,
        patient_id=opening.patient.patient_id,
        setting=opening.setting,
        payer=opening.payer,
        time_zone=opening.time_zone,
        date_of_service=_local_day(visit.opened, opening.time_zone),
        diagnoses=diagnoses.codes if diagnoses else (),
        place_of_service=opening.place_of_service,
        attendance_of_day=opening.attendance_of_day,
        ended_at=visit.closed.happened_at if visit.closed else None,
        inpatient_order_at=inpatient[0][0].happened_at if inpatient else None,
        birth_date=opening.patient.birth_date,
        weight_kg=visit.screening.weight_kg if visit.screening else None,
        department=opening.department,
        drug_discount_340b=opening.drug_discount_340b,
        locality=opening.locality,
        accesses=tuple(_access(each) for each in visit.accesses),
        administrations=tuple(_administration(visit, each) for each in given),
        other_services=tuple(
            model.OtherService(code=body.code, modifiers=body.modifiers)
            for _, body in visit.of(OtherServiceCharted)
        ),
    )


def _local_day(opened: Fact | None, time_zone: str) -> date | None:
    """The date at the site when the visit was opened."""
    place = clock.zone(time_zone)
    if opened is None:
        return None
    return (opened.at.astimezone(place) if place else opened.happened_at).date()


def _order(given: Administration) -> tuple[Any, str]:
    first = given.started or given.stopped
    assert first is not None
    return first.at, first.entry_id


def _access(access: Access) -> model.Access:
    body = access.body
    return model.Access(
        access_id=access.access_id,
        kind=body.device,
        reason=body.reason,
        reason_code=body.reason_code,
        lumens=body.lumens,
    )


def _administration(visit: Visit, given: Administration) -> model.Administration:
    began = given.started
    start = began.body if began is not None else None
    assert start is None or isinstance(start, Start)
    by = began or given.stopped
    assert by is not None
    return model.Administration(
        administration_id=given.administration_id,
        drug=given.drug,
        route=start.route if start else _ordered_route(given),
        access=given.access_id,
        start=began.happened_at if began else None,
        minutes=start.minutes if isinstance(start, PushGiven) else None,
        hand_push=start.is_hand_push if isinstance(start, PushGiven) else None,
        counselling=start.is_counselled if isinstance(start, InjectionGiven) else None,
        running_on_arrival=True if _is_on_arrival(start) else None,
        category=_first(getattr(start, "category", None), given.order and given.order.category),
        purpose=_first(getattr(start, "purpose", None), given.order and given.order.purpose),
        recorded_at=max(each.recorded_at for each in (by, given.stopped or by)),
        performer=by.author,
        performer_credential=by.credential,
        **_end(visit, given),
        **_flow(given),
        **_dose(given, start),
        **_product(given),
        **_order_facts(given),
    )


def _is_on_arrival(start: Start | None) -> bool:
    return isinstance(start, InfusionStarted) and start.is_running_on_arrival


def _ordered_route(given: Administration) -> model.Route:
    return (given.order.route if given.order else None) or "iv_infusion"


def _first(*values: T | None) -> T | None:
    """The first value that was said."""
    return next((each for each in values if each is not None), None)


def _end(visit: Visit, given: Administration) -> dict[str, Any]:
    """The stop, or what else shows the end; and how much went in."""
    stopped = given.stopped
    body = stopped.body if stopped else None
    return {
        "stop": stopped.happened_at if stopped else None,
        "volume_infused_ml": body.volume_infused_ml if isinstance(body, InfusionStopped) else None,
        "continues_off_site": True if given.left_running else None,
        "last_observed_infusing": given.last_seen.happened_at if given.last_seen else None,
        "disconnected_at": _disconnected(visit, given),
        "interruptions": tuple(
            model.Interruption(
                start=each.start.happened_at, stop=each.stop.happened_at if each.stop else None
            )
            for each in given.breaks
        ),
    }


def _disconnected(visit: Visit, given: Administration) -> Any:
    """When the line was taken off; an infusion without a stop ended when its access was removed."""
    if given.disconnected is not None:
        return given.disconnected.happened_at
    access = visit.access(given.last_access_id) if given.last_access_id else None
    gone: Fact | None = access.ended if access else None
    if given.is_running and gone is not None and isinstance(gone.body, AccessRemoved):
        return gone.happened_at
    return None


def _flow(given: Administration) -> dict[str, Any]:
    """Pump, volume hung, and rates: the first, and each change."""
    infusion, line, bag = given.infusion, given.line, given.bag
    changes = [each for each in given.rates if given.started is None or each[0] > given.started.at]
    return {
        "pump": _first(infusion and infusion.pump, line and line.pump),
        "pump_channel": _first(infusion and infusion.pump_channel, line and line.pump_channel),
        "volume_ml": _first(infusion and infusion.volume_ml, bag and bag.volume_ml),
        "rate_ml_per_h": infusion.rate_ml_per_h if infusion else None,
        "rate_changes": tuple(model.RateChange(at=at, rate_ml_per_h=rate) for at, rate in changes),
    }


def _dose(given: Administration, start: Start | None) -> dict[str, Any]:
    """Dose with its unit, of the bag, else of the start; containers and waste."""
    bag = given.bag
    said: DrugPrepared | Start | None = bag if bag and bag.dose is not None else start
    discarded: tuple[Decimal | None, str | None] = (None, None)
    if bag is not None:
        discarded = (bag.discarded, bag.discarded_unit)
    if given.wasted is not None and isinstance(given.wasted.body, WasteCharted):
        discarded = (given.wasted.body.discarded, given.wasted.body.discarded_unit)
    return {
        "dose": _first(_dose_given(given), said.dose if said else None),
        "dose_unit": said.dose_unit if said else None,
        "discarded": discarded[0],
        "discarded_unit": discarded[1],
        "containers": tuple(
            model.Container(
                size=each.size,
                size_unit=each.size_unit,
                count=each.count,
                single_dose=each.is_single_dose,
            )
            for each in (bag.containers if bag else ())
        ),
    }


def _dose_given(given: Administration) -> Decimal | None:
    """What went in of a dose that was stopped before its end, where that is charted."""
    stopped = given.stopped.body if given.stopped else None
    return stopped.dose_given if isinstance(stopped, InfusionStopped) else None


def _product(given: Administration) -> dict[str, Any]:
    bag = given.bag
    if bag is None:
        return {}
    return {
        "ndc": bag.ndc,
        "hcpcs": bag.hcpcs,
        "rxnorm": bag.rxnorm,
        "bag": bag.bag,
        "supplied_by": bag.supplied_by,
    }


def _order_facts(given: Administration) -> dict[str, Any]:
    order = given.order
    if order is None:
        return {}
    return {
        "order_id": order.order_id,
        "order_signed": order.is_signed,
        "ordered_at": order.ordered_at,
        "indication": order.indication,
        "primary_reason": order.is_primary_reason,
    }
