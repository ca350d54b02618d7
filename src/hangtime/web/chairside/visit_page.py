"""The facts of one visit's page, from its record and the moment."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from hangtime import chart
from hangtime.accounts import Person, may
from hangtime.chart import VisitStatus
from hangtime.chart.bodies import Corrected, InfusionStopped
from hangtime.chart.flow import delivered_minutes
from hangtime.visits import Clinic, Record, outcome, status
from hangtime.web.chairside.acts import Act, acts_of
from hangtime.web.chairside.history import history, in_words, title_of
from hangtime.web.chairside.now import now_at, way_on
from hangtime.web.chairside.places import MOST_NAMED, first_of, pointed_at
from hangtime.web.chairside.reading import Typed, typed_of
from hangtime.web.chairside.supported import Supported, supported

__all__ = ["ADDED", "Reopened", "facts_of", "local"]


ADDED = "What was missing is added."
# Acts that end what is over; all else that was left out can be charted late, with its own time.
_NOT_AFTER_CLOSING = frozenset({"close"})


class Reopened(NamedTuple):
    """A sheet that is shown again with what was typed: it was refused, or a barcode filled it."""

    act: str
    typed: Typed
    errors: tuple[tuple[str, str], ...] = ()
    remarks: tuple[str, ...] = ()
    readings: tuple[str, ...] = ()


def facts_of(
    clinic: Clinic, record: Record, person: Person, reopened: Reopened | None = None
) -> dict[str, Any]:
    """What the template of the page is told."""
    site = clinic.sites[record.site_id]
    zone, now = ZoneInfo(record.opening.time_zone), status(clinic, record)
    acts = acts_of(record.visit, now, site) if _may_chart(person, record) else {}
    if now.state == "closed":
        acts = {name: each for name, each in acts.items() if name not in _NOT_AFTER_CLOSING}
    current = now_at(record.visit, now, acts, zone)
    two_taps = _quick(acts) if now.state == "open" else []
    return {
        "record": record,
        "site": site,
        "zone": zone,
        "now": now.at,
        "local_now": local(now.at, zone),
        "closed_at": local(record.closed_at, zone) if record.closed_at else "",
        "standing": now,
        "current": current,
        "stopped": _without_volume(record, current.fix, zone),
        "steps": _steps(record, now, acts),
        "acts": acts,
        "two_taps": two_taps,
        "quick_acts": [each for each in two_taps if each.id not in current.acts],
        "quick_hidden": _hidden,
        "through": _through,
        "timers": _timers(record, now, acts),
        "conflicts": _conflicts(record),
        "told": history(record.visit),
        "supported": _supported(record, zone),
        "queries": [each for each in record.work.queries if each.is_open],
        "reopened": reopened,
        "new_id": lambda: str(uuid.uuid4()),
        "labelled": site.template,
        "may_watch": may(person, "read_board", record.site_id),
        "may_correct": may(person, "correct_event", record.site_id),
    }


def _may_chart(person: Person, record: Record) -> bool:
    is_here = may(person, "chart_event", record.site_id)
    return is_here or record.visit_id in person.glass


def _steps(record: Record, now: VisitStatus, acts: Mapping[str, Act]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for each in now.steps:
        missing = pointed_at(record.visit, each.missing)
        act, fix = way_on(record.visit, now, acts, each.number) if acts else ("", "")
        lacking = f"/visits/{record.visit_id}/entries/{fix}?add=1"
        found.append(
            {
                "name": each.title,
                "state": each.state,
                "words": each.reason or first_of(missing),
                "all": missing if len(missing) > MOST_NAMED and not each.reason else (),
                "href": lacking if fix else f"#{act or 'history'}",
            }
        )
    return found


def _quick(acts: Mapping[str, Act]) -> list[Act]:
    """What takes two taps: start and stop, of every dose whose turn may come."""
    names = {"start", "stop"}
    return [each for each in acts.values() if each.sheet.sheet in names]


def _hidden(act: Act) -> dict[str, str]:
    """What a button of two taps sends: all that the sheet is filled in with."""
    own = {name: values[0] for name, values in act.filled.items() if values}
    return {"entry_id": str(uuid.uuid4()), "happened_at": "", "act": act.id, **own}


def _without_volume(record: Record, entry_id: str, zone: ZoneInfo) -> dict[str, str]:
    """What is sent with the volume of a stop that was charted without one; empty for all else."""
    fact = next((each for each in record.visit.facts if each.entry_id == entry_id), None)
    if fact is None or not isinstance(fact.body, InfusionStopped) or fact.body.volume_infused_ml:
        return {}
    said = {name: values[0] for name, values in typed_of(fact.body).items() if values}
    return {
        **said,
        "entry_id": str(uuid.uuid4()),
        "at": local(fact.happened_at, zone),
        "reason": ADDED,
    }


def _through(act: Act) -> str:
    """The field of the access it goes through, which the device may know before the page does."""
    return next((e.name for e in act.fields if e.path == "access_id" and e.how == "choice"), "")


def _timers(record: Record, now: VisitStatus, acts: Mapping[str, Act]) -> list[dict[str, Any]]:
    """A clock for each infusion that runs, with what can be done with it."""
    found: list[dict[str, Any]] = []
    for each in now.running:
        given = record.visit.administration(each.administration_id)
        assert given is not None, "what runs was charted"
        ran = timedelta(minutes=delivered_minutes(given, now.at))
        paused = max(now.at - each.started_at - ran, timedelta(0))
        own = {a.sheet.sheet: a for a in acts.values() if a.subject == each.administration_id}
        found.append({"run": each, "held": paused, "drug": given, "acts": own})
    return found


def _conflicts(record: Record) -> list[dict[str, Any]]:
    """Each with the entries it is about: when, what, by whom."""
    by_id = {each.entry.entry_id: each.entry for each in record.visit.history}
    found: list[dict[str, Any]] = []
    for each in record.visit.conflicts:
        entries = [by_id[id] for id in each.entries if id in by_id]
        told = [
            {
                "entry_id": entry.entry_id,
                "at": entry.happened_at,
                "by": entry.author_name,
                "title": title_of(record.visit, entry.body),
                "words": in_words(record.visit, entry.body),
            }
            for entry in entries
            if not isinstance(entry.body, Corrected)
        ]
        found.append({"message": each.message, "entries": told})
    return found


def _supported(record: Record, zone: ZoneInfo) -> Supported:
    try:
        return supported(record.visit, outcome(record), zone)
    except chart.NotOpened:
        return Supported((), ())


def local(at: datetime, zone: ZoneInfo) -> str:
    """A moment as a field of date and time holds it."""
    return at.astimezone(zone).strftime("%Y-%m-%dT%H:%M")
