"""`hangtime codesets`: published code sets of your own, imported, listed, compared, looked up."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import date, datetime
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import click

from hangtime.cli._codesets import (
    aligned,
    difference_lines,
    difference_plain,
    echo_json,
    imported_lines,
    known_lines,
    known_plain,
    plain,
    step_line,
    table_row,
)
from hangtime.errors import UserError

_STORE = click.option(
    "--store", type=click.Path(path_type=Path, file_okay=False),
    help="The folder of the store; else HANGTIME_STORE, else the platform's folder for data.",
)  # fmt: skip
_JSON = click.option("--json", "as_json", is_flag=True, help="Write JSON, with everything in it.")
_LIMIT = click.option("--limit", default=10, show_default=True, help="Rows to show of each kind.")
_DAY = click.DateTime(["%Y-%m-%d"])
_LIBRARIES = ("pyarrow", "numpy", "openpyxl")


@click.group(name="codesets")
def command() -> None:
    """Import published code sets, and look into them.

    Files of CMS and CDC/NCHS are told by their content: HCPCS, ASP prices and crosswalk, NCCI pairs,
    ceilings and add-ons, OPPS Addendum B, fee schedule, ICD-10-CM, licensed CPT descriptors.
    """
    missing = [name for name in _LIBRARIES if find_spec(name) is None]
    if missing:
        raise UserError(
            f"code sets need {', '.join(missing)}: install hangtime with its extra `codesets`."
        )


@command.command(name="import")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--quarter", help="The quarter the files are for, as 2024Q3, where they do not say.")
@click.option("--from", "first", type=_DAY, help="The first date of service they are for.")
@click.option("--until", "last", type=_DAY, help="The last date of service they are for.")
@click.option("--setting", type=click.Choice(["professional", "facility"]), help="Whose edits.")
@click.option("--published", type=_DAY, help="The day the files were published.")
@click.option("--replace", is_flag=True, help="Take them though nothing says they are the later.")
@_LIMIT
@_STORE
def take(
    files: tuple[Path, ...], quarter: str | None, first: datetime | None, last: datetime | None,
    setting: str | None, published: datetime | None, replace: bool, limit: int, store: Path | None,
) -> None:  # fmt: skip
    """Import FILES: text, .xlsx, Parquet or XML, packed by zip or gzip or not; of a folder, its files.

    All that can be imported is, at once; what cannot is named with the reason, and the exit status
    is 1.  Numbered parts of one table (-f1, -f2, …) go into one command.
    """
    from hangtime.codesets.store.importing import import_files, told_period
    from hangtime.codesets.store.reading import Told

    period = told_period(quarter, _date(first), _date(last))
    told = Told(period, setting or "", _date(published))
    progress = _progress(sys.stderr)
    done = import_files(files, _place(store), told, is_replacing=replace, progress=progress)
    progress("")
    for each in done:
        click.echo("\n".join(imported_lines(each, limit)))
    if any(each.known for each in done) and not any(each.tables for each in done):
        click.echo("Nothing changed: this is no step for `undo`.")
    sys.exit(1 if any(each.refused for each in done) else 0)


@command.command(name="list")
@_JSON
@_STORE
def list_tables(as_json: bool, store: Path | None) -> None:
    """List the tables in the store, with their dates and digests; gaps and overlaps of their dates."""
    from hangtime.codesets.store.coverage import gaps, overlaps

    tables = _opened(store).tables()
    if as_json:
        echo_json([plain(table) for table in tables])
        return
    head = ("table", "from", "until", "rows", "set aside", "digest", "read from")
    rows = [table_row(table) for table in tables]
    none = "The store has no tables; the shipped edit tables are in use. See `codesets import`."
    click.echo("\n".join(aligned([head, *rows])) if rows else none)
    for each in (*gaps(tables), *overlaps(tables)):
        click.echo(str(each))


@command.command()
@click.argument("code")
@click.option("--on", "day", type=_DAY, required=True, help="The date of service.")
@_LIMIT
@_JSON
@_STORE
def show(code: str, day: datetime, limit: int, as_json: bool, store: Path | None) -> None:
    """Show what each table says of CODE (HCPCS, CPT, NDC or ICD-10-CM) on a date of service.

    An NDC is read with hyphens, spaces or dots, of ten or eleven digits, with N4 in front or not.
    Exits with 1 where the store is empty.
    """
    from hangtime.codesets.store.inquiry import known_of

    found = known_of(_filled(store), code.strip().upper(), day.date())
    if as_json:
        echo_json([known_plain(each) for each in found])
        return
    for each in found:
        click.echo("\n".join(known_lines(each, limit)))


@command.command()
@click.argument("before", metavar="QUARTER")
@click.argument("after", metavar="QUARTER")
@_LIMIT
@_JSON
@_STORE
def diff(before: str, after: str, limit: int, as_json: bool, store: Path | None) -> None:
    """Show what came, went and changed from one QUARTER (2024Q3) to another; what was not compared."""
    from hangtime.codesets.store.differences import differences, skipped
    from hangtime.codesets.store.periods import quarter

    days = quarter(before).first, quarter(after).first
    opened = _filled(store)
    found = differences(opened, *days)
    if as_json:
        echo_json([difference_plain(each) for each in found])
    elif not found:
        click.echo("No kind of table has one for each of the quarters.")
    for each in found if not as_json else ():
        click.echo("\n".join(difference_lines(each, limit)))
    for title, reason in skipped(opened, *days):
        click.echo(f"skipped {title}: {reason}", err=as_json)


@command.command()
@_STORE
def verify(store: Path | None) -> None:
    """Check every stored file against its digest.  Exits with 1 if one does not fit."""
    from hangtime.codesets.store.checking import checked

    faults = 0
    tables = 0
    for table, wrong in checked(_place(store)):
        tables += 1
        faults += len(wrong)
        for fault in wrong:
            click.echo(f"{table.name}: {fault}. Import it again.")
    click.echo(f"{tables} tables, {faults} faults.")
    sys.exit(1 if faults else 0)


@command.command()
@click.option("--yes", "is_sure", is_flag=True, help="Do not ask.")
@_STORE
def undo(is_sure: bool, store: Path | None) -> None:
    """Take back the last import that changed anything; what it replaced is in force again.

    It is said first what that is.  A terminal is asked where it is more than one table.
    """
    from hangtime.codesets.store.importing import last_step
    from hangtime.codesets.store.importing import undo as take_back

    step = last_step(_place(store))
    click.echo(step_line(step))
    if len(step.added) > 1 and not is_sure and _asks():
        click.confirm("Take it back?", abort=True)
    last = take_back(_place(store), step)
    for folder in last.added:
        click.echo(f"taken back: {folder.rsplit('.', 1)[0]}")
    for table in last.replaced:
        click.echo(f"in force again: {table.name} (digest {table.digest[:12]})")


def _place(store: Path | None) -> Path:
    from hangtime.codesets.imported import place

    return store or place()


def _opened(store: Path | None) -> Any:
    from hangtime.codesets.store import Store

    return Store(_place(store))


def _filled(store: Path | None) -> Any:
    """The store, which has tables; else how to import is said, and the exit status is 1."""
    opened = _opened(store)
    if not opened.tables():
        click.echo(
            f"The store is empty ({opened.path}): `hangtime codesets import FILE…` fills it.",
            err=True,
        )
        sys.exit(1)
    return opened


def _asks() -> bool:
    """Whether somebody can answer."""
    return sys.stdin.isatty()


def _date(day: datetime | None) -> date | None:
    return day.date() if day else None


def _progress(stream: Any) -> Callable[[str], None]:
    """What is being done, on one line of a terminal; nothing where it is not one."""
    if not stream.isatty():
        return lambda said: None
    return lambda said: click.echo(f"\r\x1b[2K{said}", file=stream, nl=False)
