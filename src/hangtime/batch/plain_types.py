"""Types of columns that every engine passes on unchanged, and the way there and back.

Engines keep a time to their own precision and zone, know no unsigned numbers, and drop
dictionaries.  So a column travels as a number or a text that they leave alone, and is cast back by
the type it had in its file.
"""

# pyright: reportAttributeAccessIssue=false, reportMissingTypeStubs=false, reportUnknownMemberType=false
# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false
# pyright: reportUnknownParameterType=false, reportMissingParameterType=false
from __future__ import annotations

from typing import Any

import pyarrow as pa

_SAME = {
    pa.string(): "string", pa.bool_(): "boolean", pa.binary(): "binary", pa.date32(): "date",
    pa.int8(): "tinyint", pa.int16(): "smallint", pa.int32(): "int", pa.int64(): "bigint",
    pa.float32(): "float", pa.float64(): "double",
}  # fmt: skip
_OTHERS = {
    pa.large_string(): pa.string(), pa.large_binary(): pa.binary(), pa.date64(): pa.date32(),
    pa.uint8(): pa.int64(), pa.uint16(): pa.int64(), pa.uint32(): pa.int64(),
    pa.uint64(): pa.decimal128(20, 0), pa.float16(): pa.float32(), pa.null(): pa.string(),
}  # fmt: skip


class NoPlainType(Exception):
    """A column of a type that has no plain one."""


def in_file(schema: Any) -> Any:
    """The schema that columns of a file are cast back to: without dictionaries, and text for null."""
    return pa.schema([field.with_type(_decoded(field.type)) for field in schema])


def travelling(schema: Any) -> Any:
    """The schema in which they travel.  Raises NoPlainType."""
    return pa.schema([field.with_type(_plain(field.type)) for field in schema])


def ddl(schema: Any) -> str:
    """A schema of plain types in the words of SQL."""
    return ", ".join(f"`{field.name}` {_sql(field.type)}" for field in schema)


def _decoded(kind: Any) -> Any:
    if pa.types.is_dictionary(kind):
        return _decoded(kind.value_type)
    if pa.types.is_list(kind):
        return pa.list_(_decoded(kind.value_type))
    if pa.types.is_large_list(kind):
        return pa.large_list(_decoded(kind.value_type))
    if pa.types.is_struct(kind):
        return pa.struct([field.with_type(_decoded(field.type)) for field in kind.fields])
    return pa.string() if pa.types.is_null(kind) else kind


def _plain(kind: Any) -> Any:
    if kind in _SAME:
        return kind
    if kind in _OTHERS:
        return _OTHERS[kind]
    if pa.types.is_dictionary(kind):
        return _plain(kind.value_type)
    if pa.types.is_timestamp(kind) or pa.types.is_time64(kind):
        return pa.int64()
    if pa.types.is_time32(kind):
        return pa.int32()
    if pa.types.is_decimal128(kind) and 0 <= kind.scale <= kind.precision:
        return kind
    if pa.types.is_list(kind) or pa.types.is_large_list(kind):
        return pa.list_(_plain(kind.value_type))
    if pa.types.is_struct(kind):
        return pa.struct([field.with_type(_plain(field.type)) for field in kind.fields])
    raise NoPlainType


def _sql(kind: Any) -> str:
    if pa.types.is_decimal(kind):
        return f"decimal({kind.precision},{kind.scale})"
    if pa.types.is_list(kind):
        return f"array<{_sql(kind.value_type)}>"
    if pa.types.is_struct(kind):
        inner = ", ".join(f"`{field.name}`: {_sql(field.type)}" for field in kind.fields)
        return f"struct<{inner}>"
    return _SAME[kind]
