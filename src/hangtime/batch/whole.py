"""Batches of rows in, whole encounters out: the encounter that a batch cuts is carried over.

Rows of an encounter have to stand together.  `stand_together` says beforehand whether they do;
where they do not, the rows are sorted first.
"""

# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false
# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false
# pyright: reportUnknownParameterType=false, reportMissingParameterType=false
from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa

from hangtime.batch.arrays import Array
from hangtime.batch.compiled import Loops
from hangtime.batch.reading import text_parts
from hangtime.batch.threads import ahead

MOST = 1 << 23  # encounters of which it is found out whether any comes twice


class Whole(NamedTuple):
    """Whole encounters: an Arrow table, the line of each row, the first row of each encounter."""

    table: Any
    lines: Array
    starts: Array


def whole_encounters(batches: Iterable[tuple[Any, Array]], loops: Loops) -> Iterator[Whole]:
    """Batches of (table, lines of its rows) in; the same rows out, cut between encounters only."""
    held: tuple[Any, Array] | None = None
    for table, lines in batches:
        if held is not None:
            table = pa.concat_tables([held[0], table])
            lines = np.concatenate([held[1], lines])
        starts = starts_of(table, loops)[0]
        cut = int(starts[-1]) if len(starts) else 0
        held = table.slice(cut), lines[cut:]
        if len(starts) > 1:
            yield Whole(table.slice(0, cut), lines[:cut], starts[:-1])
    if held is not None and len(held[1]):
        yield Whole(*held, starts_of(held[0], loops)[0])


def starts_of(table: Any, loops: Loops) -> tuple[Array, bool, bool]:
    """First rows of encounters; whether ids only rise byte by byte, or by length and then so."""
    column = table.column("encounter_id").combine_chunks()
    starts = np.zeros(len(table), "i8")
    count, rises, grows = loops.find_starts(*text_parts(column), starts)
    return starts[:count], bool(rises), bool(grows)


def stand_together(columns: Callable[[], Generator[Any]], loops: Loops) -> bool:
    """Whether the rows of every encounter stand together, by the columns of ids alone.

    Where ids only rise they do.  Else the hashes of encounters are compared, eight bytes each; of
    more than `MOST` encounters it is not found out.  `columns` is asked once or twice.
    """
    rises = grows = True
    for table, _ in _overlapping(ahead(columns())):
        named = table.drop_null()
        begun, goes_up, gets_longer = starts_of(named, loops)
        if len(starts_of(table, loops)[0]) != len(begun) + len(table) - len(named):
            return False  # a row without an id stands within an encounter
        rises, grows = rises and goes_up, grows and gets_longer
        if not (rises or grows):
            break  # which ends this reading before the next begins
    else:
        return True
    return _each_once(columns(), loops)


def _each_once(columns: Iterable[Any], loops: Loops) -> bool:
    """Whether no encounter begins a second time."""
    firsts: list[Array] = []
    count, looked_at = 0, 1 << 14
    for table, before in _overlapping(columns):
        starts = starts_of(table, loops)[0]
        hashes = np.zeros(len(table), "i8")
        loops.hash_text(*text_parts(table.column(0).combine_chunks()), hashes)
        new = starts[starts >= before]
        firsts.append(hashes[new][hashes[new] != 0])
        count += len(firsts[-1])
        if count > MOST:
            return False
        if count > looked_at:
            if not _differ(firsts):
                return False
            looked_at = 2 * count
    return _differ(firsts)


def _differ(hashes: list[Array]) -> bool:
    every = np.concatenate(hashes) if hashes else np.zeros(0, "i8")
    return len(np.unique(every)) == len(every)


def _overlapping(columns: Iterable[Any]) -> Iterator[tuple[Any, int]]:
    """Each array of ids behind the last id so far and a null that followed; how many these are."""
    before = pa.array([], pa.string())
    for column in columns:
        table = pa.table({"encounter_id": pa.concat_arrays([before, column])})
        yield table, len(before)
        named = table.column(0).drop_null()
        ends = [named[-1].as_py()] if len(named) else []
        if len(table) and not table.column(0)[-1].is_valid:
            ends.append(None)
        before = pa.array(ends, pa.string())
