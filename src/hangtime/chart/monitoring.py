"""How each drug is watched: what has been seen, what is due, what came too late.

The first minutes of an infusion somebody stays.  After that no two observations lie further apart
than the drug's schedule allows, and one closes it at its end.  An observation counts for every drug
that runs at the time; it counts when vital signs were taken.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Literal

import msgspec

from hangtime.chart.bodies import PostObservation
from hangtime.chart.flow import end_of, minutes_between
from hangtime.chart.site import Site
from hangtime.chart.templates import Schedule, Template
from hangtime.chart.visit import Administration, Visit

__all__ = ["Due", "Gap", "Watch", "schedule_of", "template_of", "watches"]

Kind = Literal["continuous", "observation", "end", "after"]
WORDS: dict[Kind, str] = {
    "continuous": "the first minutes, with somebody there throughout",
    "observation": "vital signs, site and symptoms",
    "end": "vital signs and site at the end",
    "after": "the watch after the drug",
}


class Due(msgspec.Struct, frozen=True, kw_only=True):
    """An observation that is to be made at `at`; overdue once the site's grace is over."""

    administration_id: str
    drug: str
    kind: Kind
    words: str
    at: datetime
    is_overdue: bool


class Gap(msgspec.Struct, frozen=True, kw_only=True):
    """From `start` to `stop` nobody charted an observation, longer than `allowed` minutes."""

    administration_id: str
    start: datetime
    stop: datetime
    allowed: int


class Watch(msgspec.Struct, frozen=True, kw_only=True):
    """One drug's watch.  `is_first_watched`: the first minutes are charted as continuous."""

    administration_id: str
    drug: str
    schedule: str
    continuous_until: datetime
    is_first_watched: bool
    due: Due | None
    gaps: tuple[Gap, ...]


def template_of(given: Administration, site: Site) -> Template | None:
    """The template of what is given: the one the order names, else the drug's."""
    return site.template(given.drug, given.order.template if given.order else None)


def schedule_of(given: Administration, site: Site) -> Schedule:
    """How it is watched: by its template, else by how it is given."""
    usual = "infusion" if given.infusion else "injection" if given.is_injection else "push"
    template = template_of(given, site)
    if template is not None and template.schedule in site.all_schedules:
        named = site.all_schedules[template.schedule]
        # A drug usually pushed that is infused this time is watched as an infusion, and the reverse.
        if bool(named.continuous) == (usual == "infusion"):
            return named
    return site.all_schedules[usual]


def watches(visit: Visit, now: datetime, site: Site) -> tuple[Watch, ...]:
    """Everything that was started, and how far it is watched at a moment in UTC."""
    begun = [each for each in visit.administrations if each.started and each.started.at <= now]
    return tuple(_Watcher(visit, each, now, site).watch() for each in begun)


class _Watcher:
    def __init__(self, visit: Visit, given: Administration, now: datetime, site: Site) -> None:
        assert given.started is not None
        self.visit, self.given, self.now, self.site = visit, given, now, site
        self.schedule = schedule_of(given, site)
        self.begin = given.started.at
        self.end = end_of(given)
        if self.end is not None:
            self.end = max(self.end, self.begin)
        self.grace = timedelta(minutes=site.observation_grace_minutes)
        self.first_until = self.begin + timedelta(minutes=self.schedule.continuous)
        self.seen = self._seen()

    def _seen(self) -> list[datetime]:
        """When vital signs were taken since the start, as far as `now`."""
        watched = [(f.at, b.vitals) for f, b in self.visit.observations()]
        watched += [(fact.at, body.vitals) for fact, body in self.visit.of(PostObservation)]
        return sorted(
            at for at, vitals in watched if vitals is not None and self.begin <= at <= self.now
        )

    def watch(self) -> Watch:
        return Watch(
            administration_id=self.given.administration_id,
            drug=self.given.drug,
            schedule=self.schedule.schedule,
            continuous_until=self.first_until,
            is_first_watched=self._is_first_watched(),
            due=self._due(),
            gaps=tuple(self._gaps()),
        )

    def _is_first_watched(self) -> bool:
        """Whether continuous observation is charted from the start to the end of the first minutes."""
        until = min(self.first_until, self.end) if self.end else self.first_until
        covered = self.begin
        for fact, body in self.visit.observations(self.begin):
            if covered < until and body.was_continuous and fact.at <= self.now:
                covered = fact.at
            elif covered < until:
                return False
        return covered >= until

    def _due(self) -> Due | None:
        if self.end is None or self.end > self.now:
            kind, at = self._next()
        elif self.given.infusion is not None and not self._has_seen(self.end):
            kind, at = "end", self.end
        else:
            kind, at = "after", self._after()
            if at == self.end or self._has_seen(at):
                return None
        return Due(
            administration_id=self.given.administration_id,
            drug=self.given.drug,
            kind=kind,
            words=WORDS[kind],
            at=at,
            is_overdue=self.now > at + self.grace,
        )

    def _next(self) -> tuple[Kind, datetime]:
        """What is due while it runs: the first minutes, then the schedule since the last look."""
        later = [at for at in self.seen if at >= self.first_until - self.grace]
        if self.schedule.continuous and not later:
            return "continuous", self.first_until
        last = max([self.first_until, *later])
        return "observation", last + timedelta(minutes=self._allowed(last))

    def _after(self) -> datetime:
        """Until when the patient is watched after the drug."""
        template = template_of(self.given, self.site)
        minutes = max(self.schedule.after, template.after if template else 0)
        return (self.end or self.begin) + timedelta(minutes=minutes)

    def _has_seen(self, at: datetime) -> bool:
        return any(each >= at - self.grace for each in self.seen)

    def _allowed(self, at: datetime) -> int:
        return self.schedule.interval(minutes_between(self.begin, at))

    def _gaps(self) -> Iterator[Gap]:
        """Times without an observation that are over; the one that still runs is due instead."""
        if self.given.infusion is None:
            return
        until = self.end or self.now
        seen = [at for at in self.seen if self.first_until - self.grace <= at <= until + self.grace]
        before = self.first_until
        for at in seen:
            if at - before > timedelta(minutes=self._allowed(before)) + self.grace:
                yield Gap(
                    administration_id=self.given.administration_id,
                    start=before,
                    stop=at,
                    allowed=self._allowed(before),
                )
            before = max(before, at)
