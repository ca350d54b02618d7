"""CSV: from text to rows of cells with their lines, and from cells to values.

A quotation mark that is never closed would swallow the rest of a file.  So a row is only taken
over several lines where that makes a whole row; else its first line alone is broken and reading
goes on with the next.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any

from hangtime.formats._decoder import DECODER
from hangtime.formats._fields import RECORDS, TEXTS, Field
from hangtime.formats._plain import json_text, plain
from hangtime.formats._records import NotJson

_LONGEST_ROW = 1000  # lines; a cell of free text may have line breaks, but not so many
_NUMBER = re.compile(r"-?\d{1,40}(\.\d{1,40})?([eE][+-]?\d{1,3})?", re.ASCII)
_YES_NO = {"true": True, "false": False}


@dataclass(frozen=True, slots=True)
class CsvRow:
    """One row as it stands: its first line from 1, its cells, or the fault of having none."""

    line: int
    cells: tuple[str, ...] = ()
    fault: str = ""


def csv_rows(text: str) -> Iterator[CsvRow]:
    """The rows of a CSV text, the header among them; blank lines are no rows."""
    lines = text.split("\n")
    width: int | None = None
    number = 0
    while number < len(lines):
        if not lines[number].strip("\r"):
            number += 1
            continue
        row, taken = _row_at(lines, number, width)
        width = len(row.cells) if width is None else width
        yield row
        number += taken


def _row_at(lines: list[str], number: int, width: int | None) -> tuple[CsvRow, int]:
    """The row that begins on this line, and how many lines it takes."""
    first = lines[number]
    if first.count('"') % 2 == 0:
        return _checked(CsvRow(number + 1, *_cells(first)), width), 1
    marks = 0
    for taken, line in enumerate(lines[number : number + _LONGEST_ROW], 1):
        marks += line.count('"')
        if marks % 2:
            continue
        row = _checked(CsvRow(number + 1, *_cells("\n".join(lines[number:][:taken]))), width)
        if not row.fault:
            return row, taken
        break
    return CsvRow(number + 1, fault="INPUT-BAD-QUOTING"), 1


def _cells(text: str) -> tuple[tuple[str, ...], str]:
    try:
        rows = list(csv.reader([text.removesuffix("\r")], strict=True))
    except csv.Error:
        return (), "INPUT-BAD-QUOTING"
    return tuple(rows[0]), ""


def _checked(row: CsvRow, width: int | None) -> CsvRow:
    if row.fault or width is None:
        return row
    if len(row.cells) != width:
        return CsvRow(row.line, fault="INPUT-RAGGED-ROW")
    if not any(row.cells):
        return CsvRow(row.line, fault="INPUT-EMPTY-ROW")
    return row


def from_cell(field: Field, cell: str) -> object:
    """The value of a cell as JSON would give it; what cannot be one stays text and fails later."""
    if cell == "":
        return None
    if field.is_list:
        return _json(cell)
    if field.kind in ("number", "whole"):
        return Decimal(cell) if _NUMBER.fullmatch(cell) else cell
    if field.kind == "yes_no":
        return _YES_NO.get(cell, cell)
    return cell


@lru_cache(maxsize=1024)
def _json(cell: str) -> object:
    try:
        return DECODER.decode(cell)
    except (ValueError, RecursionError):
        return NotJson()


def to_cell(kind: str, value: Any) -> str:
    """A value of the model as the text of a cell."""
    if value is None or value == ():
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return f"{value:f}"
    if kind in (RECORDS, TEXTS):
        return json_text(plain(value))
    return str(plain(value))
