"""Claims held against charts: units, doses billed for units, and modifiers nobody charted."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from decimal import Decimal

import pytest

from edits.billed import claim, line
from hangtime.edits import ClaimFinding, ClaimLine, Scrubber
from hangtime.edits.chart import Supported, supported
from hangtime.engine import Coder
from hangtime.model import Access, Administration, Container, Encounter

VISIT = "visit-1"


def given(id: str, drug: str, first: int, last: int | None, **more: object) -> Administration:
    """An infusion from one hour to another, or a push at one."""
    start, stop = (datetime(2024, 8, 14, hour) if hour else None for hour in (first, last))
    route = "iv_infusion" if last else "iv_push"
    return Administration(
        administration_id=id, drug=drug, route=route, start=start, stop=stop, **more
    )  # type: ignore[arg-type]


INFLIXIMAB = given(
    "a", "infliximab", 9, 11, dose=Decimal(500), dose_unit="mg", hcpcs="J1745"
)  # two hours: the initial and an hour
CHART = Encounter(
    encounter_id=VISIT, setting="facility", payer="medicare", administrations=(INFLIXIMAB,)
)


def beside(chart: Encounter, *lines: ClaimLine) -> list[ClaimFinding]:
    def of(encounter_id: str, setting: str) -> Supported | None:
        found = replace(chart, setting=setting)  # type: ignore[arg-type]
        return supported(found, Coder()) if encounter_id == chart.encounter_id else None

    return Scrubber(supported=of).scrub(claim(*lines, encounter_id=VISIT))


def test_a_dose_billed_for_units_is_named_with_the_units_it_should_have() -> None:
    found = beside(CHART, line("96413"), line("96415"), line("J1745", "JZ", units=500))
    (dose,) = (each for each in found if each.rule == "SCR-CHART-DOSE")

    assert (dose.severity, dose.line_number, dose.code) == ("error", 3, "J1745")
    assert "500 units, which is the charted dose in mg" in dose.message
    assert "at 10 mg a unit the chart supports 50" in dose.message


def test_a_claim_of_what_the_chart_supports_passes_without_a_word() -> None:
    assert beside(CHART, line("96413"), line("96415"), line("J1745", "JZ", units=50)) == []


def test_units_beyond_the_chart_are_an_error_and_fewer_a_warning() -> None:
    drug = line("J1745", "JZ", units=50)
    more = beside(CHART, line("96413"), line("96415", units=2), drug)
    fewer = beside(CHART, line("96413"), line("96415"), line("J1745", "JZ", units=40))

    assert [(each.rule, each.severity, each.code) for each in more + fewer] == [
        ("SCR-CHART-UNITS", "error", "96415"),
        ("SCR-CHART-UNITS-FEWER", "warning", "J1745"),
    ]


def test_a_service_nobody_charted_is_not_supported() -> None:
    found = beside(CHART, line("96413"), line("96415"), line("96375"))

    assert [(each.rule, each.code) for each in found] == [("SCR-CHART-NONE", "96375")]


def test_a_modifier_needs_its_fact_in_the_chart() -> None:
    """A second access for no listed reason earns no XS; with a reason it does."""
    drug = given("b", "ceftriaxone", 9, 10, access="left")
    accesses = (Access(access_id="right"), Access(access_id="left", reason_code="convenience"))
    first = replace(INFLIXIMAB, access="right", dose=None)
    chart = replace(CHART, accesses=accesses, administrations=(first, drug))
    needed = (accesses[0], replace(accesses[1], reason_code="incompatible_drugs"))
    lines = line("96413"), line("96415"), line("96365", "XS")

    without = [each.rule for each in beside(chart, *lines)]
    assert without == ["SCR-CHART-NONE"]
    assert beside(replace(chart, accesses=needed), *lines) == []
    push = replace(
        CHART, administrations=(replace(INFLIXIMAB, dose=None), given("c", "x", 10, None))
    )
    marked = beside(push, line("96413", "XS"), line("96415"))
    assert [each.rule for each in marked] == ["SCR-CHART-MODIFIER"]


def test_the_charted_container_settles_what_the_claim_leaves_open() -> None:
    vials = (Container(size=Decimal(100), size_unit="mg", count=5, single_dose=True),)
    chart = replace(CHART, administrations=(replace(INFLIXIMAB, containers=vials),))
    found = beside(chart, line("96413"), line("96415"), line("J1745", units=50))

    assert [(each.rule, each.severity) for each in found] == [
        ("SCR-WASTE-MISSING", "warning"),
        ("SCR-CHART-WASTE", "error"),
    ]


VIALS = Container(size=Decimal(100), size_unit="mg", count=4, single_dose=True)
WASTING = replace(INFLIXIMAB, dose=Decimal(305), containers=(VIALS,), discarded=Decimal(95),
                  discarded_unit="mg")  # fmt: skip
PLAIN = replace(WASTING, containers=(), discarded=None, discarded_unit=None)


@pytest.mark.parametrize(
    ("given", "billed", "rules"),
    [
        (WASTING, [line("J1745", units=31), line("J1745", "JW", units=9)], []),
        (
            WASTING,
            [line("J1745", units=31), line("J1745", "JW", units=8)],
            ["SCR-CHART-WASTE-UNITS warning"],
        ),
        (
            WASTING,
            [line("J1745", units=31), line("J1745", "JW", units=10)],
            ["SCR-WASTE-CONTAINER warning", "SCR-CHART-WASTE-UNITS error"],
        ),
        (WASTING, [line("J1745", "JZ", units=31)], ["SCR-CHART-WASTE error"]),
        (PLAIN, [line("J1745", "JZ", units=31)], []),
        (
            PLAIN,
            [line("J1745", units=31), line("J1745", "JW", units=9)],
            ["SCR-CHART-WASTE-UNITS error"],
        ),
    ],
)
def test_waste_is_billed_as_the_containers_show_it(
    given: Administration, billed: list[ClaimLine], rules: list[str]
) -> None:
    chart = replace(CHART, administrations=(given,))
    found = beside(chart, line("96413"), line("96415"), *billed)

    assert [f"{each.rule} {each.severity}" for each in found] == rules


def test_a_claim_whose_chart_is_missing_says_so() -> None:
    other = replace(CHART, encounter_id="visit-2")

    assert [each.rule for each in beside(other, line("96365"))] == ["SCR-CHART-ABSENT"]
