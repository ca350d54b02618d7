"""Where the specification is plain, the checker reads it so by itself, and the engine does too."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from itertools import permutations

import pytest
from coded_charts import PLANS

from hangtime.check.case import Case
from hangtime.check.supported import supported_lines
from hangtime.engine import Coder
from hangtime.model import Administration, Encounter
from hangtime.policies.policy import profile

NINE, TEN, ELEVEN = (datetime(2024, 7, 18, hour) for hour in (9, 10, 11))


def codes(*given: Administration, plan: str = "medicare", **facts: object) -> list[str]:
    """Codes and units that checker and engine find in a hospital's chart, each for itself."""
    chart = Encounter(encounter_id="e1", setting="facility", administrations=given, **facts)  # type: ignore[arg-type]
    lines = supported_lines(Case(chart, profile("facility", plan, (PLANS,))))
    found = [f"{line['code']} x{line['units']}" for line in lines]
    coded = Coder(policies=(PLANS,), payer=plan).code(chart).lines
    assert sorted(f"{line.code} x{line.units}" for line in coded) == sorted(found)
    return found


def infused(id: str, drug: str, **facts: object) -> Administration:
    times = {"start": NINE, "stop": TEN} | facts
    return Administration(administration_id=id, drug=drug, route="iv_infusion", **times)  # type: ignore[arg-type]


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_a_bag_of_fluid_and_two_drugs_is_one_infusion_in_any_order(order: tuple[int, ...]) -> None:
    """R-SEQ-05, C24: all drugs of one container are one administration, of the highest class."""
    bag = [
        infused("fluid", "normal saline", bag="b"),
        infused("complex", "carboplatin", bag="b"),
        infused("plain", "dexamethasone", bag="b"),
    ]

    assert len(codes(*(bag[n] for n in order))) == 1


def test_a_fluid_wholly_under_a_drug_still_has_its_drug_line() -> None:
    """C60: a drug line for every row with a dose, whether its administration is reported or not."""
    drug = infused("drug", "ceftriaxone", stop=ELEVEN)
    fluid = infused("fluid", "normal saline", dose=Decimal(1000), dose_unit="mL")

    assert len(codes(drug, fluid)) == len(codes(drug)) + 1


def test_an_inpatient_order_in_the_repeated_hour_is_read_the_earlier_way() -> None:
    """In any zone: east of Greenwich too."""
    offset = "2024-10-27T01:00:00+02:00", "2024-10-27T04:00:00+01:00"
    start, stop = (datetime.fromisoformat(each) for each in offset)
    given = infused("drug", "ceftriaxone", start=start, stop=stop)
    admitted = datetime(2024, 10, 27, 2, 30)

    found = codes(given, time_zone="Europe/Berlin", inpatient_order_at=admitted)

    assert len(found) == 1, "ninety minutes to the earlier 02:30 reach no further hour"


def test_what_arrived_running_and_counts_for_nothing_adds_no_minutes_to_the_next_dose() -> None:
    """D26 at `none`, beside D04 at `sum_times`: an hour earned by nothing is not earned."""
    before = infused("before", "cefazolin", running_on_arrival=True)
    again = infused(
        "again", "cefazolin", start=TEN.replace(minute=30), stop=ELEVEN.replace(minute=20)
    )

    assert codes(before, again, plan="second-plan") == codes(again, plan="second-plan")
