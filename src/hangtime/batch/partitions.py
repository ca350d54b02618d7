"""What a worker of a cluster does with the rows that came to it: whole encounters, in any order.

It writes its own files into a folder of this attempt and tells the driver of them in one row.  Only
the files of attempts that the engine counts as done are given a place in the output, so that a task
that dies, is tried again or runs twice leaves no row twice.
"""

# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false
# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false
# pyright: reportAttributeAccessIssue=false, reportUnknownParameterType=false, reportMissingParameterType=false
from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any, Literal, NamedTuple
from uuid import uuid4

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from hangtime.batch.accounting import Account, code_read, finding_of
from hangtime.batch.across import across, apart
from hangtime.batch.arrays import Array
from hangtime.batch.compiled import Loops
from hangtime.batch.ids import Ids
from hangtime.batch.inputs import is_lines, is_table
from hangtime.batch.jsonlines import JsonLines, NotLines, reads_of
from hangtime.batch.left import ACROSS
from hangtime.batch.local import Interpreting, Summary, count_made
from hangtime.batch.manifest import installed
from hangtime.batch.plain_types import in_file
from hangtime.batch.shipped import Parcel, unpacked
from hangtime.batch.slices import BUCKET, LINE, NOTE, Files, Named, named
from hangtime.batch.source import ROWS
from hangtime.batch.together import _FILE, _LINES
from hangtime.batch.unfinished import FULL, digest_of
from hangtime.batch.units import FEW, Compiled, Made, Units, first_few
from hangtime.batch.whole import whole_encounters
from hangtime.batch.writers import PartWriters
from hangtime.codesets.store.folder import synced
from hangtime.engine import Coder
from hangtime.formats import read
from hangtime.formats.reads import Place, Read
from hangtime.model import Finding

SAID = "said string"  # the columns of what the driver is told
PART = 0  # the number in the name of a part that has no place yet


class Job(NamedTuple):
    """What goes with the work: profiles, the folder that attempts are written into, what is there.

    `installed` is what the driver has of what decides an answer; a worker has to have the same.
    """

    profiles: Parcel
    payer: str | None
    folder: str | None
    form: Literal["csv", "parquet"]
    by_month: bool
    installed: dict[str, Any]


def code_rows(batches: Iterable[Any], files: Files, job: Job) -> Iterator[Any]:
    """Travelling rows in, one row for the driver out; none where no row came."""
    held = [pa.Table.from_batches([each]) for each in batches if len(each)]
    if not held:
        return
    table = pa.concat_tables(held).cast(files.travelling)
    del held
    yield _attempt(job, lambda attempt: attempt.code(table, files))


def code_whole(folder: str, path: str, job: Job, elsewhere: Array) -> Any:
    """A file that is read whole, by the interpreted engine; one row for the driver.

    `elsewhere` are the ids of encounters that are left out of a table, by their hashes.
    """
    return _attempt(job, lambda attempt: attempt.interpret(named(folder, path), elsewhere))


def code_across(folder: str, paths: list[str], job: Job) -> Any:
    """Encounters with rows in files of different forms; one row for the driver."""
    return _attempt(job, lambda attempt: attempt.across([named(folder, each) for each in paths]))


def _attempt(job: Job, work: Callable[[_Attempt], None]) -> Any:
    """Do the work; one row with what became of it, or with what keeps this worker from doing it."""
    return pa.record_batch({"said": pa.array([json.dumps(_done(job, work))])})


def _done(job: Job, work: Callable[[_Attempt], None]) -> dict[str, Any]:
    if installed() != job.installed:
        return {"other": installed()}
    attempt = _Attempt(job)
    try:
        with attempt.writing():
            work(attempt)
    except OSError as error:
        if error.errno in FULL:
            return {"full": error.errno}
        raise
    return attempt.said()


class _Attempt:
    """One try at a partition or a file."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self.units = units_for(job.profiles, job.payer, by_month=job.by_month)
        self.folder = Path(job.folder) / uuid4().hex if job.folder else None
        self.account, self.summary = Account(), Summary()
        self.more: dict[str, Any] = {}
        self._writers: PartWriters | None = None

    @contextmanager
    def writing(self) -> Generator[None]:
        """Write into the folder of this attempt, which goes again where that comes to nothing."""
        try:
            yield
            if self._writers is not None:
                self._writers.close()
        except BaseException:
            if self._writers is not None:
                with suppress(Exception):  # the one that matters is on its way
                    self._writers.drop()
            if self.folder is not None:
                shutil.rmtree(self.folder, ignore_errors=True)
            raise

    def code(self, table: Any, files: Files) -> None:
        """Code the encounters of a partition."""
        rows = _Rows(table, files, self.units.loops)
        compiled = Compiled(self.units, rows)
        for whole in whole_encounters(rows.batches(), self.units.loops):
            self._pass(compiled.code(whole))
        for begin in range(0, len(rows.broken), FEW):
            self._pass(self.units.interpret(rows.broken[begin : begin + FEW]))
        self.more = rows.more | {"held": rows.count, "buckets": rows.buckets}

    def interpret(self, path: Path, elsewhere: Array) -> None:
        """Code the encounters of a file but those that are elsewhere."""
        if self._sees([path]):
            left_out = Ids(self.units.loops)
            if is_table(path):
                left_out.add_hashes(elsewhere)
            for few in _reads(path, self._told):
                self._pass(self.units.interpret(list(apart(few, left_out))))

    def across(self, paths: list[Named]) -> None:
        """Code the encounters with rows in files of different forms."""
        if self._sees(paths):
            with across([*paths], self.units.loops) as found:
                for few in first_few(found.reads, self._told):
                    self._pass(self.units.interpret(few, ACROSS))
                self.more["elsewhere"] = found.rows

    def _told(self, text: str) -> None:
        self.more["unreadable"].append([text, 0])

    def _sees(self, paths: Sequence[Path]) -> bool:
        unseen = next((str(each) for each in paths if not each.is_file()), "")
        self.more = {"unreadable": [], "unseen": unseen}
        return not unseen

    def said(self) -> dict[str, Any]:
        """What the driver is told: the account, the files with sizes and digests, the faults."""
        return {
            "folder": str(self.folder or ""),
            "files": dict(self._files()),
            "account": self.account.as_json(),
            "compiled": self.summary.compiled,
            "interpreted": self.summary.interpreted,
            "left": self.summary.left,
            **self.more,
        }

    def _pass(self, made: Made) -> None:
        count_made(made, self.account, self.summary)
        if self.folder is None:
            return
        if self._writers is None:
            self._writers = PartWriters(
                self.folder, self.job.form, PART, is_by_month=self.job.by_month
            )
        for tables in made.tables:
            self._writers.write(tables, made.months)

    def _files(self) -> Iterator[tuple[str, list[Any]]]:
        if self.folder is None:
            return
        for path in sorted(each for each in self.folder.rglob("*") if each.is_file()):
            synced(path)
            name = path.relative_to(self.folder).as_posix()
            yield name, [path.stat().st_size, digest_of(path)]


def _reads(path: Path, say: Callable[[str], None]) -> Iterator[list[Read]]:
    """The encounters of a file, some at a time; `say` is told where it cannot be read."""
    if is_lines(path):
        try:
            lines = JsonLines(path)
        except NotLines:
            pass
        else:
            for block in lines.blocks():
                yield list(reads_of(block, str(path)))
            return
    yield from first_few(lambda: read(path), say)


_making = Lock()


def units_for(profiles: Parcel, payer: str | None, *, by_month: bool = False) -> Units:
    """What is known of codes and profiles: once for every worker process, whatever its threads."""
    with _making:
        return _units(profiles, payer, by_month)


@cache
def _units(profiles: Parcel, payer: str | None, by_month: bool) -> Units:
    policies = unpacked(profiles)
    interpreting = Interpreting(lambda: Coder(policies, payer), code_read, read)
    return Units(
        [], interpreting, Summary(), None,
        policies=policies, payer=payer, by_month=by_month, jobs=1,
    )  # fmt: skip


class _Rows:
    """The rows of a partition, in the order that the files have them in each encounter."""

    def __init__(self, table: Any, files: Files, loops: Loops) -> None:
        self.cut_short = Ids(loops)
        self.is_csv, self._paths = files.is_csv, files.paths
        self._notes: dict[int, tuple[Finding, ...]] = {}
        self._following: dict[int, int] = {}
        self.broken: list[Read] = []
        self.more: dict[str, Any] = {"slices": [], "unreadable": [], "strict": [], "unseen": ""}
        table = table.filter(self._heard(table))
        self.buckets = pc.unique(table.column(BUCKET)).to_pylist()
        self.count = len(table) + len(self.broken)
        table = table.sort_by([("encounter_id", "ascending"), (LINE, "ascending")])
        self._lines = table.column(LINE).to_numpy()
        self._table = table.select(files.schema.names).cast(in_file(files.schema))

    def batches(self) -> Iterator[tuple[Any, Array]]:
        """Tables of rows and their lines."""
        for begin in range(0, len(self._table), ROWS):
            yield self._table.slice(begin, ROWS), self._lines[begin : begin + ROWS]

    def place(self, line: int) -> Place:
        """Where a row stands."""
        return Place(self._paths[line >> _FILE], line & _LINES)

    def notes(self) -> dict[int, tuple[Finding, ...]]:
        """What was found while reading, by the line of the row."""
        return self._notes

    def stand_behind(self, before: Array, lines: Array) -> Array:
        """Which rows stand right behind others: lines that are no rows do not part them."""
        found = lines == before + 1
        for at in np.flatnonzero(~found) if self._following else ():
            found[at] = self._following.get(int(lines[at])) == int(before[at])
        return found

    def _heard(self, table: Any) -> Any:
        """Take in what is said beside rows or in their place; which rows are rows of a file."""
        is_row = np.ones(len(table), bool)
        notes = table.column(NOTE)
        for at in np.flatnonzero(pc.is_valid(notes).to_numpy()):
            row, line = int(at), table.column(LINE)[int(at)].as_py()
            said = json.loads(notes[row].as_py())
            if "notes" in said:
                self._beside(line, said)
                continue
            is_row[row] = False
            self._hear(said, line)
        self.broken.sort(key=lambda each: (each.place.file, each.place.line) if each.place else ())
        return pa.array(is_row)

    def _beside(self, line: int, said: dict[str, Any]) -> None:
        """Take in what is said beside a row: findings, the line of the row before."""
        if said["notes"]:
            self._notes[line] = tuple(map(finding_of, said["notes"]))
        self._following[line] = (line >> _FILE << _FILE) + said["before"]

    def _hear(self, said: dict[str, Any], line: int) -> None:
        if "broken" in said:
            found = tuple(map(finding_of, said["broken"]))
            self.broken.append(
                Read(encounter=None, rows=1, set_aside=1, findings=found, place=self.place(line))
            )
        elif "slice" in said:
            self.more["slices"].append([said["slice"], said["rows"], said["elsewhere"]])
        elif "behind" in said:
            self.cut_short.add(pa.array(said["behind"], pa.string()))
        elif "unseen" in said:
            self.more["unseen"] = said["unseen"]
        elif "strict" in said:
            self.more["strict"].append(said["strict"])
        else:
            self.more["unreadable"].append([said["unreadable"], said["file"]])
