"""`hangtime explain`: one encounter as a picture, with the codes it supports and why."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import click

from hangtime.cli._coding import Coded, code_reads
from hangtime.errors import UnreadableInput, UserError
from hangtime.formats.reads import Read
from hangtime.model import Outcome

WIDEST = 160  # columns; a wider terminal makes the chart no clearer
ALL_CODED, SOME_SET_ASIDE, NOTHING_READ = 0, 1, 2
_PATH = click.Path(path_type=Path)
_FILE = click.Path(dir_okay=False, path_type=Path)


@click.command(name="explain")
@click.argument("file", type=_PATH)
@click.option("--encounter", "encounter_id", help="Explain only the encounter of this id.")
@click.option("--html", type=_FILE, help="Write one self-contained page; needs one encounter.")
@click.option("--svg", type=_FILE, help="Write the picture as SVG; needs one encounter.")
@click.option("--map", "map_file", help="Read another system's export by this mapping file.")
@click.option("--payer", help="The payer whose profile is used instead of the charted one.")
@click.option(
    "--policy", "policies", multiple=True, type=_PATH,
    help="A profile file of your own; may be given several times.",
)  # fmt: skip
@click.pass_context
def command(
    ctx: click.Context,
    file: Path,
    encounter_id: str | None,
    html: Path | None,
    svg: Path | None,
    map_file: str | None,
    payer: str | None,
    policies: tuple[Path, ...],
) -> None:
    """Draw the timeline of each encounter in FILE, with its codes and reasons beneath.

    Exit status: 0 when everything was coded, 1 when rows were set aside, 2 when nothing could be
    read.
    """
    coded = _coded(_chosen(_reads(file, map_file), encounter_id, file), payer, policies)
    if html or svg:
        only = _only(coded)
        _write(only.outcome, html, svg)
        ctx.exit(_status([only]))
    ctx.exit(_status(_printed(coded)))


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


def _coded(reads: Iterator[Read], payer: str | None, policies: tuple[Path, ...]) -> Iterator[Coded]:
    from hangtime.engine import Coder

    return code_reads(reads, Coder(policies=policies, payer=payer))


def _status(coded: list[Coded]) -> int:
    if not any(each.is_read for each in coded):
        return NOTHING_READ
    return SOME_SET_ASIDE if any(each.set_aside for each in coded) else ALL_CODED


def _printed(coded: Iterator[Coded]) -> list[Coded]:
    """Print each picture as it comes, in plain marks where the output cannot show ours.

    Keeps what became of each, without its reasons: a long file does not fill the memory.
    """
    from hangtime.pictures import terminal

    colour = sys.stdout.isatty() and not os.environ.get("NO_COLOR")
    width = min(shutil.get_terminal_size((80, 24)).columns, WIDEST)
    show: Callable[[str], str] = str if _shows_marks() else terminal.in_ascii
    done: list[Coded] = []
    for each in coded:
        text = terminal.render(each.outcome, width=width, colour=colour)
        rule = "─" * width + "\n\n" if done else ""
        click.echo(show(rule + text))
        done.append(replace(each, outcome=Outcome(encounter_id=each.outcome.encounter_id)))
    return done


def _shows_marks() -> bool:
    try:
        "█▒╌∥".encode(sys.stdout.encoding or "utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _only(coded: Iterator[Coded]) -> Coded:
    first = next(coded)
    if next(coded, None) is not None:
        raise UserError(
            "a page shows one encounter and this file has several: choose one with --encounter ID."
        )
    return first


def _write(outcome: Outcome, html: Path | None, svg: Path | None) -> None:
    """Write the page, the picture or both."""
    from hangtime.pictures import page, svg_file

    for path, render in ((html, page.render), (svg, svg_file.render)):
        if path is None:
            continue
        try:
            path.write_text(render(outcome), encoding="utf-8")
        except OSError as error:
            raise UserError(f"{path}: cannot be written: {error.strerror}.") from error
        click.echo(f"{path}: written", err=True)
