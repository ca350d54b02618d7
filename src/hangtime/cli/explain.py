"""`hangtime explain`: one encounter as a picture, with the codes it supports and why."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from hangtime.errors import UnreadableInput, UserError
from hangtime.model import Outcome

if TYPE_CHECKING:
    from hangtime.engine import Coder
    from hangtime.formats.reads import Read

WIDEST = 160
_EXISTING = click.Path(path_type=Path)


@click.command(name="explain")
@click.argument("file", type=_EXISTING)
@click.option("--encounter", "encounter_id", help="Explain only the encounter of this id.")
@click.option(
    "--html",
    "html",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write one self-contained page instead; needs one encounter.",
)
@click.option("--map", "map_file", help="A mapping file, or the name of a shipped one.")
@click.option("--payer", help="The payer to use instead of the charted one.")
@click.option(
    "--policy",
    "policies",
    type=_EXISTING,
    multiple=True,
    help="A profile file of your own; may be given again.",
)
def command(
    file: Path,
    encounter_id: str | None,
    html: Path | None,
    map_file: str | None,
    payer: str | None,
    policies: tuple[Path, ...],
) -> None:
    """Draw the timeline of each encounter in FILE, with its codes and reasons beneath.

    Exits with 1 if rows were set aside, with 2 if nothing could be read.
    """
    reads = _chosen(_reads(file, map_file), encounter_id, file)
    coded = _coded(reads, payer, policies)
    is_whole = _to_page(coded, html) if html else _to_terminal(coded)
    sys.exit(0 if is_whole else 1)


def _reads(file: Path, map_file: str | None) -> Iterator[Read]:
    if map_file is None:
        from hangtime import formats

        return formats.read(file)
    from hangtime.formats import mapping

    return mapping.read([file], map_file)


def _chosen(reads: Iterator[Read], encounter_id: str | None, file: Path) -> Iterator[Read]:
    """The reads of one id, or all; an error where there is none."""
    is_any = False
    for read in reads:
        if encounter_id is None or read.encounter_id == encounter_id:
            is_any = True
            yield read
    if not is_any:
        wanted = "encounter of the id given" if encounter_id else "encounter"
        raise UnreadableInput(f"{file}: there is no {wanted} in this file.")


def _coded(
    reads: Iterator[Read], payer: str | None, policies: tuple[Path, ...]
) -> Iterator[tuple[Read, Outcome]]:
    """Each read with what it supports; what reading found stands first among the findings."""
    from hangtime.engine import Coder

    coder = Coder(payer=payer, policies=policies)
    for read in reads:
        outcome = _outcome(read, coder)
        yield read, replace(outcome, findings=(*read.findings, *outcome.findings))


def _outcome(read: Read, coder: Coder) -> Outcome:
    if read.encounter is None:
        return Outcome(encounter_id=read.encounter_id or "not known")
    return coder.code(read.encounter)


def _to_terminal(coded: Iterator[tuple[Read, Outcome]]) -> bool:
    """Print each picture; whether no row was set aside."""
    from hangtime.pictures import terminal

    width = min(shutil.get_terminal_size((80, 24)).columns, WIDEST)
    is_whole = True
    for n, (read, outcome) in enumerate(coded):
        text = terminal.render(outcome, width=width, colour=sys.stdout.isatty())
        if n:
            text = "─" * width + "\n\n" + text
        click.echo(text if _shows_marks() else terminal.in_ascii(text), nl=False)
        is_whole = is_whole and not read.set_aside
    return is_whole


def _shows_marks() -> bool:
    """Whether the output's encoding has the marks of the picture."""
    try:
        "█▒╌∥".encode(sys.stdout.encoding or "utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _to_page(coded: Iterator[tuple[Read, Outcome]], html: Path) -> bool:
    """Write the page of the only encounter; whether no row was set aside."""
    from hangtime.pictures import page

    read, outcome = next(coded)
    if next(coded, None) is not None:
        raise UserError(
            "a page shows one encounter and this file has several: choose one with --encounter ID."
        )
    try:
        html.write_text(page.render(outcome), encoding="utf-8")
    except OSError as error:
        raise UserError(f"{html}: the page cannot be written: {error.strerror}.") from error
    click.echo(f"{html}: written", err=True)
    return not read.set_aside
