"""A fault planted in one rule: every encounter whose lines it changes is refused."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from coded_charts import PLANS, coded, drawn_charts, generated

from hangtime.check.verdict import check_coded
from hangtime.model import Encounter

HERE = Path(__file__).parent
COUNT = 40  # generated charts beside those of the drawn specification
QUICK = 6
MOST = 60  # changed encounters of one fault that are checked

Scene = tuple[list[Encounter], list[dict[str, Any]], Path]


def faults() -> list[list[str]]:
    text = (HERE / "faults.csv").read_text("utf-8").splitlines()
    rows = csv.reader((line for line in text if not line.startswith("#")), delimiter=";")
    next(rows)
    return list(rows)


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Scene:
    """The charts, and what the sound engine says of them."""
    folder = tmp_path_factory.mktemp("profiles")
    charts = [*drawn_charts(folder), *generated(COUNT, 9)]
    return charts, list(coded(charts, (PLANS, folder))), folder


def lines_of(outcome: dict[str, Any]) -> list[Any]:
    """The claim lines alone, without reasons and certificates."""
    names = ("code", "units", "modifiers", "date_of_service", "administrations")
    return [[line.get(name) for name in names] for line in outcome["lines"]]


def test_there_are_twenty_faults_and_more() -> None:
    assert len(faults()) >= 20


def each_fault() -> list[Any]:
    """The first few always, the others with the long proofs."""
    return [
        pytest.param(*fault, id=fault[0], marks=[pytest.mark.slow] if n >= QUICK else [])
        for n, fault in enumerate(faults())
    ]


@pytest.mark.parametrize(("what", "file", "old", "new"), each_fault())
def test_every_line_a_planted_fault_changes_is_refused(
    what: str, file: str, old: str, new: str, sound: Scene
) -> None:
    charts, truth, folder = sound
    command = [sys.executable, str(HERE / "planted.py"), file, old, new, str(COUNT), str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    faulty = [json.loads(line) for line in done.stdout.splitlines()]
    changed = [n for n, each in enumerate(faulty) if lines_of(each) != lines_of(truth[n])]
    accepted = [
        charts[n].encounter_id
        for n in changed[:MOST]
        if check_coded(charts[n], faulty[n], policies=(PLANS, folder)).is_accepted
    ]

    print(f"{what}: {len(changed)} encounters changed, {len(accepted)} of them accepted")
    assert changed, "the fault changes no line here"
    assert accepted == []
