"""Contrast, computed from the tokens themselves in both themes, and shown in the manual as it is.

The pairs that stand on one another are the table of docs/explanation/the-look.md: text needs 4.5
to 1, large text and what bounds or marks a control 3 to 1 (WCAG 2.2, 1.4.3 and 1.4.11).
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from hangtime.web import assets

NEEDED = {"text": 4.5, "control": 3.0}
PAGE = Path(__file__).resolve().parents[3] / "docs" / "explanation" / "the-look.md"
ROW = re.compile(
    r"^\| `--([\w-]+)` \| `--([\w-]+)` \| (text|control) \| ([\d.]+) \| ([\d.]+) \|$", re.MULTILINE
)
PAIR = re.compile(r"--([\w-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\);")
ROWS = ROW.findall(PAGE.read_text("utf-8")) if PAGE.exists() else []
# It only parts things that stand apart without it.
NO_INFORMATION = {"edge"}


def tokens() -> dict[str, tuple[str, str]]:
    text = (assets.FOLDER / "css" / "tokens.css").read_text("utf-8")
    return {name: (light, dark) for name, light, dark in PAIR.findall(text)}


def luminance(colour: str) -> float:
    parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_the_measure_is_the_one_of_the_guideline() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.005)


@pytest.mark.parametrize(("front", "ground", "kind", "light", "dark"), ROWS)
def test_a_pair_is_told_apart_in_both_themes_and_the_manual_shows_by_how_much(
    front: str, ground: str, kind: str, light: str, dark: str
) -> None:
    fronts, grounds = tokens()[front], tokens()[ground]
    measured = [contrast(a, b) for a, b in zip(fronts, grounds, strict=True)]

    assert min(measured) >= NEEDED[kind]
    assert [f"{each:.1f}" for each in measured] == [light, dark]


def test_every_colour_is_measured() -> None:
    named = {name for front, ground, *_ in ROWS for name in (front, ground)}

    assert set(tokens()) - named == NO_INFORMATION


def test_no_colour_stands_outside_the_tokens() -> None:
    parts = (assets.FOLDER / "css").glob("*.css")
    loose = [
        (path.name, colour)
        for path in parts
        if path.name not in {"tokens.css", "print.css"}
        for colour in re.findall(r"#[0-9a-f]{3,8}\b|rgb\([^)]*\)", path.read_text("utf-8"))
    ]

    assert loose == []
