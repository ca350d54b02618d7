"""What the fast path leaves over, through the strict reader and the interpreted engine."""

# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false
# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false
# pyright: reportUnknownParameterType=false, reportMissingParameterType=false
from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pyarrow as pa

from hangtime.batch.arrays import Array
from hangtime.batch.columns import Results
from hangtime.batch.layout import Chunk
from hangtime.batch.running import is_coded
from hangtime.formats._cells import from_cell
from hangtime.formats._encounters import Piece, assemble, id_of
from hangtime.formats._faults import NOTHING_LOST, finding
from hangtime.formats.reads import Place, Read
from hangtime.formats.tabular import _piece, columns
from hangtime.model import Finding, Outcome


def reads(
    table: Any, lines: Array, bounds: Iterator[tuple[int, int]], place: Callable[[int], Place], *,
    is_csv: bool, notes: dict[int, tuple[Finding, ...]],
) -> Iterator[Read]:  # fmt: skip
    """The encounters at these bounds of a table, as the strict reader reads them.

    `place` says where a line stands; `notes` are findings about the file that go with the row of a line.
    """
    listed = list(bounds)
    take = np.concatenate([np.arange(a, b) for a, b in listed]) if listed else np.zeros(0, "i8")
    rows = iter(table.take(pa.array(take)).to_pylist())
    for begin, end in listed:
        held: list[Piece] = []
        for k in range(begin, end):
            line = int(lines[k])
            values = next(rows)
            piece = _piece(_from_cells(values) if is_csv else values, place(line))
            if line in notes:
                piece = replace(piece, notes=(*notes[line], *piece.notes))
            if id_of(piece.fields) is None:
                yield assemble([piece])
                continue
            goes_on = bool(held) and line != int(lines[k - 1]) + 1
            held.append(replace(piece, is_continued=goes_on))
        if held:
            yield assemble(held)


@dataclass(frozen=True, slots=True)
class Noted:
    """What reading found about an encounter that the compiled loop coded."""

    outcome: Outcome
    rows: int = 0
    merged: int = 0
    set_aside: int = 0
    is_read: bool = False


def continued(chunk: Chunk, made: list[Results], place: Callable[[int], Place]) -> Iterator[Noted]:
    """The note of the strict reader on each coded encounter whose rows lay scattered in the file."""
    breaks = np.flatnonzero(np.diff(chunk.lines) != 1) + 1
    owners = np.searchsorted(chunk.visits.offsets, breaks, side="right") - 1
    inside = breaks != chunk.visits.offsets[owners]
    breaks, owners = breaks[inside], owners[inside]
    encounters, first = np.unique(owners, return_index=True)
    ids = chunk.table.column("encounter_id").take(pa.array(breaks[first])).to_pylist()
    coded = is_coded(chunk, made)
    for e, at, id in zip(encounters, breaks[first], ids, strict=True):
        if coded[e]:
            where = place(int(chunk.lines[at]))
            found = finding(
                "INPUT-ENCOUNTER-SPLIT", where, "encounter_id", NOTHING_LOST, severity="info"
            )
            yield Noted(Outcome(encounter_id=id, findings=(found,)))


def _from_cells(values: dict[str, Any]) -> dict[str, Any]:
    known = columns()
    return {name: from_cell(known[name], cell) for name, cell in values.items() if cell is not None}
