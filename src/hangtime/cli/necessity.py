"""`hangtime necessity`: whether the diagnoses support the drugs, by list and edition."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click

from hangtime.cli._options import LISTS, PAYER, POLICIES
from hangtime.errors import UnreadableInput

if TYPE_CHECKING:
    from hangtime.necessity import Judged

ALL_READ, SOME_UNREADABLE = 0, 1
_WORDS = {"supported": "supported", "not_listed": "not listed", "unknown": "unknown"}


class _Asked(NamedTuple):
    """One drug of one encounter or claim line."""

    of: str
    judged: Judged


Asking = Callable[[Path], Iterator[_Asked]]


@click.command(name="necessity")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--claims", is_flag=True, help="FILES are claim-line tables, not charts.")
@LISTS
@click.option("--json", "as_json", is_flag=True, help="Write JSON, one drug a line.")
@PAYER
@POLICIES
@click.pass_context
def command(
    ctx: click.Context, files: tuple[Path, ...], claims: bool, lists: tuple[Path, ...],
    as_json: bool, payer: str | None, policies: tuple[Path, ...],
) -> None:  # fmt: skip
    """Say of each drug with a line in FILES whether the diagnoses support it, and why.

    Exit status: 0 whatever was found, 1 when a file could not be read.
    """
    if claims and (payer or policies):
        raise click.UsageError("--payer and --policy are for charts; a claim has --list.")
    asked = _of_claims(lists) if claims else _of_charts(lists, policies, payer)
    counts: Counter[str] = Counter()
    status = ALL_READ
    for file in files:
        try:
            for each in asked(file):
                counts[each.judged.verdict] += 1
                click.echo(
                    json.dumps({"of": each.of, **asdict(each.judged)}) if as_json else _shown(each)
                )
        except UnreadableInput as error:
            status = SOME_UNREADABLE
            click.echo(f"hangtime: {error}", err=True)
    said = ", ".join(f"{counts[verdict]} {words}" for verdict, words in _WORDS.items())
    click.echo(f"{counts.total()} drugs: {said}", err=True)
    ctx.exit(status)


def _of_charts(lists: tuple[Path, ...], policies: tuple[Path, ...], payer: str | None) -> Asking:
    """What judges a file of charts, each by the lists of its payer's profile and those named."""
    from hangtime.cli._beside import coder
    from hangtime.formats import read
    from hangtime.necessity import Reviewer

    engine = coder(policies, payer)
    reviewer = Reviewer(engine, lists)

    def judged(file: Path) -> Iterator[_Asked]:
        for each in read(file):
            if each.encounter is not None:
                outcome = engine.code(each.encounter)
                necessity = reviewer.necessity_of(each.encounter)
                for found, ids in necessity.of_encounter(each.encounter, outcome):
                    yield _Asked(f"{outcome.encounter_id} {', '.join(ids)}", found)

    return judged


def _of_claims(lists: tuple[Path, ...]) -> Asking:
    """What judges a claim-line table, by the lists named."""
    from hangtime.formats.claims import read_claims
    from hangtime.necessity import Lists, Necessity

    necessity = Necessity(Lists(lists))

    def judged(file: Path) -> Iterator[_Asked]:
        for claim in read_claims(file):
            for fault in claim.findings:
                click.echo(f"{fault.claim_id}: {fault.message}", err=True)
            for line in claim.lines:
                found = necessity.of_claim_line(line)
                if found is not None:
                    yield _Asked(f"{line.claim_id} line {line.line_number}", found)

    return judged


def _shown(asked: _Asked) -> str:
    judged = asked.judged
    by = ", ".join(part for part in (judged.source, judged.edition) if part)
    parts = [f"{asked.of}: {judged.drug}: {_WORDS[judged.verdict]}", f"    {judged.why}"]
    return "\n".join([*parts, f"    [{by}]"] if by else parts)
