"""From a charted drug name to one ingredient and its class.

Brands, salts, strengths, forms, makers, abbreviations and biosimilar suffixes are one ingredient,
so that two rows of one drug are seen to be one drug.  A drug in a fluid is the drug; a fluid with
potassium or another electrolyte is a substance of its own, because the aim decides what it is.
Nothing is guessed: a name with a word that no table knows is unknown.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache, lru_cache

from hangtime.formulary import _names, _tables
from hangtime.formulary._mixtures import AND, MIXTURE, mixed
from hangtime.formulary._substance import Substance
from hangtime.rules.words import Category, Known, Vaccine

__all__ = ["Substance", "conflict", "find", "ingredients"]

_TOLD_BY_STRENGTH = (Category.HYDRATION, Category.CONTRAST)  # a code serves several substances
_MAINTENANCE_ADDITIVE = "potassium chloride"  # named first or last, with a fluid it is an additive


def find(
    drug: str,
    *,
    hcpcs: str | None = None,
    ndc: str | None = None,  # noqa: ARG001 - no table is shipped for it yet
    rxnorm: str | None = None,  # noqa: ARG001 - the same
) -> Substance | None:
    """The ingredient of a charted drug, or None where no table knows it.

    The name decides; the product code stands in where the name is unknown.  `ndc` and `rxnorm` are
    accepted with the charted row and do not decide yet: no table of them is shipped.

    >>> find("cefTRIAXone 1 gram in D5W 50 mL").name
    'ceftriaxone'
    """
    return _by_name(drug) or _by_code(hcpcs)


def conflict(drug: str, hcpcs: str | None) -> bool:
    """Whether name and product code are both known and are not the same ingredient."""
    named, coded = _by_name(drug), _by_code(hcpcs)
    if named is None or coded is None or named == coded:
        return False
    if named.source == MIXTURE:
        return coded.name not in named.name.split(AND)
    if named.category is Category.ELECTROLYTE:  # the code is of the fluid or of the additive
        return not (coded.category is Category.HYDRATION or coded.in_fluid)
    return not (named.category is coded.category and named.category in _TOLD_BY_STRENGTH)


def ingredients() -> tuple[Substance, ...]:
    """Every ingredient the formulary knows, in alphabetical order."""
    return tuple(sorted(_substances().values(), key=lambda substance: substance.name))


@cache
def _substances() -> dict[str, Substance]:
    return {row["name"]: _substance(row) for row in _tables.rows("substances.csv")}


def _substance(row: dict[str, str]) -> Substance:
    return Substance(
        name=row["name"],
        category=Category[row["category"].upper()],
        is_hormonal=row["hormonal"] == "yes",
        is_pushable=Known[row["pushable"].upper() or "UNKNOWN"],
        is_toxic=row["toxic"] == "yes",
        is_thrombolytic=row["thrombolytic"] == "yes",
        vaccine=Vaccine[row["vaccine"].upper() or "UNKNOWN"],
        administration_code=row["administration_code"],
        complex_when_injected=Known[row["complex_when_injected"].upper() or "UNKNOWN"],
        hcpcs=tuple(row["hcpcs"].split()),
        in_fluid=row["in_fluid"],
        source=row["source"],
        minutes=row["minutes"],
        minutes_source=row["minutes_source"],
        monitoring=Known[row["monitoring"].upper() or "UNKNOWN"],
        monitoring_source=row["monitoring_source"],
    )


@cache
def _keys() -> dict[str, str]:
    """Every stored name by its key, as written and without its form words."""
    keys = {name.key: name.ingredient for name in _tables.names()}
    forms = _tables.word_lists()["forms"]
    for key, ingredient in list(keys.items()):
        words = key.split()
        if len(words) > 2 and not forms.isdisjoint(words):
            bare = [word for word in words if word not in forms]
            if len(bare) > 1:  # one word left ("banana" of "banana bag") says too little
                keys.setdefault(" ".join(bare), ingredient)
    return keys


@cache
def _codes() -> dict[str, Substance]:
    return {code: substance for substance in _substances().values() for code in substance.hcpcs}


def _by_code(hcpcs: str | None) -> Substance | None:
    return _codes().get(hcpcs.strip().upper()) if hcpcs else None


@lru_cache(maxsize=16_384)
def _by_name(drug: str) -> Substance | None:
    keys = _keys()
    charted = _names.words_of(drug)
    words = _names.without_makers(charted)
    whole = keys.get(" ".join(charted)) or keys.get(" ".join(words))
    if whole:
        return _substances()[whole]
    is_rider = not _tables.word_lists()["riders"].isdisjoint(words)
    bare = _names.without(words, "forms")
    essence = _essence(bare)
    for reading in (words, bare, essence):
        one, has_loose = _as_one(reading, is_rider, keys)
        is_fluid = one is not None and one.category is Category.HYDRATION
        if one is not None and not (is_fluid and (has_loose or reading is essence)):
            return one  # strength and salts decide what a fluid is: none may be left over
    return None


def _essence(words: Iterable[str]) -> list[str]:
    """The words without salts and amounts: "ampicillin sodium 2 g sulbactam" as people say it."""
    return [word for word in _names.without(words, "salts") if not _names.is_amount(word)]


def _as_one(
    words: list[str], is_rider: bool, keys: dict[str, str]
) -> tuple[Substance | None, bool]:
    read = _names.known_names(words, keys)
    if read is None:
        return None, False
    found, has_loose = read
    return _one_of([_substances()[name] for name in dict.fromkeys(found)], is_rider), has_loose


def _one_of(known: list[Substance], is_rider: bool) -> Substance | None:
    """What several known names in one charted name are together."""
    joined = _keys().get(_names.key_of(" ".join(each.name for each in known)))
    if joined:
        return _substances()[joined]
    known = [each for each in known if not _is_said_better(each, known)]
    if known and known[0].category is Category.HYDRATION and _has(known, Category.BLOOD):
        return _substances()["carrier solution"]  # saline of the blood line
    for aside in (Category.DILUENT, Category.ANESTHETIC):
        known = [each for each in known if each.category is not aside] or known
    if len(known) <= 1:
        return known[0] if known else None
    drugs = [each for each in known if each.category is not Category.HYDRATION]
    flushes = [each for each in drugs if each.category is Category.FLUSH]
    if flushes:
        others = [each for each in drugs if each not in flushes and each.name != "heparin"]
        return _flush(flushes, known) if not others else _one_of(others, is_rider)
    actives = [each for each in drugs if not each.in_fluid]
    if actives:
        return actives[0] if len(actives) == 1 else mixed(actives)
    return _fluid(known, drugs, is_rider)


def _has(known: list[Substance], category: Category) -> bool:
    return any(each.category is category for each in known)


def _is_said_better(one: Substance, known: list[Substance]) -> bool:
    """Another name says more of the same: "Doxil (doxorubicin)" is doxorubicin liposome."""
    return any(other.name.startswith(f"{one.name} ") for other in known)


def _flush(flushes: list[Substance], known: list[Substance]) -> Substance:
    has_heparin = any("heparin" in each.name for each in known)
    return _substances()["heparin flush"] if has_heparin else flushes[0]


def _fluid(
    known: list[Substance], electrolytes: list[Substance], is_rider: bool
) -> Substance | None:
    """Fluids alone, or with electrolytes, or an electrolyte in a little fluid."""
    substances = _substances()
    if not electrolytes:
        return substances["intravenous fluid"]
    if len(electrolytes) == len(known):
        return None
    first = electrolytes[0]
    is_additive = known[0].category is Category.HYDRATION or first.name == _MAINTENANCE_ADDITIVE
    if is_rider or not is_additive:
        return first if len(electrolytes) == 1 else None
    return substances[first.in_fluid if len(electrolytes) == 1 else "electrolytes in fluid"]
