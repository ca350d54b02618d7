"""The page of the tour and its pictures; that the story comes to each stop is the story's own test."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from web.story.tour import MOST_BYTES, stops

PICTURE = re.compile(r"!\[([^\]]*)\]\(\.\./images/tour/([^)]+)\.png\)")
SHORTEST_ALTERNATIVE = 30  # characters: what is to be seen, and not only that it is a picture


@pytest.fixture
def folder(checkout: Path) -> Path:
    return checkout / "docs" / "images" / "tour"


@pytest.fixture
def pictures(checkout: Path) -> list[tuple[str, str]]:
    """The alternative text and the name of each picture, in the order of the page."""
    return PICTURE.findall((checkout / "docs" / "tutorials" / "tour.md").read_text("utf-8"))


def test_the_page_has_one_picture_for_each_stop_of_the_story_in_its_order(
    pictures: list[tuple[str, str]],
) -> None:
    assert [name for _, name in pictures] == list(stops())


def test_every_picture_says_in_words_what_it_shows(pictures: list[tuple[str, str]]) -> None:
    assert [name for words, name in pictures if len(words) < SHORTEST_ALTERNATIVE] == []
    assert len({words for words, _ in pictures}) == len(pictures)


def test_every_picture_is_there_small_and_of_its_stops_size(folder: Path) -> None:
    from PIL import Image

    found: dict[str, tuple[int, int]] = {}
    for file in folder.glob("*.png"):
        assert file.stat().st_size <= MOST_BYTES, file.name
        with Image.open(file) as picture:
            found[file.stem] = picture.size
    assert found == {name: each.size for name, each in stops().items()}
