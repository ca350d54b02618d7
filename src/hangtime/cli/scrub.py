"""`hangtime scrub`: claim lines of any origin in, the edits they will meet out."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from hangtime.errors import UnreadableInput

if TYPE_CHECKING:
    from hangtime.edits.chart import Supported
    from hangtime.edits.claim import ClaimFinding
    from hangtime.edits.scrubber import Scrubber
    from hangtime.model import Encounter

_FEW = 20  # claims with findings that are shown one by one
ALL_READ, SOME_SET_ASIDE, NOTHING_READ = 0, 1, 2


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
    from hangtime.edits.scrubber import Scrubber

    supported = _supported(charts, payer, policies) if charts else None
    scrubber = Scrubber(payer, policies, store, supported)
    account = Account()
    shown: list[list[ClaimFinding]] = []
    with _Written(out, form) as written:
        for found in _scrubbed(files, scrubber, account):
            written(found)
            if as_json:
                _print_json(found)
            elif len(shown) <= _FEW:
                shown.append(found)
    if not as_json and shown:
        few = len(shown) <= _FEW
        click.echo("\n\n".join(map(_one_claim, shown)) if few else _by_rule(account))
    click.echo(account.sentence(), err=True)
    if not scrubber.knows_diagnoses:
        click.echo("No edition of ICD-10-CM is imported: no diagnosis was looked up.", err=True)
    ctx.exit(account.exit_status)


@dataclass(slots=True)
class Account:
    """What became of all rows, and how often each rule came up."""

    claims: int = 0
    silent: int = 0
    rows: int = 0
    set_aside: int = 0
    unreadable: int = 0
    rules: Counter[tuple[str, str]] = field(default_factory=Counter[tuple[str, str]])

    @property
    def exit_status(self) -> int:
        """0 all read, 1 some rows or files set aside, 2 nothing could be read."""
        is_anything_wrong = self.set_aside > 0 or self.unreadable > 0
        if self.rows == self.set_aside and is_anything_wrong:
            return NOTHING_READ
        return SOME_SET_ASIDE if is_anything_wrong else ALL_READ

    def sentence(self) -> str:
        """One sentence in which the rows add up, and one of the claims."""
        scrubbed = self.rows - self.set_aside
        return (
            f"{self.rows} rows read = {scrubbed} scrubbed + {self.set_aside} set aside\n"
            f"{self.claims} claims, {self.silent} without a finding"
        )


class _Written:
    """Findings go to a table where a folder is named; it is finished however the run ends."""

    def __init__(self, folder: Path | None, form: Literal["csv", "parquet"]) -> None:
        from hangtime.formats.claims import FindingsFile

        self._file = FindingsFile(folder, form) if folder is not None else None

    def __enter__(self) -> Callable[[list[ClaimFinding]], None]:
        return self._file.add if self._file is not None else lambda _: None

    def __exit__(self, *_: object) -> None:
        if self._file is not None:
            self._file.close()


def _scrubbed(
    files: tuple[Path, ...], scrubber: Scrubber, account: Account
) -> Iterator[list[ClaimFinding]]:
    """The findings of each claim that has any.  A file that cannot be read is passed over."""
    from hangtime.formats.claims import read_claims

    for file in files:
        try:
            for claim in read_claims(file):
                is_incomplete = claim.set_aside > 0 and bool(claim.lines)
                judged = scrubber.scrub(claim.lines, is_incomplete=is_incomplete)
                found = [*claim.findings, *judged]
                account.claims += bool(claim.lines)
                account.silent += bool(claim.lines) and not found
                account.rows += claim.rows
                account.set_aside += claim.set_aside
                account.rules.update((each.severity, each.rule) for each in found)
                if found:
                    yield found
        except UnreadableInput as error:
            account.unreadable += 1
            click.echo(f"hangtime: {error}", err=True)


def _supported(
    charts: tuple[Path, ...], payer: str | None, policies: tuple[Path, ...]
) -> Callable[[str, str], Supported | None]:
    """What the chart of an encounter supports in a setting, coded when it is first asked."""
    from hangtime.edits.chart import supported
    from hangtime.engine import Coder
    from hangtime.formats import read

    encounters: dict[str, Encounter] = {}
    rows = set_aside = 0
    for file in charts:
        for each in read(file):
            rows, set_aside = rows + each.rows, set_aside + each.set_aside
            if each.encounter is not None:
                encounters[each.encounter.encounter_id] = each.encounter
    click.echo(
        f"charts: {len(encounters)} encounters; {set_aside} of {rows} rows set aside", err=True
    )
    coder = Coder(policies=policies, payer=payer)
    known: dict[tuple[str, str], Supported] = {}

    def of(encounter_id: str, setting: Literal["facility", "professional"]) -> Supported | None:
        if encounter_id not in encounters:
            return None
        asked = encounter_id, setting
        if asked not in known:
            chart = replace(encounters[encounter_id], setting=setting)
            known[asked] = supported(chart, coder)
        return known[asked]

    return of  # pyright: ignore[reportReturnType]


def _print_json(found: list[ClaimFinding]) -> None:
    from hangtime.formats.claims import finding_as_json

    for each in found:
        click.echo(json.dumps(finding_as_json(each), ensure_ascii=False))


def _one_claim(found: list[ClaimFinding]) -> str:
    lines = [f"Claim {found[0].claim_id or '(without a readable id)'}"]
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
