"""`hangtime explain`: the shipped example as text, page and picture."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest


@pytest.fixture(scope="session")
def first(checkout: Path) -> Path:
    return checkout / "examples" / "first-encounter.json"


def explain(*arguments: object, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "hangtime.cli", "explain", *map(str, arguments)],
        capture_output=True,
        encoding="utf-8",
        env=os.environ
        | {"PYTHONPATH": os.pathsep.join(sys.path), "PYTHONIOENCODING": "utf-8", "COLUMNS": "80"}
        | environment,
        check=False,
    )


def test_the_example_is_drawn_with_its_lines_and_reasons(first: Path) -> None:
    done = explain(first)
    assert (done.returncode, done.stderr) == (0, "")
    lines = json.loads(first.read_text(encoding="utf-8"))["administrations"]
    assert all(each["drug"] in done.stdout for each in lines)
    for words in ("█", "The chart supports", "Not reported", "Sources", "Profile facility-"):
        assert words in done.stdout
    assert "not charted]" not in done.stdout
    assert max(map(len, done.stdout.splitlines())) <= 80


def test_a_terminal_without_the_marks_gets_plain_ones(first: Path) -> None:
    done = explain(first, PYTHONIOENCODING="ascii")
    assert done.returncode == 0
    assert done.stdout.isascii()
    assert "####" in done.stdout


def test_the_page_and_the_picture_are_written_on_request(first: Path, tmp_path: Path) -> None:
    page, picture = tmp_path / "page.html", tmp_path / "picture.svg"
    done = explain(first, "--html", page, "--svg", picture)
    assert (done.returncode, done.stdout) == (0, "")
    assert page.read_text(encoding="utf-8").startswith("<!doctype html>")
    assert ET.parse(picture).getroot().get("role") == "group"


def test_a_page_of_many_encounters_asks_for_one(first: Path, tmp_path: Path) -> None:
    encounter = json.loads(first.read_text(encoding="utf-8"))
    many = tmp_path / "many.jsonl"
    texts = [json.dumps(encounter | {"encounter_id": each}) for each in ("one", "two")]
    many.write_text("\n".join(texts), encoding="utf-8")
    refused = explain(many, "--html", tmp_path / "page.html")
    assert refused.returncode == 2
    assert "choose one with --encounter ID" in refused.stderr
    chosen = explain(many, "--encounter", "two")
    assert chosen.returncode == 0
    assert chosen.stdout.startswith("Encounter two")
    assert "Encounter one" not in chosen.stdout
    both = explain(many).stdout
    assert both.index("Encounter one") < both.index("Encounter two")


def test_an_encounter_that_is_not_there_is_an_error_without_its_id(first: Path) -> None:
    done = explain(first, "--encounter", "someone-7")
    assert done.returncode == 2
    assert "no encounter of the id given" in done.stderr
    assert "someone-7" not in done.stderr


def test_rows_set_aside_are_shown_and_change_the_exit_status(first: Path, tmp_path: Path) -> None:
    encounter = json.loads(first.read_text(encoding="utf-8"))
    encounter["administrations"][1]["start"] = "yesterday"
    broken = tmp_path / "broken.json"
    broken.write_text(json.dumps(encounter), encoding="utf-8")
    done = explain(broken)
    assert done.returncode == 1
    assert "INPUT-BAD-TIME" in done.stdout
