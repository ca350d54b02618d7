"""One sheet into the tables it holds: recognised, typed, and parted by the dates they are for.

Most sheets are one table; some that third parties packed hold several, told by a column.
"""

# pyarrow has no type stubs; tables are untyped wherever they go.
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false
# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false
# pyright: reportAttributeAccessIssue=false
from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from itertools import pairwise
from pathlib import PurePath
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from hangtime.codesets.store.layouts import DATING, KEYS, Layout
from hangtime.codesets.store.opening import DAMAGE, Piece, Sheet, unreadable
from hangtime.codesets.store.periods import period_in, published_in, revision_in, whole_quarter
from hangtime.codesets.store.recognise import Recognised, recognised, setting_in
from hangtime.codesets.store.records import Period, Refused, SetAside
from hangtime.codesets.store.typed import LINE, typed

OF_A_SETTING = ("ptp", "mue")


class Told(NamedTuple):
    """What the user said of the files, which goes before what the files say."""

    period: Period | None = None
    setting: str = ""
    published: date | None = None


class Part(NamedTuple):
    """The rows of one table in one sheet, with all that is known of it."""

    layout: Layout
    setting: str
    period: Period
    dated_by: str
    revision: int
    published: date | None
    rows: Any
    file: str
    rows_in: int
    set_aside: list[SetAside]


def parts_of(sheet: Sheet, told: Told, progress: Callable[[str], None]) -> list[Part]:
    """The tables in a sheet, or their parts.  Raises Refused, saying what is not known or not right."""
    known = recognised(sheet)
    present = [at for at, column in enumerate(known.columns) if column >= 0]
    parts: list[Any] = []
    aside: list[SetAside] = []
    count = 0
    for piece in _pieces(sheet, known.after, [known.columns[at] for at in present]):
        read = typed(piece, known.layout, present)
        parts.append(read.rows)
        aside += [SetAside(sheet.file, *fault) for fault in read.faults]
        count += len(piece.lines)
        progress(f"{sheet.file}: {count:,} rows read")
    if not parts or not sum(len(part) for part in parts):
        raise Refused(f"{sheet.file}: {known.layout.name}, with no row that can be stored.")
    rows = _finished(pa.concat_tables(parts), known.layout)
    _holds_together(sheet, known, rows, count, aside)
    return _parted(sheet, known, told, rows, aside, count)


def _pieces(sheet: Sheet, after: int, wanted: list[int]) -> Iterator[Piece]:
    """The rows of a sheet; Refused where the file turns out to be damaged on the way."""
    try:
        yield from sheet.pieces(after, wanted)
    except (*DAMAGE, pa.ArrowException) as error:
        raise unreadable(sheet.file, error) from None


def last_key(part: Part) -> str:
    """The highest of the keys by which the part's rows are found."""
    return str(pc.max(part.rows[KEYS[part.layout.kind]]).as_py())


def _holds_together(
    sheet: Sheet, known: Recognised, rows: Any, count: int, aside: list[SetAside]
) -> None:
    """A table of which much cannot be read is of another layout, whatever its titles say."""
    if 2 * len(rows) < count:
        first = aside[0]
        raise Refused(
            f"{sheet.file}: titles of {known.layout.name}, but {count - len(rows)} of {count} rows"
            f" do not fit it; line {first.line}, {first.field}: {first.reason}."
        )


def _finished(rows: Any, layout: Layout) -> Any:
    """Add the columns that are made of others."""
    if layout.kind in ("gpci", "oppscap") and "number" in rows.column_names:
        mac = pc.utf8_lpad(rows["mac"], 5, "0")
        number = pc.utf8_lpad(rows["number"], 2, "0")
        rows = rows.append_column("locality", pc.binary_join_element_wise(mac, number, ""))
        rows = rows.drop_columns(["mac", "number"])
    if layout.kind == "icd10cm" and "is_billable" not in rows.column_names:
        rows = rows.append_column("is_billable", _has_none_beneath(rows["code"]))
    return rows


def _has_none_beneath(codes: Any) -> Any:
    """Whether no other code of the list begins with this one; only such codes are billed."""
    ordered = sorted(codes.to_pylist())
    above = {a for a, b in pairwise(ordered) if b.startswith(a) and a != b}
    return pa.chunked_array([pa.array([code not in above for code in codes.to_pylist()])])


def _parted(
    sheet: Sheet, known: Recognised, told: Told, rows: Any, aside: list[SetAside], count: int
) -> list[Part]:
    columns = [f.name for f in known.layout.fields if f.holds == DATING]
    columns = [name for name in columns if name in rows.column_names]
    kept = rows.drop_columns(columns)
    each_of = list(_by_dates(rows, columns)) or [("", kept)]
    found: list[Part] = []
    for said, part in each_of:
        period, dated_by = _period(sheet, known, told, said)
        found.append(
            Part(
                layout=known.layout,
                setting=_setting(sheet, known, told, said),
                period=period,
                dated_by=dated_by,
                revision=revision_in(said) or revision_in(sheet.file),
                published=told.published or published_in(known.titles) or sheet.modified,
                rows=part.drop_columns([name for name in columns if name in part.column_names]),
                file=sheet.file,
                rows_in=len(part),
                set_aside=[],
            )
        )
    found = _from_the_quarters_first_day(found, columns)
    # Rows that could not be read belong to no table in particular: they are counted at the first.
    found[0] = found[0]._replace(
        set_aside=aside, rows_in=found[0].rows_in + count - sum(len(part) for _, part in each_of)
    )
    return _without_superseded(found)


def _by_dates(rows: Any, columns: list[str]) -> Iterator[tuple[str, Any]]:
    if not columns:
        return
    said = pc.binary_join_element_wise(*[pc.fill_null(rows[name], "") for name in columns], " to ")
    for value in pc.unique(said).to_pylist():
        yield str(value), rows.filter(pc.equal(said, value))


def _from_the_quarters_first_day(found: list[Part], columns: list[str]) -> list[Part]:
    """A label names the month of publication; the first of a quarter holds from its first day."""
    if found[0].layout.kind != "opps" or not columns:
        return found
    earliest = {
        each.period.last: each.period.first for each in sorted(found, key=_starts, reverse=True)
    }
    return [
        each._replace(period=whole_quarter(each.period))
        if each.period.first == earliest[each.period.last]
        else each
        for each in found
    ]


def _starts(part: Part) -> date:
    return part.period.first


def _without_superseded(found: list[Part]) -> list[Part]:
    """Of two tables of the same dates in one file the later stays; the other is set aside."""
    best: dict[Period, Part] = {}
    for each in found:
        other = best.get(each.period)
        if other is None:
            best[each.period] = each
            continue
        late, early = (each, other) if each.revision > other.revision else (other, each)
        lines = early.rows[LINE].to_pylist()
        gone = [SetAside(each.file, line, "dates", "a later table of the same dates is in the file") for line in lines]  # fmt: skip
        best[each.period] = late._replace(
            rows_in=late.rows_in + early.rows_in,
            set_aside=late.set_aside + early.set_aside + gone,
        )
    return list(best.values())


def _period(sheet: Sheet, known: Recognised, told: Told, said: str) -> tuple[Period, str]:
    if told.period:
        inside = period_in(said or known.titles, known.layout.span)
        if said and inside and inside != told.period:
            raise Refused(f"{sheet.file}: its rows are of {inside[0]} to {inside[1]}, not as told.")
        return told.period, "option"
    if " to " in said:
        first, last = said.split(" to ")
        return Period(date.fromisoformat(first), date.fromisoformat(last)), "content"
    span = known.layout.span
    by_row = period_in(said, span)
    if by_row:
        return by_row, "content"
    for is_a_year_enough in (False, True):
        in_content = period_in(known.titles, span, is_a_year_enough=is_a_year_enough)
        if in_content:
            return in_content, "content"
        for name in _names(sheet):
            in_name = period_in(name, span, is_a_year_enough=is_a_year_enough)
            if in_name:
                return in_name, "file name"
    raise Refused(
        f"{sheet.file}: {known.layout.name}, but neither its content nor its name says for"
        " which dates. Give --quarter 2024Q3, or --from and --until."
    )


def _setting(sheet: Sheet, known: Recognised, told: Told, said: str) -> str:
    if known.layout.kind not in OF_A_SETTING:
        return ""
    found = setting_in(said) or setting_in(known.titles)
    found = found or told.setting or next(filter(None, map(setting_in, _names(sheet))), "")
    if not found:
        raise Refused(
            f"{sheet.file}: {known.layout.name}, but nothing says whose edits they are. Give"
            " --setting professional or --setting facility."
        )
    return found


def _names(sheet: Sheet) -> tuple[str, str]:
    """The file's own name, and that with the archive it came in."""
    return PurePath(sheet.file).stem, sheet.file
