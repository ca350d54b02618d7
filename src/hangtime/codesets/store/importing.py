"""Importing files: each read, judged against what is there, and all changed at once.

A file that is refused leaves the others to go on; what was accepted is committed together at the
end, and taken back together by `undo`.
"""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from string import ascii_uppercase
from typing import NamedTuple

from hangtime.codesets.imported import SLICES, TABLES
from hangtime.codesets.store import folder
from hangtime.codesets.store.checking import faults_of
from hangtime.codesets.store.layouts import DIAGNOSES
from hangtime.codesets.store.opening import digest_of, sheets
from hangtime.codesets.store.reading import Part, Told, initials, last_key, parts_of
from hangtime.codesets.store.records import (
    Import,
    Manifest,
    Period,
    Refused,
    SetAside,
    StoredTable,
    Unrecognised,
)
from hangtime.errors import UserError

_PART = re.compile(r"(.*)[-_ ]f(\d+)$", re.IGNORECASE)
Identity = tuple[str, str, str, date, date]


class Imported(NamedTuple):
    """What became of a file, or of the parts of one table: tables, or why they were refused.

    `known` are tables that the store had with the very same rows; `passed_over` says why other
    sheets of the file were not read, and which codes the engine cannot bill by it.
    """

    files: tuple[str, ...]
    tables: tuple[StoredTable, ...] = ()
    known: tuple[StoredTable, ...] = ()
    set_aside: tuple[SetAside, ...] = ()
    passed_over: tuple[str, ...] = ()
    refused: str = ""


class Step(NamedTuple):
    """The last import, which `undo` takes back: tables that it added and tables that come back."""

    done: Import
    added: tuple[StoredTable, ...]

    @property
    def at(self) -> datetime:
        return datetime.fromisoformat(self.done.at)

    @property
    def files(self) -> tuple[str, ...]:
        """The files that the tables were read from."""
        return tuple(dict.fromkeys(s.file for table in self.added for s in table.sources))


class Change:
    """A change of the store in the making: the tables as they would be, and what was written."""

    def __init__(self, store: Path, *, is_replacing: bool) -> None:
        self.store, self.is_replacing = store, is_replacing
        self.manifest = folder.read(store)
        self.tables = {table.identity: table for table in self.manifest.tables}
        self.added: list[str] = []
        self.replaced: list[StoredTable] = []

    def add(self, incoming: Path, table: StoredTable) -> bool:
        """Take a written table in; False where the store has the very same, undamaged."""
        there = self.tables.get(table.identity)
        if there and there.digest == table.digest:
            if not faults_of(self.store, there) and _is_cut_alike(table, there):
                shutil.rmtree(incoming)
                return False
            shutil.rmtree(self.store / TABLES / there.folder, ignore_errors=True)
        elif there:
            _is_later(table, there, is_replacing=self.is_replacing)
        if not self.is_replacing:
            _is_whole(table, self.tables.values())
        self.replaced += [there] if there else []
        folder.settle(self.store, incoming, table)
        self.tables[table.identity] = table
        self.added.append(table.folder)
        return True

    def commit(self) -> None:
        if not self.added:
            return
        done = Import(
            datetime.now(UTC).isoformat(timespec="seconds"),
            tuple(self.added),
            tuple(table for table in self.replaced if table in self.manifest.tables),
        )
        tables = tuple(sorted(self.tables.values(), key=lambda table: table.identity))
        folder.commit(self.store, Manifest(tables, (*self.manifest.imports, done)))


def import_files(
    files: Iterable[Path],
    store: Path,
    told: Told | None = None,
    *,
    is_replacing: bool = False,
    progress: Callable[[str], None] = lambda _: None,
) -> list[Imported]:
    """Import files, and those in a folder, into the store, all that can be, in one change.

    `is_replacing`: a file may take the place of one of the same dates though nothing says which of
    them is the later.  `progress` is told what is being done.  Raises Refused where another
    command is changing the store.
    """
    with folder.locked(store):
        folder.sweep(store)
        change = Change(store, is_replacing=is_replacing)
        done: list[Imported] = []
        for unit in _units(_files(files)):
            names = tuple(path.name for path in unit)
            try:
                done.append(_import(unit, change, told or Told(), progress))
            except UserError as error:
                done.append(Imported(names, refused=str(error)))
        change.commit()
        folder.sweep(store)
    return done


def last_step(store: Path) -> Step:
    """What `undo` would take back.  Raises Refused where there is nothing.

    An import of files that the store had is no step: it changed nothing.
    """
    manifest = folder.read(store)
    if not manifest.imports:
        raise Refused(f"{store}: there is no import to undo.")
    last = manifest.imports[-1]
    return Step(last, tuple(table for table in manifest.tables if table.folder in last.added))


def undo(store: Path, step: Step | None = None) -> Import:
    """Take back the last import.  Raises Refused where there is none, or another one than `step`."""
    last_step(store)  # so that no store is made where none is
    with folder.locked(store):
        if step and last_step(store) != step:
            raise Refused(f"{store}: another command has changed this store. Look at it again.")
        manifest = folder.read(store)
        *before, last = manifest.imports
        kept = [table for table in manifest.tables if table.folder not in last.added]
        tables = sorted([*kept, *last.replaced], key=lambda table: table.identity)
        folder.commit(store, Manifest(tuple(tables), tuple(before)))
        folder.sweep(store)
    return last


def _files(paths: Iterable[Path]) -> Iterator[Path]:
    """The files named, and those that lie in a folder named; not those in folders within it."""
    for path in paths:
        within = sorted(path.iterdir()) if path.is_dir() else []
        files = [each for each in within if each.is_file() and not each.name.startswith(".")]
        yield from files or (path,)


def _units(files: Iterable[Path]) -> Iterator[list[Path]]:
    """Files that belong together: the numbered parts of one table, else each by itself.

    A part named twice is one part; another file named twice comes twice.
    """
    parts: dict[str, list[Path]] = {}
    for number, path in enumerate(files):
        found = _PART.fullmatch(path.stem)
        stem = f"{path.parent}/{found[1]}{path.suffix}".lower() if found else f"{number}"
        unit = parts.setdefault(stem, [])
        if path not in unit:
            unit.append(path)
    yield from parts.values()


def _import(
    unit: list[Path], change: Change, told: Told, progress: Callable[[str], None]
) -> Imported:
    from hangtime.codesets.store.writing import write

    with tempfile.TemporaryDirectory(prefix=folder.INCOMING, dir=change.store) as name:
        scratch = Path(name)
        by_identity, digests, passed_over = _read(unit, told, scratch, progress)
        written: list[tuple[Path, StoredTable]] = []
        aside: list[SetAside] = []
        for number, parts in enumerate(by_identity.values()):
            _are_all_there(parts)
            if not change.is_replacing:
                _has_every_chapter(parts)
            incoming = scratch / f"table.{number}"
            incoming.mkdir()
            progress(f"{parts[0].file}: storing {sum(len(part.rows) for part in parts):,} rows")
            table, left, left_out = write(incoming, parts, digests)
            written.append((incoming, table))
            aside += left
            passed_over += left_out
            parts.clear()
        made = [(table, change.add(incoming, table)) for incoming, table in written]
    return Imported(
        tuple(path.name for path in unit),
        tuple(table for table, is_new in made if is_new),
        tuple(table for table, is_new in made if not is_new),
        tuple(aside),
        tuple(passed_over),
    )


def _read(
    unit: list[Path], told: Told, scratch: Path, progress: Callable[[str], None]
) -> tuple[dict[Identity, list[Part]], dict[str, str], list[str]]:
    by_identity: dict[Identity, list[Part]] = {}
    digests: dict[str, str] = {}
    passed_over: list[str] = []
    for path in unit:
        if path.is_dir():
            raise Refused(f"{path}: is a folder without files in it: name the files.")
        if not path.is_file():
            raise Refused(f"{path}: there is no such file.")
        progress(f"{path.name}: reading")
        digest = digest_of(path)
        for sheet in sheets(path, scratch):
            try:
                parts = parts_of(sheet, told, progress)
            except Unrecognised as error:
                passed_over.append(str(error))
                continue
            for part in parts:
                digests[part.file] = digest
                by_identity.setdefault(_identity(part), []).append(part)
    if not by_identity:
        raise Refused(next(iter(passed_over), f"{unit[0].name}: nothing in it is a table."))
    return by_identity, digests, passed_over


def _identity(part: Part) -> Identity:
    layout = part.layout
    return layout.kind, part.setting, layout.variant, part.period.first, part.period.last


def _are_all_there(parts: list[Part]) -> None:
    """Numbered parts go from one without a gap to the codes that begin with a letter."""
    numbers = [_PART.fullmatch(Path(part.file).stem) for part in parts]
    given = sorted({int(found[2]) for found in numbers if found})
    missing = sorted(set(range(1, max(given, default=0))) - set(given))
    if missing:
        names = ", ".join(f"f{number}" for number in missing)
        raise Refused(f"{parts[0].file}: parts {names} are missing. Give all parts at once.")
    last = max(last_key(part) for part in parts) if given else ""
    if last and last[0].isdigit():
        raise Refused(
            f"{parts[-1].file}: parts after f{given[-1]} are missing: no code begins with a letter."
            " Give all parts at once."
        )


def _has_every_chapter(parts: list[Part]) -> None:
    """A list of diagnoses has codes of every letter; a bare list has no other sign of its end."""
    layout = parts[0].layout
    if (layout.kind, layout.variant) != (DIAGNOSES.kind, DIAGNOSES.variant):
        return
    missing = sorted(set(ascii_uppercase) - initials(parts))
    if missing:
        raise Refused(
            f"{parts[0].file}: no code begins with {', '.join(missing)}: the list is truncated."
            " Fetch it again, or give --replace."
        )


def _is_whole(table: StoredTable, others: Iterable[StoredTable]) -> None:
    """A table has about as many rows as those of its kind beside it; a truncated one has not."""
    like = [t for t in others if (t.kind, t.setting, t.variant) == table.identity[:3]]
    if like:
        near = min(like, key=lambda each: abs((each.first - table.first).days))
        if 2 * table.rows < near.rows:
            raise Refused(
                f"{table.sources[0].file}: {table.rows:,} rows, where {near.name} has"
                f" {near.rows:,}: the file is truncated. Fetch it again, or give --replace."
            )


def _is_cut_alike(table: StoredTable, there: StoredTable) -> bool:
    """Whether the engine's slices are the same; another version of this program may cut others."""
    names = SLICES.get(table.kind, ())
    return all(table.files.get(name) == there.files.get(name) for name in names)


def _is_later(table: StoredTable, there: StoredTable, *, is_replacing: bool) -> None:
    file = table.sources[0].file
    by_revision = (table.revision > there.revision) - (table.revision < there.revision)
    by_date = 0
    if table.published and there.published:
        by_date = (table.published > there.published) - (table.published < there.published)
    order = by_revision or by_date
    if order < 0:
        raise Refused(
            f"{file}: older than {there.name} in the store (revision {there.revision},"
            f" published {there.published or 'unknown'}, digest {there.digest[:12]})."
        )
    if order == 0 and not is_replacing:
        raise Refused(
            f"{file}: the store has other rows for {there.name} (digest {there.digest[:12]}), and"
            " nothing says which is the later. Give --published, or --replace to take this one."
        )


def told_period(quarter: str | None, first: date | None, last: date | None) -> Period | None:
    """The dates of service that options give.  Raises Refused where they are half given."""
    from hangtime.codesets.store.periods import quarter as read

    if quarter and (first or last):
        raise Refused("--quarter goes without --from and --until.")
    if quarter:
        return read(quarter)
    if not first and not last:
        return None
    if not first or not last or last < first:
        raise Refused("--from and --until go together, and the first is not after the last.")
    return Period(first, last)
