"""Units above which payment edits reject (NCCI medically unlikely edits), and units like a dose."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any

from hangtime.codesets.facts import Cover
from hangtime.edits._cards import card
from hangtime.edits.claim import ClaimFinding, ClaimLine
from hangtime.edits.group import Group
from hangtime.edits.in_force import Ceiling, shipped_ceilings, shipped_tables
from hangtime.edits.reference import kind
from hangtime.formulary.products import Product, product, sizes
from hangtime.rules import sources

OF_A_LINE = card(
    "SCR-UNITS-LINE", "error",
    "{units} units on a line of {code}, over the ceiling of {ceiling}: units beyond need a line of their"
    " own, with the modifier that says why.",
    sources.NCCI_MUE, spec=("R-NCC-03",),
)  # fmt: skip
ABSOLUTE = card(
    "SCR-UNITS-ABSOLUTE", "error",
    "{units} units of {code} on the date, over the ceiling of {ceiling}, and no appeal moves that.",
    sources.NCCI_MUE, spec=("R-NCC-03", "R-SEQ-03"),
)  # fmt: skip
OF_A_DATE = card(
    "SCR-UNITS-DATE", "warning",
    "{units} units of {code} on the date, over the ceiling of {ceiling}: denied, and paid on appeal if the"
    " chart shows them.",
    sources.NCCI_MUE, spec=("R-NCC-03", "R-NCC-04"),
)  # fmt: skip
NONE_PAID = card(
    "SCR-UNITS-NONE", "error",
    "The ceiling of {code} is no unit at all: claims of this setting are not paid for it.",
    sources.NCCI_MUE, spec=("R-NCC-03", "R-SEQ-09"),
)  # fmt: skip
OTHER_QUARTER = card(
    "SCR-UNITS-OTHER-QUARTER",
    "info",
    "{units} units of {code} on the date pass the {ceiling} of {source}, the nearest table there is."
    " The table of the date itself was not read, so the edit is unknown.",
    sources.NCCI_MUE,
    spec=("R-NCC-03", "C71"),
)  # fmt: skip
LIKE_A_DOSE = card(
    "SCR-UNITS-LIKE-DOSE", "warning",
    "{units} units of {code} are {amount} {measure}, more than the ceiling of {ceiling} units in"
    " {source}; {units} {measure} would be whole items of {size} {measure}, and {right} units. Were"
    " {measure} billed for units? The charted dose says.",
    sources.NCCI_MUE, sources.CGS_WASTE, spec=("R-DRG-01", "R-DRG-14"),
)  # fmt: skip


def check_ceilings(group: Group) -> Iterator[ClaimFinding]:
    """Units of a line or a date over their ceiling; the finding of a date is on its last line."""
    if group.follows_ncci:
        yield from _over_ceilings(group)
    for line in group.lines:
        if line.units > 1 and kind(line.code) == "drug":
            yield from _like_a_dose(group, line)


def _over_ceilings(group: Group) -> Iterator[ClaimFinding]:
    last: dict[str, ClaimLine] = {}
    total: dict[str, Decimal] = {}
    for line in group.lines:
        before = total.get(line.code)
        total[line.code] = line.units if before is None else before + line.units
        last[line.code] = line
    for code, units in total.items():
        ceiling, table = group.tables.ceiling(code)
        if table is None:
            yield from _by_other_quarter(last[code], units)
        elif ceiling is not None and units > ceiling.units:
            yield from _over(group, ceiling, table, last[code], units)


def _over(
    group: Group, ceiling: Ceiling, table: Cover, line: ClaimLine, units: Decimal
) -> Iterator[ClaimFinding]:
    if ceiling.units == 0:
        yield NONE_PAID.found(line, table=table, code=line.code)
        return
    if ceiling.mai != 1:
        over = ABSOLUTE if ceiling.mai == 2 else OF_A_DATE
        facts: dict[str, Any] = {
            "code": line.code,
            "units": in_digits(units),
            "ceiling": ceiling.units,
        }
        yield over.found(line, table=table, **facts)
        return
    for each in group.lines:
        if each.code == line.code and each.units > ceiling.units:
            facts: dict[str, Any] = {
                "code": line.code,
                "units": in_digits(each.units),
                "ceiling": ceiling.units,
            }
            yield OF_A_LINE.found(each, table=table, **facts)


def _by_other_quarter(line: ClaimLine, units: Decimal) -> Iterator[ClaimFinding]:
    known = _nearest(line.code, line.setting, line.date_of_service)
    if known is not None and units > known[0].units:
        facts: dict[str, Any] = {"code": line.code, "units": in_digits(units)}
        ceiling, table = known
        yield OTHER_QUARTER.found(line, ceiling=ceiling.units, source=table.name, **facts)


def _like_a_dose(group: Group, line: ClaimLine) -> Iterator[ClaimFinding]:
    """Units beyond any dose that, read as the measure, are whole items as they are sold."""
    units = line.units
    listed = _product(line)
    known = _a_ceiling(group, line)
    if listed is None or known is None or listed.quantity == 1 or units <= known[0].units:
        return
    ceiling, table = known
    fitting = next((size for size in reversed(sizes(line.code)) if units % size == 0), None)
    if fitting is not None:
        yield LIKE_A_DOSE.found(
            line,
            table=table,
            code=line.code,
            units=in_digits(units),
            amount=in_digits(units * listed.quantity),
            measure=listed.measure,
            ceiling=ceiling.units,
            source=table.name,
            size=in_digits(fitting),
            right=in_digits(-(-units // listed.quantity)),
        )


def _product(line: ClaimLine) -> Product | None:
    return next((each for each in product(line.code) if each.holds_on(line.date_of_service)), None)


def _a_ceiling(group: Group, line: ClaimLine) -> tuple[Ceiling, Cover] | None:
    """The ceiling in force, else of the setting's nearest other quarter: no edit, but a measure."""
    ceiling, table = group.tables.ceiling(line.code)
    if table is not None:
        return (ceiling, table) if ceiling else None
    return _nearest(line.code, line.setting, line.date_of_service)


@lru_cache(maxsize=65_536)
def _nearest(code: str, setting: str, day: date) -> tuple[Ceiling, Cover] | None:
    tables = [each for each in shipped_tables() if each.kind == "mue" and each.setting == setting]
    for table in sorted(tables, key=lambda each: abs((each.first - day).days)):
        if found := shipped_ceilings(table.name).get(code):
            return found, table
    return None


def in_digits(number: Decimal) -> str:
    """A number without zeros that say nothing."""
    return f"{number.normalize():f}"
