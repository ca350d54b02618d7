"""What was ordered, into which access, what was prepared and what was given, as tables."""

from __future__ import annotations

from collections.abc import Iterator

from hangtime.chart.bodies import (
    AccessAttemptFailed,
    AccessLeftIn,
    AccessRemoved,
    DrugPrepared,
    Flushed,
    InfusionStopped,
    InjectionGiven,
    OrderVerified,
    PushGiven,
    WasteCharted,
)
from hangtime.chart.flow import delivered_minutes, end_of
from hangtime.chart.visit import Access, Administration, Fact
from hangtime.paper.moments import NOTHING, day_of
from hangtime.paper.reading import Reading, person
from hangtime.paper.sheet import Block, Column, Heading, Table
from hangtime.paper.telling import amount, coded

__all__ = ["given"]


def given(reading: Reading) -> Iterator[Block]:
    """Orders, accesses, drugs prepared, drugs given."""
    visit = reading.visit
    yield Heading(text="Orders")
    yield Table(
        columns=(
            Column("Drug", 1.6), Column("Dose"), Column("Route and rate", 1.5),
            Column("Indication"), Column("Prescriber", 1.4), Column("Verified", 1.4),
        ),
        rows=tuple(_order(reading, fact) for fact in visit.orders),
        empty="No order was verified.",
    )  # fmt: skip
    yield Heading(text="Accesses")
    yield Table(
        columns=(
            Column("Access", 1.1), Column("Device, place", 1.8), Column("Established", 1.5),
            Column("Flushed", 1.5), Column("Removed, left in", 1.7),
        ),
        rows=(
            *(_access(reading, each) for each in visit.accesses),
            *(_failed(reading, fact, body) for fact, body in visit.of(AccessAttemptFailed)),
        ),
        empty="No access was established.",
    )  # fmt: skip
    yield Heading(text="Drugs prepared")
    prepared = [each for each in visit.administrations if each.prepared]
    yield Table(
        columns=(
            Column("Drug", 1.5), Column("Dose", 1.2), Column("Lot, expiry", 1.4),
            Column("Product", 1.5), Column("Containers", 1.4),
            Column("Prepared", 1.6),
        ),
        rows=tuple(_prepared(reading, each) for each in prepared),
        empty="No drug was prepared.",
    )  # fmt: skip
    yield Heading(text="Drugs given")
    started = [each for each in visit.administrations if each.starts or each.stops]
    yield Table(
        columns=(
            Column("Drug", 1.5), Column("Route", 1.3), Column("Start", 1.2),
            Column("Stop", 1.3), Column("Time, volume", 1.1), Column("Rates, pauses", 1.8),
        ),
        rows=tuple(_given(reading, each) for each in started),
        empty="Nothing was given.",
    )  # fmt: skip


def lines(*parts: str | None) -> str:
    """What is charted of several things, each on a line of its own."""
    return "\n".join(each for each in parts if each) or NOTHING


def _words(*parts: str | None) -> str:
    return ", ".join(each for each in parts if each)


def _yes(is_so: bool | None, yes: str, no: str) -> str:
    return "" if is_so is None else yes if is_so else no


def _order(reading: Reading, fact: Fact) -> tuple[str, ...]:
    body = fact.body
    assert isinstance(body, OrderVerified)
    return (
        body.drug,
        amount(body.dose, body.dose_unit) or NOTHING,
        lines(
            coded(body.route) if body.route else None,
            _words(amount(body.volume_ml, "mL"), amount(body.rate_ml_per_h, "mL/h")),
            amount(body.duration_minutes, "min"),
        ),
        body.indication or NOTHING,
        lines(
            body.prescriber,
            _yes(body.is_signed, "signed", "NOT SIGNED") or "signature not charted",
            f"supervised by {body.supervising_practitioner}"
            if body.supervising_practitioner
            else None,
        ),
        lines(reading.when(fact), person(fact)),
    )


def _access(reading: Reading, access: Access) -> tuple[str, ...]:
    body = access.body
    return (
        access.access_id,
        lines(
            coded(body.device),
            _words(body.side, body.site),
            _words(f"{body.gauge} G" if body.gauge else "", _lumens(body.lumens)),
            f"second access: {body.reason or coded(body.reason_code or '')}"
            if body.reason or body.reason_code
            else None,
        ),
        lines(
            reading.when(access.established),
            person(access.established),
            "already in place" if body.is_already_in_place else None,
            _words(
                f"attempts: {body.attempts}" if body.attempts is not None else "",
                _yes(body.has_blood_return, "blood return", "NO blood return"),
            ),
        ),
        lines(*(_flush(reading, each) for each in access.flushes)),
        _ended(reading, access.ended),
    )


def _lumens(count: int | None) -> str:
    return "" if count is None else f"{count} lumen" + ("s" if count != 1 else "")


def _flush(reading: Reading, fact: Fact) -> str:
    body = fact.body
    assert isinstance(body, Flushed)
    strength = amount(body.units_per_ml, "units/mL")
    return _words(
        f"{reading.when(fact)} {coded(body.solution)}", strength, amount(body.volume_ml, "mL")
    )


def _ended(reading: Reading, fact: Fact | None) -> str:
    if fact is None:
        return "not charted"
    body = fact.body
    assert isinstance(body, AccessRemoved | AccessLeftIn)
    dressed = _yes(body.is_dressed, "dressed", "not dressed")
    if isinstance(body, AccessLeftIn):
        return lines(f"left in {reading.when(fact)}", body.reason, dressed, person(fact))
    intact = _yes(body.is_intact, "intact", "NOT INTACT")
    return lines(
        f"removed {reading.when(fact)}", _words(intact, dressed), body.remark, person(fact)
    )


def _failed(reading: Reading, fact: Fact, body: AccessAttemptFailed) -> tuple[str, ...]:
    where = _words(body.side, body.site, f"{body.gauge} G" if body.gauge else "")
    return (
        "failed attempt",
        where or NOTHING,
        lines(reading.when(fact), person(fact)),
        NOTHING,
        body.reason or NOTHING,
    )


def _prepared(reading: Reading, each: Administration) -> tuple[str, ...]:
    fact, body = each.prepared, each.bag
    assert fact is not None
    assert body is not None
    return (
        reading.drug(each.administration_id),
        lines(
            amount(body.dose, body.dose_unit),
            _words(amount(body.volume_ml, "mL"), body.diluent),
        ),
        lines(
            f"lot {body.lot}" if body.lot else "lot not charted",
            f"expires {day_of(body.expiry)}" if body.expiry else "expiry not charted",
            _yes(body.is_scanned, "scanned", "typed"),
        ),
        lines(
            f"NDC {body.ndc}" if body.ndc else None,
            f"GTIN {body.gtin}" if body.gtin else None,
            f"from the {body.supplied_by}" if body.supplied_by else None,
        ),
        lines(*_opened(body), _wasted(each, body)),
        lines(
            reading.when(fact),
            person(fact),
            f"checked by {body.second_check_by}" if body.second_check_by else None,
        ),
    )


def _opened(body: DrugPrepared) -> Iterator[str]:
    for vial in body.containers:
        yield f"{vial.count} × {amount(vial.size, vial.size_unit)}"


def _wasted(each: Administration, body: DrugPrepared) -> str:
    """What was thrown away: as charted apart, else with the preparation."""
    later = each.wasted.body if each.wasted else None
    if isinstance(later, WasteCharted):
        witness = f", witnessed by {later.witnessed_by}" if later.witnessed_by else ""
        return f"discarded {amount(later.discarded, later.discarded_unit)}{witness}"
    found = amount(body.discarded, body.discarded_unit)
    return f"discarded {found}" if found else ""


def _given(reading: Reading, each: Administration) -> tuple[str, ...]:
    began = each.started
    end = end_of(each)
    ran = delivered_minutes(each, end) if end and each.infusion else None
    stop = each.stopped.body if each.stopped else None
    body = began.body if began else None
    volume = stop.volume_infused_ml if isinstance(stop, InfusionStopped) else None
    pushed = body.minutes if isinstance(body, PushGiven) else None
    return (
        lines(reading.drug(each.administration_id), _dose(each)),
        lines(
            coded(str(getattr(body, "route", ""))),
            _words(body.side, body.site) if isinstance(body, InjectionGiven) else each.access_id,
        ),
        lines(reading.when(began), person(began)) if began else "not charted",
        _stop(reading, each),
        lines(
            f"{int(ran)} min" if ran is not None else None,  # whole minutes, as they are coded
            f"over {amount(pushed, 'min')}" if pushed is not None else None,
            amount(volume, "mL"),
        ),
        lines(
            *(f"{reading.times.when(at)} {amount(rate, 'mL/h')}" for at, rate in each.rates),
            *_pauses(reading, each),
        ),
    )


def _dose(each: Administration) -> str:
    said = each.bag if each.bag and each.bag.dose is not None else None
    found = said or (each.started.body if each.started else None)
    return amount(getattr(found, "dose", None), getattr(found, "dose_unit", None))


def _stop(reading: Reading, each: Administration) -> str:
    """How it ended, in the words of the chart; a missing stop is said."""
    if each.started is not None and each.infusion is None:
        return "given at once"
    if each.stopped is not None:
        body = each.stopped.body
        said = body.reason if isinstance(body, InfusionStopped) else None
        reason = coded(said) if said else ""
        return lines(reading.when(each.stopped), reason, person(each.stopped))
    if each.left_running is not None:
        return f"left running {reading.when(each.left_running)}"
    if each.disconnected is not None:
        return f"no stop charted; disconnected {reading.when(each.disconnected)}"
    seen = f"; last seen running {reading.when(each.last_seen)}" if each.last_seen else ""
    return f"NO STOP CHARTED{seen}"


def _pauses(reading: Reading, each: Administration) -> Iterator[str]:
    for pause in each.breaks:
        until = reading.when(pause.stop) if pause.stop else "not resumed"
        yield f"paused {reading.when(pause.start)} to {until}"
