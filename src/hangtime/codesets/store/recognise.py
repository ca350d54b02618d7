"""Telling what a table is by its titles, its columns and, for bare lists, its rows.

Never by the name of the file: that is only asked for what no content says, a setting or a quarter.
"""

from __future__ import annotations

import re
from fnmatch import fnmatchcase
from typing import NamedTuple

from hangtime.codesets.store.layouts import (
    CODE,
    COLUMNS_OF_RELATIVE_VALUES,
    DESCRIPTORS,
    DIAGNOSES,
    LAYOUTS,
    TABULAR,
    Field,
    Layout,
)
from hangtime.codesets.store.opening import Line, Sheet
from hangtime.codesets.store.records import Unrecognised
from hangtime.codesets.store.tabular_list import COLUMNS, ROOT

_SIGNS = re.compile(r"[^a-z0-9]")
_DIAGNOSIS = re.compile(r"[A-Z][0-9][0-9A-Z]\.?[0-9A-Z]{0,4}")
_DESCRIBED = re.compile(r"([0-9]{4}[0-9A-Z])[ \t]+(\S.*)")
STACK = 8  # lines that titles may be stacked over
_SETTINGS = (
    ("facility", ("outpatient hospital", "outpatienthospital", "outpatient", "ccioph", "hospital")),
    ("professional", ("practitioner", "ccipra", "physician")),
    ("supplier", ("dme supplier", "durable", "dmesupplier")),
)


class Recognised(NamedTuple):
    """A sheet that is known: its layout, the line after which rows begin, its columns.

    `columns` has the number of the column of each field, -1 where an optional one is absent.
    """

    layout: Layout
    after: int
    columns: tuple[int, ...]
    titles: str  # all that stands above the rows


def recognised(sheet: Sheet) -> Recognised:
    """What the sheet is.  Raises Unrecognised, naming what is missing for the layout that is nearest."""
    nearest: tuple[float, Layout, list[str]] | None = None
    if sheet.title.startswith(ROOT):
        return Recognised(TABULAR, 0, tuple(range(len(COLUMNS))), sheet.title)
    for line, cells in sheet.head:
        for layout in LAYOUTS:
            columns = _columns(layout, cells)
            missing = [
                field.name
                for field, column in zip(layout.fields, columns, strict=True)
                if column < 0 and field.is_needed
            ]
            if not missing:
                until = _last_title(sheet, layout, line, columns)
                above = [each for each in sheet.head if each[0] <= until]
                titles = f"{sheet.title} {_said(above, layout)}"
                return Recognised(layout, until, columns, titles)
            share = 1 - len(missing) / sum(field.is_needed for field in layout.fields)
            if nearest is None or share > nearest[0]:
                nearest = share, layout, missing
    return _bare(sheet) or _refused(sheet, nearest)


def setting_in(text: str) -> str:
    """Whose edits a title, a column or a file name says they are; "" where it says nothing."""
    plain = re.sub(r"[\W_]+", " ", text.lower())
    for setting, words in _SETTINGS:
        if any(word in plain for word in words):
            return setting
    return ""


def _said(lines: list[Line], layout: Layout | None = None) -> str:
    """All that stands in some lines; a copyright's year is only that of descriptors."""
    cells = (cell for _, cells in lines for cell in cells if cell)
    is_dated = layout is DESCRIPTORS
    return " ".join(cell for cell in cells if is_dated or "copyright" not in cell.lower())


def _plain(cell: str) -> str:
    return _SIGNS.sub("", cell.lower())


def _columns(layout: Layout, cells: list[str]) -> tuple[int, ...]:
    plain = [_plain(cell) for cell in cells]
    if layout.positions:
        is_it = tuple(plain[:3]) == layout.marks and len(cells) >= COLUMNS_OF_RELATIVE_VALUES
        return layout.positions if is_it else (-1,) * len(layout.fields)
    return tuple(_column(field, plain) for field in layout.fields)


def _column(field: Field, titles: list[str]) -> int:
    for name in field.names:
        for number, title in enumerate(titles):
            if title and fnmatchcase(title, name):
                return number
    return -1


def _last_title(sheet: Sheet, layout: Layout, line: int, columns: tuple[int, ...]) -> int:
    """The last line of titles stacked above the first row that has a code."""
    if layout.fields[0].holds != CODE:
        return line
    column, until = columns[0], line
    below = [each for each in sheet.head if each[0] > line][:STACK]
    for number, cells in below:
        cell = cells[column].strip() if len(cells) > column else ""
        if re.fullmatch(r"[0-9A-Z]{5}", cell.upper()):
            return until
        until = number
    return line


def _bare(sheet: Sheet) -> Recognised | None:
    """A list without titles: diagnosis codes alone, or licensed descriptors behind their codes."""
    banner = _said(sheet.head, DESCRIPTORS)
    alone = [cells[0] for _, cells in sheet.head if len(cells) == 1]
    if len(alone) == len(sheet.head) and sum(bool(_DIAGNOSIS.fullmatch(c)) for c in alone) > 2:
        return Recognised(DIAGNOSES, 0, (0, -1, -1), "")
    described = [line for line, cells in sheet.head if _DESCRIBED.fullmatch("\t".join(cells[:2]))]
    if described and "american medical association" in banner.lower():
        return Recognised(DESCRIPTORS, described[0] - 1, (0, 1, -1, -1), banner)
    return None


def _refused(sheet: Sheet, nearest: tuple[float, Layout, list[str]] | None) -> Recognised:
    if nearest is None or nearest[0] < 0.4:
        raise Unrecognised(f"{sheet.file}: no table that is known: no line has the titles of one.")
    _, layout, missing = nearest
    raise Unrecognised(
        f"{sheet.file}: nearest to {layout.name}, but of another layout: no column for"
        f" {', '.join(missing)}."
    )
