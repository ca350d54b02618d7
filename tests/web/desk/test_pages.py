"""The pages of the desk: who may see them, what their forms do, and what is shown when two work at once."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from hangtime.accounts.tables import role_at_site
from hangtime.chart import demo_site
from hangtime.formats.claims import read_claims
from hangtime.store import Ledger, reads
from hangtime.visits.loading import load_encounters, visit_id_of
from hangtime.web.shown import day_and_clock
from serving import Served, served
from web.desk.pages import Reader, form, fresh, loaded
from worklist.desks import LOADER, encounter

PLACES = """
page                        nurse  charge_nurse  coder  auditor  administrator
/worklist                   403    403           200    200      403
/worklist.csv               403    403           200    200      403
/worklist/release           403    403           200    403      403
/worklist/VISIT             403    403           200    200      403
/worklist/VISIT/summary.pdf 403    403           200    200      403
/worklist/release.csv       403    403           200    200      403
/worklist/VISIT/lines.csv   403    403           200    200      403
/worklist/VISIT/next        403    403           303    303      403
/visits/VISIT/record.pdf    200    200           200    200      403
/queries                    200    200           403    403      403
/analytics                  403    200           200    200      403
/analytics.csv              403    200           200    200      403
/analytics/questions.csv    403    403           200    200      403
/worklist/released.csv      403    403           200    200      403
/worklist/released.zip      403    403           200    200      403
/worklist/nothing           403    403           404    404      403
/oversight                  403    403           403    200      200
/oversight/reads.csv        403    403           403    200      403
"""
ROLES = PLACES.split("\n")[1].split()[1:]


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """One service for tests that leave nothing behind."""
    folder = tmp_path_factory.mktemp("desk")
    with served(folder, f"sqlite:///{folder / 'desk.db'}") as running:
        yield running


@pytest.fixture
def coder(service: Served) -> Reader:
    return Reader(service, "coder", "Ana Example")


@pytest.mark.parametrize("row", PLACES.strip().split("\n")[1:], ids=lambda row: row.split()[0])
def test_a_page_is_open_to_the_roles_of_its_row(shared: Served, row: str) -> None:
    path, *statuses = row.split()
    (visit_id,) = loaded(shared)
    path = path.replace("VISIT", visit_id) + ("?site=demo" if "released" in path else "")

    found = {role: Reader(shared, role).get(path).status_code for role in ROLES}

    assert found == dict(zip(ROLES, map(int, statuses), strict=True))


@pytest.mark.parametrize(
    ("role", "where"),
    [
        ("nurse", "/board"),
        ("coder", "/worklist"),
        ("auditor", "/worklist"),
        ("administrator", "/people"),
    ],
)
def test_who_signs_in_comes_to_the_first_place_of_the_role(
    shared: Served, role: str, where: str
) -> None:
    answer = Reader(shared, role).get("/")

    assert (answer.status_code, answer.headers["location"]) == (303, where)


def test_who_has_no_role_is_told_that_there_is_no_page(service: Served) -> None:
    reader = Reader(service, "nurse")
    with service.register.engine.begin() as connection:
        connection.execute(role_at_site.delete())

    answer = reader.get("/")

    assert answer.status_code == 200
    assert "Your role has no page here" in answer.text


def test_who_may_only_read_is_shown_no_form(shared: Served) -> None:
    (visit_id,) = loaded(shared)
    page = Reader(shared, "auditor").get(f"/worklist/{visit_id}")

    assert page.text.count("<form") == 1, "signing out"
    assert Reader(shared, "auditor").post(f"/worklist/{visit_id}/accept", {}).status_code == 403


def test_a_visit_of_the_chair_is_coded_at_its_end_and_again_after_a_late_entry(
    service: Served, coder: Reader
) -> None:
    nurse = service.as_("nurse")
    began = datetime.now(UTC) - timedelta(hours=3)
    visit_id = nurse.opens(at=began)
    for minute, kind, body in INFUSION:
        answer = nurse.charts(visit_id, kind, began + timedelta(minutes=minute), **body)
        assert answer.status_code == 201, answer.text
    path = f"/worklist/{visit_id}"
    page = coder.get(path)
    assert "Coded" in page.text
    coder.post(f"{path}/accept_all", form(page, "accept_all"))

    at = began + timedelta(minutes=90)
    nurse.charts(visit_id, "infusion_stopped", at, administration_id="d1")
    stale = coder.get(path)
    refused = coder.post(f"{path}/release", form(stale, "release"))
    again = coder.post(f"{path}/coding", form(stale, "coding"), follow=True)

    assert "Something was charted since this was coded" in stale.text
    assert refused.status_code == 422
    assert "code it again" in refused.text
    assert "Something was charted since" not in again.text
    assert "Ada Example" in again.text
    assert "Infusion stopped" in again.text
    kinds = [each.kind for each in Ledger(service.clinic.engine).of(visit_id, "coding")]
    assert kinds == ["coded", "coded"]


INFUSION: tuple[tuple[int, str, dict[str, Any]], ...] = (
    (1, "access_established", {"access_id": "a1", "device": "peripheral"}),
    (
        2,
        "order_verified",
        {"order_id": "o1", "drug": "ceftriaxone", "route": "iv_infusion", "is_signed": True},
    ),
    (3, "drug_prepared", {"administration_id": "d1", "drug": "ceftriaxone", "order_id": "o1"}),
    (10, "infusion_started", {"administration_id": "d1", "access_id": "a1"}),
    (40, "observed", {"still_infusing": ["d1"]}),
    (100, "visit_closed", {}),
)


def test_what_is_shown_of_a_patient_is_logged(service: Served, coder: Reader) -> None:
    visits = loaded(service, 3)
    coder.get("/worklist")
    coder.get(f"/worklist/{visits[0]}")

    with service.clinic.engine.connect() as connection:
        found = [(each.visit_id, each.what) for each in reads(connection)]

    assert {visit for visit, what in found if what == "worklist"} == set(visits)
    assert [visit for visit, what in found if what == "coding"] == [visits[0]]


def test_a_line_is_accepted_once_however_often_it_is_sent(service: Served, coder: Reader) -> None:
    (visit_id,) = loaded(service)
    page = coder.get(f"/worklist/{visit_id}")
    fields = form(page, "accept")

    first = coder.post(f"/worklist/{visit_id}/accept", fields)
    second = coder.post(f"/worklist/{visit_id}/accept", fields)

    assert (first.status_code, second.status_code) == (303, 303)
    assert "line=2" in first.headers["location"]
    kinds = [each.kind for each in Ledger(service.clinic.engine).of(visit_id, "decision")]
    assert kinds == ["line_accepted"]


@pytest.mark.parametrize(
    ("act", "fields", "says"),
    [
        ("override", {"units": "2"}, "The reason is missing"),
        ("override", {"units": "2", "reason_code": "no_such"}, "The reason is none of the reasons"),
        ("override", {"units": "2", "reason_code": "other_change"}, "needs words of your own"),
        ("override", {"reason_code": "not_ours_to_bill"}, "say what is to be otherwise"),
        (
            "override",
            {"units": "many", "reason_code": "not_ours_to_bill"},
            "The number of units has to be a whole number",
        ),
        (
            "override",
            {"code": "9636", "reason_code": "not_ours_to_bill"},
            "The code has to be one of CPT or HCPCS",
        ),
        (
            "override",
            {"modifiers": "59 RT LT JW JZ", "reason_code": "modifier_supported"},
            "The modifiers have to be up to four",
        ),
        ("ask", {}, "The question is missing"),
        ("hold", {"reason_code": "not_ours_to_bill"}, "The reason is none of the reasons"),
        ("release", {}, "of its lines are not decided"),
        ("no_such_act", {}, "is none of the things a coder can do"),
    ],
)
def test_what_cannot_be_is_refused_and_keeps_what_was_typed(
    shared: Served, act: str, fields: dict[str, str], says: str
) -> None:
    (visit_id,) = loaded(shared)
    coder = Reader(shared, "coder")
    hidden = form(coder.get(f"/worklist/{visit_id}"), "accept")

    answer = coder.post(f"/worklist/{visit_id}/{act}", hidden | {"remark": ""} | fields)

    assert answer.status_code == 422
    assert says in answer.text
    if "units" in fields:
        assert f'value="{fields["units"]}"' in answer.text
    assert Ledger(shared.clinic.engine).of(visit_id, "decision") == []


def test_who_decides_lines_that_were_coded_again_is_told_and_loses_no_word(
    service: Served, coder: Reader
) -> None:
    (visit_id,) = loaded(service)
    hidden = form(coder.get(f"/worklist/{visit_id}"), "accept")
    other = Reader(service, "coder", "Ben Example")
    other.post(f"/worklist/{visit_id}/coding", {"entry_id": fresh()})
    typed = {"units": "3", "reason_code": "other_change", "remark": "seen in the pump's log"}

    answer = coder.post(f"/worklist/{visit_id}/override", hidden | typed)

    assert answer.status_code == 409
    assert "coded again since" in answer.text
    assert "seen in the pump&#39;s log" in answer.text
    assert 'value="3"' in answer.text


def test_two_coders_on_one_line_are_both_kept_and_both_shown(
    service: Served, coder: Reader
) -> None:
    (visit_id,) = loaded(service)
    other = Reader(service, "coder", "Ben Example")
    mine = form(coder.get(f"/worklist/{visit_id}"), "accept")
    theirs = form(other.get(f"/worklist/{visit_id}"), "accept")
    coder.post(f"/worklist/{visit_id}/accept", mine)

    page = other.post(
        f"/worklist/{visit_id}/remove", theirs | {"reason_code": "not_ours_to_bill"}, follow=True
    )

    assert "Two people decided line 1 without having seen each other" in page.text
    assert re.search(r"Ana Example, \d\d:\d\d: accepted", page.text)
    assert re.search(r"Ben Example, \d\d:\d\d: left off", page.text)
    assert "Conflict" in coder.get("/worklist").text


def test_a_question_goes_to_the_nurse_and_her_answer_comes_back(
    service: Served, coder: Reader
) -> None:
    (visit_id,) = loaded(service)
    page = coder.get(f"/worklist/{visit_id}")
    asked = form(page, "ask") | {"text": "When did the infusion end?"}
    coder.post(f"/worklist/{visit_id}/ask", asked)
    nurse = Reader(service, "nurse", "Nina Example")
    inbox = nurse.get("/queries")
    path = re.search(r'action="(/queries/[^"]+)"', inbox.text)
    assert path

    empty = nurse.post(path[1], {"entry_id": fresh(), "text": "  "})
    given = nurse.post(path[1], {"entry_id": fresh(), "text": "At a quarter to ten."}, follow=True)

    assert "When did the infusion end?" in inbox.text
    record = service.clinic.records.current(visit_id)
    local = day_and_clock(record.opened_at, ZoneInfo("America/Chicago"))
    assert local != day_and_clock(record.opened_at, ZoneInfo("UTC"))
    assert local in inbox.text
    assert empty.status_code == 422
    assert "Say what is known of it." in empty.text
    assert "No question is open" in given.text
    assert "At a quarter to ten." in coder.get(f"/worklist/{visit_id}").text
    assert "Answered" in coder.get("/worklist?show=answered").text
    kept = coder.get("/analytics/questions.csv?weeks=104").text
    (row,) = csv.DictReader(io.StringIO(kept))
    assert (row["asked_by"], row["answered_by"]) == ("Ana Example", "Nina Example")
    assert (row["question"], row["answer"]) == (
        "When did the infusion end?",
        "At a quarter to ten.",
    )


def test_a_question_made_of_a_gap_names_no_answer_and_no_money(
    service: Served, coder: Reader
) -> None:
    gap = encounter(3)
    rows = tuple(
        replace(each, stop=None, last_observed_infusing=each.start) for each in gap.administrations
    )
    load_encounters(
        service.clinic, LOADER, demo_site(), "north", [replace(gap, administrations=rows)]
    )
    page = coder.get(f"/worklist/{visit_id_of('demo', 'E-3')}")

    fields = form(page, "ask")

    assert "One more fact would add" in page.text
    assert "the time it ended of ceftriaxone" in fields["text"]
    assert not re.search(r"\d|\$|pay|bill|code|unit", fields["text"].replace("or say here", ""))


def test_what_is_released_is_a_claim_line_table_with_a_summary_of_each_visit(
    service: Served, coder: Reader, tmp_path: Path
) -> None:
    visits = loaded(service, 3)
    for visit_id in visits[:2]:
        page = coder.get(f"/worklist/{visit_id}")
        coder.post(f"/worklist/{visit_id}/accept_all", form(page, "accept_all"))
    ready = coder.get("/worklist/release")
    assert ready.text.count('name="visit"') == 2
    batch = {"entry_id": fresh(), "site": "demo", "visit": visits}

    done = coder.post("/worklist/release", batch)
    again = coder.post("/worklist/release", batch)

    assert "2 visits released" in done.text
    assert "Record P-3 was not released" in done.text
    assert "2 visits released" in again.text
    where = re.search(r'href="(/worklist/released\.zip[^"]+)"', done.text)
    assert where
    archive = zipfile.ZipFile(io.BytesIO(coder.get(where[1].replace("&amp;", "&")).content))
    assert sorted(archive.namelist()) == sorted(
        ["claim-lines.csv", *(f"summaries/{visit_id}.pdf" for visit_id in visits[:2])]
    )
    assert archive.read(f"summaries/{visits[0]}.pdf").startswith(b"%PDF-")
    table = tmp_path / "claims.csv"
    table.write_bytes(archive.read("claim-lines.csv"))
    claims = list(read_claims(table))
    assert [(len(each.lines), each.set_aside) for each in claims] == [(3, 0), (3, 0)]
    assert {each.lines[0].claim_id for each in claims} == set(visits[:2])
    assert claims[0].lines[0].diagnoses == ("A419",)
    assert len(Ledger(service.clinic.engine).of(visits[0], "release")) == 1


def test_the_scrub_is_shown_before_release(service: Served, coder: Reader) -> None:
    (visit_id,) = loaded(service)
    page = coder.get(f"/worklist/{visit_id}")
    coder.post(f"/worklist/{visit_id}/accept_all", form(page, "accept_all"))

    assert "What the payer&#39;s edits will say" in page.text or "SCR-" in page.text
    assert "SCR-NO-TABLE" in coder.get("/worklist/release").text


def test_a_table_to_keep_has_every_item_and_no_formula(service: Served, coder: Reader) -> None:
    visits = loaded(service, 3)

    rows = list(csv.DictReader(io.StringIO(coder.get("/worklist.csv").text)))
    figures = list(csv.DictReader(io.StringIO(coder.get("/analytics.csv?weeks=104").text)))

    assert {row["visit_id"] for row in rows} == set(visits)
    assert {row["confidence"] for row in rows} == {"sure"}
    assert all(float(row["amount"]) > 0 for row in rows)
    assert sum(int(row["visits"]) for row in figures) == 3
    assert {row["stop_percent"] for row in figures} == {"100.0"}


def test_another_sites_visits_are_not_there(service: Served) -> None:
    (visit_id,) = loaded(service)
    elsewhere = service.as_("coder", "elsewhere").headers | {"accept": "text/html"}

    def status(path: str) -> Any:
        return service.nobody.get(path, headers=elsewhere).status_code

    assert status(f"/worklist/{visit_id}") == 404
    assert status("/worklist?site=demo") == 404
    assert status("/worklist/released.zip?site=demo") == 404
    page = service.nobody.get("/worklist", headers=elsewhere).text
    assert visit_id not in page


@pytest.mark.parametrize("path", ["/worklist?sort=name", "/worklist?after=x", "/worklist?show=x"])
def test_an_address_that_is_no_filter_is_a_page_that_says_so(coder: Reader, path: str) -> None:
    answer = coder.get(path)

    assert answer.status_code == 422
    assert "could not be read" in answer.text
