"""One visit as a coder sees it: lines, what was charted, and which of the one rests on which of the other."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple, cast, get_args

from hangtime.chart import Entry, Site
from hangtime.model import (
    AccessKind,
    Administration,
    Bar,
    Category,
    Encounter,
    Outcome,
    Pump,
    Purpose,
    Route,
)
from hangtime.paper.moments import Times, day_of
from hangtime.paper.telling import Teller, coded, number
from hangtime.visits import Record, decisions
from hangtime.visits.coding import LOADING, encounter_of_json, recoded
from hangtime.visits.work import Decided, WorkConflict
from hangtime.web.chairside.places import access_words
from hangtime.web.desk.telling import coded_as
from hangtime.worklist.judging import doubted_lines

__all__ = ["EventShown", "LineShown", "PossibleShown", "Shown", "shown"]

_STANDS = frozenset({"stands", "correction"})
# What the opening of a visit says of the service and not of the patient; the paper prints all of it.
_HOUSEKEEPING = frozenset(
    {
        "site_id",
        "unit_id",
        "time_zone",
        "late_after_minutes",
        "is_simulated",
        "patient",
        "setting",
        "order_id",
    }
)
_BADGES = {
    "line_accepted": "accepted", "line_overridden": "overridden", "line_removed": "removed",
}  # fmt: skip


class LineShown(NamedTuple):
    """A coded line; `bars` are those of the timeline it rests on, "1 3"."""

    number: int
    words: str
    line: dict[str, Any]
    price: dict[str, Any] | None
    bars: str
    is_doubted: bool
    standing: Decided | None
    badge: str
    conflict: WorkConflict | None


class EventShown(NamedTuple):
    """Something charted: when, what, by whom, the bars it made, and the lines they became."""

    when: str
    title: str
    said: str
    by: str
    bars: str
    is_late: bool
    is_gone: bool
    entry_id: str = ""


class PossibleShown(NamedTuple):
    """What one more fact would add; `ask` is a question to the nurse that leads to no answer."""

    words: str
    worth: dict[str, Any] | None
    ask: str
    about: str
    bars: str


class Shown(NamedTuple):
    """Everything of the page that is not a form.

    `is_other_program`: the lines would come out otherwise by today's rules and tables.
    """

    lines: tuple[LineShown, ...]
    events: tuple[EventShown, ...]
    bars: tuple[Bar, ...]
    not_reported: tuple[dict[str, Any], ...]
    possible: tuple[PossibleShown, ...]
    findings: tuple[dict[str, Any], ...]
    policy: dict[str, Any]
    is_loaded: bool
    is_other_program: bool

    def leads_to(self, index: int) -> str:
        """Where a bar of the timeline leads: to the first line that rests on it."""
        number = str(index + 1)
        for line in self.lines:
            if number in line.bars.split():
                return f"#line-{line.number}"
        return "#charted"


def shown(record: Record, site: Site) -> Shown:
    """The visit of a record, coded or not."""
    coding = record.work.coding
    outcome = recoded(coding) if coding else None
    encounter = encounter_of_json(coding.encounter) if coding else None
    bars = outcome.timeline if outcome else ()
    kept: dict[str, Any] = coding.outcome if coding else {"lines": [], "findings": []}
    is_loaded = coding is not None and coding.coded_by == LOADING
    events = _given(encounter, bars) if is_loaded and encounter else _charted(record, site, bars)
    return Shown(
        lines=tuple(_lines(record, bars)),
        events=tuple(events),
        bars=bars,
        not_reported=tuple(kept.get("not_reported", ())),
        possible=tuple(_possible(record, encounter, bars)),
        findings=tuple(kept["findings"]),
        policy=kept.get("policy") or {},
        is_loaded=is_loaded,
        is_other_program=outcome is not None and _differs(kept["lines"], outcome),
    )


def _lines(record: Record, bars: tuple[Bar, ...]) -> Iterator[LineShown]:
    work = record.work
    if work.coding is None:
        return
    doubted = doubted_lines(work.coding.outcome)
    prices = (work.coding.prices or {}).get("lines", ())
    for nth, line in enumerate(work.coding.lines, 1):
        standing = work.decided.get(nth)
        yield LineShown(
            number=nth,
            words=coded_as(line),
            line=line,
            price=prices[nth - 1] if prices else None,
            bars=_bars_of(line["administrations"], bars),
            is_doubted=nth in doubted,
            standing=standing,
            badge=_BADGES.get(decisions.kind_of(standing.body), "") if standing else "",
            conflict=next((each for each in work.conflicts if each.line == nth), None),
        )


def _charted(record: Record, site: Site, bars: tuple[Bar, ...]) -> Iterator[EventShown]:
    """The entries in the order they happened."""
    history = record.visit.history
    zone = record.opening.time_zone or site.time_zone
    times = Times(zone, (each.entry.happened_at for each in history))
    drugs = {each.administration_id: each.drug for each in record.visit.administrations}
    accesses = {
        each.access_id: access_words(record.visit, each.access_id) for each in record.visit.accesses
    }
    teller = Teller(times, drugs, accesses)
    without = _HOUSEKEEPING if len(record.visit.reactions) > 1 else _HOUSEKEEPING | {"reaction_id"}
    for each in sorted(history, key=lambda one: one.entry.happened_at):
        entry = each.entry
        yield EventShown(
            when=times.when(entry.happened_at),
            title=teller.title(entry.body),
            said=teller.said(entry.body, without),
            by=f"{entry.author_name}, {entry.credential}"
            if entry.credential
            else entry.author_name,
            bars=_bars_of(_about(entry), bars),
            is_late=each.is_late,
            is_gone=each.standing not in _STANDS,
            entry_id=entry.entry_id,
        )


def _about(entry: Entry) -> tuple[str, ...]:
    """The administrations an entry is about."""
    said: Any = getattr(entry.body, "replacement", None) or entry.body
    one = getattr(said, "administration_id", None)
    return (one,) if one else tuple(getattr(said, "still_infusing", ()))


def _given(encounter: Encounter, bars: tuple[Bar, ...]) -> Iterator[EventShown]:
    """What another system charted: one event an administration."""
    moments = [at for each in encounter.administrations for at in (each.start, each.stop) if at]
    aware = [at for at in moments if at.tzinfo]
    times = Times(encounter.time_zone, aware)
    for each in sorted(encounter.administrations, key=_began):
        yield EventShown(
            when=_when(times, each.start),
            title=each.drug,
            said="; ".join(_facts(times, each)),
            by=", ".join(part for part in (each.performer, each.performer_credential) if part),
            bars=_bars_of((each.administration_id,), bars),
            is_late=False,
            is_gone=False,
        )


def _began(given: Administration) -> str:
    """By their clock, in whatever zone: those without a time come first."""
    return given.start.isoformat() if given.start else ""


_UNITS_OF = {"dose": "dose_unit", "discarded": "discarded_unit"}
_WORDS = frozenset(
    word for closed in (Route, Purpose, AccessKind, Category, Pump) for word in get_args(closed)
)
_TOLD_APART = frozenset(
    {"administration_id", "drug", "start", "performer", "performer_credential", *_UNITS_OF.values()}
)


def _facts(times: Times, given: Administration) -> Iterator[str]:
    for field in fields(given):
        name, value = field.name, getattr(given, field.name)
        if name in _TOLD_APART or value is None or value == ():
            continue
        unit = getattr(given, _UNITS_OF[name]) if name in _UNITS_OF else None
        words = f"{_plain(times, value)} {unit}" if unit else _plain(times, value)
        yield f"{name.replace('_', ' ')}: {words}"


def _plain(times: Times, value: Any) -> str:
    if isinstance(value, datetime):
        return _when(times, value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Decimal):
        return number(value)
    if isinstance(value, tuple):
        return str(len(cast("tuple[Any, ...]", value)))
    return coded(value) if value in _WORDS else str(value)


def _when(times: Times, at: Any) -> str:
    if at is None:
        return "no time"
    return times.when(at) if at.tzinfo else f"{day_of(at.date())} {at:%H:%M}"


_ASKED_FOR = {
    "stop": "the time it ended", "start": "the time it began", "dose": "the dose given",
    "dose_unit": "the unit of the dose", "reason_code": "why a second access was needed",
    "reason": "why a second access was needed", "containers": "the vials or bags opened",
    "discarded": "what was thrown away", "order_signed": "whether the order was signed",
    "volume_infused_ml": "the volume infused", "access": "the access it ran through",
    "primary_reason": "what the visit was mainly for", "purpose": "what it was given for",
}  # fmt: skip


def _possible(
    record: Record, encounter: Encounter | None, bars: tuple[Bar, ...]
) -> Iterator[PossibleShown]:
    coding = record.work.coding
    if coding is None or encounter is None:
        return
    drugs = {each.administration_id: each.drug for each in encounter.administrations}
    worths = (coding.prices or {}).get("possible", ())
    for nth, fact in enumerate(coding.outcome["possible"]):
        given = fact["administration"]
        yield PossibleShown(
            words=fact["explanation"].replace(f"({given})", f"({drugs.get(given or '', given)})"),
            worth=worths[nth] if worths else None,
            ask=_question(fact["field"], drugs.get(given or "", "")),
            about=given or "",
            bars=_bars_of((given,) if given else (), bars),
        )


def _question(field: str, drug: str) -> str:
    """A question that names the gap, and neither an answer nor what it would be worth."""
    what = _ASKED_FOR.get(field, field.replace("_", " "))
    of = f" of {drug}" if drug else ""
    return (
        f"The record does not show {what}{of}. What is known of it? Please chart it if you know it,"
        " or say here that it is not known."
    )


def _bars_of(administrations: Any, bars: tuple[Bar, ...]) -> str:
    named = set(administrations)
    found = (n for n, bar in enumerate(bars, 1) if named.intersection(bar.administrations))
    return " ".join(map(str, found))


def _differs(kept: list[dict[str, Any]], outcome: Outcome) -> bool:
    now = [(each.code, each.units, list(each.modifiers)) for each in outcome.lines]
    return [(each["code"], each["units"], each["modifiers"]) for each in kept] != now
