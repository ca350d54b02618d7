"""The store: an append-only, hash-chained ledger on SQLite or PostgreSQL, and its database.

It knows bytes and hashes.  What an entry says is the business of whoever appends it.
"""

from hangtime.store.database import UnusableDatabase, connect, reading
from hangtime.store.ledger import DifferentEntry, Ledger, NewEntry, Stored, UnusableEntry
from hangtime.store.migrating import assert_current, head_revision, migrate, revision
from hangtime.store.reads import Read, log_read, log_reads, reads
from hangtime.store.tables import UTC, metadata

__all__ = [
    "UTC",
    "DifferentEntry",
    "Ledger",
    "NewEntry",
    "Read",
    "Stored",
    "UnusableDatabase",
    "UnusableEntry",
    "assert_current",
    "connect",
    "head_revision",
    "log_read",
    "log_reads",
    "metadata",
    "migrate",
    "reading",
    "reads",
    "revision",
]
