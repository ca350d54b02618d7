"""The real service for the tests of its pages and its API."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from databases import database, engine, postgresql  # noqa: F401
from serving import Served, served


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Served]:
    """The service over a fresh SQLite file."""
    with served(tmp_path, f"sqlite:///{tmp_path / 'hangtime.db'}") as running:
        yield running
