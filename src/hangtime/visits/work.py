"""Where the coding of a visit stands: folded from what the coding and the people said, in order.

Nobody's entry is lost.  Two who decide the same line without having seen each other are both in the
history; the later stands, and the conflict is shown until someone decides again.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Literal

import msgspec

from hangtime.store import Stored
from hangtime.visits import decisions
from hangtime.visits.decisions import STREAMS, Packed

__all__ = ["STATES", "STREAMS", "Coding", "Decided", "Query", "Work", "WorkConflict", "fold_work"]

State = Literal["charting", "to_code", "coded", "queried", "held", "ready", "released"]
STATES: tuple[State, ...] = (
    "charting", "to_code", "coded", "queried", "held", "ready", "released",
)  # fmt: skip


class Decided(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that was said, as it was recorded."""

    entry_id: str
    seq: int
    recorded_at: datetime
    author: str
    author_name: str
    body: decisions.Decision | decisions.QueryAnswered | decisions.Released
    credential: str | None = None


class Coding(msgspec.Struct, frozen=True, kw_only=True):
    """One coding result; `coding_id` is its entry's, `record_seq` the last entry it was made of.

    `coded_by`, `prices`: as in `decisions.Coded`.
    """

    coding_id: str
    seq: int
    recorded_at: datetime
    record_seq: int
    encounter: dict[str, Any]
    outcome: dict[str, Any]
    coded_by: str = "person"
    prices: dict[str, Any] | None = None

    @property
    def lines(self) -> list[dict[str, Any]]:
        """The coded lines."""
        return self.outcome["lines"]


class Query(msgspec.Struct, frozen=True, kw_only=True):
    """A question with its answers; closed by the coder."""

    query_id: str
    asked: Decided
    answers: tuple[Decided, ...] = ()
    closed: Decided | None = None

    @property
    def is_open(self) -> bool:
        """It waits for an answer."""
        return self.closed is None and not self.answers


class WorkConflict(msgspec.Struct, frozen=True, kw_only=True):
    """Two decisions on one line, the later made without sight of the earlier."""

    line: int
    entries: tuple[str, str]
    message: str = "Two people decided this line without having seen each other; the later stands."


class Work(msgspec.Struct, frozen=True, kw_only=True):
    """The coding work of one visit.

    `decided` holds the standing decision of each line that has one, `added` the lines people added,
    `held` the hold, `released` what went out of the coding at hand.
    """

    coding: Coding | None = None
    decided: dict[int, Decided] = msgspec.field(default_factory=dict[int, Decided])
    added: tuple[Decided, ...] = ()
    held: Decided | None = None
    queries: tuple[Query, ...] = ()
    released: Decided | None = None
    conflicts: tuple[WorkConflict, ...] = ()
    history: tuple[Decided, ...] = ()
    codings: int = 0

    @property
    def undecided(self) -> tuple[int, ...]:
        """Numbers of the coded lines that nobody has decided."""
        lines = range(1, len(self.coding.lines) + 1) if self.coding else ()
        return tuple(each for each in lines if each not in self.decided)

    def state(self, *, is_open: bool) -> State:
        """Where it stands; `is_open`: the patient is still there."""
        if self.released is not None:
            return "released"
        if self.coding is None:
            return "charting" if is_open else "to_code"
        if self.held is not None:
            return "held"
        if any(each.is_open for each in self.queries):
            return "queried"
        return "coded" if self.undecided else "ready"


def fold_work(entries: Iterable[Stored], work: Work) -> Work:
    """The work with further ledger entries of the visit; those of other streams, and what a later version wrote, change nothing."""
    for each in entries:
        packed = decisions.read(each.body) if each.stream in STREAMS else None
        if packed is not None:
            work = _with(work, each, packed)
    return work


def _with(work: Work, stored: Stored, packed: Packed) -> Work:
    body = packed.body
    if isinstance(body, decisions.Coded):
        return _recoded(work, _coding(stored, body))
    step = Decided(
        entry_id=stored.entry_id,
        seq=stored.seq,
        recorded_at=stored.recorded_at,
        author=stored.author,
        author_name=packed.author_name,
        credential=packed.credential,
        body=body,
    )
    return _said(msgspec.structs.replace(work, history=(*work.history, step)), step)


def _coding(stored: Stored, body: decisions.Coded) -> Coding:
    return Coding(
        coding_id=stored.entry_id,
        seq=stored.seq,
        recorded_at=stored.recorded_at,
        record_seq=body.record_seq,
        encounter=body.encounter,
        outcome=body.outcome,
        coded_by=body.coded_by,
        prices=body.prices,
    )


def _recoded(work: Work, coding: Coding) -> Work:
    """A new coding: what was decided of a line that came out the same still stands."""
    return msgspec.structs.replace(
        work,
        coding=coding,
        decided=_carried(work, coding),
        released=None,
        conflicts=(),
        codings=work.codings + 1,
    )


_SAME = ("code", "units", "modifiers", "date_of_service", "administrations")


def _carried(work: Work, coding: Coding) -> dict[int, Decided]:
    if work.coding is None:
        return {}
    before = [[line.get(name) for name in _SAME] for line in work.coding.lines]
    carried: dict[int, Decided] = {}
    for number, line in enumerate(coding.lines, 1):
        same = [line.get(name) for name in _SAME]
        if same in before and (step := work.decided.get(before.index(same) + 1)):
            carried[number] = step
    return carried


def _said(work: Work, step: Decided) -> Work:
    """The work with one more thing said."""
    body = step.body
    replaced = msgspec.structs.replace
    if isinstance(body, decisions.Held):
        return replaced(work, held=step)
    if isinstance(body, decisions.LetGo):
        return replaced(work, held=None)
    if isinstance(body, decisions.Released):
        return replaced(work, released=step)
    if isinstance(body, decisions.QueryAsked):
        return replaced(work, queries=(*work.queries, Query(query_id=body.query_id, asked=step)))
    if isinstance(body, decisions.QueryAnswered | decisions.QueryClosed):
        return replaced(work, queries=tuple(_told(each, step) for each in work.queries))
    if isinstance(body, decisions.LineAdded):
        return replaced(work, added=(*work.added, step))
    if isinstance(body, decisions.DecisionWithdrawn):
        return _withdrawn(work, body.withdraws)
    return _decided(work, body.line, step)


def _told(query: Query, step: Decided) -> Query:
    body = step.body
    assert isinstance(body, decisions.QueryAnswered | decisions.QueryClosed)
    if query.query_id != body.query_id:
        return query
    if isinstance(body, decisions.QueryClosed):
        return msgspec.structs.replace(query, closed=step)
    return msgspec.structs.replace(query, answers=(*query.answers, step))


def _withdrawn(work: Work, entry_id: str) -> Work:
    return msgspec.structs.replace(
        work,
        decided={line: step for line, step in work.decided.items() if step.entry_id != entry_id},
        added=tuple(each for each in work.added if each.entry_id != entry_id),
        conflicts=tuple(each for each in work.conflicts if entry_id not in each.entries),
    )


def _decided(work: Work, line: int, step: Decided) -> Work:
    """The decision of a line, and the conflict if the last one had not been seen."""
    before = work.decided.get(line)
    conflicts = tuple(each for each in work.conflicts if each.line != line)
    seen = getattr(step.body, "seen", step.seq)
    if before is not None and before.seq > seen and before.author != step.author:
        found = WorkConflict(line=line, entries=(before.entry_id, step.entry_id))
        conflicts = (*conflicts, found)
    return msgspec.structs.replace(work, decided={**work.decided, line: step}, conflicts=conflicts)
