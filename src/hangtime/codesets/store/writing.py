"""Tables into the store: joined, sorted, without repeats, digested, and packed where pairs.

A table is written whole into a folder of its own before it is given its place.
"""

# pyarrow has no type stubs; tables are untyped wherever they go.
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false
# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false
# pyright: reportAttributeAccessIssue=false
from __future__ import annotations

import csv
import hashlib
from collections import Counter
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv
import pyarrow.parquet as pq

from hangtime import __version__
from hangtime.codesets.store import pairs, slices
from hangtime.codesets.store.layouts import KEYS
from hangtime.codesets.store.lookup import ROWS
from hangtime.codesets.store.opening import digest_of
from hangtime.codesets.store.periods import named
from hangtime.codesets.store.reading import WORDS, Part
from hangtime.codesets.store.records import SetAside, Source, StoredTable
from hangtime.codesets.store.typed import LINE

ASIDE = "set_aside.csv"
REPEATS = "repeats an earlier row"


class Written(NamedTuple):
    """A table in its folder: what it is, the rows set aside, and what its slices left out."""

    table: StoredTable
    set_aside: list[SetAside]
    left_out: tuple[str, ...]


def write(folder: Path, parts: list[Part], digests: dict[str, str]) -> Written:
    """Write one table, which may have come in several parts.

    `digests` has the sha256 of the file that each part came from, by the part's name.
    """
    first = parts[0]
    rows, repeats = _sorted(parts)
    aside = [row for part in parts for row in part.set_aside] + repeats
    digest = _digest(rows)
    pq.write_table(rows, folder / ROWS, compression="zstd")
    if first.layout.kind == "ptp":
        pairs.write(folder, rows)
    left_out = slices.write(folder, first.layout.kind, first.setting, rows, first.period)
    _write_aside(folder / ASIDE, aside)
    name = "-".join(
        filter(None, (first.layout.kind, WORDS.get(first.setting), named(first.period)))
    )
    name = f"{name}.{first.layout.variant}" if first.layout.variant else name
    table = StoredTable(
        name=name,
        kind=first.layout.kind,
        setting=first.setting,
        variant=first.layout.variant,
        first=first.period.first,
        last=first.period.last,
        dated_by=first.dated_by,
        revision=max(part.revision for part in parts),
        published=max((part.published for part in parts if part.published), default=None),
        rows=len(rows),
        set_aside=len(aside),
        digest=digest,
        folder=f"{name}.{digest[:16]}",
        files={path.name: digest_of(path) for path in sorted(folder.iterdir())},
        sources=_sources(parts, aside, digests),
        importer=f"hangtime {__version__}",
    )
    return Written(table, aside, left_out)


def _sources(
    parts: list[Part], aside: list[SetAside], digests: dict[str, str]
) -> tuple[Source, ...]:
    """Each file once, though several of its sheets may be of the table."""
    rows: dict[str, int] = {}
    for part in parts:
        rows[part.file] = rows.get(part.file, 0) + part.rows_in
    left = Counter(row.file for row in aside)
    return tuple(Source(file, digests[file], count, left[file]) for file, count in rows.items())


def _sorted(parts: list[Part]) -> tuple[Any, list[SetAside]]:
    """All parts' rows in ascending order of their key, each once, and the repeats set aside."""
    together = pa.concat_tables(
        [
            part.rows.append_column("part", pa.array([n] * len(part.rows), pa.int16()))
            for n, part in enumerate(parts)
        ],
        promote_options="default",
    )
    columns = [name for name in together.column_names if name not in (LINE, "part")]
    key = KEYS[parts[0].layout.kind]
    columns = [key, *(name for name in columns if name != key)]
    order = pc.sort_indices(
        together, sort_keys=[(name, "ascending") for name in (*columns, "part", LINE)]
    )
    ordered = together.take(order).combine_chunks()
    is_repeat = _is_like_the_one_before(ordered.select(columns))
    gone = ordered.filter(is_repeat).select(["part", LINE]).to_pylist()
    repeats = [SetAside(parts[row["part"]].file, row[LINE], key, REPEATS) for row in gone]
    return ordered.filter(pc.invert(is_repeat)).select(columns), sorted(repeats)


def _is_like_the_one_before(rows: Any) -> Any:
    """For each row whether all its cells are those of the row above it."""
    alike = pa.array([True] * max(len(rows) - 1, 0), pa.bool_())
    for column in rows.columns:
        whole = column.combine_chunks()
        a, b = whole.slice(0, max(len(whole) - 1, 0)), whole.slice(1)
        both_none = pc.and_(pc.is_null(a), pc.is_null(b))
        alike = pc.and_(alike, pc.or_(pc.fill_null(pc.equal(a, b), False), both_none))
    return pa.concat_arrays([pa.array([False] * min(len(rows), 1), pa.bool_()), alike])


class _Hashing:
    """A file that keeps nothing but the digest of what is written to it."""

    closed = False

    def __init__(self) -> None:
        self.digest = hashlib.sha256()

    def write(self, part: Any) -> int:
        self.digest.update(part)
        return len(part)

    def flush(self) -> None: ...

    def close(self) -> None: ...


def _digest(rows: Any) -> str:
    """sha256 of the rows as CSV with their titles."""
    sink = _Hashing()
    with pa.PythonFile(sink, mode="w") as file:
        pacsv.write_csv(rows, file)
    return sink.digest.hexdigest()


def _write_aside(path: Path, rows: list[SetAside]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(SetAside._fields)
        out.writerows(rows)
