"""`hangtime price`: what Medicare would allow for each line, with its table and its sums."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from hangtime.cli._options import LOCALITY, PAYER, POLICIES, SEQUESTRATION
from hangtime.cli._rows import NO_ID, exit_status, readable
from hangtime.cli._rows import claims as tabled
from hangtime.errors import UnreadableInput

if TYPE_CHECKING:
    from hangtime.engine import Coder
    from hangtime.payment import Options, Price, Rates


class Priced(NamedTuple):
    """The lines of one encounter or claim, and what a missing fact of its chart is worth, in words."""

    kind: str
    id: str
    prices: Sequence[Price]
    gains: Sequence[tuple[str, Price]]
    rows: int
    set_aside: int


@click.command(name="price")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--claims", is_flag=True, help="FILES are claim-line tables, not charts.")
@click.option("--json", "as_json", is_flag=True, help="Write JSON, one encounter or claim a line.")
@LOCALITY
@SEQUESTRATION
@PAYER
@POLICIES
@click.pass_context
def command(
    ctx: click.Context,
    files: tuple[Path, ...],
    claims: bool,
    as_json: bool,
    locality: str | None,
    sequestration: bool,
    payer: str | None,
    policies: tuple[Path, ...],
) -> None:
    """Estimate what Medicare would allow for the lines that the charts in FILES support.

    Amounts are Medicare's, whoever pays, and before deductibles.  An amount that no table at hand
    gives is unknown.  Exit status: 0 when every row was read, 1 when rows were set aside, 2 when
    nothing could be read.
    """
    from hangtime.payment import Options, Rates

    rates, options = Rates(), Options(locality, sequestration)
    asked = (
        _of_claims(files, rates, options)
        if claims
        else _of_charts(files, rates, options, policies, payer)
    )
    rows = aside = unreadable = 0
    for each in asked:
        if each is None:
            unreadable += 1
            continue
        rows, aside = rows + each.rows, aside + each.set_aside
        click.echo(json.dumps(_plain(each)) if as_json else readable(_shown(each)))
    click.echo(f"{rows} rows read = {rows - aside} priced + {aside} set aside", err=True)
    ctx.exit(exit_status(rows, aside, unreadable))


def _of_charts(
    files: Sequence[Path], rates: Rates, options: Options, policies: tuple[Path, ...],
    payer: str | None,
) -> Iterator[Priced | None]:  # fmt: skip
    """Each encounter, coded and priced; None for a file that cannot be read."""
    from hangtime.cli._beside import coder

    engine = coder(policies, payer)
    for file in files:
        try:
            yield from _of_chart(file, engine, rates, options)
        except UnreadableInput as error:
            click.echo(f"hangtime: {error}", err=True)
            yield None


def _of_chart(file: Path, coder: Coder, rates: Rates, options: Options) -> Iterator[Priced]:
    from hangtime.cli._coding import code_read
    from hangtime.explain import explain_possible
    from hangtime.formats import read
    from hangtime.payment import price_outcome, worth

    for each in read(file):
        coded = code_read(each, coder)
        prices: Sequence[Price] = ()
        gains: list[tuple[str, Price]] = []
        if each.encounter is not None:
            asked = each.encounter, coded.outcome, rates
            prices = price_outcome(*asked, options)
            gains = [
                (explain_possible(fact), worth(fact, *asked, coder, options))
                for fact in coded.outcome.possible
            ]
        named = coded.outcome.encounter_id
        yield Priced("encounter", named, prices, gains, coded.rows, coded.set_aside)


def _of_claims(files: Sequence[Path], rates: Rates, options: Options) -> Iterator[Priced | None]:
    """Each claim of the tables; None for a file that cannot be read."""
    from hangtime.payment import billed_of_claim, price_claim

    for file in files:
        try:
            for claim in tabled(file):
                prices = price_claim(list(map(billed_of_claim, claim.lines)), rates, options)
                named = claim.lines[0].claim_id if claim.lines else ""
                yield Priced("claim", named, prices, (), claim.rows, claim.set_aside)
        except UnreadableInput as error:
            click.echo(f"hangtime: {error}", err=True)
            yield None


def _shown(priced: Priced) -> str:
    from hangtime.payment import amount_in_words, table_in_words, total, total_in_words

    named = f"{priced.kind.capitalize()} {priced.id or NO_ID}"
    in_all = total_in_words(total(priced.prices)) if priced.prices else "no line to price"
    parts = [f"{named}: {in_all}"]
    for each in priced.prices:
        line = each.line
        code = f"{'-'.join((line.code, *line.modifiers))} × {line.units.normalize():f}"
        parts.append(f"  {code} on {line.day}: {amount_in_words(each)}")
        parts.append(f"      {each.arithmetic}")
        parts += (f"      [{table_in_words(table)}]" for table in each.tables)
    if priced.gains:
        parts.append("  One more fact in the chart")
        for words, gain in priced.gains:
            parts.append(f"      {words}: {amount_in_words(gain)}")
            parts.append(f"          {gain.arithmetic}")
    return "\n".join(parts)


def _plain(priced: Priced) -> dict[str, Any]:
    from hangtime.payment import price_as_json, total, total_as_json

    return {
        f"{priced.kind}_id": priced.id or None,
        **total_as_json(total(priced.prices)),
        "lines": [price_as_json(each) for each in priced.prices],
        "possible": [{"fact": words, **price_as_json(gain)} for words, gain in priced.gains],
    }
