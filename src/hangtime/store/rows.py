"""Rows of the ledger as they lie in the database, whatever somebody did to them.

A row that was tampered with may hold what no entry can: a text that is none, a time that is none.
Here nothing is decoded, so nothing fails; a hash that does not fit says the rest.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from hangtime.store.tables import UTC, ledger_entry
from hangtime.store.verifier import HASHED, entry_hash

__all__ = ["Row", "rows"]

AT_A_TIME = 1_000
_SQLITE_MOMENT = re.compile(rb"(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d\.\d{6})")
_TYPE = "type of "
_COLUMNS = tuple(ledger_entry.c)
_POSTGRESQL_MOMENT = 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'


class Row(NamedTuple):
    """One row: `fields` are what its hash is taken over, in bytes where they are text.

    `is_kept` is false where a value is not kept as this program keeps it, such as a text where bytes
    belong: it reads the same here and would not elsewhere.
    """

    seq: int
    subject: bytes
    nth: int
    recorded_at: bytes
    previous: bytes
    hash: bytes
    fields: dict[str, Any]
    is_kept: bool

    def hash_at(self, seq: int) -> bytes | None:
        """The hash its fields would have as entry `seq`; None where no entry is kept like that."""
        return entry_hash(self.fields | {"seq": seq}) if self.is_kept else None


def rows(connection: Connection, subject: str | None = None) -> Iterator[Row]:
    """Every row by `seq`, or those of a subject, a thousand in memory at a time."""
    is_sqlite = connection.dialect.name == "sqlite"
    columns = _raw_sqlite() if is_sqlite else _raw_postgresql()
    query = sa.select(*columns).order_by(ledger_entry.c.seq)
    if subject is not None:
        query = query.where(ledger_entry.c.subject == subject)
    for found in connection.execute(query, execution_options={"yield_per": AT_A_TIME}):
        yield _row(found._asdict(), is_sqlite)


def _raw_sqlite() -> Iterator[sa.ColumnElement[Any]]:
    for column in ledger_entry.c:
        if column.name in {"seq", "nth"}:
            yield column
        else:
            yield sa.cast(column, sa.LargeBinary).label(column.name)
        yield sa.func.typeof(column).label(f"{_TYPE}{column.name}")


def _sqlite_type(column: sa.Column[Any]) -> str:
    kinds: dict[type[Any], str] = {sa.Text: "text", sa.LargeBinary: "blob", UTC: "text"}
    return kinds.get(type(column.type), "integer")


def _raw_postgresql() -> Iterator[sa.ColumnElement[Any]]:
    for column in ledger_entry.c:
        if column.name == "recorded_at":
            universal = sa.func.timezone("UTC", column)
            yield sa.func.to_char(universal, _POSTGRESQL_MOMENT).label(column.name)
        else:
            yield column


def _row(found: dict[str, Any], is_sqlite: bool) -> Row:
    raw = {name: _bytes(value) for name, value in found.items()}
    at = _SQLITE_MOMENT.fullmatch(raw["recorded_at"]) if is_sqlite else None
    is_kept = not is_sqlite or (
        at is not None and all(found[_TYPE + each.name] == _sqlite_type(each) for each in _COLUMNS)
    )
    recorded_at = b"%bT%bZ" % at.groups() if at else raw["recorded_at"]
    texts = {"recorded_at": recorded_at, "previous": raw["previous"].hex()}
    fields = {name: raw[name] for name in HASHED} | texts
    nth = found["nth"] if isinstance(found["nth"], int) else 0
    return Row(
        found["seq"],
        raw["subject"],
        nth,
        recorded_at,
        raw["previous"],
        raw["hash"],
        fields,
        is_kept,
    )


def _bytes(value: Any) -> bytes:
    if isinstance(value, bytes):
        return value
    return b"" if value is None else str(value).encode("utf-8")
