"""A whole year: blocks made in any number of processes, written in their order."""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from hangtime.errors import UserError
from hangtime.simulate import billing, gaps
from hangtime.simulate.block import SIZE, Block
from hangtime.simulate.facts import limits
from hangtime.simulate.record import record
from hangtime.simulate.scenarios import fill
from hangtime.simulate.tables import tables_of
from hangtime.simulate.writing import Files, Form

_FIRST_YEAR = 2020  # before it no table says what a hospital is paid for apart
_GAPS_STREAM, _ERRORS_STREAM = 1, 2


@dataclass(frozen=True, slots=True)
class Plan:
    """What to simulate: visits of a year, by a seed, with the share of each gap and error.

    `shares` names kinds of `gaps.KINDS` and `billing.KINDS`; one that is not named has its own.
    `is_clean` leaves every share that is not named at nothing.
    """

    encounters: int
    seed: int = 0
    year: int = 2025
    shares: dict[str, float] = field(default_factory=dict[str, float])
    is_clean: bool = False

    def __post_init__(self) -> None:
        if self.year < _FIRST_YEAR:
            raise UserError(f"--year: from {_FIRST_YEAR}, where the tables of payments begin.")
        limits(self.year)
        known = {each.name for each in (*gaps.KINDS, *billing.KINDS)}
        for name, share in self.shares.items():
            if name not in known:
                raise UserError(f"--rate: {name} is none of {', '.join(sorted(known))}.")
            if not 0 <= share <= 1:
                raise UserError(f"--rate: the share of {name} is not between 0 and 1.")
        for each, whole in (("gaps", self.gap_shares()), ("errors", self.error_shares())):
            if sum(whole.values()) > 1:
                raise UserError(f"--rate: the shares of all {each} are more than 1 together.")

    def gap_shares(self) -> dict[str, float]:
        """The share of visits with each kind of gap."""
        return {each.name: self._share(each) for each in gaps.KINDS}

    def error_shares(self) -> dict[str, float]:
        """The share of claims with each kind of error."""
        return {each.name: self._share(each) for each in billing.KINDS}

    def _share(self, kind: gaps.Kind | billing.Kind) -> float:
        return self.shares.get(kind.name, 0.0 if self.is_clean else kind.share)


@dataclass(slots=True)
class Made:
    """What a run made: counts of rows by table, of gaps and errors by kind, and how long it took."""

    plan: Plan
    seconds: float = 0.0
    rows: Counter[str] = field(default_factory=Counter[str])
    gaps: Counter[str] = field(default_factory=Counter[str])
    errors: Counter[str] = field(default_factory=Counter[str])
    files: list[Path] = field(default_factory=list[Path])


def simulate(
    plan: Plan, folder: Path, forms: tuple[Form, ...] = ("parquet",), jobs: int = 1
) -> Made:
    """Write the visits of a plan into `folder`, with the claims and the truth.

    The same plan gives the same bytes, whatever `jobs` is.  Raises UserError where the folder cannot
    be written; a run that is broken off leaves none of the files.
    """
    began = time.perf_counter()
    made = Made(plan)
    files = Files(folder, forms)
    try:
        for tables in _blocks(plan, jobs):
            for name, table in tables.items():
                files.write(name, table)
                made.rows[name] += len(table)
            made.gaps.update(tables["truth/gaps"].column("gap").to_pylist())
            made.errors.update(_planted(tables["truth/errors"]))
        made.files = files.finish()
    except BaseException:
        files.abandon()
        raise
    _describe(made, folder / "simulation.json")
    made.seconds = time.perf_counter() - began
    return made


def block_of(plan: Plan, number: int) -> dict[str, Any]:
    """The tables of one block of visits."""
    first = number * SIZE
    count = min(SIZE, plan.encounters - first)
    block = Block(plan.seed, number, first, count, plan.encounters, plan.year)
    fill(block)
    happened = record(block)
    charted, found = gaps.chart_of(happened, _rng(plan, number, _GAPS_STREAM), plan.gap_shares())
    billed, errors = billing.claims_of(
        happened, _rng(plan, number, _ERRORS_STREAM), plan.error_shares()
    )
    return tables_of(happened, charted, found, billed, errors)


def _rng(plan: Plan, number: int, stream: int) -> np.random.Generator:
    return np.random.default_rng(np.random.SeedSequence([plan.seed, number, stream]))


def _blocks(plan: Plan, jobs: int) -> Iterator[dict[str, Any]]:
    numbers = range(-(-plan.encounters // SIZE))
    if jobs <= 1 or len(numbers) == 1:
        yield from (block_of(plan, number) for number in numbers)
        return
    from multiprocessing import get_context

    with get_context("spawn").Pool(jobs) as pool:
        yield from pool.imap(partial(block_of, plan), numbers)


def _planted(table: Any) -> list[str]:
    """The kind of each planted error once, though a wrong code is two effects."""
    pairs = zip(
        table.column("claim_id").to_pylist(), table.column("error").to_pylist(), strict=True
    )
    return [error for _, error in dict.fromkeys(pairs)]


def _describe(made: Made, path: Path) -> None:
    """What was asked for and what came of it, beside the files."""
    said = asdict(made.plan) | {
        "shares": made.plan.gap_shares() | made.plan.error_shares(),
        "rows": dict(made.rows),
        "gaps": dict(sorted(made.gaps.items())),
        "errors": dict(sorted(made.errors.items())),
    }
    path.write_text(json.dumps(said, indent=2) + "\n", "utf-8")
