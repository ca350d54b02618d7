"""`hangtime paper`: the infusion record and the coding summary as PDF."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from hangtime.cli._options import PAYER, POLICIES
from hangtime.errors import UnreadableInput, UserError

if TYPE_CHECKING:
    from hangtime.chart import Site
    from hangtime.cli._coding import Coded

_FILE = click.Path(path_type=Path)
_OUT = click.option(
    "-o", "--out", type=click.Path(dir_okay=False, path_type=Path), required=True,
    help="The PDF to write.",
)  # fmt: skip
_SIZE = click.option(
    "--size", type=click.Choice(["letter", "a4"]), default="letter", show_default=True,
    help="The size of the paper.",
)  # fmt: skip


@click.group(name="paper")
def command() -> None:
    """Print a record or a coding summary: tagged PDF (PDF/UA-1), the same bytes each time."""


@command.command(name="record")
@click.argument("file", type=_FILE)
@click.option("--site", "site_file", type=_FILE, help="The site's file (TOML).")
@_SIZE
@_OUT
def record(file: Path, site_file: Path | None, size: Literal["letter", "a4"], out: Path) -> None:
    """Print the infusion record of one visit from FILE: a packet, or the API's entries of a visit.

    A packet is printed as it is; `hangtime ledger verify` proves it.
    """
    from hangtime.chart import fold
    from hangtime.paper.exported import entries_of
    from hangtime.paper.record import record_pdf

    visit = fold(entries_of(_bytes(file), str(file)))
    site = _site(site_file, visit.opening.site_id if visit.opening else None)
    _write(out, record_pdf(visit, site, size=size))


@command.command(name="summary")
@click.argument("file", type=_FILE)
@click.option("--encounter", "encounter_id", help="The encounter of this id.")
@PAYER
@POLICIES
@click.option("--prices", is_flag=True, help="With what Medicare would allow for each line.")
@_SIZE
@_OUT
def summary(
    file: Path,
    encounter_id: str | None,
    payer: str | None,
    policies: tuple[Path, ...],
    prices: bool,
    size: Literal["letter", "a4"],
    out: Path,
) -> None:
    """Print the coding summary of one encounter of FILE, which `hangtime code` reads as well.

    Exit status: 0 when everything was coded, 1 when rows were set aside, 2 when nothing was read.
    """
    from hangtime import formats
    from hangtime.cli._beside import Beside, coding
    from hangtime.cli._coding import code_read
    from hangtime.paper.summary import summary_pdf

    reads = [each for each in formats.read(file) if encounter_id in (None, each.encounter_id)]
    if len(reads) != 1:
        wanted = "no encounter" if not reads else "several encounters"
        raise UserError(f"{file}: {wanted} here to print: choose one with --encounter ID.")
    beside = Beside(
        certify=False, prices=prices, locality=None, sequestration=False, necessity=False, lists=()
    )
    coded: Coded = code_read(reads[0], coding(policies, payer, beside))
    if reads[0].encounter is None:
        raise UnreadableInput(f"{file}: the encounter cannot be read; `hangtime code` says why.")
    _write(out, summary_pdf(reads[0].encounter, coded.outcome, size=size))
    click.get_current_context().exit(1 if coded.set_aside else 0)


def _site(path: Path | None, site_id: str | None) -> Site:
    """The site of a file, else the shipped example where the visit is one of it."""
    from hangtime.chart import demo_site, load_site

    if path is not None:
        found = load_site(path)
        if site_id not in (None, found.site_id):
            raise UserError(f"{path}: the visit is of another site.")
        return found
    if site_id == demo_site().site_id:
        return demo_site()
    raise UserError("the schedules and texts of the site are needed: give its file by --site.")


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise UnreadableInput(f"{path}: cannot be read: {error.strerror}.") from error


def _write(path: Path, made: bytes) -> None:
    try:
        path.write_bytes(made)
    except OSError as error:
        raise UserError(f"{path}: cannot be written: {error.strerror}.") from error
    click.echo(f"{path}: written", err=True)
