"""A CSV file in which not every line is one whole row: a copy in which it is, and what was left out.

Rows are found as the strict reader finds them.  Cells with line breaks stay; a line that is no row
is set aside; bytes that are not UTF-8 are noted with their row.
"""

# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false
# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false
# pyright: reportUnknownParameterType=false, reportMissingParameterType=false
from __future__ import annotations

import codecs
import csv
import io
import os
import tempfile
import zlib
from array import array
from collections import deque
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np

from hangtime.batch.arrays import Array
from hangtime.batch.source import CsvSource, NotPlain, opened
from hangtime.formats._cells import _LONGEST_ROW, CsvRow, _row_at
from hangtime.formats._encounters import unreadable
from hangtime.formats._faults import READ_WITH_MARKS, finding
from hangtime.formats.reads import Place, Read
from hangtime.model import Finding


class MendedCsv(CsvSource):
    """The rows of such a file.  `folder` is where the copy lies, which goes with `close`.

    NotPlain where there is no header to go by, and UnreadableInput where it lacks a column.
    """

    has_breaks = True

    def __init__(self, path: Path, folder: Path | None) -> None:
        self.path = path
        self.rows = 0
        self.broken: list[Read] = []
        self._from = array("q")  # rows from which on lines lie so far behind as `_behind` says
        self._behind = array("q", [0])
        self._marked: dict[int, tuple[Finding, ...]] = {}
        self._one_at_a_time = Lock()
        self._copy = tempfile.TemporaryFile(dir=folder, buffering=0)  # noqa: SIM115  (it lives as long as this)
        try:
            self._write()
        except (OSError, EOFError, zlib.error) as error:
            self.close()
            if getattr(error, "errno", None):
                raise
            raise NotPlain from None
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Give up the copy."""
        self._copy.close()

    def lines(self, begin: int, count: int) -> Array:
        """Where rows stand in the file itself."""
        rows = np.arange(begin, begin + count)
        at = np.searchsorted(np.frombuffer(self._from, "i8"), rows, side="right")
        return rows + self.first_line + np.frombuffer(self._behind, "i8")[at]

    def rows_at(self, lines: Array) -> Array:
        """The rows that stand on lines, counted from 0."""
        starts, behind = np.frombuffer(self._from, "i8"), np.frombuffer(self._behind, "i8")
        at = np.searchsorted(starts + self.first_line + behind[1:], lines, side="right")
        return lines - self.first_line - behind[at]

    def notes_by_line(self) -> dict[int, tuple[Finding, ...]]:
        """What was found about the file and its rows, by the line of the row."""
        notes = dict(self._marked)
        if self.notes and self.rows:
            (first,) = self.lines(0, 1).tolist()
            notes[first] = (*self.notes, *notes.get(first, ()))
        return notes

    def _write(self) -> None:
        rows = self._read()
        header = next(rows, CsvRow(1, fault="INPUT-EMPTY-ROW"))
        if header.fault:
            raise NotPlain
        self._take_names(header.cells)
        with os.fdopen(os.dup(self._copy.fileno()), "w", encoding="utf-8", newline="") as stream:
            # Cells are quoted that have any of the characters that end a line.
            writer = csv.writer(stream, lineterminator="\r\n")
            writer.writerow(header.cells)
            for row in rows:
                if row.fault:
                    place = Place(str(self.path), row.line)
                    self.broken.append(unreadable(row.fault, place, is_row=True))
                    self._marked.pop(row.line, None)
                    continue
                behind = row.line - self.first_line - self.rows
                if behind != self._behind[-1]:
                    self._from.append(self.rows)
                    self._behind.append(behind)
                writer.writerow(row.cells)
                self.rows += 1

    def _read(self) -> Iterator[CsvRow]:
        """The rows with their lines, the header first."""
        width: int | None = None
        ahead: deque[str] = deque()
        number = 0
        with opened(self.path) as stream:
            texts = self._decoded(stream)
            while True:
                if not ahead and (text := next(texts, None)) is not None:
                    ahead.append(text)
                if not ahead:
                    return
                if ahead[0].count('"') % 2:
                    ahead.extend(islice(texts, _LONGEST_ROW - len(ahead)))
                if not ahead[0].strip("\r"):
                    taken = 1
                else:
                    row, taken = _row_at(list(ahead), 0, width)
                    width = len(row.cells) if width is None else width
                    yield replace(row, line=number + 1)
                for _ in range(taken):
                    ahead.popleft()
                number += taken

    def _decoded(self, stream: Any) -> Iterator[str]:
        for number, line in enumerate(stream, 1):
            text = line.removeprefix(codecs.BOM_UTF8) if number == 1 else line
            try:
                yield text.decode("utf-8").removesuffix("\n")
            except UnicodeDecodeError:
                place = Place(str(self.path), number)
                self._marked[number] = (finding("INPUT-NOT-UTF8", place, "", READ_WITH_MARKS),)
                yield text.decode("utf-8", errors="replace").removesuffix("\n")

    def _stream(self) -> Any:
        return io.BufferedReader(_Reading(self._copy, self._one_at_a_time))


class _Reading(io.RawIOBase):
    """Reads a file from its beginning on, whoever else is reading it."""

    def __init__(self, file: Any, one_at_a_time: Lock) -> None:
        self._file, self._one_at_a_time, self._at = file, one_at_a_time, 0

    def readable(self) -> bool:
        """It is."""
        return True

    def readinto(self, room: Any) -> int:
        """The bytes that follow, as many as there is room for."""
        with self._one_at_a_time:
            self._file.seek(self._at)
            count = self._file.readinto(room)
        self._at += count
        return count
