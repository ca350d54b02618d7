"""When what was charted looks like anaphylaxis.

The criteria are those of the World Allergy Organization (`data/anaphylaxis.toml`).  A pattern raises
the site's own emergency text and what has been done so far.  It decides no treatment, and its
absence says nothing: whoever is with the patient decides.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Literal, NamedTuple

import msgspec

from hangtime.chart.bodies import Observed, PostObservation, ReactionNoted
from hangtime.chart.conflicts import is_allergy
from hangtime.chart.flow import end_of
from hangtime.chart.monitoring import template_of
from hangtime.chart.site import EMERGENCY, Protocol, Site
from hangtime.chart.tables import pattern, signs
from hangtime.chart.visit import Administration, ReactionCourse, Visit

__all__ = ["Emergency", "emergency", "unexplained_signs"]

LOCAL = frozenset({"phlebitis", "infiltration", "extravasation"})
BREATHING = frozenset({"respiratory", "bronchospasm", "larynx"})
PRESSURE = frozenset({"circulation", "organ"})
ALONE = frozenset({"circulation", "bronchospasm", "larynx"})
Criterion = Literal["charted", "skin_and_another", "after_allergen"]
BECAUSE: dict[Criterion, str] = {
    "charted": "anaphylaxis was charted",
    "skin_and_another": "skin or mucosa together with breathing, circulation or gut",
    "after_allergen": "circulation, bronchi or larynx after a probable allergen",
}


class Emergency(msgspec.Struct, frozen=True, kw_only=True):
    """The pattern stands since `raised_at` (UTC).

    `signs` are those charted, in words; `protocol` the site's text, None where the site has none;
    `done` what has been charted as done since, as (moment, action).
    """

    raised_at: datetime
    criterion: Criterion
    because: str
    signs: tuple[str, ...]
    source: str
    protocol: Protocol | None
    done: tuple[tuple[datetime, str], ...]


class Seen(NamedTuple):
    """One sign at one moment: its words and what it is evidence of."""

    at: datetime
    words: str
    group: str


def emergency(visit: Visit, now: datetime, site: Site) -> Emergency | None:
    """The emergency as charted up to `now`, or None.  An ended reaction ends it."""
    seen = [each for each in _Signs(visit).seen() if _cleared(visit, now) < each.at <= now]
    charted = [r for r in _open(visit, now) if r.body.reaction == "anaphylaxis"]
    raised: tuple[datetime, Criterion] | None = _pattern(visit, seen, site)
    if charted:
        at = min(r.notes[-1].at for r in charted)
        raised = (at, "charted") if raised is None or at <= raised[0] else raised
    if raised is None:
        return None
    return Emergency(
        raised_at=raised[0],
        criterion=raised[1],
        because=BECAUSE[raised[1]],
        signs=tuple(dict.fromkeys(each.words for each in seen)),
        source=pattern().source,
        protocol=site.protocol(EMERGENCY),
        done=tuple(_done(visit, now)),
    )


def unexplained_signs(visit: Visit) -> tuple[str, ...]:
    """Signs since the first drug, in words, that no reaction takes in: none noted then or later."""
    first = min((each.started.at for each in visit.administrations if each.started), default=None)
    until = max((r.ended.at for r in visit.reactions if r.ended), default=None)
    if first is None or any(r.is_open for r in visit.reactions):
        return ()
    lonely = (
        each.words
        for each in _Signs(visit).seen()
        if each.at >= first and (until is None or each.at > until)
    )
    return tuple(dict.fromkeys(lonely))


def _open(visit: Visit, now: datetime) -> list[ReactionCourse]:
    return [
        r for r in visit.reactions if r.notes[0].at <= now and (not r.ended or r.ended.at > now)
    ]


def _cleared(visit: Visit, now: datetime) -> datetime:
    """The end of the last reaction that was not of the site alone; signs before it are settled."""
    ends = [
        r.ended.at
        for r in visit.reactions
        if r.ended and r.ended.at <= now and r.body.reaction not in LOCAL
    ]
    first = min((each.at for each in visit.facts), default=now)
    return max(ends, default=first - timedelta(seconds=1))


def _done(visit: Visit, now: datetime) -> Iterator[tuple[datetime, str]]:
    for reaction in _open(visit, now):
        for fact in reaction.actions:
            yield fact.at, str(getattr(fact.body, "action", ""))


def _pattern(visit: Visit, seen: list[Seen], site: Site) -> tuple[datetime, Criterion] | None:
    """The first moment at which a criterion is met."""
    within = timedelta(hours=pattern().within_hours)
    for number, last in enumerate(seen):
        exposed = [a for a in visit.administrations if _is_exposed(a, last.at, within)]
        if not exposed:
            continue
        groups = {each.group for each in seen[: number + 1] if last.at - each.at <= within}
        if "skin" in groups and groups & (BREATHING | PRESSURE | {"gut"}):
            return last.at, "skin_and_another"
        if last.group in ALONE and any(_is_probable(visit, a, last.at, site) for a in exposed):
            return last.at, "after_allergen"
    return None


def _is_exposed(given: Administration, at: datetime, within: timedelta) -> bool:
    """Whether it was given before that moment, and not longer ago than the criteria reach."""
    if given.started is None or given.started.at > at:
        return False
    end = end_of(given)
    return end is None or at - end <= within


def _is_probable(visit: Visit, given: Administration, at: datetime, site: Site) -> bool:
    """Whether it is known or highly probable to be an allergen for this patient."""
    template = template_of(given, site)
    if template is not None and template.is_sensitizing:
        return True
    if given.bag is not None and is_allergy(visit, given.bag):
        return True
    return any(
        fact.at <= at and body.reaction in {"hypersensitivity", "anaphylaxis"}
        for fact, body in visit.of(ReactionNoted)
    )


class _Signs:
    """What was charted as a sign, or measured as low pressure, in the order it happened."""

    def __init__(self, visit: Visit) -> None:
        self.visit = visit
        opening = visit.opening
        self.birth_date: date | None = opening.patient.birth_date if opening else None
        self.baseline = self._baseline()

    def _baseline(self) -> int | None:
        """The last systolic pressure before anything was given."""
        starts = [a.started.at for a in self.visit.administrations if a.started]
        first = min(starts, default=None)
        found = [
            body.vitals.systolic
            for fact, body in self.visit.observations()
            if body.vitals and body.vitals.systolic and (first is None or fact.at <= first)
        ]
        return found[-1] if found else None

    def seen(self) -> Iterator[Seen]:
        known = signs()
        for fact in self.visit.facts:
            body = fact.body
            if isinstance(body, Observed | PostObservation | ReactionNoted):
                for sign in body.signs:
                    yield Seen(fact.at, known[sign].words, known[sign].group)
            if isinstance(body, ReactionNoted) and body.reaction == "hypotension":
                yield Seen(fact.at, known["hypotension"].words, known["hypotension"].group)
            if isinstance(body, Observed | PostObservation) and body.vitals is not None:
                if self._is_low(body.vitals.systolic, fact.at):
                    yield Seen(fact.at, known["hypotension"].words, known["hypotension"].group)

    def _is_low(self, systolic: int | None, at: datetime) -> bool:
        if systolic is None:
            return False
        limit = _least_systolic(self.birth_date, at)
        usual = self.baseline
        if usual is None:
            return systolic < limit
        fell = (usual - systolic) * 100 > usual * pattern().systolic_fall_percent
        return fell or (systolic < limit <= usual)


def _least_systolic(birth_date: date | None, at: datetime) -> int:
    """The pressure below which it is low, by age; an adult's where the age is not known."""
    facts = pattern()
    if birth_date is None:
        return facts.adult_systolic
    day = at.date()
    years = day.year - birth_date.year - ((day.month, day.day) < (birth_date.month, birth_date.day))
    if years < 1:
        return facts.infant_systolic
    if years <= facts.child_until_age:
        return facts.child_systolic_base + facts.child_systolic_per_year * years
    return facts.adult_systolic
