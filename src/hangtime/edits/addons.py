"""Add-on codes without a primary beside them (NCCI add-on code edits, types I to III)."""

from __future__ import annotations

from collections.abc import Iterator

from hangtime.codesets.facts import Cover
from hangtime.edits._cards import card
from hangtime.edits.claim import ClaimFinding, ClaimLine
from hangtime.edits.group import Group
from hangtime.edits.in_force import Primaries, shipped_primaries, shipped_tables
from hangtime.edits.reference import edition, is_known, kind
from hangtime.rules import sources

ALONE = card(
    "SCR-ADDON-ALONE", "error",
    "{code} is an add-on and none of its primaries is on the claim: {primaries}.",
    sources.NCCI_AOC, spec=("R-SEQ-12", "R-SEQ-13", "R-SEQ-14", "R-NCC-05"),
)  # fmt: skip
OTHER_DATE = card(
    "SCR-ADDON-OTHER-DATE", "warning",
    "{code} is an add-on and its primary {primary} is on another date of the claim: an edit may hit.",
    sources.NCCI_AOC, sources.CMS_MULTI_DAY, spec=("R-SEQ-14",),
)  # fmt: skip
CONTRACTOR = card(
    "SCR-ADDON-CONTRACTOR", "warning",
    "{code} is an add-on of type {type}, whose primaries the contractor lists in part or in whole; no"
    " other service that could be one is on the date.",
    sources.NCCI_AOC, spec=("R-NCC-05", "R-BND-12"),
)  # fmt: skip
BY_EDITION = card(
    "SCR-ADDON-ALONE-EDITION", "warning",
    "{code} is an add-on and none of the primaries of {source} is on the claim. The table of its own"
    " date was not read, so the edit itself is unknown.",
    sources.NCCI_AOC, spec=("R-SEQ-12", "C71"),
)  # fmt: skip

FIXED = 1  # type I: every primary is listed


def check_addons(group: Group) -> Iterator[ClaimFinding]:
    """Each code that is an add-on and stands without what it needs, once a code."""
    codes = {line.code for line in group.lines}
    told: set[str] = set()
    for line in group.lines:
        if line.code in told:
            continue
        told.add(line.code)
        needed, table = group.tables.primaries(line.code)
        if table is None:
            yield from _by_edition(group, line, codes)
        elif needed is not None and not needed.codes & codes:
            yield from _lacking(group, line, needed, table)


def _lacking(
    group: Group, line: ClaimLine, needed: Primaries, table: Cover
) -> Iterator[ClaimFinding]:
    elsewhere = sorted(needed.codes & group.others)
    if elsewhere:
        yield OTHER_DATE.found(line, table=table, code=line.code, primary=elsewhere[0])
    elif needed.type == FIXED:
        primaries = ", ".join(sorted(needed.codes))
        yield ALONE.found(line, table=table, code=line.code, primaries=primaries)
    elif not any(_may_be_primary(each, line) for each in group.lines):
        yield CONTRACTOR.found(line, table=table, code=line.code, type=_roman(needed.type))


def _may_be_primary(other: ClaimLine, line: ClaimLine) -> bool:
    return other.code != line.code and kind(other.code) not in ("drug", "visit", "supply")


def _by_edition(group: Group, line: ClaimLine, codes: set[str]) -> Iterator[ClaimFinding]:
    """No table of the date: the list that its edition of codes goes by."""
    in_force = edition(line.date_of_service)
    if in_force is None or not is_known(line.code):
        return
    name = in_force["addons"]
    table = next(each for each in shipped_tables() if each.name == name)
    needed = shipped_primaries(name, line.setting, line.date_of_service).get(line.code)
    if needed and needed.type == FIXED and not needed.codes & (codes | group.others):
        yield BY_EDITION.found(line, table=table, code=line.code, source=name)


def _roman(type_: int) -> str:
    return "I" * type_
