"""Builds `docs/reference/spec/`: one page a chapter, from the cases the tests run.

What a page says is drawn by a test and nothing else: the chart as a table, the lines it supports,
what is left off, what one more fact would add, and the ids of the specification that decide it.
"""

import importlib.util
import itertools
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

ROOT = Path(__file__).parents[1]
CASES = ROOT / "tests" / "spec"
PAGES = ROOT / "docs" / "reference" / "spec"

CHAPTERS = {
    "01_classification": "Classification",
    "02_time": "Time",
    "03_initial": "The initial service",
    "04_sequence": "Sequential, concurrent, repeat",
    "05_push": "Pushes",
    "06_hydration": "Hydration",
    "07_injection": "Injections, and infusions not by vein",
    "08_complex": "Chemotherapy and complex biologics",
    "09_bundled": "Bundled and other services",
    "10_second_site": "Second access, second attendance, edits",
    "11_documentation": "The evidence gate",
    "12_switches": "Where authorities disagree",
    "13_worked_checks": "Worked checks",
    "14_published": "Published examples",
    "15_drug_lines": "Drug lines",
}


def cases_module() -> ModuleType:
    """The module that draws and collects cases; it lives with the tests."""
    found = importlib.util.spec_from_file_location("spec_cases", CASES / "_case.py")
    if not found or not found.loader:
        raise FileNotFoundError(CASES / "_case.py")
    module = importlib.util.module_from_spec(found)
    sys.modules["spec_cases"] = module
    found.loader.exec_module(module)
    return module


def pages() -> dict[str, str]:
    """Text of each page by file name, the index first."""
    cases = cases_module().collect(CASES)
    by_chapter = {
        chapter: list(drawn) for chapter, drawn in itertools.groupby(cases, lambda c: c.chapter)
    }
    index = {"index.md": index_page(by_chapter)}
    return index | {
        f"{chapter}.md": chapter_page(chapter, by_chapter[chapter]) for chapter in by_chapter
    }


def index_page(by_chapter: dict[str, list[Any]]) -> str:
    """What the chapters are, and which cases each id decides."""
    lines = [
        "# The specification, drawn",
        "",
        "Each case is a chart and the lines it supports.",
        "The cases are the test suite: a page that is wrong is a test that fails.",
        "",
        "| Chapter | Cases |",
        "|---|---|",
    ]
    lines += [
        f"| [{CHAPTERS.get(chapter, chapter)}]({chapter}.md) | {len(cases)} |"
        for chapter, cases in by_chapter.items()
    ]
    lines += ["", "## By id of the specification", "", "| Id | Cases |", "|---|---|"]
    links: dict[str, dict[str, None]] = {}
    for chapter, cases in by_chapter.items():
        for case in cases:
            for id in case.ids:
                links.setdefault(id, {})[f"[{case.title}]({chapter}.md#{anchor(case)})"] = None
    lines += [f"| {id} | {' · '.join(links[id])} |" for id in sorted(links)]
    return "\n".join(lines) + "\n"


def chapter_page(chapter: str, cases: list[Any]) -> str:
    """One chapter: its sections, and each case drawn."""
    lines = [f"# {CHAPTERS.get(chapter, chapter)}", ""]
    for section, drawn in itertools.groupby(cases, lambda case: case.section):
        lines += [f"## {section}", ""]
        for _, tables in itertools.groupby(drawn, lambda case: case.name):
            lines += list(case_lines(list(tables)))
    return "\n".join(lines)


def anchor(case: Any) -> str:
    """The anchor of a case on its page: what the site makes of its title, unique in its chapter."""
    return case.title.lower().replace(" ", "-")


def case_lines(tables: list[Any]) -> Iterator[str]:
    """One case: heading, words, and each of its tables with what it supports."""
    first = tables[0]
    yield f"### {first.title}"
    yield ""
    yield first.text
    yield ""
    for case in tables:
        yield from context(case)
        yield from chart(case)
        yield from verdict(case)
    for reading in dict.fromkeys(case.reading for case in tables if case.reading):
        yield f"*Reading:* {reading}"
        yield ""
    ids = dict.fromkeys(itertools.chain.from_iterable(case.ids for case in tables))
    yield f"Decided by {', '.join(ids)}."
    yield ""


def context(case: Any) -> Iterator[str]:
    """What is charted beside the rows, where it is not what most cases have."""
    said = [] if case.setting == "facility" else ["a practitioner's office"]
    said += [f"payer {case.payer}"] if case.payer else []
    said += [f"accesses {case.accesses}"] if case.accesses else []
    said += [f"also done: {case.services}"] if case.services else []
    said += [f"{name.replace('_', ' ')}: {value}" for name, value in case.chart.items()]
    said += [f"`{name}` = `{value}`" for name, value in case.policy.items()]
    if said:
        yield f"{'; '.join(said)}."[0].upper() + f"{'; '.join(said)}."[1:]
        yield ""


def chart(case: Any) -> Iterator[str]:
    """The drawn table in Markdown; rows carry their ids, columns nobody filled are left out."""
    if not case.rows:
        return
    columns = list(dict.fromkeys(itertools.chain.from_iterable(case.rows)))
    yield f"| {' | '.join(name.replace('_', ' ') for name in ['row', *columns[1:]])} |"
    yield "|" + "---|" * len(columns)
    for row in case.rows:
        yield f"| {' | '.join(row.get(name, '') for name in columns)} |"
    yield ""


def verdict(case: Any) -> Iterator[str]:
    """Lines, what is left off, what is flagged and what is possible."""
    yield f"**Lines:** {as_code(case.lines) or 'none'}"
    yield ""
    if case.drugs is not None:
        yield f"**Drug lines:** {as_code(case.drugs) or 'none'}"
        yield ""
    for label, value in (
        ("NDC", case.ndc),
        ("Narrative", case.narrative),
        ("Left off", case.left_off),
        ("Flagged", case.flags),
        ("Possible", case.possible),
        ("Minutes", case.minutes),
    ):
        if value:
            yield f"**{label}:** {value}"
            yield ""


def as_code(lines: str) -> str:
    """Each expected line as code."""
    return ", ".join(f"`{line.strip()}`" for line in lines.split(",") if line.strip())


def write(folder: Path = PAGES) -> list[Path]:
    """Write every page; the paths written."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name, text in pages().items():
        (folder / name).write_text(text, encoding="utf-8")
        written.append(folder / name)
    return written


if __name__ == "__main__":
    print(f"{len(write())} pages in {PAGES.relative_to(ROOT)}")
