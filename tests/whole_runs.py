"""Charts in many files, bad rows among them, and whole runs over them, for the tests of large runs."""

from __future__ import annotations

import csv
import gzip
import hashlib
import random
from functools import partial
from pathlib import Path
from typing import Any, Literal

import pyarrow as pa
import pyarrow.parquet as pq

from generated import PLANS, encounters
from hangtime.batch import source, together
from hangtime.batch.local import Interpreting, Summary, Way, code_files
from hangtime.cli._coding import Account, code_read
from hangtime.engine import Coder
from hangtime.formats import read
from hangtime.formats.tabular import read_together, write_encounters

BAD_IDS = (None, "", " x", "None")
BAD = {"route": "by mouth", "drug": None, "start": "yesterday", "dose": None, "setting": None}


def charted(count: int, seed: int, folder: Path) -> pa.Table:
    """Rows of so many encounters, about one in twenty with a fault."""
    path = folder / f"charted-{seed}.parquet"
    write_encounters(encounters(count, seed), path)
    rows = pq.read_table(path).to_pylist()
    schema = pq.read_schema(path)
    path.unlink()
    chance = random.Random(seed)
    for row in rows:
        if chance.random() < 0.05:
            field = chance.choice(list(BAD))
            row[field] = BAD[field]
    return pa.Table.from_pylist(rows, schema)


def in_files(rows: pa.Table, folder: Path, files: int) -> list[Path]:
    """The rows in so many files, cut wherever that falls."""
    folder.mkdir(parents=True, exist_ok=True)
    size = -(-len(rows) // files)
    paths = [folder / f"{number:02}.parquet" for number in range(files)]
    for number, path in enumerate(paths):
        pq.write_table(rows.slice(number * size, size), path)
    return paths


def with_type(rows: pa.Table, name: str, kind: Any) -> pa.Table:
    """The rows with a column of another type."""
    at = rows.column_names.index(name)
    return rows.set_column(at, name, rows.column(name).cast(kind))


def unexpected(said: str) -> None:
    """No file of these is unreadable."""
    raise AssertionError(said)


def as_csv(path: Path, spoil: Any = None) -> Path:
    """The same charts, read strictly and written again; `spoil` may change the rows."""
    reads = list(read_together([path], unexpected))
    out = path.with_suffix(".csv.gz")
    write_encounters([each.encounter for each in reads if each.encounter], out)
    path.unlink()
    if spoil:
        with gzip.open(out, "rt", encoding="utf-8", newline="") as stream:
            rows = list(csv.reader(stream))
        spoil(rows)
        with gzip.open(out, "wt", encoding="utf-8", newline="") as stream:
            csv.writer(stream).writerows(rows)
    return out


def in_every_form(rows: pa.Table, folder: Path) -> list[Path]:
    """Six files: two as they are written, one with fractions as floats, one with ids as categories,
    which only the strict reader takes, one of CSV, one of CSV with a row that is none.  Each has
    rows without an id, with ids that are none, and one of an encounter called None.
    """
    paths = in_files(rows, folder, 6)
    for number, path in enumerate(paths):
        pq.write_table(with_bad_ids(pq.read_table(path), number), path)
    pq.write_table(with_type(pq.read_table(paths[1]), "dose", pa.float64()), paths[1])
    words = pa.dictionary(pa.int32(), pa.string())
    pq.write_table(with_type(pq.read_table(paths[3]), "encounter_id", words), paths[3])
    paths[2] = as_csv(paths[2], lambda rows: add_bad_ids(rows, 2))
    paths[4] = as_csv(paths[4], spoiled)
    return paths


def with_bad_ids(rows: pa.Table, number: int) -> pa.Table:
    """The rows, and one more for each of such ids."""
    row = rows.slice(0, 1).to_pylist()[0]
    more = [
        row | {"encounter_id": each, "administration_id": f"{number}-{n}"}
        for n, each in enumerate(BAD_IDS)
    ]
    return pa.concat_tables([rows, pa.Table.from_pylist(more, rows.schema)])


def add_bad_ids(rows: list[list[str]], number: int) -> None:
    """The same to rows of CSV."""
    ids, names = (rows[0].index(name) for name in ("encounter_id", "administration_id"))
    for n, each in enumerate(BAD_IDS):
        row = [*rows[1]]
        row[ids], row[names] = each or "", f"{number}-{n}"
        rows.append(row)


def spoiled(rows: list[list[str]]) -> None:
    """The same, and a row that is none."""
    add_bad_ids(rows, 4)
    rows[3].append("a cell too many")


def damage(path: Path, column: str, group: int) -> None:
    """Spoil a column of a file that is not compressed, in one of its groups of rows."""
    about = pq.read_metadata(path)
    names = [about.schema.column(n).path for n in range(len(about.schema))]
    found = about.row_group(group).column(names.index(column))
    with path.open("r+b") as stream:
        stream.seek(found.dictionary_page_offset or found.data_page_offset)
        stream.write(b"\xff" * 40)


def in_small_batches() -> None:
    """Let batches, and so units of work, be small."""
    source.ROWS = together.ROWS = 60
    source.BLOCK = 1 << 14


def run(
    paths: list[Path], out: Path | None, form: Literal["csv", "parquet"] = "parquet", **way: Any
) -> tuple[Account, Summary]:
    """Code the files by the compiled rules."""
    account = Account()
    interpreting = Interpreting(partial(Coder, (PLANS,)), code_read, read)
    done = code_files(paths, out, form, account, interpreting, policies=(PLANS,), way=Way(**way))
    return account, done


def digests(out: Path) -> dict[str, str]:
    """A digest of every file below a folder, by its name."""
    return {
        path.relative_to(out).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(out.rglob("*"))
        if path.is_file()
    }


def rows_of(out: Path, table: str) -> list[dict[str, Any]]:
    """The rows of a table by encounter, in each as they stand."""
    rows = pq.read_table(out / f"{table}.parquet").to_pylist()
    return sorted(rows, key=lambda row: row["encounter_id"])
