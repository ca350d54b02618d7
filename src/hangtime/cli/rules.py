"""`hangtime rules`: every rule with its sentence and source, and the denials that rules stop."""

from __future__ import annotations

import importlib
import json
import shutil
import textwrap
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import click

from hangtime.errors import UserError

if TYPE_CHECKING:
    from hangtime.edits.denials import Denial
    from hangtime.rules._card import Rule


@click.command(name="rules")
@click.argument("rule_id", required=False)
@click.option(
    "--denials", is_flag=True,
    help="List what reviewers publish that they deny, and the rules here that stop it;"
    " with RULE_ID what that rule stops.",
)  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="With --denials: JSON, one denial a line.")
def command(rule_id: str | None, denials: bool, as_json: bool) -> None:
    """List every rule with its sentence and source, or show the rule or input fault RULE_ID."""
    if denials:
        _list_denials(rule_id, as_json=as_json)
        return
    if as_json:
        raise UserError("--json goes with --denials.")
    cards = _cards()
    if rule_id is None:
        click.echo("\n".join(_short(each) for each in cards))
        return
    wanted = rule_id.strip().upper()
    found = next((each for each in cards if each.id.upper() == wanted), None)
    click.echo(_fault(wanted) if found is None else _full(found))


def _cards() -> list[Rule]:
    importlib.import_module("hangtime.rules.walk")  # registers every card
    from hangtime import edits, necessity
    from hangtime.rules._card import CARDS

    return [*CARDS, *edits.cards(), *necessity.cards()]


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


def _list_denials(rule_id: str | None, *, as_json: bool) -> None:
    """The table of denials, or its rows that a rule stops."""
    from hangtime.edits.denials import denials

    wanted = rule_id.strip().upper() if rule_id else None
    listed = [each for each in denials() if wanted is None or wanted in each.rules]
    if not listed:
        raise UserError(f"no denial names the rule {wanted}. `hangtime rules --denials` lists all.")
    if as_json:
        for each in listed:
            click.echo(json.dumps(_as_json(each), ensure_ascii=False))
        return
    width = shutil.get_terminal_size().columns
    click.echo("\n\n".join("\n".join(_denial(each, width)) for each in listed))


def _denial(denial: Denial, width: int) -> Iterator[str]:
    """A denial in lines that fit; addresses stand whole, to be opened."""
    from hangtime.explain import citation
    from hangtime.rules.sources import SEEN

    yield denial.id
    yield from _within(denial.finds, width)
    yield from _within(f"Stopped by: {', '.join(denial.rules)}.", width)
    for source in denial.sources:
        seen = "" if source.evidence == SEEN else " (common knowledge; no copy was read)"
        yield from _within(f"Source: {citation(source)}{seen}.", width)
        yield f"      {source.url}"


def _within(text: str, width: int) -> list[str]:
    return textwrap.wrap(
        text,
        width,
        initial_indent="  ",
        subsequent_indent="      ",
        break_on_hyphens=False,
        break_long_words=False,
    )


def _as_json(denial: Denial) -> dict[str, Any]:
    from dataclasses import asdict

    sources = [asdict(each) for each in denial.sources]
    return denial._asdict() | {"sources": sources}
