"""Whether the stored tables are what was stored: every file against its digest.

What a killed import left is not part of any table; it is swept up on the way.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from hangtime.codesets.imported import TABLES
from hangtime.codesets.store.folder import locked, read, sweep
from hangtime.codesets.store.opening import digest_of
from hangtime.codesets.store.records import StoredTable


def checked(store: Path) -> Iterator[tuple[StoredTable, list[str]]]:
    """Each table with what is wrong with its files; an empty list where nothing is."""
    if store.is_dir():
        with locked(store):
            sweep(store)
    for table in read(store).tables:
        yield table, faults_of(store, table)


def faults_of(store: Path, table: StoredTable) -> list[str]:
    """What is wrong with the files of one table."""
    folder = store / TABLES / table.folder
    return [fault for name in table.files if (fault := _fault(folder, name, table))]


def _fault(folder: Path, name: str, table: StoredTable) -> str:
    path = folder / name
    if not path.is_file():
        return f"{name}: missing"
    return "" if digest_of(path) == table.files[name] else f"{name}: changed since it was stored"
