"""The tests of the ledger run on both databases."""

from databases import database, engine, postgresql  # noqa: F401  (fixtures)
