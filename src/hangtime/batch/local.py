"""Large tables on this machine: read, lay out, code and write, chunk after chunk in two threads.

The result is the one that the interpreted engine gives, table for table.  What the fast path is not
sure of goes through that engine, and is counted.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from threading import local
from typing import TYPE_CHECKING, Any, Literal, Protocol

from hangtime.errors import UnreadableInput

if TYPE_CHECKING:
    from hangtime.batch.whole import Whole
    from hangtime.formats.reads import Read

LARGE = 5_000_000  # bytes from which compiling pays
SUFFIXES = (".parquet", ".pq", ".csv", ".gz")
NEEDED = ("numba", "numpy", "pyarrow", "duckdb")
AHEAD = 3  # chunks that may wait for the writer
THREADS = 2


class Coded(Protocol):
    """The outcome of one encounter and what became of its rows, as the command line counts it."""

    outcome: Any
    rows: int
    merged: int
    set_aside: int


class Account(Protocol):
    """What became of all rows, and how often each code and each finding came up."""

    encounters: int
    encounters_read: int
    rows: int
    merged: int
    lines: Counter[str]
    units: Counter[str]
    findings: Counter[tuple[str, str]]

    def add(self, coded: Any) -> None:
        """Count one encounter."""
        ...


@dataclass(frozen=True, slots=True)
class Interpreting:
    """The interpreted way: a coder for each thread, and how a read becomes an outcome."""

    coder: Callable[[], Any]
    code_read: Callable[[Read, Any], Any]
    read: Callable[[Path], Iterator[Read]]


@dataclass(slots=True)
class Counts:
    """What the compiled loop made of one chunk."""

    encounters: int = 0
    rows: int = 0
    merged: int = 0
    lines: Counter[str] = field(default_factory=Counter[str])
    units: Counter[str] = field(default_factory=Counter[str])
    findings: Counter[tuple[str, str]] = field(default_factory=Counter[tuple[str, str]])

    def add_to(self, account: Account) -> None:
        """Count the chunk's encounters."""
        account.encounters += self.encounters
        account.encounters_read += self.encounters
        account.rows += self.rows
        account.merged += self.merged
        account.lines.update(self.lines)
        account.units.update(self.units)
        account.findings.update(self.findings)


@dataclass(slots=True)
class Summary:
    """How a run went: encounters by each way, files that could not be read."""

    compiled: int = 0
    interpreted: int = 0
    unreadable: list[str] = field(default_factory=list[str])


def wants(paths: list[Path]) -> bool:
    """Whether these inputs are tables large enough that compiling pays, and all it needs is here."""
    if not paths or not all(each.suffix.lower() in SUFFIXES and each.is_file() for each in paths):
        return False
    if any(each.suffix.lower() == ".gz" and not each.stem.endswith(".csv") for each in paths):
        return False
    is_large = sum(each.stat().st_size for each in paths) >= LARGE
    return is_large and all(find_spec(each) for each in NEEDED)


def code_files(
    paths: list[Path],
    out: Path | None,
    form: Literal["csv", "parquet"],
    account: Account,
    interpreting: Interpreting,
    *,
    policies: tuple[Path, ...] = (),
    payer: str | None = None,
) -> Summary:
    """Code files into tables in the folder `out`, or only count where there is none.

    A file that is no table is passed over and named in the summary; see `errors.UnreadableInput`.
    """
    from hangtime.batch.writers import Writers

    run = _Run(account, interpreting, policies, payer)
    with Writers(out, form) as writers:
        for path in paths:
            try:
                for tables in run.tables_of(path):
                    writers.write(tables)
            except UnreadableInput as error:
                run.summary.unreadable.append(str(error))
    return run.summary


class _Run:
    """Working state of one run over files."""

    def __init__(
        self, account: Account, interpreting: Interpreting, policies: tuple[Path, ...],
        payer: str | None,
    ) -> None:  # fmt: skip
        from hangtime.batch.catalogue import Catalogue
        from hangtime.batch.compiled import loops

        self.catalogue, self.loops = Catalogue(policies, payer), loops()
        self.account, self.interpreting = account, interpreting
        self.summary = Summary()
        self.threads = local()

    def tables_of(self, path: Path) -> Iterator[dict[str, Any]]:
        """The tables of each chunk, in the order of the file, counted as they pass."""
        from hangtime.batch.source import NotPlain, source
        from hangtime.batch.whole import whole_encounters

        try:
            opened = source(path, self.loops)
        except NotPlain:
            yield from self.strictly(path)
            return
        notes = {opened.first_line: opened.notes} if opened.notes else {}
        chunks = whole_encounters(opened.batches(), self.loops)
        work = _Work(self, str(path), opened.is_csv, notes)
        with ThreadPoolExecutor(THREADS) as pool:
            waiting: deque[Future[_Made]] = deque()
            for chunk in chunks:
                waiting.append(pool.submit(work.code, chunk))
                if len(waiting) >= AHEAD:
                    yield from self.passed(waiting.popleft().result())
            while waiting:
                yield from self.passed(waiting.popleft().result())

    def passed(self, made: _Made) -> Iterator[dict[str, Any]]:
        """Count what was made of a chunk and pass its tables on."""
        made.counts.add_to(self.account)
        self.summary.compiled += made.counts.encounters
        self.summary.interpreted += len(made.coded)
        for each in made.coded:
            self.account.add(each)
        for each in made.scattered:  # its encounter is counted with the chunk
            self.account.add(each)
            self.account.encounters -= 1
        yield from made.tables

    def strictly(self, path: Path) -> Iterator[dict[str, Any]]:
        """The whole file by the interpreted reader and engine."""
        from hangtime.batch.written import interpreted_tables

        held: list[Any] = []
        for read in self.interpreting.read(path):
            held.append(self.interpreting.code_read(read, self.coder()))
            if len(held) >= 10_000:
                yield from self.passed(_Made(Counts(), held, [interpreted_tables(held)]))
                held = []
        yield from self.passed(_Made(Counts(), held, [interpreted_tables(held)]))

    def coder(self) -> Any:
        """This thread's own coder."""
        if not hasattr(self.threads, "coder"):
            self.threads.coder = self.interpreting.coder()
        return self.threads.coder


@dataclass(slots=True)
class _Made:
    """What was made of one chunk: counts, interpreted encounters, tables."""

    counts: Counts
    coded: list[Any]
    tables: list[dict[str, Any]]
    scattered: list[Any] = field(default_factory=list[Any])


class _Work:
    """What the threads do with the chunks of one file."""

    def __init__(self, run: _Run, file: str, is_csv: bool, notes: dict[int, Any]) -> None:
        from hangtime.batch.layout import Layout

        self.run, self.file, self.is_csv, self.notes = run, file, is_csv, notes
        self.layout = Layout(run.catalogue, run.loops, is_csv=is_csv)

    def code(self, whole: Whole) -> _Made:
        """Lay out, code and put into tables one chunk."""
        from hangtime.batch.interpreted import continued
        from hangtime.batch.running import code_chunk, counts_of
        from hangtime.batch.written import compiled_tables, interpreted_tables

        chunk = self.layout.chunk(whole.table, whole.lines, whole.starts)
        for line in self.notes:
            chunk.visits.good[chunk.encounters_at(line)] = 0
        made = code_chunk(chunk, self.run.catalogue, self.run.loops, self.run.threads)
        tables = compiled_tables(chunk, made, self.run.catalogue)
        counts = counts_of(chunk, made, self.run.catalogue)
        scattered = list(continued(chunk, made, self.file))
        if scattered:  # findings of reading stand before those of coding
            tables.insert(0, interpreted_tables(scattered))
        coded = list(self.interpreted(chunk, made))
        if coded:
            tables.append(interpreted_tables(coded))
        return _Made(counts, coded, tables, scattered)

    def interpreted(self, chunk: Any, made: list[Any]) -> Iterator[Any]:
        """The encounters that the compiled loop left over."""
        from hangtime.batch.interpreted import reads
        from hangtime.batch.running import left_over

        bounds = left_over(chunk, made)
        found = reads(
            chunk.table, chunk.lines, bounds, self.file, is_csv=self.is_csv, notes=self.notes
        )
        for read in found:
            yield self.run.interpreting.code_read(read, self.run.coder())
