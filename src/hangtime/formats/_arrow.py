"""The tabular form in Arrow's types.  Imported only where Parquet is read or written.

Times are text in ISO 8601: one column may hold times with an offset beside times without, which
no timestamp type can.  Reading takes timestamps as well.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pyarrow as pa

from hangtime.formats._fields import RECORDS, TEXTS, Field, fields_of
from hangtime.formats._plain import plain

_EXACT = pa.decimal128(38, 18)
_TYPES: dict[str, Any] = {
    "date": pa.date32(),
    "number": _EXACT,
    "whole": pa.int32(),
    "yes_no": pa.bool_(),
    TEXTS: pa.list_(pa.string()),
}


def arrow_type(field: Field) -> Any:
    """The Arrow type of a field's column."""
    if field.kind == RECORDS:
        assert field.record is not None
        inner = fields_of(field.record).values()
        return pa.list_(pa.struct([(each.name, arrow_type(each)) for each in inner]))
    return kind_type(field.kind)


def kind_type(kind: str) -> Any:
    """The Arrow type of a kind of value; text where nothing better holds it."""
    return _TYPES.get(kind, pa.string())


def arrow_value(value: Any) -> Any:
    """A value of the model as Arrow takes it."""
    if value is None or isinstance(value, bool | int | str | Decimal):
        return value
    if isinstance(value, tuple):
        return [_entry(each) for each in value]  # pyright: ignore[reportUnknownVariableType]
    if type(value) is date:
        return value
    return plain(value)


def _entry(value: Any) -> Any:
    if isinstance(value, str):
        return value
    return {name: arrow_value(getattr(value, name)) for name in fields_of(type(value))}
