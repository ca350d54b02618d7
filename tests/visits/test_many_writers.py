"""Several processes and devices write about one visit; each entry is there once, for everyone."""

from __future__ import annotations

import tempfile
import uuid
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import chain, pairwise
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

from hangtime import store
from hangtime.chart import demo_site, fold
from hangtime.chart.bodies import Note, Patient, VisitOpened
from hangtime.visits import Clinic, Noted, find_visits, open_visit, rebuild, record_entries
from hangtime.visits.listing import Wanted
from hangtime.visits.tables import visit


@dataclass(frozen=True)
class Nurse:
    account_id: str
    name: str = "Nurse"
    credential: str | None = "RN"


def opened(clinic: Clinic, visit_id: str) -> None:
    opening = VisitOpened(
        site_id="demo",
        unit_id="north",
        patient=Patient(patient_id="P", name="Ada Example"),
        setting="facility",
        time_zone="UTC",
    )
    noted = Noted(visit_id, datetime.now(UTC) - timedelta(hours=1), opening)
    assert open_visit(clinic, Nurse("a"), noted, visit_id).entries[0].result == "recorded"


def note(minute: int = 0) -> Noted:
    at = datetime.now(UTC) - timedelta(minutes=30 - minute)
    return Noted(str(uuid.uuid4()), at, Note(text=f"minute {minute}"))


def test_processes_that_write_about_one_visit_at_once_agree_on_all_of_it(engine: Any) -> None:
    """Two installations over one database are two processes; each has two threads that write."""
    clinics = [Clinic(engine, (demo_site(),)) for _ in range(2)]
    visit_id = str(uuid.uuid4())
    opened(clinics[0], visit_id)
    ids: list[list[str]] = [[], [], [], []]

    def write(number: int) -> None:
        for _ in range(12):
            noted = note()
            done = record_entries(clinics[number % 2], Nurse(f"n{number}"), visit_id, (noted,))
            assert done.record is not None
            known = {each.entry_id for each in done.record.entries}
            assert {noted.entry_id, *ids[number]} <= known, "what was answered is in the record"
            ids[number].append(noted.entry_id)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(write, range(4)))

    one, two = (clinic.records.current(visit_id) for clinic in clinics)
    fresh = Clinic(engine, (demo_site(),)).records.current(visit_id)
    assert one == two == fresh
    assert fresh is not None
    assert fresh.visit == fold(fresh.entries)
    order = [each.entry_id for each in fresh.entries]
    assert sorted(order) == sorted([visit_id, *chain(*ids)])
    for own in ids:
        assert all(order.index(a) < order.index(b) for a, b in pairwise(own))
    with engine.connect() as connection:
        assert connection.scalar(sa.select(visit.c.last_seq)) == fresh.seq


@settings(max_examples=25)
@given(st.lists(st.tuples(st.integers(0, 9), st.integers(1, 10)), min_size=1, max_size=8))
def test_however_often_a_queue_is_cut_and_sent_again_each_entry_is_there_once_in_its_order(
    deliveries: list[tuple[int, int]],
) -> None:
    """A device sends a piece of its queue from somewhere on, never skipping what is not there yet."""
    with tempfile.TemporaryDirectory() as folder:
        engine = store.connect(f"sqlite:///{Path(folder) / 'queue.db'}")
        store.migrate(engine)
        clinic = Clinic(engine, (demo_site(),))
        visit_id = str(uuid.uuid4())
        opened(clinic, visit_id)
        queue = [note(minute) for minute in range(10)]
        arrived = 0
        for start, length in deliveries:
            first = min(start, arrived)
            piece = queue[first : first + length]
            done = record_entries(clinic, Nurse("a"), visit_id, piece)
            results = [each.result for each in done.entries]
            assert results == ["was_there"] * (min(arrived, first + len(piece)) - first) + [
                "recorded"
            ] * max(0, first + len(piece) - arrived)
            arrived = max(arrived, first + len(piece))

        record = clinic.records.current(visit_id)
        assert record is not None
        kept = [each.entry_id for each in record.entries[1:]]
        assert kept == [each.entry_id for each in queue[:arrived]]
        assert [each.happened_at for each in record.entries[1:]] == [
            each.happened_at for each in queue[:arrived]
        ]
        page = find_visits(clinic, Wanted(site_ids=frozenset({"demo"})))
        with engine.begin() as connection:
            assert rebuild(clinic, connection) == len(page.rows) == 1
        assert find_visits(clinic, Wanted(site_ids=frozenset({"demo"}))) == page
        engine.dispose()
