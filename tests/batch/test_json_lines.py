"""JSON Lines go through in blocks and processes, and come out as if the file were read whole."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

pytest.importorskip("numba")
pytest.importorskip("pyarrow")

import pyarrow.parquet as pq

from generated import encounters
from hangtime.batch import jsonlines
from hangtime.batch.jsonlines import JsonLines, NotLines, reads_of
from hangtime.batch.local import Interpreting, Way, code_files, wants
from hangtime.cli._coding import Account, code_read, code_reads
from hangtime.engine import Coder
from hangtime.formats import contract, read
from hangtime.formats.outcomes import TABLES, write_tables
from whole_runs import digests, rows_of

COUNT = 60
KILLED = """
import os, signal, sys
from pathlib import Path
from hangtime.batch import jsonlines
from whole_runs import run

def at(rows, of):
    os.kill(os.getpid(), signal.SIGKILL)

if __name__ == "__main__":
    jsonlines.LINES = 7
    run([Path(sys.argv[1])], None, jobs=2, progress=at)
"""


@pytest.fixture(autouse=True)
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jsonlines, "LINES", 7)


@pytest.fixture(scope="module")
def charts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Encounters, one in two lines far from each other, broken and blank lines among them."""
    path = tmp_path_factory.mktemp("charts") / "charts.jsonl"
    with path.open("w", encoding="utf-8") as stream:
        contract.write_encounters(encounters(COUNT, 4), stream)
    lines = path.read_text("utf-8").splitlines()
    wide = next(n for n, line in enumerate(lines) if len(json.loads(line)["administrations"]) > 1)
    first = json.loads(lines[wide])
    second = first | {"administrations": [first["administrations"].pop()]}
    lines[wide] = json.dumps(first)
    lines += [json.dumps(second), "{no json", "", "[]", lines[3][:40]]
    path.write_bytes("\n".join(lines).encode() + b'\n{"encounter_id": "\xff"}\n')
    return path


def test_blocks_are_read_as_the_whole_file_is(charts: Path) -> None:
    file = str(charts)
    blocks = list(JsonLines(charts).blocks())
    found = [each for block in blocks for each in reads_of(block, file)]
    whole = list(contract.read(charts))

    assert len(blocks) > 5
    assert sorted(found, key=repr) == sorted(whole, key=repr)


def test_two_processes_write_what_one_does_and_what_the_interpreted_engine_does(
    charts: Path, tmp_path: Path
) -> None:
    accounts = []
    for jobs in (1, 2):
        accounts.append(Account())
        code_files(
            [charts], tmp_path / str(jobs), "parquet", accounts[-1],
            Interpreting(Coder, code_read, read), way=Way(jobs=jobs, part=100),
        )  # fmt: skip
    plain = Account()
    for _ in write_tables(counted(charts, plain), tmp_path / "plain", "parquet"):
        pass

    assert digests(tmp_path / "1") == digests(tmp_path / "2")
    for name in TABLES:
        found, expected = (rows_of(tmp_path / which, name) for which in ("1", "plain"))
        assert sorted(found, key=repr) == sorted(expected, key=repr), name
    assert replace(accounts[0], faults={}) == replace(plain, faults={})
    assert pq.ParquetFile(tmp_path / "1" / "lines.parquet" / "part-00001.parquet")


def counted(path: Path, account: Account) -> Iterator:
    for each in code_reads(read(path), Coder()):
        account.add(each)
        yield each.outcome


@pytest.mark.parametrize("text", ["", "[\n]", '{\n"encounter_id": "e"}\n', "\ufffe"])
def test_other_forms_of_json_are_left_to_the_reader_of_whole_files(
    text: str, tmp_path: Path
) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text(text, "utf-8")
    with pytest.raises(NotLines):
        JsonLines(path)


def test_large_tables_and_lines_are_for_the_batch_and_documents_are_not(tmp_path: Path) -> None:
    for name, is_wanted in (("a.csv", True), ("a.jsonl.gz", True), ("a.json", False)):
        path = tmp_path / name
        path.write_bytes(bytes(5_000_000))
        assert wants([path]) == is_wanted
    assert not wants([tmp_path / "a.csv", tmp_path / "absent.csv"])


def test_the_workers_of_a_run_that_is_killed_end_with_it(charts: Path, tmp_path: Path) -> None:
    """They hold the output of the run, so that who reads it would wait for them."""
    program = tmp_path / "killed.py"
    program.write_text(KILLED, "utf-8")
    killed = subprocess.run(
        [sys.executable, str(program), str(charts)], timeout=40, capture_output=True, check=False,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])},
    )  # fmt: skip
    assert killed.returncode == -signal.SIGKILL, killed.stderr[-1000:]
