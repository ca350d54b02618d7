"""What a page shows can be kept: every table as CSV without a formula, the record as a PDF."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest

from hangtime.web.desk.asking import as_csv
from serving import OTHER, Served
from web.desk.pages import Reader, form, fresh, loaded

# Each page with a table, who sees it, and the file its table is kept as.
TABLES = """
page               who            file
/worklist          coder          /worklist.csv
/worklist/release  coder          /worklist/release.csv
/worklist/release  coder          /worklist/released.csv
/worklist/VISIT    coder          /worklist/VISIT/lines.csv
/analytics         auditor        /analytics.csv
/analytics         auditor        /analytics/questions.csv
/oversight         auditor        /oversight/reads.csv
/people            administrator  /people.csv
"""
HOSTILE = '=HYPERLINK("http://x.example","look")'


def rows(answer: Any) -> list[dict[str, str]]:
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"].startswith("text/csv")
    return list(csv.DictReader(io.StringIO(answer.text)))


def accepted(coder: Reader, visit_id: str) -> None:
    page = coder.get(f"/worklist/{visit_id}")
    sent = coder.post(f"/worklist/{visit_id}/accept_all", form(page, "accept_all"))
    assert sent.status_code == 303


@pytest.mark.parametrize("line", TABLES.strip().splitlines()[1:])
def test_a_page_with_a_table_leads_to_its_file(service: Served, line: str) -> None:
    page, who, file = line.split()
    visit_id = loaded(service)[0]
    accepted(Reader(service, "coder"), visit_id)
    shown = Reader(service, who).get(page.replace("VISIT", visit_id))

    assert shown.status_code == 200
    assert f'href="{file.replace("VISIT", visit_id)}' in shown.text
    kept = Reader(service, who).get(f"{file.replace('VISIT', visit_id)}?site=demo")
    assert kept.headers["content-type"].startswith("text/csv")
    assert kept.text.partition("\r")[0].count(",") >= 5


def test_the_lines_of_a_visit_come_with_their_reasons_and_what_was_decided(service: Served) -> None:
    visit_id = loaded(service)[0]
    coder = Reader(service, "coder", "Ana Example")
    page = coder.get(f"/worklist/{visit_id}")
    changed = form(page, "override") | {
        "units": "2",
        "reason_code": "other_change",
        "remark": "By the record.",
    }
    assert coder.post(f"/worklist/{visit_id}/override", changed).status_code == 303

    found = rows(coder.get(f"/worklist/{visit_id}/lines.csv"))

    assert [each["line"] for each in found] == ["1", "2", "3"]
    assert all(each["code"] and each["explanation"] and each["rules"] for each in found)
    assert found[0]["standing"] == "decided"
    assert "2 units" in found[0]["decision"]
    assert "By the record." in found[0]["decision"]
    assert found[0]["decided_by"] == "Ana Example"
    assert [each["standing"] for each in found[1:]] == ["open", "open"]


def test_what_is_ready_comes_with_what_the_scrub_says(service: Served) -> None:
    first, second = loaded(service, 2)
    coder = Reader(service, "coder")
    accepted(coder, first)

    found = rows(coder.get("/worklist/release.csv"))

    assert [each["visit_id"] for each in found] == [first]
    assert second not in str(found)
    assert found[0]["lines"]
    assert int(found[0]["errors"]) >= 0


def test_the_log_of_reads_is_kept_whole_and_of_one_visit(service: Served) -> None:
    nurse = service.as_("nurse")
    visits = [nurse.opens(chair=chair) for chair in ("N1", "N2")]
    for visit_id in visits * 40:
        nurse.get(f"/visits/{visit_id}")
    auditor = Reader(service, "auditor")

    found = rows(auditor.get("/oversight/reads.csv"))
    of_one = rows(auditor.get(f"/oversight/reads.csv?visit={visits[0]}"))

    assert len(found) >= 80
    assert {each["visit_id"] for each in of_one} == {visits[0]}
    assert 0 < len(of_one) < len(found)
    assert {each["name"] for each in of_one} == {"Nurse Example"}


def test_no_cell_is_run_as_a_formula(service: Served) -> None:
    visit_id = service.as_("nurse").opens()
    stranger = service.new("nurse", HOSTILE, OTHER)
    assert stranger.post(f"/break-glass/{visit_id}", {"reason": HOSTILE}).status_code == 201
    assert stranger.get(f"/visits/{visit_id}").status_code == 200
    asked = loaded(service)[0]
    coder = Reader(service, "coder", HOSTILE)
    question = form(coder.get(f"/worklist/{asked}"), "ask") | {"text": HOSTILE}
    question["entry_id"] = fresh()
    assert coder.post(f"/worklist/{asked}/ask", question).status_code == 303

    auditor = Reader(service, "auditor")
    found = [
        *rows(auditor.get("/oversight/reads.csv")),
        *rows(auditor.get("/analytics/questions.csv?weeks=104")),
    ]

    told = [cell for row in found for cell in row.values() if HOSTILE in cell]
    assert len(told) >= 4
    assert all(cell.startswith("'=") for cell in told)


@pytest.mark.parametrize("begin", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"])
def test_a_text_that_a_spreadsheet_would_run_is_made_text_and_a_number_is_left(begin: str) -> None:
    answer = as_csv("x.csv", ("text", "number"), [(f"{begin}1+1", -5)])

    found = list(csv.reader(io.StringIO(bytes(answer.body).decode(), newline="")))

    assert found == [["text", "number"], [f"'{begin}1+1", "-5"]]


def test_the_record_is_a_tagged_pdf_and_the_same_bytes_twice(service: Served) -> None:
    visit_id = service.as_("nurse").charts_a_whole_visit()
    nurse = Reader(service, "nurse")

    once, again = (nurse.get(f"/visits/{visit_id}/record.pdf") for _ in range(2))

    assert once.headers["content-type"] == "application/pdf"
    assert once.content.startswith(b"%PDF")
    assert b"pdfuaid" in once.content
    assert once.content == again.content
