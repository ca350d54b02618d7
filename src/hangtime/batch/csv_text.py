"""Tables of results as CSV, column by column: the text that row by row would be the same.

A cell is what `formats` makes of a value; it is made once for each value that a column has.
"""

# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false
# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false
# pyright: reportUnknownParameterType=false, reportAttributeAccessIssue=false
from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from hangtime.formats._cells import to_cell
from hangtime.formats._plain import json_text

_END = "\r\n"  # as RFC 4180 has it
_IN_QUOTES = '[",\r\n]'
_IN_JSON = r'["\\[:cntrl:]]'  # what a text in JSON does not hold as it is
_ROWS = 65_536  # that are made at a time: a text of Arrow has at most 2 GB


def header(names: Iterable[str]) -> bytes:
    """The first line."""
    return (",".join(names) + _END).encode()


def csv_text(table: Any, kinds: dict[str, str]) -> Iterable[memoryview]:
    """The rows of an Arrow table, some at a time; `kinds` are those of `formats.outcomes.TABLES`."""
    for begin in range(0, len(table), _ROWS):
        few = table.slice(begin, _ROWS).combine_chunks()
        cells = [_cells(few.column(name).combine_chunks(), kind) for name, kind in kinds.items()]
        rows = pc.binary_join_element_wise(pc.binary_join_element_wise(*cells, ","), "", _END)
        _, ends, held = rows.buffers()
        last = pa.Array.from_buffers(pa.int32(), len(rows) + 1, [None, ends])[-1].as_py()
        yield memoryview(held)[:last]


def _cells(values: Any, kind: str) -> Any:
    """The cells of a column; that of nothing is empty."""
    if pa.types.is_dictionary(values.type):
        return pc.fill_null(_quoted(values.dictionary).take(values.indices), "")
    if pa.types.is_list(values.type):
        texts = _lists(values)
    elif pa.types.is_string(values.type):
        texts = values
    else:
        distinct = values.dictionary_encode()
        told = [to_cell(kind, _short(each)) for each in distinct.dictionary.to_pylist()]
        texts = pa.array(told, pa.string()).take(distinct.indices)
    return _quoted(pc.fill_null(texts, ""))


def _short(value: Any) -> Any:
    """A decimal number without the zeros that its column fills it up with."""
    if not isinstance(value, Decimal):
        return value
    digits = f"{value:f}"
    return Decimal(digits.rstrip("0").rstrip(".") if "." in digits else digits)


def _lists(values: Any) -> Any:
    """Lists of texts as JSON."""
    flat = values.flatten()
    if pa.types.is_dictionary(flat.type):
        texts = _in_json(flat.dictionary).take(flat.indices)
    else:
        texts = _in_json(flat)
    begins = pc.subtract(values.offsets, values.offsets[0])
    joined = pc.binary_join(pa.ListArray.from_arrays(begins, texts), ",")
    text = pc.binary_join_element_wise("[", joined, "]", "")
    return pc.if_else(pc.is_valid(values), text, None)


def _in_json(texts: Any) -> Any:
    plain = pc.binary_join_element_wise('"', texts, '"', "")
    is_odd = pc.match_substring_regex(texts, _IN_JSON)
    if not pc.any(is_odd).as_py():
        return plain
    odd = [json_text(each) for each in texts.filter(is_odd).to_pylist()]
    return pc.replace_with_mask(plain, is_odd, pa.array(odd, pa.string()))


def _quoted(texts: Any) -> Any:
    """In quotation marks what has a comma, a quotation mark or an end of a line in it."""
    is_odd = pc.match_substring_regex(texts, _IN_QUOTES)
    doubled = pc.replace_substring(texts, '"', '""')
    return pc.if_else(is_odd, pc.binary_join_element_wise('"', doubled, '"', ""), texts)
