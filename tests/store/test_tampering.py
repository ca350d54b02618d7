"""What somebody with the database in their hands does to it, triggers removed: found, and located."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from databases import KINDS, fresh_url
from hangtime import store
from hangtime.store.checkpoints import _document
from hangtime.store.locating import Fault, located
from hangtime.store.tables import APPEND_ONLY
from hangtime.store.verifying import BrokenLedger, Report, verify, verify_on
from hangtime.store.witness import of_rows
from ledgers import Signer, entry, filled

COUNT, COVERED = 14, 12
TABLE = store.metadata.tables["ledger_entry"]
NOT_STORED = "was published and is not in the database as it was published."
COLUMNS = ("entry_id", "stream", "subject", "nth", "kind", "recorded_at", "author", "body")
CHAIN = ("previous", "hash")


class Victim:
    """A ledger of fourteen entries, checkpoints at eight and twelve, its triggers removed.

    An attack runs in a transaction that is rolled back after it was looked at.
    """

    def __init__(self, engine: sa.Engine, folder: Path) -> None:
        self.engine = engine
        self.is_sqlite = engine.dialect.name == "sqlite"
        self.signer = Signer(folder)
        filled(engine, 8)
        self.published = [self.signer.sign(engine)]
        filled(engine, 4, first=8)
        self.published.append(self.signer.sign(engine))
        filled(engine, 2, first=12)
        with self.attacked(is_kept=True):
            self.disarm()

    @contextmanager
    def attacked(self, *statements: str, is_kept: bool = False) -> Iterator[None]:
        with self.engine.begin() as self.connection:
            self.run(*statements)
            yield
            if not is_kept:
                self.connection.rollback()

    def disarm(self) -> None:
        if self.is_sqlite:
            query = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
            names = self.connection.exec_driver_sql(query).scalars().all()
            self.run(*(f"DROP TRIGGER {name}" for name in names))
        else:
            self.run(*(f"ALTER TABLE {each.name} DISABLE TRIGGER USER" for each in APPEND_ONLY))

    def run(self, *statements: str) -> None:
        for each in statements:
            self.connection.exec_driver_sql(each)

    def shift(self, after: int, by: int) -> None:
        """Number the rows after one anew, by way of numbers nobody has."""
        self.run(
            f"UPDATE ledger_entry SET seq = seq + 1000 WHERE seq > {after}",
            f"UPDATE ledger_entry SET seq = seq - 1000 + {by} WHERE seq > 1000",
        )

    def insert(self, seq: int, *, is_fitting: bool = False) -> None:
        """A row that nobody recorded; one that fits has the hash of what it says."""
        row = self.row(3) | {"seq": seq, "entry_id": "forged", "nth": 77}
        if is_fitting:
            row["previous"] = self.row(seq - 1)["hash"]
            row["hash"] = store.ledger.hash_of(row)
        self.connection.execute(sa.insert(TABLE), row)

    def row(self, seq: int) -> dict[str, Any]:
        return self.connection.execute(TABLE.select().where(TABLE.c.seq == seq)).one()._asdict()

    def rehash(self, first: int) -> None:
        """Make every hash from an entry on fit again, as an attacker who knows how would."""
        previous = bytes(32)
        for row in self.connection.execute(TABLE.select().order_by(TABLE.c.seq)).all():
            fields = row._asdict() | {"previous": previous}
            if row.seq >= first:
                fields["hash"] = store.ledger.hash_of(fields)
                where = TABLE.c.seq == row.seq
                self.connection.execute(sa.update(TABLE).where(where).values(fields))
            previous = fields["hash"]

    def verify(self, *published: bytes) -> Report:
        return verify_on(self.connection, keys=[self.signer.public], published=published)

    def faults(self, *published: bytes) -> list[tuple[str, int, int]]:
        return [(each.kind, each.first, each.last) for each in self.verify(*published).faults]


@pytest.fixture(scope="module", params=KINDS)
def victim(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Victim]:
    folder = tmp_path_factory.mktemp("victim")
    engine = store.connect(fresh_url(request.param, folder, request))
    store.migrate(engine)
    yield Victim(engine, folder)
    engine.dispose()


def test_an_untouched_ledger_verifies_and_says_how_far_it_is_covered(victim: Victim) -> None:
    report = verify(victim.engine, keys=[victim.signer.public], published=victim.published)

    assert report.is_sound
    assert (report.entries, report.covered, report.checkpoints) == (COUNT, COVERED, 2)
    thirteenth = store.Ledger(victim.engine).after(12)[0]
    assert report.uncovered_since == store.ledger.moment(thirteenth.recorded_at)
    assert report.head == store.Ledger(victim.engine).head().hash.hex()


@pytest.mark.parametrize("column", [*COLUMNS, *CHAIN])
@pytest.mark.parametrize("seq", [1, 6, COUNT])
def test_a_changed_column_is_found_in_its_entry(victim: Victim, column: str, seq: int) -> None:
    changed = {
        "nth": "nth + 1000",
        "recorded_at": "'2020-01-01 00:00:00.000001'",
        "body": "'{}'" if victim.is_sqlite else "'{}'::bytea",
        "previous": "zeroblob(31) || x'07'" if victim.is_sqlite else r"'\x07'::bytea",
        "hash": "zeroblob(32)" if victim.is_sqlite else r"'\x07'::bytea",
    }.get(column, "'altered'")

    with victim.attacked(f"UPDATE ledger_entry SET {column} = {changed} WHERE seq = {seq}"):
        assert victim.faults() == [("changed", seq, seq)]
        assert victim.verify().covered == {1: 0, 6: 0, COUNT: 12}[seq]


def test_values_that_no_entry_can_have_are_found_and_stop_nothing(victim: Victim) -> None:
    wrong = {"recorded_at": "'-infinity'", "author": "''"}
    if victim.is_sqlite:
        wrong = {"recorded_at": "'soon'", "author": "CAST(x'ff00' AS TEXT)", "nth": "'many'"}
        wrong |= {"body": "'text'", "kind": "17"}

    with victim.attacked():
        for seq, (column, value) in enumerate(wrong.items(), 2):
            victim.run(f"UPDATE ledger_entry SET {column} = {value} WHERE seq = {seq}")

        assert victim.faults() == [("changed", seq, seq) for seq in range(2, 2 + len(wrong))]


@pytest.mark.parametrize("victim", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("column", "value"),
    {
        "body": "CAST(body AS TEXT)",
        "author": "CAST(author AS BLOB)",
        "hash": "CAST(hash AS TEXT)",
        "recorded_at": "REPLACE(recorded_at, ' ', 'T') || 'Z'",
    }.items(),
)
def test_what_reads_the_same_and_is_kept_otherwise_is_changed(
    victim: Victim, column: str, value: str
) -> None:
    """SQLite, and not PostgreSQL, keeps a value of any type in any column; readers would fail on it."""
    with victim.attacked(f"UPDATE ledger_entry SET {column} = {value} WHERE seq = 4"):
        assert victim.faults() == [("changed", 4, 4)]


def test_a_checkpoint_that_is_none_is_found_and_stops_nothing(victim: Victim) -> None:
    junk = {"document": "'\\x00'::bytea", "hashes": "'\\x00'::bytea"}
    if victim.is_sqlite:
        junk = {"document": "CAST(document AS TEXT)", "size": "'many'", "hashes": "17"}
    for column, value in junk.items():
        with victim.attacked(f"UPDATE checkpoint SET {column} = {value} WHERE size = 12"):
            found = victim.faults(*victim.published)
            assert {kind for kind, _, _ in found} == {"checkpoint"}, column
            assert {first for _, first, _ in found} <= {0, 12}
    with victim.attacked("UPDATE checkpoint SET signed_at = '2020-01-01 00:00:00'"):
        assert victim.faults(*victim.published) == []  # the document says when it was signed


@pytest.mark.parametrize("table", ["ledger_entry", "checkpoint"])
def test_a_table_that_is_gone_is_said_by_its_name(victim: Victim, table: str) -> None:
    gone = victim.attacked(f"ALTER TABLE {table} RENAME TO aside")
    with gone, pytest.raises(store.UnusableDatabase, match=table):
        victim.verify()


ATTACKS: dict[str, tuple[Callable[[Victim], None], list[tuple[str, int, int]]]] = {
    "one dropped": (
        lambda v: v.run("DELETE FROM ledger_entry WHERE seq = 5"),
        [("dropped", 5, 5)],
    ),
    "the first dropped": (
        lambda v: v.run("DELETE FROM ledger_entry WHERE seq = 1"),
        [("dropped", 1, 1)],
    ),
    "three dropped in two places": (
        lambda v: v.run("DELETE FROM ledger_entry WHERE seq IN (3, 4, 9)"),
        [("dropped", 3, 4), ("dropped", 9, 9)],
    ),
    "one dropped, the rest numbered anew": (
        lambda v: (v.run("DELETE FROM ledger_entry WHERE seq = 5"), v.shift(5, -1)),
        [("dropped", 5, 5)],
    ),
    "one inserted": (
        lambda v: (v.shift(5, +1), v.insert(6)),
        [("inserted", 6, 6)],
    ),
    "one inserted with a hash that fits": (
        lambda v: (v.shift(5, +1), v.insert(6, is_fitting=True)),
        [("inserted", 6, 6)],
    ),
    "one inserted in front of all": (
        lambda v: (v.insert(0),),
        [("inserted", 0, 0)],
    ),
    "one inserted far behind": (
        lambda v: (v.insert(500),),
        [("inserted", 500, 500)],
    ),
    "a last one with a wrong hash": (
        lambda v: v.insert(15),
        [("changed", 15, 15)],
    ),
    "two neighbours swapped": (
        lambda v: v.run(
            "UPDATE ledger_entry SET seq = -1 WHERE seq = 6",
            "UPDATE ledger_entry SET seq = 6 WHERE seq = 7",
            "UPDATE ledger_entry SET seq = 7 WHERE seq = -1",
        ),
        [("reordered", 6, 7)],
    ),
    "two far apart swapped": (
        lambda v: v.run(
            "UPDATE ledger_entry SET seq = -1 WHERE seq = 3",
            "UPDATE ledger_entry SET seq = 3 WHERE seq = 11",
            "UPDATE ledger_entry SET seq = 11 WHERE seq = -1",
        ),
        [("reordered", 3, 11), ("reordered", 3, 11)],
    ),
    "one moved to the end": (
        lambda v: v.run("UPDATE ledger_entry SET seq = 2000 WHERE seq = 6"),
        [("reordered", 6, 2000)],
    ),
    "the last numbered far behind": (
        lambda v: v.run("UPDATE ledger_entry SET seq = 9000000000000000000 WHERE seq = 14"),
        [("reordered", 14, 9000000000000000000)],
    ),
    "a gap made in the numbers, nothing dropped": (
        lambda v: v.shift(5, +3),
        [("reordered", 6, 9)],
    ),
    "all numbered from another": (
        lambda v: v.shift(0, +100),
        [("reordered", 1, 101)],
    ),
    "one dropped, a gap made elsewhere": (
        lambda v: (v.run("DELETE FROM ledger_entry WHERE seq = 3"), v.shift(9, +1)),
        [("dropped", 3, 3), ("reordered", 10, 11)],
    ),
    "contents of two swapped": (
        lambda v: v.run(
            "CREATE TABLE aside AS SELECT seq, body FROM ledger_entry",
            "UPDATE ledger_entry SET body = (SELECT body FROM aside"
            " WHERE aside.seq = 13 - ledger_entry.seq) WHERE seq IN (4, 9)",
        ),
        [("changed", 4, 4), ("changed", 9, 9)],
    ),
    "one changed and hashed again": (
        lambda v: (
            v.run("UPDATE ledger_entry SET author = 'x' WHERE seq = 6"),
            v.run("UPDATE ledger_entry SET seq = 900 WHERE seq = 7"),
            v.rehash(900),
            v.run("DELETE FROM ledger_entry WHERE seq = 900"),
        ),
        [("changed", 6, 6), ("dropped", 7, 7)],
    ),
    "the tail cut off": (
        lambda v: v.run("DELETE FROM ledger_entry WHERE seq > 10"),
        [("cut_off", 11, 12)],
    ),
    "all cut off": (
        lambda v: v.run("DELETE FROM ledger_entry"),
        [("cut_off", 1, 8)],
    ),
    "one changed, every hash after it made to fit": (
        lambda v: (
            v.run("UPDATE ledger_entry SET author = 'x' WHERE seq = 10"),
            v.rehash(10),
        ),
        [("rewritten", 10, 12)],
    ),
    "the first changed, every hash made to fit": (
        lambda v: (v.run("UPDATE ledger_entry SET kind = 'x' WHERE seq = 1"), v.rehash(1)),
        [("rewritten", 1, 8)],
    ),
    "one dropped, numbers and hashes made to fit": (
        lambda v: (
            v.run("DELETE FROM ledger_entry WHERE seq = 10"),
            v.shift(10, -1),
            v.rehash(10),
        ),
        [("rewritten", 10, 12), ("dropped", 12, 12)],
    ),
    "times put back, every hash made to fit": (
        lambda v: (
            v.run("UPDATE ledger_entry SET recorded_at = '2020-01-01 00:00:00.000000' WHERE seq = 14"),
            v.rehash(14),
        ),
        [("time", 14, 14)],
    ),
    "what a checkpoint keeps for proofs changed": (
        lambda v: v.run("UPDATE checkpoint SET hashes = document WHERE size = 8"),
        [("checkpoint", 8, 8)],
    ),
    "the subjects a checkpoint keeps changed": (
        lambda v: v.run("UPDATE checkpoint SET subjects = hashes WHERE size = 12"),
        [("checkpoint", 12, 12)],
    ),
    "a checkpoint dropped": (
        lambda v: v.run("DELETE FROM checkpoint WHERE size = 12"),
        [("checkpoint", 12, 12)],
    ),
    "a checkpoint claimed for more": (
        lambda v: v.run("UPDATE checkpoint SET size = 13 WHERE size = 12"),
        [("checkpoint", 12, 12), ("checkpoint", 13, 13)],
    ),
    "the tail cut off with its checkpoints": (
        lambda v: v.run("DELETE FROM ledger_entry WHERE seq > 7", "DELETE FROM checkpoint"),
        [("cut_off", 8, 8), ("checkpoint", 8, 8), ("checkpoint", 12, 12)],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", ATTACKS)
def test_an_attack_is_found_and_located(victim: Victim, name: str) -> None:
    attack, expected = ATTACKS[name]

    with victim.attacked():
        attack(victim)

        assert victim.faults(*victim.published) == expected


def test_a_checkpoint_signed_by_another_key_is_believed_by_nobody(
    victim: Victim, tmp_path: Path
) -> None:
    """All rewritten and signed anew, as by somebody who has the database and not the key."""
    other = Signer(tmp_path)
    with victim.attacked("UPDATE ledger_entry SET author = 'x' WHERE seq = 2"):
        victim.run("DELETE FROM checkpoint")
        victim.rehash(2)
        document = forged_checkpoint(victim.connection, other)

        assert verify_on(victim.connection, keys=[other.public], published=[document]).faults == [
            Fault("checkpoint", COUNT, COUNT, f"the checkpoint of {COUNT} entries {NOT_STORED}")
        ]
        assert victim.faults(document) == [("checkpoint", 0, 0)]
        assert ("rewritten", 1, 8) in victim.faults(*victim.published)


def test_what_was_tampered_with_is_not_signed(engine: sa.Engine, tmp_path: Path) -> None:
    victim = Victim(engine, tmp_path)
    with victim.attacked("UPDATE ledger_entry SET author = 'x' WHERE seq = 13", is_kept=True):
        pass

    with pytest.raises(BrokenLedger, match="entry 13 was changed"):
        victim.signer.sign(engine)


def test_without_a_key_the_chain_alone_is_verified(victim: Victim) -> None:
    report = verify(victim.engine)

    assert report.is_sound and not report.is_signature_checked


def test_each_entry_of_a_longer_ledger_is_located_when_dropped_and_when_changed(
    victim: Victim,
) -> None:
    with victim.attacked():
        ledger = store.Ledger(victim.engine)
        ledger.append_all(victim.connection, [entry(number) for number in range(COUNT, 60)])
        for seq in range(1, 61):
            row, this = victim.row(seq), TABLE.c.seq == seq
            is_last = seq == 60
            victim.connection.execute(sa.delete(TABLE).where(this))
            assert kinds(victim.connection) == ([] if is_last else [("dropped", seq)])
            victim.connection.execute(sa.insert(TABLE), row | {"body": b"{}"})
            assert kinds(victim.connection) == [("changed", seq)]
            victim.connection.execute(sa.update(TABLE).where(this).values(row))
        assert victim.verify().is_sound


def forged_checkpoint(connection: sa.Connection, signer: Signer) -> bytes:
    return _document(of_rows(connection, COUNT), signer.private, datetime.now(UTC), None)


def kinds(connection: sa.Connection) -> list[tuple[str, int]]:
    return [(each.kind, each.first) for each in located(connection)]
