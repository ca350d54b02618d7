"""`hangtime map`: mapping files for other people's exports."""

from __future__ import annotations

import sys
from pathlib import Path

import click


@click.group(name="map")
def command() -> None:
    """Check or begin the mapping file of an export.

    A mapping file says how the columns of a CSV, gzipped CSV or Parquet export become fields of
    the contract.  See docs/how-to/map-an-export.md.
    """


@command.command()
@click.argument("export", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--map", "map_file", required=True, help="A mapping file, or the name of a shipped one."
)
@click.option(
    "--problems", default=10, show_default=True, help="How many problems to show of each kind."
)
def check(export: tuple[Path, ...], map_file: str, problems: int) -> None:
    """Read EXPORT through a map and say what was mapped, what was not, and the first problems.

    Shows names of columns, words of vocabularies, files and lines; never a value of a patient.
    Exits with 1 if rows were set aside.
    """
    from hangtime.formats.mapping import load, survey
    from hangtime.formats.mapping.report import lines

    spec = load(map_file)
    tally = survey(export, spec)
    for line in lines(export, spec, tally, problems):
        click.echo(line)
    sys.exit(1 if tally.set_aside else 0)


@command.command()
@click.argument("export", type=click.Path(path_type=Path))
def init(export: Path) -> None:
    """Print a commented mapping file to start from, guessed from the header of EXPORT.

    \b
        hangtime map init export.csv > export.toml
    """  # noqa: D301 - the mark is click's, for a paragraph that is not re-wrapped
    from hangtime.formats.mapping.guess import starting_map

    click.echo(starting_map(export))
