"""JW and JZ, and JA and JB: what a drug line has to say of waste and of the route.

A claim does not show the container.  Where one of JW and JZ is missing, the finding says what in the
chart decides it.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import cache

from hangtime.codesets import statuses
from hangtime.edits._cards import card
from hangtime.edits.ceilings import in_digits
from hangtime.edits.claim import ClaimFinding, ClaimLine
from hangtime.edits.group import Group
from hangtime.edits.reference import edition, kind, limits
from hangtime.formulary.products import in_force, product, sizes
from hangtime.rules import sources

MISSING = card(
    "SCR-WASTE-MISSING", "warning",
    "{code} has neither JW nor JZ on the date. Single-dose container: JZ if nothing was thrown away,"
    " else JW on a line of the waste. Multi-dose container: neither, and the chart has to show it.",
    sources.NORIDIAN_WASTE, sources.CGS_WASTE, spec=("R-DRG-02", "R-DRG-03", "R-DRG-04"),
)  # fmt: skip
STATUS_UNKNOWN = card(
    "SCR-WASTE-UNKNOWN", "info",
    "{code} has neither JW nor JZ, and no table says whether OPPS pays it separately on the date: unknown"
    " whether one is needed.",
    sources.OPPS_STATUS, spec=("R-DRG-05",),
)  # fmt: skip
BOTH = card(
    "SCR-WASTE-BOTH", "error",
    "{code} has JW on one line of the date and JZ on another: waste was thrown away, or none was.",
    sources.NORIDIAN_WASTE, spec=("R-DRG-03",),
)  # fmt: skip
ALONE = card(
    "SCR-WASTE-ALONE", "error",
    "{code} has waste on the date and no line of what was given.",
    sources.NORIDIAN_WASTE, spec=("R-DRG-02",),
)  # fmt: skip
CONTAINER = card(
    "SCR-WASTE-CONTAINER", "warning",
    "{units} units of waste of {code} are {amount} {measure}, and it is sold in containers of {size}"
    " {measure}: the mix of containers that wastes least leaves less of a dose than one of them holds.",
    sources.CGS_WASTE, spec=("R-DRG-07",),
)  # fmt: skip
PACKAGED = card(
    "SCR-WASTE-PACKAGED", "warning",
    "{code} is packaged (status N) on the date: neither JW nor JZ belongs on it.",
    sources.OPPS_STATUS, sources.NORIDIAN_WASTE, spec=("R-DRG-05", "C30"),
)  # fmt: skip
NOT_A_DRUG = card(
    "SCR-WASTE-NOT-A-DRUG", "error",
    "{code} is no drug: {modifier} does not belong on it.",
    sources.NORIDIAN_WASTE, spec=("R-DRG-02",),
)  # fmt: skip
ROUTE = card(
    "SCR-ROUTE-MISSING", "error",
    "{code} serves vein and skin and has neither JA nor JB: the charted route says which.",
    sources.MAC_ROUTE, spec=("R-DRG-12", "R-MOD-03"),
)  # fmt: skip

DRUG = "drug"
PAID_SEPARATELY = frozenset(
    {"G", "K", "K1"}
)  # OPPS status indicators of drugs with a payment of their own
PACKAGED_STATUS = "N"
VACCINE_CODES = ("9", "Q203")  # CMS: JW and JZ are not for vaccines of 1861(s)(10)
NOT_ASKED, ASKED, UNKNOWN = range(3)


def check_waste(group: Group) -> Iterator[ClaimFinding]:
    """Waste modifiers of each drug of the date, and of lines that are no drugs."""
    drugs: dict[str, list[ClaimLine]] = {}
    for line in group.lines:
        if kind(line.code) == DRUG:
            drugs.setdefault(line.code, []).append(line)
        elif kind(line.code) and not product(line.code):
            for modifier in ("JW", "JZ"):
                if modifier in line.modifiers:
                    yield NOT_A_DRUG.found(line, code=line.code, modifier=modifier)
    for lines in drugs.values():
        yield from _of_drug(group, lines)
        yield from _route(group, lines)


def _of_drug(group: Group, lines: list[ClaimLine]) -> Iterator[ClaimFinding]:
    line, code = lines[0], lines[0].code
    wasted = [each for each in lines if "JW" in each.modifiers]
    whole = [each for each in lines if "JZ" in each.modifiers]
    if wasted or whole:
        if line.setting == "facility" and _status(code, line.date_of_service) == PACKAGED_STATUS:
            yield PACKAGED.found((wasted or whole)[0], code=code)
        apart = [each for each in whole if "JW" not in each.modifiers]
        if wasted and apart and wasted[0] is not apart[0]:
            yield BOTH.found(wasted[0], other=apart[0], code=code)
        if len(wasted) == len(lines):
            yield ALONE.found(wasted[0], code=code)
        for each in wasted:
            yield from _container(each)
        return
    asked = _is_asked(group, line)
    if asked == ASKED:
        yield MISSING.found(line, code=code)
    elif asked == UNKNOWN:
        yield STATUS_UNKNOWN.found(line, code=code)


def _container(line: ClaimLine) -> Iterator[ClaimFinding]:
    """Waste of a whole container: as many of the smallest size as a dose needs leave less."""
    listed = in_force(product(line.code), line.date_of_service)
    smallest = next(iter(sizes(line.code)), None)
    if len(listed) != 1 or smallest is None or smallest <= listed[0].quantity:
        return
    amount = line.units * listed[0].quantity
    if amount >= smallest:
        yield CONTAINER.found(
            line,
            code=line.code,
            units=in_digits(line.units),
            amount=in_digits(amount),
            measure=listed[0].measure,
            size=in_digits(smallest),
        )


def _is_asked(group: Group, line: ClaimLine) -> int:
    """Whether the payer wants JW or JZ on a single-dose container of this drug on this date."""
    if group.position("waste.modifiers") != "JW_JZ" or not _is_due(line.date_of_service):
        return NOT_ASKED
    if line.code.startswith(VACCINE_CODES) or not _is_injected(line.code):
        return NOT_ASKED
    if line.setting == "professional":
        return ASKED
    if (line.bill_type or "").lstrip("0")[:2] in limits()["waste_exempt_bills"]:
        return NOT_ASKED
    status = _status(line.code, line.date_of_service)
    if status is None:  # a code that the quarter's table lacks is not paid at all
        return NOT_ASKED if statuses.table(line.date_of_service) else UNKNOWN
    return ASKED if status in PAID_SEPARATELY else NOT_ASKED


@cache
def _is_due(day: date) -> bool:
    """From the day on which JZ was required, one of the two stands on every such line."""
    in_force = edition(day)
    return in_force is not None and day >= in_force["jz_due"]


@cache
def _is_injected(code: str) -> bool:
    """Skin substitutes are sheets, tablets are swallowed: neither comes in a vial."""
    return any(each.measure != "cm2" and set(each.routes) != {"oral"} for each in product(code))


@cache
def _status(code: str, day: date) -> str | None:
    return statuses.status(code, day)


def _route(group: Group, lines: list[ClaimLine]) -> Iterator[ClaimFinding]:
    if group.position("drug.route_modifiers") != "shared_codes":
        return
    for line in lines:
        if _takes_route(line.code, line.date_of_service):
            if "JA" not in line.modifiers and "JB" not in line.modifiers:
                yield ROUTE.found(line, code=line.code)


@cache
def _takes_route(code: str, day: date) -> bool:
    return any(each.takes_route_modifier and each.holds_on(day) for each in product(code))
