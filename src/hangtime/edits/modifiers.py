"""Modifiers: their form, their dates, and those that contradict each other."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import cache
from typing import Any, NamedTuple

from hangtime.edits._cards import Card, card
from hangtime.edits._sources import CLAIM_FORM_837, CPT_MODIFIERS, OFF_CAMPUS
from hangtime.edits.claim import ClaimFinding, ClaimLine, Texts
from hangtime.edits.reference import limits, rows
from hangtime.rules import sources

FORM = card(
    "SCR-MODIFIER-FORM", "error",
    "Modifier {number} is not two capital letters or digits.",
    CLAIM_FORM_837,
)  # fmt: skip
UNKNOWN = card(
    "SCR-MODIFIER-UNKNOWN", "error",
    "{modifier} is no modifier of HCPCS or CPT.",
    sources.CMS_HCPCS, CPT_MODIFIERS,
)  # fmt: skip
DATES = card(
    "SCR-MODIFIER-DATES", "error",
    "{modifier} is not in force on the date of service: {span}.",
    sources.CMS_HCPCS, spec=("R-DRG-04",),
)  # fmt: skip
REPEATED = card(
    "SCR-MODIFIER-REPEATED", "error",
    "{modifier} stands twice on the line.",
    CLAIM_FORM_837,
)  # fmt: skip
TOO_MANY = card(
    "SCR-MODIFIER-TOO-MANY", "error",
    "The line has {count} modifiers; a claim has room for {most}.",
    CLAIM_FORM_837,
)  # fmt: skip
DISTINCT_TWICE = card(
    "SCR-59-WITH-X", "error",
    "59 stands beside {modifier}, which says the same more exactly: keep the one the payer wants.",
    sources.NCCI_MANUAL, spec=("R-MOD-01",),
)  # fmt: skip
SEVERAL_X = card(
    "SCR-SEVERAL-X", "error",
    "{modifier} and {second} stand together: exactly one of XE, XS, XP and XU says why it is distinct.",
    sources.NCCI_MANUAL, spec=("R-MOD-01",),
)  # fmt: skip
JW_WITH_JZ = card(
    "SCR-JW-WITH-JZ", "error",
    "JW says that some was thrown away, JZ that none was: the line has both.",
    sources.NORIDIAN_WASTE, spec=("R-DRG-03",),
)  # fmt: skip
JA_WITH_JB = card(
    "SCR-JA-WITH-JB", "error",
    "JA says by vein, JB under the skin: the line has both.",
    sources.MAC_ROUTE, spec=("R-DRG-12",),
)  # fmt: skip
PO_WITH_PN = card(
    "SCR-PO-WITH-PN", "error",
    "PO is for an excepted off-campus department, PN for one that is not: the line has both.",
    OFF_CAMPUS, spec=("R-OPP-03",),
)  # fmt: skip

X_MODIFIERS = ("XE", "XS", "XP", "XU")
CONFLICTS = (
    ("JW", "JZ", JW_WITH_JZ),
    ("JA", "JB", JA_WITH_JB),
    ("PO", "PN", PO_WITH_PN),
)


class Known(NamedTuple):
    """A modifier's first and last date of service, and whether it lets a pair edit pass."""

    first: date | None
    last: date | None
    bypasses: bool


@cache
def known() -> dict[str, Known]:
    """Every modifier by its two characters."""
    return {
        modifier: Known(_day(first), _day(last), bypasses == "yes")
        for modifier, first, last, bypasses in rows("modifiers.csv")
    }


def bypasses(modifiers: Texts) -> bool:
    """Whether one of the modifiers lets an edit with indicator 1 pass."""
    listed = known()
    return any(each in listed and listed[each].bypasses for each in modifiers)


def check_modifiers(line: ClaimLine) -> Iterator[ClaimFinding]:
    """Faults of one line's modifiers."""
    for found, facts in _faults(line.modifiers, line.date_of_service):
        yield found.found(line, **dict(facts))


_Faults = tuple[tuple[Card, tuple[tuple[str, Any], ...]], ...]


@cache
def _faults(modifiers: Texts, day: date) -> _Faults:
    return tuple((found, tuple(facts.items())) for found, facts in _judged(modifiers, day))


def _judged(modifiers: Texts, day: date) -> Iterator[tuple[Card, dict[str, Any]]]:
    most = limits()["modifiers"]
    if len(modifiers) > most:
        yield TOO_MANY, {"count": len(modifiers), "most": most}
    for number, each in enumerate(modifiers, 1):
        if not (len(each) == 2 and each.isascii() and each.isalnum() and each == each.upper()):
            yield FORM, {"number": number}
        elif each in modifiers[: number - 1]:
            yield REPEATED, {"modifier": each}
        elif each not in known():
            yield UNKNOWN, {"modifier": each}
        elif not _holds(known()[each], day):
            yield DATES, {"modifier": each, "span": _span(known()[each])}
    yield from _conflicts(modifiers)


def _conflicts(modifiers: Texts) -> Iterator[tuple[Card, dict[str, Any]]]:
    exact = [each for each in X_MODIFIERS if each in modifiers]
    if exact and "59" in modifiers:
        yield DISTINCT_TWICE, {"modifier": exact[0]}
    if len(exact) > 1:
        yield SEVERAL_X, {"modifier": exact[0], "second": exact[1]}
    for one, other, both in CONFLICTS:
        if one in modifiers and other in modifiers:
            yield both, {}


def _holds(each: Known, day: date) -> bool:
    return (each.first is None or each.first <= day) and (each.last is None or day <= each.last)


def _span(each: Known) -> str:
    return f"from {each.first}" + (f" to {each.last}" if each.last else "")


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None
