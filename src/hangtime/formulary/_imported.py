"""The shipped products together with what imported HCPCS files add to them.

A file adds codes, last days, and a unit that changed, from the file's first day on.  Names, routes
and makers of a shipped code stay as they are shipped; of a shipped code an older file says nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from hangtime.codesets.imported import SLICES, Slice, cells_of
from hangtime.errors import UserError
from hangtime.formulary.products import Product

PUBLISHED = date(2025, 10, 1)  # first day of the file that the shipped products were read from
DAY = timedelta(1)
Row = dict[str, str]
Periods = list[Product]


class Joined(NamedTuple):
    """Products by code and first day; and the first day on which each file decides something."""

    products: tuple[Product, ...]
    since: tuple[tuple[str, date], ...]


class _File(NamedTuple):
    """One imported file; `rows` by code, without a quantity where nobody has read the unit."""

    name: str
    first: date
    rows: dict[str, Row]


def joined(
    shipped: Iterable[Product],
    slices: Iterable[Slice],
    columns: list[str],
    made: Callable[[Row], Product],
) -> Joined:
    """Join the slices to the shipped products, the earliest first; `made` makes one of a row."""
    held: dict[str, Periods] = {}
    for each in shipped:
        held.setdefault(each.hcpcs, []).append(each)
    known = frozenset(held)
    since: list[tuple[str, date]] = []
    for file in sorted((_file(each, columns) for each in slices), key=lambda file: file.first):
        changed = dict(_changed(held, known, file, made))
        days = [_first_change(held.get(code, []), after) for code, after in changed.items()]
        if file.first > PUBLISHED:
            days.append(file.first)
        if days:
            since.append((file.name, min(days)))
        held |= changed
    return Joined(tuple(each for code in sorted(held) for each in held[code]), tuple(since))


def _file(found: Slice, columns: list[str]) -> _File:
    cells = (cells for name in SLICES[found.kind] for cells in cells_of(found, name))
    try:
        rows = [dict(zip(columns, each, strict=True)) for each in cells]
    except ValueError:
        raise UserError(
            f"{found.name} was imported by another version of hangtime. Import its file again."
        ) from None
    return _File(found.name, found.first, {row["hcpcs"]: row for row in rows})


def _changed(
    held: dict[str, Periods], known: frozenset[str], file: _File, made: Callable[[Row], Product]
) -> Iterator[tuple[str, Periods]]:
    """The codes of which a file says something new, with their periods as they are from now on."""
    for code, row in file.rows.items():
        before = held.get(code, [])
        if not before:
            after = list(_new(made(row), file)) if row["quantity"] else []
        elif code in known and file.first < PUBLISHED:
            continue
        else:
            after = _continued(before, row, file, made)
        if after != before:
            yield code, after
    for code in held.keys() - known - file.rows.keys():
        if held[code] and held[code][-1].last is None:  # a later file no longer has it
            yield code, _until(held[code], file.first - DAY)


def _new(read: Product, file: _File) -> Iterator[Product]:
    """A code that is not shipped, and so was not in force when the shipped file was published."""
    first, last = read.first, read.last
    if file.first < PUBLISHED:
        last = last or PUBLISHED - DAY
    elif first < PUBLISHED:
        first = file.first
    if last is None or first <= last:
        yield replace(read, first=first, last=last)


def _continued(before: Periods, row: Row, file: _File, made: Callable[[Row], Product]) -> Periods:
    """The periods of a code that is known, with the unit and the last day that a file states."""
    *earlier, latest = before
    ends = date.fromisoformat(row["until"]) if row["until"] else None
    if row["quantity"] and (ends is None or ends >= file.first):
        has_ended = latest.last is not None and latest.last < file.first
        if has_ended:  # and is in force again
            earlier.append(latest)
            latest = _from(file.first, latest, made(row))
        elif not _is_same_unit(latest, row):
            if latest.first < file.first:
                earlier.append(replace(latest, last=file.first - DAY))
            latest = _from(max(latest.first, file.first), latest, made(row))
    if ends and (latest.last is None or file.first > PUBLISHED):
        return _until([*earlier, latest], ends)
    return [*earlier, latest]


def _from(first: date, known: Product, read: Product) -> Product:
    return replace(
        known,
        quantity=read.quantity,
        measure=read.measure,
        second=read.second,
        is_up_to=read.is_up_to,
        first=first,
        last=None,
    )


def _until(periods: Periods, last: date) -> Periods:
    kept = [each for each in periods if each.first <= last]
    return [*kept[:-1], *(replace(each, last=last) for each in kept[-1:])]


def _is_same_unit(known: Product, row: Row) -> bool:
    """A second part that is not stated of one of the two tells them not apart."""
    seconds = {known.second, row["second"]} - {""}
    unit = Decimal(row["quantity"]), row["measure"], row["up_to"] == "yes"
    return unit == (known.quantity, known.measure, known.is_up_to) and len(seconds) < 2


def _first_change(before: Periods, after: Periods) -> date:
    """The first day on which periods that are not the same say different things."""
    starts = {each.first for each in (*before, *after)}
    starts |= {each.last + DAY for each in (*before, *after) if each.last and each.last < date.max}
    differing = (day for day in sorted(starts) if _on(before, day) != _on(after, day))
    return next(differing, date.max)


def _on(periods: Periods, day: date) -> tuple[object, ...]:
    held = next((each for each in periods if each.holds_on(day)), None)
    return (held.quantity, held.measure, held.is_up_to, held.second) if held else ()
