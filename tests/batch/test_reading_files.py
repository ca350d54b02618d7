"""Reading: memory does not grow with it, and it may be done twice at once."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

pytest.importorskip("numba")
pytest.importorskip("pyarrow")

import pyarrow as pa
import pyarrow.parquet as pq

from hangtime.batch.mended import MendedCsv
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


def test_two_may_read_a_mended_copy_at_once(tmp_path: Path) -> None:
    path = tmp_path / "charted.csv"
    header = "encounter_id,setting,administration_id,drug,route"
    rows = [f"E{n},facility,M{n},saline,iv_push" for n in range(10_000)]
    path.write_text("\n".join([header, "one cell", *rows, ""]))
    mended = MendedCsv(path, tmp_path)
    whole = "\n".join([header, *rows, ""]).encode()
    first, second = mended._stream(), mended._stream()
    assert first.read(1000) + second.read(2000) == whole[:1000] + whole[:2000]
    assert first.read() == whole[1000:]
    assert second.read() == whole[2000:]
    mended.close()
