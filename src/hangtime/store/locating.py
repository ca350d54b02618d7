"""Where a chain was broken: which entries were changed, dropped, inserted or put elsewhere.

A row's hash tells the place it was recorded at: its fields fit their hash under one `seq` alone.  So
a row that was moved is known again, also where all rows after a missing or added one were numbered
anew; a row that fits nowhere was changed, or was never in the ledger.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from itertools import groupby, pairwise

import msgspec
from sqlalchemy.engine import Connection

from hangtime.store.ledger import NOTHING
from hangtime.store.rows import Row, rows

__all__ = ["Fault", "located"]

NEARBY = 1_000  # places to both sides at which a row is looked for
SEARCHES = 500  # rows that are looked for; the others are changed where they stand


class Fault(msgspec.Struct, frozen=True):
    """What is wrong with the ledger, and where.

    `kind`: changed, dropped, inserted, reordered, time, cut_off, rewritten or checkpoint.  `first`
    and `last`: the entries it concerns, by the `seq` they have or should have; of a checkpoint, its
    number of entries.
    """

    kind: str
    first: int
    last: int
    says: str


class _Placed(msgspec.Struct):
    """A row of the database by its hash: `place` is where it was recorded, 0 where that is nowhere."""

    seq: int
    place: int
    previous: bytes
    hash: bytes
    row: Row | None = None


def located(connection: Connection) -> list[Fault]:
    """What was done to the rows, in order; at least one fault for a chain that is broken."""
    found = _placed(connection)
    _look_for_missing(found)
    order = _in_order(found)
    moved = [each for each in found if each.place and id(each) not in order]
    stand = [each for each in found if id(each) in order]
    missing = _missing(stand, moved)
    faults = [*_strangers(found, missing), *_moved(moved, stand), *_dropped(missing)]
    faults += _misnumbered(found, order)
    faults += _unlinked(stand, {each.first for each in faults})
    return sorted(faults, key=lambda each: (each.first, each.last))


def _placed(connection: Connection) -> list[_Placed]:
    found: list[_Placed] = []
    shift = searches = 0
    for row in rows(connection):
        place = next((row.seq + by for by in (0, shift) if _fits(row, row.seq + by)), 0)
        if not place and searches < SEARCHES:
            searches += 1
            place = next((row.seq + by for by in _outward() if _fits(row, row.seq + by)), 0)
        if place:
            shift = place - row.seq
        found.append(_Placed(row.seq, place, row.previous, row.hash, None if place else row))
    return found


def _fits(row: Row, place: int) -> bool:
    return place > 0 and row.hash_at(place) == row.hash


def _outward() -> Iterator[int]:
    for by in range(1, NEARBY + 1):
        yield by
        yield -by


def _look_for_missing(found: list[_Placed]) -> None:
    """Rows that fit nowhere nearby may have come from far: the places that nobody has."""
    lost = [each for each in found if not each.place][:SEARCHES]
    taken = {each.place for each in found}
    free = [place for place in range(1, len(found) + 1) if place not in taken]
    for each in lost:
        assert each.row is not None, "what fits nowhere is kept whole"
        each.place = next((p for p in free[: 2 * NEARBY] if _fits(each.row, p)), 0)


def _in_order(found: list[_Placed]) -> set[int]:
    """Identities of the most rows that stand in the order they were recorded in.

    Of two that claim one place, the one that the next entry follows is the earlier candidate.
    """
    following = {each.previous for each in found}
    ends: list[int] = []
    chains: list[tuple[_Placed, int]] = []  # each with the index of the one before it in its chain
    last: list[int] = []
    followed = {each.place for each in found if each.hash in following}
    for each in found:
        if not each.place or (each.place in followed and each.hash not in following):
            continue
        at = bisect_left(ends, each.place)
        chains.append((each, last[at - 1] if at else -1))
        if at == len(ends):
            ends.append(each.place)
            last.append(len(chains) - 1)
        else:
            ends[at], last[at] = each.place, len(chains) - 1
    kept: set[int] = set()
    index = last[-1] if last else -1
    while index >= 0:
        each, index = chains[index]
        kept.add(id(each))
    return kept


def _missing(stand: list[_Placed], moved: list[_Placed]) -> set[int]:
    places = {each.place for each in (*stand, *moved)}
    return set(range(1, max(places, default=0) + 1)) - places


def _strangers(found: list[_Placed], missing: set[int]) -> Iterator[Fault]:
    """Rows that fit nowhere: changed where a place is free for them, inserted where none is."""
    shift = 0
    end = max((each.place for each in found), default=0)
    for each in found:
        if each.place:
            shift = each.place - each.seq
            continue
        place = each.seq + shift
        if place in missing or place == end + 1:
            missing.discard(place)
            end = max(end, place)
            yield Fault("changed", each.seq, each.seq, f"entry {each.seq} was changed.")
        else:
            says = f"the row at {each.seq} was inserted: no entry was recorded there."
            yield Fault("inserted", each.seq, each.seq, says)


def _moved(moved: list[_Placed], stand: list[_Placed]) -> Iterator[Fault]:
    held = {each.place for each in stand}
    for each in moved:
        if each.place in held:
            says = f"the row at {each.seq} was inserted: entry {each.place} is there already."
            yield Fault("inserted", each.seq, each.seq, says)
        else:
            says = f"the entry that was recorded as {each.place} stands at {each.seq}."
            first, last = sorted((each.place, each.seq))
            yield Fault("reordered", first, last, says)


def _dropped(missing: Iterable[int]) -> Iterator[Fault]:
    for _, run in groupby(enumerate(sorted(missing)), key=lambda pair: pair[1] - pair[0]):
        places = [place for _, place in run]
        first, last = places[0], places[-1]
        says = f"entry {first} was" if first == last else f"entries {first} to {last} were"
        yield Fault("dropped", first, last, f"{says} dropped.")


def _misnumbered(found: list[_Placed], order: set[int]) -> Iterator[Fault]:
    """Neighbours with nothing dropped or inserted between them, and a gap in their numbers."""
    last = _Placed(0, 0, NOTHING, NOTHING)
    for each in found:
        is_next = id(each) in order and each.place == last.place + 1
        if is_next and each.seq != last.seq + 1:
            says = (
                f"the entries that were recorded as {each.place} and on stand at {each.seq} and on."
            )
            first, end = sorted((each.place, each.seq))
            yield Fault("reordered", first, end, says)
        last = each


def _unlinked(stand: list[_Placed], told: set[int]) -> Iterator[Fault]:
    """Neighbours that both fit their hash, and not each other: one was changed and hashed again."""
    begin = [_Placed(0, 0, NOTHING, NOTHING)]
    for earlier, later in pairwise([*begin, *stand]):
        if later.place != earlier.place + 1 or later.previous == earlier.hash:
            continue
        if not told & {earlier.seq, later.seq}:
            says = (
                f"entry {earlier.seq or 1} was changed and its hash made to fit, or all after it were:"
                f" entry {later.seq} does not follow it."
            )
            yield Fault("changed", earlier.seq or 1, later.seq, says)
