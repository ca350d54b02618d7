"""Side files: what a code means, or the detail rows that belong to a row of the export."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

from hangtime.formats.mapping.columns import Cells, Columns, Text
from hangtime.formats.mapping.fields import Unreadable, number
from hangtime.formats.mapping.source import Row, open_source, side_file
from hangtime.formats.mapping.spec import LookupSpec, MapSpec

Key = tuple[str, ...]


@dataclass(slots=True)
class Lookup:
    """One side file in memory: its rows by key, and which of its rows still need an account."""

    spec: LookupSpec
    path: Path
    columns: tuple[str, ...]
    rows: dict[Key, Cells]
    lines: dict[Key, list[int]]
    broken: list[Row]
    key_of: Callable[[Cells], Key] = field(default=lambda _: ())
    found: int = 0
    asked: int = 0

    def extend(self, cells: Cells) -> None:
        """Add this file's columns to a row, empty where nothing matches."""
        key = self.key_of(cells)
        self.asked += 1
        side = self.rows.get(key) if all(key) else None
        if side is None:
            cells += [""] * len(self.columns)
        else:
            self.found += 1
            cells += side

    def claim(self, cells: Cells) -> list[int]:
        """Lines of the detail rows of this row, each handed out once."""
        return self.lines.pop(self.key_of(cells), [])

    def unclaimed(self) -> Iterator[int]:
        """Lines of detail rows that no row of the export asked for."""
        for lines in self.lines.values():
            yield from lines


def open_lookups(spec: MapSpec, exports: Sequence[Path], columns: Columns) -> list[Lookup]:
    """Read each side file; its columns join `columns`, so that a later one may key on them."""
    known: dict[Path, _SideFile] = {}  # one file may be looked up in several ways
    return [
        lookup
        for each in spec.lookups
        if (lookup := _open(each, spec, exports, columns, known)) is not None
    ]


class _SideFile:
    """A side file's columns and rows, read once."""

    def __init__(self, path: Path, spec: MapSpec) -> None:
        source = open_source(path, spec.delimiter, spec.encoding)
        self.columns = source.columns
        self.rows = list(source.rows)


def _open(
    spec: LookupSpec,
    map_spec: MapSpec,
    exports: Sequence[Path],
    columns: Columns,
    known: dict[Path, _SideFile],
) -> Lookup | None:
    path = side_file(spec.file, (*exports, Path(map_spec.path)))
    if path is None:
        if not spec.optional:
            columns.fail(f"{spec.key}.file", f"there is no {spec.file} beside the export")
        columns.names += [f"{spec.name}.{name}" for name in _named(spec, map_spec)]
        return None
    if path not in known:
        known[path] = _SideFile(path, map_spec)
    source = known[path]
    side = Columns(source.columns, map_spec.missing, map_spec.path, path.name)
    side_key = [side.text(f"{spec.key}.on", name) for name, _ in spec.on]
    keep = side.test(f"{spec.key}.where", spec.where) if spec.where else None
    lookup = Lookup(spec, path, source.columns, {}, {}, [])
    grouped: dict[Key, list[Cells]] = defaultdict(list)
    lines: dict[Key, list[int]] = defaultdict(list)
    for row in source.rows:
        if row.problem:
            lookup.broken.append(row)
        elif keep is None or keep(row.cells):
            key = tuple([text(row.cells) for text in side_key])
            grouped[key].append(row.cells)
            if spec.count_rows:
                lines[key].append(row.line)
    lookup.rows = {key: _together(spec, side, rows) for key, rows in grouped.items()}
    lookup.lines = dict(lines)
    lookup.key_of = _key([columns.text(f"{spec.key}.on", name) for _, name in spec.on])
    columns.names += [f"{spec.name}.{name}" for name in source.columns]
    return lookup


def _key(texts: list[Text]) -> Callable[[Cells], Key]:
    return lambda cells: tuple([text(cells) for text in texts])


def _named(spec: LookupSpec, map_spec: MapSpec) -> list[str]:
    """The columns of an absent optional side file that the map's fields name."""
    head = f"{spec.name}."
    named = [source for each in map_spec.fields for source in each.sources]
    named += [column for each in map_spec.fields for column in _asked(each.only_when)]
    named += [c for each in map_spec.fields for _, when in each.choose for c in _asked(when)]
    named += [column for each in map_spec.drops for column in _asked(each.when)]
    named += _asked(map_spec.inpatient)
    return list(dict.fromkeys(n.removeprefix(head) for n in named if n.startswith(head)))


def _asked(condition: Sequence[Sequence[tuple[str, object]]]) -> list[str]:
    return [column for each in condition for column, _ in each]


def _together(spec: LookupSpec, side: Columns, rows: list[Cells]) -> Cells:
    """One row for a key: the first, with gaps filled from the others, and amounts added up.

    Amounts in different units have no sum, nor have amounts of which one cannot be read: then
    the cell is left empty.
    """
    if len(rows) == 1:
        return rows[0]
    merged = [next((cell for cell in column if cell), "") for column in zip(*rows, strict=True)]
    for amount, unit in spec.add_up:
        at = side.index(f"{spec.key}.add_up", amount)
        unit_at = side.index(f"{spec.key}.add_up", unit)
        merged[at] = _sum([(row[at], row[unit_at]) for row in rows if row[at].strip()])
    return merged


def _sum(amounts: list[tuple[str, str]]) -> str:
    if len({unit for _, unit in amounts}) != 1:
        return ""
    try:
        return str(sum((number(amount) for amount, _ in amounts), Decimal(0)))
    except Unreadable:
        return ""
