"""Compiled code stays within its tables, and leaves nothing in them for who comes next."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("numba")
pytest.importorskip("pyarrow")

import pyarrow as pa
import pyarrow.parquet as pq

from every_field import encounters
from hangtime.batch import catalogue, running, source, together, units
from hangtime.batch.catalogue import Catalogue
from hangtime.batch.results import Results, in_bytes, results
from hangtime.batch.whole import Whole
from hangtime.formats.tabular import write_encounters
from whole_runs import charted, digests, run

TESTS = Path(__file__).parents[1]
CHECKED = """
import sys
from pathlib import Path
import numpy as np
from hangtime.batch.compiled import OPTIONS
from numba import njit
from whole_runs import run

@njit(**OPTIONS)
def at(table, row):
    return table[row]

try:
    at(np.arange(3), -1)
except IndexError:
    account, summary = run([Path(sys.argv[1])], Path(sys.argv[2]))
    print(summary.compiled)
"""


@pytest.fixture(scope="module")
def charts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Charts of every kind that the engines are compared on, bad rows among them."""
    folder = tmp_path_factory.mktemp("charts")
    write_encounters(encounters(23, 1500), folder / "own.parquet")
    rows = pa.concat_tables(
        [pq.read_table(folder / "own.parquet"), charted(1500, 8, folder)],
        promote_options="permissive",
    )
    pq.write_table(rows, folder / "all.parquet")
    return folder / "all.parquet"


@pytest.fixture(scope="module")
def usual(charts: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    out = tmp_path_factory.mktemp("usual") / "coded"
    run([charts], out)
    return digests(out)


def test_no_access_is_outside_its_table(
    charts: Path, usual: dict[str, str], tmp_path: Path
) -> None:
    out = tmp_path / "coded"
    done = subprocess.run(
        [sys.executable, "-c", CHECKED, str(charts), str(out)],
        env={
            **os.environ, "PYTHONPATH": str(TESTS), "NUMBA_BOUNDSCHECK": "1",
            "HANGTIME_CACHE": str(tmp_path / "cache"),
        },
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    assert int(done.stdout) > 2000
    assert digests(out) == usual


def test_a_thread_uses_its_tables_again_and_nothing_of_a_chunk_stays_in_them(
    charts: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before a chunk and behind it the tables are filled with what is nothing."""
    monkeypatch.setattr(source, "ROWS", 500)
    monkeypatch.setattr(together, "ROWS", 500)
    run([charts], tmp_path / "usual")
    filled = 0

    def coded(compiled: units.Compiled, whole: Whole) -> units.Made:
        nonlocal filled
        made = code(compiled, whole)
        for table in compiled.units.threads.results:
            room = table if table.flags.c_contiguous else in_bytes(table, len(table))
            room.view("u1")[...] = 0x5A
            filled += 1
        return made

    code = units.Compiled.code
    monkeypatch.setattr(units.Compiled, "code", coded)
    run([charts], tmp_path / "filled")
    assert filled > 10 * len(Results._fields)
    assert digests(tmp_path / "filled") == digests(tmp_path / "usual")


def test_what_a_thread_coded_before_changes_no_byte_where_tables_are_full(
    charts: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rows that do not fit stand in a table of their own; the tables a thread has only grow."""
    whole = running.room_for
    small = dict.fromkeys(("lines", "line_facts", "line_rules", "line_given", "line_mods"))

    def scarce(rows: int, widest: int, others: int) -> dict[str, int]:
        least = whole(0, widest, others)
        return {
            name: least[name] + (length - least[name]) // (3 if name in small else 1)
            for name, length in whole(rows, widest, others).items()
        }

    def coded(compiled: units.Compiled, chunk: Whole) -> units.Made:
        thread = compiled.units.threads
        if not hasattr(thread, "results"):
            thread.lengths = whole(20_000, 600, 100)
            thread.results = results(thread.lengths)
        made = code(compiled, chunk)
        again.append(len(made.tables))
        return made

    code, again = units.Compiled.code, list[int]()
    monkeypatch.setattr(source, "ROWS", 500)
    monkeypatch.setattr(together, "ROWS", 500)
    monkeypatch.setattr(running, "room_for", scarce)
    run([charts], tmp_path / "fresh", jobs=1)
    monkeypatch.setattr(units.Compiled, "code", coded)
    run([charts], tmp_path / "large", jobs=2)
    assert sum(again) > 2 * len(again)
    assert digests(tmp_path / "large") == digests(tmp_path / "fresh")


def test_a_catalogue_that_is_full_is_replaced_and_no_byte_changes(
    charts: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Free text has ever new values: what was met before is forgotten now and then."""
    monkeypatch.setattr(source, "ROWS", 500)
    monkeypatch.setattr(together, "ROWS", 500)
    run([charts], tmp_path / "usual")
    made: list[Catalogue] = []

    class Counted(Catalogue):
        def __init__(self, *given: object) -> None:
            super().__init__(*given)  # pyright: ignore[reportArgumentType]
            made.append(self)

    monkeypatch.setattr(units, "Catalogue", Counted)
    monkeypatch.setattr(catalogue, "MOST", len(Catalogue().texts) + 20)
    run([charts], tmp_path / "forgetful")
    assert len(made) > 5
    assert digests(tmp_path / "forgetful") == digests(tmp_path / "usual")
