"""Large tables on this machine: read, lay out, code and write, unit after unit, in several threads.

The result is the one that the interpreted engine gives, table for table.  What the fast path is not
sure of goes through that engine, and is counted.  The same files give the same bytes, in however
many threads, and whether or not the run was interrupted and resumed.
"""

from __future__ import annotations

import os
from collections import Counter, deque
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, Protocol

from hangtime.batch.inputs import READ, is_lines, is_table
from hangtime.batch.threads import ahead

if TYPE_CHECKING:
    from hangtime.batch.unfinished import Unfinished
    from hangtime.batch.units import Made, Units
    from hangtime.batch.writers import PartWriters
    from hangtime.formats.reads import Read

LARGE = 5_000_000  # bytes from which compiling pays
NEEDED = ("numba", "numpy", "pyarrow", "duckdb")
PART = 16_000_000  # rows read for one part of the output
FREED = 1 << 18  # rows after which memory is given back
THREADS = 4  # as fast as lines are written; each takes some 100 MB


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
    set_aside: int
    lines: Counter[str]
    units: Counter[str]
    findings: Counter[tuple[str, str]]

    def add(self, coded: Any) -> None:
        """Count one encounter."""
        ...

    def add_faults(self, found: Any, lines: list[int]) -> None:
        """Count one fault of a file on many lines."""
        ...

    def as_json(self) -> dict[str, Any]:
        """All that was counted."""
        ...

    def restore(self, said: dict[str, Any]) -> None:
        """Count on from there."""
        ...


class Way(NamedTuple):
    """How a run is done: nothing of it changes a row of the output.

    `jobs` is how many threads, or processes for JSON Lines, code: None for one a processor, but of
    threads at most `THREADS`.  `by_month` keeps tables by the month of the encounter; `part` is how
    many rows are read for one part of the output.  `progress` is told the rows done, and of how
    many, where that is known.
    """

    jobs: int | None = None
    by_month: bool = False
    part: int = PART
    resume: bool = False
    progress: Callable[[int, int | None], None] | None = None


@dataclass(frozen=True, slots=True)
class Interpreting:
    """The interpreted way: a coder for each thread, and how a read becomes an outcome."""

    coder: Callable[[], Any]
    code_read: Callable[[Read, Any], Any]
    read: Callable[[Path], Iterator[Read]]


@dataclass(slots=True)
class Counts:
    """What the compiled loop made of one chunk; `left` are encounters it left, by the reason."""

    encounters: int = 0
    rows: int = 0
    merged: int = 0
    lines: Counter[str] = field(default_factory=Counter[str])
    units: Counter[str] = field(default_factory=Counter[str])
    findings: Counter[tuple[str, str]] = field(default_factory=Counter[tuple[str, str]])
    left: Counter[str] = field(default_factory=Counter[str])

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
    """How a run went: encounters by each way, files that could not be read, parts taken up.

    `left` are the interpreted encounters of tables, by why the compiled rules left them.
    """

    compiled: int = 0
    interpreted: int = 0
    left: Counter[str] = field(default_factory=Counter[str])
    unreadable: list[str] = field(default_factory=list[str])
    resumed: int = 0


def wants(paths: list[Path]) -> bool:
    """Whether tables or JSON Lines are large enough that compiling pays, and all it needs is here."""
    is_read = all(each.name.lower().endswith(READ) and each.is_file() for each in paths)
    if not is_read or not any(is_table(each) or is_lines(each) for each in paths):
        return False
    is_large = sum(each.stat().st_size for each in paths) >= LARGE
    return is_large and is_possible()


def is_possible() -> bool:
    """Whether all that compiling needs is installed."""
    return all(find_spec(each) for each in NEEDED)


def code_files(
    paths: list[Path],
    out: Path | None,
    form: Literal["csv", "parquet"],
    account: Account,
    interpreting: Interpreting,
    *,
    policies: tuple[Path, ...] = (),
    payer: str | None = None,
    way: Way | None = None,
) -> Summary:
    """Code files, each once, into tables in the folder `out`, or only count where there is none.

    A file that is no table is passed over and named in the summary; see `errors.UnreadableInput`.
    The folder is there when all of it is; see `unfinished`.
    """
    from hangtime.batch.manifest import asked_of, manifest
    from hangtime.batch.memory import giving_back, sparing_memory
    from hangtime.batch.units import Units

    way, paths = way or Way(), [*dict.fromkeys(paths)]
    summary = Summary()
    asked = asked_of(paths, form, policies, payer, way)
    with sparing_memory(), staged(out, asked, resume=way.resume) as stage:
        units = Units(
            paths, interpreting, summary, stage.stage if stage else None,
            policies=policies, payer=payer, by_month=way.by_month,
            jobs=way.jobs or _fitting(paths),
        )  # fmt: skip
        with closing(units):
            run = _Run(units, account, way, giving_back())
            if stage is None:
                run.count()
            else:
                run.write(stage, form)
                stage.finish(manifest(asked, account, summary))
    return summary


def _fitting(paths: list[Path]) -> int:
    processors = os.cpu_count() or 1
    return processors if all(map(is_lines, paths)) else min(processors, THREADS)


@contextmanager
def staged(
    out: Path | None, asked: dict[str, Any], *, resume: bool
) -> Generator[Unfinished | None]:
    if out is None:
        yield None
        return
    from hangtime.batch.unfinished import unfinished

    with unfinished(out, asked, resume=resume) as stage:
        yield stage


class _Run:
    """Working state of one run over files."""

    def __init__(
        self, units: Units, account: Account, way: Way, give_back: Callable[[], object]
    ) -> None:
        self.units, self.account, self.way = units, account, way
        self.give_back = give_back
        self.summary = units.summary
        self.rows = 0

    def count(self) -> None:
        """Code everything and write nothing."""
        with closing(self.made(0)) as every:
            for made in every:
                self.passed(made)

    def write(self, stage: Unfinished, form: Literal["csv", "parquet"]) -> None:
        """Code and write what the stage has not yet, a part after the other."""
        if stage.account is not None:
            self.restore(stage.account)
            self.summary.resumed = stage.parts
        done = stage.units
        with closing(self.made(done)) as rest:
            made = next(rest, None)
            while made is not None or not stage.parts:
                until = self.rows + self.way.part
                with _part(stage, form, self.way) as writers:
                    while made is not None and self.rows < until:
                        for tables in made.tables:
                            writers.write(tables, made.months)
                        self.passed(made)
                        done += 1
                        made = next(rest, None)
                stage.keep(done, self.said())

    def made(self, skipped: int) -> Generator[Made]:
        """What is made of each unit but the first ones, in order."""
        threads = self.units.jobs
        works = ahead(self.units.after(skipped))
        with closing(works), ThreadPoolExecutor(threads) as pool:
            waiting: deque[Future[Made]] = deque()
            for work in works:
                waiting.append(pool.submit(work))
                if len(waiting) > threads:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()

    def passed(self, made: Made) -> None:
        """Count what was made of a unit."""
        count_made(made, self.account, self.summary)
        if (self.rows + made.rows) // FREED > self.rows // FREED:
            self.give_back()
        self.rows += made.rows
        if self.way.progress is not None:
            self.way.progress(self.rows, self.units.rows)

    def said(self) -> dict[str, Any]:
        """All that was counted."""
        return {
            "account": self.account.as_json(),
            "compiled": self.summary.compiled,
            "interpreted": self.summary.interpreted,
            "left": self.summary.left,
            "rows": self.rows,
        }

    def restore(self, said: dict[str, Any]) -> None:
        """Count on from there."""
        self.account.restore(said["account"])
        self.summary.compiled, self.summary.interpreted = said["compiled"], said["interpreted"]
        self.summary.left = Counter(said["left"])
        self.rows = said["rows"]


def count_made(made: Made, account: Account, summary: Summary) -> None:
    """Count what was made of a unit."""
    made.counts.add_to(account)
    summary.compiled += made.counts.encounters
    summary.interpreted += len(made.coded)
    summary.left.update(made.counts.left)
    for each in made.coded:
        account.add(each)
    for found, lines in made.faults:
        account.add_faults(found, lines)


@contextmanager
def _part(stage: Unfinished, form: Literal["csv", "parquet"], way: Way) -> Generator[PartWriters]:
    """The writers of the next part, closed behind it whatever happens."""
    from hangtime.batch.writers import PartWriters

    writers = PartWriters(stage.folder, form, stage.parts + 1, is_by_month=way.by_month)
    try:
        yield writers
        writers.close()
    except BaseException:
        with suppress(Exception):  # the one that matters is on its way
            writers.drop()
        raise
