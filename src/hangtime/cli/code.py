"""`hangtime code`: charted encounters in, lines with their reasons out."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from hangtime.batch.inputs import files_of, is_table
from hangtime.cli import _beside, _cluster, _output
from hangtime.cli._beside import Beside
from hangtime.cli._cluster import Cluster
from hangtime.cli._coding import Account, Coded, code_reads
from hangtime.cli._options import PAYER, POLICIES
from hangtime.cli._output import Output
from hangtime.cli._summary import accounting, many_encounters, one_encounter
from hangtime.errors import UnreadableInput
from hangtime.formats import Read, contract
from hangtime.formats import read as read_file
from hangtime.formats.outcomes import write_outcomes
from hangtime.model import Outcome

if TYPE_CHECKING:
    from hangtime.batch.local import Summary
    from hangtime.engine import Coding

_FEW = 20  # encounters that are shown one by one
_LARGE = 250_000  # bytes of input from which every processor is used
_STANDARD_INPUT = "-"

ALL_CODED, SOME_SET_ASIDE, NOTHING_READ = 0, 1, 2


@click.command(name="code")
@click.argument(
    "files", nargs=-1, required=True, metavar="IN...",
    type=click.Path(path_type=Path, allow_dash=True),
)  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Write the contract's output, one a line.")
@_output.options
@click.option("--sentences", is_flag=True, help="Put sentences and citations into the tables.")
@_cluster.options
@_beside.options
@click.option("--map", "map_file", help="Read another system's export by this mapping file.")
@PAYER
@POLICIES
@click.pass_context
def command(
    ctx: click.Context,
    files: tuple[Path, ...],
    as_json: bool,
    sentences: bool,
    map_file: str | None,
    payer: str | None,
    policies: tuple[Path, ...],
    **asked: Any,
) -> None:
    """Code the encounters of IN: files, folders or patterns of JSON, JSON Lines, CSV or Parquet.

    "-" is JSON on standard input.  Exit status: 0 when everything was coded, 1 when rows were set
    aside, 2 when nothing could be read or --payer names no profile.
    """
    output = Output(**{name: asked.pop(name) for name in Output._fields})
    cluster = Cluster(**{name: asked.pop(name) for name in Cluster._fields})
    beside = Beside(**asked)
    beside.refuse_what_says_nothing(as_json=as_json)
    is_for_tables = beside.is_plain and not (as_json or sentences or map_file)
    output.refuse_what_says_nothing(is_for_tables=is_for_tables)
    cluster.refuse_what_says_nothing(output, is_for_tables=is_for_tables)
    paths = files_of(files)
    if cluster.is_asked:
        account, unreadable = code_on_cluster(paths, output, cluster, policies, payer)
        click.echo(many_encounters(account, output.out))
    elif is_for_tables and is_for_batch(paths, output):
        account, unreadable = code_in_batch(paths, output, policies, payer)
        click.echo(many_encounters(account, output.out))
    else:
        reader = Reader(tuple(paths), map_file)
        coding = partial(_beside.coding, policies, payer, beside)
        coded = coded_by_engine(reader, coding, output.jobs or fitting_jobs(tuple(paths)))
        account = Account()
        outcomes = counted(coded, account)
        more = {"sentences": sentences, "map": map_file, **asked}
        with output.tables(paths, policies, payer, more) as tables:
            outcomes = tables.writing(outcomes, sentences=sentences, prices=beside.prices)
            show(outcomes, account, output.out, as_json=as_json)
            tables.finish(account, reader.messages)
        unreadable = len(reader.messages)
    click.echo(accounting(account), err=True)
    if output.out is not None and unreadable and not account.rows:
        click.echo(f"No table was written: {output.out} is as it was.", err=True)
    ctx.exit(exit_status(account, unreadable))


def is_for_batch(paths: list[Path], output: Output) -> bool:
    """Large tables go to the compiled rules; nothing of them is loaded to find that out."""
    return output.wants_batch(paths)


def code_in_batch(
    paths: list[Path], output: Output, policies: tuple[Path, ...], payer: str | None
) -> tuple[Account, int]:
    """Code large tables through the compiled rules; the account, and how many were unreadable."""
    from hangtime.batch.local import Interpreting, code_files
    from hangtime.cli._coding import code_read
    from hangtime.formats import read

    account = Account()
    interpreting = Interpreting(
        coder=partial(_beside.coder, policies, payer), code_read=code_read, read=read
    )
    interpreting.coder()  # a payer or a file of no use is refused at once
    done = code_files(
        paths, output.out, output.form_for(paths), account, interpreting,
        policies=policies, payer=payer, way=output.way(),
    )  # fmt: skip
    if output.resume:
        click.echo(f"{done.resumed} parts were there from the interrupted run", err=True)
    _say_how(done)
    return account, len(done.unreadable)


def code_on_cluster(
    paths: list[Path],
    output: Output,
    cluster: Cluster,
    policies: tuple[Path, ...],
    payer: str | None,
) -> tuple[Account, int]:
    """Code files on Spark; the account, and how many were unreadable."""
    cluster.refuse_what_is_no_file(paths)
    _beside.coder(policies, payer)  # a payer or a file of no use is refused at once
    account = Account()
    done = cluster.code(paths, output, account, policies, payer)
    _say_how(done)
    return account, len(done.unreadable)


def _say_how(done: Summary) -> None:
    """The files that could not be read, and how many encounters went each way."""
    for message in done.unreadable:
        click.echo(f"hangtime: {message}", err=True)
    why = ", ".join(f"{count} for {reason}" for reason, count in done.left.most_common())
    click.echo(
        f"{done.compiled} encounters through the compiled rules, "
        f"{done.interpreted} left to the interpreted engine" + (f" ({why})" if why else ""),
        err=True,
    )


class Reader:
    """The encounters of several files.  A file that cannot be read is named and passed over."""

    def __init__(self, files: tuple[Path, ...], map_file: str | None = None) -> None:
        self._files = files
        self._map_file = map_file
        self.messages: list[str] = []

    def __iter__(self) -> Iterator[Read]:
        """Read tables as one and then file after file, or all together through a mapping."""
        if self._map_file is not None:
            from hangtime.formats import mapping

            yield from mapping.read(list(self._files), self._map_file)
            return
        tables = [file for file in self._files if is_table(file)]
        if tables:
            from hangtime.formats import tabular

            yield from tabular.read_together(tables, self._say)
        for file in self._files:
            if not is_table(file):
                yield from self._one(file)

    def _one(self, file: Path) -> Iterator[Read]:
        try:
            yield from _read(file)
        except UnreadableInput as error:
            self._say(str(error))

    def _say(self, message: str) -> None:
        self.messages.append(message)
        click.echo(f"hangtime: {message}", err=True)


def coded_by_engine(
    reads: Iterable[Read], coding: Callable[[], Coding], jobs: int
) -> Iterator[Coded]:
    """Code here, or in several processes; `coding` makes the coder of each.

    One is made here first: what makes none is refused once, and not by process after process.
    """
    coder = coding()
    if jobs > 1:
        return _in_processes(reads, coding, jobs)
    return code_reads(reads, coder)


def fitting_jobs(files: tuple[Path, ...]) -> int:
    """Every processor for an input of some size; starting them costs more than a small one."""
    size = sum(file.stat().st_size for file in files if file.is_file())
    return (os.cpu_count() or 1) if size >= _LARGE else 1


def counted(coded: Iterable[Coded], account: Account) -> Iterator[Outcome]:
    """The outcomes, each counted as it passes."""
    for each in coded:
        account.add(each)
        yield each.outcome


def show(outcomes: Iterator[Outcome], account: Account, out: Path | None, *, as_json: bool) -> None:
    """Write outcomes to standard output: as JSON, one by one if they are few, else in tables."""
    if as_json:
        write_outcomes(outcomes, sys.stdout)
        return
    first = list(islice(outcomes, _FEW + 1))
    if len(first) <= _FEW:
        if first:
            click.echo("\n\n".join(one_encounter(each) for each in first))
        return
    for _ in outcomes:
        pass
    click.echo(many_encounters(account, out))


def exit_status(account: Account, unreadable: int) -> int:
    """0 all coded, 1 some rows or files set aside, 2 nothing could be read."""
    is_anything_wrong = account.set_aside > 0 or unreadable > 0
    if not account.encounters_read and is_anything_wrong:
        return NOTHING_READ
    return SOME_SET_ASIDE if is_anything_wrong else ALL_CODED


def _read(file: Path) -> Iterator[Read]:
    if str(file) == _STANDARD_INPUT:
        return contract.read_bytes(sys.stdin.buffer.read(), "standard input")
    return read_file(file)


def _in_processes(
    reads: Iterable[Read], coding: Callable[[], Coding], jobs: int
) -> Iterator[Coded]:
    """The same, encounters shared out to processes and brought back in order."""
    from multiprocessing import Pool

    with Pool(jobs, initializer=_start, initargs=(coding,)) as pool:
        yield from pool.imap(_code_in_process, reads, chunksize=4)


_coders: list[Coding] = []  # the one coder of a process


def _start(coding: Callable[[], Coding]) -> None:
    _coders.append(coding())


def _code_in_process(read: Read) -> Coded:
    from hangtime.cli._coding import code_read

    return code_read(read, _coders[0])
