"""Both databases for the tests of visits."""

from databases import database, engine, postgresql  # noqa: F401
