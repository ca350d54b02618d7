"""Backups: every table as JSON Lines, in one form that both databases write and restore.

The first line says what is in the file, the last how many rows there were and the SHA-256 of all
before it.  Between them each line is a table's name and one row; what JSON has no form for stands in
an object that names it: `{"bytes": …}`, `{"at": …}`.

A backup is one state of the database: writers go on while it is taken.  A restore happens whole or
not at all, and only where the ledger in it verifies.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, BinaryIO, cast

import msgspec
import sqlalchemy as sa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import StatementError

from hangtime.errors import UserError
from hangtime.store.database import reading
from hangtime.store.ledger import moment
from hangtime.store.migrating import assert_current, head_revision, known_revisions, migrate_on
from hangtime.store.verifying import Report, verify_on

__all__ = ["Kept", "UnusableBackup", "backup", "restore"]

FORMAT = "hangtime-backup-1"
AT_A_TIME = 500
_OF_ALEMBIC = "alembic_version"


class UnusableBackup(UserError):
    """A backup that cannot be restored; the message names table and line, and no value."""


class Kept(msgspec.Struct, frozen=True):
    """What a backup holds: rows of each table, and what verifying its ledger found."""

    rows: dict[str, int]
    report: Report


class _Head(msgspec.Struct, frozen=True):
    format: str
    revision: str
    taken_at: datetime
    tables: dict[str, list[str]]


class _End(msgspec.Struct, frozen=True):
    rows: dict[str, int]
    sha256: str


def backup(engine: Engine, file: BinaryIO) -> Kept:
    """Write every table to a file, as of now; the chain of its ledger is verified beside it.

    Raises UnusableDatabase unless the database is at this version's revision.
    """
    assert_current(engine)
    digest, counts = hashlib.sha256(), dict[str, int]()

    def write(content: Any) -> None:
        line = msgspec.json.encode(content) + b"\n"
        digest.update(line)
        file.write(line)

    with reading(engine) as connection:
        tables = _tables(connection)
        columns = {str(each.name): [str(column.name) for column in each.c] for each in tables}
        write(_Head(FORMAT, head_revision(), datetime.now(UTC), columns))
        for table in tables:
            counts[table.name] = 0
            for row in _rows(connection, table):
                write([str(table.name), [_plain(each) for each in row]])
                counts[table.name] += 1
        file.write(msgspec.json.encode(_End(counts, digest.hexdigest())) + b"\n")
        return Kept(counts, verify_on(connection))


def restore(
    file: Iterable[bytes], engine: Engine, *, keys: Iterable[Ed25519PublicKey] | None = None
) -> Kept:
    """Fill an empty database from a backup, and verify its ledger there.

    Raises UnusableBackup where the file is damaged or not whole, the database is not empty, or the
    ledger does not verify; the database is then as empty as before.
    """
    with engine.begin() as connection:
        if sa.inspect(connection).get_table_names():
            raise UnusableBackup("the database is not empty: restore into a new one.")
        lines = _Lines(file)
        migrate_on(connection, lines.head.revision)
        tables = {each.name: each for each in _tables(connection)}
        if lines.head.tables != {name: [c.name for c in each.c] for name, each in tables.items()}:
            raise UnusableBackup("its tables are not those of its revision: it was changed.")
        for table in reversed(tables.values()):
            if connection.scalar(sa.select(sa.func.count()).select_from(table)):
                connection.execute(sa.delete(table))  # what the migrations put there
        for name, rows in lines.batches():
            _insert(connection, tables[name], rows)
        _count_on(connection, tables.values())
        migrate_on(connection)
        report = verify_on(connection, keys=keys)
        if not report.is_sound:
            raise UnusableBackup(f"the ledger in it does not verify: {report.faults[0].says}")
        return Kept(lines.counts, report)


class _Lines:
    """The lines of a backup, read once; it is whole and undamaged when `batches` has ended."""

    def __init__(self, file: Iterable[bytes]) -> None:
        self._file = iter(file)
        self._digest = hashlib.sha256()
        self.counts: dict[str, int] = {}
        line = next(self._file, b"")
        self._digest.update(line)
        self.head = _decoded(line, _Head, 1)
        if self.head.format != FORMAT:
            raise UnusableBackup("it is of another format, or no backup.")
        if self.head.revision not in known_revisions():
            raise UnusableBackup(
                f"it is at revision {self.head.revision}, which this version does not know:"
                " restore it by the version that wrote it."
            )

    def batches(self) -> Iterator[tuple[str, list[list[Any]]]]:
        """Rows of one table after another."""
        self.counts = dict.fromkeys(self.head.tables, 0)
        table, rows = "", list[list[Any]]()
        for number, line in enumerate(self._file, 2):
            if line.startswith(b"{"):
                if rows:
                    yield table, rows
                self._end(_decoded(line, _End, number))
                return
            self._digest.update(line)
            name, row = _decoded(line, tuple[str, list[Any]], number)
            if name not in self.counts or len(row) != len(self.head.tables[name]):
                raise UnusableBackup(f"line {number} is no row of its tables.")
            if rows and (name != table or len(rows) == AT_A_TIME):
                yield table, rows
                rows = []
            self.counts[name] += 1
            table = name
            rows.append(row)
        raise UnusableBackup("its end is missing: it is not whole.")

    def _end(self, end: _End) -> None:
        if end.rows != self.counts or end.sha256 != self._digest.hexdigest():
            raise UnusableBackup("it is damaged: its digest is another than that of its rows.")
        if next(self._file, None) is not None:
            raise UnusableBackup("it goes on after its end.")


def _decoded(line: bytes, wanted: Any, number: int) -> Any:
    try:
        return msgspec.json.decode(line, type=wanted)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise UnusableBackup(f"line {number} cannot be read: damaged, or no backup.") from None


def _tables(connection: Connection) -> list[sa.Table]:
    """Every table as it is in the database, those first that others refer to."""
    found = sa.MetaData()
    found.reflect(connection, only=lambda name, _: name != _OF_ALEMBIC)
    return found.sorted_tables


def _rows(connection: Connection, table: sa.Table) -> Iterator[sa.Row[Any]]:
    key = table.primary_key.columns.values()
    query = sa.select(table).order_by(*key)
    yield from connection.execute(query, execution_options={"yield_per": AT_A_TIME})


def _insert(connection: Connection, table: sa.Table, rows: list[list[Any]]) -> None:
    is_sqlite = connection.dialect.name == "sqlite"
    names = [each.name for each in table.c]
    try:
        made = [[_value(each, is_sqlite) for each in row] for row in rows]
        connection.execute(sa.insert(table), [dict(zip(names, row, strict=True)) for row in made])
    except (StatementError, ArithmeticError, KeyError, TypeError, ValueError):
        raise UnusableBackup(
            f"a row of {table.name} is refused by the database: it does not follow the one before,"
            " or is not what the table holds."
        ) from None


def _plain(value: Any) -> Any:
    """A value as JSON has it."""
    if isinstance(value, bytes):
        return {"bytes": base64.b64encode(value).decode()}
    if isinstance(value, datetime):
        universal = value if value.tzinfo else value.replace(tzinfo=UTC)
        return {"at": moment(universal)}
    if isinstance(value, date):
        return {"on": value.isoformat()}
    if isinstance(value, Decimal):
        return {"number": str(value)}
    is_nested = isinstance(value, dict | list)
    return {"json": cast(Any, value)} if is_nested else value


_FORMS: dict[str, Callable[[Any], Any]] = {
    "bytes": base64.b64decode,
    "on": date.fromisoformat,
    "number": Decimal,
    "json": lambda content: content,
}


def _value(plain: Any, is_sqlite: bool) -> Any:
    """The value again; SQLite keeps universal time without saying so."""
    if not isinstance(plain, dict):
        return plain
    ((form, content),) = cast("dict[str, Any]", plain).items()
    if form == "at":
        at = datetime.fromisoformat(content)
        return at.replace(tzinfo=None) if is_sqlite else at
    return _FORMS[form](content)


def _count_on(connection: Connection, tables: Iterable[sa.Table]) -> None:
    """PostgreSQL numbers new rows after the restored ones; SQLite does so by itself."""
    if connection.dialect.name != "postgresql":
        return
    for table in tables:
        for column in table.primary_key.columns:
            if not isinstance(column.type, sa.Integer):
                continue
            counter = connection.scalar(
                sa.select(sa.func.pg_get_serial_sequence(f'"{table.name}"', column.name))
            )
            last = connection.scalar(sa.select(sa.func.max(column)))
            if counter is not None and last is not None:
                connection.execute(sa.select(sa.func.setval(counter, last)))
