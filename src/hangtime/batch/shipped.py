"""Profile files that go along with the work to another machine: their content, not their path.

A worker writes them out once, under the names they have, and codes under the same profiles.
"""

from __future__ import annotations

import atexit
import shutil
import tempfile
from functools import cache
from pathlib import Path
from typing import NamedTuple

from hangtime.errors import UnknownPolicy
from hangtime.policies.policy import lists_of_diagnoses


class Parcel(NamedTuple):
    """What `policies` name, in their order: for each, its name and its files' names and bytes.

    A folder has its own files; a single file has those it leads to beside it.
    """

    named: tuple[tuple[str, bool, tuple[tuple[str, bytes], ...]], ...]


def parcel(policies: tuple[Path, ...]) -> Parcel:
    """Profiles to be sent.  Raises UnknownPolicy where one of them is of no use."""
    lists = lists_of_diagnoses(policies)
    folders = {each if each.is_dir() else each.parent for each in policies}
    for each in lists:
        if ".." in each.parts or not folders & set(each.parents):
            raise UnknownPolicy(
                f"{each}: this list lies elsewhere than its profile and cannot go along."
                " Put it beside the profile."
            )
    return Parcel(tuple(_packed(each, lists) for each in policies))


@cache
def unpacked(sent: Parcel) -> tuple[Path, ...]:
    """The profiles on this machine, until this process ends."""
    if not sent.named:
        return ()
    root = Path(tempfile.mkdtemp(prefix="hangtime-profiles-"))
    atexit.register(shutil.rmtree, root, ignore_errors=True)
    return tuple(_unpacked(root / str(number), *each) for number, each in enumerate(sent.named))


def _packed(path: Path, lists: tuple[Path, ...]) -> tuple[str, bool, tuple[tuple[str, bytes], ...]]:
    folder = path if path.is_dir() else path.parent
    profiles = sorted(path.glob("*.toml")) if path.is_dir() else [path]
    beside = [each for each in lists if folder in each.parents]
    files = tuple(
        (each.relative_to(folder).as_posix(), each.read_bytes()) for each in [*profiles, *beside]
    )
    return path.name, path.is_dir(), files


def _unpacked(
    folder: Path, name: str, is_folder: bool, files: tuple[tuple[str, bytes], ...]
) -> Path:
    for file, content in files:
        path = folder / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return folder if is_folder else folder / name
