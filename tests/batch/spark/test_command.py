"""`hangtime code --engine spark`: the same words, the same status, and nothing half done."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

pytest.importorskip("numba")
pytest.importorskip("pyarrow")
pytest.importorskip("pyspark")

from clusters import sail_server, sorted_rows
from generated import PLANS
from hangtime.cli.code import command
from whole_runs import charted, in_files, run

IN, PROFILES = "charts", ["--policy", str(PLANS)]


@pytest.fixture(scope="module")
def sail(require: Callable[[str], None]) -> Iterator[str]:
    require("pysail")
    with sail_server() as address:
        yield address


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("command")
    in_files(charted(150, 7, folder), folder / IN, 2)
    return folder


@pytest.fixture(autouse=True)
def _there(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)


def code(*asked: str) -> Result:
    return CliRunner().invoke(command, [*asked, *PROFILES])


def test_a_cluster_says_and_writes_what_one_machine_does(sail: str) -> None:
    """By month one machine takes the compiled rules for an input of any size, as a cluster does."""
    asked = IN, "--partition", "month"
    here = code(*asked, "-o", "here")
    there = code(*asked, "-o", "there", "--engine", "spark", "--remote", sail, "--part-rows", "90")
    assert (there.exit_code, there.stderr) == (here.exit_code, here.stderr)
    assert there.exit_code == 1, "some rows are bad"
    assert tables_of(there) == tables_of(here)
    assert sorted_rows(Path("there")) == sorted_rows(Path("here"))
    here, there = (
        json.loads(Path(name, "manifest.json").read_bytes()) for name in ("here", "there")
    )
    same = ("program", "inputs", "profiles", "code_sets", "rows", "encounters", "unreadable")
    assert [there[name] for name in same] == [here[name] for name in same]
    assert there["options"]["engine"] == "spark"
    for each in there["files"]:
        assert Path("there", each["file"]).stat().st_size == each["bytes"]


def tables_of(done: Result) -> list[str]:
    """Codes and findings with their counts; those of one count in any order."""
    counts, named, _ = done.stdout.partition("Found in the input")
    assert named
    return sorted(counts.splitlines())


KILL = """
import os, signal
from hangtime.batch import on_spark
from hangtime.cli import main

def killed(*_):
    os.kill(os.getpid(), signal.SIGKILL)

on_spark._give_places = killed
main()
"""


def test_a_run_that_is_killed_before_its_end_leaves_nothing_under_its_name(
    sail: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Files are named from a folder that the workers are not in."""
    asked = ["code", IN, "-o", "killed", "--engine", "spark", "--remote", sail, *PROFILES]
    monkeypatch.chdir("/")
    assert program(KILL, asked, folder) == -signal.SIGKILL
    assert not (folder / "killed").exists()
    assert list((folder / ".killed.unfinished/attempts").iterdir()), "it had come that far"
    assert program("from hangtime.cli import main; main()", asked, folder) == 1
    monkeypatch.chdir(folder)
    run(sorted(Path(IN).iterdir()), Path("unbroken"))
    assert sorted_rows(Path("killed")) == sorted_rows(Path("unbroken"))
    assert not Path(".killed.unfinished").exists()


def program(text: str, asked: list[str], folder: Path) -> int:
    said = [sys.executable, "-c", text, *asked]
    return subprocess.run(said, cwd=folder, capture_output=True, check=False).returncode


SPARK = "--engine", "spark"


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ((*SPARK,), "needs --master or --remote"),
        (("--master", "local[2]"), "go with --engine spark"),
        ((*SPARK, "--master", "local[2]", "--remote", "sc://there"), "give one"),
        ((*SPARK, "--remote", "sc://there", "--json"), "Leave out --engine"),
        ((*SPARK, "--remote", "sc://there", "--prices"), "Leave out --engine"),
        ((*SPARK, "--remote", "sc://there", "--necessity"), "Leave out --engine"),
        ((*SPARK, "--remote", "sc://there", "--sentences"), "Leave out --engine"),
        ((*SPARK, "--remote", "sc://there", "-o", "x", "--resume"), "Run anew"),
        ((*SPARK, "--remote", "sc://there", "--jobs", "2"), "--master says how many"),
        ((*SPARK, "--remote", "sc://there", "--conf", "memory"), "NAME=VALUE"),
        ((*SPARK, "--remote", "http://there"), "as sc://host:port"),
        ((*SPARK, "--remote", "sc://127.0.0.1:1/;token=abc"), "nobody listens on port 1"),
        ((*SPARK, "--remote", "sc://there", "--payer", "nobody"), "no profile"),
    ],
)
def test_what_cannot_be_is_refused_before_anything_starts(
    asked: tuple[str, ...], said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SPARK_REMOTE", raising=False)
    done = code(IN, *asked)
    assert done.exit_code != 0
    told = done.output + str(done.exception)
    assert said in told
    assert "abc" not in told


@pytest.mark.parametrize("named", ["-", "s3://bucket/charts"])
def test_what_is_no_file_that_workers_share_is_refused(named: str) -> None:
    done = code(named, *SPARK, "--remote", "sc://there")
    assert done.exit_code == 2
    assert "--engine spark reads" in done.output
