"""`hangtime scrub`: claim lines of any origin in, the edits they will meet out."""

from __future__ import annotations

import json
from collections.abc import Callable, Generator, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from hangtime.cli._rows import NO_ID, readable

if TYPE_CHECKING:
    from hangtime.cli._scrubbing import Account
    from hangtime.edits.claim import ClaimFinding

_FEW = 20  # claims with findings that are shown one by one


@click.command(name="scrub")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Write the findings as JSON, one a line.")
@click.option(
    "--out", type=click.Path(path_type=Path, file_okay=False), help="Write the findings here."
)
@click.option(
    "--format", "form", type=click.Choice(["csv", "parquet"]), default="csv", show_default=True,
    help="Form of that table.",
)  # fmt: skip
@click.option("--payer", help="Judge every claim by this payer's profile, whatever it names.")
@click.option(
    "--policy", "policies", multiple=True, type=click.Path(path_type=Path),
    help="A profile file of your own; may be given several times.",
)  # fmt: skip
@click.option(
    "--store", type=click.Path(path_type=Path, file_okay=False),
    help="The folder of imported code sets.",
)  # fmt: skip
@click.option(
    "--chart", "charts", multiple=True, type=click.Path(path_type=Path),
    help="Charted encounters, as `hangtime code` reads them, to hold the claims against.",
)  # fmt: skip
@click.pass_context
def command(
    ctx: click.Context,
    files: tuple[Path, ...],
    as_json: bool,
    out: Path | None,
    form: Literal["csv", "parquet"],
    payer: str | None,
    policies: tuple[Path, ...],
    store: Path | None,
    charts: tuple[Path, ...],
) -> None:
    """Say which edits the claim lines of FILES (CSV or Parquet, one row a line) will meet.

    Exit status: 0 when every row was read, whatever was found; 1 when rows were set aside, 2 when
    nothing could be read or --payer names no profile.
    """
    from hangtime.cli._scrubbing import Account, Options, scrub_files

    options = Options(files, payer, policies, store, charts)
    account = Account()
    shown: list[list[ClaimFinding]] = []
    with _written(out, form) as write:
        for found in scrub_files(options, account):
            write(found)
            if as_json:
                _print_json(found)
            elif len(shown) <= _FEW:
                shown.append(found)
    if not as_json and shown:
        few = len(shown) <= _FEW
        click.echo(readable("\n\n".join(map(_one_claim, shown))) if few else _by_rule(account))
    click.echo(account.sentence(), err=True)
    ctx.exit(account.exit_status)


@contextmanager
def _written(
    folder: Path | None, form: Literal["csv", "parquet"]
) -> Generator[Callable[[list[ClaimFinding]], None]]:
    """Findings go to a table where a folder is named; it is finished however the run ends."""
    if folder is None:
        yield lambda _: None
        return
    from hangtime.formats.claims import FindingsFile

    with closing(FindingsFile(folder, form)) as file:
        yield file.add


def _print_json(found: list[ClaimFinding]) -> None:
    from hangtime.formats.claims import finding_as_json

    for each in found:
        click.echo(json.dumps(finding_as_json(each), ensure_ascii=False))


def _one_claim(found: list[ClaimFinding]) -> str:
    lines = [f"Claim {found[0].claim_id or NO_ID}"]
    for each in found:
        where = f"line {each.line_number}" if each.line_number is not None else "claim"
        named = f"{where} {each.code}" if each.code else where
        lines.append(f"  {named}: {each.severity}: {each.message}")
        lines.append(f"      {', '.join(_sources(each))}")
    return "\n".join(lines)


def _sources(each: ClaimFinding) -> Iterator[str]:
    yield each.rule
    if each.other_line is not None:
        yield f"with line {each.other_line}"
    if each.table is not None:
        yield f"{each.table} from {each.table_date}"


def _by_rule(account: Account) -> str:
    width = max(len(rule) for _, rule in account.rules)
    return "\n".join(
        f"{rule:<{width}}  {severity:<7}  {count:>9,}"
        for (severity, rule), count in account.rules.most_common()
    )
