"""What one who watches over the record is shown: the ledger, openings to review, the log of reads."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from serving import OTHER, Served
from web.desk.pages import Reader

REASON = "He came by ambulance and could not say what he is allergic to."


def opened_in_an_emergency(service: Served) -> str:
    """A visit of the demo's site that a nurse of another site read."""
    visit_id = service.as_("nurse").opens()
    stranger = service.new("nurse", "Lea Stranger", OTHER)
    assert stranger.post(f"/break-glass/{visit_id}", {"reason": REASON}).status_code == 201
    assert stranger.get(f"/visits/{visit_id}").status_code == 200
    return visit_id


def test_a_whole_ledger_is_said_to_be_whole(service: Served) -> None:
    opened_in_an_emergency(service)
    page = Reader(service, "auditor").post("/oversight/verify", {})

    assert page.status_code == 200
    assert "The ledger is whole" in page.text
    assert "Verify again" in page.text


def test_an_entry_changed_behind_the_service_is_shown(service: Served) -> None:
    opened_in_an_emergency(service)
    database = service.register.engine.url.database
    assert database is not None
    assert Path(database).exists()
    with sqlite3.connect(database) as connection:
        triggers = connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        for (name,) in triggers.fetchall():
            connection.execute(f'DROP TRIGGER "{name}"')
        connection.execute("UPDATE ledger_entry SET author = 'somebody' WHERE seq = 2")

    page = Reader(service, "administrator").post("/oversight/verify", {})

    assert "The ledger does not verify" in page.text
    assert "The ledger is whole" not in page.text


def test_an_opening_is_reviewed_once_and_leaves_the_list(service: Served) -> None:
    opened_in_an_emergency(service)
    auditor = Reader(service, "auditor")
    page = auditor.get("/oversight").text
    assert REASON in page
    entry_id = page.partition("/oversight/openings/")[2].partition('"')[0]

    empty = auditor.post(f"/oversight/openings/{entry_id}", {"finding": " "})
    kept = auditor.post(f"/oversight/openings/{entry_id}", {"finding": "It was right."})
    again = auditor.post(f"/oversight/openings/{entry_id}", {"finding": "It was wrong."})

    assert (empty.status_code, kept.status_code, again.status_code) == (422, 303, 422)
    assert "Say what you found." in empty.text
    assert "it was reviewed already" in again.text
    page = auditor.get("/oversight").text
    assert "Nothing to review" in page
    reviewed = page[page.index("Reviewed: the last 1 opening") :]
    assert reviewed.index(REASON) < reviewed.index("It was right.")
    assert "It was wrong." not in page


def test_who_reviews_at_one_of_several_sites_stays_there(service: Served) -> None:
    auditor = Reader(service, "auditor", "Oda Two", "*")
    opened_in_an_emergency(service)
    assert REASON not in auditor.get(f"/oversight?site={OTHER}").text
    page = auditor.get("/oversight?site=demo").text
    entry_id = page.partition("/oversight/openings/")[2].partition('"')[0]

    empty = auditor.post(f"/oversight/openings/{entry_id}", {"finding": " ", "site": "demo"})
    kept = auditor.post(f"/oversight/openings/{entry_id}", {"finding": "Right.", "site": "demo"})
    elsewhere = auditor.post("/oversight/verify", {"site": OTHER})

    assert REASON in empty.text
    assert kept.headers["location"] == "/oversight?site=demo&done=reviewed"
    assert f'name="site" value="{OTHER}"' in elsewhere.text
    assert auditor.post("/oversight/verify", {"site": "nowhere"}).status_code == 404


def test_it_opens_where_the_person_may_read_more_than_the_ledger(service: Served) -> None:
    page = Reader(service, "auditor", "Oda Elsewhere", OTHER).get("/oversight").text

    assert f'name="site" value="{OTHER}"' in page
    assert "Opened in an emergency, to review" in page
    assert "Who read what" in page


def test_the_log_names_who_read_and_why_and_no_patient(service: Served) -> None:
    visit_id = opened_in_an_emergency(service)
    page = Reader(service, "auditor").get(f"/oversight?visit={visit_id}").text
    log = page[page.index("Who read what") :]

    assert "Lea Stranger" in log
    assert REASON in log
    assert "Ada Example" not in page
    assert "P-1" not in page


def test_an_administrator_sees_the_ledger_and_neither_reads_nor_openings(service: Served) -> None:
    opened_in_an_emergency(service)
    page = Reader(service, "administrator").get("/oversight").text

    assert "Verify the ledger now" in page
    assert "Who read what" not in page
    assert REASON not in page


def test_the_log_goes_on_where_a_page_of_it_ends(service: Served) -> None:
    nurse = service.as_("nurse")
    visit_id = nurse.opens()
    for _ in range(60):
        nurse.get(f"/visits/{visit_id}")
    auditor = Reader(service, "auditor")

    first = auditor.get("/oversight").text
    further = first.partition('href="?before=')[2].partition('"')[0].partition("#")[0]
    second = auditor.get(f"/oversight?before={further}").text

    assert first.count(">Open</a>") == 50
    assert 0 < second.count(">Open</a>") < 50
