"""One chunk through the compiled loop: room for its results, again where they did not fit, counts."""

# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false
# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false
# pyright: reportUnknownParameterType=false, reportMissingParameterType=false
from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import numpy as np
import pyarrow as pa

from hangtime.batch.arrays import Array
from hangtime.batch.catalogue import Catalogue
from hangtime.batch.columns import MOST_LISTED, WIDEST, Results, results, scratch
from hangtime.batch.compiled import Loops
from hangtime.batch.layout import Chunk
from hangtime.batch.left import CODED, REASONS
from hangtime.batch.local import Counts
from hangtime.decode import SEVERITIES
from hangtime.rules._card import CARDS

_TEXT = 1 << 20  # beyond the number of any text of a code or modifier


def code_chunk(chunk: Chunk, catalogue: Catalogue, loops: Loops, thread: Any) -> list[Results]:
    """Code the chunk's encounters; one set of results for each time the tables were full."""
    offsets = chunk.visits.offsets
    widest = min(WIDEST, int(np.diff(offsets).max(initial=1)))
    known = catalogue.known()
    listed = min(MOST_LISTED, chunk.listed)
    room = _scratch(thread, (widest, chunk.others, listed), known.codes.shape[1])
    encounters, rows = len(offsets) - 1, int(offsets[-1])
    made: list[Results] = []
    first = 0
    while first < encounters:
        made.append(results(encounters, rows - int(offsets[first]), widest, chunk.others))
        reached = loops.code_all(first, chunk.rows, chunk.visits, known, room, made[-1])
        # One that does not fit into empty tables is for the interpreted engine.
        first = max(reached, first + 1)
    return made


def _scratch(thread: Any, needed: tuple[int, int, int], codes: int) -> Any:
    """This thread's scratch tables, made anew only where an encounter is wider than any before.

    `needed` are rows, services and accesses, pauses and changes of rate.
    """
    size = getattr(thread, "size", (64, 8, 64))
    most = tuple(max(*each) for each in zip(size, needed, strict=True))
    if most != size or not hasattr(thread, "scratch"):
        thread.size = most
        rows, others, listed = most
        thread.scratch = scratch(rows, others, listed, codes)
    return thread.scratch


def fates(chunk: Chunk, made: list[Results]) -> Array:
    """What became of each encounter, by the numbers of `left`."""
    found = np.zeros(len(chunk.visits.offsets) - 1, "u1")
    for each in made:
        found = np.where(each.fates, each.fates, found)
    return found


def is_coded(chunk: Chunk, made: list[Results]) -> Array:
    """Which encounters the compiled loop coded."""
    return fates(chunk, made) == CODED


def left_over(chunk: Chunk, made: list[Results]) -> Iterator[tuple[int, int]]:
    """First and last row of the encounters that the compiled loop left."""
    offsets = chunk.visits.offsets
    for e in np.flatnonzero(~is_coded(chunk, made)):
        yield int(offsets[e]), int(offsets[e + 1])


def counts_of(chunk: Chunk, made: list[Results], catalogue: Catalogue) -> Counts:
    """Rows, lines by code with modifiers, findings by severity and rule."""
    became = fates(chunk, made)
    coded = became == CODED
    counts = Counts(
        encounters=int(coded.sum()),
        rows=int(np.diff(chunk.visits.offsets)[coded].sum()),
        merged=sum(int(each.used[0]["merged"]) for each in made),
        left=Counter({REASONS[each]: n for each, n in Counter(became[~coded].tolist()).items()}),
    )
    with catalogue.lock:
        texts = list(catalogue.texts)
    for each in made:
        _count_lines(each, texts, counts)
        _count_findings(each, counts)
    return counts


def _count_lines(made: Results, texts: list[str], counts: Counts) -> None:
    lines = made.lines[: made.used[0]["lines"]]
    ends = lines["mods_to"].astype("i8")
    begins = np.concatenate([[0], ends[:-1]])[: len(ends)]
    key = lines["code"].astype("i8")
    for place in (0, 1):
        has = ends - begins > place
        mods = made.line_mods[np.where(has, begins + place, 0)]
        key = key * _TEXT + np.where(has, mods + 1, 0)
    is_long = ends - begins > 2
    distinct = pa.array(key[~is_long]).dictionary_encode()
    places = distinct.indices.to_numpy()
    units = np.bincount(places, weights=lines["units"][~is_long])
    for value, count, of in zip(
        distinct.dictionary.to_pylist(), np.bincount(places).tolist(), units.tolist(), strict=True
    ):
        rest, second = divmod(value, _TEXT)
        code, first = divmod(rest, _TEXT)
        parts = [texts[code], *(texts[mod - 1] for mod in (first, second) if mod)]
        _add(counts, "-".join(parts), count, int(of))
    for n in np.flatnonzero(is_long):
        parts = [texts[lines["code"][n]], *(texts[m] for m in made.line_mods[begins[n] : ends[n]])]
        _add(counts, "-".join(parts), 1, int(lines["units"][n]))


def _add(counts: Counts, code: str, lines: int, units: int) -> None:
    counts.lines[code] += lines
    counts.units[code] += units


def _count_findings(made: Results, counts: Counts) -> None:
    found = made.found[: made.used[0]["found"]]
    size = len(CARDS)
    times = np.bincount(found["severity"].astype("i8") * size + found["rule"])
    for key in np.flatnonzero(times):
        severity, rule = divmod(int(key), size)
        named = SEVERITIES[severity]  # pyright: ignore[reportArgumentType]
        counts.findings += Counter({(named, CARDS[rule].id): int(times[key])})
