"""The same plan gives the same files, in every form, or none; what cannot be done is said."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

pytest.importorskip("pyarrow")

import pyarrow.parquet as pq
from click.testing import CliRunner, Result

from hangtime.cli import hangtime
from hangtime.cli import simulate as command
from hangtime.errors import UncoveredDate, UserError
from hangtime.formats import read
from hangtime.simulate import running
from hangtime.simulate.block import SIZE
from hangtime.simulate.running import Plan, simulate


def digests(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def run(*arguments: str) -> Result:
    return CliRunner().invoke(hangtime, ["simulate", *arguments])


def test_one_process_and_two_write_the_same_bytes_and_another_seed_others(tmp_path: Path) -> None:
    plan = Plan(SIZE + 500, seed=4)
    simulate(plan, tmp_path / "one")
    simulate(plan, tmp_path / "two", jobs=2)
    simulate(Plan(SIZE + 500, seed=5), tmp_path / "other")

    one = digests(tmp_path / "one")
    assert one == digests(tmp_path / "two")
    assert not set(one.values()) & set(digests(tmp_path / "other").values())


def test_parquet_csv_and_json_lines_hold_the_same_encounters(tmp_path: Path) -> None:
    simulate(Plan(400, seed=6), tmp_path, ("parquet", "csv", "jsonl"))

    def encounters(form: str):
        found = list(read(tmp_path / f"encounters.{form}"))
        assert [each.findings for each in found if each.findings] == []
        return [each.encounter for each in found]

    parquet = encounters("parquet")
    assert len(parquet) == 400
    assert encounters("csv") == parquet
    assert encounters("jsonl") == parquet
    for name in ("claims", "truth/lines", "truth/given", "truth/gaps", "truth/errors"):
        lines = (tmp_path / f"{name}.csv").read_text("utf-8").splitlines()
        assert len(lines) == pq.read_metadata(tmp_path / f"{name}.parquet").num_rows + 1


def test_a_run_that_breaks_off_leaves_no_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = running.block_of

    def breaks(plan: Plan, number: int):
        if number:
            raise KeyboardInterrupt
        return made(plan, number)

    monkeypatch.setattr(running, "block_of", breaks)
    with pytest.raises(KeyboardInterrupt):
        simulate(Plan(SIZE + 1), tmp_path)

    assert digests(tmp_path) == {}


def test_the_command_says_how_many_how_fast_by_which_seed_and_with_what_planted(
    tmp_path: Path,
) -> None:
    told = run("--encounters", "300", "--seed", "7", "-o", str(tmp_path), "--clean",
               "--rate", "missing_stop=0.5", "--rate", "billed_twice=0.5")  # fmt: skip

    assert told.exit_code == 0
    assert sorted(told.stdout.split()) == sorted(str(path) for path in tmp_path.rglob("*.parquet"))
    assert "300 encounters" in told.stderr
    assert "\nseed 7, year 2025\n" in told.stderr
    assert "encounters a second\n" in told.stderr
    said = json.loads((tmp_path / "simulation.json").read_text("utf-8"))
    assert list(said["gaps"]) == ["missing_stop"]
    assert list(said["errors"]) == ["billed_twice"]
    assert f"missing_stop {said['gaps']['missing_stop'] / 300:.2%}" in told.stderr


def test_a_year_of_visits_looks_like_one(tmp_path: Path) -> None:
    """In order of arrival, fewer at weekends, clinics by day, every department and both settings."""
    simulate(Plan(8_000, seed=8), tmp_path)
    given = pq.read_table(tmp_path / "truth" / "given.parquet").to_pylist()
    charted = pq.read_table(tmp_path / "encounters.parquet", columns=["setting"])
    first = {row["encounter_id"]: row for row in reversed(given)}
    weekend = sum(row["start"].weekday() >= 5 for row in first.values())

    assert list(first)[::-1] == sorted(first)
    assert {row["department"] for row in given} == {
        "emergency", "observation", "infusion", "oncology", "office",
    }  # fmt: skip
    assert {row["start"].month for row in given if row["start"].year == 2025} == set(range(1, 13))
    assert 0.08 < weekend / len(first) < 0.2
    assert set(charted.column("setting").to_pylist()) == {"facility", "professional"}


def test_what_cannot_be_simulated_is_said(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="from 2020"):
        Plan(10, year=2019)
    with pytest.raises(UncoveredDate, match="2031"):
        Plan(10, year=2031)
    with pytest.raises(UserError, match="nobody_knows is none of"):
        Plan(10, shares={"nobody_knows": 0.1})
    with pytest.raises(UserError, match="late_entry is not between"):
        Plan(10, shares={"late_entry": 1.5})
    with pytest.raises(UserError, match="all gaps"):
        Plan(10, shares={"late_entry": 0.7, "no_times": 0.7})
    blocked = tmp_path / "file"
    blocked.write_text("", "utf-8")
    with pytest.raises(UserError, match="nothing can be written there"):
        simulate(Plan(10), blocked / "folder")
    assert run("-o", str(tmp_path), "--rate", "late_entry").exit_code == 2


def test_a_missing_library_is_named_with_what_brings_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(command, "find_spec", lambda name: None if name == "pyarrow" else name)
    told = run("-o", str(tmp_path))

    assert isinstance(told.exception, UserError)
    assert "needs pyarrow: install hangtime with its extra `batch`" in str(told.exception)
