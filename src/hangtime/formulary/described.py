"""What is known of a charted drug, whether or not the formulary has it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from hangtime.codesets.packages import Crosswalk, crosswalk
from hangtime.formulary.resolve import resolve
from hangtime.formulary.substances import Substance
from hangtime.rules.words import Category, Known

_KEEP_OPEN = re.compile(r"\b(kvo|tko|keep (the )?(vein|line) open|to keep open)\b")


@dataclass(frozen=True, slots=True)
class Drug:
    """What is known of a charted drug; `name` is its ingredient, else its name as charted."""

    name: str
    category: Category
    is_known: bool
    is_hormonal: bool
    is_pushable: Known
    is_toxic: bool
    is_thrombolytic: bool
    vaccine: int
    administration_code: str
    complex_when_injected: Known
    hcpcs: tuple[str, ...]
    is_keep_open: bool  # the charted name itself says that it only kept the vein open
    is_respelled: bool  # the name as charted is none, and was read as one that is near


def describe(drug: str, hcpcs: str | None, ndc: str | None, rxnorm: str | None) -> Drug:
    """What the formulary says of a charted drug; one that is not surely known is unknown.

    An NDC tells it where a crosswalk is imported.
    """
    return _described(drug, hcpcs, ndc, rxnorm, crosswalk() if ndc else None)


@lru_cache(maxsize=16_384)
def _described(
    drug: str, hcpcs: str | None, ndc: str | None, rxnorm: str | None, listed: Crosswalk | None
) -> Drug:
    codes_of_ndc = listed.codes if listed else None
    resolved = resolve(drug, hcpcs=hcpcs, ndc=ndc, rxnorm=rxnorm, codes_of_ndc=codes_of_ndc)
    found = resolved.substance
    known = found or Substance(plain(drug), Category.UNKNOWN)
    return Drug(
        known.name,
        known.category,
        found is not None,
        known.is_hormonal,
        known.is_pushable,
        known.is_toxic,
        known.is_thrombolytic,
        known.vaccine,
        known.administration_code,
        known.complex_when_injected,
        known.hcpcs,
        _KEEP_OPEN.search(plain(drug)) is not None,
        found is not None and resolved.how == "spelling",
    )


@lru_cache(maxsize=4096)
def plain(text: str) -> str:
    """The text without case and without spaces that say nothing."""
    return re.sub(r"\s+", " ", text).strip().casefold()
