"""Two coders on one visit: both decisions are kept and shown to both, and what was typed is not lost."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from serving import Served
from web.desk.test_in_browser import item, opened, site  # noqa: F401  (fixtures)

WORDS = "What ran between noon and one, and through which access?"


def looks(page: Any) -> str:
    """What the page hears of others, without being loaded again."""
    page.evaluate("htmx.trigger('#news', 'look')")
    news = page.locator("#news .alert")
    news.wait_for()
    return news.inner_text()


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

    assert re.search(r"Ben Example, \d\d:\d\d: Line 1 left off", looks(ana))
    ana.reload()
    for page in (ana, ben):
        conflict = page.locator(".alert.bad").first.inner_text()
        assert "Two people decided line 1" in conflict
        assert "Ana Example" in conflict
        assert "Ben Example" in conflict
        assert page.locator("#line-1").get_by_text("Conflict").is_visible()
        decided = page.locator("#charted").inner_text()
        assert "Line 1 accepted" in decided
        assert "Line 1 left off" in decided


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
        assert page.locator(".alert.bad").count() == 0
        for line in (1, 2):
            assert page.locator(f"#line-{line} .badge", has_text="Accepted").is_visible()


def releases(page: Any) -> None:
    """Accept what is open, and release."""
    for key in ("A", "r"):
        with page.expect_navigation():
            page.keyboard.press(key)
    assert page.locator(".badge", has_text="Released").first.is_visible()


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
        words = page.locator("main").inner_text()
        assert WORDS in words
        assert "Released by Ana Example" in words


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

    refused = ben.locator(".alert.bad").first.inner_text()
    assert "these lines are released" in refused
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

    assert ben.locator(".badge", has_text="Released").first.is_visible()
    assert "Ana Example" in ben.locator(".alert", has_text="Released by").inner_text()
    ledger = site[0].clinic.ledger
    assert len(ledger.of(item(24).rpartition("/")[2], "release")) == 1
