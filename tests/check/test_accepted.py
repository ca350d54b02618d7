"""Every line the engine writes is accepted, from its chart alone."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import product
from pathlib import Path

import pytest
from coded_charts import (
    PLANS,
    TESTS,
    Sum,
    charts_of_cases,
    checked,
    drawn_charts,
    generated,
)

from hangtime.formats import mapping
from hangtime.model import Access, Administration, Encounter


def assert_accepted(total: Sum, least: int) -> None:
    """No line refused, and none left out."""
    print(total)
    assert total.refused == []
    assert total.left_out == []
    assert total.lines >= least


def test_the_drawn_specification_is_accepted_under_every_switch(tmp_path: Path) -> None:
    assert_accepted(checked(drawn_charts(tmp_path), (tmp_path,)), least=1_300)


def test_a_run_taken_up_again_for_no_time_has_no_interval_of_it() -> None:
    """The second row is charted with 0 minutes, seven after the first ended."""
    rows = (
        Administration(
            administration_id="a", drug="pantoprazole", route="iv_infusion",
            start=datetime(2026, 3, 17, 21, 18), stop=datetime(2026, 3, 17, 21, 48),
        ),
        Administration(
            administration_id="b", drug="pantoprazole", route="iv_infusion",
            start=datetime(2026, 3, 17, 21, 55), minutes=Decimal(0),
        ),
    )  # fmt: skip

    assert_accepted(
        checked([Encounter(encounter_id="e", setting="facility", administrations=rows)]), 1
    )


FLUSHED_AT = (datetime(2026, 3, 17, 10, 29), datetime(2026, 3, 17, 10, 32), None)


@pytest.mark.parametrize("times", list(product(FLUSHED_AT, repeat=2)))
def test_a_visit_of_two_flushes_lasts_from_the_one_to_the_other(
    times: tuple[datetime | None, ...],
) -> None:
    rows = tuple(
        Administration(
            administration_id=f"a{n}", drug="saline flush", route="iv_push", purpose="flush",
            access="port", start=start,
        )
        for n, start in enumerate(times)
    )  # fmt: skip
    chart = Encounter(
        encounter_id="e", setting="facility", date_of_service=date(2026, 3, 17),
        accesses=(Access(access_id="port", kind="port"),), administrations=rows,
    )  # fmt: skip

    assert_accepted(checked([chart]), 1)


def test_a_stay_past_the_last_day_of_an_edition_is_coded_by_that_of_its_first_day() -> None:
    rows = tuple(
        Administration(
            administration_id=f"a{n}", drug=drug, route="iv_infusion", start=start,
            stop=start + timedelta(minutes=95),
        )
        for n, (drug, start) in enumerate(
            (
                ("vancomycin", datetime(2026, 12, 31, 20)),
                ("ceftriaxone", datetime(2026, 12, 31, 23)),
                ("pantoprazole", datetime(2027, 1, 1, 8)),
            )
        )
    )  # fmt: skip

    assert_accepted(
        checked([Encounter(encounter_id="e", setting="facility", administrations=rows)]), 3
    )


def test_the_published_examples_are_accepted() -> None:
    assert_accepted(checked(charts_of_cases(TESTS / "published/cases.jsonl")), least=150)


def test_the_benchmark_is_accepted(shared: Path) -> None:
    assert_accepted(checked(charts_of_cases(shared / "benchmark/published.jsonl")), least=40)


def test_two_thousand_generated_encounters_are_accepted() -> None:
    assert_accepted(checked(generated(2_000, seed=11), (PLANS,)), least=7_000)


@pytest.mark.slow
def test_a_hundred_thousand_generated_encounters_are_accepted() -> None:
    assert_accepted(checked(generated(100_000, seed=2026), (PLANS,)), least=380_000)


@pytest.mark.parametrize("name", ["icu/inputevents.csv.gz"])
def test_orders_of_real_stays_are_accepted(shared: Path, name: str) -> None:
    assert_accepted(checked(real_charts(shared, name)[:30]), least=800)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["icu/inputevents.csv.gz", "hosp/emar.csv.gz"])
def test_all_real_stays_are_accepted(shared: Path, name: str) -> None:
    assert_accepted(checked(real_charts(shared, name)), least=4_500)


def real_charts(shared: Path, name: str) -> list:
    file = shared / "data" / "mimic-iv-demo" / name
    if not file.is_file():
        pytest.skip("the MIMIC-IV demo is not in ../shared/data")
    reads = mapping.read([file], f"mimic-iv-{file.name.split('.')[0]}")
    return [each.encounter for each in reads if each.encounter is not None]
