"""`hangtime code` on a cluster: files that its workers share, through Apache Spark or Spark Connect.

    with session_of(master="local[2]") as session:
        code_files(session, paths, Path("coded"), "parquet", Account())

The engine divides the work, brings the rows of each encounter together and tries again what fails.
Reading, coding and writing are those of a run on one machine, and so are the tables, row for row.
Nothing that the engine does is taken on trust: rows that it lost, doubled or tore apart are seen.
"""

# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false
# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false
from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, Literal

import numpy as np

from hangtime.batch.accounting import Account
from hangtime.batch.across import across
from hangtime.batch.arrays import Array
from hangtime.batch.compiled import loops
from hangtime.batch.inputs import is_table
from hangtime.batch.local import Summary, Way, staged
from hangtime.batch.manifest import asked_of, installed, manifest
from hangtime.batch.partitions import PART, SAID, Job, code_across, code_rows, code_whole
from hangtime.batch.plain_types import ddl
from hangtime.batch.shipped import parcel
from hangtime.batch.slices import BUCKET, Files, cut, rows_of
from hangtime.batch.unfinished import PART as PART_NAME
from hangtime.batch.unfinished import Unfinished
from hangtime.batch.writers import PartWriters
from hangtime.errors import UserError
from hangtime.formats.outcomes import TABLES

ROWS = 250_000  # of a partition, which a worker holds in memory
_BUCKETS = 64  # for each partition, so that they come out about even
_ATTEMPTS, _EMPTY = "attempts", "empty"  # beside the tables until they have their place
_MOST = 4_000_000  # ids that go to every worker, eight bytes each
_NONE: Array = np.zeros(0, "i8")
Said = dict[str, Any]


def code_files(
    session: Any, paths: list[Path], out: Path | None, form: Literal["csv", "parquet"],
    account: Account, *, policies: tuple[Path, ...] = (), payer: str | None = None,
    by_month: bool = False, rows: int = ROWS,
) -> Summary:  # fmt: skip
    """Code files, each once, into tables in the folder `out`, or only count where there is none.

    Every worker sees the files and the folder under the paths they have here.  `rows` is about how
    many of them a partition has.  Raises UserError where a worker lacks something, or where the
    engine did not do with the rows what it was asked to; then nothing is written.
    """
    paths = [*dict.fromkeys(paths)]
    asked = asked_of(paths, form, policies, payer, Way(by_month=by_month, part=rows))
    asked["options"]["engine"] = "spark"
    with staged(out, asked, resume=False) as stage:
        attempts = stage.stage / _ATTEMPTS if stage else None
        if attempts is not None:  # of a run that was killed
            shutil.rmtree(attempts, ignore_errors=True)
        folder = str(attempts) if attempts else None
        job = Job(parcel(policies), payer, folder, form, by_month, installed())
        run = _Run(session, job, rows)
        parts = run.code(paths)
        for each in parts:
            part = Account()
            part.restore(each["account"])
            account.join(part)
            run.summary.compiled += each["compiled"]
            run.summary.interpreted += each["interpreted"]
            run.summary.left.update(each["left"])
        if stage is not None:
            _give_places(stage, job, parts)
            stage.keep(len(parts), account.as_json(), _parts(parts))
            stage.finish(manifest(asked, account, run.summary))
    return run.summary


class _Run:
    """Files through the engine."""

    def __init__(self, session: Any, job: Job, rows: int) -> None:
        self.session, self.job, self.rows = session, job, rows
        self.summary = Summary()

    def code(self, paths: list[Path]) -> list[Said]:
        """What the workers say of each part of the work."""
        tables, whole = cut(paths, self.summary.unreadable.append)
        said: list[Said] = []
        of_tables = [path for path in paths if is_table(path)]
        has_forms = len(tables) + len([path for path in whole if is_table(path)]) > 1
        elsewhere = _in_several(of_tables) if has_forms else _NONE
        for files in tables:
            parts = self._tables(files._replace(elsewhere=elsewhere))
            said += parts
            whole += [Path(path) for each in parts for path in each["strict"]]
        if whole:
            said += self._whole([str(path) for path in whole], elsewhere)
        if len(elsewhere):
            left_out = sum(rows for each in said for _, _, rows in each.get("slices", ()))
            said += self._across([str(path) for path in of_tables if path.is_file()], left_out)
        self._complain(said)
        return said

    def _tables(self, files: Files) -> list[Said]:
        """Tables of one layout, again where one is damaged: what follows the damage is not read."""
        said = self._through(files)
        while damaged := _damaged(said) & {p.file for p in files.slices if p.groups is not None}:
            files = files.whole(damaged)
            said = self._through(files)
        return said

    def _through(self, files: Files) -> list[Said]:
        if not files.slices:
            return []
        partitions = max(1, -(-files.rows // self.rows))
        buckets, job, count = partitions * _BUCKETS, self.job, len(files.slices)
        rows = self._over(count, lambda number: rows_of(files, number, buckets))
        together = self._mapped(rows, ddl(files.travelling)).repartition(partitions, BUCKET)

        def coded(batches: Iterable[Any]) -> Iterator[Any]:
            return code_rows(batches, files, job)

        said = _heard(together.mapInArrow(coded, SAID))
        _check(said, count)
        return sorted(said, key=lambda each: min(each["buckets"], default=-1))

    def _whole(self, paths: list[str], elsewhere: Array) -> list[Said]:
        job, folder = self.job, str(Path.cwd())

        def coded(number: int) -> Iterator[Any]:
            yield code_whole(folder, paths[number], job, elsewhere)

        return _heard(self._mapped(self._over(len(paths), coded), SAID))

    def _across(self, paths: list[str], left_out: int) -> list[Said]:
        """Encounters with rows in files of several forms, by one worker."""
        job, folder = self.job, str(Path.cwd())
        work = self._over(1, lambda _: iter([code_across(folder, paths, job)]))
        said = _heard(self._mapped(work, SAID))
        read = sum(each["elsewhere"] for each in said)
        if len(said) != 1 or read != left_out:
            raise UserError(
                f"of encounters in files of several forms {left_out} rows were left out and {read}"
                " read again. Nothing was written. Run on one machine."
            )
        return said

    def _over(
        self, count: int, work: Callable[[int], Iterator[Any]]
    ) -> tuple[int, Callable[[Iterable[Any]], Iterator[Any]]]:
        """The work on each of so many numbers."""

        def worked(batches: Iterable[Any]) -> Iterator[Any]:
            for batch in batches:
                for number in batch.column(0).to_pylist():
                    yield from work(number)

        return count, worked

    def _mapped(self, over: tuple[int, Any], columns: str) -> Any:
        count, work = over
        return self.session.range(0, count, 1, count).mapInArrow(work, columns)

    def _complain(self, said: list[Said]) -> None:
        self.summary.unreadable += [text for each in said for text, _ in each["unreadable"]]


def _in_several(paths: list[Path]) -> Array:
    """The ids of encounters with rows in files of several forms, by their hashes."""
    with across(paths, loops()) as found:
        ids = found.ids.hashes()
    if len(ids) > _MOST:
        raise UserError(
            f"{len(ids):,} encounters have rows in files of several forms, more than go to each"
            " worker. Give the files one form, or run on one machine."
        )
    return ids


def _damaged(said: list[Said]) -> set[int]:
    return {file for each in said for _, file in each["unreadable"]}


def _heard(frame: Any) -> list[Said]:
    """What the workers said, where all of them could work."""
    said = [json.loads(row[0]) for row in frame.collect()]
    for each in said:
        if "full" in each:
            raise OSError(each["full"], "no room on a worker")
        if "other" in each:
            raise UserError(
                "a worker has another hangtime, other rules or other code sets than this machine."
                " Install the same on all, and name the same store in HANGTIME_STORE."
            )
        if each["unseen"]:
            raise UserError(
                f"{each['unseen']}: a worker does not see this file."
                " Name files in a folder that all workers share."
            )
    return said


def _check(said: list[Said], slices: int) -> None:
    """Every slice was read once, every row came to a worker once, no encounter came to two."""
    read = sorted(tuple(part) for each in said for part in each["slices"])
    held = sum(each["held"] for each in said)
    coded = sum(each["account"]["rows"] for each in said)
    buckets = [bucket for each in said for bucket in each["buckets"]]
    is_whole = [number for number, _, _ in read] == list(range(slices))
    rows = sum(rows for _, rows, _ in read)
    if not is_whole or not rows == held == coded:
        raise UserError(
            f"the engine lost or doubled rows: {rows} read, {held} handed"
            f" on, {coded} coded. Nothing was written. Run again, or on one machine."
        )
    if len(buckets) != len(set(buckets)):
        raise UserError(
            "the engine gave the rows of an encounter to two workers. Nothing was written."
            " Run on one machine, and report the engine's version."
        )


def _parts(said: list[Said]) -> int:
    return sum(1 for each in said if each["files"]) or 1


def _give_places(stage: Unfinished, job: Job, said: list[Said]) -> None:
    """The files of the attempts that count, numbered; tables without a row are there as well."""
    number = 0
    for each in said:
        number += bool(each["files"])
        for name, (size, digest) in each["files"].items():
            place = name.replace(PART_NAME.format(PART), PART_NAME.format(number))
            stage.take(Path(each["folder"]) / name, place, size, digest)
    there = {name.split(".")[0] for each in said for name in each["files"]}
    if there < TABLES.keys():
        empty = stage.stage / _EMPTY
        PartWriters(empty, job.form, 1, is_by_month=job.by_month).close()
        for table in TABLES.keys() - there:
            (empty / f"{table}.{job.form}").rename(stage.folder / f"{table}.{job.form}")
