"""What the person at the chair, and whoever looks over the room, has to know now."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

import msgspec

from hangtime.chart.bodies.words import instant
from hangtime.chart.emergency import Emergency, emergency
from hangtime.chart.flow import Running, running
from hangtime.chart.monitoring import Due, Gap, watches
from hangtime.chart.site import Protocol, Site
from hangtime.chart.steps import StepStatus, step_statuses
from hangtime.chart.tables import reaction_kinds
from hangtime.chart.visit import Conflict, Visit

__all__ = ["OpenReaction", "VisitStatus", "status"]


class OpenReaction(msgspec.Struct, frozen=True, kw_only=True):
    """A reaction that has not ended.

    `missing` says in words what is not charted of it; `protocol` is the site's text for such a
    reaction, where it has one.
    """

    reaction_id: str
    reaction: str
    words: str
    term: str
    grade: int | None
    since: datetime
    missing: tuple[str, ...]
    protocol: Protocol | None


class VisitStatus(msgspec.Struct, frozen=True, kw_only=True):
    """A visit at one moment.  All moments are UTC.

    `due` is sorted by time, `next_due` its first, `overdue` those past the site's grace.  `late` are
    ids of entries that were recorded late.  `is_complete`: no step is missing or partly done.
    """

    visit_id: str
    at: datetime
    state: Literal["open", "closed"]
    steps: tuple[StepStatus, ...]
    running: tuple[Running, ...]
    due: tuple[Due, ...]
    gaps: tuple[Gap, ...]
    open_reactions: tuple[OpenReaction, ...]
    emergency: Emergency | None
    conflicts: tuple[Conflict, ...]
    late: tuple[str, ...]
    is_complete: bool

    @property
    def next_due(self) -> Due | None:
        return self.due[0] if self.due else None

    @property
    def overdue(self) -> tuple[Due, ...]:
        return tuple(each for each in self.due if each.is_overdue)

    @property
    def missing(self) -> tuple[tuple[str, str], ...]:
        """Everything that is missing, as (step, what)."""
        return tuple((each.step, what) for each in self.steps for what in each.missing)


def status(visit: Visit, now: datetime, site: Site) -> VisitStatus:
    """The visit at `now` (aware) by a site's schedules and texts.  Never fails."""
    now = instant(now)
    watched = watches(visit, now, site)
    steps = step_statuses(visit, watched, now, site)
    is_closed = visit.closed is not None and visit.closed.at <= now
    due = () if is_closed else [each.due for each in watched if each.due is not None]
    return VisitStatus(
        visit_id=visit.visit_id,
        at=now,
        state="closed" if is_closed else "open",
        steps=steps,
        running=tuple(
            running(each, now)
            for each in visit.administrations
            if each.is_running and each.started and each.started.at <= now
        ),
        due=tuple(sorted(due, key=lambda each: (each.at, each.administration_id))),
        gaps=tuple(gap for each in watched for gap in each.gaps),
        open_reactions=tuple(_open_reactions(visit, now, site)),
        emergency=None if is_closed else emergency(visit, now, site),
        conflicts=visit.conflicts,
        late=tuple(each.entry_id for each in visit.facts if each.is_late),
        is_complete=all(each.state not in {"missing", "partly"} for each in steps),
    )


def _open_reactions(visit: Visit, now: datetime, site: Site) -> list[OpenReaction]:
    found: list[OpenReaction] = []
    for course in visit.reactions:
        if course.is_open and course.notes[0].at <= now:
            facts, body = reaction_kinds()[course.body.reaction], course.body
            missing = {
                "grade": body.grade is None,
                "signs": not any(getattr(each.body, "signs", ()) for each in course.notes),
                "action": not course.actions,
                "provider notified": not course.notified,
                "outcome": True,
            }
            found.append(
                OpenReaction(
                    reaction_id=course.reaction_id,
                    reaction=body.reaction,
                    words=facts.words,
                    term=facts.term,
                    grade=body.grade,
                    since=course.notes[0].at,
                    missing=tuple(each for each, is_missing in missing.items() if is_missing),
                    protocol=site.protocol(body.reaction),
                )
            )
    return found
