"""Denials, mapped: what reviewers publish that they deny, and the rule here that stops it.

Each row has its sources, its rules and a drawn chart or claim that shows it; a test codes and scrubs
every one of them.  The notation of the drawings is said at the head of `denials.csv`.
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from hangtime.edits import _sources
from hangtime.edits.reference import rows
from hangtime.model import Setting
from hangtime.rules import sources
from hangtime.rules.sources import Source


class Denial(NamedTuple):
    """One finding of reviewers.  `rules` are ids; `chart` and `claim` are drawn, "" where not needed."""

    id: str
    finds: str
    sources: tuple[Source, ...]
    rules: tuple[str, ...]
    setting: Setting
    chart: str
    claim: str


@cache
def denials() -> tuple[Denial, ...]:
    """Every row of `denials.csv`, in its order; KeyError for a source that no table has."""
    known = _known()
    return tuple(
        Denial(
            id,
            finds,
            tuple(known[key] for key in cited.split()),
            tuple(stopped_by.split()),
            "professional" if setting == "professional" else "facility",
            chart,
            claim,
        )
        for id, finds, cited, stopped_by, setting, chart, claim in rows("denials.csv")
    )


def _known() -> dict[str, Source]:
    """Documents by key: those that rules cite, and those of reviewers."""
    cited = [each for each in vars(_sources).values() if isinstance(each, Source)]
    reviewers = [Source(*row) for row in rows("denial_sources.csv")]
    return {each.key: each for each in (*sources.ALL, *cited, *reviewers)}
