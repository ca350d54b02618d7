"""The manual is built from the cases, whole."""

import importlib.util
from pathlib import Path
from types import ModuleType

from _case import collect

ROOT = Path(__file__).parents[2]


def builder() -> ModuleType:
    found = importlib.util.spec_from_file_location("spec_pages", ROOT / "docs" / "spec_pages.py")
    assert found
    assert found.loader
    module = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    return module


def test_every_case_stands_on_the_page_of_its_chapter() -> None:
    """Under its own title, with its words, and every chapter has a title."""
    module = builder()
    pages = module.pages()
    for case in collect(Path(__file__).parent):
        page = pages[f"{case.chapter}.md"]
        assert f"### {case.title}\n" in page
        assert case.text in page
    assert {f"{chapter}.md" for chapter in module.CHAPTERS} | {"index.md"} == set(pages)
