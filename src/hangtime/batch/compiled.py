"""The rules, compiled: the very functions the interpreter runs, registered with numba late.

With `from_zero` the only module that imports numba.  What is compiled is kept on disk in a folder named by a digest
of every source that goes into it: numba itself would only notice a change of the outermost file.
"""

from __future__ import annotations

import hashlib
import importlib
import inspect
import os
import pkgutil
import sys
import tempfile
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

import numba
import numpy as np
from numba import njit
from numba.core import config
from numba.extending import register_jitable

from hangtime import rules, whatif
from hangtime.batch import (
    alike,
    digits,
    drugs,
    facts,
    gains,
    kernel,
    left,
    moments,
    notes,
    packing,
    pauses,
    scans,
    stock,
)
from hangtime.batch.from_zero import FromZero
from hangtime.rules._card import CARDS

OWN: tuple[ModuleType, ...] = (
    alike, moments, pauses, stock, packing, digits, facts, left, drugs, gains, notes, kernel, scans,
)  # fmt: skip
NOT_COMPILED = frozenset({"_card", "published", "records", "sources", "supplies", "words"})


def modules() -> Iterator[ModuleType]:
    """Every module whose functions may be called from compiled code."""
    for each in pkgutil.iter_modules(rules.__path__):
        if each.name not in NOT_COMPILED:
            yield importlib.import_module(f"{rules.__name__}.{each.name}")
    yield from (whatif, *OWN)


# Records are views of arrays that the driver keeps alive, and no rule allocates: without counting
# references the same code runs two to three times as fast.
OPTIONS: dict[str, Any] = {"_nrt": False, "error_model": "numpy", "pipeline_class": FromZero}
# A call hands over each array of each table as words of its own, which took a quarter of the whole
# time: every function is laid in where it is called, but the one that two places call.
APART = "code_encounter"


class Loops(NamedTuple):
    """The compiled functions that a driver calls."""

    code_all: Callable[..., int]
    hash_text: Callable[..., None]
    hash_lists: Callable[..., None]
    read_ids: Callable[..., None]
    read_times: Callable[..., None]
    find_starts: Callable[..., tuple[int, int, int]]
    check_order: Callable[..., None]
    same_within: Callable[..., None]
    each_once: Callable[..., None]
    first_uses: Callable[..., int]
    count_lines: Callable[..., int]


@cache
def loops() -> Loops:
    """The compiled functions; the first call of each compiles it, or takes it from the disk."""
    register()
    with _kept_in(cache_folder()) as is_kept:
        return Loops(*(_compiled(_function(name), is_kept) for name in Loops._fields))


@cache
def register() -> None:
    """Let compiled code call every function of the rules."""
    for module in modules():
        for _, function in inspect.getmembers(module, inspect.isfunction):
            if function.__module__ == module.__name__:
                is_laid_in = function.__name__ != APART
                register_jitable(**OPTIONS, forceinline=is_laid_in)(function)


def _function(name: str) -> Callable[..., Any]:
    return getattr(kernel if hasattr(kernel, name) else scans, name)


def _compiled(function: Callable[..., Any], is_kept: bool) -> Callable[..., Any]:
    return njit(nogil=True, cache=is_kept, **OPTIONS)(function)


@contextmanager
def _kept_in(folder: Path | None) -> Generator[bool]:
    """Have numba keep what it compiles in the folder; without one, keep nothing."""
    if folder is None:
        yield False
        return
    settings: Any = config
    before = settings.CACHE_DIR
    settings.CACHE_DIR = str(folder)
    try:
        yield True
    finally:
        settings.CACHE_DIR = before


@cache
def cache_folder() -> Path | None:
    """Where compiled code is kept: a folder of its own for these sources; None if unwritable."""
    try:
        folder = _cache_root() / f"compiled-{sources_digest()}"
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return folder
    except (OSError, RuntimeError):  # RuntimeError: there is no home folder
        return None


def _cache_root() -> Path:
    """HANGTIME_CACHE, else the folder for caches of this system."""
    chosen = os.environ.get("HANGTIME_CACHE")
    if chosen:
        return Path(chosen)
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA", tempfile.gettempdir())) / "hangtime"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "hangtime"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "hangtime"


@cache
def sources_digest() -> str:
    """sha256 over all sources that are compiled, the numbers of the rules, and the compiler.

    Rules are numbered as they are imported and compiled code holds the numbers.
    """
    whole = hashlib.sha256(f"{numba.__version__} {np.__version__} {sys.version}".encode())
    whole.update(" ".join(each.id for each in CARDS).encode())
    for path in sorted(_sources()):
        whole.update(path.name.encode() + path.read_bytes())
    return whole.hexdigest()[:16]


def _sources() -> Iterator[Path]:
    package = Path(__file__).parent.parent
    yield from package.glob("rules/*.py")
    yield from (
        package / "batch" / f"{name}.py"
        for name in ("arrays", "columns", "compiled", "from_zero", "results")
    )
    for module in modules():
        if module.__file__ is not None:
            yield Path(module.__file__)
