"""A whole visit through the API: charted, coded, asked about, decided, released, proved."""

from __future__ import annotations

import json
import subprocess
import sys
import uuid
from pathlib import Path
from typing import Any

import pytest

from databases import KINDS, fresh_url
from serving import SITE, Client, Served, served


@pytest.fixture(params=KINDS)
def service(request: pytest.FixtureRequest, tmp_path: Path) -> Any:
    """The service with a signing key, on each database."""
    from hangtime.store.keys import new_key

    key = tmp_path / "signing.pem"
    new_key(key)
    with served(tmp_path, fresh_url(request.param, tmp_path, request), signing_key=key) as running:
        yield running


def coded_as_a_file(encounter: dict[str, Any], folder: Path) -> dict[str, Any]:
    """What `hangtime code` says of the encounter as a file."""
    file = folder / "encounter.json"
    file.write_text(json.dumps(encounter), "utf-8")
    program = [sys.executable, "-m", "hangtime.cli", "code", str(file), "--json", "--certify"]
    return json.loads(subprocess.run(program, capture_output=True, check=True, text=True).stdout)


def test_a_visit_charted_through_the_api_is_coded_as_its_encounter_is_from_a_file(
    service: Served, tmp_path: Path
) -> None:
    nurse, coder = service.as_("nurse"), service.as_("coder")
    visit_id = nurse.charts_a_whole_visit()

    encounter = nurse.get(f"/visits/{visit_id}/encounter").json()
    now = nurse.get(f"/visits/{visit_id}/outcome").json()
    kept = coder.get(f"/visits/{visit_id}/work").json()

    from_file = coded_as_a_file(encounter, tmp_path)
    assert now == from_file
    assert kept["coding"]["encounter"] == encounter
    assert kept["coding"]["outcome"] == from_file
    assert {line["code"] for line in from_file["lines"]} >= {"96413", "96415", "Q5103"}
    assert kept["state"] == "coded"


def test_a_question_is_answered_the_lines_released_by_two_people_and_the_visit_proved(
    service: Served, tmp_path: Path
) -> None:
    nurse, coder, second = service.as_("nurse"), service.as_("coder"), service.new("coder", "Two")
    auditor = service.as_("auditor")
    visit_id = nurse.charts_a_whole_visit()
    work = coder.get(f"/visits/{visit_id}/work").json()
    of_coding = {"coding_id": work["coding"]["coding_id"], "seen": work["seq"]}

    def decides(person: Client, **body: Any) -> Any:
        return person.post(f"/visits/{visit_id}/decisions", {"body": body})

    asked = decides(
        coder, kind="query_asked", query_id="q1", text="Was the pause at 53 minutes whole?"
    )
    assert asked.json()["state"] == "queried"
    assert (
        service.as_("nurse").get("/visits?work=queried").json()["visits"][0]["visit_id"] == visit_id
    )
    answered = nurse.post(f"/visits/{visit_id}/queries/q1/answers", {"text": "Yes."})
    assert answered.json()["queries"][0]["answers"][0]["body"]["text"] == "Yes."

    lines = work["coding"]["outcome"]["lines"]
    for number in range(2, len(lines) + 1):
        accepted = decides(coder, kind="line_accepted", line=number, **of_coding)
        assert accepted.status_code == 201, accepted.text
    changed = decides(
        coder, kind="line_overridden", line=1, modifiers=["59"],
        reason_code="modifier_supported", **of_coding,
    )  # fmt: skip
    assert changed.json()["state"] == "ready"

    one = {"visit_id": visit_id, "entry_id": str(uuid.uuid4())}
    refused = coder.post("/releases", {"visits": [one]}).json()["visits"][0]
    assert refused["result"] == "refused"
    assert refused["errors"][0]["field"] == "author"
    assert second.post("/releases", {"visits": [one]}).json()["visits"][0]["result"] == "released"
    assert second.post("/releases", {"visits": [one]}).json()["visits"][0]["result"] == "was_there"

    table = coder.get(f"/claim-lines?site={SITE}").text.splitlines()
    assert len(table) == 1 + len(lines)
    assert table[1].split(",")[8:11] == [lines[0]["code"], "59", str(lines[0]["units"])]

    assert auditor.post("/ledger/checkpoints").status_code == 201
    report = auditor.post("/ledger/verify").json()
    assert report["faults"] == []
    assert report["covered"] == report["entries"]
    packet = auditor.get(f"/visits/{visit_id}/packet")
    assert packet.status_code == 200
    assert {each["stream"] for each in packet.json()["entries"]} == {
        "visit", "coding", "decision", "release",
    }  # fmt: skip
    reads = auditor.get(f"/reads?visit={visit_id}").json()["reads"]
    assert {each["what"] for each in reads} >= {"coding", "packet", "claim lines", "list"}


def test_two_coders_who_decide_one_line_unseen_are_both_kept_and_the_conflict_is_shown(
    service: Served,
) -> None:
    one, two = service.as_("coder"), service.new("coder", "Two")
    visit_id = service.as_("nurse").charts_a_whole_visit()
    work = one.get(f"/visits/{visit_id}/work").json()
    of_coding = {"coding_id": work["coding"]["coding_id"], "seen": work["seq"], "line": 1}

    one.post(f"/visits/{visit_id}/decisions", {"body": {"kind": "line_accepted", **of_coding}})
    removed = {"kind": "line_removed", "reason_code": "not_ours_to_bill", **of_coding}
    after = two.post(f"/visits/{visit_id}/decisions", {"body": removed}).json()

    assert [each["body"]["kind"] for each in after["history"]] == ["line_accepted", "line_removed"]
    assert after["conflicts"][0]["line"] == 1
    assert after["decided"]["1"]["body"]["kind"] == "line_removed"


def test_what_is_charted_after_coding_makes_it_stale_and_nothing_stale_is_released(
    service: Served,
) -> None:
    nurse, coder = service.as_("nurse"), service.as_("coder")
    visit_id = nurse.charts_a_whole_visit()
    work = coder.get(f"/visits/{visit_id}/work").json()
    held = {"kind": "held", "reason_code": "waits_for_review"}
    coder.post(f"/visits/{visit_id}/decisions", {"body": held})

    nurse.charts(visit_id, "note", text="The pause was longer.")
    stale = coder.get(f"/visits/{visit_id}/work").json()
    again = coder.post(f"/visits/{visit_id}/coding", {}).json()

    assert (work["is_stale"], stale["is_stale"], again["is_stale"]) == (False, True, False)
    assert again["coding"]["coding_id"] != work["coding"]["coding_id"]
