"""The files of one run as tables: those of one form and one layout are read as one.

A year may lie in twelve files and an encounter in two of them; and where the rows of an encounter
do not stand together, all are sorted first, out of memory.  A row's *line* tells its file as well.
"""

# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false
# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false
# pyright: reportUnknownParameterType=false, reportMissingParameterType=false
from __future__ import annotations

import errno
import tempfile
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from hangtime.batch.arrays import Array
from hangtime.batch.compiled import Loops
from hangtime.batch.ids import Ids
from hangtime.batch.mended import MendedCsv
from hangtime.batch.plain_types import in_file, travelling
from hangtime.batch.reading import _is_text
from hangtime.batch.source import ROWS, NotPlain, ParquetSource, Source, source
from hangtime.batch.whole import stand_together
from hangtime.errors import UnreadableInput
from hangtime.formats.reads import Place, Read
from hangtime.model import Finding

MEMORY = "300MB"  # that sorting may keep before it goes to the disk; it uses some more beside
_FED = ROWS // 2  # rows that it is given at a time
_LINE = "hangtime_line"
_FILE = 40  # bits of a row's number for its line; those above tell its file
_LINES = (1 << _FILE) - 1


class Together:
    """Files of one layout, in order, as one table of rows.

    `say` is told of a file that turns out to be damaged; what stood before the damage is read, and
    `cut_short` knows the encounters that have, or may have, rows behind it.  Encounters that are
    `elsewhere`, in tables of other forms too, are left out.
    `folder` is where rows are sorted that do not fit into memory.
    """

    def __init__(
        self, sources: list[Source], loops: Loops, say: Callable[[str], None], folder: Path | None
    ) -> None:
        self._sources, self._loops, self._say, self._folder = sources, loops, say, folder
        self.is_csv, self.cut_short = sources[0].is_csv, Ids(loops)
        self.schema = united(each.schema for each in sources)
        self.rows = sum(each.rows for each in sources)
        self.elsewhere = Ids(loops)
        self._told: set[Source] = set()
        self.is_in_order = stand_together(self._ids, loops)
        if self.is_csv and not self.is_in_order:  # which may be plain long before the last row
            deque(self._ids(), maxlen=0)

    def place(self, line: int) -> Place:
        """Where a row stands."""
        return Place(str(self._sources[line >> _FILE].path), line & _LINES)

    def notes(self) -> dict[int, tuple[Finding, ...]]:
        """What was found about each file, by the line of its first row."""
        return {
            (number << _FILE) + line: notes
            for number, each in enumerate(self._sources)
            for line, notes in each.notes_by_line().items()
        }

    def stand_behind(self, before: Array, lines: Array) -> Array:
        """Which rows stand right behind others: lines that are no rows do not part them."""
        found = lines == before + 1
        for number in np.unique(lines[~found] >> _FILE).tolist():
            at = np.flatnonzero(~found & (lines >> _FILE == number) & (before >> _FILE == number))
            rows = self._sources[number].rows_at
            found[at] = rows(lines[at] & _LINES) == rows(before[at] & _LINES) + 1
        return found

    def broken(self) -> list[Read]:
        """Lines that are no rows."""
        return [
            read for each in self._sources if isinstance(each, MendedCsv) for read in each.broken
        ]

    def close(self) -> None:
        """Give up what is kept open."""
        for each in self._sources:
            each.close()

    def batches(self) -> Iterator[tuple[Any, Array]]:
        """Tables of rows and their lines, the rows of each encounter together."""
        rows = self._numbered()
        if self.elsewhere:
            rows = (where(*each, ~self.elsewhere.among(ids_in(each[0]))) for each in rows)
        if not self.is_in_order:
            rows = _sorted(rows, self.schema, self._folder)
        return _of_one_size(rows)

    def rows_of(self, encounters: Ids) -> Iterator[tuple[Any, Array]]:
        """Tables of the rows of these encounters and their lines, sorted by the ids."""
        rows = (where(*each, encounters.among(ids_in(each[0]))) for each in self._numbered())
        return _sorted(rows, self.schema, self._folder)

    def all_ids(self) -> Iterator[Any]:
        """The ids of all rows that can be read, an array for each batch."""
        for each in self._sources:
            yield from each.ids_behind(0) if isinstance(each, ParquetSource) else each.ids()

    def _ids(self) -> Generator[Any]:
        for each in self._sources:
            try:
                yield from each.ids()
            except NotPlain as fault:
                raise NotPlain(each) from fault
            except UnreadableInput:  # which is told when the rows are read
                self._miss(each, 0)

    def _numbered(self) -> Iterator[tuple[Any, Array]]:
        for number, each in enumerate(self._sources):
            row = 0
            try:
                for table in each.tables():
                    lines = each.lines(row, len(table)) + (number << _FILE)
                    yield _as(table, self.schema), lines
                    row += len(table)
            except UnreadableInput as error:
                if each not in self._told:
                    self._told.add(each)
                    self._say(str(error))
                    self._miss(each, row)

    def _miss(self, damaged: Source, row: int) -> None:
        assert isinstance(damaged, ParquetSource)  # what is found in CSV is found beforehand
        for ids in damaged.ids_behind(row):
            self.cut_short.add(ids)


def together(
    paths: Iterable[Path], loops: Loops, say: Callable[[str], None], folder: Path | None
) -> tuple[list[Together], list[Path]]:
    """The files as tables, and those that only the strict reader can read."""
    sources: list[Source] = []
    strict: list[Path] = []
    for path in paths:
        _open(path, sources, strict, say, folder)
    made: list[Together] = []
    groups = deque(_alike(sources))
    while groups:
        group = groups.popleft()
        try:
            made.append(Together(group, loops, say, folder))
        except NotPlain as fault:
            broken: Source = fault.args[0]
            at = group.index(broken)
            mended: list[Source] = []
            broken.close()
            if isinstance(broken, MendedCsv):
                strict.append(broken.path)
            else:
                _mend(broken.path, mended, strict, say, folder)
            if rest := [*group[:at], *mended, *group[at + 1 :]]:
                groups.appendleft(rest)
    return made, strict


def _open(
    path: Path, sources: list[Source], strict: list[Path], say: Callable[[str], None],
    folder: Path | None,
) -> None:  # fmt: skip
    try:
        sources.append(source(path))
    except NotPlain:
        _mend(path, sources, strict, say, folder)
    except UnreadableInput as error:
        say(str(error))


def _mend(
    path: Path, sources: list[Source], strict: list[Path], say: Callable[[str], None],
    folder: Path | None,
) -> None:  # fmt: skip
    """A CSV file by a copy without what is broken; anything else is for the strict reader."""
    if path.name.lower().endswith((".csv", ".csv.gz")) and path.is_file():
        try:
            sources.append(MendedCsv(path, folder))
        except NotPlain:
            strict.append(path)
        except UnreadableInput as error:
            say(str(error))
    else:
        strict.append(path)


def _alike(sources: list[Source]) -> list[list[Source]]:
    """Sources whose rows can stand in one table; a column may be missing from some."""
    groups: list[tuple[list[Source], list[Any]]] = []
    for each in sources:
        for group, schemas in groups:
            if group[0].is_csv == each.is_csv and _fits(each.schema, schemas):
                group.append(each)
                break
        else:
            groups.append(([each], [each.schema]))
    return [group for group, _ in groups]


def _fits(own: Any, schemas: list[Any]) -> bool:
    """Whether a table of such schemas takes rows of this one, which is then among them."""
    if any(own.equals(each) for each in schemas):
        return True
    try:
        united([*schemas, own])
    except pa.ArrowException:
        return False
    schemas.append(own)
    return True


def united(schemas: Iterable[Any]) -> Any:
    """One schema in which every value says what it said in its own.  Raises an ArrowException."""
    each = list(schemas)
    try:
        return pa.unify_schemas(each)
    except pa.ArrowException:
        each = [pa.schema([_as_short_text(field) for field in own]) for own in each]
        made = pa.unify_schemas(each, promote_options="permissive")
    if all(_is_kept(field.type, made.field(field.name).type) for own in each for field in own):
        return made
    raise pa.ArrowTypeError("types of columns differ")


def _as_short_text(field: Any) -> Any:
    return field.with_type(pa.string()) if _is_text(field.type) else field


def _is_kept(own: Any, wider: Any) -> bool:
    """Whether a value stays what it is; a number too large for a fraction is none of a chart."""
    kinds = pa.types
    if own == wider or kinds.is_null(own):
        return True
    if kinds.is_integer(own) and kinds.is_integer(wider):
        return own.bit_width < wider.bit_width
    if kinds.is_floating(wider):
        return kinds.is_integer(own) or kinds.is_floating(own)
    return kinds.is_decimal128(wider) and (kinds.is_integer(own) or kinds.is_decimal128(own))


def _as(table: Any, schema: Any) -> Any:
    """The table with the columns of all files; what it lacks is empty."""
    if table.schema.equals(schema):
        return table
    columns = [
        table.column(field.name).cast(field.type, safe=not pa.types.is_floating(field.type))
        if field.name in table.column_names
        else pa.nulls(len(table), field.type)
        for field in schema
    ]
    return pa.Table.from_arrays(columns, schema=schema)


def where(table: Any, lines: Array, kept: Array) -> tuple[Any, Array]:
    """The rows that are kept, and their lines."""
    return table.filter(pa.array(kept)), lines[kept]


def ids_in(table: Any) -> Any:
    """The encounter ids of a table as one array."""
    return table.column("encounter_id").combine_chunks()


def _sorted(
    batches: Iterator[tuple[Any, Array]], schema: Any, folder: Path | None
) -> Iterator[tuple[Any, Array]]:
    """Rows by encounter, in each in the order of the files.

    They are sorted into a file first: sorting and coding at once would need the memory of both.
    """
    own = in_file(schema)
    plain = travelling(own)
    numbered = plain.append(pa.field(_LINE, pa.int64()))
    with tempfile.TemporaryFile(dir=folder) as held:
        _sort_into(held, numbered, _with_lines(batches, plain), folder)
        held.seek(0)
        for batch in pa.ipc.open_stream(held):
            yield _parted(pa.Table.from_batches([batch]), own)


def _sort_into(held: Any, schema: Any, batches: Iterator[Any], folder: Path | None) -> None:
    packed = pa.ipc.IpcWriteOptions(compression="lz4")
    with (
        out_of_memory(folder) as connection,
        pa.ipc.new_stream(held, schema, options=packed) as stream,
    ):
        rows = pa.RecordBatchReader.from_batches(schema, batches)
        found = connection.from_arrow(rows).order(f"encounter_id, {_LINE}")
        for batch in found.to_arrow_reader(_FED):
            stream.write(pa.Table.from_batches([batch]).cast(schema))


@contextmanager
def out_of_memory(folder: Path | None) -> Generator[Any]:
    """A connection to DuckDB, which puts on the disk, in the folder, what is too much for `MEMORY`."""
    import duckdb

    with duckdb.connect() as connection:
        connection.execute(f"set memory_limit = '{MEMORY}'")
        connection.execute("set threads = 2")  # each holds blocks of its own that cannot go to disk
        connection.execute("set temp_directory = ?", [str(folder or tempfile.gettempdir())])
        try:
            yield connection
        except (duckdb.OutOfMemoryException, duckdb.IOException, OSError) as fault:
            if getattr(fault, "errno", None):  # of another file
                raise
            # What it says may speak of what was sorted; the number says what happened.
            raise OSError(errno.ENOSPC, "no room to sort", str(folder or "")) from None


def _with_lines(batches: Iterator[tuple[Any, Array]], plain: Any) -> Iterator[Any]:
    for table, lines in batches:
        for begin in range(0, len(table), _FED):
            few = table.slice(begin, _FED).cast(plain)
            some = few.append_column(_LINE, pa.array(lines[begin : begin + _FED], pa.int64()))
            yield from some.combine_chunks().to_batches()


def _of_one_size(batches: Iterable[tuple[Any, Array]]) -> Iterator[tuple[Any, Array]]:
    """The same rows `ROWS` at a time: small row groups and files would each cost what a large one does."""
    tables: list[Any] = []
    lines: list[Array] = []
    count = 0
    for table, of_rows in batches:
        tables.append(table)
        lines.append(of_rows)
        count += len(table)
        while count >= ROWS:
            whole, every = pa.concat_tables(tables), np.concatenate(lines)
            yield whole.slice(0, ROWS), every[:ROWS]
            tables, lines, count = [whole.slice(ROWS)], [every[ROWS:]], count - ROWS
    if count:
        yield pa.concat_tables(tables), np.concatenate(lines)


def _parted(table: Any, own: Any) -> tuple[Any, Array]:
    lines = table.column(_LINE).combine_chunks().to_numpy()
    return table.drop_columns([_LINE]).cast(own), lines
