"""`hangtime worklist load`: encounters of another system become visits of the worklist."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import click

from hangtime.cli._database import DATABASE, assert_libraries, ledger_of
from hangtime.errors import UserError

if TYPE_CHECKING:
    from hangtime.chart import Site
    from hangtime.model import Encounter

ALL_READ, SOME_SET_ASIDE, NOTHING_READ = 0, 1, 2
_BATCH = 250  # encounters in one transaction: others may write between two


class Account:
    """What became of the rows that were read."""

    def __init__(self) -> None:
        self.rows = self.set_aside = self.encounters = 0


@click.group(name="worklist")
def command() -> None:
    """Fill the worklist from files of another system."""


@command.command(name="load")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@DATABASE
@click.option(
    "--site", "site_file", type=click.Path(path_type=Path), help="The site they belong to; else the demo's."
)  # fmt: skip
@click.option("--unit", help="The unit they belong to; else the site's first.")
@click.pass_context
def load(
    ctx: click.Context,
    files: tuple[Path, ...],
    database: str,
    site_file: Path | None,
    unit: str | None,
) -> None:
    """Load the encounters in FILES, of any form that `hangtime code` reads, coded and priced.

    A file loaded twice doubles nothing; an encounter that was changed since is coded again.  Exit
    status: 0 when every row was read, 1 when rows were set aside, 2 when nothing could be read.
    """
    assert_libraries()
    from hangtime.chart import demo_site, load_site
    from hangtime.store import assert_current
    from hangtime.visits import PROGRAM, Clinic
    from hangtime.visits.loading import load_encounters

    site = load_site(site_file) if site_file else demo_site()
    unit_id = _unit(site, unit)
    engine = ledger_of(database)
    assert_current(engine)
    clinic, account, loaded = Clinic(engine, (site,)), Account(), None
    remaining = _encounters(files, account)
    while batch := list(islice(remaining, _BATCH)):
        loaded = load_encounters(clinic, PROGRAM, site, unit_id, batch, loaded)
    engine.dispose()
    if loaded is not None:
        click.echo(
            f"{loaded.new} loaded, {loaded.again} coded again, {loaded.same} there already",
            err=True,
        )
    read = account.rows - account.set_aside
    click.echo(
        f"{account.rows} rows read = {read} loaded + {account.set_aside} set aside", err=True
    )
    if account.encounters == 0:
        ctx.exit(NOTHING_READ)
    ctx.exit(SOME_SET_ASIDE if account.set_aside else ALL_READ)


def _unit(site: Site, unit: str | None) -> str:
    known = [each.unit_id for each in site.units]
    if unit is None:
        return known[0]
    if unit not in known:
        raise UserError(f"--unit: the site has no such unit; it has {', '.join(known)}.")
    return unit


def _encounters(files: tuple[Path, ...], account: Account) -> Iterator[Encounter]:
    """Each encounter that could be read; what could not be is counted, and said by file and field."""
    from hangtime.errors import UnreadableInput
    from hangtime.explain import explain_finding
    from hangtime.formats import read

    for file in files:
        try:
            for each in read(file):
                account.rows += each.rows
                account.set_aside += each.set_aside
                for finding in each.findings:
                    click.echo(f"hangtime: {explain_finding(finding)}", err=True)
                if each.encounter is not None:
                    account.encounters += 1
                    yield each.encounter
        except UnreadableInput as error:
            click.echo(f"hangtime: {error}", err=True)
