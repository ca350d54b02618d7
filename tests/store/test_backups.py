"""Backups: taken while others write, restored elsewhere, into either database, and verified."""

from __future__ import annotations

import io
import json
import threading
from collections.abc import Callable
from datetime import UTC, date, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from databases import KINDS, fresh_url, migrated_url
from hangtime import store
from hangtime.store.backups import UnusableBackup, backup, restore
from hangtime.store.verifying import verify
from ledgers import Signer, entry, filled

NOON = datetime(2026, 3, 2, 12, 0, 0, 123456, tzinfo=UTC)
OF_ITS_TYPE: dict[type[Any], Any] = {
    sa.LargeBinary: b"\x00\xff", sa.Boolean: True, sa.DateTime: NOON, sa.Date: date(2026, 3, 2),
    sa.Float: 1.5, sa.Integer: 7, sa.JSON: {"a": [1]},
}  # fmt: skip


def written(engine: sa.Engine) -> bytes:
    file = io.BytesIO()
    backup(engine, file)
    return file.getvalue()


def rows_of(content: bytes) -> list[bytes]:
    """All but the first line, which says when, and the last, which has the digest."""
    return content.splitlines()[1:-1]


def fill_every_table(engine: sa.Engine) -> None:
    """A row in each table the program has, with each kind of value; keys refer to one another."""
    tables = sa.MetaData()
    tables.reflect(engine)
    with engine.begin() as connection:
        for table in tables.sorted_tables:
            if table.name not in {"ledger_entry", "checkpoint", "alembic_version"}:
                row = {each.name: value_for(each, engine) for each in table.c}
                connection.execute(sa.insert(table), row)


def value_for(column: sa.Column[Any], engine: sa.Engine) -> Any:
    for kind, value in OF_ITS_TYPE.items():
        if isinstance(column.type, kind):
            is_naive = kind is sa.DateTime and engine.dialect.name == "sqlite"
            return value.replace(tzinfo=None) if is_naive else value
    return "größer – 'x'"


@pytest.fixture
def another(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[str], sa.Engine]:
    """`another(kind)` is an engine on an empty database."""

    def made(kind: str) -> sa.Engine:
        engine = store.connect(fresh_url(kind, tmp_path, request))
        request.addfinalizer(engine.dispose)
        return engine

    return made


@pytest.mark.parametrize("kind", KINDS)
def test_a_backup_restores_into_either_database_row_for_row(
    engine: sa.Engine, another: Callable[[str], sa.Engine], tmp_path: Path, kind: str
) -> None:
    fill_every_table(engine)
    filled(engine, 9)
    signer = Signer(tmp_path)
    signer.sign(engine)
    content = written(engine)
    target = another(kind)

    kept = restore(io.BytesIO(content), target, keys=[signer.public])

    assert kept.rows["ledger_entry"] == kept.report.covered == 9
    assert kept.rows["read_log"] == kept.rows["account"] == 1
    assert rows_of(written(target)) == rows_of(content)
    assert store.Ledger(target).append(None, entry(99)).seq == 10
    with target.begin() as connection:
        store.log_read(connection, "a", "v", "w")
        assert store.reads(connection)[0].id == 8, "new rows are numbered after the restored"
    with pytest.raises(sa.exc.DBAPIError, match="append-only"), target.begin() as connection:
        connection.exec_driver_sql("DELETE FROM ledger_entry")


@pytest.mark.parametrize("kind", KINDS)
def test_a_backup_under_load_is_one_moment_of_the_ledger(
    engine: sa.Engine, another: Callable[[str], sa.Engine], kind: str
) -> None:
    ledger, is_over = filled(engine, 300), threading.Event()

    def write() -> None:
        number = 300
        while not is_over.is_set():
            ledger.append_all(None, [entry(number), entry(number + 1, "visit-2")])
            number += 2

    writer = threading.Thread(target=write)
    writer.start()
    try:
        contents = [written(engine) for _ in range(3)]
    finally:
        is_over.set()
        writer.join()
    target = another(kind)
    kept = restore(io.BytesIO(contents[-1]), target)

    everything = ledger.after(0, limit=100_000)
    restored = store.Ledger(target).after(0, limit=100_000)
    assert 300 < len(restored) < len(everything)
    assert len(restored) % 2 == 0, "a transaction is there whole or not at all"
    assert restored == everything[: len(restored)]
    assert kept.report.is_sound and verify(target).is_sound


DAMAGED: dict[str, tuple[Callable[[list[bytes]], list[bytes]], str]] = {
    "nothing in it": (lambda lines: [], "line 1 cannot be read"),
    "something else": (lambda lines: [b"name,birth_date\n"], "line 1 cannot be read"),
    "cut off": (lambda lines: lines[:-1], "its end is missing"),
    "a line left out": (lambda lines: [*lines[:3], *lines[4:]], "does not follow|damaged"),
    "a row of the read log left out": (lambda lines: [x for x in lines if b'"read_log",[' not in x], "damaged"),
    "two lines swapped": (lambda lines: [*lines[:2], lines[3], lines[2], *lines[4:]], "does not follow|damaged"),
    "an author changed": (lambda lines: [x.replace(b"nurse-1", b"nurse-2") for x in lines], "damaged"),
    "half a line": (lambda lines: [*lines[:2], lines[2][:20] + b"\n", *lines[3:]], "line 3 cannot be read"),
    "something after its end": (lambda lines: [*lines, lines[2]], "goes on after"),
    "a table nobody knows": (lambda lines: [lines[0], b'["patients",[1]]\n', *lines[1:]], "line 2 is no row"),
    "a row too short": (lambda lines: [lines[0], b'["read_log",[1]]\n', *lines[1:]], "line 2 is no row"),
    "another format": (lambda lines: [lines[0].replace(b"backup-1", b"backup-9"), *lines[1:]], "another format"),
    "a later revision": (lambda lines: [lines[0].replace(b'"revision":"0', b'"revision":"9'), *lines[1:]], "does not know"),
}  # fmt: skip


FORGED = (
    {}, {"number": "x"}, {"at": "x"}, {"at": 5}, {"bytes": "!!"}, {"on": "x"}, {"other": 1},
    {"at": "2026-01-01T00:00:00Z", "on": "x"}, {"json": {}}, "text", None, [1], 10**30, 1.5,
)  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_a_forged_row_with_a_digest_that_fits_is_refused_and_the_database_stays_empty(
    kind: str, another: Callable[[str], sa.Engine]
) -> None:
    source = another("sqlite")
    store.migrate(source)
    filled(source, 2)
    lines, target = written(source).splitlines(keepends=True), another(kind)
    at = next(i for i, each in enumerate(lines) if each.startswith(b'["ledger_entry"'))

    for value in FORGED:
        for column in (6, 8):  # recorded_at, body
            name, row = json.loads(lines[at])
            row[column] = value
            forged = [*lines[:at], json.dumps([name, row]).encode() + b"\n", *lines[at + 1 : -1]]
            end = json.loads(lines[-1]) | {"sha256": sha256(b"".join(forged)).hexdigest()}
            with pytest.raises(UnusableBackup):
                restore([*forged, json.dumps(end).encode()], target)
            assert sa.inspect(target).get_table_names() == []


@pytest.mark.parametrize("kind", KINDS)
def test_a_damaged_backup_leaves_the_database_empty(
    kind: str, another: Callable[[str], sa.Engine], request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    source = store.connect(migrated_url(kind, tmp_path, request))
    filled(source, 6)
    with source.begin() as connection:
        store.log_read(connection, "a", "v", "w")
    lines, target = written(source).splitlines(keepends=True), another(kind)

    for name, (damage, said) in DAMAGED.items():
        if kind == "postgresql" and name not in {"cut off", "an author changed"}:
            continue  # the file is read before either database sees a row of it
        with pytest.raises(UnusableBackup, match=said):
            restore(damage(list(lines)), target)
        assert sa.inspect(target).get_table_names() == [], name
    restore(lines, target)
    with pytest.raises(UnusableBackup, match="not empty"):
        restore(lines, target)
    source.dispose()


def test_a_backup_of_a_ledger_that_was_tampered_with_says_so_and_is_not_restored(
    tmp_path: Path, another: Callable[[str], sa.Engine]
) -> None:
    source = another("sqlite")
    store.migrate(source)
    filled(source, 6)
    with source.begin() as connection:
        connection.exec_driver_sql("DROP TRIGGER ledger_entry_refuses_update")
        connection.exec_driver_sql("UPDATE ledger_entry SET author = 'x' WHERE seq = 3")
    file = io.BytesIO()

    kept = backup(source, file)

    assert [each.first for each in kept.report.faults] == [3]
    with pytest.raises(UnusableBackup, match="entry 3 was changed"):
        restore(io.BytesIO(file.getvalue()), another("sqlite"))
