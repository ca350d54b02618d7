"""A million administrations, bad ones among them: one thread, two, Spark and Sail (`make prove`)."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytest.importorskip("numba")
pytest.importorskip("pyarrow")
pytest.importorskip("pyspark")

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from click.testing import CliRunner

from clusters import counted, run_on, session
from hangtime.cli.simulate import command as simulate
from hangtime.formats.outcomes import TABLES
from whole_runs import in_files, run

ENCOUNTERS = 440_000
BAD = {"route": (101, "by mouth"), "drug": (103, None), "start": (97, None), "dose_unit": (89, "bucket")}  # fmt: skip

SORTED = """
    select count(*), md5(string_agg(digest, '' order by digest))
    from (select md5(row::text) as digest from read_parquet(?) as row)
"""


@pytest.fixture(scope="module")
def charts(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """A simulated year with a bad value in about one row of twenty-five, shuffled, in files."""
    folder = tmp_path_factory.mktemp("charts")
    asked = ["--encounters", str(ENCOUNTERS), "--seed", "11", "-o", str(folder / "year")]
    CliRunner().invoke(simulate, asked, catch_exceptions=False)
    rows = pq.read_table(folder / "year" / "encounters.parquet")
    assert len(rows) > 1_000_000
    for name, (every, value) in BAD.items():
        field = rows.schema.get_field_index(name)
        is_bad = pa.array(np.arange(len(rows)) % every == 0)
        spoilt = pc.if_else(is_bad, pa.scalar(value, rows.schema.types[field]), rows[name])
        rows = rows.set_column(field, rows.schema.field(field), spoilt)
    order = list(range(len(rows)))
    random.Random(3).shuffle(order)
    return in_files(rows.take(pa.array(order)), folder / "files", 3)


@pytest.mark.slow
def test_a_million_administrations_give_the_same_bytes_on_every_engine(
    charts: list[Path],
    tmp_path: Path,
    require: Callable[[str], None],
    capsys: pytest.CaptureFixture[str],
) -> None:
    """The rows of each table, sorted, byte for byte; the times are printed."""
    require("java")
    require("pysail")
    run(charts[:1], None)  # compiled, or taken from the disk
    times: dict[str, float] = {}
    accounts: dict[str, Any] = {}
    for jobs in (1, 2):
        begin = time.perf_counter()
        accounts[f"{jobs}"], _ = run(charts, tmp_path / f"{jobs}", jobs=jobs)
        times[f"{jobs}"] = time.perf_counter() - begin
    for engine in ("sail", "spark"):
        with session(engine) as made:
            begin = time.perf_counter()
            accounts[engine], _ = run_on(made, charts, tmp_path / engine)
            times[engine] = time.perf_counter() - begin
    digests = {each: sorted_bytes(tmp_path / each) for each in times}
    with capsys.disabled():
        for each, seconds in times.items():
            print(f"\n{each:6} {seconds:7.1f} s {seconds / times['2']:6.1f}", end="")
    assert accounts["1"].set_aside > 20_000
    assert all(each == digests["1"] for each in digests.values())
    assert all(counted(each) == counted(accounts["1"]) for each in accounts.values())


def sorted_bytes(out: Path) -> dict[str, tuple[int, str]]:
    """For each table, how many rows, and a digest of the sorted rows."""
    found: dict[str, tuple[int, str]] = {}
    with duckdb.connect() as connection:
        for name in TABLES:
            path = out / f"{name}.parquet"
            files = str(path / "*.parquet") if path.is_dir() else str(path)
            row = connection.execute(SORTED, [files]).fetchone()
            assert row is not None
            found[name] = row
    return found
