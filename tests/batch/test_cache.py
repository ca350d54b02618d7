"""Compiled code is kept by what it was compiled from: an edited rule is never answered from before."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("numba")

PACKAGE = Path(__file__).parents[2] / "src" / "hangtime"

# The loop over encounters takes a minute to compile, one function of it a second: the same options,
# the same folder, the same sources.
PROGRAM = """
from numba import njit
import hangtime.engine
from hangtime.batch import compiled
compiled.register()
with compiled._kept_in(compiled.cache_folder()) as is_kept:
    from hangtime.batch.probe import same
    function = compiled._compiled(same, is_kept)
    print(function(96365, 96365), sum(function.stats.cache_hits.values()))
"""
PROBE = "from hangtime.rules.probed import answer\n\n\ndef same(a, b):\n    return answer(a, b)\n"


def _answer(package: Path, cache: Path) -> list[str]:
    environment = {**os.environ, "PYTHONPATH": str(package.parent), "HANGTIME_CACHE": str(cache)}
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], env=environment, capture_output=True, text=True, check=True
    )
    return done.stdout.split()


def test_an_edited_rule_gives_its_new_answer_from_a_warm_cache(tmp_path):
    package = tmp_path / "source" / "hangtime"
    shutil.copytree(PACKAGE, package)
    rule = package / "rules" / "probed.py"
    (package / "batch" / "probe.py").write_text(PROBE)
    rule.write_text("def answer(a, b):\n    return 1 if a == b else 0\n")
    assert _answer(package, tmp_path / "cache") == ["1", "0"]
    assert _answer(package, tmp_path / "cache") == ["1", "1"]
    rule.write_text("def answer(a, b):\n    return 2 if a == b else 0\n")
    assert _answer(package, tmp_path / "cache") == ["2", "0"]


def test_a_folder_that_cannot_be_written_only_costs_the_keeping(tmp_path):
    blocked = tmp_path / "a file"
    blocked.write_text("")
    package = tmp_path / "source" / "hangtime"
    shutil.copytree(PACKAGE, package)
    (package / "batch" / "probe.py").write_text(PROBE)
    (package / "rules" / "probed.py").write_text("def answer(a, b):\n    return a - b\n")
    assert _answer(package, blocked) == ["0", "0"]
