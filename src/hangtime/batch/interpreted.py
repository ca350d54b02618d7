"""What the fast path leaves over, through the strict reader and the interpreted engine."""

# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false
# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false
# pyright: reportUnknownParameterType=false, reportMissingParameterType=false
# pyright: reportAttributeAccessIssue=false
from __future__ import annotations

from collections.abc import Callable, Container, Iterator
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from hangtime.batch.arrays import Array
from hangtime.batch.layout import Chunk
from hangtime.batch.results import Results
from hangtime.batch.running import is_coded
from hangtime.batch.together import _FILE as FILE
from hangtime.batch.together import _LINES as LINES
from hangtime.batch.written import interpreted_tables
from hangtime.formats._cells import from_cell
from hangtime.formats._encounters import Piece, assemble, cut_short, id_of
from hangtime.formats._faults import IN_THEIR_ORDER, finding
from hangtime.formats.reads import Place, Read
from hangtime.formats.tabular import _piece, columns
from hangtime.model import Finding, Outcome

StandBehind = Callable[[Array, Array], Array]  # lines of rows before, lines; which stand behind


def reads(
    table: Any, lines: Array, bounds: Iterator[tuple[int, int]], place: Callable[[int], Place], *,
    is_csv: bool, notes: dict[int, tuple[Finding, ...]], behind: StandBehind,
    short: Container[int],
) -> Iterator[Read]:  # fmt: skip
    """The encounters at these bounds of a table, as the strict reader reads them.

    `place` says where a line stands; `notes` are findings about the file that go with the row of a
    line; `behind` says which rows stand right behind others; `short` are the first rows of
    encounters that are cut short.
    """
    listed = list(bounds)
    take = np.concatenate([np.arange(a, b) for a, b in listed]) if listed else np.zeros(0, "i8")
    rows = iter(table.take(pa.array(take)).to_pylist())
    is_behind = iter(behind(lines[take - 1], lines[take]).tolist())
    for begin, end in listed:
        held: list[Piece] = []
        for k in range(begin, end):
            line, follows = int(lines[k]), next(is_behind)
            piece = piece_of(next(rows), place(line), notes.get(line, ()), is_csv=is_csv)
            if id_of(piece.fields) is None:
                yield assemble([piece])
                continue
            held.append(replace(piece, is_continued=bool(held) and not follows))
        if held:
            yield cut_short(held) if begin in short else assemble(held)


def piece_of(
    values: dict[str, Any], place: Place, notes: tuple[Finding, ...], *, is_csv: bool
) -> Piece:
    """A row of a table as the strict reader takes it; `notes` are findings about its file."""
    piece = _piece(_from_cells(values) if is_csv else values, place)
    return replace(piece, notes=(*notes, *piece.notes)) if notes else piece


@dataclass(frozen=True, slots=True)
class Noted:
    """What reading found about an encounter, beside its coding."""

    outcome: Outcome


class Apart(NamedTuple):
    """Findings on encounters whose rows lay scattered: as a table, and one a file with all lines."""

    table: Any
    faults: list[tuple[Finding, list[int]]]


def continued(
    chunk: Chunk, made: list[Results], place: Callable[[int], Place], behind: StandBehind
) -> Apart | None:
    """The notes of the strict reader on coded encounters whose rows lay scattered in the file.

    Of rows in no order nearly every encounter has one.
    """
    breaks = np.flatnonzero(~behind(chunk.lines[:-1], chunk.lines[1:])) + 1
    owners = np.searchsorted(chunk.visits.offsets, breaks, side="right") - 1
    inside = breaks != chunk.visits.offsets[owners]
    encounters, first = np.unique(owners[inside], return_index=True)
    at = breaks[inside][first][is_coded(chunk, made)[encounters]]
    if not len(at):
        return None
    _, firsts, files = np.unique(chunk.lines[at] >> FILE, return_index=True, return_inverse=True)
    lines = chunk.lines[at] & LINES
    said = [
        finding("INPUT-ENCOUNTER-SPLIT", where, "encounter_id", IN_THEIR_ORDER, severity="info")
        for where in (place(int(chunk.lines[at[n]])) for n in firsts)
    ]
    ids = chunk.table.column("encounter_id").take(pa.array(at)).combine_chunks()
    faults = [(found, lines[files == n].tolist()) for n, found in enumerate(said)]
    return Apart(_said_of(said, ids.cast(pa.string()), lines, files), faults)


def _said_of(said: list[Finding], ids: Any, lines: Array, files: Array) -> Any:
    """A table of findings: what is said of the row's file, with its own encounter and line."""
    table = interpreted_tables([Noted(Outcome(encounter_id="", findings=(each,))) for each in said])
    found = table["findings"]
    parts = [
        facts.rpartition(f'"line":{each.reason.facts["line"]},')
        for facts, each in zip(found.column("facts").to_pylist(), said, strict=True)
    ]
    begins, ends = (
        pa.array([each[side] for each in parts]).take(pa.array(files)) for side in (0, 2)
    )
    numbers = pa.array(lines).cast(pa.string())
    facts = pc.binary_join_element_wise(
        begins, pa.scalar('"line":'), numbers, pa.scalar(","), ends, ""
    )
    found = found.take(pa.array(files))
    own = {"encounter_id": ids, "line": pa.array(lines).cast(pa.int32()), "facts": facts}
    for name, values in own.items():
        found = found.set_column(found.column_names.index(name), name, values)
    return found


def _from_cells(values: dict[str, Any]) -> dict[str, Any]:
    known = columns()
    return {name: from_cell(known[name], cell) for name, cell in values.items() if cell is not None}
