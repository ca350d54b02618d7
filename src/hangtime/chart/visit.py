"""A visit as its entries tell it: what stands, the history of it, and what does not fit together.

Everything here is a value made by `fold`; nothing is lost on the way.  `facts` are the entries that
stand, corrected, in the order things happened; `history` is every entry as it was recorded.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Literal, TypeVar

import msgspec

from hangtime.chart.bodies import (
    AccessEstablished,
    DrugPrepared,
    Event,
    InfusionStarted,
    InjectionGiven,
    LinePrimed,
    Observed,
    OrderVerified,
    PushGiven,
    ReactionNoted,
    Said,
    Screening,
    VisitOpened,
)
from hangtime.chart.entries import Entry

S = TypeVar("S", bound=Said)
Standing = Literal["stands", "replaced", "struck", "correction", "void", "repeated", "elsewhere"]


class Fact(msgspec.Struct, frozen=True, kw_only=True):
    """What one entry says now.

    `happened_at` is as charted and `at` the same moment in UTC.  `recorded_at` is when what stands
    was recorded: the correction's time where there was one.  `is_late`: recorded longer after it
    happened than the site allows.
    """

    entry_id: str
    body: Event
    happened_at: datetime
    at: datetime
    recorded_at: datetime
    author: str
    author_name: str
    credential: str | None
    is_late: bool = False
    corrected_by: str | None = None


class Remembered(msgspec.Struct, frozen=True, kw_only=True):
    """One entry as it was recorded, and what became of it.

    `standing`: it stands; a correction replaced or struck it (`by` names that entry); it is itself a
    correction; a correction that no longer holds (void); the same entry once more; of another visit.
    """

    entry: Entry
    standing: Standing
    by: str | None = None
    is_late: bool = False
    late_minutes: int = 0


class Conflict(msgspec.Struct, frozen=True, kw_only=True):
    """Entries that cannot all be right, or that someone should look at.

    `kind` is a lasting word, `message` a sentence without a value of the patient, `entries` the
    entries concerned, `about` the administration, access or reaction.
    """

    kind: str
    message: str
    entries: tuple[str, ...]
    about: str | None = None


class Break(msgspec.Struct, frozen=True, kw_only=True):
    """From `start` to `stop` nothing ran; None where it was not resumed."""

    start: Fact
    stop: Fact | None = None


class Administration(msgspec.Struct, frozen=True, kw_only=True):
    """One dose from the bag or syringe into the patient.

    `starts` and `stops` hold every entry of that kind; more than one of either is a conflict.  Where
    two contradict, `started` and `stopped` are those that claim the least time.
    """

    administration_id: str
    order: OrderVerified | None = None
    ordered: Fact | None = None
    prepared: Fact | None = None
    primed: Fact | None = None
    starts: tuple[Fact, ...] = ()
    stops: tuple[Fact, ...] = ()
    rates: tuple[tuple[datetime, Decimal], ...] = ()  # moments in UTC, mL/h
    breaks: tuple[Break, ...] = ()
    moves: tuple[tuple[datetime, str], ...] = ()  # resumed through another access: when, which
    left_running: Fact | None = None
    disconnected: Fact | None = None
    wasted: Fact | None = None
    checks: tuple[Fact, ...] = ()  # second checks of what was prepared
    last_seen: Fact | None = None  # the last observation that saw it running

    @property
    def started(self) -> Fact | None:
        """The start that stands, of an infusion, a push or an injection."""
        return self.starts[-1] if self.starts else None

    @property
    def stopped(self) -> Fact | None:
        """The stop that stands: the first after the start, else the first."""
        began = self.started
        after = [each for each in self.stops if began is None or each.at >= began.at]
        return next(iter(after or self.stops), None)

    @property
    def drug(self) -> str:
        """The drug by the words of the bag, else of the start, else of the order."""
        return self._words("drug") or "unknown drug"

    def _words(self, name: str) -> str | None:
        for fact in (self.prepared, self.started, self.ordered):
            if fact is not None and (found := getattr(fact.body, name, None)):
                return str(found)
        return None

    @property
    def infusion(self) -> InfusionStarted | None:
        """The start, where it is an infusion."""
        found = self.started.body if self.started else None
        return found if isinstance(found, InfusionStarted) else None

    @property
    def access_id(self) -> str | None:
        """The access it was started through, where that is charted."""
        found = self.started.body if self.started else None
        return found.access_id if isinstance(found, InfusionStarted | PushGiven) else None

    @property
    def last_access_id(self) -> str | None:
        """The access it ran through last."""
        return self.moves[-1][1] if self.moves else self.access_id

    @property
    def bag(self) -> DrugPrepared | None:
        """What was prepared, where it was prepared here."""
        found = self.prepared.body if self.prepared else None
        return found if isinstance(found, DrugPrepared) else None

    @property
    def line(self) -> LinePrimed | None:
        """The tubing and the pump, where they are charted."""
        found = self.primed.body if self.primed else None
        return found if isinstance(found, LinePrimed) else None

    @property
    def is_checked(self) -> bool:
        """Whether somebody other than who prepared it checked it."""
        made, bag = self.prepared, self.bag
        if made is None or bag is None:
            return False
        named = (bag.second_check_by or made.author_name).casefold().strip()
        is_named = named != made.author_name.casefold().strip()
        return is_named or any(each.author != made.author for each in self.checks)

    @property
    def is_running(self) -> bool:
        """An infusion that began here and of which no end is charted."""
        ended = self.stopped or self.left_running or self.disconnected
        return self.infusion is not None and ended is None

    @property
    def is_injection(self) -> bool:
        return self.started is not None and isinstance(self.started.body, InjectionGiven)


class Access(msgspec.Struct, frozen=True, kw_only=True):
    """One entry into the body, from being established to being removed or left in."""

    access_id: str
    established: Fact
    ended: Fact | None = None  # removed, or left in
    flushes: tuple[Fact, ...] = ()

    @property
    def body(self) -> AccessEstablished:
        assert isinstance(self.established.body, AccessEstablished)
        return self.established.body


class ReactionCourse(msgspec.Struct, frozen=True, kw_only=True):
    """One reaction from its first sign to its end."""

    reaction_id: str
    notes: tuple[Fact, ...]
    actions: tuple[Fact, ...] = ()
    notified: tuple[Fact, ...] = ()
    ended: Fact | None = None

    @property
    def body(self) -> ReactionNoted:
        """The last judgement."""
        found = self.notes[-1].body
        assert isinstance(found, ReactionNoted)
        return found

    @property
    def is_open(self) -> bool:
        return self.ended is None


class Visit(msgspec.Struct, frozen=True, kw_only=True):
    """One infusion visit, as far as it is charted."""

    visit_id: str
    opened: Fact | None = None
    closed: Fact | None = None
    facts: tuple[Fact, ...] = ()
    history: tuple[Remembered, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    orders: tuple[Fact, ...] = ()  # the last reading of each
    accesses: tuple[Access, ...] = ()
    administrations: tuple[Administration, ...] = ()
    reactions: tuple[ReactionCourse, ...] = ()
    screening: Screening | None = None

    @property
    def opening(self) -> VisitOpened | None:
        """What was said when the visit was opened."""
        return (
            self.opened.body if self.opened and isinstance(self.opened.body, VisitOpened) else None
        )

    def of(self, kind: type[S]) -> tuple[tuple[Fact, S], ...]:
        """The facts of one kind of body, each with that body, in the order they happened."""
        return tuple((each, each.body) for each in self.facts if isinstance(each.body, kind))

    def last(self, kind: type[S]) -> S | None:
        """What was said last of one kind."""
        found = self.of(kind)
        return found[-1][1] if found else None

    def administration(self, administration_id: str) -> Administration | None:
        return next(
            (a for a in self.administrations if a.administration_id == administration_id), None
        )

    def access(self, access_id: str) -> Access | None:
        return next((a for a in self.accesses if a.access_id == access_id), None)

    def reaction(self, reaction_id: str) -> ReactionCourse | None:
        return next((r for r in self.reactions if r.reaction_id == reaction_id), None)

    def observations(self, after: datetime | None = None) -> tuple[tuple[Fact, Observed], ...]:
        """Observations, those after a moment where one is given."""
        return tuple(each for each in self.of(Observed) if after is None or each[0].at > after)
