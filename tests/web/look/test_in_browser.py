"""The look in a real browser: every part in every state, in both themes, by keyboard and without scripts."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from browsing import expect
from web.look import preview

SERIOUS = ("serious", "critical")
PAGES = (
    "chair",
    "board",
    "worklist",
    "visit",
    "parts",
    "parts?density=chair",
    "sign-in?wrong&provider",
    "second-factor",
    "second-factor-setup",
    "recovery-codes",
    "one-time-link",
    "confirm",
    "error/404",
    "error/500?signed_in",
)
WIDTHS, THEMES = (360, 800, 1280), ("light", "dark")


@pytest.fixture(scope="module")
def address(require: Callable[[str], None]) -> Iterator[str]:
    require("chromium")
    import uvicorn

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = uvicorn.Server(uvicorn.Config(preview.app(), port=port, log_level="error"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    deadline = time.monotonic() + 20
    while not server.started and time.monotonic() < deadline:
        time.sleep(0.02)
    assert server.started
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join(timeout=10)


@pytest.fixture
def opened(browser: Any, address: str) -> Iterator[Callable[..., Any]]:
    contexts: list[Any] = []

    def opened(path: str, width: int = 1280, **context: Any) -> Any:
        size = {"width": width, "height": 800}
        contexts.append(browser.new_context(viewport=size, base_url=address, **context))
        page = contexts[-1].new_page()
        page.said, page.asked = [], []
        page.on("console", lambda message: page.said.append(message.text))
        page.on("pageerror", lambda error: page.said.append(str(error)))
        page.on("request", lambda request: page.asked.append(request.url))
        page.goto(path)
        return page

    yield opened
    for each in contexts:
        each.close()


def serious(page: Any) -> list[Any]:
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page).response["violations"]
    return [
        (each["id"], [node["html"] for node in each["nodes"]])
        for each in found
        if each["impact"] in SERIOUS
    ]


def faults(page: Any, path: str, width: int, theme: str) -> dict[str, Any]:
    page.emulate_media(color_scheme=theme)
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(path)
    found = serious(page)
    return {f"{path} {width} {theme}": found} if found else {}


def test_axe_finds_nothing_serious_on_any_page(opened: Callable[..., Any]) -> None:
    """Narrow and light in turn with wide and dark; all six ways of each page take a minute more."""
    page, found = opened("chair", bypass_csp=True), {}
    for n, path in enumerate(PAGES):
        found |= faults(page, path, *((360, "light"), (1280, "dark"))[n % 2])

    assert found == {}


@pytest.mark.slow
@pytest.mark.parametrize("width", WIDTHS)
def test_axe_finds_nothing_serious_at_any_width_in_any_theme(
    opened: Callable[..., Any], width: int
) -> None:
    page, found = opened("chair", bypass_csp=True), {}
    for path in PAGES:
        for theme in THEMES:
            found |= faults(page, path, width, theme)

    assert found == {}


def test_axe_finds_nothing_serious_in_what_opens(opened: Callable[..., Any]) -> None:
    page = opened("parts", bypass_csp=True)
    page.get_by_role("link", name="Open it").click()
    page.get_by_role("dialog").wait_for()
    assert serious(page) == []
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    page.locator("details.person summary").click()
    expect(page.locator("[data-themes]")).to_be_visible()
    page.evaluate(
        "toasts.append(document.getElementById('sample-toast').firstElementChild.cloneNode(true))"
    )
    page.locator("#toasts .toast").wait_for()
    assert serious(page) == []


def test_no_page_scrolls_sideways_cuts_its_words_asks_elsewhere_or_breaks_the_policy(
    opened: Callable[..., Any], address: str
) -> None:
    """Badges, buttons and cards hold their words, from 320 pixels up."""
    cut = """[...document.querySelectorAll('.button, .badge, .tile, .seat, .timer, .card, .now, .steps a, h1, h2')]
      .filter((e) => e.offsetParent && e.scrollWidth > e.clientWidth + 1).map((e) => e.outerHTML.slice(0, 90))"""
    page = opened("chair")
    for path in PAGES:
        page.goto(path)
        for width in (320, *WIDTHS):
            page.set_viewport_size({"width": width, "height": 800})
            assert page.evaluate("document.documentElement.scrollWidth") <= width, (path, width)
            assert page.evaluate(cut) == [], (path, width)
    assert {url for url in page.asked if not url.startswith(address)} == set()
    assert [words for words in page.said if "status of" not in words] == []


@pytest.mark.parametrize(
    ("path", "least"), [("chair", 48), ("board", 48), ("worklist", 24), ("visit", 24)]
)
def test_a_target_is_large_enough_for_its_hand(
    opened: Callable[..., Any], path: str, least: int
) -> None:
    """The links in the running text of an alert are exempt, as the guideline has it."""
    page = opened(path, 800)
    page.locator("details.person summary").click()  # what the menu holds is pressed as well
    expect(page.locator("[data-themes]")).to_be_visible()
    small = page.evaluate(
        """(least) => [...document.querySelectorAll('main a, main button, main select, main input:not([type=hidden]), main textarea, header a, header button, summary')]
          .filter((e) => e.checkVisibility() && !e.closest('.alert, .finding, svg'))
          .map((e) => [e.closest('.seat, .tile') ?? e, e])
          .filter(([box]) => box.getBoundingClientRect().height < least - 0.5)
          .map(([, e]) => e.outerHTML.slice(0, 100))""",
        least,
    )

    assert small == []


def test_a_coder_sees_twenty_five_rows_in_a_window_nine_hundred_high(
    opened: Callable[..., Any],
) -> None:
    page = opened("worklist?names=short", 1440)
    page.set_viewport_size({"width": 1440, "height": 900})
    bottoms = page.evaluate(
        "[...document.querySelectorAll('tbody tr')].map((e) => e.getBoundingClientRect().bottom)"
    )

    assert len(bottoms) == 25
    assert max(bottoms) <= 900


def test_the_step_that_is_due_stays_in_view_and_is_the_largest_text(
    opened: Callable[..., Any],
) -> None:
    page = opened("chair", 800, reduced_motion="reduce")
    page.evaluate("window.scrollTo(0, document.body.scrollHeight)")
    page.wait_for_function("() => window.scrollY > 0")
    box = page.locator(".now").bounding_box()
    sizes = page.evaluate(
        """[...document.querySelectorAll('main *')].filter((e) => e.offsetParent && !e.matches('.digits'))
          .map((e) => parseFloat(getComputedStyle(e).fontSize))"""
    )

    assert 0 <= box["y"] < 10
    assert page.evaluate("parseFloat(getComputedStyle(document.querySelector('.now h1')).fontSize)") == max(sizes)  # fmt: skip
    assert max(sizes) >= 28


@pytest.mark.parametrize("path", ["chair", "visit", "parts"])
def test_tab_reaches_everything_that_can_be_pressed_and_each_shows_it(
    opened: Callable[..., Any], path: str
) -> None:
    page = opened(path, color_scheme="dark", reduced_motion="reduce")
    page.evaluate("document.activeElement.blur(); window.scrollTo(0, 0)")
    wanted = page.evaluate(
        """[...document.querySelectorAll('a[href], button:not(:disabled), input:not([type=hidden]), select, textarea, summary, [tabindex="0"]')]
          .filter((e) => e.checkVisibility() && !e.closest('dialog:not([open])'))
          .filter((e) => e.type !== 'radio' || e.checked || !document.querySelector(`[name="${e.name}"]:checked`) && e === document.querySelector(`[name="${e.name}"]`))
          .map((e, n) => { e.dataset.nth = n; return String(n); })"""
    )
    seen: list[str] = []
    page.evaluate("document.body.tabIndex = -1; document.body.focus()")
    for _ in range(len(wanted) + 5):
        page.keyboard.press("Tab")
        found = page.evaluate(
            """async () => { await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
              const e = document.activeElement;
              const marked = [e, e.closest('.tile'), e.closest('.seat'), e.querySelector('.touch')].filter(Boolean);
              const ring = marked.some((m) => { const s = getComputedStyle(m);
                return parseFloat(s.outlineWidth) >= 2 && s.outlineStyle !== 'none' || m.matches('.touch') && parseFloat(s.strokeWidth) >= 2; });
              const b = e.getBoundingClientRect();
              const at = document.elementFromPoint(b.left + b.width / 2, Math.max(b.top, 0) + 2);
              return [e.dataset.nth ?? '', ring, e.outerHTML.slice(0, 80), !!at]; }"""
        )
        if not found[0]:
            continue
        assert found[1], f"no ring: {found[2]}"
        assert found[3], f"out of view: {found[2]}"
        seen.append(found[0])

    assert set(wanted) - set(seen) == set()
    assert seen[: len(wanted)] == sorted(seen[: len(wanted)], key=int)


@pytest.mark.parametrize("width", [360, 800])
def test_what_is_kept_at_an_edge_neither_hides_what_tab_reaches_nor_moves_the_page(
    opened: Callable[..., Any], width: int
) -> None:
    page = opened("chair", width, reduced_motion="reduce")
    page.get_by_role("button", name="Stop infliximab").focus()
    assert page.evaluate("scrollY") == 0
    page.evaluate("document.body.tabIndex = -1; document.body.focus()")
    hidden = """async () => { await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
      const e = document.activeElement, b = e.getBoundingClientRect(), x = b.left + b.width / 2;
      const kept = e.closest('.now, .thumb-bar, .masthead, .skip') || e === document.body;
      return !kept && ![b.top + 3, b.bottom - 3].every((y) => e.contains(document.elementFromPoint(x, y)))
        ? e.innerText : null; }"""
    for key in ["Tab"] * 20 + ["Shift+Tab"] * 20:
        page.keyboard.press(key)
        assert page.evaluate(hidden) is None


def test_nothing_moves_for_who_asked_for_less_motion(opened: Callable[..., Any]) -> None:
    still = opened("parts", reduced_motion="reduce")
    moving = opened("parts", reduced_motion="no-preference")
    count = "document.getAnimations().filter((a) => a instanceof CSSAnimation).length"

    moving.wait_for_function(f"() => {count} > 0")
    assert still.evaluate(count) == 0


def test_one_tap_arms_a_second_sends_and_a_double_tap_does_not(opened: Callable[..., Any]) -> None:
    page = opened("chair", 800)
    stop = page.get_by_role("button", name="Stop infliximab")
    stop.dblclick()
    armed = page.get_by_role("button", name="Tap again to stop")
    armed.wait_for()
    expect(page).to_have_url("/chair")

    page.keyboard.press("Escape")
    stop.wait_for()
    stop.click()
    page.wait_for_timeout(350)
    with page.expect_request("**/stop") as sent:
        armed.click()
    assert sent.value.method == "POST"
    assert sent.value.post_data == "administration_id=a1"
    assert len([url for url in page.asked if url.endswith("/stop")]) == 1


def test_an_armed_button_disarms_when_another_thing_is_tapped(opened: Callable[..., Any]) -> None:
    page = opened("chair", 800)
    page.get_by_role("button", name="Stop infliximab").click()
    page.get_by_role("button", name="Tap again to stop").wait_for()
    page.locator("h1").click()

    page.get_by_role("button", name="Stop infliximab").wait_for()


def test_without_scripts_a_page_asks_and_then_posts_the_same(opened: Callable[..., Any]) -> None:
    page = opened("chair", 800, java_script_enabled=False)
    page.get_by_role("link", name="Stop infliximab").click()
    expect(page.get_by_role("heading", name="Stop infliximab now?")).to_be_visible()
    with page.expect_request("**/stop") as sent:
        page.get_by_role("button", name="Stop it now").click()
    assert sent.value.post_data == "administration_id=a1"


def test_without_scripts_a_dialog_opens_as_a_target_and_no_dead_choice_is_shown(
    opened: Callable[..., Any],
) -> None:
    page = opened("parts", java_script_enabled=False)
    page.get_by_role("link", name="Open it").click()
    expect(page.locator("#sample")).to_be_visible()
    page.locator("#sample [data-closes]").click()
    expect(page.locator("#sample")).to_be_hidden()
    page.locator("details.person summary").click()
    expect(page.get_by_role("link", name="Your account")).to_be_visible()
    expect(page.locator("[data-themes]")).to_be_hidden()


def test_a_dialog_holds_the_focus_and_gives_it_back(opened: Callable[..., Any]) -> None:
    page = opened("parts")
    opener = page.get_by_role("link", name="Open it")
    opener.focus()
    page.keyboard.press("Enter")
    page.get_by_role("dialog", name="Strike this entry?").wait_for()
    page.wait_for_function("() => document.activeElement.closest('dialog') !== null")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(opener).to_be_focused()


def test_a_clock_goes_on_and_turns_when_it_should_have_ended(opened: Callable[..., Any]) -> None:
    page = opened("chair", 800)
    goes_on(page)
    page.evaluate(
        "document.querySelector('.timer').dataset.due = new Date(Date.now() - 1000).toISOString()"
    )
    page.wait_for_function("() => document.querySelector('.timer').matches('.is-over')")
    over = page.locator(".timer").first
    expect(over).to_contain_text("should have ended", use_inner_text=True)
    paused = page.locator(".timer.is-paused .digits").inner_text()
    for _ in range(2):
        goes_on(page)
    assert page.locator(".timer.is-paused .digits").inner_text() == paused


def goes_on(page: Any) -> None:
    """Waits until the clocks that run have gone on."""
    digits = page.locator(".timer .digits").first
    expect(digits).not_to_have_text(digits.inner_text())


def test_a_theme_chosen_by_hand_stays_on_the_next_page_and_reaches_the_timeline(
    opened: Callable[..., Any],
) -> None:
    page = opened("visit", color_scheme="light")
    ground = expect(page.locator("body"))
    ground.to_have_css("background-color", "rgb(255, 255, 255)")
    page.locator("details.person summary").click()
    page.get_by_label("Dark").check()
    ground.to_have_css("background-color", "rgb(16, 22, 28)")
    page.reload()
    ground.to_have_css("background-color", "rgb(16, 22, 28)")
    expect(page.locator(".timeline-wide .band").first).to_have_css("fill", "rgb(25, 34, 43)")
    page.locator("details.person summary").click()
    page.get_by_label("As the device").check()
    ground.to_have_css("background-color", "rgb(255, 255, 255)")
    page.reload()
    ground.to_have_css("background-color", "rgb(255, 255, 255)")


def test_a_bar_lights_its_line_and_a_line_its_bar(opened: Callable[..., Any]) -> None:
    page = opened("visit")
    page.focus("#wide-bar-1")
    expect(page.locator(".card.lit")).to_have_count(2)
    expect(page.locator("#line-1.lit, #line-2.lit")).to_have_count(2)
    page.locator("#line-3").hover()
    expect(page.locator("#wide-bar-2.lit")).to_be_visible()


def test_an_answer_of_htmx_is_shown_in_place_and_a_fault_becomes_a_message(
    opened: Callable[..., Any],
) -> None:
    page = opened("parts")
    page.evaluate(
        """() => { const form = document.createElement('form'); form.id = 'tried';
          form.setAttribute('hx-post', '/refused'); form.setAttribute('hx-target', '#tried');
          form.innerHTML = '<button>Try</button>'; document.querySelector('main').append(form); htmx.process(form); }"""
    )
    page.locator("#tried button").click()
    expect(page.locator("#tried .alert.bad[data-focus]")).to_be_focused()
    page.evaluate("htmx.ajax('POST', '/broken', '#tried')")
    page.locator("#toasts .toast.bad").wait_for()
    expect(page.locator("#tried .alert.bad")).to_be_visible()
    page.locator("#toasts .toast.bad").get_by_role("button", name="Dismiss").click()
    expect(page.locator("#toasts .toast")).to_have_count(0)


def test_a_page_asks_before_the_session_ends_and_then_leaves_no_patient_on_the_screen(
    opened: Callable[..., Any],
) -> None:
    page = opened("parts", 800)
    page.clock.install()
    page.goto("chair?idle=600")
    page.clock.run_for(550_000)
    page.get_by_role("dialog", name="Are you still there?").wait_for()
    with page.expect_request("**/api/v1/session"):
        page.get_by_role("button", name="I am here").click()
    expect(page.get_by_role("dialog")).to_be_hidden()
    page.clock.run_for(500_000)  # unasked, it would have ended by now
    expect(page).to_have_url("/chair?idle=600")
    page.clock.run_for(110_000)
    page.wait_for_url("**/sign-in?reason=ended")


def test_what_has_something_to_send_holds_the_end_up(opened: Callable[..., Any]) -> None:
    page = opened("parts", 800)
    page.add_init_script(
        """window.asked = 0; document.addEventListener('hangtime:ending', (event) => {
          window.asked += 1; event.preventDefault(); });"""
    )
    page.goto("chair?idle=1")
    page.wait_for_function("() => window.asked > 1")
    expect(page).to_have_url("/chair?idle=1")


def test_on_paper_there_is_nothing_to_press_and_black_stands_on_white(
    opened: Callable[..., Any],
) -> None:
    page = opened("chair", color_scheme="dark")
    page.emulate_media(media="print")
    expect(page.locator("body")).to_have_css("background-color", "rgb(255, 255, 255)")
    expect(page.locator("body")).to_have_css("color", "rgb(0, 0, 0)")
    expect(page.locator(".simulated")).to_be_visible()
    expect(page.locator(".masthead")).to_be_hidden()
    expect(page.locator(".thumb-bar")).to_be_hidden()
