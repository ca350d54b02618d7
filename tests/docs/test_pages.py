"""What a page of the manual shows is what happens: each page is run from top to bottom.

Commands of `console` blocks run in one folder that holds the examples, with the output shown
beneath them; a line of only … leaves some of it out, and "exits with 1" in a comment says so.
`python` blocks run one after the other, and a `text` block that follows at once is what they print.
A block with a title is a file of that name.
"""

from __future__ import annotations

import contextlib
import io
import re
import shlex
import shutil
import textwrap
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from hangtime.cli import hangtime

CHECKOUT = Path(__file__).resolve().parents[2]
DOCS = CHECKOUT / "docs"
PAGES = [
    CHECKOUT / "README.md",
    CHECKOUT / "examples" / "README.md",
    *(each for each in sorted(DOCS.rglob("*.md")) if DOCS / "reference" not in each.parents),
]
INDENTED = {CHECKOUT / "README.md"}  # whose blocks have no words before them
FENCED = re.compile(
    r'^( *)```(\w+)(?: title="([^"]+)")?\n(.*?)^\1```\n(?:\n\1```text\n(.*?)^\1```\n)?',
    re.DOTALL | re.MULTILINE,
)
BLOCK = re.compile(r"(?:^ {4}.*\n(?:\n(?= {4}))?)+", re.MULTILINE)
STATUS = re.compile(r"exits with (\d)")


def name_of(page: Path) -> str:
    return page.relative_to(CHECKOUT).as_posix()


def blocks(page: Path) -> Iterator[tuple[str, str, str, str]]:
    """Kind, title, text, and what it prints, of each block in order."""
    text = page.read_text("utf-8")
    if page in INDENTED:
        for each in BLOCK.finditer(text):
            shown = textwrap.dedent(each[0])
            yield "python" if shown.startswith("from ") else "console", "", shown, ""
    for indent, kind, title, shown, printed in FENCED.findall(text):
        yield (
            kind,
            title,
            *(re.sub(f"^{indent}", "", s, flags=re.MULTILINE) for s in (shown, printed)),
        )


def run_command(line: str) -> str:
    """What a shown command prints, to the terminal and to the file it is sent to."""
    typed, _, target = line.partition(" > ")
    words = shlex.split(typed, comments=True)[1:]
    wide = {"COLUMNS": "100" if words[:1] == ["code"] else "80"}  # as where nobody set a width
    ran = CliRunner().invoke(hangtime, words, env=wide)
    status = STATUS.search(line)
    assert ran.exit_code == (int(status[1]) if status else 0), ran.output
    if target:
        Path(target.split("#")[0].strip()).write_text(ran.stdout, "utf-8")
    return ran.output


def run_commands(shown: str) -> None:
    """Each `$ hangtime ...` of a block, with the output that is shown beneath it."""
    for part in re.split(r"^\$ ", shown, flags=re.MULTILINE)[1:]:
        command, _, expected = part.partition("\n")
        if command.startswith("hangtime"):
            assert_shown(expected, run_command(command))


def run_python(shown: str, names: dict[str, object], place: str) -> str:
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(shown, place, "exec"), names)
    return printed.getvalue()


def assert_shown(expected: str, printed: str) -> None:
    """Each stretch between two … stands in what was printed, in order."""
    printed = "\n".join(line.rstrip() for line in printed.splitlines())
    place = 0
    for stretch in re.split(r"^ *…\n", expected, flags=re.MULTILINE):
        wanted = stretch.strip("\n")
        found = printed.find(wanted, place)
        assert found >= 0, f"not printed:\n{wanted}\n--- but\n{printed}"
        place = found + len(wanted)


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_a_page_shows_what_happens(
    page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(CHECKOUT / "examples", tmp_path / "examples")
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {}

    for kind, title, shown, printed in blocks(page):
        if title:
            Path(title).write_text(shown, "utf-8")
        if kind == "console":
            run_commands(shown)
        if kind == "python":
            assert_shown(printed, run_python(shown, names, name_of(page)))


def test_every_page_can_be_reached_from_the_first(checkout: Path) -> None:
    first = (checkout / "docs" / "index.md").read_text("utf-8")

    missing = [
        page.relative_to(DOCS).as_posix()
        for page in PAGES
        if DOCS in page.parents and page.name != "index.md"
        if f"]({page.relative_to(DOCS).as_posix()})" not in first
    ]
    assert missing == []


def test_the_readme_stands_on_one_screen(checkout: Path) -> None:
    assert len((checkout / "README.md").read_text("utf-8").splitlines()) <= 50
