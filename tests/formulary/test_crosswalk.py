"""The published NDC crosswalk and our units: every row agrees or says why not."""

import csv
from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest

from hangtime.codesets.importers.crosswalk import (
    CONTRADICTIONS,
    CROSSWALK,
    Checked,
    Row,
    Verdict,
    apart,
    check,
    is_ours,
    judge,
)
from hangtime.codesets.importers.hcpcs_drugs import by_hand
from hangtime.formulary.products import product

PUBLISHED = 8_245
RAW = Path("data", "asp", "asp_crosswalk.csv")
BANNER = 9  # lines of the raw file before its rows


@pytest.fixture(scope="module")
def checked(shared: Path) -> list[Checked]:
    return list(check(shared))


def row(hcpcs, size, items, units, package, dosage="1 MG"):
    return Row(
        2, hcpcs, "made up", "00000000000", dosage, *map(Decimal, (size, items, units, package))
    )


@pytest.mark.parametrize(
    ("given", "verdict"),
    [
        (row("J1745", "1", "1", "10", "10"), Verdict.AGREES),
        (row("J2550", "1", "25", "0.5", "13"), Verdict.ROUNDED_PACKAGE),
        (row("J7050", "250", "12", "1", "12"), Verdict.AGREES),
        (row("J7050", "500", "12", "3", "36"), Verdict.ITEM_CONTRADICTS),
        (row("J7120", "250", "30", "1", "30"), Verdict.PART_OF_A_UNIT),
        (row("Q4101", "1", "1", "44", "44"), Verdict.SIZE_IS_A_COUNT),
        (row("Q4101", "2.01", "1", "2", "2"), Verdict.ROUNDED_ITEM),
        (row("J1745", "1", "10", "10", "10"), Verdict.CONTRADICTS),
        (row("J9029", "20", "4", "1", "1"), Verdict.DOSE_OF_SEVERAL),
    ],
    ids=lambda value: str(value) if isinstance(value, Verdict) else "",
)
def test_a_row_is_judged_by_size_items_and_unit(given, verdict):
    assert judge(given, product(given.hcpcs)[-1]) is verdict


@pytest.mark.parametrize(
    ("hcpcs", "dosage"),
    [
        ("J2543", "1.125 GM"),
        ("J0695", "75MG (50MG cft/25MG taz)"),
        ("J7183", "1 I.U. VWF:RCO"),
        ("J0558", "100,000 UNITS"),
        ("J1000", "UP TO 5 MG"),
        ("J3480", "2 MEQ"),
        ("J0698", "1000 MG"),
    ],
)
def test_a_unit_printed_another_way_is_the_same_unit(hcpcs, dosage):
    assert is_ours(dosage, product(hcpcs)[-1])


def test_every_row_of_the_crosswalk_is_judged_and_nearly_all_give_our_units(checked):
    found = Counter(each.verdict for each in checked)

    assert found.total() == PUBLISHED
    assert found[Verdict.AGREES] / PUBLISHED > 0.95
    assert sum(each.units == each.row.package_units for each in checked) / PUBLISHED > 0.99


def test_the_rows_that_contradict_their_own_arithmetic_are_those_known(checked):
    unequal = [each for each in checked if apart(each.row)]
    explained = (Verdict.ROUNDED_PACKAGE, Verdict.SIZE_IS_A_COUNT, Verdict.DOSE_OF_SEVERAL)

    assert sum(apart(each.row) > Decimal("0.01") for each in unequal) == 215
    assert {each.verdict for each in unequal} <= {*explained, *CONTRADICTIONS}
    assert sum(each.verdict in CONTRADICTIONS for each in checked) == 50


def test_a_unit_that_is_not_printed_as_ours_has_a_reason(checked):
    other = {each.row.hcpcs for each in checked if not each.is_unit_ours}

    assert other == by_hand("asp_dosages.csv").keys()


def test_the_crosswalk_read_is_the_one_that_was_published(shared):
    with (shared / RAW).open(encoding="latin-1", newline="") as file:
        raw = [[cell.strip() for cell in line[:10]] for line in csv.reader(file)][BANNER:]
    with (shared / CROSSWALK).open(encoding="latin-1", newline="") as file:
        read = [[cell.strip() for cell in line[:10]] for line in csv.reader(file)][1:]

    assert len(raw) == len(read) == PUBLISHED
    for published, ours in zip(raw, read, strict=True):
        assert published[:2] == ours[:2] and published[3] == ours[3]
        assert [Decimal(cell) for cell in published[6:10]] == [Decimal(cell) for cell in ours[6:10]]
