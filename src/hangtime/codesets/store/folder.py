"""Where the store is, and how it changes: all at once or not at all.

    STORE/manifest.json          the tables in force, and the imports that made them
    STORE/tables/NAME.DIGEST/    rows.parquet, packed pairs, the family's slice, what was set aside
    STORE/incoming.*/            a table being written
    STORE/lock                   held by the one that writes

A table's folder never changes once it has its name.  Putting a new manifest in the place of the
old is the moment of change: whatever is killed before it leaves the old tables as they were, and
the next command sweeps up what lies about.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from hangtime.codesets.imported import MANIFEST, TABLES, place
from hangtime.codesets.store.records import Manifest, Refused, StoredTable

INCOMING = "incoming."
LOCK = "lock"

__all__ = ["INCOMING", "commit", "locked", "place", "read", "settle", "sweep", "synced"]


def read(store: Path) -> Manifest:
    """The manifest of a store; an empty one where there is no store."""
    try:
        text = (store / MANIFEST).read_bytes()
    except FileNotFoundError:
        return Manifest()
    try:
        return msgspec.json.decode(text, type=Manifest)
    except msgspec.MsgspecError as error:
        raise Refused(f"{store / MANIFEST}: not a manifest of this store: {error}.") from None


@contextmanager
def locked(store: Path) -> Generator[None]:
    """Hold the store alone.  Raises Refused where another command does."""
    store.mkdir(parents=True, exist_ok=True)
    with (store / LOCK).open("a+b") as file:
        try:
            _take(file.fileno())
        except OSError:
            raise Refused(f"{store}: another command is changing this store. Try again.") from None
        yield


def _take(file: int) -> None:
    if sys.platform == "win32":
        import msvcrt

        msvcrt.locking(file, msvcrt.LK_NBLCK, 1)
    else:
        import fcntl

        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


def sweep(store: Path) -> int:
    """Remove what a killed import left; how many folders that was.  Call it with the lock held."""
    manifest = read(store)
    kept = {table.folder for table in manifest.tables}
    kept |= {table.folder for each in manifest.imports for table in each.replaced}
    left = [path for path in store.glob(f"{INCOMING}*") if path.exists()]
    left += [path for path in (store / TABLES).glob("*") if path.name not in kept]
    for path in left:
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    return len(left)


def settle(store: Path, incoming: Path, table: StoredTable) -> None:
    """Give a finished folder its name among the tables, on the disk for good."""
    target = store / TABLES / table.folder
    target.parent.mkdir(exist_ok=True)
    for path in incoming.iterdir():
        synced(path)
    synced(incoming)
    if target.exists():
        shutil.rmtree(incoming)  # the same bytes, kept for undo
    else:
        incoming.rename(target)
    synced(target.parent)


def commit(store: Path, manifest: Manifest) -> None:
    """Put the manifest in the place of the old one: from here on the change has happened."""
    new = store / f"{INCOMING}manifest"
    new.write_bytes(msgspec.json.format(msgspec.json.encode(manifest), indent=1) + b"\n")
    synced(new)
    new.replace(store / MANIFEST)
    synced(store)


def synced(path: Path) -> None:
    """See that a file or folder is on the disk."""
    if sys.platform == "win32" and path.is_dir():
        return
    number = os.open(path, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)
