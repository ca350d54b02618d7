"""The command line: `hangtime code FILE` and what goes with it.

Each command is a file of its own, imported when it is used, so that `hangtime --help` and one
encounter at the chair do not wait for what a batch needs.
"""

from __future__ import annotations

import importlib
import importlib.util
import sys

import click

from hangtime import __version__
from hangtime.errors import UserError

_SUMMARIES = {
    "backup": "Write a whole database to one file, while others work on it.",
    "check": "Accept or refuse coded lines from the chart alone.",
    "code": "Code charted encounters, each line with its reason.",
    "codesets": "Import published code sets, and look into them.",
    "explain": "Draw an encounter and say why it is coded so.",
    "ledger": "Verify the ledger, sign it, and give out one visit with proof.",
    "map": "Check or start a mapping for another system's export.",
    "necessity": "Say whether the diagnoses support the drugs.",
    "paper": "Print a record or a coding summary as PDF.",
    "policy": "Show a payer's profile, or how two differ.",
    "price": "Estimate what Medicare would allow for each line.",
    "restore": "Fill a new database from a backup, and verify its ledger.",
    "rules": "List the rules, or show one with its sources.",
    "schema": "Print the JSON Schema of input and output.",
    "scrub": "Say which edits claim lines will meet, and what would answer them.",
    "serve": "Serve the infusion record: pages, API, ledger.",
    "simulate": "Write a hospital's year of charts and claims with known answers.",
    "worklist": "Load encounters of another system for coders to work on.",
}


class _Commands(click.Group):
    """Commands by name; each is the `command` of the module of its name."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  (click's signature)
        return [name for name in _SUMMARIES if _is_there(name)]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in _SUMMARIES or not _is_there(cmd_name):
            return None
        return importlib.import_module(f"{__name__}.{cmd_name}").command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, _SUMMARIES[name]) for name in self.list_commands(ctx)])


def _is_there(name: str) -> bool:
    return importlib.util.find_spec(f"{__name__}.{name}") is not None


@click.command(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="hangtime")
def hangtime() -> None:
    """From a charted infusion to codes anyone can check."""


def main() -> None:
    """Run the command line.  What the user can mend is said in a sentence, with exit status 2."""
    try:
        hangtime(prog_name="hangtime")
    except UserError as error:
        click.echo(f"hangtime: {error}", err=True)
        sys.exit(2)
