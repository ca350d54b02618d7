"""Pairs of lines that are not paid together on a date (NCCI procedure-to-procedure edits).

Indicator 0: whatever the modifier.  Indicator 1: only where the chart shows that they are distinct;
the finding names the modifier that would say so and the fact it needs.  Indicator 9: the edit was
deleted, and nothing is said.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from hangtime.edits._cards import card
from hangtime.edits._sources import EITHER_COLUMN, OUTPATIENT_EDITOR
from hangtime.edits.claim import ClaimFinding, ClaimLine
from hangtime.edits.group import Group, is_distinct
from hangtime.edits.in_force import NEVER, WITH_MODIFIER, Pair
from hangtime.edits.modifiers import bypasses
from hangtime.edits.reference import initials, is_administration, kind, limits, number_of
from hangtime.rules import sources
from hangtime.rules.words import Code

NEVER_TOGETHER = card(
    "SCR-PAIR-NEVER", "error",
    "{column_2} is not paid beside {column_1} on one date, whatever the modifier: take it off unless it"
    " belongs to another date.",
    sources.NCCI_PTP, spec=("R-NCC-01", "R-NCC-06"),
)  # fmt: skip
WITHOUT_MODIFIER = card(
    "SCR-PAIR-MODIFIER", "error",
    "{column_2} is denied beside {column_1} on one date. {modifier} on {column_2} would be right if"
    " {fact}; otherwise {otherwise}.",
    sources.NCCI_PTP, EITHER_COLUMN, spec=("R-NCC-01", "R-NCC-02", "R-MOD-01", "C22", "C43"),
)  # fmt: skip
VISIT_WITHOUT_25 = card(
    "SCR-VISIT-25", "error",
    "{code} is a visit beside an administration without 25, which would be right if the chart shows work"
    " beyond what the administration itself asks for.",
    sources.NCCI_MANUAL, OUTPATIENT_EDITOR, spec=("R-MOD-02", "R-BND-10"),
)  # fmt: skip
MISPLACED_25 = card(
    "SCR-25-MISPLACED", "error",
    "25 stands on {code}, which is no visit: it goes on the visit, never on what was given.",
    sources.NCCI_MANUAL, spec=("R-MOD-02",),
)  # fmt: skip
INITIAL_TWICE = card(
    "SCR-INITIAL-TWICE", "error",
    "{code} is a second initial service of the date. {modifier} on it would be right if the chart shows"
    " a second access that was needed at once, or a separate attendance; otherwise it is an add-on.",
    sources.CMS_DRUG_ADMINISTRATION, sources.RAC_INITIAL,
    spec=("R-INI-01", "R-INI-05", "R-INI-06", "R-INI-07"),
)  # fmt: skip

VISIT = "visit"


def check_pairs(group: Group) -> Iterator[ClaimFinding]:
    """The edits between lines of the group, each column-2 line once for each column-1 code."""
    if not group.follows_ncci or len(group.lines) < 2:
        return
    by_code: dict[str, list[ClaimLine]] = {}
    for line in group.lines:
        by_code.setdefault(line.code, []).append(line)
    if len(by_code) < 2:
        return
    for pair in group.tables.pairs(by_code):
        if pair.indicator in (NEVER, WITH_MODIFIER):
            yield from _met(group, pair, by_code[pair.column_1], by_code[pair.column_2])


def _met(
    group: Group, pair: Pair, first: list[ClaimLine], second: list[ClaimLine]
) -> Iterator[ClaimFinding]:
    for line in second:
        if pair.indicator == NEVER:
            codes: dict[str, Any] = {"column_1": pair.column_1, "column_2": pair.column_2}
            yield NEVER_TOGETHER.found(line, other=first[0], table=pair.table, **codes)
            continue
        hit = next((each for each in first if not _passes(each, line)), None)
        if hit is not None:
            yield _without_modifier(group, pair, line, hit)


def _passes(column_1: ClaimLine, column_2: ClaimLine) -> bool:
    """A modifier lets the pair pass: on column 2, or since July 2019 a distinct one on either.

    A visit needs its own.
    """
    if bypasses(column_2.modifiers):
        return "25" not in column_2.modifiers or kind(column_2.code) == VISIT
    if kind(column_2.code) == VISIT or column_2.date_of_service < limits()["either_column_from"]:
        return False
    return is_distinct(column_1)


def _without_modifier(group: Group, pair: Pair, line: ClaimLine, other: ClaimLine) -> ClaimFinding:
    if kind(pair.column_2) == VISIT and is_administration(pair.column_1):
        return VISIT_WITHOUT_25.found(line, other=other, table=pair.table, code=line.code)
    modifier, fact, otherwise = _remedy(group, pair)
    codes: dict[str, Any] = {"column_1": pair.column_1, "column_2": pair.column_2}
    return WITHOUT_MODIFIER.found(
        line,
        other=other,
        table=pair.table,
        modifier=modifier,
        fact=fact,
        otherwise=otherwise,
        **codes,
    )


def _remedy(group: Group, pair: Pair) -> tuple[str, str, str]:
    """The modifier its payer takes, what the chart has to show for it, and what to do if it does not."""
    drop = "take it off"
    if kind(pair.column_2) == VISIT:
        return "25", "the chart shows a visit beyond what the other service itself asks for", drop
    if pair.column_1 in initials() and pair.column_2 in initials():
        fact = (
            "the chart shows a second access that was needed at once, with the reason, or a separate"
            " attendance"
        )
        return group.distinct("XS"), fact, "it is an add-on to the other"
    if pair.column_2 == number_of(Code.INJECTION):
        return "59", "the chart shows another drug by another route, with its own order", drop
    if kind(pair.column_1) == VISIT and is_administration(pair.column_2):
        return group.distinct("XU"), "the chart shows that the visit did not ask for it", drop
    if kind(pair.column_2) == "access":
        return group.distinct("XS"), "that line served something else than this", drop
    return (
        group.distinct("XU"),
        "the chart gives it an indication of its own, which the other does not have",
        drop,
    )


def check_initials(group: Group) -> Iterator[ClaimFinding]:
    """Initial services beyond the first of a date that say of no second access or attendance.

    Two that are a pair of the table in force are that pair's finding, unless a modifier that says
    nothing of an access, such as LT, lets the pair pass.
    """
    unmarked = [each for each in group.lines if each.code in initials() and not is_distinct(each)]
    unmarked.sort(key=lambda each: (initials().index(each.code), each.line_number))
    for number, line in enumerate(unmarked):
        first = unmarked[0]
        if number == 0 and line.units <= 1:
            continue
        is_pair = line.code != first.code and _is_pair(group, first.code, line.code)
        if is_pair and not _passes(first, line):
            continue
        other = first if number else None
        yield INITIAL_TWICE.found(line, other=other, code=line.code, modifier=group.distinct("XS"))


def _is_pair(group: Group, one: str, other: str) -> bool:
    return group.follows_ncci and any(True for _ in group.tables.pairs((one, other)))


def check_visits(group: Group) -> Iterator[ClaimFinding]:
    """25: missing on a visit beside an administration, or standing on what is no visit.

    A visit that is a pair with an administration of the date is that pair's finding.
    """
    asked = [line for line in group.lines if kind(line.code) == VISIT or "25" in line.modifiers]
    if not asked:
        return
    given = [each for each in group.lines if is_administration(each.code)]
    for line in asked:
        is_visit = kind(line.code) == VISIT
        if not is_visit and kind(line.code):
            yield MISPLACED_25.found(line, code=line.code)
        if not is_visit or not given or bypasses(line.modifiers):
            continue
        if line.code == number_of(Code.NURSE_VISIT) and line.setting == "professional":
            continue  # never beside an administration: a pair of its own
        if not any(_is_pair(group, line.code, each.code) for each in given):
            yield VISIT_WITHOUT_25.found(line, other=given[0], severity="warning", code=line.code)
