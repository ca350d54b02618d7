"""Claim lines beside the chart: whether it supports the units and the modifiers that were billed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from itertools import chain
from typing import Any, NamedTuple

from hangtime.edits._cards import card
from hangtime.edits.ceilings import in_digits
from hangtime.edits.claim import ClaimFinding, ClaimLine
from hangtime.edits.group import DISTINCT, Group
from hangtime.edits.reference import is_administration, kind
from hangtime.engine import Coder
from hangtime.formulary.products import product
from hangtime.formulary.units import amount, unit
from hangtime.model import Encounter, Line, Setting
from hangtime.rules import sources

DOSE_AS_UNITS = card(
    "SCR-CHART-DOSE", "error",
    "{code} is billed with {billed} units, which is the charted dose in {measure}: at {quantity}"
    " {measure} a unit the chart supports {right}.",
    sources.CGS_WASTE, spec=("R-DRG-01",),
)  # fmt: skip
MORE = card(
    "SCR-CHART-UNITS", "error",
    "{code} is billed with {billed} units; the chart supports {right}.",
    sources.CMS_DRUG_ADMINISTRATION, sources.CGS_WASTE, spec=("R-DRG-01", "R-DRG-13"),
)  # fmt: skip
FEWER = card(
    "SCR-CHART-UNITS-FEWER", "warning",
    "{code} is billed with {billed} units; the chart supports {right}.",
    sources.CMS_DRUG_ADMINISTRATION, spec=("R-DRG-13",),
)  # fmt: skip
UNSUPPORTED = card(
    "SCR-CHART-NONE", "error",
    "The chart does not support {code} on the date.",
    sources.CMS_DRUG_ADMINISTRATION, spec=("R-DRG-13",),
)  # fmt: skip
MODIFIER = card(
    "SCR-CHART-MODIFIER", "error",
    "{modifier} on {code}: the chart shows no second access that was needed, no separate attendance and"
    " no distinct purpose.",
    sources.NCCI_MANUAL, spec=("R-NCC-01",),
)  # fmt: skip
WASTE = card(
    "SCR-CHART-WASTE", "error",
    "By the charted containers {code} carries {modifier}, and the claim has {said}.",
    sources.NORIDIAN_WASTE, spec=("R-DRG-02", "R-DRG-03"),
)  # fmt: skip
WASTE_UNITS = card(
    "SCR-CHART-WASTE-UNITS", "error",
    "{billed} units of {code} are billed as waste; the chart supports {right}.",
    sources.NORIDIAN_WASTE, sources.CGS_WASTE, spec=("R-DRG-02", "R-DRG-07", "R-DOC-09"),
)  # fmt: skip
NO_CHART = card(
    "SCR-CHART-ABSENT", "info",
    "The claim's encounter is not in the chart file: the chart was not asked.",
    sources.HANGTIME,
)  # fmt: skip


WASTED = frozenset({"JW", "JZ"})


class Dose(NamedTuple):
    """All that was charted of a drug on a date, in the measure its code counts in."""

    value: Decimal
    measure: str
    quantity: Decimal


class Supported(NamedTuple):
    """What a chart supports, by code and date: units without waste, those of waste, modifiers, doses."""

    units: dict[tuple[str, date | None], int]
    waste: dict[tuple[str, date | None], int]
    modifiers: dict[tuple[str, date | None], frozenset[str]]
    doses: dict[tuple[str, date | None], Dose]


SupportedBy = Callable[[str, Setting], Supported | None]  # of an encounter id, in a setting


def supported(encounter: Encounter, coder: Coder) -> Supported:
    """What the engine makes of a chart."""
    units: dict[tuple[str, date | None], int] = defaultdict(int)
    waste: dict[tuple[str, date | None], int] = defaultdict(int)
    modifiers: dict[tuple[str, date | None], frozenset[str]] = {}
    doses: dict[tuple[str, date | None], Dose] = {}
    for line in coder.code(encounter).lines:
        key = line.code, line.date_of_service
        modifiers[key] = modifiers.get(key, frozenset()) | frozenset(line.modifiers)
        if "JW" in line.modifiers:
            waste[key] += line.units
        else:
            units[key] += line.units
            dose = _dose(line, encounter)
            if dose is not None:
                doses[key] = dose
    return Supported(dict(units), dict(waste), modifiers, doses)


def _dose(line: Line, encounter: Encounter) -> Dose | None:
    """The charted doses of a drug line together; None where one is in another measure."""
    day = line.date_of_service
    listed = next((each for each in product(line.code) if day and each.holds_on(day)), None)
    counted = unit(listed.measure) if listed else None
    if listed is None or counted is None:
        return None
    total = Decimal(0)
    for given in encounter.administrations:
        if given.administration_id in line.administrations:
            held = amount(given.dose, given.dose_unit) if given.dose and given.dose_unit else None
            if held is None or held.measure is not counted.measure:
                return None
            total += Decimal(held.value) / counted.scale
    return Dose(total, listed.measure, listed.quantity)


def check_chart(groups: list[Group], supported_by: SupportedBy) -> Iterator[ClaimFinding]:
    """Units and modifiers of each date of a claim beside what its charts support."""
    for group in groups:
        by_encounter: dict[str, list[ClaimLine]] = {}
        for line in group.lines:
            if line.encounter_id:
                by_encounter.setdefault(line.encounter_id, []).append(line)
        for encounter_id, lines in by_encounter.items():
            chart = supported_by(encounter_id, lines[0].setting)
            if chart is None:
                yield NO_CHART.of_claim(lines[0])
            else:
                is_waste_billed = group.position("waste.modifiers") == "JW_JZ"
                yield from _beside(chart, lines, is_waste_billed=is_waste_billed)


def _beside(
    chart: Supported, lines: list[ClaimLine], *, is_waste_billed: bool
) -> Iterator[ClaimFinding]:
    billed: dict[str, list[ClaimLine]] = {}
    for line in lines:
        is_judged = is_administration(line.code) or kind(line.code) == "drug"
        if is_judged and "JW" not in line.modifiers:
            billed.setdefault(line.code, []).append(line)
    for code, some in billed.items():
        key = code, some[0].date_of_service
        right = chart.units.get(key, 0)
        if not right:
            yield UNSUPPORTED.found(some[0], code=code)
            continue
        yield from _units(some, right, chart.doses.get(key))
        if is_waste_billed:
            same = [each for each in lines if each.code == code]
            yield from _waste(some[0], same, chart.modifiers[key], chart.waste.get(key, 0))
        for line in some:
            for modifier in DISTINCT.intersection(line.modifiers):
                if not DISTINCT & chart.modifiers[key]:
                    yield MODIFIER.found(line, code=code, modifier=modifier)


def _waste(
    line: ClaimLine, same: list[ClaimLine], charted: frozenset[str], right: int
) -> Iterator[ClaimFinding]:
    """JW and JZ of all lines of a code beside what the charted containers settle.

    Where they settle nothing, JZ stands as it may and JW has nothing to rest on.
    """
    said = WASTED.intersection(chain.from_iterable(each.modifiers for each in same))
    for modifier in sorted((WASTED & charted) - said):
        other = next(iter(said), "neither JW nor JZ")
        yield WASTE.found(line, code=line.code, modifier=modifier, said=other)
    wasted = [each for each in same if "JW" in each.modifiers]
    billed = sum((each.units for each in wasted), Decimal(0))
    if wasted and billed != right:
        facts: dict[str, Any] = {"code": line.code, "billed": in_digits(billed), "right": right}
        severity = "error" if billed > right else "warning"
        yield WASTE_UNITS.found(wasted[-1], severity=severity, **facts)


def _units(lines: list[ClaimLine], right: int, dose: Dose | None) -> Iterator[ClaimFinding]:
    total = sum((line.units for line in lines), Decimal(0))
    if total == right:
        return
    facts: dict[str, Any] = {"code": lines[0].code, "billed": in_digits(total), "right": right}
    if dose is not None and total == dose.value:
        measured: dict[str, Any] = {"measure": dose.measure, "quantity": in_digits(dose.quantity)}
        yield DOSE_AS_UNITS.found(lines[-1], **facts, **measured)
    else:
        yield (MORE if total > right else FEWER).found(lines[-1], **facts)
