"""Profile files, and the layers a profile is made of.

A profile is a TOML file that names what it extends and writes only what differs.  The shipped files
stand beside this module; a user adds files or folders of files.  Every word in a file is checked.
"""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import cast

from hangtime.errors import UnknownPolicy
from hangtime.policies.catalogue import CATALOGUE, FOLDER, switches_by_name

ROOT = "base"
ENTRIES = frozenset({"title", "extends", "source", "url", "switches", "complex", "necessity"})
Document = dict[str, object]


@dataclass(frozen=True, slots=True)
class Layer:
    """One profile file, read and checked.

    `therapeutic` are HCPCS codes the payer never pays under the complex family, from `since` on;
    None where the file has no such list.  `diagnoses` is the payer's own list of diagnoses that support
    drugs, a CSV file that stands beside the profile; None where it names none.
    """

    name: str
    path: Path
    title: str
    extends: tuple[str, ...]
    chosen: dict[str, str]
    therapeutic: frozenset[str] | None
    since: date | None
    source: str
    diagnoses: Path | None = None


def shipped() -> dict[str, Path]:
    """Shipped profile files by profile name."""
    return {path.stem: path for path in sorted(FOLDER.glob("*.toml")) if path != CATALOGUE}


def available(files: Sequence[Path]) -> dict[str, Path]:
    """Shipped and user profile files by profile name; a folder stands for the TOML files in it."""
    found = shipped()
    for path in _spread(files):
        if found.setdefault(path.stem, path) != path:
            raise UnknownPolicy(
                f"{path}: there is already a profile named {path.stem} ({found[path.stem].name})."
                " Give the file another name, and let it extend that one."
            )
    return found


def layers(names: Sequence[str], found: dict[str, Path]) -> list[Layer]:
    """The named profiles, one over the other, each on top of all it extends; no file twice."""
    order: list[Layer] = []
    for name in names:
        _collect(name, found, order, ())
    return order


def _spread(files: Sequence[Path]) -> list[Path]:
    paths: list[Path] = []
    for path in files:
        if path.is_dir():
            paths += sorted(path.glob("*.toml"))
        elif path.is_file():
            paths.append(path)
        else:
            raise UnknownPolicy(f"{path}: there is no such profile file or folder.")
    return paths


def _collect(name: str, found: dict[str, Path], order: list[Layer], above: tuple[str, ...]) -> None:
    if name in above:
        raise UnknownPolicy(
            f"{found[name]}: the profile extends itself ({' > '.join((*above, name))})."
            " Take one `extends` out."
        )
    if any(layer.name == name for layer in order):
        return
    layer = _read(name, found[name])
    for parent in layer.extends:
        if parent not in found:
            raise UnknownPolicy(
                f"{layer.path}: extends {parent}, which is no profile. Known: {', '.join(found)}."
            )
        _collect(parent, found, order, (*above, name))
    order.append(layer)


def _read(name: str, path: Path) -> Layer:
    try:
        document: Document = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as fault:
        raise UnknownPolicy(f"{path}: not a readable TOML file ({fault}).") from fault
    if unknown := sorted(document.keys() - ENTRIES):
        known = ", ".join(sorted(ENTRIES))
        raise UnknownPolicy(f"{path}: unknown entry {', '.join(unknown)}. A profile has {known}.")
    therapeutic, since = _payer_list(path, document.get("complex"))
    return Layer(
        name=name,
        path=path,
        title=str(document.get("title", name)),
        extends=_extends(name, path, document),
        chosen=_chosen(path, document.get("switches", {})),
        therapeutic=therapeutic,
        since=since,
        source=" ".join(str(document[key]) for key in ("source", "url") if key in document),
        diagnoses=_list_of_diagnoses(path, document.get("necessity")),
    )


def _extends(name: str, path: Path, document: Document) -> tuple[str, ...]:
    extends = document.get("extends", [] if name == ROOT else [ROOT])
    named = _texts([extends] if isinstance(extends, str) else extends)
    if named is None:
        raise UnknownPolicy(f'{path}: `extends` is a list of profile names, such as ["medicare"].')
    return named


def _chosen(path: Path, tree: object) -> dict[str, str]:
    if not isinstance(tree, dict):
        raise UnknownPolicy(f"{path}: `switches` is a table, one switch a line.")
    chosen = {name: _text(value) for name, value in _flat(cast(Document, tree), "")}
    for name, value in chosen.items():
        _check(path, name, value)
    return chosen


def _flat(tree: Document, prefix: str) -> list[tuple[str, object]]:
    """Switches with their dotted names, however the file nests them."""
    pairs: list[tuple[str, object]] = []
    for key, value in tree.items():
        if isinstance(value, dict):
            pairs += _flat(cast(Document, value), f"{prefix}{key}.")
        else:
            pairs.append((f"{prefix}{key}", value))
    return pairs


def _texts(value: object) -> tuple[str, ...] | None:
    """A list of texts; None where it is anything else."""
    if not isinstance(value, list):
        return None
    items = cast(list[object], value)
    texts = tuple(item for item in items if isinstance(item, str))
    return texts if len(texts) == len(items) else None


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)


def _check(path: Path, name: str, value: str) -> None:
    known = switches_by_name()
    if name not in known:
        raise UnknownPolicy(
            f"{path}: there is no switch {name}. `hangtime policy show` lists them all."
        )
    switch = known[name]
    if switch.fixed:
        raise UnknownPolicy(f"{path}: {name} cannot be set; it is {switch.fixed}.")
    if not switch.allows(value):
        span = (
            "" if switch.least is None else f", or a whole number {switch.least} to {switch.most}"
        )
        raise UnknownPolicy(
            f"{path}: {name} has no position {value}. Choose {', '.join(switch.values)}{span}."
        )


def _payer_list(path: Path, entry: object) -> tuple[frozenset[str] | None, date | None]:
    if entry is None:
        return None, None
    table = cast(Document, entry) if isinstance(entry, dict) else Document()
    codes = _texts(table.get("therapeutic"))
    if codes is None:
        raise UnknownPolicy(
            f"{path}: [complex] needs `therapeutic`, a list of HCPCS codes as texts."
        )
    since = table.get("from")
    if isinstance(since, datetime) or not isinstance(since, date | None):
        raise UnknownPolicy(f"{path}: [complex] `from` is a date, such as 2022-04-26, unquoted.")
    return frozenset(code.strip().upper() for code in codes), since


def _list_of_diagnoses(path: Path, entry: object) -> Path | None:
    """The file that `[necessity]` names, looked for in the folder of the profile."""
    if entry is None:
        return None
    table = cast(Document, entry) if isinstance(entry, dict) else Document()
    named = table.get("list")
    if not isinstance(named, str) or not named or len(table) > 1:
        raise UnknownPolicy(f"{path}: [necessity] has `list`, the name of a CSV file, and no more.")
    found = path.parent / named
    try:
        found.read_bytes()
    except OSError as fault:
        raise UnknownPolicy(
            f"{path}: [necessity] `list` names a file that cannot be read ({found}: {fault.strerror})."
        ) from fault
    return found
