"""The page as text: complete, escaped, and asking nothing of the network."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from drawn_outcomes import ALL, hostile, infliximab, missing_stops

from hangtime.pictures.page import render

VOID = {"meta", "link", "br", "hr", "img", "rect", "line", "path"}


class Outline(HTMLParser):
    """Start tags with their attributes, and whether every tag is closed in order."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.open: list[str] = []
        self.crossed: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.crossed.append(tag)


@pytest.mark.parametrize("name", ALL)
def test_every_tag_is_closed_every_id_is_one_and_every_link_leads_somewhere(name: str) -> None:
    outline = Outline(render(ALL[name]()))
    assert outline.crossed + outline.open == []
    ids = [attributes["id"] for _, attributes in outline.tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    links = [attributes["href"] for tag, attributes in outline.tags if tag == "a"]
    assert {link[1:] for link in links if link.startswith("#")} <= set(ids)


@pytest.mark.parametrize("name", ALL)
def test_the_page_asks_nothing_of_the_network(name: str) -> None:
    page = render(ALL[name]())
    outline = Outline(page)
    assert not [tag for tag, attributes in outline.tags if "src" in attributes]
    loads = [attributes["href"] for tag, attributes in outline.tags if tag == "link"]
    assert loads == ["data:,"]
    assert not re.search(r"@import|url\((?!#)", page)
    assert "default-src 'none'" in page


def test_markup_in_a_charted_name_stays_text() -> None:
    page = render(hostile())
    outline = Outline(page)
    assert [tag for tag, _ in outline.tags].count("script") == 1
    assert not [tag for tag, _ in outline.tags if tag in ("img", "b")]
    assert "&lt;script&gt;alert(1)" in page
    assert "\x1b" not in page


def test_a_bar_leads_to_its_line_and_a_line_to_its_bars() -> None:
    page = render(infliximab())
    assert re.search(r'id="wide-bar-4"[^>]* href="#line-1"', page)
    assert re.search(r'id="wide-bar-1"[^>]* href="#left-off-1"', page)
    assert re.search(r'id="line-3" data-bars="2 3".*href="#narrow-bar-2"', page)


def test_the_page_has_every_section_that_has_something_to_say() -> None:
    full, bare = render(missing_stops()), render(ALL["empty"]())
    titles = ("The chart supports", "Timeline", "Why each line", "Not reported",
              "Possible, if it happened and is documented", "Findings",
              "What this rests on")  # fmt: skip
    assert [title for title in titles if f">{title}</h2>" not in full] == []
    assert re.findall(r"<h2[^>]*>([^<]*)", bare) == ["The chart supports"]
    assert "No line of this family." in bare
