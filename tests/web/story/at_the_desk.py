"""What the coder and the auditor of the story do."""

from __future__ import annotations

import io
import re
import zipfile

from web.story.clinic import Person
from web.story.tour import Tour


def finds(coder: Person, tour: Tour, patient: str) -> None:
    page = coder.page
    page.goto("/worklist")
    page.get_by_role("link", name=patient).wait_for()
    tour.halts(page, "worklist")
    page.get_by_role("link", name=patient).click()
    page.get_by_role("heading", name=patient).wait_for()
    page.locator(".event.lit").first.wait_for()
    tour.halts(page, "visit")


def codes(coder: Person) -> list[str]:
    """The codes of the lines, as the page shows them."""
    words = coder.page.locator(".line .code").all_inner_texts()
    return [re.split(r"\W", each, maxsplit=1)[0] for each in words]


def asks(coder: Person, question: str) -> None:
    page = coder.page
    page.get_by_role("link", name="Ask the nurse", exact=False).first.click()
    page.get_by_label("Your question").fill(question)
    coder.presses("Ask", "#ask")
    page.get_by_text("The nurse is asked.").wait_for()


def accepts(coder: Person, tour: Tour, answer: str) -> None:
    """The answer is read, the visit coded again, and every line accepted."""
    page = coder.page
    page.reload()
    page.get_by_text(answer).first.wait_for()
    tour.sees(page, "answered")
    for button, says in (
        ("Code it again", "coded"),
        ("Close the question", "The question is closed."),
        ("Accept all open", "All lines"),
    ):
        coder.presses(button)
        page.locator(".alert.good .title", has_text=says).first.wait_for()
    tour.sees(page, "accepted")


def releases(coder: Person, tour: Tour, patient: str) -> dict[str, bytes]:
    """The files of what went out, by name."""
    page = coder.page
    visit = page.url
    page.goto("/worklist/release")
    for each in page.locator("[data-row]").all():
        each.get_by_role("checkbox").set_checked(patient in each.inner_text())
    tour.halts(page, "release")
    coder.presses("Release what is ticked")
    page.get_by_text("1 visit released").wait_for()
    tour.sees(page, "released")
    with page.expect_download() as download:
        page.get_by_role("link", name="Claim lines and summaries").click()
    with zipfile.ZipFile(io.BytesIO(download.value.path().read_bytes())) as held:
        files = {each: held.read(each) for each in held.namelist()}
    page.goto(visit)
    return files


def verifies(auditor: Person, tour: Tour, visit: str) -> set[str]:
    """The ledger is verified; who read the visit."""
    page = auditor.page
    page.goto("/oversight")
    auditor.presses("Verify the ledger now")
    page.get_by_text("The ledger is whole").wait_for()
    tour.halts(page, "oversight")
    visit_id = visit.partition("/worklist/")[2].partition("?")[0]
    page.goto(f"/oversight?visit={visit_id}#reads")
    tour.sees(page, "who_read")
    return set(page.locator("#reads ~ * td:nth-child(2), td:nth-child(2)").all_inner_texts())
