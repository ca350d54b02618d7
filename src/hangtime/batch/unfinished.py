"""A run's output until it is whole: a folder beside the one asked for, which takes its name at the end.

    .OUT.unfinished/whole/        the tables as OUT will have them
    .OUT.unfinished/state.json    what was asked, how far it came, the files of all whole parts
    .OUT.unfinished/lock          held by the run that writes

What is written is on the disk before the state says so, and the state before the next part begins.
So an interrupted run leaves whole parts that can be continued, and nothing under the name that was
asked for.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from hangtime.codesets.store.folder import _take, synced
from hangtime.errors import UserError
from hangtime.formats.outcomes import TABLES

MANIFEST = "manifest.json"
PART = "part-{:05}"
_STATE, _WHOLE, _BEFORE, _LOCK = "state.json", "whole", "before", "lock"
FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_OURS = {MANIFEST, *(f"{name}.{form}" for name in TABLES for form in ("csv", "parquet"))}


class Unfinished:
    """The folder a run writes to, and how far it came: `units` of its work, in whole `parts`.

    `account` is what the run counted up to there, None at the start.
    """

    def __init__(self, out: Path, stage: Path, asked: dict[str, Any]) -> None:
        self.out, self.stage, self.asked = out, stage, asked
        self.folder = stage / _WHOLE
        self.units, self.parts = 0, 0
        self.account: dict[str, Any] | None = None
        self._files: dict[str, list[Any]] = {}

    def take(self, path: Path, name: str, size: int, digest: str) -> None:
        """Move a whole file of another's making, on the disk already, to its place in the folder."""
        place = self.folder / name
        place.parent.mkdir(parents=True, exist_ok=True)
        path.rename(place)
        self._files[name] = [size, digest]

    def keep(self, units: int, account: dict[str, Any], parts: int = 1) -> None:
        """All that lies in the folder is whole: `units` of the work are done for good."""
        for path in _inside(self.folder):
            name = path.relative_to(self.folder).as_posix()
            if name not in self._files:
                synced(path)
                self._files[name] = [path.stat().st_size, digest_of(path)]
        for folder in {path.parent for path in _inside(self.folder)}:
            synced(folder)
        self.units, self.parts, self.account = units, self.parts + parts, account
        self._write_state()

    def finish(self, said: dict[str, Any]) -> None:
        """Write the manifest, `said` and the files with their digests, and give out its name.

        Where nothing at all could be read, what stands there under that name stays.
        """
        if said.get("unreadable") and not said["rows"]["read"]:
            shutil.rmtree(self.stage)
            return
        self._flatten()
        files = [
            {"file": self._named(name), "bytes": size, "digest": digest}
            for name, (size, digest) in sorted(self._files.items())
        ]
        manifest = self.folder / MANIFEST
        manifest.write_text(json.dumps({**said, "files": files}, indent=1) + "\n", "utf-8")
        synced(manifest)
        synced(self.folder)
        before = self.stage / _BEFORE
        if self.out.exists():
            self.out.rename(before)
        self.folder.rename(self.out)
        synced(self.out.parent)
        shutil.rmtree(self.stage)

    def take_up(self) -> bool:
        """Take up what an earlier run left; False where there is nothing to take up.

        Raises UserError where that run was asked for something else, or its files were changed.
        """
        try:
            state = json.loads((self.stage / _STATE).read_bytes())
        except (FileNotFoundError, ValueError):
            return False
        if not self.folder.is_dir():  # it had just been given its name
            return False
        differing = [name for name in self.asked if state["asked"].get(name) != self.asked[name]]
        if differing:
            raise UserError(
                f"{self.stage}: the interrupted run was of other {' and '.join(differing)}."
                " Start anew without --resume, or name another folder."
            )
        self.units, self.parts, self.account = state["units"], state["parts"], state["account"]
        self._files = state["files"]
        self._unflatten()
        self._sweep()
        return True

    def start_anew(self) -> None:
        """Drop what an earlier run left."""
        self.units, self.parts, self.account, self._files = 0, 0, None, {}
        (self.stage / _STATE).unlink(missing_ok=True)
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir()

    def _write_state(self) -> None:
        state = {
            "asked": self.asked, "units": self.units, "parts": self.parts,
            "account": self.account, "files": self._files,
        }  # fmt: skip
        new = self.stage / f"{_STATE}.new"
        new.write_text(json.dumps(state), "utf-8")
        synced(new)
        new.replace(self.stage / _STATE)
        synced(self.stage)

    def _sweep(self) -> None:
        """Remove what no state speaks of; what it speaks of has to be as it was."""
        for path in list(_inside(self.folder)):
            name = path.relative_to(self.folder).as_posix()
            if name not in self._files:
                path.unlink()
        for name, kept in self._files.items():
            path = self.folder / name
            if not path.is_file() or [path.stat().st_size, digest_of(path)] != kept:
                raise UserError(
                    f"{path}: is not what the interrupted run wrote. Start anew without --resume."
                )

    def _named(self, name: str) -> str:
        """A table of one part is a file: NAME.FORM/part-00001.FORM is called NAME.FORM."""
        return name.partition("/")[0] if self._is_one(name) else name

    def _is_one(self, name: str) -> bool:
        return self.parts == 1 and name.count("/") == 1

    def _flatten(self) -> None:
        for name in filter(self._is_one, self._files):
            path = self.folder / name
            held = self.stage / path.parent.name
            path.rename(held)
            path.parent.rmdir()
            held.rename(path.parent)

    def _unflatten(self) -> None:
        """Undo what `_flatten` had begun."""
        for name in filter(self._is_one, self._files):
            path = self.folder / name
            held = self.stage / path.parent.name
            if path.parent.is_file():
                path.parent.rename(held)
            if held.is_file():
                path.parent.mkdir(parents=True, exist_ok=True)
                held.rename(path)


@contextmanager
def unfinished(out: Path, asked: dict[str, Any], *, resume: bool = False) -> Generator[Unfinished]:
    """The folder that becomes `out`, an earlier run's work in it where that is resumed.

    `asked` is whatever decides the output; only a run of the same is resumed.  Raises UserError
    where `out` cannot be written, holds what no run wrote, or is being written by another run, and
    where the disk is full.
    """
    out = out.absolute()
    _refuse_foreign(out)
    stage = out.parent / f".{out.name}.unfinished"
    with writing(out, stage):
        stage.mkdir(parents=True, exist_ok=True)
        with (stage / _LOCK).open("a+b") as lock:
            try:
                _take(lock.fileno())
            except OSError:
                raise UserError(f"{out}: another run is writing there. Wait for its end.") from None
            _put_back(out, stage)
            made = Unfinished(out, stage, asked)
            if not (resume and made.take_up()):
                made.start_anew()
            try:
                yield made
            except Exception:
                if not made.parts:  # nothing of it is worth keeping
                    shutil.rmtree(stage, ignore_errors=True)
                raise


@contextmanager
def writing(out: Path, stage: Path) -> Generator[None]:
    """Say in a sentence that the disk is full, or that the folder cannot be written."""
    try:
        yield
    except OSError as error:
        if error.errno in FULL:
            waiting = f" What was whole waits in {stage} for --resume." if stage.exists() else ""
            raise UserError(
                f"{out}: there is no room on the disk. Nothing was put there.{waiting}"
                " Make room and run again."
            ) from None
        if str(error.filename or "").startswith(str(stage)):
            raise UserError(
                f"{out}: tables cannot be written there ({error.strerror}). Name another folder."
            ) from None
        raise


def _refuse_foreign(out: Path) -> None:
    """A run replaces an earlier run's tables and nothing else."""
    if not out.exists():
        return
    if not out.is_dir() or out.is_mount():
        raise UserError(
            f"{out}: tables cannot be written there. Name a new folder in it or beside it."
        )
    if any(each.name not in _OURS for each in out.iterdir()):
        raise UserError(f"{out}: holds other files than a run's tables. Name another folder.")


def _put_back(out: Path, stage: Path) -> None:
    """Earlier tables that a killed run had taken away and not yet replaced are put back."""
    before = stage / _BEFORE
    if not before.exists():
        return
    if out.exists():
        shutil.rmtree(before)
    else:
        before.rename(out)


def _inside(folder: Path) -> Iterator[Path]:
    for where, _, files in os.walk(folder):
        for each in files:
            yield Path(where) / each


def digest_of(path: Path) -> str:
    """The SHA-256 of a file."""
    with path.open("rb") as stream:
        return f"sha256:{hashlib.file_digest(stream, 'sha256').hexdigest()}"
