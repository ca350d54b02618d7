"""Amounts of drugs: charted units as UCUM means them, in whole millionths that compare exactly.

One small table of our own, because a general library of units takes seconds to load; a test holds it
to such a library.  A unit that the table does not have is unknown: nothing is guessed from its letters.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import NamedTuple

from hangtime.rules.words import Measure

__all__ = [
    "MILLION",
    "WORDS",
    "Amount",
    "Concentration",
    "Unit",
    "amount",
    "concentration",
    "in_measure",
    "in_words",
    "per_weight",
    "unit",
]

MILLION = 1_000_000  # of these is one of the unit an amount is held in
EACH = "{each}"
LARGEST = 2**62  # an amount beyond it is a slip of the pen

# The unit of each measure of which an amount holds millionths, and its multiples in UCUM.
_SCALES: dict[Measure, dict[str, Decimal]] = {
    Measure.MASS: {
        "mg": Decimal(1), "g": Decimal(1000), "kg": Decimal(10**6), "ug": Decimal("1e-3"),
        "ng": Decimal("1e-6"),
    },
    Measure.ACTIVITY: {
        "[iU]": Decimal(1), "k[iU]": Decimal(1000), "M[iU]": Decimal(10**6), "m[iU]": Decimal("1e-3"),
    },
    Measure.EQUIVALENT: {"meq": Decimal(1), "eq": Decimal(1000), "ueq": Decimal("1e-3")},
    Measure.SUBSTANCE: {"mmol": Decimal(1), "mol": Decimal(1000), "umol": Decimal("1e-3")},
    Measure.VOLUME: {"mL": Decimal(1), "L": Decimal(1000), "dL": Decimal(100), "uL": Decimal("1e-3")},
    Measure.RADIOACTIVITY: {"mCi": Decimal(1), "Ci": Decimal(1000), "uCi": Decimal("1e-3")},
    Measure.AREA: {"cm2": Decimal(1), "mm2": Decimal("1e-2")},
    Measure.COUNT: {"{each}": Decimal(1)},
}  # fmt: skip

# How charts write them, without case unless the case tells two apart.  UCUM says `ug` for what many
# write mcg, `[iU]` for units; `IU`, `U` and "units" are one here, as product codes count them.
_ALIASES: dict[str, str] = {
    "milligram": "mg", "milligrams": "mg", "mgs": "mg", "mgm": "mg",
    "mg pe": "mg", "mgpe": "mg", "mg phenytoin equivalents": "mg",  # fosphenytoin is coded by it
    "gm": "g", "gms": "g", "gram": "g", "grams": "g", "grm": "g",
    "kilogram": "kg", "kilograms": "kg",
    "mcg": "ug", "mcgs": "ug", "µg": "ug", "μg": "ug", "microgram": "ug", "micrograms": "ug",
    "nanogram": "ng", "nanograms": "ng",
    "iu": "[iU]", "i.u.": "[iU]", "[iu]": "[iU]", "u": "[iU]", "unit": "[iU]", "units": "[iU]",
    "unt": "[iU]", "[u]": "[iU]", "[usp'u]": "[iU]", "[arb'u]": "[iU]", "intl units": "[iU]",
    "international unit": "[iU]", "international units": "[iU]", "usp units": "[iU]",
    "unit(s)": "[iU]",
    "k[iu]": "k[iU]", "kunit": "k[iU]", "kunits": "k[iU]", "thousand units": "k[iU]",
    "m[iu]": "m[iU]", "milliunit": "m[iU]", "milliunits": "m[iU]",
    "million units": "M[iU]", "mill units": "M[iU]", "million iu": "M[iU]", "mmu": "M[iU]",
    "miu": "M[iU]",
    "milliequivalent": "meq", "milliequivalents": "meq", "meqs": "meq",
    "millimole": "mmol", "millimoles": "mmol", "mmole": "mmol", "mmoles": "mmol",
    "ml": "mL", "mls": "mL", "cc": "mL", "ccs": "mL", "milliliter": "mL", "milliliters": "mL",
    "millilitre": "mL", "millilitres": "mL",
    "l": "L", "liter": "L", "liters": "L", "litre": "L", "litres": "L", "dl": "dL", "ul": "uL",
    "millicurie": "mCi", "millicuries": "mCi", "mci": "mCi", "uci": "uCi", "µci": "uCi",
    "μci": "uCi", "microcurie": "uCi", "microcuries": "uCi", "ci": "Ci",
    "cm2": "cm2", "sq cm": "cm2", "sqcm": "cm2", "square centimeter": "cm2", "mm2": "mm2",
    "each": "{each}", "ea": "{each}", "{each}": "{each}", "dose": "{each}", "doses": "{each}",
    "{dose}": "{each}", "vial": "{each}", "vials": "{each}", "{vial}": "{each}", "bag": "{each}",
    "bags": "{each}", "{bag}": "{each}", "tab": "{each}", "tablet": "{each}", "cap": "{each}",
    "syringe": "{each}", "{syringe}": "{each}", "amp": "{each}", "ampule": "{each}",
    "ampul": "{each}", "kit": "{each}", "1": "{each}", "{unit}": "{each}",
}  # fmt: skip
_BY_CASE = {"mU": "m[iU]", "MU": "M[iU]", "M[iU]": "M[iU]", "m[iU]": "m[iU]"}
_PER_MASS = re.compile(r"^(?P<of>[^/]+)/(?P<per>kg|m2)$", re.IGNORECASE)
_PER_DOSE = re.compile(r"\s*/\s*dose$", re.IGNORECASE)  # "mg/kg/dose" is so much each time
_CONCENTRATION = re.compile(
    r"(?<![\d.])(?P<of>\d[\d,]*(?:\.\d+)?)\s*(?P<unit>[a-zµμ\[\]]+(?: pe)?)\s*/\s*"
    r"(?P<per>\d+(?:\.\d+)?)?\s*(?P<volume>ml|cc|l)(?![a-z0-9])",
    re.IGNORECASE,
)
_SHARE = re.compile(r"(?<![\w.,-])(?P<percent>\d{0,2}\.?\d+)\s*%")
_RATIO = re.compile(r"(?<![\w.,:])1\s*:\s*(?P<volume>(?:[1-9]|10),?000)(?![\w:,])")
_CARRIER = re.compile(
    r"\b(?:in|dextrose|glucose|saline|sodium chloride|nacl|ns|ringers?|lr|d5\w*|d10\w*|water)\b",
    re.IGNORECASE,
)


class Unit(NamedTuple):
    """A unit: its UCUM word, what it measures, and millionths of the measure's own unit in one."""

    word: str
    measure: Measure
    scale: int


class Amount(NamedTuple):
    """So many millionths of the measure's own unit (mg, [iU], meq, mmol, mL, mCi, cm2, {each})."""

    measure: Measure
    value: int


class Concentration(NamedTuple):
    """An amount in a volume."""

    amount: Amount
    volume: Amount


def _units() -> dict[str, Unit]:
    return {
        word: Unit(word, measure, int(scale * MILLION))
        for measure, words in _SCALES.items()
        for word, scale in words.items()
    }


_UNITS = _units()
WORDS: tuple[str, ...] = tuple(_UNITS)  # of product codes and outputs, by number


@lru_cache(maxsize=4096)
def unit(charted: str) -> Unit | None:
    """The unit a chart means, or None where the table does not have it.

    >>> unit("mcg").word
    'ug'
    """
    text = _PER_DOSE.sub("", " ".join(charted.split()))
    word = text if text in _UNITS else _BY_CASE.get(text)
    return _UNITS.get(word or _ALIASES.get(text.lower(), text.lower()))


def amount(value: Decimal, charted: str) -> Amount | None:
    """A charted amount in whole millionths, half a millionth up; None where the unit is unknown."""
    known = unit(charted)
    if known is None:
        return None
    whole = int((value * known.scale).to_integral_value(rounding="ROUND_HALF_UP"))
    return Amount(known.measure, whole) if 0 <= whole < LARGEST else None


def per_weight(charted: str) -> str | None:
    """The unit of a dose charted per kilogram of body weight: "mg/kg" is "mg"; None for others.

    "mg/kg/dose" is the same: so much each time.
    """
    found = _PER_MASS.match(_PER_DOSE.sub("", charted.strip()))
    return found["of"] if found and found["per"].lower() == "kg" and unit(found["of"]) else None


@lru_cache(maxsize=16_384)
def concentration(text: str) -> Concentration | None:
    """The one strength in a volume that a text names, such as "10 mg/mL" or "1 g/50 mL".

    "10%" is ten grams in 100 mL and "1:1000" one gram in 1000 mL, unless a fluid is named beside
    them, whose strength it may be; weaker than 1:10,000 it is that of an additive.  None where the text names none, or two that differ.

    >>> concentration("calcium gluconate 10%") == concentration("10 g/100 mL")
    True
    """
    read = [_concentration(each) for each in _CONCENTRATION.finditer(text)]
    if not _CARRIER.search(text):
        read += _by_share(text)
    found = {_share(each): each for each in reversed(read)}
    return next(iter(found.values())) if len(found) == 1 else None


def _concentration(found: re.Match[str]) -> Concentration | None:
    return _in_volume(
        Decimal(found["of"].replace(",", "")),
        found["unit"],
        Decimal(found["per"] or 1),
        found["volume"],
    )


def _by_share(text: str) -> Iterator[Concentration | None]:
    """Strengths as a share: grams in 100 mL, or one gram in so many millilitres."""
    for found in _SHARE.finditer(text):
        yield _in_volume(Decimal(found["percent"]), "g", Decimal(100), "mL")
    for found in _RATIO.finditer(text):
        yield _in_volume(Decimal(1), "g", Decimal(found["volume"].replace(",", "")), "mL")


def _in_volume(of: Decimal, word: str, per: Decimal, volume: str) -> Concentration | None:
    held, holding = amount(of, word), amount(per, volume)
    if held is None or holding is None or holding.value == 0 or held.measure is Measure.VOLUME:
        return None
    return Concentration(held, holding)


def _share(known: Concentration | None) -> tuple[Measure, Fraction] | None:
    """What tells strengths apart, however they are written: "1 g/50 mL" is "20 mg/mL"."""
    return known and (known.amount.measure, Fraction(known.amount.value, known.volume.value))


def in_words(value: int, scale: int, word: int) -> str:
    """Millionths as a number of a unit, by its row in `WORDS`: "305 mg", "7.5 [iU]"."""
    number = Decimal(value) / scale
    name = WORDS[word]
    shown = f"{number.normalize():f}"
    return shown if name == EACH else f"{shown} {name}"


def in_measure(charted: Amount, measure: Measure, known: Concentration | None) -> Amount | None:
    """An amount in another measure by a known concentration; None where that cannot be told."""
    if charted.measure is measure:
        return charted
    if measure is Measure.COUNT and charted.measure is Measure.ACTIVITY:
        return Amount(measure, charted.value)  # "2 units" of what is counted by the bag
    if (
        known is None
        or charted.measure is not Measure.VOLUME
        or known.amount.measure is not measure
    ):
        return None
    value = (charted.value * known.amount.value * 2 + known.volume.value) // (
        2 * known.volume.value
    )
    return Amount(measure, value)
