"""Claims through the scrubber, with every row accounted for, beside their charts where there are any."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import NamedTuple

import click

from hangtime.cli._rows import exit_status
from hangtime.edits.chart import Supported, supported
from hangtime.edits.claim import ClaimFinding
from hangtime.edits.scrubber import Scrubber
from hangtime.errors import UnreadableInput
from hangtime.formats.claims import Claim, read_claims
from hangtime.model import Encounter, Setting


class Options(NamedTuple):
    """What a run was told."""

    files: tuple[Path, ...]
    payer: str | None = None
    policies: tuple[Path, ...] = ()
    store: Path | None = None
    charts: tuple[Path, ...] = ()


@dataclass(slots=True)
class Account:
    """What became of all rows, and how often each rule came up."""

    claims: int = 0
    silent: int = 0
    rows: int = 0
    set_aside: int = 0
    unreadable: int = 0
    knows_diagnoses: bool = False
    rules: Counter[tuple[str, str]] = field(default_factory=Counter[tuple[str, str]])

    def count(self, claim: Claim, found: list[ClaimFinding]) -> None:
        """Count one claim as read, and its findings."""
        self.claims += bool(claim.lines)
        self.silent += bool(claim.lines) and not found
        self.rows += claim.rows
        self.set_aside += claim.set_aside
        self.rules.update((each.severity, each.rule) for each in found)

    @property
    def exit_status(self) -> int:
        """0 all read, 1 some rows or files set aside, 2 nothing could be read."""
        return exit_status(self.rows, self.set_aside, self.unreadable)

    def sentence(self) -> str:
        """Sentences in which the rows and the claims add up, and what was not looked up."""
        scrubbed = self.rows - self.set_aside
        said = (
            f"{self.rows} rows read = {scrubbed} scrubbed + {self.set_aside} set aside\n"
            f"{self.claims} claim{'s' * (self.claims != 1)}, {self.silent} without a finding"
        )
        if self.knows_diagnoses:
            return said
        return f"{said}\nNo edition of ICD-10-CM is imported: no diagnosis was looked up."


def scrub_files(options: Options, account: Account) -> Iterator[list[ClaimFinding]]:
    """The findings of each claim that has any.  A file that cannot be read is passed over."""
    charts = Charts(options) if options.charts else None
    scrubber = Scrubber(options.payer, options.policies, options.store, charts)
    account.knows_diagnoses = scrubber.knows_diagnoses
    for file in options.files:
        try:
            for claim in read_claims(file):
                is_incomplete = claim.set_aside > 0 and bool(claim.lines)
                judged = scrubber.scrub(claim.lines, is_incomplete=is_incomplete)
                found = [*claim.findings, *judged]
                account.count(claim, found)
                if found:
                    yield found
        except UnreadableInput as error:
            account.unreadable += 1
            click.echo(f"hangtime: {error}", err=True)


class Charts:
    """What the chart of an encounter supports in a setting, coded when it is first asked."""

    def __init__(self, options: Options) -> None:
        from hangtime.engine import Coder
        from hangtime.formats import read

        self._encounters: dict[str, Encounter] = {}
        rows = set_aside = 0
        for file in options.charts:
            for each in read(file):
                rows, set_aside = rows + each.rows, set_aside + each.set_aside
                if each.encounter is not None:
                    self._encounters[each.encounter.encounter_id] = each.encounter
        count = len(self._encounters)
        click.echo(f"{count} charts; {set_aside} of their {rows} rows set aside", err=True)
        self._coder = Coder(policies=options.policies, payer=options.payer)
        self._known: dict[tuple[str, str], Supported] = {}

    def __call__(self, encounter_id: str, setting: Setting) -> Supported | None:
        if encounter_id not in self._encounters:
            return None
        asked = encounter_id, setting
        if asked not in self._known:
            chart = replace(self._encounters[encounter_id], setting=setting)
            self._known[asked] = supported(chart, self._coder)
        return self._known[asked]
