"""Options that several commands have, each declared once."""

from __future__ import annotations

from pathlib import Path

import click

__all__ = ["LISTS", "LOCALITY", "PAYER", "POLICIES", "SEQUESTRATION"]

PAYER = click.option(
    "--payer", help="Code every encounter by this payer's profile, whatever it names."
)
POLICIES = click.option(
    "--policy", "policies", multiple=True, type=click.Path(path_type=Path),
    help="A profile file of your own; may be given several times.",
)  # fmt: skip
LOCALITY = click.option(
    "--locality", help="Medicare contractor and locality, seven digits as 0111205."
)
SEQUESTRATION = click.option(
    "--sequestration", is_flag=True, help="Also what Medicare itself pays, less the reduction."
)
LISTS = click.option(
    "--list", "lists", multiple=True, type=click.Path(path_type=Path),
    help="A payer's own list (CSV); it replaces the rows of the drugs it names.",
)  # fmt: skip
