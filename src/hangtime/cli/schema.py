"""`hangtime schema`: the JSON Schema of the contract."""

from __future__ import annotations

import click

from hangtime.formats.schema import schema_text


@click.command(name="schema")
def command() -> None:
    """Print the JSON Schema of an encounter; that of the output is its definition Outcome."""
    click.echo(schema_text(), nl=False)
