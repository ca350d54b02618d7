"""From entries to a visit.

`fold` takes any entries in any order and never fails.  What contradicts itself comes out as a
conflict beside both entries; what is wrong is put right by a correction, never by leaving it out.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from decimal import Decimal

import msgspec

from hangtime.chart.bodies import (
    AccessEstablished,
    AccessLeftIn,
    AccessRemoved,
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
    Observed,
    OrderVerified,
    ProviderNotified,
    PushGiven,
    RateChanged,
    ReactionAction,
    ReactionEnded,
    ReactionNoted,
    Said,
    Screening,
    SecondCheckDone,
    VisitClosed,
    VisitOpened,
    WasteCharted,
)
from hangtime.chart.conflicts import conflicts_of
from hangtime.chart.correcting import Corrections, recorded_order
from hangtime.chart.entries import Entry
from hangtime.chart.visit import Access, Administration, Break, Fact, ReactionCourse, Visit

__all__ = ["LATE_AFTER", "fold"]

LATE_AFTER = timedelta(hours=1)  # where the visit was opened without the site's own limit
STARTS = (InfusionStarted, PushGiven, InjectionGiven)
GIVING = (
    *STARTS, DrugPrepared, LinePrimed, RateChanged, InfusionPaused, InfusionResumed, InfusionStopped,
    InfusionLeftRunning, Disconnected, WasteCharted, SecondCheckDone,
)  # fmt: skip


def fold(entries: Iterable[Entry]) -> Visit:
    """The visit that some entries tell, corrected; all of one visit, in any order.

    The same entries give the same visit whatever their order.  Entries of another visit than the
    first recorded opening (or entry) are kept in the history and reported.
    """
    given = list(entries)
    first = _first(given)
    if first is None:
        return Visit(visit_id="")
    corrections = Corrections(given, first.visit_id, _late_after(first))
    facts = corrections.facts()
    visit = _Folded(first.visit_id, facts).visit(corrections)
    return _with_conflicts(visit, corrections)


def _first(entries: list[Entry]) -> Entry | None:
    """The opening that was recorded first, else the entry that was."""
    opened = [each for each in entries if isinstance(each.body, VisitOpened)]
    return min(
        opened or entries, key=lambda each: (*recorded_order(each), each.visit_id), default=None
    )


def _late_after(first: Entry) -> timedelta:
    limit = first.body.late_after_minutes if isinstance(first.body, VisitOpened) else None
    return LATE_AFTER if limit is None else timedelta(minutes=limit)


def _with_conflicts(visit: Visit, corrections: Corrections) -> Visit:
    found = (*corrections.conflicts, *conflicts_of(visit))
    return msgspec.structs.replace(visit, conflicts=found)


class _Folded:
    """The facts of one visit, sorted by what they are about."""

    def __init__(self, visit_id: str, facts: list[Fact]) -> None:
        self.visit_id, self.facts = visit_id, facts
        self.orders: dict[str, Fact] = {}
        self.by_administration: dict[str, list[Fact]] = {}
        self.by_reaction: dict[str, list[Fact]] = {}
        self.seen_running: dict[str, Fact] = {}
        for fact in facts:
            self._sort(fact, fact.body)

    def _sort(self, fact: Fact, body: Said) -> None:
        if isinstance(body, OrderVerified):
            self.orders[body.order_id] = fact
        elif isinstance(body, GIVING) and body.administration_id is not None:
            self.by_administration.setdefault(body.administration_id, []).append(fact)
        elif isinstance(body, ReactionNoted | ReactionAction | ReactionEnded):
            self.by_reaction.setdefault(body.reaction_id, []).append(fact)
        elif isinstance(body, ProviderNotified) and body.reaction_id is not None:
            self.by_reaction.setdefault(body.reaction_id, []).append(fact)
        elif isinstance(body, Observed):
            self.seen_running |= dict.fromkeys(body.still_infusing, fact)

    def visit(self, corrections: Corrections) -> Visit:
        screenings = self._all(Screening)
        screening = screenings[-1].body if screenings else None
        return Visit(
            visit_id=self.visit_id,
            opened=next(iter(self._all(VisitOpened)), None),
            closed=next(iter(self._all(VisitClosed)[-1:]), None),
            facts=tuple(self.facts),
            history=corrections.history(),
            orders=tuple(self.orders.values()),
            accesses=tuple(self._accesses()),
            administrations=tuple(
                self._administration(id, facts) for id, facts in self.by_administration.items()
            ),
            reactions=tuple(
                _course(id, facts)
                for id, facts in self.by_reaction.items()
                if any(isinstance(each.body, ReactionNoted) for each in facts)
            ),
            screening=screening if isinstance(screening, Screening) else None,
        )

    def _all(self, *kinds: type[Said]) -> list[Fact]:
        return [each for each in self.facts if isinstance(each.body, kinds)]

    def _accesses(self) -> Iterable[Access]:
        first: dict[str, Fact] = {}
        for fact in self._all(AccessEstablished):
            assert isinstance(fact.body, AccessEstablished)
            first.setdefault(fact.body.access_id, fact)
        for access_id, established in first.items():
            ended = self._about_access(access_id, AccessRemoved, AccessLeftIn)
            yield Access(
                access_id=access_id,
                established=established,
                ended=ended[-1] if ended else None,
                flushes=tuple(self._about_access(access_id, Flushed)),
            )

    def _about_access(self, access_id: str, *kinds: type[Said]) -> list[Fact]:
        return [e for e in self._all(*kinds) if getattr(e.body, "access_id", None) == access_id]

    def _administration(self, administration_id: str, facts: list[Fact]) -> Administration:
        starts = _of(facts, *STARTS)
        stops = _of(facts, InfusionStopped)
        prepared = _last(facts, DrugPrepared)
        ordered = self._order_of(prepared)
        order = ordered.body if ordered else None
        seen = self.seen_running.get(administration_id)
        return Administration(
            administration_id=administration_id,
            ordered=ordered,
            order=order if isinstance(order, OrderVerified) else None,
            prepared=prepared,
            primed=_last(facts, LinePrimed) or self._line_primed(),
            starts=tuple(starts),
            stops=tuple(stops),
            rates=tuple(_rates(facts)),
            breaks=tuple(_breaks(facts)),
            moves=tuple(_moves(facts)),
            left_running=_last(facts, InfusionLeftRunning),
            disconnected=_last(facts, Disconnected),
            wasted=_last(facts, WasteCharted),
            checks=tuple(_of(facts, SecondCheckDone)),
            last_seen=seen,
        )

    def _order_of(self, prepared: Fact | None) -> Fact | None:
        body = prepared.body if prepared else None
        if not isinstance(body, DrugPrepared) or body.order_id is None:
            return None
        return self.orders.get(body.order_id)

    def _line_primed(self) -> Fact | None:
        """Tubing that was primed for no drug in particular is for all."""
        general = [
            each
            for each in self._all(LinePrimed)
            if isinstance(each.body, LinePrimed) and each.body.administration_id is None
        ]
        return general[-1] if general else None


def _of(facts: list[Fact], *kinds: type[Said]) -> list[Fact]:
    return [each for each in facts if isinstance(each.body, kinds)]


def _last(facts: list[Fact], *kinds: type[Said]) -> Fact | None:
    found = _of(facts, *kinds)
    return found[-1] if found else None


def _rates(facts: list[Fact]) -> Iterable[tuple[datetime, Decimal]]:
    """Every rate that was set, with its moment, the start's first."""
    for fact in facts:
        if isinstance(fact.body, InfusionStarted | RateChanged | InfusionResumed):
            if fact.body.rate_ml_per_h is not None:
                yield fact.at, fact.body.rate_ml_per_h


def _moves(facts: list[Fact]) -> Iterable[tuple[datetime, str]]:
    """Each time it was resumed through an access that is named."""
    for fact in facts:
        if isinstance(fact.body, InfusionResumed) and fact.body.access_id is not None:
            yield fact.at, fact.body.access_id


def _breaks(facts: list[Fact]) -> Iterable[Break]:
    """Pauses, each with what ended it: being resumed, or the stop of the infusion."""
    paused: Fact | None = None
    for fact in facts:
        if isinstance(fact.body, InfusionPaused):
            paused = paused or fact
        elif isinstance(fact.body, InfusionResumed | InfusionStopped) and paused is not None:
            yield Break(start=paused, stop=fact)
            paused = None
    if paused is not None:
        yield Break(start=paused)


def _course(reaction_id: str, facts: list[Fact]) -> ReactionCourse:
    """A reaction; noted again after its end, it is open again."""
    notes = _of(facts, ReactionNoted)
    ended = _last(facts, ReactionEnded)
    if ended is not None and notes[-1].at > ended.at:
        ended = None
    return ReactionCourse(
        reaction_id=reaction_id,
        notes=tuple(notes),
        actions=tuple(_of(facts, ReactionAction)),
        notified=tuple(_of(facts, ProviderNotified)),
        ended=ended,
    )
