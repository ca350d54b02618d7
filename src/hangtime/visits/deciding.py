"""Deciding what was coded: accept, override, hold, ask, answer, release.

What cannot be is refused with its field; what two people decide at once is recorded for both.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from hangtime.chart import TwoPeople
from hangtime.store import DifferentEntry, NewEntry
from hangtime.visits import decisions
from hangtime.visits.charting import Refused
from hangtime.visits.claims import claim_rows
from hangtime.visits.clinic import Author, Clinic
from hangtime.visits.coding import is_stale
from hangtime.visits.decisions import DECISION, RELEASE, reasons
from hangtime.visits.projecting import project
from hangtime.visits.records import Record
from hangtime.visits.work import Work

__all__ = ["Decided", "NoVisit", "answer", "decide", "release"]

_CHANGES = (decisions.LineOverridden, decisions.LineRemoved, decisions.LineAdded)


class NoVisit(LookupError):
    """There is no such visit."""


class Decided(NamedTuple):
    """The record after what was said, or why it could not be said.

    `is_taken`: the entry's id was used for something else.  `was_there`: it had been said already.
    """

    record: Record
    errors: tuple[Refused, ...] = ()
    is_taken: bool = False
    was_there: bool = False


def decide(
    clinic: Clinic, author: Author, visit_id: str, entry_id: str, body: decisions.Decision
) -> Decided:
    """Record a coder's decision, hold or question.  Raises NoVisit."""
    return _say(clinic, author, visit_id, entry_id, body)


def answer(
    clinic: Clinic, author: Author, visit_id: str, entry_id: str, body: decisions.QueryAnswered
) -> Decided:
    """Record a nurse's answer to a question.  Raises NoVisit."""
    return _say(clinic, author, visit_id, entry_id, body)


def release(clinic: Clinic, author: Author, visit_id: str, entry_id: str) -> Decided:
    """Send the decided lines of a visit out, if nothing stands against it.  Raises NoVisit."""
    return _say(clinic, author, visit_id, entry_id, None)


def _say(
    clinic: Clinic,
    author: Author,
    visit_id: str,
    entry_id: str,
    said: decisions.Decision | decisions.QueryAnswered | None,
) -> Decided:
    with clinic.writing() as connection:
        record = clinic.records.current(visit_id, connection)
        if record is None:
            raise NoVisit(visit_id)
        known = clinic.ledger.find(entry_id, connection)
        if said is None and known is not None:
            is_same = known.subject == visit_id and known.stream == RELEASE
            return Decided(record, is_taken=not is_same, was_there=is_same)
        if known is None:
            errors = tuple(_refusals(clinic, author, record, said))
            if errors:
                return Decided(record, errors)
        try:
            stored = clinic.ledger.append(
                connection, _entry(record, author, entry_id, said or _released(record))
            )
        except DifferentEntry:
            return Decided(record, is_taken=True)
        if stored.was_there:
            return Decided(record, was_there=True)
        record = clinic.records.with_appended(record, [stored], connection)
        project(connection, record, is_new=False)
    clinic.records.keep(record)
    return Decided(record)


def _entry(record: Record, author: Author, entry_id: str, body: decisions.Said) -> NewEntry:
    packed = decisions.Packed(author_name=author.name, credential=author.credential, body=body)
    return NewEntry(
        entry_id=entry_id,
        stream=RELEASE if isinstance(body, decisions.Released) else DECISION,
        subject=record.visit_id,
        kind=decisions.kind_of(body),
        author=author.account_id,
        body=decisions.pack(packed),
    )


def _released(record: Record) -> decisions.Released:
    assert record.work.coding is not None, "what is not coded was refused"
    return decisions.Released(
        coding_id=record.work.coding.coding_id, lines=tuple(claim_rows(record))
    )


def _refusals(
    clinic: Clinic,
    author: Author,
    record: Record,
    said: decisions.Decision | decisions.QueryAnswered | None,
) -> Iterator[Refused]:
    work = record.work
    if said is None:
        yield from _against_release(clinic, author, record)
    elif isinstance(said, decisions.QueryAsked):
        if any(each.query_id == said.query_id for each in work.queries):
            yield Refused("query_id", "is already used by another question")
    elif isinstance(said, decisions.QueryAnswered | decisions.QueryClosed):
        yield from _against_reply(work, said)
    elif isinstance(said, decisions.Held):
        yield from _against_reason(said.reason_code, said.remark, "hold")
    elif isinstance(said, decisions.LetGo):
        if work.held is None:
            yield Refused("kind", "nothing is held")
    else:
        yield from _against_line(work, said)


def _against_reply(
    work: Work, said: decisions.QueryAnswered | decisions.QueryClosed
) -> Iterator[Refused]:
    query = next((each for each in work.queries if each.query_id == said.query_id), None)
    if query is None:
        yield Refused("query_id", "there is no such question at this visit")
    elif query.closed is not None:
        yield Refused("query_id", "the question is closed")


def _against_line(work: Work, said: decisions.LineDecision) -> Iterator[Refused]:
    if work.coding is None or said.coding_id != work.coding.coding_id:
        yield Refused("coding_id", "the visit was coded again since; look at the new lines")
        return
    if work.released is not None:
        yield Refused("coding_id", "these lines are released; code the visit again to change them")
    if isinstance(said, decisions.DecisionWithdrawn):
        standing = [*work.decided.values(), *work.added]
        if not any(each.entry_id == said.withdraws for each in standing):
            yield Refused("withdraws", "no such decision stands")
    elif not isinstance(said, decisions.LineAdded) and said.line > len(work.coding.lines):
        yield Refused("line", "there is no line of this number")
    if isinstance(said, _CHANGES):
        yield from _against_reason(said.reason_code, said.remark, "change")
    if isinstance(said, decisions.LineOverridden):
        if said.code is None and said.units is None and said.modifiers is None:
            yield Refused("code", "say what is to be otherwise: code, units or modifiers")


def _against_reason(reason_code: str, remark: str, of: str) -> Iterator[Refused]:
    reason = reasons().get(reason_code)
    if reason is None or reason.of != of:
        yield Refused("reason_code", "is none of the reasons for this")
    elif reason.needs_remark and not remark.strip():
        yield Refused("remark", "this reason needs words of your own")


def _against_release(clinic: Clinic, author: Author, record: Record) -> Iterator[Refused]:
    work = record.work
    if work.coding is None:
        yield Refused("visit_id", "the visit is not coded")
        return
    if work.released is not None:
        yield Refused("visit_id", "it is released already")
    if is_stale(record):
        yield Refused("visit_id", "something was charted since it was coded: code it again")
    if work.undecided:
        yield Refused("lines", f"{len(work.undecided)} of its lines are not decided")
    if work.conflicts:
        yield Refused("lines", "two people decided a line without having seen each other")
    if work.held is not None:
        yield Refused("visit_id", "it is held")
    if any(each.is_open for each in work.queries):
        yield Refused("queries", "a question to the nurse is open")
    if _needs_another(clinic.two_people_at(record.site_id), author, work):
        yield Refused("author", "another person than the one who decided has to release it")


def _needs_another(policy: TwoPeople, author: Author, work: Work) -> bool:
    standing = [*work.decided.values(), *work.added]
    own = [each for each in standing if each.author == author.account_id]
    if policy == "always":
        return bool(own)
    is_changed = any(isinstance(each.body, _CHANGES) for each in own)
    return policy == "overrides" and is_changed
