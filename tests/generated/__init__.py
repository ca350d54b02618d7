"""Encounters as charts have them, any number of them, the same ones for the same seed.

    from generated import PLANS, encounters
    coder = Coder(policies=(PLANS,))
    for encounter in encounters(1_000, seed=7):
        coder.code(encounter)

Each is one visit of a kind: an emergency department, a night of observation, an infusion clinic,
an oncology day, an office, a home.  Charts are as complete as real ones: stops are missing, lines
fail, orders are unsigned, clocks change.  Together they reach every rule that gives a line; run as
a script, `python -m tests.generated --count 100000 --table` shows how often.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from random import Random
from typing import Any

from hangtime.model import Encounter

from .chart import Chart
from .visits import KINDS, befall

__all__ = ["PAYERS", "PLANS", "as_rows", "encounters", "rules_used"]

PLANS = Path(__file__).parent / "plans"  # made-up payers, with the positions no shipped one takes
PAYERS = ("medicare", "medicaid", "commercial", "first-plan", "second-plan", "third-plan", None)


def encounters(count: int, seed: int = 0) -> Iterator[Encounter]:
    """`count` encounters, always the same ones for a seed.  Their payers need the files of PLANS."""
    random = Random(seed)
    kinds, weights = zip(*KINDS, strict=True)
    for number, kind in enumerate(random.choices(kinds, weights, k=count), 1):
        chart = Chart(random, number)
        chart.facts["payer"] = (
            "a plan nobody described" if chart.chance(0.003) else chart.pick(PAYERS)
        )
        kind(chart)
        befall(chart)
        yield chart.encounter()


def as_rows(charted: Iterable[Encounter]) -> Iterator[dict[str, Any]]:
    """The contract's tabular form: a dict of every column an administration.

    An encounter without any is one row of its own fields.  `tabular.write_encounters` writes the
    same rows as CSV or Parquet.
    """
    from hangtime.formats import tabular

    names = tabular.columns()
    for encounter in charted:
        shared = {name: getattr(encounter, name, None) for name in names}
        for given in encounter.administrations or (None,):
            own = {name: getattr(given, name) for name in names if hasattr(given, name)}
            yield shared | own


def rules_used(count: int, seed: int = 0) -> Counter[str]:
    """How many lines, things left off and findings name each rule, over so many encounters."""
    from hangtime.engine import Coder

    coder, used = Coder(policies=(PLANS,)), Counter[str]()
    for encounter in encounters(count, seed):
        outcome = coder.code(encounter)
        for line in outcome.lines:
            used.update({reason.rule for reason in line.rules})
        used.update(each.reason.rule for each in outcome.not_reported)
        used.update(each.reason.rule for each in outcome.findings)
    return used
