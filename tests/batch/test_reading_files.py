"""Reading: memory does not grow with it, small pieces are joined, and it may be done twice at once."""

from __future__ import annotations

import multiprocessing
import os
from pathlib import Path

import pytest

pytest.importorskip("numba")
pytest.importorskip("pyarrow")

import pyarrow as pa
import pyarrow.parquet as pq

from hangtime.batch.compiled import loops
from hangtime.batch.memory import giving_back, sparing_memory
from hangtime.batch.mended import MendedCsv
from hangtime.batch.source import ROWS as AT_ONCE
from hangtime.batch.source import ParquetSource
from hangtime.batch.together import together

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


STATM = Path("/proc/self/statm")


@pytest.mark.skipif(not STATM.exists(), reason="only Linux tells what a process holds")
def test_what_is_freed_between_pieces_in_use_is_given_back() -> None:
    pieces = [bytearray(b"1" * 50_000) for _ in range(4_000)]
    kept = pieces[::100]
    del pieces
    before = _held()
    giving_back()()
    assert _held() < before - 100 * 2**20
    assert len(kept) == 40


@pytest.mark.skipif(not STATM.exists(), reason="only Linux tells what a process holds")
def test_large_pieces_are_given_back_when_they_are_freed() -> None:
    process = multiprocessing.get_context("spawn").Process(target=_free_large_pieces)
    process.start()  # what other tests have freed is free for pieces of any size
    process.join()
    assert process.exitcode == 0


def _free_large_pieces() -> None:
    with sparing_memory():
        larger = bytearray(30 * 2**20)
        del larger  # after which malloc would keep all that are smaller
        pieces = [bytearray(b"1" * 2 * 2**20) for _ in range(60)]
        last = pieces.pop()  # behind all of them
        before = _held()
        del pieces
        assert _held() < before - 100 * 2**20
        assert len(last) == 2 * 2**20


def _held() -> int:
    return int(STATM.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def test_rows_of_small_groups_and_files_come_in_batches_of_one_size(tmp_path: Path) -> None:
    names = ("encounter_id", "setting", "administration_id", "drug", "route")
    ids = [f"E{n:06}" for n in range(AT_ONCE + 1_000)]
    rows = pa.table(dict.fromkeys(names, ids))
    half = len(rows) // 2
    paths = [tmp_path / "one.parquet", tmp_path / "two.parquet"]
    pq.write_table(rows.slice(0, half), paths[0], row_group_size=500)
    pq.write_table(rows.slice(half), paths[1], row_group_size=700)
    [found], _ = together(paths, loops(), pytest.fail, None)
    batches = list(found.batches())
    assert [len(table) for table, _ in batches] == [AT_ONCE, 1_000]
    assert pa.concat_tables([each for each, _ in batches]).column("drug").to_pylist() == ids
    assert [found.place(int(lines[-1])).line for _, lines in batches] == [
        AT_ONCE - half,
        len(rows) - half,
    ]
    found.close()


def test_two_may_read_a_mended_copy_at_once(tmp_path: Path) -> None:
    path = tmp_path / "charted.csv"
    header = "encounter_id,setting,administration_id,drug,route"
    rows = [f"E{n},facility,M{n},saline,iv_push" for n in range(10_000)]
    path.write_text("\n".join([header, "one cell", *rows, ""]))
    mended = MendedCsv(path, tmp_path)
    whole = "\r\n".join([header, *rows, ""]).encode()
    first, second = mended._stream(), mended._stream()
    assert first.read(1000) + second.read(2000) == whole[:1000] + whole[:2000]
    assert first.read() == whole[1000:]
    assert second.read() == whole[2000:]
    mended.close()
