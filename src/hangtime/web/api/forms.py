"""The forms the API takes and gives, beside those of the chart and of the decisions."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

import msgspec

from hangtime import chart
from hangtime.chart.bodies import Patient
from hangtime.chart.bodies.words import check
from hangtime.chart.templates import Schedule
from hangtime.chart.visit import Conflict
from hangtime.model import Department
from hangtime.store import Read
from hangtime.visits import decisions
from hangtime.visits.board import Card
from hangtime.visits.charting import Charted
from hangtime.visits.work import Decided as DecidedStep
from hangtime.visits.work import Query, State, WorkConflict

# An id that a client chooses: a UUID, which cannot be guessed and meets no other.
Uuid = Annotated[
    str, msgspec.Meta(pattern="^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$")
]
Short = Annotated[str, msgspec.Meta(min_length=1, max_length=80)]
Line = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
Moment = Annotated[datetime, msgspec.Meta(tz=True)]
MOST_TOGETHER = 500


class Form(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a client sends: a field that is not known is refused and not passed over."""

    def __post_init__(self) -> None:
        for name in self.__struct_fields__:
            check(name, getattr(self, name))


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What a client is given."""


# --- Visits ------------------------------------------------------------------------------------------


class OpenVisit(Form, frozen=True, kw_only=True):
    """A patient is given a chair.

    `entry_id` makes a repeat harmless and becomes the visit's id; the header Idempotency-Key can
    hold it instead.  Setting, zone, payer and limit for late entries come from the site; `payer`
    and `place_of_service` may be said here otherwise.
    """

    site_id: Short
    unit_id: Short
    patient: Patient
    happened_at: Moment
    entry_id: Uuid | None = None
    chair: Line | None = None
    payer: Line | None = None
    place_of_service: Line | None = None
    attendance_of_day: Annotated[int, msgspec.Meta(ge=1, le=99)] | None = None
    department: Department | None = None
    drug_discount_340b: bool | None = None
    locality: Line | None = None


class FindVisits(Form, frozen=True, kw_only=True):
    """Visits of one patient by record number, which has no place in an address."""

    patient_id: Short
    site_id: Short | None = None
    limit: Annotated[int, msgspec.Meta(ge=1, le=200)] = 50
    cursor: Annotated[str, msgspec.Meta(max_length=400)] | None = None


class VisitSummary(Answer, frozen=True, kw_only=True):
    """One visit in a list.  `seq`: the last ledger entry about it."""

    visit_id: str
    site_id: str
    unit_id: str
    chair: str | None
    patient: Patient
    state: Literal["open", "closed"]
    work: State
    is_simulated: bool
    opened_at: datetime
    closed_at: datetime | None
    seq: int


class VisitPage(Answer, frozen=True, kw_only=True):
    """Some visits, the last opened first; `next` is the cursor of the next page, null at the end."""

    visits: tuple[VisitSummary, ...]
    next: str | None


class VisitRead(Answer, frozen=True, kw_only=True):
    """One visit as it stands now: the ten steps, what runs, what is due, what contradicts."""

    visit: VisitSummary
    status: chart.VisitStatus
    entries: int


# --- Entries -----------------------------------------------------------------------------------------


class NewEntry(Form, frozen=True, kw_only=True):
    """Something that happened, when by the clock of the device, and what.

    `entry_id` is chosen where it was charted; sent again, nothing is doubled.
    """

    happened_at: Moment
    body: chart.Body
    entry_id: Uuid | None = None


class QueuedEntry(Form, frozen=True, kw_only=True):
    """An entry of a device's queue."""

    entry_id: Uuid
    happened_at: Moment
    body: chart.Body


class Queue(Form, frozen=True, kw_only=True):
    """What a device charted while it could not reach the service, in its order."""

    entries: Annotated[
        tuple[QueuedEntry, ...], msgspec.Meta(min_length=1, max_length=MOST_TOGETHER)
    ]


class EntryRecorded(Answer, frozen=True, kw_only=True):
    """One entry in the ledger, and the conflicts that arose with it."""

    visit_id: str
    seq: int
    entry: Charted
    conflicts: tuple[Conflict, ...]


class QueueRecorded(Answer, frozen=True, kw_only=True):
    """What became of each entry of a queue, in its order."""

    visit_id: str
    seq: int
    entries: tuple[Charted, ...]
    conflicts: tuple[Conflict, ...]


class EntryRead(Answer, frozen=True, kw_only=True):
    """One entry as it was recorded, and what became of it."""

    entry: chart.Entry
    standing: str
    by: str | None
    is_late: bool
    late_minutes: int


class EntriesRead(Answer, frozen=True, kw_only=True):
    """The whole history of a visit in the order it was recorded."""

    visit_id: str
    seq: int
    entries: tuple[EntryRead, ...]


# --- The board ---------------------------------------------------------------------------------------


class Board(Answer, frozen=True, kw_only=True):
    """Every chair of a unit, or of all units of a site, as of `as_of`.

    `seq` is where the live updates go on: send it as Last-Event-ID.
    """

    site_id: str
    as_of: datetime
    seq: int
    cards: tuple[Card, ...]


# --- Coding ------------------------------------------------------------------------------------------


class CodeVisit(Form, frozen=True, kw_only=True):
    """Code a visit as it stands."""

    entry_id: Uuid | None = None


class CodingRead(Answer, frozen=True, kw_only=True):
    """One coding result: encounter and outcome as the contract writes them."""

    coding_id: str
    seq: int
    recorded_at: datetime
    record_seq: int
    encounter: dict[str, Any]
    outcome: dict[str, Any]


class WorkRead(Answer, frozen=True, kw_only=True):
    """Where the coding of a visit stands.

    `decided` by the number of the line; `lines` are those that would go out, as they stand.
    """

    visit_id: str
    seq: int
    state: State
    is_stale: bool
    coding: CodingRead | None
    decided: dict[str, DecidedStep]
    added: tuple[DecidedStep, ...]
    undecided: tuple[int, ...]
    held: DecidedStep | None
    queries: tuple[Query, ...]
    released: DecidedStep | None
    conflicts: tuple[WorkConflict, ...]
    history: tuple[DecidedStep, ...]
    lines: tuple[dict[str, Any], ...]


class NewDecision(Form, frozen=True, kw_only=True):
    """What a coder says."""

    body: decisions.Decision
    entry_id: Uuid | None = None


class NewAnswer(Form, frozen=True, kw_only=True):
    """What a nurse answers; `entries` are the ids of what was charted because of it."""

    text: decisions.Text
    entries: tuple[Uuid, ...] = ()
    entry_id: Uuid | None = None


class Release(Form, frozen=True, kw_only=True):
    """Visits whose decided lines go out together."""

    visits: Annotated[tuple[ReleaseOne, ...], msgspec.Meta(min_length=1, max_length=MOST_TOGETHER)]


class ReleaseOne(Form, frozen=True, kw_only=True):
    """One of them, with the id of its release."""

    visit_id: Short
    entry_id: Uuid


class ReleaseResult(Answer, frozen=True, kw_only=True):
    """What became of one visit's release."""

    visit_id: str
    result: Literal["released", "was_there", "refused"]
    errors: tuple[Wrong, ...] = ()


class Wrong(Answer, frozen=True, kw_only=True):
    """What is wrong, and with which field."""

    field: str
    message: str


class ReleaseRecorded(Answer, frozen=True, kw_only=True):
    """What became of each, in the order asked."""

    visits: tuple[ReleaseResult, ...]


class ReasonRead(Answer, frozen=True, kw_only=True):
    """A reason for departing from what was coded (`change`) or for a hold (`hold`)."""

    reason_code: str
    of: str
    words: str
    needs_remark: bool


class Reasons(Answer, frozen=True, kw_only=True):
    """All of them."""

    reasons: tuple[ReasonRead, ...]


# --- Sites -------------------------------------------------------------------------------------------


class SiteRead(Answer, frozen=True, kw_only=True):
    """A site where someone has a role, and what may be done there."""

    site: chart.Site
    permissions: tuple[str, ...]


class Sites(Answer, frozen=True, kw_only=True):
    """The sites of the one who asks."""

    sites: tuple[SiteRead, ...]


class TemplateRead(Answer, frozen=True, kw_only=True):
    """A drug's template with the schedule it names."""

    template: chart.Template
    schedule: Schedule


class Templates(Answer, frozen=True, kw_only=True):
    """The templates of a site, its own before the shipped ones."""

    site_id: str
    templates: tuple[TemplateRead, ...]


# --- The ledger --------------------------------------------------------------------------------------


class LedgerEntry(Answer, frozen=True, kw_only=True):
    """One entry of the ledger with its hash, and without its body."""

    seq: int
    entry_id: str
    stream: str
    subject: str
    nth: int
    kind: str
    recorded_at: datetime
    author: str
    previous: str
    hash: str


class LedgerPage(Answer, frozen=True, kw_only=True):
    """Some entries in their order; `next` is the number after which to go on, null at the end."""

    entries: tuple[LedgerEntry, ...]
    next: int | None


class ReadLog(Answer, frozen=True, kw_only=True):
    """The latest looks first; `next` is the number before which to go on."""

    reads: tuple[Read, ...]
    next: int | None
