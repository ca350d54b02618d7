"""`hangtime backup`: every table of a database in one file, while others go on writing."""

from __future__ import annotations

import gzip
import os
import sys
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO, cast

import click

from hangtime.cli._codesets import aligned
from hangtime.cli._database import assert_libraries, ledger_of
from hangtime.errors import UserError

STANDARD = "-"


@click.command(name="backup")
@click.argument("database", metavar="URL")
@click.argument("file", type=click.Path(path_type=Path, allow_dash=True))
@click.pass_context
def command(ctx: click.Context, database: str, file: Path) -> None:
    """Write all of the database at URL to FILE, which is packed if it ends in .gz.

    FILE may be - for standard output, to pack or encrypt it on its way.  It holds patients' data.
    The chain of the ledger is verified too: exit status 1 says that it was written and does not hold.
    """
    assert_libraries()
    from hangtime.store.backups import backup

    engine = ledger_of(database)
    with _opened(file) as opened:
        kept = backup(engine, opened)
    engine.dispose()
    rows = [(name, f"{count:,} rows") for name, count in kept.rows.items()]
    click.echo("\n".join(aligned([*rows, ("written to", str(file))])), err=str(file) == STANDARD)
    for fault in kept.report.faults:
        click.echo(f"The ledger does not verify, and cannot be restored: {fault.says}", err=True)
    ctx.exit(0 if kept.report.is_sound else 1)


@contextmanager
def _opened(path: Path) -> Generator[BinaryIO]:
    """A new file that is there when it is whole, for its owner alone; or standard output."""
    if str(path) == STANDARD:
        yield sys.stdout.buffer
        return
    if path.exists():
        raise UserError(f"{path}: is there already and is not written over.")
    part = path.with_name(f"{path.name}.part")
    try:
        with os.fdopen(os.open(part, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600), "wb") as raw:
            if path.suffix == ".gz":
                with gzip.GzipFile(fileobj=raw, mode="wb") as packed:
                    yield cast(BinaryIO, packed)
            else:
                yield raw
            raw.flush()
            os.fsync(raw.fileno())
        part.rename(path)
    except OSError as error:
        raise UserError(f"{path}: cannot be written ({error.strerror}).") from None
    finally:
        with suppress(OSError):
            part.unlink()
