"""The generator's own arithmetic, against the published table of units, and its independence."""

from __future__ import annotations

import ast
import subprocess
import sys

import pytest
from source_text import Module, modules

pytest.importorskip("pyarrow")

import numpy as np

from hangtime.simulate.facts import limits

FACTS = ("hangtime.simulate", "hangtime.codesets.facts", "hangtime.clock", "hangtime.errors")
# First and last minute of a band; hours beyond the first; hours where no other code has the first.
UNITS = """
    1   | 30  | 0 | 0
    31  | 90  | 0 | 1
    91  | 150 | 1 | 2
    151 | 210 | 2 | 3
    211 | 270 | 3 | 4
    271 | 330 | 4 | 5
    331 | 390 | 5 | 6
    391 | 450 | 6 | 7
    451 | 510 | 7 | 8
    511 | 570 | 8 | 9
    """


@pytest.mark.parametrize("band", UNITS.split("\n")[1:-1], ids=str.strip)
def test_hours_of_every_minute_of_a_band(band: str) -> None:
    first, last, further, alone = map(int, band.split("|"))
    minutes = np.arange(first, last + 1)

    assert set(limits(2025).further_hours(minutes)) == {further}
    assert set(limits(2025).hours_alone(minutes)) == {alone}


@pytest.mark.parametrize("module", modules("simulate/"), ids=lambda each: each.name)
def test_a_module_imports_facts_and_no_judgement(module: Module) -> None:
    names: set[str] = set()
    for node in ast.walk(module.tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            within = {f"{node.module}.{each.name}" for each in node.names}
            names |= within if node.module == "hangtime" else {node.module}
        elif isinstance(node, ast.Import):
            names |= {each.name for each in node.names}

    assert {name for name in names if name.startswith("hangtime")} == {
        name for name in names if name.startswith(FACTS)
    }


def test_a_whole_run_loads_neither_rules_nor_engine_nor_formulary() -> None:
    program = (
        "import sys; from hangtime.simulate.running import Plan, block_of; block_of(Plan(200), 0);"
        "print(*sorted({name.split('.')[1] for name in sys.modules if name.startswith('hangtime.')}))"
    )
    loaded = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )

    assert loaded.stdout.split() == ["clock", "codesets", "errors", "simulate"]
