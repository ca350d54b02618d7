"""The server's clock stands still or goes back: what is recorded later still counts as later."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from hangtime.chart import demo_site
from hangtime.chart.bodies import Corrected, Note, Patient, VisitOpened
from hangtime.visits import Clinic, Noted, open_visit
from hangtime.visits.charting import record_entries

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


@dataclass(frozen=True)
class Nurse:
    account_id: str = "nurse"
    name: str = "Nurse"
    credential: str | None = "RN"


def test_a_correction_reaches_what_it_corrects_though_the_clock_went_back(engine: Any) -> None:
    clock = [NOON]
    clinic = Clinic(engine, (demo_site(),), now=lambda: clock[0])
    patient = Patient(patient_id="P", name="Ada Example")
    opening = VisitOpened(
        site_id="demo", unit_id="north", patient=patient, setting="facility", time_zone="UTC"
    )
    open_visit(clinic, Nurse(), Noted("visit", NOON, opening), "visit")
    clock[0] = NOON - timedelta(seconds=30)

    # Ids whose order is not that of the entries, as those that devices draw.
    wrong = Noted("z", NOON - timedelta(minutes=1), Note(text="wrong"))
    right = Note(text="right")
    fixed = Noted("a", clock[0], Corrected(corrects="z", reason="typed", replacement=right))
    done = record_entries(clinic, Nurse(), "visit", (wrong, fixed))

    assert done.record is not None
    assert [each.result for each in done.entries] == ["recorded", "recorded"]
    assert [each.kind for each in done.record.visit.conflicts] == []
    assert [each.body for each in done.record.visit.facts if each.entry_id == "z"] == [right]
