"""An encounter that has rows behind the damage of a file is set aside, whoever reads it; no other is."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.importorskip("numba")
pytest.importorskip("pyarrow")

import pyarrow as pa
import pyarrow.parquet as pq

from hangtime.batch import source, together
from hangtime.formats import _parquet
from hangtime.formats.tabular import read_together
from whole_runs import charted, damage, rows_of, run

RULE = "INPUT-CUT-SHORT"
GROUP, DAMAGED = 28, 3  # rows of a group, and the group that is damaged
BATCH = 58  # rows read at a time: an encounter goes on behind the first of them


@pytest.fixture(autouse=True)
def small_batches() -> Iterator[None]:
    before = source.ROWS, together.ROWS
    source.ROWS = together.ROWS = BATCH
    yield
    source.ROWS, together.ROWS = before


@pytest.fixture(scope="module")
def rows(tmp_path_factory: pytest.TempPathFactory) -> pa.Table:
    return charted(100, 8, tmp_path_factory.mktemp("charts"))


def written(rows: pa.Table, path: Path) -> Path:
    pq.write_table(rows, path, row_group_size=GROUP, compression="none")
    return path


def shuffled(rows: pa.Table) -> pa.Table:
    order = list(range(len(rows)))
    random.Random(5).shuffle(order)
    return rows.take(order)


def ids(rows: pa.Table) -> set[str]:
    return set(rows.column("encounter_id").to_pylist())


def cut_short(out: Path) -> set[str]:
    return {row["encounter_id"] for row in rows_of(out, "findings") if row["rule"] == RULE}


def lines(out: Path, encounters: set[str]) -> list[object]:
    return [each for each in rows_of(out, "lines") if each["encounter_id"] in encounters]


@pytest.mark.parametrize("order", ["in order", "shuffled"])
@pytest.mark.parametrize("column", ["drug", "start"])
def test_what_lacks_rows_is_set_aside_and_the_rest_is_coded_as_ever(
    rows: pa.Table, order: str, column: str, tmp_path: Path
) -> None:
    rows = shuffled(rows) if order == "shuffled" else rows
    path = written(rows, tmp_path / "charts.parquet")
    run([path], tmp_path / "whole")
    damage(path, column, DAMAGED)

    account, done = run([path], tmp_path / "coded")

    assert len(done.unreadable) == 1
    assert GROUP <= account.rows <= GROUP * DAMAGED
    read, behind = ids(rows.slice(0, account.rows)), ids(rows.slice(account.rows))
    assert cut_short(tmp_path / "coded") == read & behind != set()
    assert not lines(tmp_path / "coded", behind)
    assert lines(tmp_path / "coded", read - behind) == lines(tmp_path / "whole", read - behind)
    assert account.set_aside >= len(read & behind)


@pytest.mark.parametrize("order", ["in order", "shuffled"])
def test_the_strict_reader_sets_the_same_aside(
    rows: pa.Table, order: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_parquet, "_BATCH", source.ROWS)
    rows = shuffled(rows) if order == "shuffled" else rows
    path = written(rows, tmp_path / "charts.parquet")
    damage(path, "start", DAMAGED)
    run([path], tmp_path / "coded")
    said: list[str] = []

    reads = list(read_together([path], said.append))

    told = {
        each.encounter_id for each in reads if any(f.reason.rule == RULE for f in each.findings)
    }
    assert len(said) == 1
    assert told == cut_short(tmp_path / "coded")
    assert all(each.encounter is None for each in reads if each.encounter_id in told)


def test_an_encounter_that_goes_on_in_a_damaged_file_is_set_aside(
    rows: pa.Table, tmp_path: Path
) -> None:
    names = rows.column("encounter_id").to_pylist()
    cut = next(n for n in range(GROUP, len(rows)) if names[n] == names[n - 1])
    one = written(rows.slice(0, cut), tmp_path / "one.parquet")
    two = written(rows.slice(cut), tmp_path / "two.parquet")
    damage(two, "drug", 0)

    run([one, two], tmp_path / "coded")

    assert cut_short(tmp_path / "coded") == {names[cut]}


@pytest.mark.parametrize("order", ["in order", "shuffled"])
def test_where_the_ids_themselves_are_damaged_nothing_of_the_file_is_coded(
    rows: pa.Table, order: str, tmp_path: Path
) -> None:
    rows = shuffled(rows) if order == "shuffled" else rows
    path = written(rows, tmp_path / "charts.parquet")
    other = written(charted(10, 9, tmp_path), tmp_path / "other.parquet")
    damage(path, "encounter_id", DAMAGED)

    account, done = run([path, other], tmp_path / "coded")

    assert len(done.unreadable) == 1
    assert {row["encounter_id"] for row in rows_of(tmp_path / "coded", "lines")} <= ids(
        pq.read_table(other)
    )
    assert account.rows > 10
