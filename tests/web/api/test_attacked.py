"""The API asked for what it must not do: times, texts and corrections that were made to break it."""

from __future__ import annotations

import base64
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa
from fastapi.testclient import TestClient

from databases import KINDS, migrated_url
from hangtime.visits.tables import visit as table
from serving import OTHER, SITE, Served, served, told

UNREACHABLE = ("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "1600-01-01T00:00:00Z")


@pytest.fixture(scope="module", params=KINDS)
def attacked(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Served]:
    """One service on each database for all of these."""
    folder = tmp_path_factory.mktemp("attacked")
    with served(folder, migrated_url(request.param, folder, request)) as running:
        yield running


def errors(answer: Any) -> dict[str, str]:
    return {each["field"]: each["message"] for each in answer.json()["errors"]}


def opening(**fields: Any) -> dict[str, Any]:
    patient = {"patient_id": "P-1", "name": "Ada Example"}
    asked = {"site_id": SITE, "unit_id": "north", "happened_at": told(None), "patient": patient}
    return asked | fields


@pytest.mark.parametrize("at", UNREACHABLE)
def test_a_year_that_cannot_be_meant_is_refused_wherever_a_time_is_said(
    attacked: Served, at: str
) -> None:
    nurse = attacked.as_("nurse")
    visit_id, note = nurse.opens(), {"kind": "note", "text": "seen"}
    entry = {"entry_id": str(uuid.uuid4()), "happened_at": at, "body": note}

    answers = [
        nurse.post("/visits", opening(happened_at=at)),
        nurse.post(f"/visits/{visit_id}/entries", entry),
        nurse.post(f"/visits/{visit_id}/entries/queue", {"entries": [entry]}),
        nurse.charts(visit_id, "order_verified", order_id="o", drug="x", ordered_at=at),
    ]

    assert [each.status_code for each in answers] == [422] * 4
    named = [set(errors(each)) for each in answers]
    assert named == [
        {"happened_at"}, {"happened_at"}, {"entries[0].happened_at"}, {"body.ordered_at"},
    ]  # fmt: skip


@pytest.mark.parametrize("at", UNREACHABLE)
def test_a_list_can_be_asked_from_and_up_to_any_time(attacked: Served, at: str) -> None:
    nurse = attacked.as_("nurse")
    visit_id = nurse.opens()
    is_early = not at.startswith("9999")

    def listed(**asked: str) -> bool:
        answer = nurse.get("/visits", params=asked)
        assert answer.status_code == 200, answer.text
        return visit_id in {each["visit_id"] for each in answer.json()["visits"]}

    assert listed(opened_from=at) is is_early
    assert listed(opened_before=at) is not is_early
    cursor = base64.urlsafe_b64encode(f"{at} x".encode()).decode().rstrip("=")
    assert errors(nurse.get("/visits", params={"cursor": cursor})) == {"cursor": "is of no page"}


@pytest.mark.parametrize("text", ["A\x00B", "\x1b[2J", "\x9b2J", "\x7f"])
def test_a_character_that_cannot_be_shown_is_refused_by_its_field(
    attacked: Served, text: str
) -> None:
    nurse = attacked.as_("nurse")
    visit_id = nurse.opens()
    told_of = "a character that cannot be shown"

    assert errors(nurse.post("/visits", opening(chair=text))) == {"chair": told_of}
    patient = {"patient_id": "P-1", "name": text}
    assert errors(nurse.post("/visits", opening(patient=patient))) == {"patient.name": told_of}
    assert errors(nurse.charts(visit_id, "note", text=text)) == {"body.text": told_of}
    taught = nurse.charts(visit_id, "discharge_teaching", topics=["signs", text])
    assert errors(taught) == {"body.topics": told_of}
    asked = {"kind": "query_asked", "query_id": "q", "text": text}
    refused = attacked.as_("coder").post(f"/visits/{visit_id}/decisions", {"body": asked})
    assert refused.status_code == 422
    assert nurse.charts(visit_id, "note", text="two\nlines,\ta tab, é and 中").status_code == 201


def test_a_quantity_that_cannot_be_measured_is_refused_by_its_field(attacked: Served) -> None:
    nurse = attacked.as_("nurse")
    visit_id = nurse.opens()

    def said(dose: Any) -> Any:
        return errors(nurse.charts(visit_id, "order_verified", order_id="o", drug="x", dose=dose))

    assert said(-1) == {"body.dose": "below zero"}
    assert said("NaN") == said("1e400") == {"body.dose": "not a number that can be measured"}


def test_who_may_not_close_a_visit_closes_it_by_no_correction_and_opens_none_again(
    attacked: Served,
) -> None:
    visiting, at_home = attacked.new("nurse", "Visiting"), attacked.as_("nurse", OTHER)
    visit_id = at_home.opens(site_id=OTHER)
    reason = {"reason": "Anaphylaxis in the lobby"}
    assert visiting.post(f"/break-glass/{visit_id}", reason).status_code == 201
    note = visiting.charts(visit_id, "note", text="seen").json()["entry"]["entry_id"]

    def corrects(entry_id: str, replacement: Any = None) -> Any:
        body: dict[str, Any] = {"corrects": entry_id, "reason": "wrong"}
        body |= {"replacement": replacement}
        return visiting.charts(visit_id, "corrected", **body)

    fixed = corrects(note, {"kind": "note", "text": "seen again"})
    assert fixed.status_code == 201
    assert corrects(note, {"kind": "visit_closed"}).status_code == 403
    closed = at_home.charts(visit_id, "visit_closed").json()["entry"]["entry_id"]
    assert corrects(closed).status_code == 403
    struck = at_home.charts(visit_id, "corrected", corrects=closed, reason="still here")
    assert corrects(struck.json()["entry"]["entry_id"]).status_code == 403
    assert at_home.get(f"/visits/{visit_id}").json()["visit"]["state"] == "open"


def test_a_corrected_opening_names_another_patient_and_keeps_what_the_site_settled(
    attacked: Served,
) -> None:
    nurse = attacked.as_("nurse")
    visit_id = nurse.opens()
    first = nurse.get(f"/visits/{visit_id}/entries").json()["entries"][0]["entry"]["body"]

    def corrects(entry_id: str, **changed: Any) -> Any:
        body: dict[str, Any] = {"corrects": entry_id, "reason": "wrong"}
        body |= {"replacement": {**first, **changed}}
        return nurse.charts(visit_id, "corrected", **body)

    other = {"patient_id": "P-2", "name": "Bea Example"}
    fixed = corrects(visit_id, patient=other)
    assert fixed.status_code == 201, fixed.text
    for name, value in {"late_after_minutes": 9_999, "site_id": OTHER, "unit_id": "no"}.items():
        assert set(errors(corrects(visit_id, **{name: value}))) == {f"body.replacement.{name}"}
    again = fixed.json()["entry"]["entry_id"]
    note = {"kind": "note", "text": "no opening"}
    unmade = nurse.charts(visit_id, "corrected", corrects=again, reason="x", replacement=note)
    assert set(errors(unmade)) == {"body.replacement"}
    assert corrects(again, site_id=OTHER).status_code == 422
    assert nurse.get(f"/visits/{visit_id}").json()["visit"]["patient"]["name"] == "Bea Example"
    assert nurse.charts(visit_id, "corrected", corrects=again, reason="x").status_code == 201
    assert nurse.get(f"/visits/{visit_id}").json()["visit"]["patient"]["name"] == "Ada Example"


def test_an_id_that_was_used_elsewhere_codes_nothing_and_says_so(attacked: Served) -> None:
    nurse, coder = attacked.as_("nurse"), attacked.as_("coder")
    visit_id, used = nurse.opens(), str(uuid.uuid4())
    path = f"/visits/{visit_id}/coding"

    first, again = (coder.post(path, {"entry_id": used}) for _ in range(2))
    stolen = coder.post(path, {"entry_id": visit_id})

    assert (first.status_code, again.status_code, stolen.status_code) == (201, 201, 409)
    assert stolen.json()["type"] == "urn:hangtime:problem:different-entry"
    assert again.json()["coding"]["coding_id"] == used


def test_a_body_that_is_too_large_is_refused_as_a_problem(attacked: Served) -> None:
    nurse, visit_id = attacked.as_("nurse"), attacked.as_("nurse").opens()
    path, headers = f"/visits/{visit_id}/entries", {"Content-Type": "application/json"}

    for body in (b" " * 2_000_000, iter([b" " * 100_000] * 20)):
        answer = nurse.ask("POST", path, content=body, headers=headers)
        assert answer.status_code == 413
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["type"] == "urn:hangtime:problem:too-large"


def test_a_row_moved_to_another_site_behind_the_ledgers_back_shows_the_visit_to_nobody(
    attacked: Served,
) -> None:
    at_home, elsewhere = attacked.as_("nurse"), attacked.as_("nurse", OTHER)
    visit_id = at_home.opens()
    moved = sa.update(table).where(table.c.visit_id == visit_id).values(site_id=OTHER)
    with attacked.clinic.engine.begin() as connection:
        connection.execute(moved)

    listed = elsewhere.get("/visits", params={"site": OTHER}).json()["visits"]
    assert visit_id not in {each["visit_id"] for each in listed}


def test_what_a_proxy_on_this_machine_passes_on_reads_no_metrics(attacked: Served) -> None:
    here = TestClient(attacked.app, client=("127.0.0.1", 50_000))

    assert here.get("/metrics").status_code == 200
    passed_on = here.get("/metrics", headers={"X-Forwarded-For": "203.0.113.7"})
    assert passed_on.status_code == 401
