"""Charting over HTTP: each entry once, queues, conflicts, pages, sites, emergencies, and the log."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from hangtime.web.logs import FIELDS
from serving import OTHER, SITE, Served, served, told

MARK = "Xerxes-Unlikely"  # stands for every value of a patient


@pytest.fixture(scope="module")
def lasting(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """One service for tests that leave nothing behind."""
    folder = tmp_path_factory.mktemp("lasting")
    with served(folder, f"sqlite:///{folder / 'hangtime.db'}") as running:
        yield running


def note(text: str = "seen", **fields: Any) -> dict[str, Any]:
    entry = {"happened_at": told(None), "body": {"kind": "note", "text": text}}
    return entry | {"entry_id": str(uuid.uuid4())} | fields


def test_an_entry_sent_again_is_not_doubled_and_an_id_is_never_used_for_two(
    service: Served,
) -> None:
    nurse, colleague = service.as_("nurse"), service.new("nurse", "Colleague")
    visit_id = nurse.opens()
    entry = note()

    first, again = (nurse.post(f"/visits/{visit_id}/entries", entry) for _ in range(2))
    other = nurse.post(f"/visits/{visit_id}/entries", {**entry, "body": note("else")["body"]})
    stolen = colleague.post(f"/visits/{visit_id}/entries", entry)

    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json()["entry"] == first.json()["entry"] | {"result": "was_there"}
    assert {other.status_code, stolen.status_code} == {409}
    assert other.json()["type"] == "urn:hangtime:problem:different-entry"
    assert len(nurse.get(f"/visits/{visit_id}/entries").json()["entries"]) == 2


def test_the_idempotency_key_of_the_header_is_the_entrys_id(service: Served) -> None:
    nurse, key = service.as_("nurse"), str(uuid.uuid4())
    visit_id = nurse.opens()
    entry = {name: value for name, value in note().items() if name != "entry_id"}
    path, headers = f"/visits/{visit_id}/entries", {"Idempotency-Key": key}

    answers = [nurse.post(path, entry, headers=headers) for _ in range(2)]
    unlike = nurse.post(path, {**entry, "entry_id": str(uuid.uuid4())}, headers=headers)
    none = nurse.post(path, entry)

    assert [each.json()["entry"]["entry_id"] for each in answers] == [key, key]
    assert unlike.json()["errors"][0]["field"] == "Idempotency-Key"
    assert none.json()["errors"][0]["field"] == "entry_id"


def test_a_visit_opened_twice_under_one_id_is_one_visit(service: Served) -> None:
    nurse, key = service.as_("nurse"), str(uuid.uuid4())
    at = datetime.now(UTC) - timedelta(minutes=1)

    assert [nurse.opens(entry_id=key, at=at) for _ in range(1)] == [key]
    again = nurse.post(
        "/visits",
        {
            "site_id": SITE, "unit_id": "north", "chair": "N1", "happened_at": told(at),
            "entry_id": key,
            "patient": {"patient_id": "P-1", "name": "Ada Example", "birth_date": "1970-02-03"},
        },
    )  # fmt: skip

    assert again.status_code == 200
    assert len(nurse.get("/visits").json()["visits"]) == 1


def test_a_queue_says_of_each_entry_what_became_of_it_and_a_bad_one_stops_no_other(
    service: Served,
) -> None:
    nurse = service.as_("nurse")
    visit_id = nurse.opens()
    past = told(datetime.now(UTC) - timedelta(hours=3))
    unknown = {"kind": "infusion_stopped", "administration_id": "never started"}
    late, refused, fine = note(happened_at=past), note() | {"body": unknown}, note()
    queue = {"entries": [late, refused, fine, late]}

    answer = nurse.post(f"/visits/{visit_id}/entries/queue", queue).json()
    again = nurse.post(f"/visits/{visit_id}/entries/queue", queue).json()

    results = [each["result"] for each in answer["entries"]]
    assert results == ["recorded", "refused", "recorded", "was_there"]
    assert answer["entries"][0]["is_late"] is True
    assert answer["entries"][1]["errors"][0]["field"] == "body.administration_id"
    assert [each["result"] for each in again["entries"]].count("was_there") == 3
    told_times = [e["entry"]["happened_at"] for e in read_entries(nurse, visit_id)[1:]]
    assert [datetime.fromisoformat(each) for each in told_times] == [
        datetime.fromisoformat(each["happened_at"]) for each in (late, fine)
    ]


def read_entries(who: Any, visit_id: str) -> list[dict[str, Any]]:
    return who.get(f"/visits/{visit_id}/entries").json()["entries"]


def test_two_nurses_who_contradict_each_other_are_both_kept_and_told(service: Served) -> None:
    one, two = service.as_("nurse"), service.new("nurse", "Two")
    visit_id = one.opens(at=datetime.now(UTC) - timedelta(hours=1))
    began = datetime.now(UTC) - timedelta(minutes=40)
    one.charts(
        visit_id, "infusion_started", began, administration_id="d1", drug="ceftriaxone",
        rate_ml_per_h=200,
    )  # fmt: skip
    one.charts(visit_id, "infusion_stopped", began + timedelta(minutes=30), administration_id="d1")

    second = two.charts(
        visit_id, "infusion_stopped", began + timedelta(minutes=35), administration_id="d1"
    )

    assert second.status_code == 201
    assert second.json()["conflicts"], "the one who brings a contradiction is told of it"
    assert len(read_entries(one, visit_id)) == 4
    assert one.get(f"/visits/{visit_id}").json()["status"]["conflicts"]


def test_a_correction_is_an_entry_and_the_old_one_stays_readable(service: Served) -> None:
    nurse = service.as_("nurse")
    visit_id = nurse.opens()
    first = nurse.charts(visit_id, "note", text="left arm").json()["entry"]["entry_id"]

    nurse.charts(
        visit_id, "corrected", corrects=first, reason="wrong side",
        replacement={"kind": "note", "text": "right arm"},
    )  # fmt: skip

    entries = read_entries(nurse, visit_id)
    assert [each["standing"] for each in entries] == ["stands", "replaced", "correction"]
    assert entries[1]["entry"]["body"]["text"] == "left arm"


def test_pages_neither_repeat_nor_hide_a_visit_though_others_are_opened_meanwhile(
    service: Served,
) -> None:
    nurse = service.as_("nurse")
    now = datetime.now(UTC)
    before = [nurse.opens(at=now - timedelta(minutes=30 - n // 2)) for n in range(7)]

    seen: list[str] = []
    cursor = ""
    while True:
        page = nurse.get(f"/visits?limit=2{cursor}").json()
        seen += [each["visit_id"] for each in page["visits"]]
        nurse.opens(at=now - timedelta(seconds=5))
        if page["next"] is None:
            break
        cursor = f"&cursor={page['next']}"

    assert sorted(seen) == sorted(before)
    assert nurse.get("/visits?cursor=bm9uc2Vuc2U").json()["errors"][0]["field"] == "cursor"


def test_a_patients_visits_are_found_by_a_number_that_stands_in_no_address(
    service: Served,
) -> None:
    nurse = service.as_("nurse")
    mine = nurse.opens(patient={"patient_id": MARK, "name": "Wanted"})
    nurse.opens()

    found = nurse.post("/visits/search", {"patient_id": MARK}).json()["visits"]

    assert [each["visit_id"] for each in found] == [mine]


def test_a_visit_of_another_site_is_not_there_until_the_glass_is_broken_for_it(
    service: Served,
) -> None:
    stranger = service.as_("nurse", OTHER)
    visit_id = service.as_("nurse").opens()
    assert stranger.get("/visits").json()["visits"] == []
    assert stranger.get(f"/visits/{visit_id}").status_code == 404
    assert stranger.get(f"/board?site={SITE}").status_code == 404
    refused = stranger.post(
        "/visits",
        {
            "site_id": SITE, "unit_id": "north", "happened_at": told(None),
            "patient": {"patient_id": "1", "name": "x"},
        },
    )  # fmt: skip
    assert refused.status_code == 404

    reason = "collapsed in the corridor, was seen there this morning"
    broken = stranger.post(f"/break-glass/{visit_id}", {"reason": reason})

    assert broken.status_code == 201, broken.text
    assert stranger.get(f"/visits/{visit_id}").status_code == 200
    assert stranger.charts(visit_id, "note", text="helped").status_code == 201
    assert stranger.charts(visit_id, "visit_closed").status_code == 403
    reads = service.as_("auditor").get(f"/reads?visit={visit_id}").json()["reads"]
    assert reads[-1]["reason"] == reason


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"body": {"kind": "nonsense", "text": MARK}}, "body.kind"),
        ({"body": {"kind": "note", "text": ""}}, "body.text"),
        ({"body": {"kind": "note", "text": "x", "written_by": MARK}}, "body.written_by"),
        ({"body": {"kind": "note"}}, "body.text"),
        ({"happened_at": MARK}, "happened_at"),
        ({"happened_at": "2026-01-01T10:00:00"}, "happened_at"),
        ({"happened_at": "2199-01-01T10:00:00Z"}, "happened_at"),
        ({"entry_id": MARK}, "entry_id"),
        ({"patient": MARK}, "patient"),
        (
            {"body": {"kind": "observed", "vitals": {"pulse": 99999, "systolic": MARK}}},
            "body.vitals.pulse",
        ),
        ({"body": {"kind": "flushed", "access_id": MARK}}, "body.access_id"),
        (
            {"body": {"kind": "push_given", "administration_id": "d", "drug": "x", "dose": MARK}},
            "body.dose",
        ),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_by_its_field_and_never_with_its_value(
    lasting: Served, change: dict[str, Any], field: str
) -> None:
    nurse = lasting.as_("nurse")
    visit_id = nurse.opens()

    answer = nurse.post(f"/visits/{visit_id}/entries", note() | change)

    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["errors"][0]["field"] == field
    assert MARK not in answer.text


def test_no_value_of_a_patient_reaches_the_log(
    capsys: pytest.CaptureFixture[str], service: Served
) -> None:
    nurse = service.as_("nurse")
    visit_id = nurse.opens(patient={"patient_id": MARK, "name": MARK}, chair=MARK)
    nurse.charts(visit_id, "note", text=MARK)
    nurse.charts(visit_id, "flushed", access_id=MARK)
    nurse.post("/visits/search", {"patient_id": MARK})
    nurse.get(f"/{MARK}")
    nurse.get(f"/visits/{MARK}?site={MARK}", headers={"User-Agent": MARK, "X-Request-ID": MARK})
    nurse.ask(MARK.upper(), "/visits")

    written = capsys.readouterr().err.splitlines()
    lines = [json.loads(line) for line in written if line.startswith("{")]

    assert len(lines) >= 7
    assert MARK.lower() not in "".join(written).lower()
    assert set().union(*lines) <= set(FIELDS)


def test_a_fault_is_a_problem_with_an_id_and_told_to_the_log_without_its_message(
    capsys: pytest.CaptureFixture[str], service: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: Any) -> Any:
        raise RuntimeError(MARK)

    nurse = service.as_("nurse")
    visit_id = nurse.opens()
    monkeypatch.setattr("hangtime.web.api.visits.status", fails)

    answer = nurse.get(f"/visits/{visit_id}")

    problem = answer.json()
    assert (answer.status_code, problem["type"]) == (500, "urn:hangtime:problem:fault")
    (fault,) = (
        json.loads(line) for line in capsys.readouterr().err.splitlines() if '"fault"' in line
    )
    assert (fault["error"], fault["request_id"]) == ("RuntimeError", problem["request_id"])
    assert fault["where"][-1].endswith("fails")
    assert MARK not in json.dumps(fault) + answer.text


def test_the_board_shows_who_runs_and_what_is_missing_and_its_stream_goes_on_where_it_was_cut(
    service: Served,
) -> None:
    nurse = service.as_("nurse")
    visit_id = nurse.opens(at=datetime.now(UTC) - timedelta(minutes=30))
    nurse.charts(
        visit_id, "infusion_started", datetime.now(UTC) - timedelta(minutes=20),
        administration_id="d1", drug="ceftriaxone", rate_ml_per_h=200, volume_ml=100,
    )  # fmt: skip

    (card,) = nurse.get(f"/board?site={SITE}&unit=north").json()["cards"]
    empty = nurse.get(f"/board?site={SITE}&unit=south").json()["cards"]

    assert (card["visit_id"], card["running"][0]["drug"]) == (visit_id, "ceftriaxone")
    assert card["due"]["kind"] == "continuous"
    assert {"step": "verify_order", "what": "no order is verified"} in card["missing"]
    assert empty == []


def test_the_service_says_that_it_lives_is_ready_and_how_it_does(service: Served) -> None:
    service.as_("nurse").opens()
    live, ready = (service.nobody.get(f"/healthz/{each}") for each in ("live", "ready"))
    refused = service.nobody.get("/metrics")
    administrator = service.as_("administrator").headers
    metrics = service.nobody.get("/metrics", headers=administrator).text

    assert (live.json(), ready.json()) == ({"status": "alive"}, {"status": "ready"})
    assert refused.status_code == 401
    assert "hangtime_entries_total 1.0" in metrics
    assert 'route="/api/v1/visits",status="201"' in metrics


def test_the_table_of_visits_is_made_again_from_the_ledger_as_it_was(service: Served) -> None:
    import sqlalchemy as sa

    from hangtime.visits import rebuild
    from hangtime.visits.tables import visit

    nurse = service.as_("nurse")
    nurse.charts(nurse.opens(), "visit_closed")
    nurse.opens(unit_id="south", chair="S2")
    with service.clinic.engine.begin() as connection:
        ordered = sa.select(visit).order_by(visit.c.visit_id)
        before = connection.execute(ordered).all()
        count = rebuild(service.clinic, connection)
        after = connection.execute(ordered).all()

    assert count == len(before) == 2
    assert after == before
