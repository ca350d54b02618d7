"""Memory does not grow with what was read."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

pytest.importorskip("numba")
pytest.importorskip("pyarrow")

import pyarrow as pa
import pyarrow.parquet as pq

from hangtime.batch.source import ParquetSource

GROUPS, ROWS = 40, 70_000


def test_what_was_read_of_a_file_is_given_up(tmp_path: Path) -> None:
    path = tmp_path / "charted.parquet"
    ids = [os.urandom(16).hex() for _ in range(ROWS)]  # too random to be packed
    same = {"setting": "facility", "drug": "saline", "route": "iv_push"}
    named = {name: [text] * ROWS for name, text in same.items()}
    rows = pa.table({"encounter_id": ids, "administration_id": ids, **named})
    with pq.ParquetWriter(path, rows.schema, use_dictionary=False) as writer:
        for _ in range(GROUPS):
            writer.write_table(rows)
    held = [pa.total_allocated_bytes() for _ in ParquetSource(path).tables()]
    assert len(held) >= GROUPS
    assert max(held) - min(held) < path.stat().st_size / 4
