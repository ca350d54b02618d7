"""Which ingredient a charted drug is, how surely, and what it could be where that is not sure.

The name decides if it is known.  Then the product code, then the National Drug Code, then a close
spelling.  What is not sure is never taken: it comes back with its candidates, for a finding.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache

from hangtime.formulary import _spelling
from hangtime.formulary._kinds import PARTS, kind_of_name
from hangtime.formulary._mixtures import MIXTURE
from hangtime.formulary.ndc import MalformedNdc, ndc11
from hangtime.formulary.products import product
from hangtime.formulary.substances import Substance, find

__all__ = ["NDC_TABLE", "Certainty", "CodesOfNdc", "Resolution", "resolve"]

NDC_TABLE = "asp-ndc-hcpcs"  # the table that would tell the drug of an NDC, where none was given

CodesOfNdc = Callable[[str], Iterable[str]]
"""Product codes of an eleven-digit NDC, none where the table does not have it."""


class Certainty(IntEnum):
    """How sure it is which ingredient was charted."""

    NONE = 0
    UNSURE = 1
    SURE = 2


@dataclass(frozen=True, slots=True)
class Resolution:
    """The ingredient, if sure; else what it could be.

    `how`: what decided, "" where nothing did.  Of the name: `exact`, `salt`, `synonym`, `brand`,
    `abbreviation`, or `parts` where several names together say it; else `spelling`, `hcpcs`, `ndc`.
    `candidates`: at most five ingredients, nearest first, where it is not sure.
    `table`: the table that was not given and would have told, else "".
    """

    substance: Substance | None
    certainty: Certainty
    how: str
    candidates: tuple[str, ...] = ()
    table: str = ""


def resolve(
    drug: str,
    *,
    hcpcs: str | None = None,
    ndc: str | None = None,
    rxnorm: str | None = None,  # noqa: ARG001 - charted with the row; no table of it is shipped
    codes_of_ndc: CodesOfNdc | None = None,
) -> Resolution:
    """The ingredient of a charted drug.

    A misspelled name that says one drug beside a code that says another is not sure of either.
    An NDC needs a table: without `codes_of_ndc` it decides nothing, and `table` names what would.

    >>> resolve("ceftriaxon 1 g").substance.name
    'ceftriaxone'
    >>> resolve("dopmine").certainty.name, resolve("dopmine").candidates
    ('UNSURE', ('dopamine', 'dobutamine'))
    """
    named = find(drug)
    if named is not None:
        return _sure(named, PARTS if named.source == MIXTURE else kind_of_name(drug, named.name))
    spelled = _spelled(drug)
    coded = _by_code(hcpcs, ndc, codes_of_ndc)
    if coded.certainty is Certainty.NONE:
        return spelled if spelled.certainty is not Certainty.NONE else coded
    is_other = spelled.substance is not None and spelled.substance != coded.substance
    if coded.certainty is Certainty.SURE and not is_other:
        return coded
    both = dict.fromkeys((*_names_in(spelled), *_names_in(coded)))
    return Resolution(None, Certainty.UNSURE, coded.how, tuple(both)[: _spelling.MOST_CANDIDATES])


def _sure(substance: Substance, how: str) -> Resolution:
    return Resolution(substance, Certainty.SURE, how)


def _names_in(resolution: Resolution) -> tuple[str, ...]:
    return (resolution.substance.name,) if resolution.substance else resolution.candidates


@lru_cache(maxsize=16_384)
def _spelled(drug: str) -> Resolution:
    name, candidates = _spelling.corrected(drug)
    substance = find(name) if name else None
    if substance is not None:
        return _sure(substance, "spelling")
    certainty = Certainty.UNSURE if candidates else Certainty.NONE
    return Resolution(None, certainty, "spelling" if candidates else "", candidates)


def _by_code(hcpcs: str | None, ndc: str | None, codes_of_ndc: CodesOfNdc | None) -> Resolution:
    coded = _of_code(hcpcs) if hcpcs else None
    if coded is not None:
        return _sure(coded, "hcpcs")
    if ndc is None:
        return Resolution(None, Certainty.NONE, "")
    if codes_of_ndc is None:
        return Resolution(None, Certainty.NONE, "", table=NDC_TABLE)
    return _by_ndc(ndc, codes_of_ndc)


def _by_ndc(ndc: str, codes_of_ndc: CodesOfNdc) -> Resolution:
    """The one ingredient of all readings of the code that the table has."""
    try:
        readings = ndc11(ndc)
    except MalformedNdc:
        return Resolution(None, Certainty.NONE, "")
    codes = [code for reading in readings for code in codes_of_ndc(reading)]
    found = {each.name: each for each in map(_of_code, codes) if each is not None}
    if len(found) == 1:
        return _sure(next(iter(found.values())), "ndc")
    certainty = Certainty.UNSURE if found else Certainty.NONE
    return Resolution(None, certainty, "ndc" if found else "", tuple(found))


@lru_cache(maxsize=4096)
def _of_code(hcpcs: str) -> Substance | None:
    """The ingredient of a product code, whatever its dates."""
    known = find("", hcpcs=hcpcs)
    names = (each.ingredient for each in product(hcpcs)) if known is None else ()
    return known or next((found for name in names if name and (found := find(name))), None)
