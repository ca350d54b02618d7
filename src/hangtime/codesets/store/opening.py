"""Opening what a publisher put out: text, workbooks, Parquet, XML, packed by zip or gzip or not.

What a file is, is told by its first bytes.  Each table found comes out as a `Sheet`: its first
rows, by which it is recognised, and its columns in pieces, every cell as text.
"""

# pyarrow and openpyxl have no type stubs; nothing untyped but arrays leaves this file.
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false
# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false
# pyright: reportAttributeAccessIssue=false
from __future__ import annotations

import csv
import gzip
import hashlib
import shutil
import zipfile
import zlib
from collections.abc import Callable, Iterator
from datetime import date, datetime
from itertools import dropwhile, islice
from pathlib import Path
from typing import Any, NamedTuple

from hangtime.codesets.store.records import Refused
from hangtime.codesets.store.tabbed import columns_of

HEAD = 40  # rows in which titles are looked for
PIECE = 50_000  # rows at a time
_PACKED_TEXT = (".csv", ".txt", ".tsv", ".xml")
_PACKED = (*_PACKED_TEXT, ".xlsx", ".parquet", ".gz", ".zip")
Line = tuple[int, list[str]]
# What reading a damaged file raises, when it is opened or while its rows are read.
DAMAGE = (OSError, EOFError, zipfile.BadZipFile, zlib.error, csv.Error, SyntaxError)


class Piece(NamedTuple):
    """Some rows: their line numbers, and the columns asked for, as arrays of text."""

    lines: list[int]
    columns: list[Any]


class Sheet(NamedTuple):
    """One table of a file: what it is called, its first lines, and its rows after a line."""

    file: str
    title: str
    head: list[Line]
    pieces: Callable[[int, list[int]], Iterator[Piece]]
    modified: date | None = None


def sheets(path: Path, scratch: Path, name: str = "") -> Iterator[Sheet]:
    """Every table in a file; `scratch` is an empty folder that outlives the sheets."""
    name = name or path.name
    try:
        start = path.open("rb").read(8)
        yield from _opened(path, name, start, scratch)
    except DAMAGE as error:
        raise unreadable(name, error) from None


def digest_of(path: Path) -> str:
    """sha256 of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def unreadable(name: str, error: Exception) -> Refused:
    """What is said of a file that is damaged or cannot be opened."""
    reason = getattr(error, "strerror", None) or str(error).split("\n", maxsplit=1)[0]
    what = reason if getattr(error, "strerror", None) else f"it is truncated or damaged ({reason})"
    return Refused(f"{name}: cannot be read to its end: {what}.")


def _opened(path: Path, name: str, start: bytes, scratch: Path) -> Iterator[Sheet]:
    if not start:
        raise Refused(f"{name}: the file is empty.")
    if start[:2] == b"\x1f\x8b":
        yield from sheets(_unpacked(path, scratch), scratch, name)
    elif start[:4] == b"PAR1":
        yield _parquet(path, name)
    elif start[:2] == b"PK":
        yield from _zip(path, name, scratch)
    elif start.lstrip().startswith((b"<?xml", b"\xef\xbb\xbf<?")):
        from hangtime.codesets.store.tabular_list import tabular_list

        yield tabular_list(path, name)
    elif start.startswith((b"%PDF", b"\xd0\xcf\x11\xe0")):
        raise Refused(f"{name}: neither text, .xlsx, Parquet nor XML. Save it as one of these.")
    else:
        yield _text(path, name)


def _unpacked(path: Path, scratch: Path) -> Path:
    target = scratch / f"{len(list(scratch.iterdir()))}"
    with gzip.open(path) as source, target.open("wb") as file:
        shutil.copyfileobj(source, file)
    return target


def _zip(path: Path, name: str, scratch: Path) -> Iterator[Sheet]:
    with zipfile.ZipFile(path) as packed:
        members = packed.namelist()
        if "[Content_Types].xml" in members:
            yield from _workbook(path, name)
            return
        texts = {Path(each).with_suffix("") for each in members if each.endswith(_PACKED_TEXT)}
        for each in packed.infolist():
            inner = Path(each.filename)
            is_twin = inner.suffix == ".xlsx" and inner.with_suffix("") in texts
            if inner.suffix.lower() in _PACKED and not is_twin:
                target = scratch / f"{len(list(scratch.iterdir()))}"
                with packed.open(each) as source, target.open("wb") as file:
                    shutil.copyfileobj(source, file)
                made = date(*each.date_time[:3])
                for sheet in sheets(target, scratch, f"{name}/{inner.name}"):
                    yield sheet._replace(modified=sheet.modified or made)


def _workbook(path: Path, name: str) -> Iterator[Sheet]:
    from openpyxl import load_workbook

    book = load_workbook(path, read_only=True, data_only=True)
    changed = book.properties.modified
    for sheet in book.worksheets:

        def rows(sheet: Any = sheet) -> Iterator[Line]:
            for line, cells in enumerate(sheet.iter_rows(values_only=True), start=1):
                yield line, [_written(cell) for cell in cells]

        made = changed.date() if isinstance(changed, datetime) else None
        yield _of_rows(name, str(sheet.title), rows)._replace(modified=made)


def _written(cell: Any) -> str:
    """A cell of a workbook as it would stand in text."""
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return cell.date().isoformat() if isinstance(cell, datetime) else str(cell)


def _text(path: Path, name: str) -> Sheet:
    encoding = _encoding(path)
    with path.open(encoding=encoding, newline="") as file:
        mark = _mark([line for line in islice(file, HEAD) if line.strip()])

    def rows() -> Iterator[Line]:
        with path.open(encoding=encoding, newline="") as file:
            if not mark:
                yield from enumerate(map(_alone, file), start=1)
                return
            reader = csv.reader(file, delimiter=mark)
            for cells in reader:
                yield reader.line_num, cells

    if mark:
        _ends_whole(path, name)
    sheet = _of_rows(name, "", rows)
    if mark != "\t" or encoding != "utf-8-sig":
        return sheet

    def pieces(after: int, wanted: list[int]) -> Iterator[Piece]:
        width = next((len(cells) for line, cells in sheet.head if line > after), 0)
        columns = columns_of(path, after, width, wanted)
        return sheet.pieces(after, wanted) if columns is None else _cut(columns, after)

    return sheet._replace(pieces=pieces)


def _cut(columns: list[Any], after: int) -> Iterator[Piece]:
    """Whole columns, whose rows are consecutive lines, in pieces."""
    for first in range(0, len(columns[0]), PIECE):
        parts = [column.slice(first, PIECE).combine_chunks() for column in columns]
        start = after + 1 + first
        yield Piece(list(range(start, start + len(parts[0]))), parts)


def _mark(lines: list[str]) -> str:
    """What stands between cells: a tab in most lines, else a comma; "" where there is one column."""
    if 2 * sum("\t" in line for line in lines) >= len(lines):
        return "\t"
    return "," if any("," in line for line in lines) else ""


def _alone(line: str) -> list[str]:
    return [line.strip()] if line.strip() else []


def _encoding(path: Path) -> str:
    """UTF-8 where all of it is, else Latin-1, which publishers still use."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            while file.read(1 << 20):
                pass
    except UnicodeDecodeError:
        return "latin-1"
    return "utf-8-sig"


def _ends_whole(path: Path, name: str) -> None:
    """A table's last line has an end; a file that was cut short seldom has."""
    with path.open("rb") as file:
        file.seek(-1, 2)
        if file.read(1) not in b"\r\n\x1a":
            raise Refused(
                f"{name}: the last line has no line end: the file is truncated. Fetch it again."
            )


def _of_rows(name: str, title: str, rows: Callable[[], Iterator[Line]]) -> Sheet:
    def pieces(after: int, wanted: list[int]) -> Iterator[Piece]:
        import pyarrow as pa

        width = max(wanted, default=0) + 1
        following = (row for row in rows() if row[1] and (row[1][0] or any(row[1])))
        following = dropwhile(lambda row: row[0] <= after, following)
        while piece := list(islice(following, PIECE)):
            lines, cells = zip(*piece, strict=True)
            columns = _turned(cells, width)
            yield Piece(list(lines), [pa.array(columns[i], pa.string()) for i in wanted])

    return Sheet(name, title, list(islice(rows(), HEAD)), pieces)


def _turned(rows: tuple[list[str], ...], width: int) -> list[tuple[str, ...]]:
    """Rows as columns, of which there are at least `width`; short rows end with empty cells."""
    shortest = min(map(len, rows))
    if shortest >= width:
        return list(zip(*rows, strict=False))
    whole = [row if len(row) >= width else [*row, *([""] * (width - len(row)))] for row in rows]
    return list(zip(*whole, strict=False))


def _parquet(path: Path, name: str) -> Sheet:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        file = pq.ParquetFile(path, pre_buffer=False)
    except pa.ArrowException as error:
        reason = str(error).split("\n", maxsplit=1)[0]
        raise Refused(f"{name}: truncated or damaged Parquet ({reason}).") from None
    names: list[str] = file.schema_arrow.names

    def pieces(after: int, wanted: list[int]) -> Iterator[Piece]:  # noqa: ARG001 - titles are apart
        line = 1
        columns = [names[i] for i in wanted]
        for batch in file.iter_batches(batch_size=4 * PIECE, columns=columns):
            cells = [batch.column(column).cast(pa.string()) for column in columns]
            yield Piece(list(range(line, line + len(batch))), cells)
            line += len(batch)

    return Sheet(name, "", [(0, names)], pieces)
