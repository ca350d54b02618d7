"""The class of a drug for one payer on one day, and who says so.

Three layers, the first that speaks decides: the payer's own list (its profile's `[complex]`), what
holds for some dates or payers only (`classes.csv`), and the class the drug has otherwise
(`substances.csv`).  A class that was charted is not asked here: it outranks all three.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache

from hangtime.formulary import _tables
from hangtime.formulary._substance import Substance
from hangtime.policies.policy import Profile
from hangtime.rules.positions import ComplexSource
from hangtime.rules.words import Category, Known

__all__ = ["ClassFact", "class_of"]

PAYER_LIST = "payer-list"  # the source of a class that the profile's own list gives


@dataclass(frozen=True, slots=True)
class ClassFact:
    """A class and its source: a key of the table's header, or the payer's list with its profile.

    `first` and `last`: the days of service for which it holds, None where there is no bound.
    """

    category: Category
    source: str
    first: date | None = None
    last: date | None = None

    def holds_on(self, day: date) -> bool:
        """Whether a day of service lies within."""
        return (self.first is None or self.first <= day) and (self.last is None or day <= self.last)


def class_of(
    substance: Substance,
    used: Profile,
    day: date,
    *,
    hcpcs: str | None = None,
    is_injected: bool = False,
) -> ClassFact:
    """The class of an ingredient for a payer's profile on a day of service.

    A biologic is BIOLOGIC where its administration is of the complex family, else THERAPEUTIC.
    `hcpcs`: the product, where known; the payer's list is by product.  `is_injected`: under the
    skin or into muscle, where fewer biologics are complex.
    """
    fact = _dated(substance, used, day)
    if fact.category is not Category.BIOLOGIC:
        return fact
    codes = (hcpcs, *substance.hcpcs) if hcpcs else substance.hcpcs
    if any(used.is_held_therapeutic(code, day) for code in codes):
        source = f"{PAYER_LIST} {used.name}"
        return ClassFact(Category.THERAPEUTIC, source, used.therapeutic_from)
    by_formulary = used.switches.complex_class_source == ComplexSource.FORMULARY
    if by_formulary and is_injected and substance.complex_when_injected is Known.NO:
        return ClassFact(Category.THERAPEUTIC, fact.source, fact.first, fact.last)
    return fact


def _dated(substance: Substance, used: Profile, day: date) -> ClassFact:
    profiles = ("", *used.layers, used.name)
    facts = [
        (profiles.index(profile), fact)
        for profile, fact in _facts().get(substance.name, ())
        if profile in profiles and fact.holds_on(day)
    ]
    nearest = max(facts, key=lambda each: each[0], default=None)
    return nearest[1] if nearest else ClassFact(substance.category, substance.source)


@cache
def _facts() -> dict[str, list[tuple[str, ClassFact]]]:
    """Profile and class of every ingredient that has a class for some dates or payers only."""
    found: dict[str, list[tuple[str, ClassFact]]] = {}
    for row in _tables.rows("classes.csv"):
        fact = ClassFact(
            Category[row["category"].upper()],
            row["source"],
            _day(row["from"]),
            _day(row["until"]),
        )
        found.setdefault(row["ingredient"], []).append((row["profile"], fact))
    return found


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None
