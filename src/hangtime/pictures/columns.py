"""Charted text in the columns of a terminal: cleaned, measured, cut and wrapped."""

from __future__ import annotations

import textwrap
import unicodedata


def wrapped(words: str, width: int, lead: str) -> list[str]:
    """Words in rows of the width, the first after `lead`, the others indented as far."""
    return textwrap.wrap(
        clean(words),
        width,
        initial_indent=lead,
        subsequent_indent=" " * len(lead),
        break_on_hyphens=False,
    )


def clean(text: str) -> str:
    """Charted text without control characters, so that a name cannot drive the terminal."""
    return "".join(char if char.isprintable() else "�" for char in text)


def width_in_columns(text: str) -> int:
    """How many columns a text takes: wide characters two, combining ones none."""
    widths = (
        0 if unicodedata.combining(char) else 1 + (unicodedata.east_asian_width(char) in "WF")
        for char in text
    )
    return sum(widths)


def padded(text: str, width: int) -> str:
    """The text with spaces up to the width."""
    return text + " " * (width - width_in_columns(text))


def fitted(text: str, width: int) -> str:
    """The text shortened to leave one column free."""
    if width_in_columns(text) < width:
        return text
    while width_in_columns(text) > width - 2:
        text = text[:-1]
    return text + "…"
