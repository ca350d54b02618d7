"""Migrations: from nothing and from a filled database, to exactly the tables the program knows."""

from __future__ import annotations

import importlib
import pkgutil
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

import hangtime
from hangtime import store
from hangtime.store.checkpoints import latest
from hangtime.store.migrating import known_revisions
from hangtime.store.verifying import verify
from ledgers import Signer, entry, filled


def test_the_tables_are_those_the_program_knows(engine: sa.Engine) -> None:
    for found in pkgutil.walk_packages(hangtime.__path__, "hangtime."):
        if found.name.endswith(".tables") and not found.name.startswith("hangtime.codesets"):
            importlib.import_module(found.name)

    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_server_default": False})
        different = compare_metadata(context, store.metadata)

    assert different == []


def test_a_filled_first_database_keeps_its_ledger_through_every_migration(
    database: str, tmp_path: Path
) -> None:
    engine, signer = store.connect(database), Signer(tmp_path)
    store.migrate(engine, "0001")
    filled(engine, 12)
    signer.sign(engine)
    with engine.begin() as connection:
        store.log_read(connection, "account-1", "visit-1", "visit.read")
    before = store.Ledger(engine).after(0)

    store.migrate(engine)

    assert store.Ledger(engine).after(0) == before
    report = verify(engine, keys=[signer.public])
    assert report.is_sound and report.covered == 12
    with store.reading(engine) as connection:
        assert latest(connection).size == 12
        assert len(store.reads(connection)) == 1
    assert store.Ledger(engine).append(None, entry(99)).seq == 13
    with pytest.raises(sa.exc.DBAPIError, match="append-only"), engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM ledger_entry")
    engine.dispose()


def test_migrating_again_changes_nothing(engine: sa.Engine) -> None:
    filled(engine, 3)

    store.migrate(engine)

    assert store.revision(engine) == store.head_revision()
    assert verify(engine).entries == 3
    store.assert_current(engine)


def test_programs_that_start_together_migrate_once(database: str) -> None:
    engines = [store.connect(database) for _ in range(4)]
    with ThreadPoolExecutor(4) as threads:
        list(threads.map(store.migrate, engines))

    assert {store.revision(each) for each in engines} == {store.head_revision()}
    for each in engines:
        each.dispose()


def test_a_database_of_another_version_is_left_alone(database: str) -> None:
    engine = store.connect(database)
    with pytest.raises(store.UnusableDatabase, match="no ledger"):
        store.assert_current(engine)
    store.migrate(engine, "0001")
    if store.head_revision() != "0001":
        with pytest.raises(store.UnusableDatabase, match="at revision 0001"):
            store.assert_current(engine)
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")

    with pytest.raises(store.UnusableDatabase, match="revision 9999, which this version does not"):
        store.migrate(engine)
    engine.dispose()


def test_revisions_follow_one_another(engine: sa.Engine) -> None:
    assert known_revisions() == {f"{n:04d}" for n in range(1, int(store.head_revision()) + 1)}


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("mysql://user:secret@host/name", "told by sqlite:///FILE or postgresql"),
        ("sqlite://", "told by"),
        ("sqlite:///:memory:", "told by"),
        ("sqlite:////no/such/folder/ledger.db", "cannot be made"),
        ("postgresql://user:secret@127.0.0.1:1/name", "cannot be opened"),
    ],
)
def test_a_database_that_cannot_be_opened_is_named_without_its_password(
    url: str, said: str
) -> None:
    with pytest.raises(store.UnusableDatabase, match=said) as refused:
        store.connect(url)

    assert "secret" not in str(refused.value)


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("some notes\n" * 200)

    with pytest.raises(store.UnusableDatabase, match="cannot be opened"):
        store.connect(str(path))
    with pytest.raises(store.UnusableDatabase, match="no such file"):
        store.connect(str(tmp_path / "absent.db"), must_exist=True)


def test_a_new_file_is_its_owners_alone_and_survives_a_crash(tmp_path: Path) -> None:
    engine = store.connect(f"sqlite:///{tmp_path / 'ledger.db'}")
    store.migrate(engine)
    with engine.connect() as connection:
        settings = [
            connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys")
        ]

    assert settings == ["wal", 2, 1]
    assert {each.stat().st_mode & 0o777 for each in tmp_path.iterdir()} == {0o600}
    engine.dispose()


def test_an_error_of_the_database_says_no_value(engine: sa.Engine) -> None:
    row = {"read_at": datetime.now(UTC), "account_id": None, "visit_id": "secret", "what": "w"}
    table = store.metadata.tables["read_log"]

    with pytest.raises(sa.exc.IntegrityError) as refused, engine.begin() as connection:
        connection.execute(sa.insert(table), row)

    told = str(refused.value).partition("DETAIL")[0]
    assert "secret" not in told


def test_a_time_without_an_offset_is_not_stored(engine: sa.Engine) -> None:
    with pytest.raises(sa.exc.StatementError, match="offset"), engine.begin() as connection:
        store.log_read(connection, "a", "v", "w", at=datetime(2026, 3, 2, 12))
