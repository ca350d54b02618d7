"""`hangtime code` over folders: where the tables stand, what is said meanwhile, what is refused."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from hangtime.batch import local
from hangtime.batch.unfinished import Unfinished, unfinished
from hangtime.cli import hangtime
from hangtime.cli._output import Progress

EXAMPLES = Path(__file__).parents[2] / "examples"


def run(*arguments: object):
    return CliRunner().invoke(hangtime, [str(each) for each in arguments])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "year"
    folder.mkdir()
    for name in ("encounters.csv", "broken.csv"):
        (folder / name).write_bytes((EXAMPLES / name).read_bytes())
    return folder


def test_a_folder_and_a_pattern_are_coded_as_the_files_in_them(folder: Path) -> None:
    named = run("code", folder / "broken.csv", folder / "encounters.csv", "--json")
    assert run("code", folder, "--json").stdout == named.stdout
    assert run("code", folder / "*.csv", "--json").stdout == named.stdout


def test_a_fault_of_many_files_is_shown_in_five_of_them_and_counted(tmp_path: Path) -> None:
    folder = tmp_path / "year"
    folder.mkdir()
    for number in range(8):
        rows = (f"{number}-{n},facility,M1,ondansetron,by mouth,2025-03-03T08:00" for n in range(5))
        columns = "encounter_id,setting,administration_id,drug,route,start"
        (folder / f"{number}.csv").write_text("\n".join([columns, *rows, ""]), "utf-8")
    told = run("code", folder, "-o", tmp_path / "coded").stdout
    said = " ".join(told.partition("Found in the input")[2].split())

    for fault in ("route is none of", "Neither a clock time"):
        assert said.count(fault) == 5
    assert said.count("Also in lines 3, 4, 5, 6.") == 10
    assert said.count("The same in 3 more files; the findings name each.") == 2
    assert "4.csv" in said
    assert "5.csv" not in said


@pytest.mark.parametrize(
    "forms", [("csv", "csv"), ("parquet", "parquet"), ("csv", "parquet")], ids="-".join
)
def test_an_encounter_that_lies_in_two_small_files_is_one(
    forms: tuple[str, str], tmp_path: Path
) -> None:
    from hangtime.formats import read, tabular

    whole, out, year = tmp_path / "whole.csv", tmp_path / "coded", tmp_path / "year"
    charted = [each.encounter for each in read(EXAMPLES / "encounters.csv") if each.encounter]
    tabular.write_encounters(charted, whole)
    year.mkdir()
    for form, part in zip(forms, (slice(1), slice(1, None)), strict=True):  # the first lies in both
        of_form = whole.with_suffix(f".{form}")
        tabular.write_encounters(charted, of_form)
        rows_to(year / f"{part.start or 0}.{form}", of_form, part)

    expected = run("code", whole, "-o", tmp_path / "expected", "--format", "csv")
    got = run("code", year, "-o", out, "--format", "csv")

    assert got.exit_code == expected.exit_code == 0
    assert got.stderr == expected.stderr
    for table in ("lines", "not_reported", "possible", "policy"):
        rows, wanted = (
            (folder / f"{table}.csv").read_text("utf-8").splitlines()
            for folder in (out, tmp_path / "expected")
        )
        assert sorted(rows) == sorted(wanted)
    said = json.loads((out / "manifest.json").read_text("utf-8"))
    assert len(said["inputs"]) == 2


def rows_to(path: Path, whole: Path, part: slice) -> None:
    if path.suffix == ".csv":
        header, *rows = whole.read_text("utf-8").splitlines(keepends=True)
        path.write_text("".join([header, *rows[part]]), "utf-8")
    else:
        pq = pytest.importorskip("pyarrow.parquet")
        pq.write_table(pq.read_table(whole)[part], path)


def test_a_small_file_that_cannot_be_read_is_named_and_the_others_are_coded(
    folder: Path, tmp_path: Path
) -> None:
    (folder / "a.csv").write_bytes(b"no table")
    (folder / "z.csv.gz").write_bytes(b"\x1f\x8bcut")
    result = run("code", folder, "-o", tmp_path / "coded")
    (folder / "a.csv").unlink()
    (folder / "z.csv.gz").unlink()
    sound = run("code", folder, "-o", tmp_path / "sound")

    assert result.exit_code == 1
    assert "a.csv: has no column encounter_id" in result.stderr
    assert "z.csv.gz: the gzip archive is damaged" in result.stderr
    assert result.stderr.splitlines()[-1] == sound.stderr.splitlines()[-1]


def test_tables_of_a_small_input_have_a_manifest_too_and_replace_earlier_ones_whole(
    folder: Path, tmp_path: Path
) -> None:
    out = tmp_path / "coded"
    run("code", folder, "-o", out, "--format", "parquet")
    result = run("code", folder, "-o", out, "--sentences")

    assert result.exit_code == 1  # rows were set aside
    assert {each.suffix for each in out.iterdir()} == {".csv", ".json"}
    said = json.loads((out / "manifest.json").read_text("utf-8"))
    rows = said["rows"]
    assert rows["read"] == rows["coded"] + rows["merged"] + rows["set_aside"]
    assert f"{rows['read']} rows read = {rows['coded']} coded" in result.stderr
    assert {each["file"] for each in said["files"]} == {
        each.name for each in out.iterdir() if each.suffix == ".csv"
    }
    assert said["options"]["sentences"] is True


def test_large_tables_by_month_are_coded_by_the_compiled_rules_and_resumed_without_harm(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("numba")
    monkeypatch.setattr(local, "LARGE", 1)
    out = tmp_path / "coded"
    options = ("-o", out, "--format", "parquet", "--partition", "month", "--part-rows", 30)
    first = run("code", folder, *options)
    manifest = (out / "manifest.json").read_bytes()
    again = run("code", folder, *options, "--resume")

    assert first.exit_code == again.exit_code == 1, first.output
    assert "through the compiled rules" in first.stderr
    assert "0 parts were there from the interrupted run" in again.stderr
    assert (out / "manifest.json").read_bytes() == manifest
    assert (out / "lines.parquet" / "month=2025-03").is_dir()
    assert "\r" not in first.stderr  # progress is for terminals


@pytest.mark.parametrize("options", [[], ["--partition", "month"]])
def test_where_nothing_can_be_read_earlier_tables_stay_as_they_are(
    options: list[str], folder: Path, tmp_path: Path
) -> None:
    out, damaged = tmp_path / "coded", tmp_path / "damaged.parquet"
    assert run("code", folder / "encounters.csv", "-o", out, *options).exit_code == 0
    before = {path: path.read_bytes() for path in out.rglob("*") if path.is_file()}
    damaged.write_bytes(b"PAR1 and no more")

    for file in (damaged, tmp_path / "absent.csv"):
        again = run("code", file, "-o", out, "--format", "csv", *options)
        assert again.exit_code == 2
        assert file.name in again.stderr
        assert f"No table was written: {out} is as it was." in again.stderr
        assert {path: path.read_bytes() for path in out.rglob("*") if path.is_file()} == before
    assert not list(tmp_path.glob(".coded*"))


def half_written(out: Path) -> Unfinished:
    """A run that was interrupted behind its first part."""
    try:
        with unfinished(out, {}) as stage:
            (stage.folder / "lines.csv").write_text("1\n", "utf-8")
            stage.keep(1, {})
            raise KeyboardInterrupt
    except KeyboardInterrupt:
        return stage


def test_a_small_run_asked_to_resume_another_refuses_and_leaves_it_where_it_is(
    folder: Path, tmp_path: Path
) -> None:
    stage = half_written(tmp_path / "coded")
    refused = run("code", folder / "encounters.csv", "-o", tmp_path / "coded", "--resume")
    assert "of other" in str(refused.exception)
    assert (stage.folder / "lines.csv").is_file()
    assert run("code", folder / "encounters.csv", "-o", tmp_path / "coded").exit_code == 0


@pytest.mark.parametrize(
    "options",
    [["--resume"], ["--partition", "month"], ["-o", "x", "--partition", "month", "--sentences"]],
)
def test_an_option_that_would_say_nothing_is_refused(options: list[str], folder: Path) -> None:
    result = run("code", folder, *options)
    assert result.exit_code == 2
    assert "Error: --partition" in result.stderr


def test_progress_has_rows_rate_and_time_left_and_is_none_off_a_terminal() -> None:
    times = iter([0.0, 10.0, 10.1, 20.0])
    stream = io.StringIO()
    progress = Progress(stream, lambda: next(times))
    for rows in (1_000, 2_001_000, 2_002_000, 4_001_000):
        progress(rows, 4_001_000)

    shown = re.split(r"\r\x1b\[K", stream.getvalue())[1:]
    assert shown == [
        "2,001,000 of 4,001,000 rows, 200,000 a second - 0:10 left",
        "4,001,000 of 4,001,000 rows, 200,000 a second - 0:00 left\n",
    ]
    assert Progress.on(io.StringIO()) is None
