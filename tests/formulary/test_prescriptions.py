"""Real orders by vein whose NDC is in the crosswalk: drug units, or the reason for none."""

from __future__ import annotations

import importlib.util
import os
from collections import Counter

import pytest

from hangtime.codesets.imported import FOLDER

ORDERS = 3_323
FLUSHES = "DRG-PART-OF-SERVICE"


@pytest.fixture(scope="module")
def orders(checkout, shared, tmp_path_factory):
    """The benchmark, and its orders with how often each stands there."""
    path = checkout / "benchmarks" / "prescriptions.py"
    spec = importlib.util.spec_from_file_location("prescriptions_benchmark", path)
    benchmark = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(benchmark)
    before = os.environ[FOLDER]
    benchmark.imported(shared, tmp_path_factory.mktemp("store"))
    yield benchmark, Counter(benchmark.listed_orders(shared))
    os.environ[FOLDER] = before


def test_every_order_with_a_dose_of_a_drug_has_units_and_each_other_its_reason(orders):
    benchmark, found = orders
    missing = Counter()
    for order, count in found.items():
        if benchmark.by_ndc(order).line is None:
            missing[benchmark.why_not(benchmark.by_ndc(order))] += count

    assert found.total() == ORDERS
    assert missing.keys() == {
        benchmark.RANGE, benchmark.ZERO, FLUSHES, "DRG-NAME-AGAINST-CODE",
    }  # fmt: skip
    assert missing["DRG-NAME-AGAINST-CODE"] == 1  # saline by its name, heparin by its NDC
    assert 1 - missing.total() / ORDERS > 0.915
    doses = ORDERS - missing[benchmark.RANGE] - missing[benchmark.ZERO] - missing[FLUSHES]
    assert (ORDERS - missing.total()) / doses > 0.999


def test_name_and_ndc_give_one_code_but_where_the_reason_is_known(orders):
    benchmark, found = orders
    reasons = Counter()
    for order, count in found.items():
        reasons[benchmark.why_other(benchmark.by_ndc(order), benchmark.by_name(order))] += count
    del reasons[""]

    assert reasons.total() / ORDERS < 0.005
    assert (
        reasons.keys()
        == {
            "the NDC is of the maker that has a code of its own",
            "no units by NDC: DRG-NAME-AGAINST-CODE",
            "no units by name: DRG-UNSURE-NAME",
            "no units by name: DRG-NO-CODE",  # potassium in saline: a code of the additive, none of the bag
        }
    )
