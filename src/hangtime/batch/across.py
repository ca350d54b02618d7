"""Encounters with rows in tables of different forms, which cannot stand in one table.

Times are text in one file and moments in the next, or one file is CSV and the next Parquet.  Each
form is coded by itself, so an encounter with rows in two would be coded twice, from a part of its
rows each time.  Such encounters are found by their ids, left out of every form, and read here: the
strict reader judges every value in its own form.
"""

# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false
# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false
# pyright: reportUnknownParameterType=false, reportMissingParameterType=false
from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Generator, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from itertools import chain, groupby, pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from hangtime.batch.compiled import Loops
from hangtime.batch.ids import Ids
from hangtime.batch.interpreted import piece_of
from hangtime.batch.reading import hash_values
from hangtime.batch.together import Together, out_of_memory, together
from hangtime.errors import UnreadableInput
from hangtime.formats._encounters import Piece, assemble, cut_short, id_of
from hangtime.formats.reads import Read
from hangtime.formats.tabular import opened

_FEW = 20_000  # ids at a time


class Across:
    """Such encounters of the tables of a run; the tables leave them out from then on.

    `tables` have a form each, as has each of the files `strict`, which only the strict reader can
    read; `rows` is how many of the tables' rows were read.  `paths` are all of these files in the
    order of the run.  `folder` is where rows are sorted that do not fit into memory.
    """

    def __init__(
        self, tables: list[Together], strict: list[Path], paths: list[Path], loops: Loops,
        folder: Path | None,
    ) -> None:  # fmt: skip
        self._tables, self._strict, self._loops = tables, strict, loops
        self._folder = folder
        self._order = {str(path): number for number, path in enumerate(paths)}
        self.ids = Ids(loops)
        self.rows = 0
        self._short: set[str] = set()  # encounters that a strict file has not whole
        if len(tables) + len(strict) > 1:
            self._find()
            for each in tables:
                each.elsewhere = self.ids

    def reads(self) -> Iterator[Read]:
        """The encounters, each from all its rows, in the order of the files."""
        if not self.ids:
            return
        of_strict = [self._of_strict(path) for path in self._strict]
        of_tables = [self._of_table(each) for each in self._tables]
        every = heapq.merge(*of_tables, *of_strict, key=self._place)
        for ident, pieces in groupby(every, lambda piece: str(piece.fields["encounter_id"])):
            yield from self._reads_of(ident, pieces)

    def _reads_of(self, ident: str, pieces: Iterator[Piece]) -> Iterator[Read]:
        first = next(pieces)
        if id_of(first.fields) is None:  # each of these rows is set aside by itself
            for each in chain([first], pieces):
                yield assemble([replace(each, is_continued=False)])
            return
        held = list(_continued([first, *pieces]))
        is_short = ident in self._short or self._is_cut_short(ident)
        yield cut_short(held) if is_short else assemble(held)

    def _find(self) -> None:
        schema = pa.schema([("hash", pa.int64()), ("form", pa.int32())])
        with out_of_memory(self._folder) as connection:
            every = pa.RecordBatchReader.from_batches(schema, self._hashes(schema))
            forms = connection.from_arrow(every).aggregate("hash, min(form) a, max(form) b", "hash")
            for batch in forms.filter("a <> b").project("hash").to_arrow_reader(_FEW):
                self.ids.add_hashes(batch.column(0).to_numpy())

    def _hashes(self, schema: Any) -> Iterator[Any]:
        for form, each in enumerate([*self._tables, *self._strict]):
            ids = each.all_ids() if isinstance(each, Together) else _ids_of(each)
            for some in ids:
                hashes = pa.array(hash_values(some.unique(), self._loops))
                forms = pa.array([form] * len(hashes), pa.int32())
                yield pa.RecordBatch.from_arrays([hashes, forms], schema=schema)

    def _of_table(self, table: Together) -> Iterator[Piece]:
        notes, before = table.notes(), np.zeros(1, "i8")
        for rows, lines in table.rows_of(self.ids):
            behind = table.stand_behind(np.concatenate([before, lines[:-1]]), lines).tolist()
            before = lines[-1:]
            for values, line, is_next in zip(rows.to_pylist(), lines.tolist(), behind, strict=True):
                place = table.place(line)
                self.rows += 1
                piece = piece_of(values, place, notes.get(line, ()), is_csv=table.is_csv)
                yield piece if is_next else replace(piece, is_continued=True)

    def _of_strict(self, path: Path) -> Iterator[Piece]:
        """The pieces of a strict file in their order; those of damage are not all there."""
        found: list[Piece] = []
        missing: Counter[str] = Counter()
        with suppress(UnreadableInput):  # which is told where the rest of the file is read
            times, pieces = opened(path)
            missing = Counter({each: count for each, count in times.items() if self._has(each)})
            for each in pieces:
                ident = id_of(each.fields) if isinstance(each, Piece) else None
                if isinstance(each, Piece) and ident is not None and ident in missing:
                    found.append(each)
                    missing[ident] -= 1
        self._short.update(ident for ident, count in missing.items() if count)
        found.sort(key=self._place)
        for before, each in zip([None, *found], found, strict=False):
            is_next = before and before.where.at("").line + 1 == each.where.at("").line
            yield each if is_next else replace(each, is_continued=True)

    def _place(self, piece: Piece) -> tuple[str, int, int]:
        at = piece.where.at("")
        return str(piece.fields["encounter_id"]), self._order[at.file], at.line

    def _has(self, ident: str) -> bool:
        return bool(self.ids.among(pa.array([ident]))[0])

    def _is_cut_short(self, ident: str) -> bool:
        ids = pa.array([ident])
        return any(each.cut_short.among(ids)[0] for each in self._tables)


def _continued(pieces: list[Piece]) -> Iterator[Piece]:
    """The pieces of an encounter; each says whether it stands right behind the one before."""
    yield replace(pieces[0], is_continued=False)
    for before, each in pairwise(pieces):
        is_of_another = before.where.at("").file != each.where.at("").file
        yield replace(each, is_continued=each.is_continued or is_of_another)


def apart(reads: Iterable[Read], elsewhere: Ids) -> Iterator[Read]:
    """What was read of a file without the encounters that are elsewhere."""
    for each in reads:
        ids = pa.array([each.encounter_id], pa.string())
        if not elsewhere or not elsewhere.among(ids)[0]:
            yield each


@contextmanager
def across(paths: list[Path], loops: Loops) -> Generator[Across]:
    """The same for files that are read for this alone; what cannot be read is told by others."""
    tables, strict = together(paths, loops, _pass_over, None)
    try:
        yield Across(tables, strict, paths, loops, None)
    finally:
        for each in tables:
            each.close()


def _pass_over(_said: str) -> None:
    """Nothing is said."""


def _ids_of(path: Path) -> Iterator[Any]:
    """The ids of a file that only the strict reader can read."""
    with suppress(UnreadableInput):  # which is told where the file is read
        yield pa.array([each for each in opened(path)[0] if each], pa.string())
