"""An engine that loses rows, doubles them or tears encounters apart is found out, and nothing is written."""

from __future__ import annotations

import errno
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("numba")
pytest.importorskip("pyarrow")
pytest.importorskip("pyspark")

from clusters import counted, run_on, session, sorted_rows
from hangtime.batch import on_spark, partitions
from hangtime.errors import UserError
from hangtime.formats.outcomes import TABLES
from whole_runs import charted, in_files, run

FEW = 40


@pytest.fixture(scope="module")
def sail(require: Callable[[str], None]) -> Iterator[Any]:
    require("pysail")
    with session("sail") as made:
        yield made


@pytest.fixture(scope="module")
def charts(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    folder = tmp_path_factory.mktemp("charts")
    return in_files(charted(60, 2, folder), folder / "year", 3)


class Frame:
    """A DataFrame of an engine that does something else where it is asked to bring rows together."""

    def __init__(self, frame: Any, shuffle: Callable[[Any, int, str], Any]) -> None:
        self.frame, self.shuffle = frame, shuffle

    def mapInArrow(self, work: Any, columns: str) -> Frame:
        return Frame(self.frame.mapInArrow(work, columns), self.shuffle)

    def repartition(self, count: int, by: str) -> Frame:
        return Frame(self.shuffle(self.frame, count, by), self.shuffle)

    def collect(self) -> Any:
        return self.frame.collect()


class Engine:
    def __init__(self, session: Any, shuffle: Callable[[Any, int, str], Any]) -> None:
        self.session, self.shuffle = session, shuffle

    def range(self, *counts: int) -> Frame:
        return Frame(self.session.range(*counts), self.shuffle)


def as_asked(frame: Any, count: int, by: str) -> Any:
    return frame.repartition(count, by)


def losing(frame: Any, count: int, by: str) -> Any:
    return frame.where("hangtime_line <> 17").repartition(count, by)


def doubling(frame: Any, count: int, by: str) -> Any:
    return frame.union(frame.where("hangtime_line = 17")).repartition(count, by)


def losing_a_file(frame: Any, count: int, by: str) -> Any:
    return frame.where(f"hangtime_line < {1 << 40}").repartition(count, by)


def tearing(frame: Any, count: int, by: str) -> Any:
    return frame.repartition(count, "hangtime_line")


@pytest.mark.parametrize(
    ("shuffle", "said"),
    [
        (losing, "lost or doubled rows"),
        (doubling, "lost or doubled rows"),
        (losing_a_file, "lost or doubled rows"),
        (tearing, "rows of an encounter to two workers"),
    ],
)
def test_an_engine_that_does_not_do_what_it_was_asked_is_refused(
    sail: Any, charts: list[Path], tmp_path: Path, shuffle: Any, said: str
) -> None:
    with pytest.raises(UserError, match=said):
        run_on(Engine(sail, shuffle), charts, tmp_path / "coded", rows=FEW)
    assert not list(tmp_path.iterdir())


def test_one_that_does_gives_the_answer_of_one_machine_and_counts_without_a_folder(
    sail: Any, charts: list[Path], tmp_path: Path
) -> None:
    account, _ = run(charts, tmp_path / "here")
    there, _ = run_on(Engine(sail, as_asked), charts, tmp_path / "there", rows=FEW)
    only, _ = run_on(sail, charts, None, rows=10**6)
    assert sorted_rows(tmp_path / "there") == sorted_rows(tmp_path / "here")
    assert counted(account) == counted(there) == counted(only)


def test_tables_of_csv_have_the_rows_of_one_machine(
    sail: Any, charts: list[Path], tmp_path: Path
) -> None:
    """One partition, so that each table is one file here as there."""
    run(charts, tmp_path / "here", "csv")
    run_on(sail, charts, tmp_path / "there", "csv")
    names = [f"{name}.csv" for name in TABLES]
    for name in names:
        here, there = ((tmp_path / each / name).read_text("utf-8") for each in ("here", "there"))
        assert sorted(there.splitlines()) == sorted(here.splitlines()), name
    listed = sorted(each.name for each in (tmp_path / "there").iterdir())
    assert listed == sorted([*names, "manifest.json"])


def test_a_worker_with_other_rules_or_code_sets_is_refused(
    sail: Any, charts: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = on_spark.installed()
    monkeypatch.setattr(on_spark, "installed", lambda: here | {"code_sets": "sha256:another"})
    with pytest.raises(UserError, match="other rules or other code sets"):
        run_on(sail, charts, tmp_path / "coded")
    assert not list(tmp_path.iterdir())


def test_a_file_that_no_worker_sees_is_named(
    sail: Any, charts: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As where a folder of this machine is not shared."""
    cut = on_spark.cut

    def cut_elsewhere(*asked: Any) -> Any:
        (files,), whole = cut(*asked)
        return [files._replace(paths=("/elsewhere.parquet", *files.paths[1:]))], whole

    monkeypatch.setattr(on_spark, "cut", cut_elsewhere)
    with pytest.raises(UserError, match=r"/elsewhere\.parquet: a worker does not see this file"):
        run_on(sail, charts, tmp_path / "coded")
    assert not list(tmp_path.iterdir())


def test_a_full_disk_on_a_worker_is_said_and_leaves_nothing(
    sail: Any, charts: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: Any) -> None:
        raise OSError(errno.ENOSPC, "no space left")

    monkeypatch.setattr(partitions.PartWriters, "write", full)
    with pytest.raises(UserError, match="there is no room on the disk"):
        run_on(sail, charts, tmp_path / "coded")
    assert not list(tmp_path.iterdir())


def test_a_fault_of_a_worker_is_told_by_its_kind_and_never_by_what_it_says(
    charts: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def faulty(*_: Any) -> None:
        raise ValueError("Jane Doe, born 1950")

    monkeypatch.setattr(partitions.PartWriters, "write", faulty)
    with (
        pytest.raises(UserError, match="failed on the cluster") as caught,
        session("sail") as made,
    ):
        run_on(made, charts, tmp_path / "coded")
    assert "ValueError" in str(caught.value)
    assert "Jane" not in f"{caught.value} {caught.value.__cause__}"
    assert not list(tmp_path.iterdir())
