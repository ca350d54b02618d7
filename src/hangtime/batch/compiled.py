"""The rules, compiled: the very functions the interpreter runs, registered with numba late.

The only module that imports numba.  Records become structured arrays whose fields have the names
of the record classes, so `rows[i].start` means the same in both.
"""

from __future__ import annotations

import dataclasses
import inspect
from functools import lru_cache
from types import ModuleType
from typing import Any

import numpy as np
from numba import njit
from numba.extending import register_jitable

from hangtime.rules import (
    access,
    blood,
    bundling,
    category,
    complex,
    documentation,
    edits,
    emit,
    home,
    hydration,
    initial,
    injection,
    lines,
    push,
    records,
    runs,
    sequence,
    time,
    walk,
)

MODULES: tuple[ModuleType, ...] = (
    emit, category, documentation, time, access, runs, initial, sequence, push, hydration,
    injection, complex, blood, home, bundling, edits, lines, walk,
)  # fmt: skip


@lru_cache(maxsize=None)
def dtype_of(record: type) -> np.dtype[Any]:
    """The structured type of a record class: the same field names, 64 bits where WIDE."""
    return np.dtype(
        [
            (each.name, np.int64 if each.name in records.WIDE else np.int32)
            for each in dataclasses.fields(record)
        ],
        align=True,
    )


def table(record: type, length: int) -> np.ndarray[Any, Any]:
    """An empty table of records."""
    return np.zeros(length, dtype_of(record))


def table_of(items: list[Any], record: type) -> np.ndarray[Any, Any]:
    """A table with the values of record objects."""
    names = [each.name for each in dataclasses.fields(record)]
    made = table(record, max(1, len(items)))
    for name in names:
        made[name][: len(items)] = [int(getattr(item, name)) for item in items]
    return made


@lru_cache(maxsize=1)
def register() -> None:
    """Let compiled code call every function of the rules."""
    for module in MODULES:
        for _, function in inspect.getmembers(module, inspect.isfunction):
            if function.__module__ == module.__name__:
                register_jitable(function)
