"""Cells into values: a column at a time, and a row with a cell that cannot be one is set aside.

Numbers are kept as decimals of six places, dates as dates; an empty cell is none.
"""

# pyarrow has no type stubs; arrays are untyped wherever they go.
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false
# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false
# pyright: reportAttributeAccessIssue=false
from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from hangtime.codesets.store.layouts import (
    CODE,
    CODE_OR_MODIFIER,
    DATE,
    DATING,
    DIAGNOSIS,
    DIGIT,
    NDC,
    NUMBER,
    TEXT,
    WHOLE,
    YES_NO,
    Layout,
)
from hangtime.codesets.store.opening import Piece

LINE = "line"
SAID = " to "  # between what several columns say of a row's dates
DECIMAL = pa.decimal128(18, 6)
_DAMAGED = re.compile(r"[0-9A-Z]{5}[^\x00-\x7f]+")
# An NDC with a part that is a digit short, and with the zero that fills it; RE2 reads \10 as \1, 0.
_SHORT = (
    (r"^([0-9]{4})-([0-9]{4})-([0-9]{2})$", r"0\1\2\3"),
    (r"^([0-9]{5})-([0-9]{3})-([0-9]{2})$", r"\10\2\3"),
    (r"^([0-9]{5})-([0-9]{4})-([0-9])$", r"\1\20\3"),
)
_DAY = r"^(?:19|20|99)[0-9]{2}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])$"


class Fault(NamedTuple):
    """A row that could not be read, and what it says of its dates or whose it is."""

    line: int
    field: str
    reason: str
    said: str


class Typed(NamedTuple):
    """Rows that could be read, with their lines, and those that could not."""

    rows: Any
    faults: list[Fault]


def typed(piece: Piece, layout: Layout, present: list[int]) -> Typed:
    """The values of a piece whose columns are those of the fields numbered `present`."""
    lines = pa.array(piece.lines, pa.int32())
    good = pa.array([True] * len(lines))
    faults: dict[int, tuple[str, str]] = {}
    columns: dict[str, Any] = {}
    for number, cells in zip(present, piece.columns, strict=True):
        field = layout.fields[number]
        read, _ = _READERS[field.holds]
        text = _emptied(cells, "*" if field.holds == DATE else "")
        values = read(text)
        bad = pc.and_(pc.is_null(values), pc.is_valid(text))
        if field.is_filled:
            bad = pc.or_(bad, pc.is_null(text))
        for at in pc.indices_nonzero(bad).to_pylist():
            faults.setdefault(at, (field.name, _reason(field.holds, text[at].as_py())))
        good = pc.and_(good, pc.invert(bad))
        columns[field.name] = values
    for name, pattern, reason in layout.outside:
        outside = pc.fill_null(pc.match_substring_regex(columns[name], pattern), False)
        for at in pc.indices_nonzero(outside).to_pylist():
            faults.setdefault(at, (name, reason))
        good = pc.and_(good, pc.invert(outside))
    rows = pa.table({**columns, LINE: lines}).filter(good)
    dating = [columns[f.name] for f in layout.fields if f.holds == DATING and f.name in columns]
    said = {at: SAID.join(column[at].as_py() or "" for column in dating) for at in faults}
    return Typed(rows, [Fault(piece.lines[at], *faults[at], said[at]) for at in sorted(faults)])


def _reason(holds: str, text: str | None) -> str:
    if text is None:
        return "empty"
    if holds == CODE and _DAMAGED.fullmatch(text.upper()):
        return "a code with a damaged mark after it"
    return _READERS[holds][1]


def _emptied(cells: Any, none: str) -> Any:
    """Trimmed text; an empty cell, and the sign that stands for none, become none."""
    trimmed = pc.utf8_trim_whitespace(cells)
    is_none = pc.is_in(trimmed, value_set=pa.array(["", none]))
    return pc.if_else(is_none, pa.scalar(None, pa.string()), trimmed)


def _matching(text: Any, pattern: str) -> Any:
    """The text where the pattern fits it, else none."""
    return pc.if_else(pc.match_substring_regex(text, pattern), text, pa.scalar(None, pa.string()))


def _code(text: Any) -> Any:
    return _matching(pc.utf8_upper(text), r"^[0-9A-Z]{5}$")


def _code_or_modifier(text: Any) -> Any:
    return _matching(pc.utf8_upper(text), r"^[0-9A-Z]{2}(?:[0-9A-Z]{3})?$")


def _ndc(text: Any) -> Any:
    """Eleven digits without hyphens; what is no NDC but a maker's own number stays as it is."""
    upper = pc.utf8_upper(text)
    for pattern, filled in _SHORT:
        upper = pc.replace_substring_regex(upper, pattern, filled)
    is_ndc = pc.match_substring_regex(upper, r"^[0-9]{4,5}-?[0-9]{3,4}-?[0-9]{1,2}$")
    return pc.if_else(is_ndc, pc.replace_substring(upper, "-", ""), upper)


def _diagnosis(text: Any) -> Any:
    plain = pc.replace_substring(pc.utf8_upper(text), ".", "")
    return _matching(plain, r"^[A-Z][0-9A-Z]{2,6}$")


def _number(text: Any) -> Any:
    plain = pc.replace_substring_regex(text, r"[$,% ]", "")
    shown = _matching(plain, r"^-?(?:[0-9]{1,9}(?:\.[0-9]*)?|\.[0-9]+)(?:[eE]-[0-9]{1,2})?$")
    return pc.round(shown.cast(pa.float64()), 6).cast(DECIMAL)


def _whole(text: Any) -> Any:
    return _matching(text, r"^[0-9]{1,9}$").cast(pa.int32())


def _digit(text: Any) -> Any:
    """The digit a cell begins with: `3 Date of Service Edit: Clinical` is 3."""
    led = _matching(text, r"^[0-9](?:$|[^0-9.])")
    return pc.utf8_slice_codeunits(led, 0, 1).cast(pa.uint8())


def _date(text: Any) -> Any:
    """20240701, 2024-07-01 or 07/01/2024; a star says there is none and comes out empty."""
    dashed = pc.replace_substring_regex(text, r"^([0-9]{4})([0-9]{2})([0-9]{2})$", r"\1-\2-\3")
    dashed = pc.replace_substring_regex(dashed, r"^([0-9]{2})/([0-9]{2})/([0-9]{4})$", r"\3-\1-\2")
    days = pc.strptime(_matching(dashed, _DAY), "%Y-%m-%d", "s", error_is_null=True)
    return days.cast(pa.date32())


def _yes_no(text: Any) -> Any:
    return pc.equal(_matching(text, r"^(?:yes|no)$"), "yes")


_READERS: dict[str, tuple[Callable[[Any], Any], str]] = {
    CODE: (_code, "not a code of five characters"),
    CODE_OR_MODIFIER: (_code_or_modifier, "neither a code nor a modifier"),
    TEXT: (lambda text: text, "not text"),
    DATING: (lambda text: text, "not text"),
    NUMBER: (_number, "not a number"),
    WHOLE: (_whole, "not a whole number"),
    DIGIT: (_digit, "does not begin with a digit of its own"),
    DATE: (_date, "not a date"),
    NDC: (_ndc, "not a product number"),
    DIAGNOSIS: (_diagnosis, "a heading, not a diagnosis code"),
    YES_NO: (_yes_no, "neither yes nor no"),
}
