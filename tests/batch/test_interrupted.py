"""Whatever stops a run, what stands under the name asked for is whole or is not there."""

from __future__ import annotations

import json
import os
import resource
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

pytest.importorskip("numba")
pytest.importorskip("pyarrow")

from hangtime.batch import unfinished as stages
from hangtime.batch.unfinished import unfinished
from hangtime.cli._summary import accounting
from hangtime.errors import UserError
from whole_runs import charted, digests, in_files, run

pytestmark = pytest.mark.usefixtures("small_batches")

TESTS = Path(__file__).parents[1]
KILLED = """
import os, signal, sys
from pathlib import Path
from whole_runs import in_small_batches, run

def at(rows, of):
    if rows > of // 2:
        os.kill(os.getpid(), signal.SIGKILL)

in_small_batches()
run([Path(each) for each in sys.argv[2:]], Path(sys.argv[1]), part=1, progress=at)
"""


@pytest.fixture(scope="module")
def charts(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    folder = tmp_path_factory.mktemp("charts")
    return in_files(charted(120, 3, folder), folder / "year", 5)


@pytest.fixture(scope="module")
def unbroken(charts: list[Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("unbroken") / "coded"
    run(charts, out, part=1)
    return out


def test_a_run_killed_in_the_middle_and_resumed_gives_the_bytes_and_the_sum_of_an_unbroken_one(
    charts: list[Path], unbroken: Path, tmp_path: Path
) -> None:
    out = tmp_path / "coded"
    killed = subprocess.run(
        [sys.executable, "-c", KILLED, str(out), *map(str, charts)],
        env={**os.environ, "PYTHONPATH": str(TESTS)}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    assert not out.exists()

    account, done = run(charts, out, part=1, resume=True)

    assert done.resumed > 1
    assert digests(out) == digests(unbroken)
    whole, _ = run(charts, None)
    assert accounting(account) == accounting(whole)
    assert account == whole
    assert [each.name for each in tmp_path.iterdir()] == ["coded"]


@contextmanager
def files_no_longer_than(size: int) -> Iterator[None]:
    """As a quota: a file that grows beyond it is refused."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_without_room_on_the_disk_the_run_says_so_and_leaves_no_false_file(
    charts: list[Path], unbroken: Path, tmp_path: Path
) -> None:
    out = tmp_path / "coded"
    with files_no_longer_than(6_000), pytest.raises(UserError, match="no room on the disk"):
        run(charts, out, part=1)
    assert not out.exists()

    run(charts, out, part=1, resume=True)

    assert digests(out) == digests(unbroken)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of a megabyte: a file system in a file."""
    image, folder = tmp_path / "disk.image", tmp_path / "disk"
    folder.mkdir()
    image.write_bytes(bytes(1 << 20))
    made = all(
        shutil.which(command[0]) and not subprocess.run(command, capture_output=True, check=False).returncode
        for command in (
            ["mkfs.ext4", "-q", "-O", "^has_journal", str(image)],
            ["mount", "-o", "loop", str(image), str(folder)],
        )
    )  # fmt: skip
    if not made:
        pytest.skip("nobody but root may mount a disk; the quota above says the same")
    shutil.rmtree(folder / "lost+found")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def test_a_disk_that_is_full_keeps_its_earlier_tables_and_once_there_is_room_it_goes_on(
    charts: list[Path], unbroken: Path, small_disk: Path
) -> None:
    out = small_disk / "coded"
    out.mkdir()
    (out / "lines.csv").write_text("encounter_id\n", "utf-8")
    ballast = small_disk / "ballast"
    ballast.write_bytes(bytes(shutil.disk_usage(small_disk).free - 100_000))

    with pytest.raises(UserError, match="no room on the disk"):
        run(charts, out, part=1)
    assert digests(out).keys() == {"lines.csv"}

    ballast.unlink()
    _, done = run(charts, out, part=1, resume=True)
    assert done.resumed >= 1
    assert digests(out) == digests(unbroken)
    assert [each.name for each in small_disk.iterdir()] == ["coded"]


class Killed(BaseException):
    """Stands for the end of the process: nothing of it is caught on the way."""


def write_two_parts(out: Path, *, resume: bool) -> None:
    with unfinished(out, {"inputs": "these"}, resume=resume) as stage:
        for part in range(stage.parts + 1, 3):
            folder = stage.folder / "lines.csv"
            folder.mkdir(exist_ok=True)
            (folder / f"{stages.PART.format(part)}.csv").write_text(f"{part}\n", "utf-8")
            stage.keep(part, {"rows": part})
        stage.finish({"rows": 2})


def write_one_part(out: Path, *, resume: bool) -> None:
    with unfinished(out, {"inputs": "these"}, resume=resume) as stage:
        if not stage.parts:
            for name in ("lines.csv", "findings.csv"):
                (stage.folder / name).mkdir(exist_ok=True)
                (stage.folder / name / f"{stages.PART.format(1)}.csv").write_text("1\n", "utf-8")
            stage.keep(1, {"rows": 1})
        stage.finish({"rows": 1})


@pytest.mark.parametrize("write", [write_one_part, write_two_parts])
@pytest.mark.parametrize("is_there_before", [False, True])
def test_at_whatever_step_it_is_killed_the_tables_are_the_old_or_the_new_and_can_be_resumed(
    write, is_there_before: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each change of the disk is where it stops once: what follows finds what was left there."""
    whole = tmp_path / "whole" / "coded"
    write(whole, resume=False)
    steps = 0
    for stop in range(1, 100):
        out = tmp_path / str(stop) / "coded"
        old = {}
        if is_there_before:
            out.mkdir(parents=True)
            (out / "policy.csv").write_text("old\n", "utf-8")
            old = digests(out)
        with monkeypatch.context() as patched:
            stop_at(stop, patched)
            try:
                write(out, resume=False)
                break
            except Killed:
                steps += 1
        found = digests(out) if out.exists() else {}
        assert found in ({}, old, digests(whole))
        write(out, resume=True)
        assert digests(out) == digests(whole)
        assert [each.name for each in out.parent.iterdir()] == ["coded"]
    assert steps > 8


def stop_at(number: int, patched: pytest.MonkeyPatch) -> None:
    """The process ends before the change of that number: a rename, a file made safe, a removal."""
    left = iter(range(number - 1))

    def counted(change):
        def changed(*arguments, **named):
            if next(left, None) is None:
                raise Killed
            return change(*arguments, **named)

        return changed

    patched.setattr(stages, "synced", counted(stages.synced))
    patched.setattr(stages.shutil, "rmtree", counted(shutil.rmtree))
    for name in ("rename", "replace", "rmdir"):
        patched.setattr(stages.Path, name, counted(getattr(Path, name)))


def write_and_die(out: Path, asked: dict[str, str]) -> None:
    """Leave one whole part."""
    with suppress(Killed), unfinished(out, asked) as stage:
        (stage.folder / "lines.csv").write_text("1\n", "utf-8")
        stage.keep(1, {})
        raise Killed


def test_a_run_of_other_inputs_is_not_resumed(tmp_path: Path) -> None:
    out = tmp_path / "coded"
    write_and_die(out, {"inputs": "those"})

    with (
        pytest.raises(UserError, match="other inputs"),
        unfinished(out, {"inputs": "these"}, resume=True),
    ):
        pass


def test_a_part_that_was_changed_is_not_taken_up(tmp_path: Path) -> None:
    out = tmp_path / "coded"
    write_and_die(out, {})
    (lines,) = tmp_path.glob(".coded.unfinished/whole/lines.csv")
    lines.write_text("2\n", "utf-8")

    with (
        pytest.raises(UserError, match="not what the interrupted run wrote"),
        unfinished(out, {}, resume=True),
    ):
        pass


def test_a_run_that_fails_before_its_first_part_leaves_nothing(tmp_path: Path) -> None:
    def fail() -> None:
        with unfinished(tmp_path / "coded", {}):
            raise UserError

    with pytest.raises(UserError):
        fail()
    assert list(tmp_path.iterdir()) == []


def test_two_runs_do_not_write_to_one_folder(tmp_path: Path) -> None:
    out = tmp_path / "coded"
    with unfinished(out, {}), pytest.raises(UserError, match="another run"), unfinished(out, {}):
        pass


def test_a_folder_with_files_of_others_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("mine", "utf-8")
    with pytest.raises(UserError, match="other files"), unfinished(tmp_path, {}):
        pass


def test_the_manifest_names_inputs_files_and_a_sum_that_adds_up(
    charts: list[Path], unbroken: Path
) -> None:
    said = json.loads((unbroken / "manifest.json").read_text("utf-8"))
    rows = said["rows"]
    assert rows["read"] == rows["coded"] + rows["merged"] + rows["set_aside"]
    assert rows["set_aside"] > 0
    assert [each["file"] for each in said["inputs"]] == list(map(str, charts))
    listed = {each["file"]: each["digest"] for each in said["files"]}
    found = digests(unbroken)
    del found["manifest.json"]
    assert listed == {name: f"sha256:{digest}" for name, digest in found.items()}
