"""Visits of one kind in a block: what is given to them, and what each giving earns.

A scenario is written once for all visits of its kind.  It says what was given and, beside it, what
that earns in this place: an answer by construction, with the arithmetic of the thresholds only.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Self

import numpy as np

from hangtime.simulate.arrays import NONE, Floats, Ints, Mask
from hangtime.simulate.block import COMMERCIAL, MEDICARE, PAYERS, SETTINGS, Block
from hangtime.simulate.facts import numbers, services

_PROFESSIONAL = SETTINGS.index("professional")
_NEEDLES = ("im", "sc", "on_body", "oral")
_PUMP_SHARE = 0.3  # of stops that a pump stamped with its seconds
_EDGE_SHARE = 0.25  # of durations that lie at a threshold, where mistakes are made
_MINUTE = 60


_OF_EACH = ("who", "rows", "drugs", "start", "stop", "day")


@dataclass(frozen=True, slots=True)
class Given:
    """One administration of each of some visits: moments in seconds, pauses as (start, length)."""

    who: Ints
    rows: Ints
    drugs: Ints
    start: Ints
    stop: Ints
    day: Ints
    pauses: tuple[tuple[Ints, Ints], ...] = ()

    @property
    def minutes(self) -> Ints:
        """Whole minutes of delivery."""
        return self.seconds // _MINUTE

    @property
    def seconds(self) -> Ints:
        """How long it was delivered, without the pauses."""
        seconds = self.stop - self.start
        for _, length in self.pauses:
            seconds = seconds - length
        return seconds

    def among(self, visits: Visits) -> Given:
        """The same of fewer visits."""
        taken = np.searchsorted(self.who, visits.who)
        columns: list[Any] = [getattr(self, name)[taken] for name in _OF_EACH]
        pauses = tuple((start[taken], length[taken]) for start, length in self.pauses)
        return Given(*columns, pauses=pauses)

    def moment(self, minute: Ints) -> Ints:
        """When so many minutes had been delivered."""
        at = self.start + _MINUTE * minute
        for start, length in self.pauses:
            at = at + np.where(at >= start, length, 0)
        return at


@dataclass(slots=True)
class Visits:
    """Visits of a block, by their places in it, ascending."""

    block: Block
    who: Ints

    def __len__(self) -> int:
        return len(self.who)

    # -- drawing ------------------------------------------------------------------------------

    def chance(self, share: float) -> Mask:
        """True for a share of the visits."""
        return self.block.rng.random(len(self)) < share

    def draws(self) -> Floats:
        """A number from 0 up to 1 for each visit."""
        return self.block.rng.random(len(self))

    def whole(self, low: int, high: int) -> Ints:
        """A whole number for each visit, both ends included."""
        return self.block.rng.integers(low, high, len(self), endpoint=True)

    def minutes(self, low: int, high: int) -> Ints:
        """A duration for each visit, oftener short than long, and often at a threshold."""
        drawn = low + ((high + 1 - low) * self.block.rng.beta(2.0, 2.6, len(self))).astype(np.int64)
        limits = self.block.limits
        edge = (drawn - limits.hour_after) // limits.hour * limits.hour + limits.hour_after
        edge -= self.whole(0, 1)
        return np.clip(np.where(self.chance(_EDGE_SHARE), edge, drawn), low, high)

    def drug(self, group: str) -> Ints:
        """One drug of the group for each visit."""
        places = self.block.formulary.groups[group]
        return places[self.whole(0, len(places) - 1)]

    def some(self, share: float) -> Visits:
        """A share of the visits."""
        return self.where(self.chance(share))

    def where(self, chosen: Mask) -> Visits:
        """The visits of which it is true."""
        return Visits(self.block, self.who[chosen])

    def parted(self, *shares: float) -> list[Visits]:
        """All the visits in parts, by shares that add up to one."""
        part = np.searchsorted(np.cumsum(shares)[:-1], self.draws(), side="right")
        return [self.where(part == place) for place in range(len(shares))]

    def facility(self) -> Visits:
        """Those billed by the hospital."""
        return self.where(self.block.setting[self.who] != _PROFESSIONAL)

    def in_hospital(self) -> Self:
        """Have all of them billed by the hospital."""
        self.block.setting[self.who] = SETTINGS.index("facility")
        return self.mark("place_of_service", None)

    def paid_by(self, payer: str) -> Visits:
        """Those with this payer."""
        return self.where(self.block.payer[self.who] == PAYERS.index(payer))

    def not_paid_by(self, payer: str) -> Visits:
        """Those with another payer."""
        return self.where(self.block.payer[self.who] != PAYERS.index(payer))

    def main(self) -> dict[str, Any]:
        """The fact that something is the reason for the visit, which decides in an office."""
        is_asked = self.block.setting[self.who] == _PROFESSIONAL
        return {"primary_reason": np.where(is_asked, 1, NONE)}

    # -- the visit ----------------------------------------------------------------------------

    @property
    def at(self) -> Ints:
        """The moment at which the next thing can happen."""
        return self.block.clock[self.who]

    @property
    def shortest(self) -> int:
        """The fewest minutes of an infusion."""
        return self.block.limits.infusion_from

    def wait(self, low: int, high: int) -> Self:
        """Let some minutes go by."""
        self.block.clock[self.who] += _MINUTE * self.whole(low, high)
        return self

    def until(self, moments: Ints) -> Self:
        """Let time go by to the next whole minute after each moment."""
        self.block.clock[self.who] = -(-moments // _MINUTE) * _MINUTE
        return self

    def mark(self, column: str, value: Any) -> Self:
        """Write something about the visits themselves."""
        block = self.block
        if column in block.lists:
            value = block.listed(column, value)
        elif value is None or isinstance(value, str):
            value = block.word(column, value)
        block.visits[column][self.who] = value
        return self

    # -- giving -------------------------------------------------------------------------------

    def give(
        self, drug: str | Ints, route: str, *, seconds: Ints | None = None,
        pause: tuple[Ints, Ints] | None = None, order: Given | None = None, is_dosed: bool = True,
        **facts: Any,
    ) -> Given:  # fmt: skip
        """Give a drug, or one of a group, now; `seconds` is how long it ran, pauses included."""
        block, count = self.block, len(self)
        drugs = self.drug(drug) if isinstance(drug, str) else drug
        start = self.at
        stop = start if seconds is None else start + seconds
        columns: dict[str, Any] = {
            name: block.word(name, value) if isinstance(value, str) else value
            for name, value in facts.items()
        }
        if route not in _NEEDLES:
            columns.setdefault("access", block.word("access", "line 1"))
        columns |= {
            "who": self.who, "drug": drugs, "route": block.word("route", route), "start": start,
        }  # fmt: skip
        if seconds is not None:
            columns["stop"] = stop
        if is_dosed:
            columns["dose"] = block.formulary.draw_doses(drugs, self.draws())
        if pause is not None:
            columns["pause"], columns["paused_for"] = pause
        rows = np.arange(block.given.length, block.given.length + count)
        columns["order"] = rows if order is None else order.among(self).rows
        block.given.write(count, columns)
        pauses = () if pause is None else (pause,)
        return Given(self.who, rows, drugs, start, stop, block.year.day(start), pauses)

    def infuse(self, drug: str | Ints, low: int, high: int, **facts: Any) -> Given:
        """Infuse for `low` to `high` minutes; see `run`."""
        return self.run(drug, self.minutes(low, high), **facts)

    def run(
        self, drug: str | Ints, minutes: Ints, *, pausing: float = 0.0, is_stamped: bool = True,
        route: str = "iv_infusion", is_waited: bool = True, **facts: Any,
    ) -> Given:  # fmt: skip
        """Infuse for so many minutes and go on when it has ended; a share is interrupted."""
        seconds = minutes * _MINUTE
        if is_stamped:
            seconds += np.where(self.chance(_PUMP_SHARE), self.whole(0, _MINUTE - 1), 0)
        pause = None
        if pausing:
            length = np.where(self.chance(pausing), self.whole(4, 25) * _MINUTE, 0)
            begin = np.where(length > 0, self.at + minutes // 3 * _MINUTE, NONE)
            pause = (begin, length)
            seconds = seconds + length
        given = self.give(drug, route, seconds=seconds, pause=pause, **facts)
        if is_waited:
            self.until(given.stop)
        return given

    def push(self, drug: str | Ints, **facts: Any) -> Given:
        """Push by hand, and go on some minutes later."""
        given = self.give(drug, "iv_push", **facts)
        self.wait(2, 9)
        return given

    # -- what it earns ------------------------------------------------------------------------

    def owe(
        self, name: str, given: Given, units: Ints | int = 1, *, day: Ints | None = None,
        modifier: Ints | str | None = None, other: str | None = None,
    ) -> None:  # fmt: skip
        """The service with this name in the tables of codes was earned, or this other service."""
        block = self.block
        given = given.among(self)
        if other is None:
            number = numbers()[name]
        else:
            number, modifier = services()[other]
        if not isinstance(modifier, np.ndarray):
            modifier = np.full(len(self), block.word("modifier", modifier))
        held = np.broadcast_to(units, len(self)) > 0
        block.owed.write(int(held.sum()), {
            "who": self.who[held], "code": block.word("code", number), "modifier": modifier[held],
            "units": np.broadcast_to(units, len(self))[held], "row": given.rows[held],
            "day": (given.day if day is None else day)[held],
        })  # fmt: skip

    def owe_hours(self, name: str, run: Given, units: Ints, first: int = 1) -> None:
        """Hours of a run, counted on from hour `first`.

        A hospital dates each by the day of the minute it counts from, a practitioner by the start.
        """
        if not len(self):
            return
        run = run.among(self)
        limits = self.block.limits
        into = limits.hour_after - 1
        dated_by_start = self.block.setting[self.who] == _PROFESSIONAL

        def day_of(hour: Ints | int) -> Ints:
            found = self.block.year.day(run.moment(limits.hour * np.asarray(hour) + into))
            return np.where(dated_by_start, run.day, found)

        first_day, last_day = day_of(first), day_of(first + np.maximum(units, 1) - 1)
        whole = first_day == last_day
        self.owe(name, run, np.where(whole, units, 0), day=first_day)
        for hour in range(int(np.max(units, initial=0))):
            held = ~whole & (units > hour)
            if held.any():
                self.owe(name, run, held.astype(np.int64), day=day_of(first + hour))

    def distinct(self, x_modifier: str) -> Ints:
        """What each payer wants on a service that is distinct: one of the four, or 59."""
        block = self.block
        medicare = self.block.payer[self.who] == MEDICARE
        return np.where(medicare, block.word("modifier", x_modifier), block.word("modifier", "59"))

    def owe_injection(self, given: Given, beside: Given | None = None) -> None:
        """An injection; beside an initial service of the date it is marked, if edits are followed."""
        block = self.block
        given = given.among(self)
        marked = block.payer[self.who] != COMMERCIAL
        if beside is None:
            marked = np.zeros(len(self), bool)
        else:
            marked &= beside.among(self).day == given.day
        modifier = np.where(marked, block.word("modifier", "59"), block.word("modifier", None))
        self.owe("INJECTION", given, modifier=modifier)


def with_pauses(run: Given, others: list[Given], visits: Visits) -> Given:
    """The fluid's own time: what ran under other bags is not of it; `others` by start, apart."""
    run = run.among(visits)
    cut = list(run.pauses)
    for other in others:
        begin = np.maximum(other.start, run.start)
        length = np.maximum(0, np.minimum(other.stop, run.stop) - begin)
        cut.append((np.where(length > 0, begin, NONE), length))
    return replace(run, pauses=tuple(cut))
