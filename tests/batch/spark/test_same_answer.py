"""Whichever engine divides the work, the tables and the sum are those of a run on one machine."""

from __future__ import annotations

import csv
import gzip
import os
import random
import signal
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

pytest.importorskip("numba")
pytest.importorskip("pyarrow")
pytest.importorskip("pyspark")

import pyarrow as pa
import pyarrow.parquet as pq

from clusters import counted, run_on, session, sorted_rows
from generated import PLANS, encounters
from hangtime.batch import spark
from hangtime.batch.left import ACROSS
from hangtime.batch.source import ROWS
from hangtime.formats import contract
from hangtime.formats.outcomes import TABLES
from hangtime.formats.tabular import write_encounters
from whole_runs import charted, damage, in_every_form, in_files, rows_of, run

ENGINES = ("sail", "spark")
ZONE = ZoneInfo("America/New_York")
ONE = {"setting": "facility", "drug": "furosemide", "route": "iv_push", "start": "2025-03-12T09:05"}
FEW = 150  # rows of a partition: one encounter is larger


@pytest.fixture(scope="module", params=ENGINES)
def cluster(request: pytest.FixtureRequest, require: Callable[[str], None]) -> Iterator[Any]:
    """A session of each engine, one after the other."""
    require("pysail" if request.param == "sail" else "java")
    with session(request.param) as made:
        yield made


@pytest.fixture(scope="module")
def charts(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """One in twenty rows is bad, and every form of input is bad in its own way.

    Parquet: rows shuffled over three files, so that encounters lie in several; one of another
    layout, one that is damaged behind its first row groups, a column nobody knows.  CSV: encounters
    that go on in a second file, rows with too many cells, line breaks in cells, bytes that are not
    UTF-8; one without a column needed.  JSON Lines, one of them broken.  And no file at all.
    """
    folder = tmp_path_factory.mktemp("charts")
    rows = shuffled(skewed(charted(120, 3, folder)))
    paths = in_files(rows, folder / "year", 3)
    others = [of_another_layout(folder), damaged(folder), *as_csv(folder), as_lines(folder)]
    return [*paths, *others, folder / "none.csv"]


def shuffled(rows: pa.Table) -> pa.Table:
    order = list(range(len(rows)))
    random.Random(5).shuffle(order)
    return rows.take(order)


def skewed(rows: pa.Table) -> pa.Table:
    """Half of all rows are of one encounter."""
    first = rows.slice(0, 1).to_pylist()[0]
    many = [first | {"administration_id": f"more-{n}"} for n in range(len(rows))]
    return pa.concat_tables([rows, pa.Table.from_pylist(many, rows.schema)])


def of_another_layout(folder: Path) -> Path:
    """Times as moments of a zone, quantities as floats, a column that nobody knows."""
    rows = [
        {
            "encounter_id": f"L{n // 3}", "setting": "facility", "administration_id": f"L{n}",
            "drug": "sodium chloride 0.9%", "route": "iv_infusion", "dose": 500.0 + n,
            "dose_unit": "mL", "start": datetime(2025, 3, 9, 5 + n % 3 * 3, tzinfo=ZONE),
            "stop": datetime(2025, 3, 9, 7 + n % 3 * 3, 20, tzinfo=ZONE), "pet": "cat",
        }
        for n in range(30)
    ]  # fmt: skip
    path = folder / "zoned.parquet"
    table = pa.Table.from_pylist(rows)
    assert str(table.schema.field("start").type) == "timestamp[us, tz=America/New_York]"
    pq.write_table(table, path)
    return path


def damaged(folder: Path) -> Path:
    """Whole in its first groups of rows, and not in a later one."""
    path = folder / "damaged.parquet"
    pq.write_table(
        renamed(charted(40, 4, folder), "d"), path, row_group_size=30, compression="none"
    )
    damage(path, "encounter_id", 3)
    return path


def renamed(rows: pa.Table, letter: str) -> pa.Table:
    """The rows as of other encounters."""
    ids = [f"{letter}-{ident}" for ident in rows["encounter_id"].to_pylist()]
    return rows.set_column(rows.column_names.index("encounter_id"), "encounter_id", pa.array(ids))


def as_csv(folder: Path) -> Iterator[Path]:
    whole = folder / "whole.csv"
    write_encounters(
        [replace(each, encounter_id=f"c-{each.encounter_id}") for each in encounters(60, 6)], whole
    )
    header, *rows = csv.reader(whole.open(encoding="utf-8", newline=""))
    whole.unlink()
    cut = len(rows) // 2 + 1
    one, two, broken = (folder / name for name in ("one.csv", "two.csv.gz", "broken.csv"))
    rows[5].append("a cell too many")
    rows[7][header.index("start")] = "half past nine"
    rows[9][header.index("drug")] += "\nin a second line"
    with one.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([header, *rows[:cut]])
    one.write_bytes(one.read_bytes() + b"\xff\xfe,\n")
    with gzip.open(two, "wt", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([header, *rows[cut:]])
    broken.write_text("encounter_id,drug\nE1,saline\n", "utf-8")
    yield from (one, two, broken)


def as_lines(folder: Path) -> Path:
    path = folder / "some.jsonl"
    with path.open("w", encoding="utf-8") as stream:
        named = [replace(each, encounter_id=f"l-{each.encounter_id}") for each in encounters(30, 9)]
        contract.write_encounters(named, stream)
        stream.write("{no json\n")
    return path


@pytest.fixture(scope="module")
def here(charts: list[Path], tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Any, Any]:
    """The same files on this machine, in one thread."""
    out = tmp_path_factory.mktemp("here") / "coded"
    account, done = run(charts, out, jobs=1)
    assert account.set_aside > 20
    assert len(done.unreadable) == 3
    return out, account, done


def test_what_lacks_rows_in_a_damaged_file_is_set_aside_there_as_here(
    cluster: Any, tmp_path: Path
) -> None:
    """Whole in a first large group of rows; then a column is damaged, in another file the ids."""
    whole = ROWS + 1_000
    ids = [f"D{n // 3}" for n in range(3 * ROWS)]
    rows = {name: [text] * len(ids) for name, text in ONE.items()}
    rows |= {"encounter_id": ids, "administration_id": [str(n) for n in range(len(ids))]}
    paths = [tmp_path / "charted.parquet", tmp_path / "named.parquet"]
    for path, column in zip(paths, ("drug", "encounter_id"), strict=True):
        pq.write_table(pa.table(rows), path, row_group_size=whole, compression="none")
        damage(path, column, 1)
        rows["encounter_id"] = [f"other-{id}" for id in ids]

    account, done = run(paths, tmp_path / "here")
    there, summary = run_on(cluster, paths, tmp_path / "there", rows=ROWS)

    assert account.lines.total() == whole // 3
    # One of the first file, and of the other file every one that could be read.
    assert account.findings["error", "INPUT-CUT-SHORT"] == 1 + whole // 3 + 1
    assert counted(there) == counted(account)
    assert sorted_rows(tmp_path / "there") == sorted_rows(tmp_path / "here")
    assert sorted(summary.unreadable) == sorted(done.unreadable)


def test_files_of_every_form_with_bad_rows_give_the_tables_the_sum_and_the_messages_of_one_machine(
    cluster: Any, charts: list[Path], here: tuple[Path, Any, Any], tmp_path: Path
) -> None:
    out, account, done = here
    there, summary = run_on(cluster, charts, tmp_path / "coded", rows=FEW)
    assert sorted_rows(tmp_path / "coded") == sorted_rows(out)
    assert counted(there) == counted(account)
    assert sorted(summary.unreadable) == sorted(done.unreadable)
    assert (summary.compiled, summary.interpreted) == (done.compiled, done.interpreted)
    assert not list(tmp_path.glob(".*"))


def test_an_encounter_with_rows_in_files_of_several_forms_is_one_there_as_here(
    cluster: Any, tmp_path: Path
) -> None:
    paths = in_every_form(shuffled(charted(60, 5, tmp_path)), tmp_path / "year")
    account, done = run(paths, tmp_path / "here", jobs=1)
    there, summary = run_on(cluster, paths, tmp_path / "there", rows=FEW)
    assert summary.left[ACROSS] == done.left[ACROSS] > 30
    assert counted(there) == counted(account)
    assert sorted_rows(tmp_path / "there") == sorted_rows(tmp_path / "here")
    assert (summary.compiled, summary.interpreted) == (done.compiled, done.interpreted)


def test_tables_are_kept_by_month_in_the_folders_of_one_machine(
    cluster: Any, charts: list[Path], tmp_path: Path
) -> None:
    run(charts[:1], tmp_path / "here", by_month=True)
    run_on(cluster, charts[:1], tmp_path / "there", by_month=True, rows=FEW)
    assert folders(tmp_path / "there") == folders(tmp_path / "here")
    assert sorted_rows(tmp_path / "there") == sorted_rows(tmp_path / "here")


def test_partitions_without_a_row_change_nothing(
    cluster: Any, charts: list[Path], tmp_path: Path
) -> None:
    zoned = charts[3]
    run([zoned], tmp_path / "here")
    there, _ = run_on(cluster, [zoned], tmp_path / "there", rows=2)  # for its ten encounters 15
    assert there.rows == 30
    assert len(list((tmp_path / "there" / "lines.parquet").iterdir())) < 15
    assert sorted_rows(tmp_path / "there") == sorted_rows(tmp_path / "here")


def folders(out: Path) -> set[Path]:
    return {path.relative_to(out).parent for path in out.rglob("*.parquet") if path.is_file()}


def test_a_frame_of_rows_with_their_numbers_gives_the_tables_of_the_file(
    cluster: Any, charts: list[Path], tmp_path: Path
) -> None:
    """What is found names the frame and not the file; every other value is the same."""
    rows = pq.read_table(charts[0])
    numbered = rows.append_column("row", pa.array(range(1, len(rows) + 1), pa.int64()))
    pq.write_table(numbered, tmp_path / "numbered.parquet")
    run(charts[:1], tmp_path / "here")
    frame = cluster.read.parquet(str(tmp_path / "numbered.parquet"))
    coded = spark.code(frame, policies=(PLANS,), order="row", partitions=3)
    coded.everything.write.partitionBy("table").parquet(str(tmp_path / "coded"))
    written = spark.tables(cluster.read.parquet(str(tmp_path / "coded")))
    for name in TABLES:
        made = getattr(written, name).toArrow().to_pylist()
        assert sorted(map(placeless, made)) == sorted(
            map(placeless, rows_of(tmp_path / "here", name))
        ), name
    account = written.account.toArrow()
    assert sum(account["rows"].to_pylist()) == len(rows)


def placeless(row: dict[str, Any]) -> str:
    if row.get("file"):
        row = row | {"file": "", "facts": ""}
    return repr(row)


@pytest.mark.parametrize("cluster", ["spark"], indirect=True)
def test_a_worker_that_is_killed_while_it_writes_is_replaced_and_no_row_stands_twice(
    cluster: Any, charts: list[Path], here: tuple[Path, Any, Any], tmp_path: Path
) -> None:
    """Only Spark's workers are processes of their own; Sail's are threads of the server."""
    out, account, _ = here
    killed: list[int] = []
    hunter = threading.Thread(target=kill_a_writer, args=(tmp_path, killed))
    hunter.start()
    there, _ = run_on(cluster, charts, tmp_path / "coded", rows=FEW)
    hunter.join()
    assert len(killed) == 1
    assert sorted_rows(tmp_path / "coded") == sorted_rows(out)
    assert counted(there) == counted(account)
    assert [each.name for each in tmp_path.iterdir()] == ["coded"]


def kill_a_writer(below: Path, killed: list[int]) -> None:
    """Kill the first other process that has a file open below the folder."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        for process in Path("/proc").iterdir():
            if process.name.isdigit() and is_writing(process, below):
                os.kill(int(process.name), signal.SIGKILL)
                killed.append(int(process.name))
                return


def is_writing(process: Path, below: Path) -> bool:
    if int(process.name) == os.getpid():
        return False
    try:
        if b"pyspark" not in (process / "cmdline").read_bytes():
            return False
        opened = [str(each.readlink()) for each in (process / "fd").iterdir()]
    except OSError:  # it has ended
        return False
    return any(each.startswith(str(below)) for each in opened)
