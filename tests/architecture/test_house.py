"""What a reader may count on in every file of this project."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from itertools import chain
from pathlib import Path

import pytest
from source_text import CHECKOUT, Module, modules

LONGEST = 400
LISTS: frozenset[str] = frozenset()  # files that may be longer, each with its reason
MOST_PUBLIC_NAMES = 12
EMPTY_WORDS = frozenset({"data", "handle", "helpers", "info", "manager", "process", "utils"})
# What may be a patient's: a cell, a drug, a date, a text.  A message names the field, never this.
VALUES_OF_A_CHART = frozenset(
    {"cell", "cells", "charted", "dose", "drug", "patient", "patient_id", "raw", "text", "value"}
)
REGISTRIES = tuple(".".join(parts) for parts in (("pypi", "org"), ("pythonhosted", "org")))
REGISTRIES += tuple(".".join(parts) for parts in (("npmjs", "org"), ("npmjs", "com")))
TEXT = {".cfg", ".css", ".csv", ".html", ".js", ".json", ".jsonl", ".md", ".py", ".toml", ".txt"}
TEXT |= {".yaml", ".yml", ".lock", ".svg", ""}
MADE = {".git", ".hypothesis", ".import_linter_cache", ".pytest_cache", ".ruff_cache", ".venv"}
MADE |= {"__pycache__", "build", "dist", "out", "site"}


def texts(folder: Path = CHECKOUT) -> Iterator[Path]:
    """Every text file of the checkout that is not made by a tool."""
    for path in sorted(folder.iterdir()):
        if path.name in MADE or path.is_symlink():
            continue
        if path.is_dir():
            yield from texts(path)
        elif path.suffix in TEXT:
            yield path


@pytest.mark.parametrize("module", modules(), ids=lambda module: module.name)
def test_a_module_has_one_idea_says_it_first_and_ends_before_four_hundred_lines(
    module: Module,
) -> None:
    assert ast.get_docstring(module.tree), "its first line should say what it is for"
    length = len(module.text.splitlines())
    assert length <= LONGEST or module.name in LISTS, f"{module.name} has {length} lines"


def test_no_file_is_named_for_nothing_in_particular() -> None:
    stems = {part for each in modules() for part in Path(each.name).with_suffix("").parts[-1:]}

    assert not stems & EMPTY_WORDS


def test_the_package_shows_a_dozen_names_each_documented() -> None:
    import hangtime

    names = list(getattr(hangtime, "__all__", ()))

    assert len(names) <= MOST_PUBLIC_NAMES
    assert names == sorted(names)
    undocumented = [
        name
        for name in names
        if not name.startswith("__") and not (getattr(hangtime, name).__doc__ or "").strip()
    ]
    assert undocumented == []


def spoken(message: ast.AST) -> Iterator[str]:
    """Names whose value a message would print; what a function makes of one is its own affair."""
    for node in ast.walk(message):
        if isinstance(node, ast.FormattedValue):
            yield from printed(node.value)


def printed(value: ast.AST) -> Iterator[str]:
    if isinstance(value, ast.Name):
        yield value.id
    elif isinstance(value, ast.Attribute):
        yield value.attr
    elif isinstance(value, ast.Call) and ast.unparse(value.func) not in {"repr", "str", "format"}:
        return
    for part in ast.iter_child_nodes(value):
        yield from printed(part)


@pytest.mark.parametrize(
    "module",
    [*modules("formats/"), *modules("cli/"), *modules("batch/")],
    ids=lambda each: each.name,
)
def test_no_exception_speaks_a_value_of_the_chart(module: Module) -> None:
    told = [
        f"{module.name}:{node.lineno} would print {name}"
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Raise) and node.exc is not None
        for name in spoken(node.exc)
        if name in VALUES_OF_A_CHART
    ]

    assert told == []


def test_nothing_is_written_to_a_log() -> None:
    loggers = [
        module.name
        for module in modules()
        for node in ast.walk(module.tree)
        if (isinstance(node, ast.Import) and any(each.name == "logging" for each in node.names))
        or (isinstance(node, ast.ImportFrom) and node.module == "logging")
    ]

    assert loggers == []


def test_no_file_names_a_package_registry() -> None:
    named = [
        f"{path.relative_to(CHECKOUT)} names {host}"
        for path in texts()
        for host in REGISTRIES
        if host in path.read_text("utf-8", errors="replace")
    ]

    assert named == []


def test_the_lock_holds_digests_and_no_address() -> None:
    lock = (CHECKOUT / "requirements.lock").read_text("utf-8")
    requirements = lock.replace("\\\n", " ").splitlines()

    assert not (CHECKOUT / "uv.lock").exists()
    assert "://" not in lock
    assert [line for line in requirements if "--hash=sha256:" not in line] == []


# Loaded by another library, or by the standard one, when it is there.
LOADED_BY_OTHERS = {
    "opentelemetry-exporter-otlp-proto-http": "a part of the module that opentelemetry-sdk is",
    "psycopg": "SQLAlchemy's, for an address that begins with postgresql",
    "pandas": "PySpark's, which reads no later major of it",
    "python-multipart": "FastAPI's, for a form",
    "tzdata": "the standard library's time zones",
}


def libraries() -> set[str]:
    """Each library a user needs, as the project names it."""
    project = tomllib.loads((CHECKOUT / "pyproject.toml").read_text("utf-8"))["project"]
    asked = [*project["dependencies"], *chain(*project["optional-dependencies"].values())]
    return {re.split(r"[\[=<>]", text)[0] for text in asked} - {"hangtime"}


def as_named(distribution: str) -> str:
    """A distribution's name in the one spelling that names are compared in."""
    return re.sub(r"[-_.]+", "-", distribution).lower()


def imported() -> set[str]:
    """Top-level names of everything the package imports, at once or when it is needed."""
    found: set[str] = set()
    for module in modules():
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Import):
                found |= {each.name.partition(".")[0] for each in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                found.add(node.module.partition(".")[0])
    return found


def test_every_library_a_user_needs_is_in_the_lock() -> None:
    lock = (CHECKOUT / "requirements.lock").read_text("utf-8")

    assert [name for name in sorted(libraries()) if f"\n{name}==" not in f"\n{lock}"] == []


def test_the_package_asks_for_the_libraries_it_uses_and_for_no_other() -> None:
    foreign = imported() - set(sys.stdlib_module_names) - {"hangtime"}
    homes = {
        module: {as_named(name) for name in names}
        for module, names in packages_distributions().items()
    }
    asked = libraries()

    assert [module for module in sorted(foreign) if not homes[module] & asked] == []
    used = set().union(*(homes[module] for module in foreign))
    assert sorted(asked - used - LOADED_BY_OTHERS.keys()) == []
