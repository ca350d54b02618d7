"""The order of the manual: learn, do, understand, look up.

Pages are found, not listed, so that a page written by a program or by somebody else is in the
manual as soon as it lies in its folder.
"""

from pathlib import Path
from typing import Any

SECTIONS = {
    "tutorials": "Learn",
    "how-to": "Do",
    "explanation": "Understand",
    "reference": "Look up",
}
FOLDERS = {
    "record": "The record at the chair",
    "rules": "Rules",
    "spec": "The specification, drawn",
}

FIRST = "tour.md"  # of its section, whatever the others are called


def on_config(config: Any) -> Any:
    """Called by mkdocs before it reads the pages."""
    docs = Path(config["docs_dir"])
    config["nav"] = ["index.md", *({SECTIONS[name]: section(docs, name)} for name in SECTIONS)]
    return config


def section(docs: Path, name: str) -> list[Any]:
    """Pages of one section by file name; a folder in it is a section of its own."""
    pages: list[Any] = []
    for path in sorted((docs / name).iterdir(), key=lambda each: (each.name != FIRST, each)):
        if path.suffix == ".md":
            pages.append(path.relative_to(docs).as_posix())
        elif (path / "index.md").is_file():
            pages.append({FOLDERS[path.name]: folder(docs, path)})
    return pages


def folder(docs: Path, path: Path) -> list[str]:
    """The index first; the page of a single rule is reached from the index and by search."""
    others = sorted(each for each in path.glob("*.md") if each.name != "index.md")
    shown = [path / "index.md", *(each for each in others if path.name != "rules")]
    return [each.relative_to(docs).as_posix() for each in shown]
