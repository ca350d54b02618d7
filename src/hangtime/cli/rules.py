"""`hangtime rules`: every rule with its sentence and source."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

import click

from hangtime.errors import UserError

if TYPE_CHECKING:
    from hangtime.rules._card import Rule


@click.command(name="rules")
@click.argument("rule_id", required=False)
def command(rule_id: str | None) -> None:
    """List every rule with its sentence and source, or show the rule or input fault RULE_ID."""
    cards = _cards()
    if rule_id is None:
        click.echo("\n".join(_short(each) for each in cards))
        return
    wanted = rule_id.strip().upper()
    found = next((each for each in cards if each.id.upper() == wanted), None)
    click.echo(_fault(wanted) if found is None else _full(found))


def _cards() -> list[Rule]:
    importlib.import_module("hangtime.rules.walk")  # registers every card
    from hangtime.rules._card import CARDS

    return CARDS


def _short(card: Rule) -> str:
    from hangtime.explain import citation

    cited = "; ".join(citation(each) for each in card.cites)
    return f"{card.id}\n    {card.says}\n    Source: {cited}."


def _full(card: Rule) -> str:
    from hangtime.explain import citation

    lines = [card.id, f"  {card.says}", f"  Kind: {card.kind}. Topic: {card.topic}."]
    if card.spec:
        lines.append(f"  Specification: {', '.join(card.spec)}.")
    for source in card.cites:
        lines.append(f"  Source: {citation(source)}.")
        if source.url:
            lines.append(f"    {source.url}")
    return "\n".join(lines)


def _fault(wanted: str) -> str:
    """A fault of input, which readers name in the place of a rule."""
    from hangtime.formats._faults import FAULTS, full_sentence

    if wanted not in FAULTS:
        raise UserError(f"there is no rule {wanted}. `hangtime rules` lists them all.")
    fault = FAULTS[wanted]
    return f"{fault.id}\n  {full_sentence(fault)}\n  Source: {fault.source}."
