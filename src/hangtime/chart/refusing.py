"""What must not even be recorded: what cannot be, and what refers to nothing.

The order of the steps is not refused, nor an entry that contradicts another: both are shown.  A
message names the field and never the value.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cache
from typing import Any, NamedTuple

import msgspec

from hangtime import clock
from hangtime.chart.bodies import (
    Body,
    Corrected,
    DiagnosesCharted,
    Disconnected,
    DrugPrepared,
    Flushed,
    InfusionLeftRunning,
    InfusionPaused,
    InfusionResumed,
    InfusionStarted,
    InfusionStopped,
    InjectionGiven,
    LinePrimed,
    Note,
    Observed,
    OtherServiceCharted,
    ProviderNotified,
    PushGiven,
    RateChanged,
    ReactionAction,
    ReactionEnded,
    ReactionNoted,
    Said,
    SecondCheckDone,
    VisitOpened,
    WasteCharted,
    kind_of,
)
from hangtime.chart.bodies.delivery import AccessLeftIn, AccessRemoved
from hangtime.chart.bodies.words import Part, can_be_meant, instant
from hangtime.chart.entries import Entry
from hangtime.chart.tables import rows
from hangtime.chart.visit import Visit

__all__ = ["Refusal", "refusals", "root_of"]

CLOCKS_APART = timedelta(minutes=2)  # what two clocks may differ by
BEFORE_OPENING = timedelta(days=7)  # an order or an infusion may be older than the visit
ICD_10_CM = re.compile(r"[A-TV-Z][0-9][0-9A-Z](?:\.?[0-9A-Z]{1,4})?")
SERVICE = re.compile(r"[0-9A-Z][0-9]{3}[0-9A-Z]")
SCALES = {"vip": 5, "ins_phlebitis": 4, "ins_infiltration": 4}
NEEDS_ADMINISTRATION = (
    RateChanged, InfusionPaused, InfusionResumed, InfusionStopped, InfusionLeftRunning, Disconnected,
    WasteCharted, SecondCheckDone, LinePrimed, ReactionNoted, ReactionAction,
)  # fmt: skip
NAMES_ACCESS = (
    InfusionStarted, InfusionResumed, PushGiven, Flushed, AccessRemoved, AccessLeftIn, ReactionNoted,
)  # fmt: skip
STARTS = (InfusionStarted, PushGiven, InjectionGiven)


class Refusal(msgspec.Struct, frozen=True, kw_only=True):
    """Why an entry is not recorded: the field, and what is wrong with it."""

    field: str
    message: str


class Limit(NamedTuple):
    """A field's least and most value."""

    field: str
    least: Decimal
    most: Decimal


@cache
def limits() -> dict[str, Limit]:
    """The limits of quantities by field."""
    found = (Limit(r["field"], Decimal(r["least"]), Decimal(r["most"])) for r in rows("limits.csv"))
    return {each.field: each for each in found}


def refusals(visit: Visit, body: Body, happened_at: datetime, now: datetime) -> list[Refusal]:
    """Why this cannot be charted of a visit; empty where it can.  Both times are aware."""
    if not can_be_meant(happened_at):
        return [Refusal(field="happened_at", message="a year that cannot be meant")]
    found = [*_of_time(visit, body, happened_at, now), *_of_values(body, "")]
    if isinstance(body, Corrected):
        return [*found, *_of_correction(visit, body, now)]
    return [*found, *_of_references(visit, body), *_of_sequence(visit, body, happened_at)]


def _of_time(visit: Visit, body: Body, happened_at: datetime, now: datetime) -> Iterator[Refusal]:
    if happened_at.tzinfo is None or happened_at.utcoffset() is None:
        yield Refusal(field="happened_at", message="needs its offset from UTC")
        return
    at = instant(happened_at)
    if at > instant(now) + CLOCKS_APART:
        yield Refusal(field="happened_at", message="lies in the future")
    if visit.opened is not None and at < visit.opened.at - BEFORE_OPENING:
        yield Refusal(field="happened_at", message="lies long before the visit was opened")
    is_after = visit.closed is not None and at > visit.closed.at
    if is_after and not isinstance(body, Note | Corrected):
        yield Refusal(field="happened_at", message="lies after the visit was closed")


def _of_values(part: Any, path: str) -> Iterator[Refusal]:
    """Quantities outside what can be, however deep in the entry."""
    if isinstance(part, tuple):
        for index, each in enumerate(part):  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
            yield from _of_values(each, f"{path}[{index}]")
    elif isinstance(part, Part):
        for name in part.__struct_fields__:
            yield from _of_values(getattr(part, name), f"{path}.{name}" if path else name)
        yield from _of_words(part, path)
    elif isinstance(part, int | Decimal) and not isinstance(part, bool):
        limit = limits().get(path.rsplit(".", 1)[-1])
        if limit is not None and not limit.least <= part <= limit.most:
            message = f"must lie between {limit.least:f} and {limit.most:f}"
            yield Refusal(field=path, message=message)


def _of_words(part: Part, path: str) -> Iterator[Refusal]:
    """Codes, scales and texts that have a form of their own."""
    prefix = f"{path}." if path else ""
    scale = SCALES.get(getattr(part, "scale", ""))
    if scale is not None and getattr(part, "score", 0) > scale:
        yield Refusal(field=f"{prefix}score", message=f"the scale ends at {scale}")
    if isinstance(part, DiagnosesCharted):
        for index, code in enumerate(part.codes):
            if not ICD_10_CM.fullmatch(code):
                yield Refusal(field=f"{prefix}codes[{index}]", message="not an ICD-10-CM code")
    if isinstance(part, OtherServiceCharted) and not SERVICE.fullmatch(part.code):
        yield Refusal(field=f"{prefix}code", message="not a CPT or HCPCS code")
    if isinstance(part, VisitOpened) and clock.zone(part.time_zone) is None:
        yield Refusal(field=f"{prefix}time_zone", message="no zone of that name")
    if isinstance(part, DrugPrepared) and part.gtin is not None and not _is_gtin(part.gtin):
        yield Refusal(field=f"{prefix}gtin", message="its check digit is wrong")
    for amount, unit in (("dose", "dose_unit"), ("discarded", "discarded_unit")):
        if getattr(part, amount, None) is not None and getattr(part, unit, None) is None:
            yield Refusal(field=f"{prefix}{unit}", message="needed beside the amount")


def _is_gtin(text: str) -> bool:
    """Whether a GTIN of 8, 12, 13 or 14 digits ends in its check digit (GS1 General Specifications)."""
    if not re.fullmatch(r"[0-9]{8}|[0-9]{12,14}", text):
        return False
    digits = [int(each) for each in reversed(text)]
    return (sum(digits[::2]) + 3 * sum(digits[1::2])) % 10 == 0


def _of_references(visit: Visit, body: Said) -> Iterator[Refusal]:
    """Ids that name nothing charted so far."""
    if isinstance(body, VisitOpened):
        if visit.opened is not None:
            yield Refusal(field="kind", message="the visit is open already")
        return
    if visit.opened is None:
        yield Refusal(field="visit_id", message="the visit was never opened")
    known = {each.administration_id for each in visit.administrations if _is_known(each)}
    named = getattr(body, "administration_id", None)
    if named is not None and isinstance(body, NEEDS_ADMINISTRATION) and named not in known:
        yield Refusal(
            field="administration_id", message="nothing of that id was prepared or started"
        )
    if isinstance(body, STARTS) and body.drug is None and named not in known:
        yield Refusal(field="drug", message="needed: it was not prepared here")
    if isinstance(body, Observed):
        for index, each in enumerate(body.still_infusing):
            if each not in known:
                yield Refusal(field=f"still_infusing[{index}]", message="nothing of that id runs")
    if isinstance(body, DrugPrepared) and body.order_id is not None:
        orders = {getattr(each.body, "order_id", None) for each in visit.orders}
        if body.order_id not in orders:
            yield Refusal(field="order_id", message="no order of that id was verified")
    yield from _of_other_references(visit, body)


def _is_known(given: Any) -> bool:
    return given.prepared is not None or bool(given.starts)


def _of_other_references(visit: Visit, body: Said) -> Iterator[Refusal]:
    accesses = {each.access_id for each in visit.accesses}
    if isinstance(body, NAMES_ACCESS):
        if body.access_id is not None and body.access_id not in accesses:
            yield Refusal(field="access_id", message="no access of that id was established")
    if isinstance(body, Observed):
        for index, each in enumerate(body.sites):
            if each.access_id not in accesses:
                message = "no access of that id was established"
                yield Refusal(field=f"sites[{index}].access_id", message=message)
    if isinstance(body, ReactionAction | ReactionEnded | ProviderNotified):
        reactions = {each.reaction_id for each in visit.reactions}
        if body.reaction_id is not None and body.reaction_id not in reactions:
            yield Refusal(field="reaction_id", message="no reaction of that id was noted")


def _of_sequence(visit: Visit, body: Said, happened_at: datetime) -> Iterator[Refusal]:
    """An end, a pause or a change that lies before its own start."""
    if isinstance(
        body, RateChanged | InfusionPaused | InfusionResumed | InfusionStopped | InfusionLeftRunning
    ):
        given = visit.administration(body.administration_id)
        if given is None or not _is_known(given):
            return
        began = given.started
        if began is None:
            yield Refusal(field="administration_id", message="it was not started")
        elif given.infusion is None:
            yield Refusal(field="administration_id", message="it is not an infusion")
        elif happened_at.tzinfo is not None and instant(happened_at) < began.at:
            yield Refusal(field="happened_at", message="lies before the start of the infusion")


def _of_correction(visit: Visit, body: Corrected, now: datetime) -> Iterator[Refusal]:
    known = {each.entry.entry_id: each for each in visit.history if each.standing != "elsewhere"}
    if body.corrects not in known:
        yield Refusal(field="corrects", message="no entry of that id")
        return
    corrected = known[body.corrects].entry
    root = root_of(visit, corrected)
    is_struck_correction = body.replacement is None and root is not corrected
    opens = visit.opened is not None and visit.opened.entry_id == root.entry_id
    if opens and not is_struck_correction and not isinstance(body.replacement, VisitOpened):
        yield Refusal(field="replacement", message="the opening of a visit can only be replaced")
    if not opens and isinstance(body.replacement, VisitOpened):
        yield Refusal(field="replacement", message="only the opening can be replaced by an opening")
    if body.happened_at is not None and instant(body.happened_at) > instant(now) + CLOCKS_APART:
        yield Refusal(field="happened_at", message="lies in the future")
    if isinstance(corrected.body, Corrected) or body.replacement is None or opens:
        return
    happened_at = body.happened_at or corrected.happened_at
    found = [*_of_sequence(visit, body.replacement, happened_at)]
    if kind_of(body.replacement) != kind_of(corrected.body):
        found = [*_of_references(visit, body.replacement), *found]
    yield from (_inside(each) for each in found)


def root_of(visit: Visit, entry: Entry) -> Entry:
    """What a correction corrects in the end; any other entry is its own root."""
    by_id = {each.entry.entry_id: each.entry for each in visit.history}
    seen: set[str] = set()
    while isinstance(entry.body, Corrected) and entry.entry_id not in seen:
        seen.add(entry.entry_id)
        entry = by_id.get(entry.body.corrects, entry)
    return entry


def _inside(refusal: Refusal) -> Refusal:
    """The same, of the entry that a correction puts in the place of another."""
    if refusal.field == "happened_at":
        return refusal
    return Refusal(field=f"replacement.{refusal.field}", message=refusal.message)
