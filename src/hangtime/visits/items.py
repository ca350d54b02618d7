"""A visit as the worklist shows it: what waits for a coder, from when, and what hangs on it."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime
from typing import Any

from hangtime import clock
from hangtime.visits.records import Record
from hangtime.visits.work import Coding, Query, Work
from hangtime.worklist.items import Item, week_of
from hangtime.worklist.judging import UNKNOWN, Judged, judge

__all__ = ["item_of"]

_INFUSED = frozenset({"iv_infusion", "sc_infusion", "ia_infusion"})
_UNCODED = Judged("gap", UNKNOWN, UNKNOWN, "")


def item_of(record: Record) -> Item | None:
    """The item of a record; None while the patient is there and nothing is coded."""
    state = record.work_state
    if state == "charting":
        return None
    work, coding, opening = record.work, record.work.coding, record.opening
    judged = judge(coding.outcome, coding.prices) if coding else _UNCODED
    day = _day(record)
    return Item(
        visit_id=record.visit_id,
        site_id=record.site_id,
        unit_id=opening.unit_id,
        state=state,
        patient_id=opening.patient.patient_id,
        patient_name=opening.patient.name,
        payer=opening.payer or "",
        day=day,
        week=week_of(day),
        since=_since(record),
        confidence=judged.confidence,
        stake=judged.stake,
        amount=judged.amount,
        missing=judged.missing,
        summary=_summary(coding),
        lines=len(coding.lines) if coding else 0,
        decided=len(work.decided),
        conflicts=len(work.conflicts),
        **_released(record),
        **_asked(work),
        **_stopped(coding.encounter if coding else {}),
    )


def _day(record: Record) -> date:
    """The date of service: the encounter's own, else that of the opening by the site's clock."""
    told = record.work.coding.encounter.get("date_of_service") if record.work.coding else None
    if told:
        return date.fromisoformat(told)
    place = clock.zone(record.opening.time_zone)
    return (record.opened_at.astimezone(place) if place else record.opened_at).date()


def _since(record: Record) -> datetime:
    """When it came to the desk: the patient left, or it was coded before."""
    coding = record.work.coding
    return record.closed_at or (coding.recorded_at if coding else record.opened_at)


def _released(record: Record) -> dict[str, Any]:
    released = record.work.released
    if released is None:
        return {}
    waited = released.recorded_at - _since(record)
    return {
        "released_at": released.recorded_at,
        "lag_seconds": max(0, int(waited.total_seconds())),
    }


def _summary(coding: Coding | None) -> str:
    """Its codes with their units, each once: "A×2 B"."""
    found: Counter[str] = Counter()
    for line in coding.lines if coding else ():
        found[line["code"]] += int(line["units"])
    return " ".join(code if units == 1 else f"{code}×{units}" for code, units in found.items())


def _asked(work: Work) -> dict[str, Any]:
    answered = [each for each in work.queries if each.answers]
    return {
        "queries": len(work.queries),
        "open_queries": sum(each.is_open for each in work.queries),
        "answered": sum(each.closed is None for each in answered),
        "answers": len(answered),
        "answer_seconds": sum(_seconds(each) for each in answered),
    }


def _seconds(query: Query) -> int:
    """From a question to its first answer."""
    return int((query.answers[0].recorded_at - query.asked.recorded_at).total_seconds())


def _stopped(encounter: dict[str, Any]) -> dict[str, Any]:
    """How many infusions were charted, and how many of them with a stop."""
    given = encounter.get("administrations", ())
    infused = [each for each in given if each.get("route") in _INFUSED]
    return {"infusions": len(infused), "stops": sum(bool(each.get("stop")) for each in infused)}
