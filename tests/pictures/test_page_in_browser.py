"""The page in a browser: accessible in both colour schemes, by keyboard, and on a phone."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from drawn_outcomes import ALL, infliximab

from browsing import expect
from hangtime.pictures.page import render

SERIOUS = ("serious", "critical")


def opened(browser: Any, name: str, folder: Path, **context: Any) -> Any:
    path = folder / f"{name}.html"
    path.write_text(render(ALL[name]()), encoding="utf-8")
    page = browser.new_page(**context)
    page.said = []
    page.on("console", lambda message: page.said.append(message.text))
    page.on("pageerror", lambda error: page.said.append(str(error)))
    page.goto(path.as_uri())
    return page


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 768, 1280])
def test_axe_finds_nothing_serious(browser: Any, tmp_path: Path, scheme: str, width: int) -> None:
    from axe_playwright_python.sync_playwright import Axe

    for name in ("infliximab", "missing_stops", "hostile", "empty"):
        size = {"width": width, "height": 800}
        page = opened(browser, name, tmp_path, viewport=size, color_scheme=scheme, bypass_csp=True)
        found = Axe().run(page).response["violations"]
        assert [(each["id"], each["nodes"]) for each in found if each["impact"] in SERIOUS] == []
        page.close()


@pytest.mark.parametrize("width", [320, 360, 768, 1280])
def test_no_page_scrolls_sideways(browser: Any, tmp_path: Path, width: int) -> None:
    for name in ALL:
        page = opened(browser, name, tmp_path, viewport={"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") <= width, name
        assert page.said == []
        page.close()


@pytest.mark.parametrize(("width", "layout"), [(360, "narrow"), (768, "medium"), (1280, "wide")])
def test_tab_reaches_each_bar_of_the_drawing_in_view_and_enter_leads_to_its_line(
    browser: Any, tmp_path: Path, width: int, layout: str
) -> None:
    page = opened(browser, "infliximab", tmp_path, viewport={"width": width, "height": 800})
    focused: list[str] = []
    for _ in range(60):
        page.keyboard.press("Tab")
        focused.append(page.evaluate("document.activeElement.id"))
        if focused[-1] == f"{layout}-bar-4":
            expect(page.locator(".card.lit")).to_have_count(2)
            expect(page.locator("#line-1.lit, #line-2.lit")).to_have_count(2)
    bars = [each for each in focused if "-bar-" in each]
    wanted = {f"{layout}-bar-{n}" for n in range(1, len(infliximab().timeline) + 1)}
    assert set(bars) == wanted
    page.focus(f"#{layout}-bar-4")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("#line-1$"))
    page.close()


def test_text_of_the_timeline_is_not_shrunk_on_a_phone(browser: Any, tmp_path: Path) -> None:
    page = opened(browser, "infliximab", tmp_path, viewport={"width": 360, "height": 800})
    scale = page.evaluate(
        "document.querySelector('.timeline-narrow').getBoundingClientRect().width / 340"
    )
    assert scale > 0.95
    page.close()


def test_labels_of_one_lane_do_not_run_into_each_other(browser: Any, tmp_path: Path) -> None:
    for width, layout in ((360, "narrow"), (768, "medium"), (1280, "wide")):
        page = opened(browser, "four_days", tmp_path, viewport={"width": width, "height": 800})
        boxes = page.evaluate(
            f"[...document.querySelectorAll('.timeline-{layout} a.bar text')].map((text) => {{"
            " const box = text.getBoundingClientRect();"
            " return [box.left, box.right, box.top, box.bottom]; })"
        )
        crossing = [
            (one, other)
            for n, one in enumerate(boxes)
            for other in boxes[n + 1 :]
            if one[0] < other[1] - 1 and other[0] < one[1] - 1
            if one[2] < other[3] - 4 and other[2] < one[3] - 4
        ]
        assert crossing == []
        page.close()
