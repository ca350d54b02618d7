"""A run's work in units that always come out the same: whole encounters in, tables and counts out.

A unit is coded in any thread and whenever; the units of the same files are the same, in the same
order, so that a run can be taken up behind any of them.
"""

# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false
# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false
# pyright: reportUnknownParameterType=false, reportMissingParameterType=false
from __future__ import annotations

import os
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from itertools import count
from multiprocessing import get_context, parent_process
from pathlib import Path
from threading import Lock, Thread, local
from typing import Any, Protocol

import numpy as np
import pyarrow as pa

from hangtime.batch.across import Across, apart
from hangtime.batch.arrays import Array
from hangtime.batch.catalogue import Catalogue
from hangtime.batch.compiled import loops
from hangtime.batch.ids import Ids
from hangtime.batch.inputs import is_lines, is_table
from hangtime.batch.interpreted import continued, reads
from hangtime.batch.jsonlines import JsonLines, Line, NotLines, reads_of
from hangtime.batch.layout import Chunk, Layout
from hangtime.batch.left import ACROSS, CODED
from hangtime.batch.local import Counts, Interpreting, Summary
from hangtime.batch.running import code_chunk, counts_of, left_over
from hangtime.batch.together import together
from hangtime.batch.whole import Whole, whole_encounters
from hangtime.batch.writers import Months
from hangtime.batch.written import compiled_tables, interpreted_tables
from hangtime.errors import UnreadableInput
from hangtime.formats.reads import Place, Read
from hangtime.model import Finding
from hangtime.normalise import _first_day

FEW = 2_000  # encounters of a unit that is interpreted


@dataclass(slots=True)
class Made:
    """What was made of one unit: counts, outcomes of the interpreted engine, tables.

    `faults` are faults of reading with the lines of each; `months` are told where tables are kept by
    month.
    """

    rows: int
    counts: Counts
    coded: list[Any]
    tables: list[dict[str, Any]]
    faults: list[tuple[Finding, list[int]]] = field(default_factory=list[tuple[Finding, list[int]]])
    months: Months | None = None


class Units:
    """The work on some files.  `folder` is for rows that have to be sorted, `summary` for faults."""

    def __init__(
        self, paths: list[Path], interpreting: Interpreting, summary: Summary, folder: Path | None, *,
        policies: tuple[Path, ...], payer: str | None, by_month: bool, jobs: int,
    ) -> None:  # fmt: skip
        self.new_catalogue = partial(Catalogue, policies, payer)
        self.catalogue, self.loops = self.new_catalogue(), loops()
        self.interpreting, self.summary = interpreting, summary
        self.by_month, self.jobs = by_month, jobs
        self.threads = local()
        tables = [each for each in paths if is_table(each)]
        self._tables, strict = together(tables, self.loops, summary.unreadable.append, folder)
        self._across = Across(self._tables, [*strict], tables, self.loops, folder)
        self._lines: list[JsonLines] = []
        for path in paths:
            if path not in tables:
                try:
                    self._lines.append(_lines_of(path))
                except NotLines:
                    strict.append(path)
        self._strict = strict

    @property
    def rows(self) -> int | None:
        """How many rows there are; None where that is not known beforehand."""
        if self._strict or self._lines:
            return None
        return sum(each.rows for each in self._tables)

    def close(self) -> None:
        """Give up what is kept open."""
        for each in self._tables:
            each.close()

    def after(self, skipped: int) -> Generator[Callable[[], Made]]:
        """The units but the first ones; calling one does its work or waits for it."""
        numbers = count()
        for table in self._tables:
            work = Compiled(self, table)
            for whole in whole_encounters(table.batches(), self.loops):
                if next(numbers) >= skipped:
                    yield partial(work.code, whole)
            broken = table.broken()
            for begin in range(0, len(broken), FEW):
                if next(numbers) >= skipped:
                    yield partial(self.interpret, broken[begin : begin + FEW])
        if self._lines:
            yield from self._of_lines(numbers, skipped)
        for path in self._strict:
            reading = partial(self._read_strictly, path)
            for few in first_few(reading, self.summary.unreadable.append):
                if next(numbers) >= skipped:
                    yield partial(self.interpret, few)
        for few in first_few(self._across.reads, self.summary.unreadable.append):
            if next(numbers) >= skipped:
                yield partial(self.interpret, few, ACROSS)

    def _read_strictly(self, path: Path) -> Iterable[Read]:
        found = self.interpreting.read(path)
        return apart(found, self._across.ids) if is_table(path) else found

    def _of_lines(self, numbers: Iterator[int], skipped: int) -> Iterator[Callable[[], Made]]:
        """Blocks of JSON Lines, in processes: what the interpreter does, threads do one by one."""
        with ProcessPoolExecutor(
            self.jobs, get_context("spawn"), _start, (self.interpreting,)
        ) as pool:
            for each in self._lines:
                for block in each.blocks():
                    if next(numbers) >= skipped:
                        arguments = block, str(each.path), self.by_month
                        yield pool.submit(_code_lines, *arguments).result

    def interpret(self, few: list[Read], why: str = "") -> Made:
        """Encounters by the interpreted engine; `why` the compiled rules left them."""
        made = _interpreted(few, self.code_read, by_month=self.by_month)
        if why:
            made.counts.left[why] = len(few)
        return made

    def code_read(self, read: Read) -> Any:
        """One encounter, by this thread's own coder."""
        if not hasattr(self.threads, "coder"):
            self.threads.coder = self.interpreting.coder()
        return self.interpreting.code_read(read, self.threads.coder)


def first_few(
    reading: Callable[[], Iterable[Read]], say: Callable[[str], None]
) -> Iterator[list[Read]]:
    """Encounters, some at a time; `say` is told where a file cannot be read, or not to its end."""
    few: list[Read] = []
    try:
        for each in reading():
            few.append(each)
            if len(few) == FEW:
                yield few
                few = []
    except UnreadableInput as error:
        say(str(error))
    if few:
        yield few


def _lines_of(path: Path) -> JsonLines:
    if not is_lines(path):
        raise NotLines
    return JsonLines(path)


def _interpreted(few: list[Read], code: Callable[[Read], Any], *, by_month: bool) -> Made:
    coded = [code(each) for each in few]
    months = months_of(few) if by_month else None
    rows = sum(each.rows for each in few)
    return Made(rows, Counts(), coded, [interpreted_tables(coded)], months=months)


_coding: list[Callable[[Read], Any]] = []  # how a process codes


def _start(interpreting: Interpreting) -> None:
    Thread(target=_end_with_parent, daemon=True).start()
    coder = interpreting.coder()
    _coding.append(lambda read: interpreting.code_read(read, coder))


def _end_with_parent() -> None:
    """A worker whose run was killed would wait for work, and hold its output open, for ever."""
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _code_lines(block: list[Line], file: str, by_month: bool) -> Made:
    return _interpreted(list(reads_of(block, file)), _coding[0], by_month=by_month)


class Rows(Protocol):
    """What is asked of a table beside its rows."""

    @property
    def is_csv(self) -> bool:
        """Whether every cell is text."""
        ...

    @property
    def cut_short(self) -> Ids:
        """Encounters that have, or may have, rows where a file is damaged."""
        ...

    def place(self, line: int) -> Place:
        """Where a row stands."""
        ...

    def notes(self) -> dict[int, tuple[Finding, ...]]:
        """What was found about the table, by the line of a row."""
        ...

    def stand_behind(self, before: Array, lines: Array) -> Array:
        """Which rows stand right behind others, by their lines."""
        ...


class Compiled:
    """The compiled way for the chunks of one table."""

    def __init__(self, units: Units, table: Rows) -> None:
        self.units, self.table, self.notes = units, table, table.notes()
        self.noted = np.array(list(self.notes), "i8")
        self._lock, self._layout = Lock(), self._laid_out()

    def code(self, whole: Whole) -> Made:
        """Lay out, code and put into tables one chunk."""
        units, layout = self.units, self.layout()
        catalogue = layout.catalogue
        chunk = layout.chunk(whole.table, whole.lines, whole.starts)
        noted = np.flatnonzero(np.isin(chunk.lines, self.noted))
        chunk.visits.good[chunk.encounters_of(noted)] = 0
        short = self.cut_short(chunk)
        chunk.visits.good[short] = 0
        made = code_chunk(chunk, catalogue, units.loops, units.threads)
        tables = compiled_tables(chunk, made, catalogue)
        counts = counts_of(chunk, made, catalogue, units.loops)
        scattered = continued(chunk, made, self.table.place, self.table.stand_behind)
        if scattered is not None:  # findings of reading stand before those of coding
            tables.insert(0, {"findings": scattered.table})
        faults = scattered.faults if scattered is not None else []
        left = list(self.left(chunk, made, set(chunk.visits.offsets[short].tolist())))
        coded = [units.code_read(each) for each in left]
        if coded:
            tables.append(interpreted_tables(coded))
        months = months_of(left, chunk, made) if units.by_month else None
        return Made(len(whole.lines), counts, coded, tables, faults, months)

    def layout(self) -> Layout:
        """How to lay out the next chunk: by a new catalogue where the one in use is full."""
        with self._lock:
            if self._layout.catalogue.is_full:
                self.units.catalogue = self.units.new_catalogue()
                self._layout = self._laid_out()
            return self._layout

    def _laid_out(self) -> Layout:
        return Layout(self.units.catalogue, self.units.loops, is_csv=self.table.is_csv)

    def cut_short(self, chunk: Chunk) -> Array:
        """The numbers of encounters that are cut short."""
        if not self.table.cut_short:
            return np.zeros(0, "i8")
        firsts = pa.array(chunk.visits.offsets[:-1])
        ids = chunk.table.column("encounter_id").take(firsts).combine_chunks()
        return np.flatnonzero(self.table.cut_short.among(ids))

    def left(self, chunk: Chunk, made: list[Any], short: set[int]) -> Iterator[Read]:
        """The encounters that the compiled loop left over; `short` are first rows."""
        return reads(
            chunk.table, chunk.lines, left_over(chunk, made), self.table.place,
            is_csv=self.table.is_csv, notes=self.notes, behind=self.table.stand_behind, short=short,
        )  # fmt: skip


def months_of(interpreted: list[Read], chunk: Chunk | None = None, made: Any = ()) -> Months:
    """The month of each encounter's first charted day, else of its date of service."""
    dated = [
        (each.encounter_id, day.year * 12 + day.month - 1)
        for each in interpreted
        if each.encounter is not None and (day := _first_day(each.encounter)) is not None
    ]
    ids = pa.array([id for id, _ in dated], pa.string())
    months = np.array([month for _, month in dated], "i8")
    for each in made:
        assert chunk is not None
        at = np.flatnonzero(each.fates == CODED)
        firsts = pa.array(chunk.visits.offsets[:-1][at])
        compiled = chunk.table.column("encounter_id").take(firsts).combine_chunks()
        days = each.days[at].astype("datetime64[D]").astype("datetime64[M]")
        ids = pa.concat_arrays([compiled.cast(pa.string()), ids])
        months = np.concatenate([days.astype("i8") + 1970 * 12, months])
    return Months(ids, months)
