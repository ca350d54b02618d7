"""The record of one visit as this process knows it: its entries folded, and its coding work.

A record is read from the ledger once and then caught up by what was appended since, by whatever
process.  What is kept is only ever what was committed.
"""

from __future__ import annotations

from collections import OrderedDict
from datetime import datetime
from threading import Lock
from typing import Literal, NamedTuple

from sqlalchemy.engine import Connection

from hangtime import chart
from hangtime.chart.bodies import VisitOpened
from hangtime.chart.visit import Visit
from hangtime.store import Ledger, Stored
from hangtime.visits.work import STREAMS, State, Work, fold_work

VISIT = "visit"  # the ledger's stream of charted entries
MOST_KEPT = 2_000


class Record(NamedTuple):
    """One visit up to the ledger entry `seq`, its `nth`; `charted_seq` is the last charted one.

    `site_id` is that of the opening entry and never changes, whatever was corrected: it decides who
    may see the record.
    """

    visit_id: str
    site_id: str
    seq: int
    nth: int
    charted_seq: int
    entries: tuple[chart.Entry, ...]
    visit: Visit
    work: Work

    @property
    def first(self) -> VisitOpened:
        """What was said when the visit was opened, before any correction."""
        body = self.entries[0].body
        assert isinstance(body, VisitOpened), "a visit's first entry opens it"
        return body

    @property
    def opening(self) -> VisitOpened:
        """What stands of the opening."""
        return self.visit.opening or self.first

    @property
    def opened_at(self) -> datetime:
        """When the patient was given the chair, as charted."""
        return (self.visit.opened or self.entries[0]).happened_at

    @property
    def closed_at(self) -> datetime | None:
        """When the patient left, as charted."""
        return self.visit.closed.happened_at if self.visit.closed else None

    @property
    def state(self) -> Literal["open", "closed"]:
        """Whether the patient is still there."""
        return "open" if self.visit.closed is None else "closed"

    @property
    def work_state(self) -> State:
        """Where its coding stands."""
        return self.work.state(is_open=self.visit.closed is None)


class Records:
    """The records last used, each caught up whenever it is asked for."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._kept: OrderedDict[str, Record] = OrderedDict()
        self._lock = Lock()

    def current(self, visit_id: str, connection: Connection | None = None) -> Record | None:
        """The record with everything committed so far; None where there is no such visit."""
        with self._lock:
            known = self._kept.get(visit_id)
        later = self._ledger.of(visit_id, after=known.seq if known else 0, connection=connection)
        record = continued(known, later)
        if record is not None:
            self.keep(record)
        return record

    def site_of(self, visit_id: str) -> str | None:
        """The site of a visit, which never changes; None where there is no such visit."""
        found = self.known(visit_id) if visit_id.isprintable() else None
        return found.site_id if found else None

    def known(self, visit_id: str) -> Record | None:
        """The record as it was last seen here, which may lack what others have appended since."""
        with self._lock:
            found = self._kept.get(visit_id)
        return found or self.current(visit_id)

    def at_least(self, visit_id: str, seq: int, connection: Connection) -> Record | None:
        """The record with everything up to an entry: known already, or caught up."""
        with self._lock:
            known = self._kept.get(visit_id)
        if known is not None and known.seq >= seq:
            return known
        return self.current(visit_id, connection)

    def with_appended(
        self, record: Record | None, appended: list[Stored], connection: Connection
    ) -> Record:
        """A record with what the open transaction appended, and what others had before it."""
        follows = (record.nth if record else 0) + 1
        if appended[0].nth != follows:
            after = record.seq if record else 0
            appended = self._ledger.of(appended[0].subject, after=after, connection=connection)
        now = continued(record, appended)
        assert now is not None, "a visit's first entry opens it"
        return now

    def keep(self, record: Record) -> None:
        """Remember a committed record, unless a later one is known."""
        with self._lock:
            known = self._kept.get(record.visit_id)
            if known is None or known.seq < record.seq:
                self._kept[record.visit_id] = record
            self._kept.move_to_end(record.visit_id)
            while len(self._kept) > MOST_KEPT:
                self._kept.popitem(last=False)


def continued(known: Record | None, later: list[Stored]) -> Record | None:
    """A record with further ledger entries about it; None where nothing opens a visit."""
    if not later:
        return known
    charted = tuple(entry_of(each) for each in later if each.stream == VISIT)
    entries = (known.entries if known else ()) + charted
    if not entries or not isinstance(entries[0].body, VisitOpened):
        return None
    is_work = any(each.stream in STREAMS for each in later)
    work = known.work if known else Work()
    return Record(
        visit_id=entries[0].visit_id,
        site_id=entries[0].body.site_id,
        seq=later[-1].seq,
        nth=later[-1].nth,
        charted_seq=max(
            (each.seq for each in later if each.stream == VISIT),
            default=known.charted_seq if known else 0,
        ),
        entries=entries,
        visit=chart.fold(entries) if charted or known is None else known.visit,
        work=fold_work(later, work) if is_work else work,
    )


def entry_of(stored: Stored) -> chart.Entry:
    """A ledger entry of the visit stream as the chart knows it."""
    return chart.unpack(
        stored.body,
        entry_id=stored.entry_id,
        visit_id=stored.subject,
        recorded_at=stored.recorded_at,
        author=stored.author,
    )
