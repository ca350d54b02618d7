"""Batches of rows in, whole encounters out: the encounter that a batch cuts is carried over.

Rows of an encounter have to stand together.  `order_of` says beforehand whether they do; where
they do not, the rows are sorted first.
"""

# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false
# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false
# pyright: reportUnknownParameterType=false, reportMissingParameterType=false
from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa

from hangtime.batch.arrays import Array
from hangtime.batch.compiled import Loops
from hangtime.batch.reading import text_parts


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


def stand_together(columns: Iterable[Any], loops: Loops) -> bool:
    """Whether the rows of every encounter stand together, by the column of ids alone.

    Where ids only rise they do.  Else the hashes of all encounters are compared, eight bytes each.
    """
    rises = grows = True
    last: Any = None
    firsts: list[Array] = []
    for column in columns:
        before = [] if last is None else [last]
        table = pa.table({"encounter_id": pa.concat_arrays([*before, column])})
        starts, goes_up, gets_longer = starts_of(table, loops)
        rises, grows = rises and goes_up, grows and gets_longer
        new = starts[starts >= len(before)]
        hashes = np.zeros(len(table), "i8")
        loops.hash_text(*text_parts(table.column(0).combine_chunks()), hashes)
        firsts.append(hashes[new][hashes[new] != 0])
        last = column.slice(len(column) - 1)
    every = np.concatenate(firsts) if firsts else np.zeros(0, "i8")
    return rises or grows or len(np.unique(every)) == len(every)
