"""Rows of the files a command was given: claims, how their cells are shown, and the exit status."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from hangtime.formats.claims import Claim

__all__ = ["NO_ID", "claims", "exit_status", "readable"]

ALL_READ, SOME_SET_ASIDE, NOTHING_READ = 0, 1, 2
NO_ID = "(without a readable id)"


def claims(file: Path) -> Iterator[Claim]:
    """The claims of a table; rows that cannot be read are named on standard error on the way."""
    from hangtime.formats.claims import read_claims

    for claim in read_claims(file):
        for fault in claim.findings:
            click.echo(f"{fault.claim_id or NO_ID}: {fault.message}", err=True)
        yield claim


def exit_status(rows: int, set_aside: int, unreadable: int) -> int:
    """0 every row was read, 1 some rows or files were set aside, 2 nothing could be read."""
    if not (set_aside or unreadable):
        return ALL_READ
    return NOTHING_READ if rows == set_aside else SOME_SET_ASIDE


def readable(text: str) -> str:
    """Cells of somebody's file for a terminal: what it would obey, such as colors, is marked."""
    return "".join(
        char if char.isprintable() or char == "\n" else "\N{REPLACEMENT CHARACTER}" for char in text
    )
