"""Two coders on one visit: both decisions are kept and shown to both, and what was typed is not lost."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from browsing import expect
from serving import Served
from web.desk.test_in_browser import item, opened, site  # noqa: F401  (fixtures)

WORDS = "What ran between noon and one, and through which access?"


def hears(page: Any, said: str) -> None:
    """The page is told of others, without being loaded again."""
    page.evaluate("htmx.trigger('#news', 'look')")
    contains(page.locator("#news .alert"), re.compile(said))


def contains(place: Any, *said: str | re.Pattern[str]) -> None:
    for words in said:
        expect(place).to_contain_text(words, use_inner_text=True)


def leaves_off(page: Any, line: int) -> None:
    card = page.locator(f"#line-{line}")
    card.locator("summary", has_text="Change or leave off").click()
    card.get_by_label("Reason").select_option("not_ours_to_bill")
    with page.expect_navigation():
        card.get_by_role("button", name="Leave it off").click()


def accepts(page: Any, line: int) -> None:
    with page.expect_navigation():
        page.locator(f"#line-{line}").get_by_role("button", name="Accept").click()


def test_each_decides_a_line_unseen_and_both_screens_tell_of_both(
    opened: Callable[..., Any],  # noqa: F811
) -> None:
    ana, ben = opened("coder", "Ana Example"), opened("coder", "Ben Example")
    for page in (ana, ben):
        page.goto(item(21))
    accepts(ana, 1)
    leaves_off(ben, 1)

    hears(ana, r"Ben Example, \d\d:\d\d: Line 1 left off")
    ana.reload()
    for page in (ana, ben):
        conflict = page.locator(".alert.bad").first
        contains(conflict, "Two people decided line 1", "Ana Example", "Ben Example")
        expect(page.locator("#line-1").get_by_text("Conflict")).to_be_visible()
        contains(page.locator("#charted"), "Line 1 accepted", "Line 1 left off")


def test_they_decide_different_lines_and_neither_is_told_of_a_conflict(
    opened: Callable[..., Any],  # noqa: F811
) -> None:
    ana, ben = opened("coder", "Ana Example"), opened("coder", "Ben Example")
    for page in (ana, ben):
        page.goto(item(22))
    accepts(ana, 1)
    accepts(ben, 2)

    ana.reload()
    for page in (ana, ben):
        for line in (1, 2):
            expect(page.locator(f"#line-{line} .badge", has_text="Accepted")).to_be_visible()
        expect(page.locator(".alert.bad")).to_have_count(0)


def releases(page: Any) -> None:
    """Accept what is open, and release."""
    for key in ("A", "r"):
        with page.expect_navigation():
            page.keyboard.press(key)
    expect(page.locator(".badge", has_text="Released").first).to_be_visible()


def test_a_question_typed_while_the_other_released_is_asked_and_tells_of_the_release(
    opened: Callable[..., Any],  # noqa: F811
) -> None:
    ana, ben = opened("coder", "Ana Example"), opened("coder", "Ben Example")
    for page in (ana, ben):
        page.goto(item(23))
    ben.keyboard.press("q")
    ben.locator("#question").fill(WORDS)
    releases(ana)
    with ben.expect_navigation():
        ben.locator("#ask").get_by_role("button", name="Ask", exact=True).click()

    ana.reload()
    for page in (ana, ben):
        contains(page.locator("main"), WORDS, "Released by Ana Example")


def test_a_change_typed_while_the_other_released_is_refused_and_still_there(
    opened: Callable[..., Any],  # noqa: F811
) -> None:
    ana, ben = opened("coder", "Ana Example"), opened("coder", "Ben Example")
    for page in (ana, ben):
        page.goto(item(25))
    line = ben.locator("#line-1")
    line.locator("summary", has_text="Change or leave off").click()
    line.get_by_label("Units").fill("2")
    line.get_by_label("Reason").select_option("other_change")
    line.get_by_label("In your words").fill(WORDS)
    releases(ana)
    with ben.expect_navigation():
        line.get_by_role("button", name="Change the line").click()

    contains(ben.locator(".alert.bad").first, "these lines are released")
    typed = ben.get_by_role("region", name="What you typed").locator("dd").all_inner_texts()
    assert {"2", WORDS} <= set(typed)


def test_both_release_and_it_goes_out_once_with_the_second_told_so(
    opened: Callable[..., Any],  # noqa: F811
    site: tuple[Served, str],  # noqa: F811
) -> None:
    ana, ben = opened("coder", "Ana Example"), opened("coder", "Ben Example")
    ana.goto(item(24))
    with ana.expect_navigation():
        ana.keyboard.press("A")
    ben.goto(item(24))
    for page in (ana, ben):
        with page.expect_navigation():
            page.get_by_role("button", name="Release").click()

    expect(ben.locator(".badge", has_text="Released").first).to_be_visible()
    contains(ben.locator(".alert", has_text="Released by"), "Ana Example")
    ledger = site[0].clinic.ledger
    assert len(ledger.of(item(24).rpartition("/")[2], "release")) == 1
