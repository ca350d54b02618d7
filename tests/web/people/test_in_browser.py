"""People and one's own account in a real browser: by keyboard, in both themes, at the width of a phone."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pyotp
import pytest

from browsing import WAIT, expect
from hangtime.accounts.people import SYSTEM, disable
from serving import Served, listening
from web.look.test_in_browser import serious
from web.people.conftest import PASSWORD, hire, session_of

ANOTHER, ADDRESS = "eleven boats under a bridge", "192.0.2.7"
PHONE, DESK = 360, 1280
LOOKS = ((PHONE, "dark"), (DESK, "light"), (DESK, "dark"), (PHONE, "light"))
SHOTS = os.environ.get("HANGTIME_SHOTS")
TABLET = (
    "Mozilla/5.0 (iPad; CPU OS 18_1 like Mac OS X) AppleWebKit/605.1.15 Version/18.1 Safari/604"
)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Served, str]]:
    folder = tmp_path_factory.mktemp("people")
    with listening(folder, f"sqlite:///{folder / 'people.db'}") as found:
        for n in range(12):
            hire(found[0], f"nurse{n:02}", f"Nurse Number {n}", {"demo": ["nurse"]})
        yield found


@pytest.fixture
def opened(browser: Any, site: tuple[Served, str]) -> Iterator[Callable[..., Any]]:
    """`opened(account_id)`: a page of somebody who is signed in; of nobody without an id."""
    service, address = site
    contexts: list[Any] = []

    def opened(account_id: str = "", width: int = DESK, **context: Any) -> Any:
        size = {"width": width, "height": 900}
        contexts.append(browser.new_context(viewport=size, base_url=address, **context))
        if account_id:
            token = session_of(
                service, account_id, "Mozilla/5.0 (X11; Linux) Chrome/141.0", ADDRESS
            )
            cookie = {"name": service.app.state.guard.cookie, "value": token, "url": address}
            contexts[-1].add_cookies([cookie])
        page = contexts[-1].new_page()
        page.set_default_timeout(WAIT)
        return page

    yield opened
    for each in contexts:
        each.close()


@pytest.fixture
def boss(site: tuple[Served, str], request: pytest.FixtureRequest) -> str:
    name = f"boss.{abs(hash(request.node.name)) % 10**6}"
    return hire(site[0], name, "Bo Lind", {"*": ["administrator"]})


def tab_to(page: Any, name: str | re.Pattern[str], most: int = 80) -> None:
    """Press Tab until what has this accessible name is reached."""
    for _ in range(most):
        page.keyboard.press("Tab")
        focused = page.evaluate(
            "(document.activeElement.getAttribute('aria-label')"
            " || document.activeElement.labels?.[0]?.innerText"
            " || document.activeElement.innerText || '').trim()"
        )
        if re.search(name, focused):
            return
    pytest.fail(f"{name} cannot be reached by keyboard")


def box(page: Any, role: str) -> Any:
    """The box of a role at the demo's site; the other site has the same name."""
    return page.locator(f'input[value="{role} demo"]')


def done(page: Any) -> Any:
    """Where the page says what was done."""
    return page.locator(".alert.good .title").first


def test_by_keyboard_alone_somebody_is_let_in_promoted_and_deactivated(
    site: tuple[Served, str], opened: Callable[..., Any], boss: str
) -> None:
    page = opened(boss)
    keys = page.keyboard
    page.goto("/")
    expect(page).to_have_url("/people")
    tab_to(page, "^Add a person")
    with page.expect_navigation():
        keys.press("Enter")
    tab_to(page, "^Name")
    keys.type("Maya Reyes")
    tab_to(page, "^Credential")
    keys.type("RN")
    tab_to(page, "^User name")
    keys.type("m.reyes")
    tab_to(page, "^Nurse")
    box(page, "nurse").focus()
    keys.press("Space")
    keys.press("Enter")
    page.get_by_role("heading", name="A link for Maya Reyes").wait_for()
    link = page.get_by_label("One-time link").input_value()

    maya = opened()
    maya.goto("/welcome#" + link.partition("#")[2])
    maya.get_by_label("New password").fill(PASSWORD)
    maya.keyboard.press("Enter")
    maya.wait_for_url("**/account/second-factor")

    tab_to(page, "^I have handed it over")
    with page.expect_navigation():
        keys.press("Enter")
    expect(page.locator("main")).to_contain_text("Last sign-in", use_inner_text=True)
    assert link.partition("#")[2] not in page.content()
    box(page, "charge_nurse").focus()
    keys.press("Space")
    with page.expect_navigation():
        keys.press("Enter")
    expect(done(page)).to_have_text("The roles are changed, from this moment on")
    expect(box(page, "charge_nurse")).to_be_checked()
    tab_to(page, "^Deactivate")
    keys.press("Enter")
    page.wait_for_timeout(400)
    with page.expect_navigation():
        keys.press("Enter")
    expect(done(page)).to_have_text(re.compile("^The account is deactivated"))
    maya.reload()
    expect(maya).to_have_url(re.compile("/sign-in"))


def test_by_keyboard_alone_somebody_changes_the_password_and_ends_a_lost_tablet(
    site: tuple[Served, str], opened: Callable[..., Any]
) -> None:
    service, address = site
    ana = hire(service, "ana.own", "Ana Ruiz", {"demo": ["nurse"]})
    lost = session_of(service, ana, TABLET, ADDRESS)
    page = opened(ana)
    page.goto("/board")
    tab_to(page, "Ana Ruiz")
    page.keyboard.press("Enter")
    tab_to(page, "^Your account")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    for session, says in (("Chrome on Linux", "This one"), ("Safari on iPad", ADDRESS)):
        listed = page.locator(".sessions li", has_text=session)
        expect(listed).to_contain_text(says, use_inner_text=True)
    tab_to(page, "^End the session of Safari on iPad")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(done(page)).to_have_text("That session has ended")
    bearer = {"Authorization": f"Bearer {lost}"}
    assert page.request.get(f"{address}/api/v1/sessions", headers=bearer).status == 401

    tab_to(page, "^The password you have")
    page.keyboard.type("not the one at all")
    tab_to(page, "^New password")
    page.keyboard.type(ANOTHER)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    refused = page.locator(".alert.bad")
    expect(refused).to_have_text(re.compile(r"That is not your password\.\s*$"))
    expect(refused).to_be_focused()
    page.get_by_label("The password you have").fill(PASSWORD)
    page.get_by_label("New password").fill(ANOTHER)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(done(page)).to_have_text(re.compile("^The new password is kept"))


def test_an_authenticator_is_replaced_only_by_who_has_the_old_one(
    site: tuple[Served, str], opened: Callable[..., Any]
) -> None:
    page = opened(hire(site[0], "cy.own", "Cy Young", {"demo": ["coder"]}))
    page.goto("/account")
    page.get_by_role("link", name="Set up a second step").click()
    old = seed_on(page)
    page.get_by_label("The code it shows now").fill(pyotp.TOTP(old).now())
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.locator(".codes code")).to_have_count(10)
    codes = page.locator(".codes code").all_inner_texts()

    page.goto("/account")
    page.get_by_label("Code of the authenticator you have").fill("000000")
    page.get_by_role("button", name="Set up another authenticator").click()
    expect(page.locator(".alert.bad")).to_contain_text("not right", use_inner_text=True)
    page.get_by_label("Code of the authenticator you have").fill(codes[0])
    page.get_by_role("button", name="Set up another authenticator").click()
    new = seed_on(page)
    assert new != old
    page.get_by_label("The code it shows now").fill(pyotp.TOTP(new).now())
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.locator(".codes code")).to_have_count(10)
    page.goto("/account")
    expect(page.locator("main")).to_contain_text("10 recovery codes left", use_inner_text=True)


def seed_on(page: Any) -> str:
    """The key of the page that shows it in two ways; the page before has an authenticator, too."""
    expect(page.get_by_role("img", name="The same key as a QR code")).to_be_visible()
    uri = page.get_by_role("link", name=re.compile("authenticator")).get_attribute("href")
    return pyotp.parse_uri(uri).secret


@pytest.fixture
def states(site: tuple[Served, str], boss: str) -> dict[str, tuple[str, str]]:
    """Every page in its states: who opens it, and its address; what it takes to get there is done here."""
    service, _ = site
    clients = service.nobody
    names = {
        "open": hire(service, f"open.{boss[:6]}", "Olga Open", {"demo": ["nurse", "charge_nurse"]}),
        "waits": hire(service, f"waits.{boss[:6]}", "Wim Waits", {"demo": ["coder"]}),
        "shut": hire(service, f"shut.{boss[:6]}", "Sue Shut", {"demo": ["coder"]}),
    }
    for _ in range(6):
        wrong = {"sign_in_name": f"waits.{boss[:6]}", "password": "not this one, surely"}
        clients.post("/api/v1/session", json=wrong)
    disable(service.register, names["shut"], SYSTEM)
    for label in (TABLET, "A program of ours", ""):
        session_of(service, names["open"], label, ADDRESS)
    return {
        "people": (boss, "/people"),
        "nobody fits": (boss, "/people?words=zzz"),
        "new": (boss, "/people/new"),
        "roles": (boss, "/people/roles"),
        "one": (boss, f"/people/{names['open']}"),
        "waits": (boss, f"/people/{names['waits']}"),
        "shut": (boss, f"/people/{names['shut']}"),
        "asked": (boss, f"/people/{names['open']}/disable"),
        "own": (names["open"], "/account"),
        "set up": (names["open"], "/account/second-factor"),
        "refused": (boss, "/people/new"),
        "link": (boss, f"/people/{names['open']}"),
        "sign in": ("", "/sign-in"),
        "wrong password": ("", "/sign-in"),
        "locked": ("", "/sign-in"),
        "signed out": ("", "/sign-in?reason=signed_out"),
        "ended": ("", "/sign-in?reason=ended"),
        "welcome": ("", "/welcome"),
        "dead link": ("", "/welcome#link_nothing"),
    }


def arrive(page: Any, state: str, path: str) -> None:
    page.goto("about:blank")  # an address that differs behind # alone loads nothing
    page.goto(path)
    if state == "refused":
        page.get_by_label("Name", exact=True).fill("Another Nurse")
        page.get_by_label("User name").fill("nurse00")
        page.get_by_role("button", name="Add").click()
        page.wait_for_selector(".alert.bad")
    elif state == "link":
        page.get_by_role("button", name="Make a one-time link").click()
        page.get_by_role("heading", name=re.compile("^A link for")).wait_for()
    elif state in {"wrong password", "locked"}:
        name = page.url  # an account of nobody, which waits like any other
        for _ in range(1 if state == "wrong password" else 7):
            page.get_by_label("User name").fill(f"nobody at {len(name)} {state}")
            page.get_by_label("Password").fill("wrong, whatever it is")
            with page.expect_navigation():
                page.keyboard.press("Enter")
        says = "is not right" if state == "wrong password" else "Too many attempts"
        expect(page.locator(".alert.bad")).to_contain_text(says, use_inner_text=True)
    elif state == "dead link":
        page.wait_for_selector(".alert.bad")


def faults(
    opened: Callable[..., Any], states: dict[str, tuple[str, str]], looks: Callable[[int], Any]
) -> dict[str, Any]:
    found: dict[str, Any] = {}
    pages = {who: opened(who, bypass_csp=True) for who in {who for who, _ in states.values()}}
    for n, (state, (who, path)) in enumerate(states.items()):
        page = pages[who]
        for width, theme in looks(n):
            page.set_viewport_size({"width": width, "height": 900})
            page.emulate_media(color_scheme=theme)
            arrive(page, state, path)
            if SHOTS:
                name = f"people_{width}_{state.replace(' ', '_')}_{theme}.png"
                page.screenshot(path=str(Path(SHOTS) / name), full_page=True)
            if serious_here := serious(page):
                found[f"{state} {width} {theme}"] = serious_here
            page.set_viewport_size({"width": PHONE, "height": 900})
            wide = page.evaluate("document.documentElement.scrollWidth")
            if wide > PHONE:
                found[f"{state} {PHONE}"] = f"{wide} px wide"
    return found


def test_axe_finds_nothing_serious_and_no_page_scrolls_sideways(
    opened: Callable[..., Any], states: dict[str, tuple[str, str]]
) -> None:
    """Each state in one look in turn; all looks of each take a minute more."""
    assert faults(opened, states, lambda n: (LOOKS[n % 2],)) == {}


@pytest.mark.slow
def test_axe_finds_nothing_serious_in_any_look(
    opened: Callable[..., Any], states: dict[str, tuple[str, str]]
) -> None:
    assert faults(opened, states, lambda _: LOOKS) == {}


def test_without_scripts_everything_is_done_and_what_is_grave_is_asked_first(
    site: tuple[Served, str], opened: Callable[..., Any], boss: str
) -> None:
    page = opened(boss, java_script_enabled=False)
    page.goto("/people")
    page.get_by_label("Name").fill("Number 7")
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_role("link", name="Nurse Number 8")).to_have_count(0)
    page.get_by_role("link", name="Nurse Number 7").click()
    page.get_by_role("link", name="Deactivate").click()
    asks = page.get_by_role("heading", name="Deactivate the account of Nurse Number 7?")
    expect(asks).to_be_visible()
    page.get_by_role("button", name="Deactivate").click()
    expect(done(page)).to_have_text(re.compile("^The account is deactivated"))
    page.get_by_role("link", name="Reactivate").click()
    page.get_by_role("button", name="Reactivate").click()
    expect(done(page)).to_have_text("The account is active again")
