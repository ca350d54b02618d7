"""An answer names the tables that its drug lines rest on."""

from datetime import date, datetime
from decimal import Decimal

import pytest

from hangtime.engine import Coder
from hangtime.model import Administration, Container, Encounter

title = "Tables"

VISIT = """
    drug               | route       | dose | dose_unit | containers | start | stop
    methylprednisolone | iv_push     | 125  | mg        | 1 x 125 mg | 08:50 |
    infliximab         | iv_infusion | 300  | mg        | 3 x 100 mg | 09:00 | 11:00
    """


def test_a_hospitals_visit_on_four_dates(spec):
    """The steroid is packaged on each, so only its code changes; the status is of the quarter."""
    for day, drugs in (
        ("2022-08-12", "J2930, J1745 x30"),
        ("2023-03-12", "J2930, J1745 x30"),
        ("2023-08-12", "J2930, J1745-JZ x30"),
        ("2024-05-12", "J2919 x25, J1745-JZ x30"),
    ):
        spec(
            VISIT,
            day=day,
            lines="96413, 96415, 96375",
            drugs=drugs,
            covers="R-DRG-11 R-DRG-04 R-DRG-05",
        )


@pytest.mark.parametrize(
    ("day", "status"),
    [
        (date(2022, 8, 12), "opps-2022-07"),
        (date(2023, 3, 12), "opps-2023-01"),
        (date(2023, 8, 12), "opps-2023-07"),
        (date(2024, 5, 12), "opps-2024-04"),
    ],
)
def test_the_tables_of_the_date_are_named(day: date, status: str) -> None:
    """Which file the codes were read from, and which quarter says how OPPS pays them."""
    drug = Administration(
        administration_id="r1",
        drug="infliximab",
        route="iv_infusion",
        dose=Decimal(300),
        dose_unit="mg",
        containers=(Container(size=Decimal(100), size_unit="mg", count=3, single_dose=True),),
        start=datetime(day.year, day.month, day.day, 9),
        stop=datetime(day.year, day.month, day.day, 11),
    )
    outcome = Coder().code(
        Encounter(
            encounter_id="visit", setting="facility", payer="medicare", administrations=(drug,)
        )
    )
    assert outcome.policy
    assert outcome.policy.tables["products"] == "hcpcs-2025-10"
    assert outcome.policy.tables["status"] == status
