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


def _seven_digits(
    _context: click.Context, _option: click.Parameter, text: str | None
) -> str | None:
    """A spreadsheet drops the leading zero, and some write a hyphen before the last two."""
    digits = (text or "").replace("-", "")
    if text is not None and not (digits.isascii() and digits.isdigit() and 6 <= len(digits) <= 7):
        raise click.BadParameter("contractor and locality are seven digits, as 0111205.")
    return text


LOCALITY = click.option(
    "--locality", callback=_seven_digits,
    help="Medicare contractor and locality, seven digits as 0111205.",
)  # fmt: skip
SEQUESTRATION = click.option(
    "--sequestration", is_flag=True, help="Also what Medicare itself pays, less the reduction."
)
LISTS = click.option(
    "--list", "lists", multiple=True, type=click.Path(path_type=Path),
    help="A payer's own list (CSV); it replaces the rows of the drugs it names.",
)  # fmt: skip
