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
from hangtime.codesets.store.periods import (
    FISCAL,
    YEAR,
    period_in,
    published_in,
    revision_in,
    whole_quarter,
)
from hangtime.codesets.store.recognise import Recognised, recognised, setting_in
from hangtime.codesets.store.records import Period, Refused, SetAside
from hangtime.codesets.store.typed import LINE, SAID, Fault, typed

OF_A_SETTING = ("ptp", "mue")
WORDS = {"professional": "practitioner", "facility": "hospital", "supplier": "supplier"}


class Told(NamedTuple):
    """What the user said of the files: it fills what their content lacks, and goes before their names."""

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
    faults: list[Fault] = []
    count = 0
    for piece in _pieces(sheet, known.after, [known.columns[at] for at in present]):
        read = typed(piece, known.layout, present)
        parts.append(read.rows)
        faults += read.faults
        count += len(piece.lines)
        progress(f"{sheet.file}: {count:,} rows read")
    if not parts or not sum(len(part) for part in parts):
        raise Refused(f"{sheet.file}: {known.layout.name}, with no row that can be stored.")
    rows = _finished(pa.concat_tables(parts), known.layout)
    _holds_together(sheet, known, rows, count, faults)
    return _parted(sheet, known, told, rows, faults)


def _pieces(sheet: Sheet, after: int, wanted: list[int]) -> Iterator[Piece]:
    """The rows of a sheet; Refused where the file turns out to be damaged on the way."""
    try:
        yield from sheet.pieces(after, wanted)
    except (*DAMAGE, pa.ArrowException) as error:
        raise unreadable(sheet.file, error) from None


def last_key(part: Part) -> str:
    """The highest of the keys by which the part's rows are found."""
    return str(pc.max(part.rows[KEYS[part.layout.kind]]).as_py())


def initials(parts: list[Part]) -> set[str]:
    """With which characters the keys begin."""
    keys = pa.chunked_array(
        [chunk for part in parts for chunk in part.rows[KEYS[part.layout.kind]].chunks]
    )
    return set(pc.unique(pc.utf8_slice_codeunits(keys, 0, 1)).to_pylist())


def _holds_together(
    sheet: Sheet, known: Recognised, rows: Any, count: int, faults: list[Fault]
) -> None:
    """A table of which much cannot be read is of another layout, whatever its titles say."""
    if 2 * len(rows) < count:
        first = faults[0]
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
    sheet: Sheet, known: Recognised, told: Told, rows: Any, faults: list[Fault]
) -> list[Part]:
    columns = [f.name for f in known.layout.fields if f.holds == DATING]
    columns = [name for name in columns if name in rows.column_names]
    kept = rows.drop_columns(columns)
    each_of = list(_by_dates(rows, columns)) or [("", kept)]
    aside = _by_table(sheet, faults, [said for said, _ in each_of])
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
                rows_in=len(part) + len(aside[said]),
                set_aside=aside[said],
            )
        )
    return _without_superseded(_from_the_quarters_first_day(found, columns))


def _by_table(sheet: Sheet, faults: list[Fault], each_of: list[str]) -> dict[str, list[SetAside]]:
    """Rows set aside, by the table that their dates name; at the first where they name none."""
    aside: dict[str, list[SetAside]] = {said: [] for said in each_of}
    for fault in faults:
        row = SetAside(sheet.file, fault.line, fault.field, fault.reason)
        aside[fault.said if fault.said in aside else each_of[0]].append(row)
    return aside


def _by_dates(rows: Any, columns: list[str]) -> Iterator[tuple[str, Any]]:
    if not columns:
        return
    said = pc.binary_join_element_wise(*[pc.fill_null(rows[name], "") for name in columns], SAID)
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
    span = known.layout.span
    inside = _rows_period(sheet, said, span) or period_in(
        known.titles, span, is_a_year_enough=False
    )
    if inside:
        if told.period not in (None, inside, whole_quarter(inside)):
            raise _contradicted(sheet, inside, told)
        return inside, "content"
    if told.period:
        year = period_in(known.titles, FISCAL if span == FISCAL else YEAR)
        if year and not year.first <= told.period.first <= told.period.last <= year.last:
            raise _contradicted(sheet, year, told)
        return told.period, "option"
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


def _rows_period(sheet: Sheet, said: str, span: str) -> Period | None:
    """The dates that a row's own columns give."""
    if SAID not in said:
        return period_in(said, span)
    first, last = said.split(SAID)
    try:
        return Period(date.fromisoformat(first), date.fromisoformat(last))
    except ValueError:
        raise Refused(f"{sheet.file}: a row has no first and last date like 2024-07-01.") from None


def _contradicted(sheet: Sheet, inside: Period, told: Told) -> Refused:
    """What is said where an option names other dates than the content."""
    given = told.period or inside
    return Refused(
        f"{sheet.file}: its content says {inside.first} to {inside.last}, the options say"
        f" {given.first} to {given.last}. Give no dates, or those of the file."
    )


def _setting(sheet: Sheet, known: Recognised, told: Told, said: str) -> str:
    if known.layout.kind not in OF_A_SETTING:
        return ""
    found = setting_in(said) or setting_in(known.titles)
    if found and told.setting and found != told.setting:
        raise Refused(
            f"{sheet.file}: its content says that these are {WORDS[found]} edits, and --setting"
            f" says {told.setting}. Leave --setting out."
        )
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
