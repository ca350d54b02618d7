"""`hangtime check`: coded lines accepted or refused from the chart alone."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any, cast

import click

from hangtime.check.verdict import Checked, check_coded
from hangtime.errors import UnreadableInput
from hangtime.model import Encounter

ALL_ACCEPTED, SOME_REFUSED = 0, 1
_PATH = click.Path(path_type=Path)


@click.command(name="check")
@click.argument("chart", type=_PATH)
@click.argument("coded", type=_PATH)
@click.option("--json", "as_json", is_flag=True, help="Write the verdicts, one encounter a line.")
@click.option("--map", "map_file", help="Read CHART by this mapping file.")
@click.option("--payer", help="The payer the encounters were coded by, where --payer named one.")
@click.option(
    "--policy", "policies", multiple=True, type=_PATH,
    help="A profile file of your own that was used; may be given several times.",
)  # fmt: skip
@click.pass_context
def command(
    ctx: click.Context,
    chart: Path,
    coded: Path,
    as_json: bool,
    map_file: str | None,
    payer: str | None,
    policies: tuple[Path, ...],
) -> None:
    """Accept or refuse each line of CODED from CHART alone.

    CODED is what `hangtime code CHART --json --certify` wrote, one object a line.  No rule and no
    number of a certificate is believed: everything is worked out again from the chart.

    Exit status: 0 when every line is accepted and none is left out, 1 otherwise, 2 when a file
    cannot be read.
    """
    outcomes = _coded(coded)
    accepted = refused = left_out = encounters = 0
    for encounter in _charted(chart, map_file):
        outcome = outcomes.pop(encounter.encounter_id, {})
        found = check_coded(encounter, outcome, policies=policies, payer=payer)
        encounters += 1
        accepted += sum(each.is_accepted for each in found.verdicts)
        refused += sum(not each.is_accepted for each in found.verdicts)
        left_out += len(found.left_out)
        if as_json:
            sys.stdout.write(f"{json.dumps(asdict(found))}\n")
        elif not found.is_accepted:
            click.echo("\n".join(_refusals(found)))
    unknown = sum(len(_lines(each)) for each in outcomes.values())
    if unknown:
        said = f"{_counted(unknown, 'line')} of {_counted(len(outcomes), 'encounter')}"
        click.echo(f"{said} that CHART does not have: refused", err=as_json)
    click.echo(
        f"{_counted(encounters, 'encounter')}: {_counted(accepted, 'line')} accepted,"
        f" {refused + unknown} refused, {left_out} left out",
        err=as_json,
    )
    ctx.exit(SOME_REFUSED if refused or unknown or left_out else ALL_ACCEPTED)


def _charted(chart: Path, map_file: str | None) -> Iterator[Encounter]:
    from hangtime.formats import read

    if map_file is not None:
        from hangtime.formats import mapping

        reads = mapping.read([chart], map_file)
    else:
        reads = read(chart)
    yield from (each.encounter for each in reads if each.encounter is not None)


def _coded(file: Path) -> dict[str, dict[str, Any]]:
    """Coded encounters by id; what stands there twice is one encounter with the lines of both."""
    found: dict[str, dict[str, Any]] = {}
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        raise UnreadableInput(
            f"{file}: cannot be read. Give the file that `hangtime code --json --certify` wrote."
        ) from None
    for number, line in enumerate(text.splitlines(), 1):
        try:
            outcome = cast(dict[str, Any], json.loads(line))
            before = found.setdefault(str(outcome["encounter_id"]), outcome)
            if before is not outcome:
                before["lines"] = [*_lines(before), *_lines(outcome)]
        except (ValueError, KeyError, TypeError, RecursionError):
            raise UnreadableInput(
                f"{file}, line {number}: not a coded encounter. Give the file that"
                " `hangtime code --json --certify` wrote."
            ) from None
    return found


def _lines(outcome: dict[str, Any]) -> list[Any]:
    lines = outcome.get("lines")
    return cast(list[Any], lines) if isinstance(lines, list) else []


def _counted(count: int, thing: str) -> str:
    return f"{count} {thing}{'s' * (count != 1)}"


def _refusals(found: Checked) -> Iterator[str]:
    for each in found.verdicts:
        for reason in each.reasons:
            yield f"{found.encounter_id}, line {each.line} ({each.code}): {reason}"
    for code in found.left_out:
        yield f"{found.encounter_id}: {code} is supported and left out"
