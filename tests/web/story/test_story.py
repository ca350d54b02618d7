"""One story, from the chair to the auditor, in a real browser against `hangtime serve --demo`."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from hangtime.web.shown import duration
from web.story import at_the_chair, at_the_desk
from web.story.clinic import Demonstration, Person, demonstration
from web.story.tour import SIZES, THEME, Tour, stops

PATIENT = "Ada Willow (simulated)"
QUESTION = "Diphenhydramine is charted as done for the reaction. How was it given, and when?"
ANSWER = "Into the vein by hand over two minutes, on Dr. Lind's order. It is charted now."


@contextmanager
def people(
    browser: Any, demo: Demonstration, size: tuple[int, int], *names: str
) -> Iterator[list[Person]]:
    """People at browsers of their own, not yet signed in; what a browser complains of is a fault."""
    made = [Person.at(browser, demo, size, THEME) for _ in names]
    yield made
    for each in made:
        each.context.close()
    assert [each.said for each in made] == [[] for _ in made]


@pytest.mark.parametrize(
    "width",
    ["tablet", *(pytest.param(each, marks=pytest.mark.slow) for each in ("phone", "desktop"))],
)
def test_a_nurse_charts_a_coder_asks_and_releases_and_an_auditor_verifies(
    browser: Any, tmp_path: Path, width: str
) -> None:
    tour = Tour(width)
    with (
        demonstration(tmp_path) as demo,
        people(browser, demo, SIZES[width], "nurse", "coder", "auditor") as (nurse, coder, auditor),
    ):
        nurse.signs_in("nurse")
        at_the_chair.opens_a_visit(nurse, tour, PATIENT)
        at_the_chair.prepares(nurse, tour)
        started = nurse.twice("Start infliximab-dyyb")
        at_the_chair.watches_until_a_reaction(nurse, tour)
        given = at_the_chair.pauses_and_goes_on(nurse, tour)
        stopped = at_the_chair.stops(nurse, tour)
        at_the_chair.finishes(nurse, tour)
        assert_is_whole(*at_the_chair.record_of(nurse))
        nurse.signs_out()
        assert (started, stopped) == (2, 2)

        coder.signs_in("coder")
        at_the_desk.finds(coder, tour, PATIENT)
        before = at_the_desk.codes(coder)
        at_the_desk.asks(coder, QUESTION)

        nurse.signs_in("nurse")
        at_the_chair.answers(nurse, tour, PATIENT, (QUESTION, ANSWER), given)
        nurse.signs_out()

        at_the_desk.accepts(coder, tour, ANSWER)
        after = at_the_desk.codes(coder)
        files = at_the_desk.releases(coder, tour, PATIENT)

        auditor.signs_in("auditor")
        reads = at_the_desk.verifies(auditor, tour, coder.page.url)

    assert set(before) < set(after), "the answer added a line, and took none away"
    assert_is_of(files, after)
    assert {"Maya Reyes (simulated)", "Clara Voss (simulated)"} <= reads
    assert tour.visited == list(stops())


def assert_is_whole(status: dict[str, Any], entries: list[dict[str, Any]], shown: str) -> None:
    """Every step is done, nothing came twice, and the time the drug ran is that of its entries."""
    assert [each["state"] for each in status["steps"]] == ["done"] * 10
    assert status["conflicts"] == []
    assert len({each["entry_id"] for each in entries}) == len(entries)
    at = {e["body"]["kind"]: datetime.fromisoformat(e["happened_at"]) for e in entries}
    ran = at["infusion_stopped"] - at["infusion_started"]
    paused = at["infusion_resumed"] - at["infusion_paused"]
    assert f"{duration((ran - paused) // timedelta(minutes=1))} without the pause" in shown


def assert_is_of(files: dict[str, bytes], codes: list[str]) -> None:
    """The files that went out say what was released: the table by its rows, the summary as a PDF/UA."""
    from pypdf import PdfReader

    rows = list(csv.DictReader(io.StringIO(files["claim-lines.csv"].decode())))
    (summary,) = (held for name, held in files.items() if name.endswith(".pdf"))
    reader = PdfReader(io.BytesIO(summary))
    text = re.sub(r"\s+", " ", " ".join(page.extract_text() for page in reader.pages))
    assert sorted(row["code"] for row in rows) == sorted(codes)
    assert {row["payer"] for row in rows} == {"medicare"}
    assert all(code in text for code in codes)
    assert "Clara Voss (simulated)" in text
