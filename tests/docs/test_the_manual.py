"""The manual says what the program does, and is built from nothing else."""

from __future__ import annotations

import importlib.util
import json
import re
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from click.testing import CliRunner

from hangtime.cli import hangtime

CHECKOUT = Path(__file__).resolve().parents[2]
EXAMPLE = CHECKOUT / "examples" / "first-encounter.json"
LOADED_FROM_ELSEWHERE = re.compile(r"<(?:script|link|img|iframe)[^>]+(?:src|href)=.?(?:https?:)?//")


@cache
def generator() -> ModuleType:
    found = importlib.util.spec_from_file_location("generate", CHECKOUT / "docs" / "generate.py")
    assert found is not None and found.loader is not None
    module = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    return module


@cache
def reference() -> dict[str, str]:
    return generator().pages()


@pytest.fixture(scope="module")
def manual(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A checkout's manual, its reference written there by another process."""
    return written(tmp_path_factory.mktemp("manual"), seed="1")


def written(folder: Path, seed: str) -> Path:
    """The folder with the manual in it, of a process whose hashes begin with this seed."""
    for name in ("CHANGELOG.md", "GLOSSARY.md", "mkdocs.yml"):
        shutil.copy(CHECKOUT / name, folder)
    shutil.copytree(CHECKOUT / "docs", folder / "docs")
    for name in ("tests/spec", "tests/chart/spec", "benchmarks/results"):
        shutil.copytree(CHECKOUT / name, folder / name)
    run(folder, "docs/generate.py", PYTHONHASHSEED=seed)
    return folder


def run(folder: Path, *arguments: str, **environment: str) -> None:
    ran = subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        env={"PATH": "/usr/bin:/bin", **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr


def test_the_reference_is_the_same_bytes_in_another_process(manual: Path, tmp_path: Path) -> None:
    folders = [each / "docs" / "reference" for each in (manual, written(tmp_path, seed="2"))]
    one, other = (
        {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*.md")}
        for folder in folders
    )

    assert len(one) > 10
    assert [name for name in one if other.get(name) != one[name]] == []
    assert other.keys() == one.keys()


def test_every_rule_has_a_page_with_its_sentence_and_its_sources() -> None:
    from hangtime.rules._card import CARDS

    pages = reference()

    for card in CARDS:
        page = pages[f"rules/{card.id}.md"]
        assert generator().prose(card.says) in page
        assert all(str(each) in page for each in card.cites)
        assert f"[{card.id}]({card.id}.md)" in pages["rules/index.md"]


def test_every_command_and_every_switch_is_on_its_page() -> None:
    from hangtime.policies.catalogue import switches

    commands = [each.command_path for each in generator().contexts(hangtime, "hangtime")]

    assert [name for name in commands if f"## `{name}`" not in reference()["commands.md"]] == []
    assert len(commands) > 1
    names = [each.name for each in switches()]
    assert [name for name in names if f"### {name}\n" not in reference()["policies.md"]] == []


def test_the_page_on_speed_tells_every_run_of_the_last_measurement() -> None:
    from xml.etree import ElementTree as ET

    measured = json.loads((CHECKOUT / "benchmarks" / "results" / "latest.json").read_text("utf-8"))
    page, picture = reference()["speed.md"], reference()["speed.svg"]

    assert measured["date"][:10] in page
    for each in measured["runs"]:
        said = f"{each['seconds']:,.2f}" if "seconds" in each else each["not measured"]
        assert f" {said} |" in page
    rows = [each for each in measured["runs"] if each["what"] == "compiled"]
    lines = ET.fromstring(picture).iter("{http://www.w3.org/2000/svg}path")
    assert next(lines).attrib["d"].count("L") == len(rows) - 1 > 0


def coded(encounter: dict[str, Any], folder: Path) -> dict[str, Any]:
    path = folder / "encounter.json"
    path.write_text(json.dumps(encounter))
    ran = CliRunner().invoke(hangtime, ["code", str(path), "--json"])
    return json.loads(ran.stdout)


def lines(outcome: dict[str, Any]) -> list[tuple[str, int]]:
    return sorted((each["code"], each["units"]) for each in outcome["lines"])


def test_the_tutorial_tells_what_happens(tmp_path: Path) -> None:
    """The claim as charted, with the saline's stop mended, and with a stop one minute too early."""
    charted = json.loads(EXAMPLE.read_text("utf-8"))
    saline = charted["administrations"][-1]
    as_charted = coded(charted, tmp_path)
    saline["stop"] = "2026-03-02T11:55"
    mended = coded(charted, tmp_path)
    saline["stop"] = "2026-03-02T11:50"
    thirty = coded(charted, tmp_path)

    drugs = [("J1200", 1), ("J1745", 40), ("J2919", 8)]
    usual = [("96375", 2), ("96413", 1), ("96415", 1), *drugs]
    assert lines(as_charted) == usual
    assert "saline" in [each["what"] for each in as_charted["not_reported"]]
    assert lines(mended) == [("96361", 1), *usual]
    assert lines(thirty) == usual


def test_the_site_builds_without_a_broken_link_and_loads_nothing_from_elsewhere(
    manual: Path,
) -> None:
    run(manual, "-m", "mkdocs", "build", "--strict", "--quiet", NO_MKDOCS_2_WARNING="1")

    pages = sorted((manual / "site").rglob("*.html"))
    outside = [page.name for page in pages if LOADED_FROM_ELSEWHERE.search(page.read_text("utf-8"))]
    assert len(pages) > len([name for name in reference() if name.startswith("rules/")])
    assert outside == []
