"""The ledger: entries that follow one another, each chained to the one before by its hash.

An entry is appended and never changed; what corrects it is another entry.  Everything that is to be
proved later goes through here: chart events, coding results, decisions, releases, accounts.  The
ledger knows bytes and hashes, and nothing of what they say.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Generator, Iterable
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from hangtime.errors import UserError
from hangtime.store.database import reading
from hangtime.store.tables import ledger_entry
from hangtime.store.verifier import entry_hash

__all__ = ["DifferentEntry", "Ledger", "NewEntry", "Stored", "UnusableEntry", "moment"]

NOTHING = bytes(32)  # what the first entry follows
TICK = timedelta(microseconds=1)  # no two were recorded at once, whatever the clock does
MOST_TEXT, MOST_BODY = 200, 1_000_000
_LOCK = 0x6C656467  # one writer at a time; the number is ours alone on the server
_TEXTS = ("entry_id", "stream", "subject", "kind", "author")
_COLUMNS = tuple(ledger_entry.c)
_LAST = sa.select(*_COLUMNS).order_by(ledger_entry.c.seq.desc()).limit(1)
_OTHER = ledger_entry.alias()
_LAST_AND_COUNTED = _LAST.add_columns(
    sa.select(sa.func.max(_OTHER.c.nth))
    .where(_OTHER.c.subject == sa.bindparam("of"))
    .scalar_subquery()
    .label("counted")
)


class UnusableEntry(UserError):
    """An entry that cannot be stored; the message names the field and never its value."""


class DifferentEntry(UserError):
    """An entry whose id is taken by another entry; the message names the fields that differ."""


class NewEntry(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be appended.

    `entry_id` is chosen by whoever appends and makes a repeat harmless.  `subject` is whom it is
    about, such as a visit's id; `body` is canonical JSON in UTF-8.
    """

    entry_id: str
    stream: str
    subject: str
    kind: str
    author: str
    body: bytes


class Stored(msgspec.Struct, frozen=True, kw_only=True):
    """An entry of the ledger.

    `seq` counts all entries without a gap from 1, `nth` those of the subject.  `hash` is taken over
    everything else here, `previous` being the hash of the entry before.  `was_there` tells a
    repeat: nothing was appended.
    """

    seq: int
    entry_id: str
    stream: str
    subject: str
    nth: int
    kind: str
    recorded_at: datetime
    author: str
    body: bytes
    previous: bytes
    hash: bytes
    was_there: bool = False


class Ledger:
    """The ledger of one database.  It keeps no state: any number may work on the same one."""

    def __init__(self, engine: Engine, now: Callable[[], datetime] | None = None) -> None:
        self.engine = engine
        self._now = now or (lambda: datetime.now(UTC))

    def append(self, connection: Connection | None, entry: NewEntry) -> Stored:
        """Append one entry; the same entry again gives the first one.

        With a connection it becomes part of that transaction, so that what is derived from the
        entry can be written with it; without, it is committed when this returns.  Raises
        UnusableEntry, DifferentEntry.
        """
        return self.append_all(connection, (entry,))[0]

    def append_all(
        self, connection: Connection | None, entries: Iterable[NewEntry]
    ) -> list[Stored]:
        """Append several, all or none, in their order."""
        checked = [_checked(each) for each in entries]
        with self._writing(connection) as on:
            _lock(on)
            return [self._append(on, each) for each in checked]

    def of(
        self,
        subject: str,
        stream: str | None = None,
        after: int = 0,
        connection: Connection | None = None,
    ) -> list[Stored]:
        """The entries about a subject, of one stream or all, with a `seq` greater than `after`."""
        query = _selected().where(ledger_entry.c.subject == subject, ledger_entry.c.seq > after)
        if stream is not None:
            query = query.where(ledger_entry.c.stream == stream)
        return self._read(query, connection)

    def after(
        self, seq: int, limit: int = 1_000, connection: Connection | None = None
    ) -> list[Stored]:
        """At most `limit` entries with a greater `seq`, in order."""
        query = _selected().where(ledger_entry.c.seq > seq).limit(limit)
        return self._read(query, connection)

    def find(self, entry_id: str, connection: Connection | None = None) -> Stored | None:
        """The entry of that id, if there is one."""
        found = self._read(_selected().where(ledger_entry.c.entry_id == entry_id), connection)
        return found[0] if found else None

    def head(self, connection: Connection | None = None) -> Stored | None:
        """The last entry, if there is any."""
        found = self._read(_LAST, connection)
        return found[0] if found else None

    def _append(self, connection: Connection, entry: NewEntry) -> Stored:
        first = self.find(entry.entry_id, connection)
        if first is not None:
            return _repeated(first, entry)
        head = connection.execute(_LAST_AND_COUNTED, {"of": entry.subject}).first()
        now = self._now().astimezone(UTC)
        fields: dict[str, Any] = {
            "seq": head.seq + 1 if head else 1,
            **msgspec.structs.asdict(entry),
            "nth": (head.counted or 0) + 1 if head else 1,
            "recorded_at": max(now, head.recorded_at + TICK) if head else now,
            "previous": head.hash if head else NOTHING,
        }
        fields["hash"] = hash_of(fields)
        connection.execute(sa.insert(ledger_entry), fields)
        return Stored(**fields)

    @contextmanager
    def _writing(self, connection: Connection | None) -> Generator[Connection]:
        if connection is not None:
            yield connection
        else:
            with self.engine.begin() as own:
                yield own

    def _read(self, query: sa.Select[Any], connection: Connection | None) -> list[Stored]:
        if connection is not None:
            return [stored(row) for row in connection.execute(query)]
        with reading(self.engine) as own:
            return [stored(row) for row in own.execute(query)]


def moment(at: datetime) -> str:
    """A moment as it is hashed and shown: RFC 3339, universal time, six decimals of a second."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def hash_of(fields: dict[str, Any]) -> bytes:
    """The hash of an entry's fields as the database holds them."""
    return entry_hash(
        fields
        | {"recorded_at": moment(fields["recorded_at"]), "previous": fields["previous"].hex()}
    )


def stored(row: sa.Row[Any]) -> Stored:
    """A row of the table as an entry."""
    return Stored(**row._asdict())


def _selected() -> sa.Select[Any]:
    return sa.select(*_COLUMNS).order_by(ledger_entry.c.seq)


def _lock(connection: Connection) -> None:
    """Nobody else appends until this transaction ends; on SQLite it began so."""
    if connection.dialect.name == "postgresql":
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK)))


def _repeated(first: Stored, entry: NewEntry) -> Stored:
    fields = (*_TEXTS[1:], "body")
    other = [each for each in fields if getattr(first, each) != getattr(entry, each)]
    if other:
        raise DifferentEntry(
            f"entry_id: already used by an entry with another {', '.join(other)}."
            " A repeat has to be the same entry; a new one needs an id of its own."
        )
    return msgspec.structs.replace(first, was_there=True)


def _checked(entry: NewEntry) -> NewEntry:
    for name in _TEXTS:
        text = getattr(entry, name)
        if not (0 < len(text) <= MOST_TEXT and text.isprintable()):
            raise UnusableEntry(f"{name}: has to be 1 to {MOST_TEXT} printable characters.")
    if len(entry.body) > MOST_BODY:
        raise UnusableEntry(f"body: longer than {MOST_BODY:,} bytes.")
    try:
        json.loads(entry.body.decode("utf-8"))
    except ValueError:
        raise UnusableEntry("body: has to be JSON in UTF-8.") from None
    return entry
