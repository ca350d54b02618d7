"""One chunk through the compiled loop: room for its results, again where they did not fit, counts."""

# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false
# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false
# pyright: reportUnknownParameterType=false, reportMissingParameterType=false
from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import numpy as np

from hangtime.batch.arrays import Array, distinct_of
from hangtime.batch.catalogue import Catalogue
from hangtime.batch.columns import MOST_LISTED, WIDEST, scratch
from hangtime.batch.compiled import Loops
from hangtime.batch.layout import Chunk
from hangtime.batch.left import CODED, REASONS
from hangtime.batch.local import Counts
from hangtime.batch.results import Results, for_encounters, results, room_for
from hangtime.decode import SEVERITIES
from hangtime.rules._card import CARDS

_TEXT = 1 << 20  # beyond the number of any text of a code or modifier


def code_chunk(chunk: Chunk, catalogue: Catalogue, loops: Loops, thread: Any) -> list[Results]:
    """Code the chunk's encounters; one set of results for each time the tables were full.

    The tables of the first set are this thread's: they are good until it codes the next chunk.
    """
    offsets = chunk.visits.offsets
    widest = min(WIDEST, int(np.diff(offsets).max(initial=1)))
    known = catalogue.known()
    listed = min(MOST_LISTED, chunk.listed)
    room = _scratch(thread, (widest, chunk.others, listed), known.codes.shape[1])
    encounters, rows = len(offsets) - 1, int(offsets[-1])
    made: list[Results] = []
    first = 0
    while first < encounters:
        lengths = room_for(rows - int(offsets[first]), widest, chunk.others)
        tables = results(lengths) if made else _tables(thread, lengths)
        made.append(for_encounters(tables, encounters))
        reached = loops.code_all(first, chunk.rows, chunk.visits, known, room, made[-1])
        # One that does not fit into empty tables is for the interpreted engine.
        first = max(reached, first + 1)
    return made


def _tables(thread: Any, needed: dict[str, int]) -> Results:
    """Tables of the lengths that are needed, from this thread's, which grow with the largest chunk.

    No longer ones: where tables are full, and rows so end up in a table of their own, is a matter
    of the chunk and not of what the thread had before.
    """
    lengths = getattr(thread, "lengths", needed)
    most = {name: max(lengths[name], length) for name, length in needed.items()}
    if most != lengths or not hasattr(thread, "results"):
        thread.lengths, thread.results = most, results(most)
    return thread.results._replace(
        **{name: getattr(thread.results, name)[:length] for name, length in needed.items()}
    )


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


def counts_of(chunk: Chunk, made: list[Results], catalogue: Catalogue, loops: Loops) -> Counts:
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
        _count_lines(each, texts, loops, counts)
        _count_findings(each, counts)
    return counts


def _count_lines(made: Results, texts: list[str], loops: Loops, counts: Counts) -> None:
    lines = made.lines[: made.used[0]["lines"]]
    times, units = np.zeros((2, len(texts)), "i8")
    others = np.empty(len(lines), "i8")
    others = others[: loops.count_lines(lines, times, units, others)]
    for code in np.flatnonzero(times).tolist():
        _add(counts, texts[code], int(times[code]), int(units[code]))
    _count_modified(made, lines, others, texts, counts)


def _count_modified(
    made: Results, lines: Array, at: Array, texts: list[str], counts: Counts
) -> None:
    """Count lines that have modifiers."""
    ends = lines["mods_to"].astype("i8")[at]
    begins = np.where(at > 0, lines["mods_to"][at - 1], 0) if len(at) else ends
    key = lines["code"].astype("i8")[at]
    for place in (0, 1):
        has = ends - begins > place
        mods = made.line_mods[np.where(has, begins + place, 0)]
        key = key * _TEXT + np.where(has, mods + 1, 0)
    is_long = ends - begins > 2
    distinct, places = distinct_of(key[~is_long])
    units = np.bincount(places, weights=lines["units"][at[~is_long]])
    for value, count, of in zip(
        distinct.tolist(), np.bincount(places).tolist(), units.tolist(), strict=True
    ):
        rest, second = divmod(value, _TEXT)
        code, first = divmod(rest, _TEXT)
        parts = [texts[code], *(texts[mod - 1] for mod in (first, second) if mod)]
        _add(counts, "-".join(parts), count, int(of))
    for n in np.flatnonzero(is_long):
        parts = [texts[lines["code"][at[n]]]]
        parts += [texts[mod] for mod in made.line_mods[begins[n] : ends[n]]]
        _add(counts, "-".join(parts), 1, int(lines["units"][at[n]]))


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
