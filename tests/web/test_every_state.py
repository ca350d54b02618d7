"""Every page in every state, measured in a real browser: `every_state.csv` is the table of them.

A state is empty, ordinary, full, loading or error; `leads on` is an address that has no page, `part`
a piece of one, and `file` something to keep.  The site says which data there is: see `look.crowd`.
"""

from __future__ import annotations

import csv
import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from fastapi.routing import APIRoute, iter_route_contexts

from browsing import WAIT
from serving import listening
from web.look.crowd import EMPTY, FULL, ORDINARY, Crowd, site_files
from web.look.measuring import faults_of

TABLE = Path(__file__).with_name("every_state.csv")
SITES = {"empty": EMPTY, "full": FULL}
PAGES = ("empty", "ordinary", "full", "loading", "error")
PHONE, TABLET, DESK = 360, 800, 1280
LOOKS = ((PHONE, "light"), (DESK, "dark"), (PHONE, "dark"), (DESK, "light"))
SHOTS = os.environ.get("HANGTIME_SHOTS")  # a folder for pictures, for whoever wants to look at them
FEW, MANY = 10, 200  # of what can have the focus; axe reads a very full page only where many do


class Row(NamedTuple):
    """One page in one state, as one person sees it."""

    route: str
    state: str
    who: str
    address: str
    act: str
    status: str

    @property
    def site(self) -> str:
        """Where the person works."""
        is_at_demo = "site=demo" in self.address and self.state == "empty"
        return ORDINARY if is_at_demo else SITES.get(self.state, ORDINARY)


ROWS = tuple(Row(**each) for each in csv.DictReader(TABLE.read_text("utf-8").splitlines()))
SHOWN = tuple(each for each in ROWS if each.state in PAGES)
# One way into each page and state, the first of the table, for the run that is not to take minutes.
FIRST = tuple({(each.route, each.state, each.act): each for each in reversed(SHOWN)}.values())[::-1]


@pytest.fixture(scope="module")
def crowd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Crowd, str]]:
    folder = tmp_path_factory.mktemp("crowd")
    url = f"sqlite:///{folder / 'crowd.db'}"
    with listening(folder, url, sites=site_files(folder)) as (service, address):
        yield Crowd(service), address


def test_the_table_has_every_page(crowd: tuple[Crowd, str]) -> None:
    """A page that is added without its states fails here."""
    app = crowd[0].service.app
    there = {
        str(each.path)
        for each in iter_route_contexts(app.routes)
        if isinstance(each.route, APIRoute)
        and "GET" in (each.methods or ())
        and not str(each.path).startswith("/api/")
    }

    assert {each.route for each in ROWS} == there


def test_what_the_table_calls_no_page_is_none(crowd: tuple[Crowd, str]) -> None:
    """And so is measured nowhere: a file, a way on, or a part of a page."""
    made, _ = crowd
    wrong = []
    for row in (each for each in ROWS if each not in SHOWN):
        headers = {"accept": "text/html"}
        if row.who:
            headers["Authorization"] = f"Bearer {made.token(row.who, row.site)}"
        answer = made.service.nobody.get(
            path_of(made, row), headers=headers, follow_redirects=False
        )
        is_page = "<html" in answer.text[:200]
        is_expected = str(answer.status_code) == row.status or (
            row.state == "part" and answer.status_code == 204
        )
        if is_page or not is_expected:
            wrong.append((row.address, answer.status_code, is_page))

    assert wrong == []


@pytest.fixture
def measured(
    browser: Any, crowd: tuple[Crowd, str]
) -> Iterator[Callable[[Row, int, str, int], dict[str, Any]]]:
    """`measured(row, width, theme, most)`: what is wrong with a page in a state and a look."""
    made, address = crowd
    contexts: dict[tuple[str, str], Any] = {}

    def context_of(row: Row) -> Any:
        who = (row.who, row.site)
        if who not in contexts:
            contexts[who] = browser.new_context(
                base_url=address, bypass_csp=True, service_workers="block"
            )
            contexts[who].set_default_timeout(WAIT)
            if row.who:
                name = made.service.app.state.guard.cookie
                token = made.token(*who)
                contexts[who].add_cookies([{"name": name, "value": token, "url": address}])
        return contexts[who]

    def measure(row: Row, width: int, theme: str, most: int) -> dict[str, Any]:
        from playwright.sync_api import Error

        page = context_of(row).new_page()
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=theme, reduced_motion="reduce")
        said, asked = listened(page)
        status = ""
        try:
            status = str(opened(page, made, row))
            shot(page, row, width, theme)
            by_axe = row.state != "full" or most > FEW
            found = faults_of(page, most_focused=most, by_axe=by_axe)
        except Error as error:
            found = {"the state is not reached": str(error)[:300]}
        finally:
            page.unroute_all(behavior="ignoreErrors")
            page.close()
            if (
                row.act == "charts without a connection"
            ):  # what waits would be sent by the next page
                contexts.pop((row.who, row.site)).close()
        if status != row.status:
            found["status"] = status
        if said:
            found["console"] = said
        if elsewhere := [each for each in asked if not each.startswith(address)]:
            found["asked elsewhere"] = elsewhere
        return found

    yield measure
    for each in contexts.values():
        each.close()


def listened(page: Any) -> tuple[list[str], list[str]]:
    """What the browser complains of, and what it asks for; a status is the page's own matter."""
    said: list[str] = []
    asked: list[str] = []

    def hear(message: Any) -> None:
        is_of_the_test = re.search("status of|net::ERR_|blocked by Playwright", message.text)
        if message.type in {"error", "warning"} and not is_of_the_test:
            said.append(message.text)

    page.on("console", hear)
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    return said, asked


def path_of(made: Crowd, row: Row) -> str:
    return re.sub(r"\{([^}]*)\}", lambda found: made.places[found[1]], row.address)


def opened(page: Any, made: Crowd, row: Row) -> int:
    """The status of the page, or of what its act led to."""
    first = page.goto(path_of(made, row))
    if not row.act:
        return first.status
    return ACTS[row.act](page) or first.status


# --- What is done to a page so that it comes into its state -------------------------------------------


def sent(page: Any, press: Callable[[], Any]) -> int:
    """The status of the page that comes when something is pressed."""
    with page.expect_navigation() as coming:
        press()
    return coming.value.status


def types_a_wrong_password(page: Any) -> int:
    page.get_by_label("User name").fill("nobody")
    page.get_by_label("Password").fill("not the one")
    return sent(page, page.get_by_role("button", name="Sign in").click)


def types_a_wrong_code(page: Any) -> int:
    page.locator("[name=code]").fill("000000")
    return sent(page, page.locator("form button").click)


def types_a_dead_link(page: Any) -> int:
    page.locator("[name=token]").fill("no such link")
    return sent(page, page.locator("form button").click)


def sends_it_empty(page: Any) -> int:
    """The last form of the page, past what the browser would stop."""
    form = page.locator("main form").last
    form.evaluate("form => form.noValidate = true")
    form.evaluate("form => form.querySelectorAll('textarea').forEach(each => each.value = '')")
    return sent(page, lambda: form.evaluate("form => form.requestSubmit()"))


def releases_what_is_not_ready(page: Any) -> int:
    return sent(page, lambda: page.keyboard.press("r"))


def accepts_a_line_of_an_older_coding(page: Any) -> int:
    page.locator("[name=coding_id]").evaluate_all("all => all.forEach(one => one.value = 'older')")
    return sent(page, page.locator("button[data-act=a]").first.click)


def verifies_the_ledger(page: Any) -> int:
    return sent(page, page.get_by_role("button", name="Verify the ledger now").click)


def loses_the_connection(page: Any) -> int:
    """The board is not told of changes any more, and says so."""
    page.route("**/board/*", lambda route: route.abort())
    page.reload()
    page.locator("[data-live].is-lost").wait_for()
    return 0


def charts_without_a_connection(page: Any) -> int:
    """What is charted waits on the device, and the page says what waits."""
    page.wait_for_selector("html[data-keeps]")
    page.route("**/*", lambda route: route.abort())
    page.locator("[data-two-step]:visible").first.click()
    page.wait_for_timeout(400)  # a double tap by accident does not count
    page.locator(".is-armed").click()
    page.locator("[data-queue]:visible").wait_for()
    return 0


def fails_in_the_background(page: Any) -> int:
    page.route("**/news*", lambda route: route.fulfill(status=500, body="no"))
    page.evaluate("htmx.trigger('#news', 'look')")
    page.locator("#toasts .toast.bad").wait_for()
    return 0


def waits(page: Any, press: Callable[[], Any]) -> int:
    """What is asked for does not come, and the page says that it is on its way."""
    page.route("**/*", lambda route: route.fulfill(status=204))  # which leaves the page where it is
    press()
    page.locator("[data-waiting] .loading").wait_for()
    return 0


def waits_for_an_answer(page: Any) -> int:
    form = page.locator("main form").last
    form.evaluate("form => form.noValidate = true")
    return waits(page, lambda: form.evaluate("form => form.requestSubmit()"))


def waits_for_a_page(page: Any) -> int:
    link = page.locator(
        "main a[href^='/']:not([href*='.csv'], [href*='.pdf'], [data-reload]):visible"
    ).first
    return waits(page, lambda: link.click(no_wait_after=True))


ACTS: dict[str, Callable[[Any], int]] = {
    each.__name__.replace("_", " "): each
    for each in (
        types_a_wrong_password, types_a_wrong_code, types_a_dead_link, sends_it_empty,
        releases_what_is_not_ready, accepts_a_line_of_an_older_coding, verifies_the_ledger,
        loses_the_connection, charts_without_a_connection, fails_in_the_background, waits_for_an_answer, waits_for_a_page,
    )
}  # fmt: skip


def shot(page: Any, row: Row, width: int, theme: str) -> None:
    if SHOTS:
        page.wait_for_timeout(150)
        name = re.sub(r"\W+", "_", f"{row.route} {row.state} {row.who} {row.act or row.address}")
        path = Path(SHOTS) / f"{name.strip('_')}_{width}_{theme}.png"
        page.screenshot(path=str(path), full_page=row.state != "loading")


def test_every_page_in_every_state_in_one_look(measured: Callable[..., dict[str, Any]]) -> None:
    """Narrow and wide, light and dark in turn; the next test takes every row in every look, and minutes."""
    found = {}
    for n, row in enumerate(FIRST):
        width, theme = LOOKS[n % len(LOOKS)]
        if faults := measured(row, width, theme, FEW):
            found[f"{row.address} {row.state} {row.act} {width} {theme}"] = faults

    assert found == {}


@pytest.mark.slow
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [PHONE, TABLET, DESK])
def test_every_page_in_every_state_in_every_look(
    measured: Callable[..., dict[str, Any]], width: int, theme: str
) -> None:
    found = {}
    for row in SHOWN:
        if faults := measured(row, width, theme, MANY):
            found[f"{row.address} {row.state} {row.act} {width} {theme}"] = faults

    assert found == {}
