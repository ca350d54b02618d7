"""`hangtime ledger`: verify it, sign it, and give out what it holds about one visit, with proof."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from hangtime.cli._codesets import aligned, echo_json
from hangtime.cli._database import DATABASE, assert_libraries, ledger_of
from hangtime.errors import UnreadableInput, UserError

if TYPE_CHECKING:
    from hangtime.store.verifying import Report

SOUND, TAMPERED = 0, 1
PRIVATE, PUBLIC = 0o600, 0o644  # a packet holds a patient's record, a checkpoint only hashes
_FILE = click.Path(path_type=Path, dir_okay=False)
_PUBLISHED = click.option(
    "--published", multiple=True, type=click.Path(path_type=Path),
    help="A published checkpoint, or a folder of them; may be given several times.",
)  # fmt: skip


@click.group(name="ledger")
def command() -> None:
    """Verify the ledger, sign what it holds, and give out one visit with proof."""
    assert_libraries()


@command.command()
@DATABASE
@click.option(
    "--key", "keys", multiple=True, type=_FILE,
    help="A public key whose checkpoints are believed; may be given several times.",
)  # fmt: skip
@click.option("--chain-only", is_flag=True, help="Look at no signature.")
@_PUBLISHED
@click.option("--json", "as_json", is_flag=True, help="Write JSON.")
@click.pass_context
def verify(
    ctx: click.Context,
    database: str,
    keys: tuple[Path, ...],
    chain_only: bool,
    published: tuple[Path, ...],
    as_json: bool,
) -> None:
    """Verify every entry against its hash, and the whole against its signed checkpoints.

    Says which entries were changed, dropped, inserted or put elsewhere, whether the end is cut off,
    and which entries no checkpoint covers yet.

    Exit status: 0 when nothing is wrong, 1 when something is, 2 when it cannot be verified.
    """
    from hangtime.store import keys as key_files
    from hangtime.store.verifying import verify as verified

    if not keys and not chain_only:
        raise UserError("no public key: give --key FILE, or --chain-only to look at no signature.")
    engine = ledger_of(database)
    trusted = None if chain_only else [key_files.public_key(each) for each in keys]
    report = verified(engine, keys=trusted, published=_documents(published))
    engine.dispose()
    if as_json:
        echo_json(_plain(report))
    else:
        click.echo("\n".join(said_of(report)))
    ctx.exit(SOUND if report.is_sound else TAMPERED)


@command.command()
@DATABASE
@click.option(
    "--key", envvar="HANGTIME_SIGNING_KEY", required=True, type=_FILE,
    help="The private key; else HANGTIME_SIGNING_KEY.",
)  # fmt: skip
@click.option(
    "--older-key", "older", multiple=True, type=_FILE,
    help="The public key of earlier checkpoints, where it was another.",
)  # fmt: skip
@click.option(
    "--publish", "folder", required=True, type=click.Path(path_type=Path, file_okay=False),
    help="The folder of published checkpoints, best on another machine.",
)  # fmt: skip
@click.pass_context
def checkpoint(
    ctx: click.Context, database: str, key: Path, older: tuple[Path, ...], folder: Path
) -> None:
    """Sign what the ledger holds by now, and publish that.

    The ledger is verified first, against every checkpoint in the folder too; one that was tampered
    with is not signed, and the exit status is 1.
    """
    from hangtime.store import keys as key_files
    from hangtime.store.checkpoints import make_checkpoint
    from hangtime.store.verifying import BrokenLedger

    private = key_files.private_key(key)
    trusted = [key_files.public_key(each) for each in older]
    engine = ledger_of(database)
    published = _documents((folder,)) if folder.is_dir() else []
    try:
        made = make_checkpoint(engine, private, older_keys=trusted, published=published)
    except BrokenLedger as broken:
        click.echo("\n".join(said_of(broken.report)))
        click.echo("Nothing was signed.", err=True)
        ctx.exit(TAMPERED)
    engine.dispose()
    if made is None:
        click.echo("The ledger has no entry yet: nothing to sign.")
        return
    path = folder / made.file_name
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        _write(path, made.document)
    said = "Signed" if made.is_new else "Nothing is new since the checkpoint"
    click.echo(f"{said}: {made.size} entries, {path}")


@command.command()
@DATABASE
@click.option("--grant", "role", help="Let this PostgreSQL role append and read, and own nothing.")
def prepare(database: str, role: str | None) -> None:
    """Make the tables, or bring them to this version, as who owns them.

    `hangtime serve` does so too, where it signs in as the owner.  With --grant, it need not: sign in
    here as the owner, and let the service sign in as ROLE, which cannot remove a trigger.
    """
    from hangtime import store
    from hangtime.store.migrating import grant

    engine = store.connect(database)
    store.migrate(engine)
    if role is not None:
        grant(engine, role)
    click.echo(f"The database is at revision {store.revision(engine)}.")
    engine.dispose()


@command.group()
def key() -> None:
    """Make the key that signs checkpoints."""


@key.command()
@click.option("--out", required=True, type=_FILE, help="Where the private key goes.")
def new(out: Path) -> None:
    """Make a private key for its owner alone, and beside it the public key that others verify by.

    Keep the private key where nobody can read it who can write to the database.
    """
    from hangtime.store.keys import new_key

    public = new_key(out)
    click.echo(f"private key: {out}\npublic key:  {public}")


@command.command()
@click.argument("visit")
@DATABASE
@click.option("-o", "--out", required=True, type=_FILE, help="The packet's file.")
@click.option(
    "--partial", is_flag=True, help="Leave out what no checkpoint covers yet, rather than refuse."
)
def packet(visit: str, database: str, out: Path, partial: bool) -> None:
    """Write all the ledger holds about VISIT, with proof that anybody can check.

    The record, coding results with lines and reasons, decisions and the release, each entry with its
    path to the last signed checkpoint.  `hangtime ledger verifier` gives the program that checks it.
    """
    from hangtime.store.packets import packet as made

    engine = ledger_of(database)
    content = made(engine, visit, is_partial=partial)
    engine.dispose()
    _write(out, content, PRIVATE)
    click.echo(f"{out}: {len(content):,} bytes")


@command.command()
@click.option("-o", "--out", required=True, type=_FILE, help="The program's file.")
def verifier(out: Path) -> None:
    """Write the program that checks packets: one file, for those who have nothing of this one."""
    from hangtime.store import verifier as alone

    _write(out, Path(alone.__file__).read_bytes())
    click.echo(f"python {out} PACKET --key PUBLIC.pem")


def said_of(report: Report) -> Iterator[str]:
    """A report on the terminal."""
    head = f"the last one's hash is {report.head}" if report.head else "none yet"
    yield from aligned([
        ("entries", f"{report.entries}, {head}"),
        ("subjects", str(report.subjects)),
        ("checkpoints", _signatures(report)),
        ("covered", f"1 to {report.covered}, signed {report.covered_at}" if report.covered else "none"),
        ("not yet covered", _uncovered(report)),
        ("found", f"{len(report.faults)} faults" if report.faults else "nothing wrong"),
    ])  # fmt: skip
    if report.faults:
        rows = [("kind", "entries", "what")]
        rows += [(each.kind, _range(each.first, each.last), each.says) for each in report.faults]
        yield ""
        yield from aligned(rows)


def _signatures(report: Report) -> str:
    is_checked = "signatures checked" if report.is_signature_checked else "NO SIGNATURE CHECKED"
    return f"{report.checkpoints}, {is_checked}"


def _uncovered(report: Report) -> str:
    if report.uncovered_since is None:
        return "none"
    first = report.covered + 1
    return f"{_range(first, max(first, report.entries))}, recorded since {report.uncovered_since}"


def _range(first: int, last: int) -> str:
    return str(first) if first == last else f"{first} to {last}"


def _plain(report: Report) -> dict[str, Any]:
    import msgspec

    return {**msgspec.to_builtins(report), "is_sound": report.is_sound}


def _documents(paths: tuple[Path, ...]) -> list[bytes]:
    """The published checkpoints of files and folders."""
    found: list[Path] = []
    for path in paths:
        found += sorted(path.glob("checkpoint-*.json")) if path.is_dir() else [path]
    try:
        return [each.read_bytes() for each in found]
    except OSError as error:
        raise UnreadableInput(f"{error.filename}: cannot be read ({error.strerror}).") from None


def _write(path: Path, content: bytes, mode: int = PUBLIC) -> None:
    """Write a new file, on disk when this returns; none is written over."""
    try:
        opened = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, mode)
        with os.fdopen(opened, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
    except FileExistsError:
        raise UserError(f"{path}: is there already and is not written over.") from None
    except OSError as error:
        raise UserError(f"{path}: cannot be written ({error.strerror}).") from None
