"""Which files a run reads: those named, those of a folder or a pattern, and how each is recognised.

Imports nothing heavy: one encounter at the chair passes here as well.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator
from glob import glob, has_magic
from pathlib import Path
from typing import NamedTuple

from hangtime.errors import UnreadableInput

TABLES = (".parquet", ".pq", ".csv", ".csv.gz")
LINES = (".jsonl", ".ndjson", ".jsonl.gz", ".ndjson.gz")
READ = (*TABLES, *LINES, ".json", ".json.gz")
_EDGE = 1 << 20  # bytes of each end of a file that a fingerprint is taken of
_HIDDEN = (".", "_")  # as Spark and Hive name what is no data
_SIMULATED, _CHARTS = "simulation.json", "encounters."  # beside which claims and truth stand
_MANIFEST, _TABLES = "manifest.json", {"not_reported.csv", "not_reported.parquet"}  # of a run


class Input(NamedTuple):
    """A file as it was when the run began: its name, its bytes, a digest of its size and its ends."""

    file: str
    bytes: int
    fingerprint: str


def files_of(named: Iterable[Path]) -> list[Path]:
    """The files behind names: a file, a folder with all below it, or a pattern such as `2025-*.csv`.

    Those of a folder or pattern come in the order of their names; in a folder, what begins with a
    dot or an underscore is no data, nor is what a run wrote, nor what a simulated year has beside its
    charts.  A file that is not there stays: its reader says so.  Raises
    UnreadableInput for a folder or a pattern that leads to nothing.
    """
    found: dict[Path, None] = {}
    for each in named:
        found |= dict.fromkeys(_files(each))
    return list(found)


def is_table(path: Path) -> bool:
    """Whether its name says that it is a table."""
    return path.name.lower().endswith(TABLES)


def is_lines(path: Path) -> bool:
    """Whether its name says that it is JSON Lines."""
    return path.name.lower().endswith(LINES)


def fingerprint(path: Path) -> Input:
    """Tells a file from another or a changed one without reading all of it."""
    size = path.stat().st_size
    digest = hashlib.sha256(str(size).encode())
    with path.open("rb") as stream:
        digest.update(stream.read(_EDGE))
        stream.seek(max(size - _EDGE, 0))
        digest.update(stream.read(_EDGE))
    return Input(str(path), size, f"sha256:{digest.hexdigest()}")


def _files(named: Path) -> Iterator[Path]:
    if named.is_dir():
        inside = sorted(_below(named))
        if not inside:
            raise UnreadableInput(
                f"{named}: no file below this folder ends in {', '.join(READ)}. Name another."
            )
        yield from inside
    elif has_magic(str(named)) and not named.exists():
        matching = sorted(Path(each) for each in glob(str(named), recursive=True))  # noqa: PTH207  (patterns may be absolute)
        if not matching:
            raise UnreadableInput(f"{named}: no file matches this pattern. Check it.")
        for each in matching:
            yield from _files(each)
    else:
        yield named


def _below(folder: Path) -> Iterator[Path]:
    for where, folders, files in os.walk(folder):
        if _SIMULATED in files:
            folders.clear()
            files = [each for each in files if each.startswith(_CHARTS)]
        elif _MANIFEST in files and _TABLES.intersection([*files, *folders]):
            folders.clear()
            continue
        folders[:] = [each for each in folders if not each.startswith(_HIDDEN)]
        for each in files:
            if not each.startswith(_HIDDEN) and each.lower().endswith(READ):
                yield Path(where) / each
