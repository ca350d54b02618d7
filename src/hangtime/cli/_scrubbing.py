"""Claims through the scrubber, with every row accounted for, in one process or in several.

Processes share claims out by their ids.  Each reads the whole file, which is cheap beside judging
it, and the findings are brought back in the order of the file.
"""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal, NamedTuple

import click

from hangtime.edits.chart import Supported, supported
from hangtime.edits.claim import ClaimFinding
from hangtime.edits.scrubber import Scrubber
from hangtime.errors import UnreadableInput
from hangtime.formats.claims import WHOLE, Share, read_claims
from hangtime.model import Encounter

ALL_READ, SOME_SET_ASIDE, NOTHING_READ = 0, 1, 2
Place = tuple[int, int]  # number of the file, and line of the claim's last row


class Options(NamedTuple):
    """What a run was told, as it goes to each process."""

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
    unreadable: list[str] = field(default_factory=list[str])
    rules: Counter[tuple[str, str]] = field(default_factory=Counter[tuple[str, str]])

    def add(self, other: Account) -> None:
        """Count what another process did; each meets the same unreadable files."""
        self.claims += other.claims
        self.silent += other.silent
        self.rows += other.rows
        self.set_aside += other.set_aside
        self.unreadable = other.unreadable
        self.rules += other.rules

    @property
    def exit_status(self) -> int:
        """0 all read, 1 some rows or files set aside, 2 nothing could be read."""
        is_anything_wrong = self.set_aside > 0 or bool(self.unreadable)
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


def scrub_files(options: Options, account: Account, jobs: int) -> Iterator[list[ClaimFinding]]:
    """The findings of each claim that has any, in the order of the files."""
    if jobs == 1:
        yield from (found for _, found in scrub_share(options, account, WHOLE))
        return
    from multiprocessing import Pool

    shares = [(options, Share(number, jobs)) for number in range(jobs)]
    with Pool(jobs) as pool:
        done = pool.starmap(_in_process, shares, chunksize=1)
    for own, _ in done:
        account.add(own)
    yield from (found for _, found in heapq.merge(*(places for _, places in done), key=_place))


def scrub_share(
    options: Options, account: Account, share: Share
) -> Iterator[tuple[Place, list[ClaimFinding]]]:
    """The same of a share of the claims.  A file that cannot be read is passed over."""
    charts = Charts(options, share) if options.charts else None
    scrubber = Scrubber(options.payer, options.policies, options.store, charts)
    for number, file in enumerate(options.files):
        try:
            for claim in read_claims(file, share):
                is_incomplete = claim.set_aside > 0 and bool(claim.lines)
                judged = scrubber.scrub(claim.lines, is_incomplete=is_incomplete)
                found = [*claim.findings, *judged]
                account.claims += bool(claim.lines)
                account.silent += bool(claim.lines) and not found
                account.rows += claim.rows
                account.set_aside += claim.set_aside
                account.rules.update((each.severity, each.rule) for each in found)
                if found:
                    yield (number, claim.last), found
        except UnreadableInput as error:
            account.unreadable.append(str(error))


def _in_process(
    options: Options, share: Share
) -> tuple[Account, list[tuple[Place, list[ClaimFinding]]]]:
    account = Account()
    return account, sorted(scrub_share(options, account, share), key=_place)


def _place(found: tuple[Place, list[ClaimFinding]]) -> Place:
    return found[0]


class Charts:
    """What the chart of an encounter supports in a setting, coded when it is first asked."""

    def __init__(self, options: Options, share: Share) -> None:
        from hangtime.engine import Coder
        from hangtime.formats import read

        self._encounters: dict[str, Encounter] = {}
        rows = set_aside = 0
        for file in options.charts:
            for each in read(file):
                rows, set_aside = rows + each.rows, set_aside + each.set_aside
                if each.encounter is not None:
                    self._encounters[each.encounter.encounter_id] = each.encounter
        if share.number == 0:
            read_in = f"{len(self._encounters)} charts; {set_aside} of their {rows} rows set aside"
            click.echo(read_in, err=True)
        self._coder = Coder(policies=options.policies, payer=options.payer)
        self._known: dict[tuple[str, str], Supported] = {}

    def __call__(
        self, encounter_id: str, setting: Literal["facility", "professional"]
    ) -> Supported | None:
        if encounter_id not in self._encounters:
            return None
        asked = encounter_id, setting
        if asked not in self._known:
            chart = replace(self._encounters[encounter_id], setting=setting)
            self._known[asked] = supported(chart, self._coder)
        return self._known[asked]


def say(account: Account, options: Options) -> None:
    """The account on standard error, and what was not looked up."""
    for message in account.unreadable:
        click.echo(f"hangtime: {message}", err=True)
    click.echo(account.sentence(), err=True)
    if not Scrubber(store=options.store).knows_diagnoses:
        click.echo("No edition of ICD-10-CM is imported: no diagnosis was looked up.", err=True)
