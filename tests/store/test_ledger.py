"""Appending: gapless, chained, repeatable, and never undone."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
import sqlalchemy as sa

from hangtime import store
from hangtime.store.ledger import NOTHING
from hangtime.store.tables import APPEND_ONLY
from ledgers import entry, filled

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def test_entries_are_numbered_and_each_holds_the_hash_of_the_one_before(engine: sa.Engine) -> None:
    entries = filled(engine, 7).after(0)

    assert [each.seq for each in entries] == [1, 2, 3, 4, 5, 6, 7]
    assert [each.nth for each in entries] == [1, 1, 1, 2, 2, 2, 3]
    assert entries[0].previous == NOTHING
    assert all(later.previous == earlier.hash for earlier, later in pairwise(entries))
    assert store.Ledger(engine).head() == entries[-1]


def test_what_was_written_is_read(engine: sa.Engine) -> None:
    ledger = filled(engine, 7)

    written = ledger.append(None, entry(8, body='{"text":"Grüße"}'.encode(), stream="coding"))

    assert ledger.find("entry-8") == written
    assert ledger.of("visit-1", stream="coding") == [written]
    assert ledger.of("visit-1", after=written.seq) == []
    assert [each.seq for each in ledger.after(2, limit=2)] == [3, 4]


def test_the_same_entry_again_is_the_first_one(engine: sa.Engine) -> None:
    ledger = store.Ledger(engine)
    first = ledger.append(None, entry(1))

    again = ledger.append(None, entry(1))

    assert again.was_there and not first.was_there
    assert (again.seq, again.hash, again.recorded_at) == (1, first.hash, first.recorded_at)
    assert ledger.head() == first


def test_another_entry_under_the_same_id_is_refused_by_the_field_that_differs(
    engine: sa.Engine,
) -> None:
    ledger = store.Ledger(engine)
    first = ledger.append(None, entry(1))

    for field in ("stream", "subject", "kind", "author", "body"):
        other = entry(1, **{field: b'{"text":"secret"}' if field == "body" else "secret"})
        with pytest.raises(store.DifferentEntry, match=f"another {field}") as refused:
            ledger.append(None, other)
        assert "secret" not in str(refused.value)
    assert ledger.after(0) == [first]


UNUSABLE = [
    ("entry_id", ""), ("subject", "a\nb"), ("author", "\x00"), ("kind", "x" * 201),
    ("stream", "\ud800"), ("body", b""), ("body", b"\xff"), ("body", b"{"),
    ("body", b'"' + b"x" * 1_000_000 + b'"'),
]  # fmt: skip


def test_an_entry_that_cannot_be_stored_is_refused_by_its_field(engine: sa.Engine) -> None:
    for field, value in UNUSABLE:
        made = {"entry_id": "1", "stream": "s", "subject": "s", "kind": "k", "author": "a"}
        made |= {"body": b"{}", field: value}
        with pytest.raises(store.UnusableEntry, match=f"^{field}"):
            store.Ledger(engine).append(None, store.NewEntry(**made))
    assert store.Ledger(engine).head() is None


def test_several_are_appended_all_or_none(engine: sa.Engine) -> None:
    ledger = filled(engine, 2)

    with pytest.raises(store.DifferentEntry):
        ledger.append_all(None, [entry(7), entry(8), entry(1, author="somebody else")])

    assert len(ledger.after(0)) == 2


def test_an_entry_shares_the_fate_of_the_transaction_it_was_appended_in(engine: sa.Engine) -> None:
    ledger = filled(engine, 2)

    with engine.begin() as connection:
        ledger.append(connection, entry(7))
        assert ledger.head(connection).seq == 3
        connection.rollback()

    assert ledger.head().seq == 2


def test_the_time_of_recording_goes_on_though_the_clock_goes_back(engine: sa.Engine) -> None:
    clock = iter([NOON, NOON - timedelta(hours=1), NOON + timedelta(microseconds=1)])
    ledger = store.Ledger(engine, now=lambda: next(clock))

    times = [ledger.append(None, entry(number)).recorded_at for number in range(3)]

    assert times == [NOON, NOON + timedelta(microseconds=1), NOON + timedelta(microseconds=2)]
    assert [each.recorded_at for each in ledger.after(0)] == times


def test_many_writers_make_one_chain(engine: sa.Engine) -> None:
    """Forty appenders at once, every entry sent twice, some of them several in a transaction."""
    ledger = store.Ledger(engine)

    def send(number: int) -> None:
        part = [entry(2 * number), entry(2 * number + 1, "visit-2")]
        ledger.append_all(None, part)
        ledger.append(None, part[0])

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(send, [*range(40), *range(40)]))

    entries = ledger.after(0)
    assert [each.seq for each in entries] == list(range(1, 81))
    assert all(later.previous == earlier.hash for earlier, later in pairwise(entries))
    assert sorted(each.nth for each in entries if each.subject == "visit-2") == list(range(1, 41))


def test_a_reader_waits_for_no_writer_and_cannot_write(engine: sa.Engine) -> None:
    ledger = filled(engine, 2)

    with engine.begin() as connection:
        ledger.append(connection, entry(7))
        assert ledger.head().seq == 2
    with store.reading(engine) as connection:
        assert ledger.head(connection).seq == 3
        ledger.append(None, entry(8))
        assert ledger.head(connection).seq == 3, "it sees one state throughout"
        with pytest.raises(sa.exc.DBAPIError, match=r"read-?only"):
            store.log_read(connection, "account", "visit", "visit.read")


@pytest.mark.parametrize("table", [each.name for each in APPEND_ONLY])
def test_no_row_is_changed_or_deleted(engine: sa.Engine, table: str) -> None:
    filled(engine, 2)
    with engine.begin() as connection:
        store.log_read(connection, "account-1", "visit-1", "visit.read")
        row = {"size": 1, "signed_at": NOON, "document": b"", "hashes": b"", "subjects": b""}
        connection.execute(sa.insert(store.metadata.tables["checkpoint"]), row)
    key = {"ledger_entry": "seq", "checkpoint": "size", "read_log": "id"}[table]
    attacks = [f"UPDATE {table} SET {key} = {key}", f"DELETE FROM {table}"]
    if engine.dialect.name == "sqlite":
        attacks.append(f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}")
        attacks.append(f"REPLACE INTO {table} SELECT * FROM {table}")
    else:
        attacks.append(f"TRUNCATE {table}")
        attacks.append(
            f"INSERT INTO {table} SELECT * FROM {table} ON CONFLICT ({key}) DO UPDATE SET {key} = 9"
        )
        attacks.append(f"SET session_replication_role = replica; DELETE FROM {table}")

    for attack in attacks:
        with pytest.raises(sa.exc.DBAPIError, match="append-only"), engine.begin() as connection:
            connection.exec_driver_sql(attack)


@pytest.mark.parametrize("column", ["seq", "previous", "entry_id", "nth"])
def test_no_row_is_put_where_it_does_not_follow(engine: sa.Engine, column: str) -> None:
    ledger = filled(engine, 3)
    last = ledger.head()
    row = {name: getattr(last, name) for name in last.__struct_fields__ if name != "was_there"}
    row |= {"seq": 4, "entry_id": "new", "nth": 2, "previous": last.hash}
    wrong = {"seq": 5, "previous": NOTHING, "entry_id": "entry-0", "nth": 1}[column]

    with pytest.raises(sa.exc.IntegrityError, match="append-only"), engine.begin() as connection:
        connection.execute(sa.insert(store.metadata.tables["ledger_entry"]), row | {column: wrong})
    with engine.begin() as connection:
        connection.execute(sa.insert(store.metadata.tables["ledger_entry"]), row)


def test_reads_are_listed_by_visit_and_by_account_latest_first(engine: sa.Engine) -> None:
    with engine.begin() as connection:
        for number in range(5):
            store.log_read(connection, f"account-{number % 2}", "visit-1", "visit.read", at=NOON)
        store.log_read(connection, "account-1", "visit-2", "visit.read", reason="cover", at=NOON)

    with store.reading(engine) as connection:
        found = store.reads(connection, visit_id="visit-1", limit=2)
        more = store.reads(connection, visit_id="visit-1", before=found[-1].id)
        broken = store.reads(connection, account_id="account-1")[0]

    assert [each.account_id for each in found + more] == [
        f"account-{n % 2}" for n in (4, 3, 2, 1, 0)
    ]
    assert (broken.visit_id, broken.reason, broken.read_at) == ("visit-2", "cover", NOON)
