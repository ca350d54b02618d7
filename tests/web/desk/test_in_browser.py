"""The desk in a real browser: by keyboard alone, two coders at once, at every width and in both themes."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from browsing import WAIT, expect
from hangtime.visits.loading import load_encounters, visit_id_of
from serving import Served, listening, token_for
from web.look.test_in_browser import serious
from worklist.desks import LOADER, SITE, encounter

TABLET, PHONE, DESK = 800, 360, 1280


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Served, str]]:
    folder = tmp_path_factory.mktemp("desk")
    with listening(folder, f"sqlite:///{folder / 'desk.db'}") as found:
        _fill(found[0])
        yield found


def _fill(service: Served) -> None:
    """Thirty visits; the first two of them lack the stop of their infusion."""
    all_of = [encounter(n) for n in range(1, 31)]
    for n in (0, 1):
        rows = tuple(
            replace(each, stop=None, last_observed_infusing=each.start)
            for each in all_of[n].administrations
        )
        all_of[n] = replace(all_of[n], administrations=rows)
    load_encounters(service.clinic, LOADER, service.clinic.sites[SITE.site_id], "north", all_of)


@pytest.fixture
def opened(browser: Any, site: tuple[Served, str]) -> Iterator[Callable[..., Any]]:
    service, address = site
    contexts: list[Any] = []

    def opened(role: str, name: str = "", width: int = DESK, **context: Any) -> Any:
        token = token_for(service.register, role, name=name) if name else service.token(role)
        size = {"width": width, "height": 900}
        contexts.append(browser.new_context(viewport=size, base_url=address, **context))
        cookie = {"name": service.app.state.guard.cookie, "value": token, "url": address}
        contexts[-1].add_cookies([cookie])
        page = contexts[-1].new_page()
        page.set_default_timeout(WAIT)
        return page

    yield opened
    for each in contexts:
        each.close()


def item(number: int) -> str:
    return f"/worklist/{visit_id_of(SITE.site_id, f'E-{number}')}"


# Where pictures of the pages are kept, for whoever wants to look at them.
SHOTS = os.environ.get("HANGTIME_SHOTS")


def shot(page: Any, name: str) -> None:
    if SHOTS:
        page.wait_for_timeout(200)
        width = page.viewport_size["width"]
        page.screenshot(path=str(Path(SHOTS) / f"desk_{width}_{name}.png"))


def told(page: Any) -> Any:
    """Where the page says what was done."""
    return page.locator(".alert.good .title").first


def is_chosen(page: Any, line: int) -> None:
    expect(page.locator(".line.is-chosen")).to_have_attribute("data-line", str(line))


def test_by_keyboard_alone_a_question_is_asked_answered_accepted_and_released(
    opened: Callable[..., Any],
) -> None:
    coder, nurse = opened("coder", "Ana Example"), opened("nurse", "Nina Example")
    keys = coder.keyboard
    coder.goto("/worklist")
    keys.press("j")
    name = coder.locator("tr.is-chosen a").inner_text()
    with coder.expect_navigation():
        keys.press("Enter")
    expect(coder.locator("h1")).to_have_text(name, use_inner_text=True)

    keys.press("q")
    keys.type("When did the infusion end?")
    keys.press("Tab")
    with coder.expect_navigation():
        keys.press("Enter")
    expect(told(coder)).to_have_text("The nurse is asked.")

    nurse.goto("/queries")
    card = nurse.get_by_role("article").filter(has_text=name)
    card.get_by_label("Your answer").focus()
    nurse.keyboard.type("At a quarter to ten, by my note.")
    nurse.keyboard.press("Tab")
    with nurse.expect_navigation():
        nurse.keyboard.press("Enter")
    expect(told(nurse)).to_have_text("Your answer is with the coder.")

    coder.reload()
    answer = "At a quarter to ten, by my note."
    expect(coder.locator("main")).to_contain_text(answer, use_inner_text=True)
    for key, says in (("c", "The question is closed."), ("a", "Accepted."), ("A", "All lines"),
                      ("r", "Released.")):  # fmt: skip
        with coder.expect_navigation():
            keys.press(key)
        expect(told(coder)).to_have_text(re.compile(f"^{re.escape(says)}"))
    expect(coder.locator(".badge", has_text="Released").first).to_be_visible()
    path = coder.url
    with coder.expect_navigation():
        keys.press("n")
    expect(coder).not_to_have_url(path)
    with coder.expect_navigation():
        keys.press("w")
    expect(coder).to_have_url("/worklist?site=demo")


def test_a_line_is_changed_by_keyboard_and_another_coder_releases_it(
    opened: Callable[..., Any],
) -> None:
    ana, ben = opened("coder", "Ana Example"), opened("coder", "Ben Example")
    ana.goto(item(4))
    keys = ana.keyboard
    keys.press("j")
    keys.press("o")
    keys.press("Tab")
    keys.type("2")
    expect(ana.locator("#units-2")).to_be_focused()
    chosen = ana.locator("#line-2")
    chosen.get_by_label("Reason").select_option("other_change")
    chosen.get_by_label("In your words").fill("Seen twice in the record.")
    with ana.expect_navigation():
        chosen.get_by_role("button", name="Change the line").press("Enter")
    with ana.expect_navigation():
        keys.press("A")
    with ana.expect_navigation():
        keys.press("r")
    refused = "another person than the one who decided has to release it"
    expect(ana.locator(".alert.bad").first).to_contain_text(refused, use_inner_text=True)

    ben.goto(item(4))
    with ben.expect_navigation():
        ben.keyboard.press("r")
    expect(told(ben)).to_have_text("Released.")


def test_two_coders_on_one_line_see_the_conflict_and_each_others_words(
    opened: Callable[..., Any],
) -> None:
    ana, ben = opened("coder", "Ana Example"), opened("coder", "Ben Example")
    ana.goto(item(5))
    ben.goto(item(5))
    with ana.expect_navigation():
        ana.keyboard.press("a")
    ben.evaluate("htmx.trigger('#news', 'look')")
    said = re.compile(r"Ana Example, \d\d:\d\d: Line 1 accepted")
    expect(ben.locator("#news .alert")).to_contain_text(said, use_inner_text=True)
    line = ben.locator("#line-1")
    line.locator("summary", has_text="Change or leave off").press("Enter")
    line.get_by_label("Reason").select_option("not_ours_to_bill")
    with ben.expect_navigation():
        line.get_by_role("button", name="Leave it off").press("Enter")

    for page in (ana, ben):
        page.goto(item(5))
        conflict = page.locator(".alert.bad").first
        expect(conflict).to_contain_text("Two people decided line 1", use_inner_text=True)
        for said in (r"Ana Example, .*accepted", r"Ben Example, .*left off"):
            expect(conflict).to_contain_text(re.compile(said), use_inner_text=True)

    with ana.expect_navigation():
        ana.locator("#line-1").get_by_role("button", name="Accept").press("Enter")
    expect(told(ana)).to_have_text("Accepted.")
    expect(ana.locator("main")).to_contain_text("left off", use_inner_text=True)
    expect(ana.locator(".alert.bad")).to_have_count(0)


def test_choosing_a_line_lights_its_evidence_and_a_bar_chooses_its_line(
    opened: Callable[..., Any],
) -> None:
    page = opened("coder")
    page.goto(item(6))

    def lights(event: str) -> None:
        expect(page.locator(".event.lit strong")).to_have_text([event])
        expect(page.locator(".timeline-wide a.bar.lit")).to_have_count(1)

    lights("ceftriaxone")
    page.keyboard.press("j")
    is_chosen(page, 2)
    lights("ondansetron")
    page.locator(".event", has_text="ceftriaxone").first.click()
    is_chosen(page, 1)
    bars = page.locator(".timeline-wide a.bar")
    for n in range(bars.count()):
        bars.nth(n).focus()
        page.keyboard.press("Enter")
        evidence = re.compile(rf"(^| ){n + 1}( |$)")
        expect(page.locator(".line.is-chosen")).to_have_attribute("data-bars", evidence)


PAGES = {
    "worklist": ("coder", "/worklist"),
    "nothing fits": ("coder", "/worklist?show=held&unit=south"),
    "visit": ("coder", item(1)),
    "refused": ("coder", item(7)),
    "auditor": ("auditor", item(2)),
    "queries": ("nurse", "/queries"),
    "release": ("coder", "/worklist/release"),
    "analytics": ("auditor", "/analytics?weeks=52"),
    "oversight": ("auditor", "/oversight"),
    "no figures": ("auditor", "/analytics?unit=south&weeks=1"),
}


def shown(page: Any, name: str) -> None:
    """One page in its state: all that opens is open, or what was refused is shown."""
    page.goto(PAGES[name][1])
    if name == "visit":
        page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
    if name == "oversight":
        page.get_by_role("button", name="Verify the ledger now").click()
        page.get_by_text("The ledger is whole").wait_for()
    if name == "refused":
        page.keyboard.press("r")
        page.wait_for_selector(".alert.bad")


@pytest.fixture(scope="module")
def asked_and_ready(site: tuple[Served, str]) -> None:
    """A question that is open, and visits that are ready, for the pages that show them."""
    import uuid

    from hangtime.visits import decide
    from hangtime.visits import decisions as said
    from worklist.desks import PEOPLE

    clinic = site[0].clinic

    def says(number: int, body: Any) -> None:
        decide(clinic, PEOPLE["Ana"], visit_id_of("demo", f"E-{number}"), str(uuid.uuid4()), body)

    says(8, said.QueryAsked(query_id=str(uuid.uuid4()), text="When did it end?", about="d1"))
    for number in range(10, 16):
        record = clinic.records.current(visit_id_of("demo", f"E-{number}"))
        assert record is not None
        assert record.work.coding is not None
        for line in record.work.undecided:
            coding_id = record.work.coding.coding_id
            says(number, said.LineAccepted(line=line, coding_id=coding_id, seen=record.seq))


LOOKS = ((PHONE, "dark"), (DESK, "light"), (TABLET, "light"), (DESK, "dark"), (PHONE, "light"))


def faults(opened: Callable[..., Any], looks: Callable[[int], Any]) -> dict[str, Any]:
    """What axe finds serious, and what scrolls sideways, on every page in some looks."""
    found: dict[str, Any] = {}
    people = {role: opened(role, bypass_csp=True) for role in {role for role, _ in PAGES.values()}}
    for n, name in enumerate(PAGES):
        page = people[PAGES[name][0]]
        for width, theme in looks(n):
            page.set_viewport_size({"width": width, "height": 900})
            page.emulate_media(color_scheme=theme)
            shown(page, name)
            shot(page, f"{name.replace(' ', '_')}_{theme}")
            if serious_here := serious(page):
                found[f"{name} {width} {theme}"] = serious_here
            page.set_viewport_size({"width": PHONE, "height": 900})
            wide = page.evaluate("document.documentElement.scrollWidth")
            if wide > PHONE:
                found[f"{name} {PHONE}"] = f"{wide} px wide"
    return found


@pytest.mark.usefixtures("asked_and_ready")
def test_axe_finds_nothing_serious_and_no_page_scrolls_sideways(
    opened: Callable[..., Any],
) -> None:
    """Each page in one look in turn; all looks of each take a minute more."""
    assert faults(opened, lambda n: (LOOKS[n % 2],)) == {}


@pytest.mark.slow
@pytest.mark.usefixtures("asked_and_ready")
def test_axe_finds_nothing_serious_in_any_look(opened: Callable[..., Any]) -> None:
    assert faults(opened, lambda _: LOOKS) == {}


@pytest.mark.usefixtures("asked_and_ready")
def test_everything_works_without_scripts(opened: Callable[..., Any]) -> None:
    page = opened("coder", "Cara Example", java_script_enabled=False)
    page.goto("/worklist")
    page.get_by_label("Show").select_option("coded")
    page.get_by_role("button", name="Show").click()
    expect(page).to_have_url(re.compile("show=coded"))
    page.goto(item(9))
    page.locator("#line-2 a.code").click()
    is_chosen(page, 2)
    page.get_by_role("link", name="Ask the nurse", exact=False).first.click()
    page.get_by_label("Your question").fill("What ran until noon?")
    page.locator("#ask").get_by_role("button", name="Ask").click()
    expect(told(page)).to_have_text("The nurse is asked.")


def test_a_page_asks_nothing_of_others_and_breaks_no_policy(opened: Callable[..., Any]) -> None:
    page = opened("coder")
    said: list[str] = []
    asked: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    for path in ("/worklist", item(3), "/worklist/release", "/analytics"):
        page.goto(path)

    assert said == []
    assert {url.split("/")[2] for url in asked} == {page.url.split("/")[2]}
    assert not any(re.search(r"Record|P-3|2026-03", url) for url in asked)


def test_a_coder_sees_twenty_five_rows(opened: Callable[..., Any]) -> None:
    page = opened("coder")
    page.goto("/worklist?show=all")
    seen = page.evaluate(
        "[...document.querySelectorAll('[data-row]')]"
        ".filter(row => row.getBoundingClientRect().bottom <= innerHeight).length"
    )

    assert seen >= 25
