"""`hangtime restore`: a new database from a backup, of either kind, verified."""

from __future__ import annotations

import gzip
import sys
import zlib
from collections.abc import Iterator
from pathlib import Path

import click

from hangtime.cli._codesets import aligned
from hangtime.cli._database import assert_libraries
from hangtime.errors import UnreadableInput

STANDARD = "-"
PACKED = b"\x1f\x8b"


@click.command(name="restore")
@click.argument("file", type=click.Path(path_type=Path, allow_dash=True))
@click.argument("database", metavar="URL")
@click.option(
    "--key", "keys", multiple=True, type=click.Path(path_type=Path, dir_okay=False),
    help="A public key whose checkpoints are believed; may be given several times.",
)  # fmt: skip
def command(file: Path, database: str, keys: tuple[Path, ...]) -> None:
    """Fill the new database at URL from FILE, which `hangtime backup` wrote; - is standard input.

    A backup of SQLite restores into PostgreSQL, and the other way round.  The ledger is verified
    before anything is kept; with --key, its signed checkpoints too.
    """
    assert_libraries()
    from hangtime import store
    from hangtime.cli.ledger import said_of
    from hangtime.store import keys as key_files
    from hangtime.store.backups import restore

    trusted = [key_files.public_key(each) for each in keys] or None
    engine = store.connect(database)
    kept = restore(_lines(file), engine, keys=trusted)
    engine.dispose()
    rows = [(name, f"{count:,} rows") for name, count in kept.rows.items()]
    click.echo("\n".join(aligned(rows)))
    click.echo("\n".join(said_of(kept.report)))


def _lines(path: Path) -> Iterator[bytes]:
    """The lines of a backup, packed or not."""
    try:
        if str(path) == STANDARD:
            yield from sys.stdin.buffer
            return
        with path.open("rb") as file:
            is_packed = file.read(2) == PACKED
        with gzip.open(path) if is_packed else path.open("rb") as file:
            yield from file
    except (OSError, EOFError, zlib.error) as error:
        raise UnreadableInput(f"{path}: cannot be read ({type(error).__name__}).") from None
