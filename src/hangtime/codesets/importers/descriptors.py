"""What one HCPCS drug descriptor says, as facts: amount, form, route, maker, brand.

A descriptor is read plainly where it names exactly one amount, or one thing counted whole ("each
unit", "per treatment").  Anything else is awkward and needs a row of the table checked by hand;
`Reading.is_plain` says which it is.  No descriptor text is kept.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

MEASURES = {
    "mg": "mg", "milligram": "mg", "milligrams": "mg",
    "mcg": "ug", "microgram": "ug", "micrograms": "ug",
    "g": "g", "gm": "g", "gram": "g", "grams": "g",
    "ml": "mL", "cc": "mL",
    "unit": "[iU]", "units": "[iU]", "usp unit": "[iU]", "usp units": "[iU]", "iu": "[iU]",
    "i.u.": "[iU]", "kiu": "[iU]",
    "meq": "meq", "sq cm": "cm2", "square centimeter": "cm2", "square centimeters": "cm2",
    "millicurie": "mCi", "millicuries": "mCi", "mci": "mCi",
    "microcurie": "uCi", "microcuries": "uCi",
}  # fmt: skip
EACH = "{each}"  # one thing counted whole: a dose, a vial, a unit of blood

_NUMBER = r"(?:\d[\d,]*(?:\.\d+)?|\.\d+)"
_UNIT = "|".join(sorted((re.escape(unit) for unit in MEASURES), key=len, reverse=True))
_AMOUNT = re.compile(
    rf"(?<![\w.^-])(?P<upto>up to )?(?P<number>{_NUMBER}) ?(?P<million>million )?(?P<unit>{_UNIT})(?![\w^])(?! ?/ ?m)"
)
_PER_ONE = re.compile(rf"\bper (?P<unit>{_UNIT})(?![\w^])")
_CONCENTRATION = re.compile(
    rf"(?:up to )?{_NUMBER}(?:-{_NUMBER}| or greater)? ?mg ?/ ?ml(?: iodine concentration)?"
)
_WHOLE = re.compile(
    r"\b(?:each unit|per unit|per dose|per therapeutic dose|per treatment|per study dose"
    r"|per treatment dose|per infusion|per implant|per vial|per single (?:use|dose) vial)\b(?! of)"
)
_ASIDE = re.compile(r" ?\((?:[^()]|\([^()]*\))*\)")
_REMARK = re.compile(
    r"code may be used|esrd|not to be used|e\.g\.|i\.e\.|for circumstances|only for use as"
    r"|not for use as|loading dose"
)
_NOT_EQUIVALENT = re.compile(
    r",? ?not thera?e?peutically equivalent to .*?(?=,? (?:per |up to )?\d|,? ?\(|$)"
)
_BIOSIMILAR = re.compile(r"(?<!excludes )\bbiosimilar\b")
_SUFFIXED = re.compile(
    r"(?:inj(?:ection)? )?(?P<name>[a-z][a-z -]*[a-z]-[a-z]{4})(?= biosimilar| \d|$)"
)
_NO_NAME = re.compile(
    r"hyaluronidase|^human|^recombinant|pegylated|inactivated|-(?:free|esrd|bcma)$"
)
_OPEN = re.compile(r"not otherwise (?:specified|classified)|\(nos\)|, nos$|^unclassified")
_USES = {
    "not dialysis": re.compile(r"non[- ]esrd"),
    "dialysis": re.compile(r"\besrd\b"),
    "covid-19": re.compile(r"covid-19|sars-cov-2"),
    "hiv prophylaxis": re.compile(r"hiv pre-exposure"),
    "hiv treatment": re.compile(r"only for use as hiv treatment"),
    "pump": re.compile(r"insulin pump|loading dose for infusion pump"),
    "with chemotherapy": re.compile(r"at (?:the )?time of chemotherapy"),
    "trial": re.compile(r"intrathecal trial"),
    "lock": re.compile(r"catheter lock|lock flush"),
    "compounded": re.compile(r"(?<!non-)\bcompounded product"),
    "not medicare": re.compile(r"falling under the medicare statute"),
}
_ROUTES = {
    "intravenous": "iv", "subcutaneous": "sc", "intramuscular": "im", "oral": "oral",
    "inhalation": "inhalation", "inhaler": "inhalation", "intravitreal": "intravitreal",
    "intravesical": "intravesical", "intra-articular": "intra-articular", "topical": "topical",
    "implant": "implant", "nasal": "nasal", "intrathecal": "intrathecal", "epidural": "epidural",
    "ophthalmic": "ophthalmic", "intracameral": "intracameral", "intraocular": "intraocular",
    "otic": "otic", "vaginal": "vaginal", "transfusion": "iv",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Reading:
    """One descriptor read: the first amount, and whether it is all there was to read.

    `second`: a further amount, or what the one thing counted is.  `names`: what may name the drug,
    the fullest first.  `labels`: brands or makers, as they stand in brackets.
    """

    quantity: Decimal
    measure: str
    second: str
    is_up_to: bool
    names: tuple[str, ...]
    labels: tuple[str, ...]
    suffixed: tuple[str, ...]
    routes: tuple[str, ...]
    is_equivalent: bool  # False where the code is for a product rated not equivalent
    is_biosimilar: bool
    is_open: bool  # "not otherwise specified": any product that no other code lists
    only: str  # the one use it is for, where it says one
    is_plain: bool


@lru_cache(maxsize=4096)
def read(descriptor: str) -> Reading:
    """Read one long descriptor; `is_plain` is False where a person has to check it."""
    text = _tidy(descriptor)
    labels, remarks = _asides(text)
    bare = re.sub(r"\s+", " ", _ASIDE.sub(" ", text)).strip()
    is_equivalent = "equivalent to" not in bare or not _NOT_EQUIVALENT.search(bare)
    bare = _CONCENTRATION.sub(" ", _NOT_EQUIVALENT.sub("", bare))
    amounts = list(_AMOUNT.finditer(bare))
    whole = _WHOLE.search(bare)
    one = _PER_ONE.search(bare)
    quantity, measure, second, is_up_to = _unit(amounts, bool(whole), one)
    starts = [found.start() for found in (*amounts[:1], whole, one) if found]
    return Reading(
        quantity=quantity,
        measure=measure,
        second=second,
        is_up_to=is_up_to,
        names=_names(bare[: min(starts, default=len(bare))], text),
        labels=labels,
        suffixed=_suffixed(bare),
        routes=_routes(text),
        is_equivalent=is_equivalent,
        is_biosimilar=_BIOSIMILAR.search(bare) is not None,
        is_open=_OPEN.search(text) is not None,
        only=next((use for use, said in _USES.items() if said.search(text)), ""),
        is_plain=_is_plain(amounts, bool(whole), bool(one), remarks, bare),
    )


def _tidy(descriptor: str) -> str:
    text = descriptor.lower().replace("\u2019", "'").replace("\xa0", " ")
    return re.sub(r"\s+", " ", re.sub(r"\s+([,;)])", r"\1", text)).strip()


def _asides(text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What stands in brackets: names of brands and makers, and everything else."""
    found = [each.strip()[1:-1].strip() for each in _ASIDE.findall(text)]
    remarks = [each for each in found if _REMARK.search(each) or re.search(r"\d ?(?!-)", each)]
    return tuple(each for each in found if each not in remarks), tuple(remarks)


def _unit(
    amounts: list[re.Match[str]], is_whole: bool, one: re.Match[str] | None
) -> tuple[Decimal, str, str, bool]:
    """Quantity, measure, what else is in the unit, and whether any part of it counts as one."""
    if is_whole:
        return Decimal(1), EACH, " ".join(map(_said, amounts[:1])), False
    if amounts:
        first = amounts[0]
        second = " ".join(map(_said, amounts[1:2]))
        return _number(first), MEASURES[first["unit"]], second, first["upto"] is not None
    if one:
        return Decimal(1), MEASURES[one["unit"]], "", False
    return Decimal(1), EACH, "", False


def _number(amount: re.Match[str]) -> Decimal:
    number = Decimal(amount["number"].replace(",", ""))
    return number * 1_000_000 if amount["million"] else number


def _said(amount: re.Match[str]) -> str:
    words = "up to " if amount["upto"] else ""
    return f"{words}{_number(amount).normalize():f} {MEASURES[amount['unit']]}"


def _names(before: str, text: str) -> tuple[str, ...]:
    """What may name the drug: the words before the amount, then their beginning, then all."""
    forms = re.sub(r"^(?:injection|inj|infusion|instillation)\b,? ?", "", before)
    forms = re.sub(r"[,;:]? ?(?:per|up to)? ?$", "", forms).strip(" ,;")
    aside = re.sub(r"^(?:injection|infusion),? ?", "", text).split(",")[0]
    return tuple(dict.fromkeys(name for name in (forms, forms.split(",")[0], aside) if name))


def _suffixed(bare: str) -> tuple[str, ...]:
    """Nonproprietary names with a suffix of four letters; an enzyme's names no product."""
    found = [_SUFFIXED.match(phrase.strip()) for phrase in bare.split(",")]
    names = [each["name"] for each in found if each]
    return tuple(dict.fromkeys(name for name in names if not _NO_NAME.search(name)))


def _routes(text: str) -> tuple[str, ...]:
    words = re.findall(r"[a-z]+(?:-[a-z]+)*", re.sub(r"\((?:code may|for circum)[^)]*\)", "", text))
    return tuple(dict.fromkeys(_ROUTES[word] for word in words if word in _ROUTES))


def _is_plain(
    amounts: list[re.Match[str]], is_whole: bool, is_one: bool, remarks: tuple[str, ...], bare: str
) -> bool:
    """Exactly one way to read the unit, and nothing that a reader would stop at."""
    counted = [remark for remark in remarks if not _REMARK.search(remark)]
    if counted or re.search(r"\b(?:less than|greater than|over|per 24|hyaluronidase-)", bare):
        return False
    if is_whole and not is_one:  # "per study dose, up to 30 mCi": the limit is no second unit
        return all(amount["upto"] for amount in amounts)
    return (len(amounts) + is_whole + is_one) == 1
