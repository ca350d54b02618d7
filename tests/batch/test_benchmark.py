"""What the benchmark compares with does the work that it is said to do."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

pytest.importorskip("duckdb")
pq = pytest.importorskip("pyarrow.parquet")

BENCHMARKS = Path(__file__).resolve().parents[2] / "benchmarks"
ROWS = 3_000


def loaded(name: str) -> ModuleType:
    found = importlib.util.spec_from_file_location(name, BENCHMARKS / f"{name}.py")
    assert found is not None and found.loader is not None
    module = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    return module


def run(script: str, *arguments: object) -> dict[str, float]:
    command = [sys.executable, str(BENCHMARKS / script), *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def charted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("made") / "charted.parquet"
    loaded("made_up").write(path, ROWS)
    return path


@pytest.fixture(scope="module")
def encounters(charted: Path) -> int:
    return len(set(pq.read_table(charted, columns=["encounter_id"])[0].to_pylist()))


@pytest.mark.parametrize("name", ["duckdb", "pyarrow"])
def test_a_limit_finds_every_encounter_and_writes_as_many_rows_as_are_asked_for(
    name: str, charted: Path, encounters: int, tmp_path: Path
) -> None:
    block, out = tmp_path / "block", tmp_path / "out"
    block.mkdir()
    out.mkdir()
    lines = pq.read_table(charted, columns=["encounter_id", "drug"])
    for table, rows in (("lines", 700), ("findings", 30)):
        pq.write_table(lines.slice(0, rows), block / f"{table}.parquet")

    said = run(f"limits/on_{name}.py", charted, block, 3, out)

    assert said["encounters"] == encounters
    written = {each.stem: pq.read_metadata(each).num_rows for each in out.iterdir()}
    assert written == {"lines": 2_100, "findings": 90}
    assert set(pq.read_table(out / "lines.parquet").to_pylist()[0]) == {"encounter_id", "drug"}


def test_the_sql_gives_one_initial_service_an_encounter(charted: Path, tmp_path: Path) -> None:
    from hangtime.codesets.editions import code_number
    from hangtime.rules.words import Code

    out = tmp_path / "lines.parquet"
    said = run("simple_sql.py", charted, out)

    rows = pq.read_table(out).to_pylist()
    assert len(rows) == said["lines"]
    firsts = {
        code_number(code)
        for code in (
            Code.INFUSION_INITIAL, Code.PUSH_INITIAL, Code.HYDRATION_INITIAL, Code.COMPLEX_INITIAL,
            Code.COMPLEX_PUSH_INITIAL,
        )
    }  # fmt: skip
    initial = [each for each in rows if each["code"] in firsts]
    assert len(initial) == len({each["encounter_id"] for each in initial}) > ROWS // 5
    assert {each["units"] for each in initial} == {1}


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="only Linux tells who started what")
def test_memory_is_that_of_the_process_and_of_all_it_started() -> None:
    """A child that holds sixty megabytes counts, though its parent holds little."""
    processes = loaded("processes")
    child = "import time; held = bytearray(60 << 20); time.sleep(0.5)"
    parent = (
        f"import subprocess, sys; subprocess.run([sys.executable, '-c', {child!r}], check=True)"
    )

    alone = processes.in_process([sys.executable, "-c", "import time; time.sleep(0.5)"])
    both = processes.in_process([sys.executable, "-c", parent])

    assert both["megabytes"] > alone["megabytes"] + 60


def test_a_measurement_that_fails_or_takes_too_long_is_said_with_its_last_line() -> None:
    processes = loaded("processes")
    with pytest.raises(processes.Failed, match="no such thing"):
        processes.in_process([sys.executable, "-c", "raise SystemExit('no such thing')"])
    with pytest.raises(processes.Failed, match="not done after 1 s"):
        processes.in_process([sys.executable, "-c", "import time; time.sleep(60)"], within=1)
