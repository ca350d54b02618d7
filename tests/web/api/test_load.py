"""A full unit charts for five minutes while boards are watched: nobody waits, nothing fails."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from databases import KINDS


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_two_hundred_chairs_are_answered_at_once_and_without_an_error(
    kind: str, checkout: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("locust")
    program = [sys.executable, str(checkout / "benchmarks" / "load.py"), "--database", kind]
    done = subprocess.run(program, capture_output=True, text=True, check=False)
    told = json.loads(done.stdout)
    with capsys.disabled():
        print(f"\n{kind}: {json.dumps(told)}")

    assert told["errors"] == 0
    assert told["recorded"] >= told["events"]
    assert told["cards"] > told["events"], "boards were watched"
    assert told["p95_ms"] < 150
    assert (told["chairs"], told["every_s"], told["seconds"]) == (200, 5.0, 300)
