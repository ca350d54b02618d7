"""How lines are priced beside each other, what is unknown, and what a missing fact is worth."""

from __future__ import annotations

import csv
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from hangtime import Administration, Coder, Encounter
from hangtime.edits import ClaimLine
from hangtime.payment import (
    Billed,
    Options,
    Price,
    Rates,
    billed_of_claim,
    price_claim,
    total,
    worth,
)
from hangtime.payment.importer import build
from hangtime.payment.shipped import FOLDER

SUMMER, AUTUMN, SPRING = date(2024, 8, 14), date(2025, 11, 3), date(2026, 5, 4)


def hospital(code: str, units: int = 1, *modifiers: str, day: date = SUMMER) -> Billed:
    return Billed(code, Decimal(units), day, "facility", modifiers)


def office(code: str, units: int = 1, *modifiers: str, day: date = SUMMER, **more: Any) -> Billed:
    return Billed(code, Decimal(units), day, "professional", modifiers, **more)


def priced(*lines: Billed, options: Options = Options()) -> list[Price]:  # noqa: B008
    return price_claim(lines, Rates(), options)


def standings(*lines: Billed) -> list[str]:
    return [each.standing for each in priced(*lines)]


def test_what_opps_packages_has_no_amount_of_its_own() -> None:
    concurrent, steroid = priced(hospital("96368"), hospital("J1100", 10))

    assert (concurrent.standing, concurrent.amount) == ("packaged", Decimal("0.00"))
    assert steroid.standing == "packaged"
    assert "status N" in concurrent.arithmetic


def test_an_injection_alone_is_paid_and_beside_an_infusion_or_a_visit_packaged() -> None:
    assert standings(hospital("96372")) == ["paid"]
    assert standings(hospital("96372"), hospital("96365")) == ["packaged", "paid"]
    assert standings(hospital("96372"), hospital("99283")) == ["packaged", "paid"]


def test_of_two_conditionally_packaged_services_alone_the_dearer_is_paid() -> None:
    assert standings(hospital("96377"), hospital("96372")) == ["packaged", "paid"]


def test_a_drug_and_what_was_thrown_away_of_it_are_both_paid() -> None:
    given, waste = priced(hospital("J1745", 31), hospital("J1745", 9, "JW"))

    assert (given.amount, waste.amount) == (Decimal("982.92"), Decimal("285.36"))


def test_what_a_rate_cannot_tell_is_unknown_and_says_why() -> None:
    visit_with_observation = priced(hospital("99284"), hospital("G0378"), hospital("96365"))
    comprehensive = priced(hospital("36573"), hospital("96365"))
    off_campus = priced(hospital("96365", 1, "PO", day=SPRING), hospital("96365", 1, "PN"))

    assert [each.standing for each in visit_with_observation] == ["unknown", "packaged", "unknown"]
    assert "observation" in visit_with_observation[2].arithmetic
    assert [each.amount for each in comprehensive] == [None, None]
    assert [each.amount for each in off_campus] == [None, None]


def test_beside_a_service_that_the_table_lacks_nothing_is_sure_to_be_paid_alone() -> None:
    injection, infusion, unlisted = priced(
        hospital("96372"), hospital("J1745", 40), hospital("71046")
    )
    beside_infusion, other, _ = priced(hospital("96365"), hospital("96372"), hospital("71046"))

    assert (injection.amount, injection.missing) == (None, "opps-2024-07 with 71046")
    assert (infusion.standing, unlisted.missing) == ("paid", "opps-2024-07 with 71046")
    assert (other.standing, beside_infusion.standing) == ("packaged", "paid")
    assert "71046 is not in the table: were it a comprehensive" in beside_infusion.arithmetic


@pytest.mark.parametrize(
    ("bill_type", "standing"),
    [(None, "paid"), ("131", "paid"), ("0131", "paid"), ("851", "unknown"), ("0711", "unknown")],
)
def test_opps_does_not_price_the_bill_of_a_critical_access_hospital_or_a_rural_clinic(
    bill_type: str | None, standing: str
) -> None:
    assert standings(hospital("96365")._replace(bill_type=bill_type)) == [standing]


def test_a_cell_that_is_no_code_has_no_price_and_is_not_repeated() -> None:
    for no_code in (hospital("ROE, JANE"), office("ROE, JANE")):
        (price,) = priced(no_code)

        assert (price.amount, price.missing) == (None, "")
        assert "ROE" not in price.arithmetic


def test_a_part_of_a_unit_has_no_price() -> None:
    (price,) = priced(hospital("96366")._replace(units=Decimal("1.5")))

    assert price.amount is None


def test_modifiers_in_small_letters_are_those_in_capitals() -> None:
    billed = ClaimLine(
        "C-1", 1, "facility", SUMMER, "j1745", Decimal(9), modifiers=("gy",), bill_type="131"
    )

    assert standings(billed_of_claim(billed)) == ["not_paid"]


@pytest.mark.parametrize(
    ("line", "missing"),
    [
        (hospital("96365", day=date(2022, 2, 1)), "opps 2022Q1"),
        (hospital("96365", day=date(2026, 8, 1)), "opps 2026Q3"),
        (office("96365", day=date(2025, 3, 12)), "pprrvu 2025Q1"),
        (office("J1745", 40, day=date(2024, 8, 1)), "asp 2024Q3"),
        (office("96365", day=date(2023, 8, 1), locality="0111205"), "gpci 2023"),
    ],
)
def test_without_a_table_of_the_date_the_amount_is_unknown_and_the_table_is_named(
    line: Billed, missing: str
) -> None:
    (price,) = priced(line)

    assert (price.amount, price.missing) == (None, missing)
    assert total([price]) == (Decimal("0.00"), 1)


def test_in_a_facility_the_practitioner_is_paid_neither_for_the_infusion_nor_for_the_drug() -> None:
    inside = (office("96365", is_in_facility=True), office("J1745", 40, is_in_facility=True))

    assert standings(*inside) == ["not_paid", "not_paid"]


def test_a_flush_is_paid_only_where_it_is_the_only_service_of_the_day() -> None:
    assert standings(office("96523")) == ["paid"]
    assert standings(office("96523"), office("99213")) == ["not_paid", "paid"]


def test_sequestration_takes_its_percent_off_what_is_left_after_the_patients_part() -> None:
    (drug,) = priced(office("J1745", 40, day=AUTUMN), options=Options(is_sequestered=True))

    assert drug.coinsurance == Decimal("248.72")
    assert drug.medicare == Decimal("974.98")  # 1,243.60 - 248.72 = 994.88; less 19.90


def test_every_amount_of_the_last_fee_schedule_comes_out_of_its_factor(shared: Path) -> None:
    """The extract of 2026B states amounts and no factor; the one worked out gives each of them."""
    published = shared / "data" / "mpfs_opps" / "mpfs_2026B_nonfac_nodesc.csv"
    with published.open() as file:
        amounts = {row["hcpcs"]: row["national_amount"] for row in csv.DictReader(file)}
    with (FOLDER / "mpfs_values.csv").open() as file:
        rows = csv.DictReader(each for each in file if not each.startswith("#"))
        codes = [row["code"] for row in rows if "mpfs-2026B" in row["releases"]]

    prices = {code: priced(office(code, day=SPRING))[0].amount for code in codes}

    assert len(codes) > 60
    assert prices == {code: Decimal(amounts[code]) for code in codes}


def test_the_shipped_rates_are_cut_from_the_published_tables(shared: Path, tmp_path: Path) -> None:
    build(shared, tmp_path)

    made = sorted(path.name for path in tmp_path.iterdir())
    assert [
        name for name in made if (FOLDER / name).read_bytes() != (tmp_path / name).read_bytes()
    ] == []


def test_imported_tables_come_before_shipped_ones_and_say_the_same(
    shared: Path, tmp_path: Path
) -> None:
    from hangtime.codesets.store import Store
    from hangtime.codesets.store.importing import import_files

    published = shared / "data" / "mpfs_opps"
    files = [published / "pprrvu_2024_nodesc.parquet", published / "gpci_2024.csv"]
    import_files([*files, shared / "data" / "asp" / "asp_pricing.csv"], tmp_path)
    lines = (
        office("96413"), office("96366", 2, locality="0111205"), office("J1745", 40, day=AUTUMN),
        office("96523"), office("96376"), office("96365", is_in_facility=True),
    )  # fmt: skip

    imported = price_claim(lines, Rates(Store(tmp_path)))

    assert {table.origin for each in imported for table in each.tables} == {"imported"}
    assert [(e.standing, e.amount) for e in imported] == [
        (e.standing, e.amount) for e in priced(*lines)
    ]


def test_a_missing_stop_is_worth_the_claim_with_it_less_the_claim_without_it() -> None:
    chart = Encounter(
        encounter_id="E-1",
        setting="facility",
        payer="medicare",
        administrations=(
            Administration(
                administration_id="a1", drug="vancomycin", route="iv_infusion",
                start=datetime(2024, 8, 14, 9),
            ),
            Administration(
                administration_id="a2", drug="ondansetron", route="iv_push",
                start=datetime(2024, 8, 14, 8, 50),
            ),
        ),
    )  # fmt: skip
    coder = Coder()
    outcome = coder.code(chart)

    worths = {
        (each.code, each.need.value): worth(each, chart, outcome, Rates(), coder)
        for each in outcome.possible
    }

    # With a stop, 96365 is the initial (204.22) and the push is 96375 (45.26), no longer 96374 (204.22).
    found = worths["96365", "09:16"]
    assert found.amount == Decimal("204.22") + Decimal("45.26") - Decimal("204.22")
    assert "less 96374 204.22" in found.arithmetic
