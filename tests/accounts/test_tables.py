"""The tables that the migrations make are the tables that the code reads."""

from __future__ import annotations

import pytest

from databases import KINDS

pytest.importorskip("alembic")

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from hangtime.accounts import tables
from hangtime.store import metadata

OURS = {name for name, each in vars(tables).items() if getattr(each, "metadata", None) is metadata}


@pytest.mark.parametrize("engine", KINDS, indirect=True)
def test_the_migrated_tables_are_those_of_the_code(engine) -> None:
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        differences = compare_metadata(context, metadata)

    ours = [each for each in differences if any(name in repr(each) for name in OURS)]
    assert len(OURS) == 10
    assert ours == []
