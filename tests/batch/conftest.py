"""What several tests of large runs share."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest


@pytest.fixture(scope="module")
def small_batches() -> Iterator[None]:
    """Batches, and so units of work, are small."""
    from hangtime.batch import source, together
    from whole_runs import in_small_batches

    before = source.ROWS, together.ROWS, source.BLOCK
    in_small_batches()
    yield
    source.ROWS, together.ROWS, source.BLOCK = before


@pytest.fixture(scope="module")
def rows(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The rows of a hundred encounters, some of them bad."""
    from whole_runs import charted

    return charted(100, 8, tmp_path_factory.mktemp("charts"))
