"""Rows of an export as they stand in the file: CSV, gzipped CSV or Parquet.

Every row keeps its line, so that whatever is said of it later can be found again.  In a CSV file
that is the line the row begins on, counted from 1 with the header; in Parquet, the row's number.
"""

from __future__ import annotations

import csv
import gzip
import json
import zlib
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from importlib import import_module
from itertools import islice
from pathlib import Path
from typing import IO, Any, cast

from hangtime.errors import UnreadableInput

LONGEST_ROW = 1000  # lines; a cell of free text may have line breaks, but not so many
_NOT_TEXT = ("\N{REPLACEMENT CHARACTER}", "\0", "PAR1", "PK")
DELIMITERS = (",", "\t", ";", "|")


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its line and its cells in the order of the columns, all text, empty where none.

    `problem` is the id of a fault where it cannot be read as a row: too few cells, or the file
    breaks off.
    """

    line: int
    cells: list[str]
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """One open export: its columns, and its rows, which can be gone through once."""

    path: Path
    columns: tuple[str, ...]
    rows: Iterator[Row]


def open_source(path: Path, delimiter: str | None = None, encoding: str = "utf-8-sig") -> Source:
    """Open an export by its name's ending; `UnreadableInput` if that is not possible."""
    if not path.is_file():
        raise UnreadableInput(f"{path}: there is no such file.")
    if path.suffix in (".parquet", ".pq"):
        source = _parquet(path)
    else:
        source = _delimited(path, delimiter, encoding)
    repeated = {name for name in source.columns if source.columns.count(name) > 1}
    if repeated:
        names = ", ".join(sorted(repeated))
        raise UnreadableInput(f"{path}: the header names more than one column {names}.")
    return source


def _delimited(path: Path, delimiter: str | None, encoding: str) -> Source:
    try:
        with _text(path, encoding) as stream:
            header = stream.readline()
    except (OSError, EOFError, zlib.error, UnicodeError, LookupError) as error:
        raise UnreadableInput(f"{path}: this is not a text file in {encoding}.") from error
    if header.startswith(_NOT_TEXT):
        raise UnreadableInput(f"{path}: this is not a text file in {encoding}.")
    if not header.replace("\t", " ").rstrip("\r\n").isprintable():
        raise UnreadableInput(
            f"{path}: this is not a table as text; its first line is not readable."
        )
    if not header.strip():
        raise UnreadableInput(f"{path}: the file is empty; its first line must name the columns.")
    separator = delimiter or max(DELIMITERS, key=header.count)
    columns = tuple(name.strip() for name in next(csv.reader([header], delimiter=separator)))
    return Source(path, columns, _delimited_rows(path, encoding, separator, len(columns)))


def _text(path: Path, encoding: str) -> IO[str]:
    with path.open("rb") as start:
        zipped = start.read(2) == b"\x1f\x8b"
    if zipped:
        return gzip.open(path, "rt", encoding=encoding, errors="replace", newline="")
    return path.open(encoding=encoding, errors="replace", newline="")


def _delimited_rows(path: Path, encoding: str, delimiter: str, width: int) -> Iterator[Row]:
    """Rows below the header; a blank line is no row."""
    with _text(path, encoding) as stream:
        stream.readline()
        lines = _Lines(stream)
        while (first := lines.take()) is not None:
            line = lines.number
            if not first.strip("\r\n"):
                continue
            if '"' not in first:
                cells = first.rstrip("\r\n").split(delimiter)
            elif first.count('"') % 2 == 0:
                cells = _cells(first, delimiter)
            else:
                cells = _over_lines(first, lines, delimiter, width)
            if cells is None:
                yield Row(line, [], "INPUT-BAD-QUOTING")
            elif len(cells) != width:
                yield Row(line, cells, "INPUT-RAGGED-ROW")
            else:
                yield Row(line, cells)
        if lines.is_broken:
            yield Row(lines.number + 1, [], "MAP-BROKEN-FILE")


class _Lines:
    """Lines below the header with their number, and a look at those ahead."""

    def __init__(self, stream: IO[str]) -> None:
        self.number = 1
        self.is_broken = False
        self._stream = stream
        self._ahead: deque[str] = deque()

    def take(self) -> str | None:
        """The next line; None at the end, or where the file breaks off."""
        line = self._ahead.popleft() if self._ahead else self._read()
        self.number += line is not None
        return line

    def ahead(self) -> Iterator[str]:
        """The lines that `take` will give next, without taking them."""
        yield from tuple(self._ahead)
        while (line := self._read()) is not None:
            self._ahead.append(line)
            yield line

    def _read(self) -> str | None:
        try:
            return next(self._stream, None)
        except (OSError, EOFError, zlib.error):  # a damaged or shortened archive
            self.is_broken = True
            return None


def _over_lines(first: str, lines: _Lines, delimiter: str, width: int) -> list[str] | None:
    """The cells of a row whose quoted cell has line breaks.

    A quotation mark that is never closed would swallow the rest of the file, so further lines are
    taken only where they make a whole row; otherwise the first line alone is broken.
    """
    text = first
    for taken, line in enumerate(islice(lines.ahead(), LONGEST_ROW), start=1):
        text += line
        if line.count('"') % 2:
            cells = _cells(text, delimiter)
            if cells is None or len(cells) != width:
                return None
            for _ in range(taken):
                lines.take()
            return cells
    return None


def _cells(text: str, delimiter: str) -> list[str] | None:
    try:
        rows = list(csv.reader([text], delimiter=delimiter, strict=True))
    except csv.Error:
        return None
    return rows[0] if rows else []


def _parquet(path: Path) -> Source:
    parquet: Any = import_module("pyarrow.parquet")  # heavy, and untyped
    try:
        table = parquet.ParquetFile(path, pre_buffer=False)
    except (ValueError, OSError) as error:  # ArrowInvalid is a ValueError
        raise UnreadableInput(f"{path}: this is not a Parquet file.") from error
    columns = tuple(cast("list[str]", table.schema_arrow.names))
    return Source(path, columns, _parquet_rows(table))


def _parquet_rows(table: Any) -> Iterator[Row]:
    line = 0
    for batch in table.iter_batches(batch_size=16_384):
        lists = [[_as_text(value) for value in column.to_pylist()] for column in batch.columns]
        for cells in zip(*lists, strict=True):
            line += 1
            yield Row(line, list(cells))


def _as_text(value: object) -> str:
    match value:
        case None:
            return ""
        case str():
            return value
        case bool():
            return "true" if value else "false"
        case datetime():
            return value.isoformat(sep=" ")
        case date() | time():
            return value.isoformat()
        case list() | dict():
            return json.dumps(value, default=str)
        case _:
            return str(value)


def side_file(name: str, beside: Sequence[Path]) -> Path | None:
    """A side file by its name, looked for beside each export in turn, gzipped or not."""
    for folder in dict.fromkeys(path.parent for path in beside):
        for candidate in (folder / name, folder / f"{name}.gz", folder / name.removesuffix(".gz")):
            if candidate.is_file():
                return candidate
    return None
