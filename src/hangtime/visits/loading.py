"""Encounters that another system charted become visits of the worklist, through the ledger.

Each is an opening, a closing and a coding result that holds the encounter as it was read; nothing is
charted in its place.  Its ids are made of the site and the encounter's own id, so that a file loaded
twice doubles nothing, and an encounter that was changed since is coded again.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import UTC, datetime, time

from sqlalchemy.engine import Connection

from hangtime import chart, clock
from hangtime.chart.bodies import Patient, VisitClosed, VisitOpened
from hangtime.model import Encounter
from hangtime.store import NewEntry
from hangtime.visits import decisions
from hangtime.visits.clinic import Author, Clinic
from hangtime.visits.coding import LOADING, coded, encounter_as_json
from hangtime.visits.projecting import project
from hangtime.visits.records import VISIT, Record

__all__ = ["Loaded", "load_encounters", "visit_id_of"]

_IDS = uuid.UUID("6f9c3c1e-7d1a-5d0e-9f5b-2f1d7d0f5c11")
_LONGEST_ID = 80
_NOT_CHARTED = "not charted"


class Loaded:
    """How many encounters became items, were coded again, and were there as they are."""

    def __init__(self) -> None:
        self.new = self.again = self.same = 0


def visit_id_of(site_id: str, encounter_id: str) -> str:
    """The visit that an encounter of a site becomes."""
    return str(uuid.uuid5(_IDS, f"{site_id}\x00{encounter_id}"))


def load_encounters(
    clinic: Clinic,
    author: Author,
    site: chart.Site,
    unit_id: str,
    encounters: Iterable[Encounter],
    account: Loaded | None = None,
) -> Loaded:
    """Load a batch, all of it or none.  `account` goes on counting from earlier batches."""
    account = account or Loaded()
    with clinic.engine.begin() as connection:
        loading = _Loading(clinic, author, site, unit_id, connection)
        for encounter in encounters:
            loading.load(encounter, account)
    return account


class _Loading:
    """One batch on its way into one transaction."""

    def __init__(
        self, clinic: Clinic, author: Author, site: chart.Site, unit_id: str, connection: Connection
    ) -> None:
        self.clinic, self.author, self.site = clinic, author, site
        self.unit_id, self.connection = unit_id, connection

    def load(self, encounter: Encounter, account: Loaded) -> None:
        visit_id = visit_id_of(self.site.site_id, encounter.encounter_id)
        record = self.clinic.records.current(visit_id, self.connection)
        is_new = record is None
        if record is None:
            record = self._opened(visit_id, encounter)
        elif record.work.coding and record.work.coding.encounter == encounter_as_json(encounter):
            account.same += 1
            return
        body = coded(encounter, record.charted_seq, LOADING)
        record = self._appended(record, self._coding(visit_id, body))
        project(self.connection, record, is_new=is_new)
        account.new += is_new
        account.again += not is_new

    def _opened(self, visit_id: str, encounter: Encounter) -> Record:
        began, ended = self._from_to(encounter)
        opening = self._entry(
            visit_id, visit_id, began, _opening(self.site, self.unit_id, encounter)
        )
        closing_id = str(uuid.uuid5(_IDS, f"{visit_id}\x00closed"))
        closing = self._entry(visit_id, closing_id, ended, VisitClosed())
        return self._appended(self._appended(None, opening), closing)

    def _appended(self, record: Record | None, new: NewEntry) -> Record:
        stored = self.clinic.ledger.append(self.connection, new)
        return self.clinic.records.with_appended(record, [stored], self.connection)

    def _entry(self, visit_id: str, entry_id: str, at: datetime, body: chart.Body) -> NewEntry:
        entry = chart.Entry(
            entry_id=entry_id,
            visit_id=visit_id,
            happened_at=at,
            recorded_at=self.clinic.now(),  # the ledger sets its own; an entry has to have one
            author=self.author.account_id,
            author_name=self.author.name,
            credential=self.author.credential,
            body=body,
        )
        return NewEntry(
            entry_id=entry_id,
            stream=VISIT,
            subject=visit_id,
            kind=chart.kind_of(body),
            author=self.author.account_id,
            body=chart.pack(entry),
        )

    def _coding(self, visit_id: str, body: decisions.Coded) -> NewEntry:
        packed = decisions.Packed(
            author_name=self.author.name, credential=self.author.credential, body=body
        )
        return NewEntry(
            entry_id=str(uuid.uuid4()),
            stream=decisions.CODING,
            subject=visit_id,
            kind=decisions.kind_of(body),
            author=self.author.account_id,
            body=decisions.pack(packed),
        )

    def _from_to(self, encounter: Encounter) -> tuple[datetime, datetime]:
        """From the first time in it to its end; noon of its date where it has no time."""
        place = clock.zone(encounter.time_zone or self.site.time_zone) or UTC
        given = encounter.administrations
        times = [at for each in given for at in (each.start, each.stop) if at]
        times += [encounter.ended_at] if encounter.ended_at else []
        if not times and encounter.date_of_service:
            times = [datetime.combine(encounter.date_of_service, time(12))]
        aware = [at if at.tzinfo else at.replace(tzinfo=place) for at in times]
        now = self.clinic.now()
        return min(aware, default=now), max(aware, default=now)


def _opening(site: chart.Site, unit_id: str, encounter: Encounter) -> VisitOpened:
    number = (encounter.patient_id or _NOT_CHARTED)[:_LONGEST_ID]
    return VisitOpened(
        site_id=site.site_id,
        unit_id=unit_id,
        patient=Patient(
            patient_id=number, name=f"Record {number}", birth_date=encounter.birth_date
        ),
        setting=encounter.setting,
        time_zone=encounter.time_zone or site.time_zone,
        payer=encounter.payer or site.payer,
        place_of_service=encounter.place_of_service or site.place_of_service,
        attendance_of_day=encounter.attendance_of_day,
        department=encounter.department,
        drug_discount_340b=encounter.drug_discount_340b,
        locality=encounter.locality,
        is_simulated=site.is_simulated,
    )
