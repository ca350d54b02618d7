"""What a record supports so far and what one more fact would add, in words of the chair.

It tells of what happened and of what is not charted of it.  It names no code, no money, and never
an amount or a time that would be enough: how long something runs is for the order and the patient
alone, so nothing is said of what one fact would add to an infusion that still runs.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import NamedTuple
from zoneinfo import ZoneInfo

from hangtime.chart import Visit
from hangtime.chart.visit import Administration
from hangtime.model import Bar, Outcome
from hangtime.web.shown import clock, counted, duration

__all__ = ["Supported", "all_words", "supported"]

_ENDS = {
    "stop": "its stop is charted",
    "pause": "up to the pause",
    "minutes": "its minutes are charted, its stop is not",
    "volume": "up to when its volume was in by its rate; its stop is not charted",
    "observed": "up to when it was last seen running; its stop is not charted",
    "disconnected": "up to when it was taken off; its stop is not charted",
}
_AT_ONCE = frozenset({"iv_push", "ia_push", "im", "sc", "on_body"})


class Fact(NamedTuple):
    """One fact that is not charted: of which drug, and what to chart."""

    about: str
    words: str


class Supported(NamedTuple):
    """`shown`: what the record shows, a sentence each.  `lacks`: what one more fact would add."""

    shown: tuple[str, ...]
    lacks: tuple[Fact, ...]


def supported(visit: Visit, outcome: Outcome, zone: ZoneInfo) -> Supported:
    """What the outcome of a visit says to the nurse who charts it, in the clock times of a zone."""
    shown = (
        *_running(visit, zone),
        *(_bar(each) for each in outcome.timeline if _is_over(visit, each)),
    )
    return Supported(shown=tuple(shown), lacks=tuple(dict.fromkeys(_lacks(visit, outcome))))


def _is_over(visit: Visit, bar: Bar) -> bool:
    given = (visit.administration(each) for each in bar.administrations)
    return not any(each is not None and _may_run(visit, each) for each in given)


def _may_run(visit: Visit, given: Administration) -> bool:
    """No end is charted, and it may still run: the patient is there, and its access is in."""
    access = visit.access(given.last_access_id) if given.last_access_id else None
    is_in = access is None or access.ended is None
    return given.is_running and visit.closed is None and is_in


def _running(visit: Visit, zone: ZoneInfo) -> Iterator[str]:
    for given in visit.administrations:
        if _may_run(visit, given) and given.started:
            since = clock(given.started.at, zone)
            paused = next((each for each in given.breaks if each.stop is None), None)
            if paused is None:
                yield f"{given.drug}: running since {since}."
            else:
                at = clock(paused.start.at, zone)
                yield f"{given.drug}: started at {since}, paused since {at}."


def _bar(bar: Bar) -> str:
    if bar.route in _AT_ONCE:
        at = f" at {clock(bar.start)}" if bar.start else ""
        return f"{bar.drug}: given{at}."
    if bar.start is None or bar.stop is None:
        return f"{bar.drug}: when it ran is not charted."
    times = f"{clock(bar.start)} to {clock(bar.stop)}"
    pauses = f" without {counted(len(bar.gaps), 'the pause', 'pauses')}" if bar.gaps else ""
    pauses = pauses.replace("1 the pause", "the pause")
    length = f", {duration(bar.minutes)}{pauses}" if bar.minutes is not None else ""
    end = _ENDS.get(bar.end, "its end is not charted")
    return f"{bar.drug}: {times}{length}; {end}."


def _lacks(visit: Visit, outcome: Outcome) -> Iterator[Fact]:
    known: set[tuple[str, str]] = set()
    for of, key, administration_id in _gaps(outcome):
        found = _facts().get((of, key))
        given = visit.administration(administration_id) if administration_id else None
        if found is None or (given is not None and (_may_run(visit, given) or not given.started)):
            continue
        about = given.drug if given else ""
        if (about, found[0]) not in known:
            known.add((about, found[0]))
            yield Fact(about, found[1])


def _gaps(outcome: Outcome) -> Iterator[tuple[str, str, str | None]]:
    for possible in outcome.possible:
        yield "need", possible.need.field, possible.need.administration
    for finding in outcome.findings:
        for administration_id in finding.administrations or (None,):
            yield "finding", finding.reason.rule, administration_id


@cache
def _facts() -> dict[tuple[str, str], tuple[str, str]]:
    text = files("hangtime.web.chairside").joinpath("data", "facts.csv").read_text("utf-8")
    rows = csv.DictReader(line for line in text.splitlines() if not line.startswith("#"))
    return {(row["of"], row["key"]): (row["fact"], row["words"]) for row in rows}


def all_words() -> tuple[str, ...]:
    """Every sentence that can be said of a missing fact."""
    return tuple(dict.fromkeys(words for _, words in _facts().values()))
