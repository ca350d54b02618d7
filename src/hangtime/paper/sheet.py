"""What stands on a sheet of paper: headings, facts, tables, pictures, in reading order.

Plain values that the one template sets.  Text is text: nothing in it is ever read as markup.
"""

from __future__ import annotations

from typing import Literal

import msgspec

__all__ = [
    "Bar",
    "Block",
    "Bullets",
    "Cell",
    "Column",
    "Facts",
    "Heading",
    "Mark",
    "Paragraph",
    "Picture",
    "Row",
    "Sheet",
    "Size",
    "Struck",
    "Table",
    "Tick",
    "Timeline",
]

Size = Literal["letter", "a4"]


class Said(msgspec.Struct, frozen=True, kw_only=True, tag_field="block"):
    """One block of a sheet; its name in JSON says which."""


class Heading(Said, frozen=True, kw_only=True, tag="heading"):
    """A heading of level 2 or 3; level 1 is the sheet's title."""

    text: str
    level: int = 2


class Paragraph(Said, frozen=True, kw_only=True, tag="paragraph"):
    """Words; `is_warning` sets them off and begins them with a word, not with a color alone."""

    text: str
    is_warning: bool = False


class Bullets(Said, frozen=True, kw_only=True, tag="bullets"):
    """A list without order."""

    items: tuple[str, ...]


class Facts(Said, frozen=True, kw_only=True, tag="facts"):
    """Labels, each with its value."""

    facts: tuple[tuple[str, str], ...]


class Struck(msgspec.Struct, frozen=True):
    """Words that no longer hold, drawn with a line through them; the row says so in words too."""

    struck: str


Cell = str | Struck


class Column(msgspec.Struct, frozen=True):
    """The head of a column, and its share of the width."""

    title: str
    share: float = 1.0


class Table(Said, frozen=True, kw_only=True, tag="table"):
    """Rows beneath a head that every page repeats; `empty` is said where there are none."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    empty: str = "Nothing charted."


class Tick(msgspec.Struct, frozen=True, kw_only=True):
    """A mark on the axis, at a fraction of the width; `day` where a day begins."""

    at: float
    label: str
    day: str = ""


class Bar(msgspec.Struct, frozen=True, kw_only=True):
    """A stretch between two fractions of the width; from `doubt` on nobody charted it."""

    left: float
    right: float
    doubt: float | None = None
    gaps: tuple[tuple[float, float], ...] = ()


class Mark(msgspec.Struct, frozen=True, kw_only=True):
    """A moment: a dose given at once, an observation, a sign, a change of rate."""

    at: float
    kind: Literal["dose", "seen", "sign", "rate"]


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One row of a timeline: its name, a second line, and what is drawn in it."""

    name: str
    words: str = ""
    bars: tuple[Bar, ...] = ()
    marks: tuple[Mark, ...] = ()


class Timeline(Said, frozen=True, kw_only=True, tag="timeline"):
    """Rows over one axis; `alt` says all of it in words."""

    alt: str
    ticks: tuple[Tick, ...]
    rows: tuple[Row, ...]


class Picture(Said, frozen=True, kw_only=True, tag="picture"):
    """An SVG and its size in pixels; `alt` says it in words."""

    alt: str
    svg: str
    width: int
    height: int


Block = Heading | Paragraph | Bullets | Facts | Table | Timeline | Picture


class Sheet(msgspec.Struct, frozen=True, kw_only=True):
    """A whole document.  `running` stands at the head of each page, `foot` at its foot."""

    title: str
    running: str
    foot: str
    size: Size
    is_simulated: bool
    blocks: tuple[Block, ...]
