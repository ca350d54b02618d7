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
from hangtime.cli._rows import claims, exit_status
from hangtime.errors import UnreadableInput

if TYPE_CHECKING:
    from hangtime.necessity import Judged

_WORDS = {"supported": "supported", "not_listed": "not listed", "unknown": "unknown"}


class _Asked(NamedTuple):
    """One drug of one encounter or claim line."""

    of: str
    judged: Judged


class _Read(NamedTuple):
    """One encounter or claim, its drugs judged."""

    rows: int
    set_aside: int
    drugs: list[_Asked]


Asking = Callable[[Path], Iterator[_Read]]


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

    Exit status: 0 when every row was read, whatever was found; 1 when rows were set aside, 2 when
    nothing could be read.
    """
    if claims and (payer or policies):
        raise click.UsageError("--payer and --policy are for charts; a claim has --list.")
    asked = _of_claims(lists) if claims else _of_charts(lists, policies, payer)
    counts: Counter[str] = Counter()
    rows = aside = unreadable = 0
    for file in files:
        try:
            for read in asked(file):
                rows, aside = rows + read.rows, aside + read.set_aside
                for each in read.drugs:
                    counts[each.judged.verdict] += 1
                    click.echo(_as_json(each) if as_json else _shown(each))
        except UnreadableInput as error:
            unreadable += 1
            click.echo(f"hangtime: {error}", err=True)
    said = ", ".join(f"{counts[verdict]} {words}" for verdict, words in _WORDS.items())
    drugs = f"{counts.total()} drug{'s' * (counts.total() != 1)}"
    click.echo(f"{rows} rows read = {rows - aside} judged + {aside} set aside", err=True)
    click.echo(f"{drugs}: {said}", err=True)
    ctx.exit(exit_status(rows, aside, unreadable))


def _of_charts(lists: tuple[Path, ...], policies: tuple[Path, ...], payer: str | None) -> Asking:
    """What judges a file of charts, each by the lists of its payer's profile and those named."""
    from hangtime.cli._beside import coder
    from hangtime.cli._coding import code_read
    from hangtime.formats import read
    from hangtime.necessity import Reviewer

    engine = coder(policies, payer)
    reviewer = Reviewer(engine, lists)

    def judged(file: Path) -> Iterator[_Read]:
        for each in read(file):
            coded = code_read(each, engine)
            drugs: list[_Asked] = []
            if each.encounter is not None:
                necessity = reviewer.necessity_of(each.encounter)
                drugs = [
                    _Asked(f"{coded.outcome.encounter_id} {', '.join(ids)}", found)
                    for found, ids in necessity.of_encounter(each.encounter, coded.outcome)
                ]
            yield _Read(coded.rows, coded.set_aside, drugs)

    return judged


def _of_claims(lists: tuple[Path, ...]) -> Asking:
    """What judges a claim-line table, by the lists named."""
    from hangtime.necessity import Lists, Necessity

    necessity = Necessity(Lists(lists))

    def judged(file: Path) -> Iterator[_Read]:
        for claim in claims(file):
            found = ((line, necessity.of_claim_line(line)) for line in claim.lines)
            drugs = [
                _Asked(f"{line.claim_id} line {line.line_number}", judged)
                for line, judged in found
                if judged is not None
            ]
            yield _Read(claim.rows, claim.set_aside, drugs)

    return judged


def _as_json(asked: _Asked) -> str:
    return json.dumps({"of": asked.of, **asdict(asked.judged)})


def _shown(asked: _Asked) -> str:
    judged = asked.judged
    by = ", ".join(part for part in (judged.source, judged.edition) if part)
    parts = [f"{asked.of}: {judged.drug}: {_WORDS[judged.verdict]}", f"    {judged.why}"]
    return "\n".join([*parts, f"    [{by}]"] if by else parts)
