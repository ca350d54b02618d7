"""A spoilt line is refused, in whatever way of the table it is spoilt."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

import pytest
from coded_charts import PLANS, coded, drawn_charts, generated
from mutations import mutated, mutations

from hangtime.check.verdict import check_coded
from hangtime.model import Administration, Encounter

Tally = Counter[str]


def spoil(charts: list[Encounter], policies: tuple[Path, ...], most: int) -> tuple[Tally, Tally]:
    """Each mutation on up to `most` lines: how many were tried, and how many refused."""
    outcomes = list(coded(charts, policies))
    lines = [(c, n) for c, each in enumerate(outcomes) for n in range(len(each["lines"]))]
    Random(most).shuffle(lines)
    tried, refused = Tally(), Tally()
    for mutation in mutations():
        for c, n in lines:
            if tried[mutation.what] >= most:
                break
            spoilt = mutated(outcomes[c], n, mutation)
            if spoilt is not None:
                found = check_coded(charts[c], spoilt, policies=policies)
                tried[mutation.what] += 1
                refused[mutation.what] += not all(each.is_accepted for each in found.verdicts)
    return tried, refused


def assert_all_refused(charts: list[Encounter], folder: Path, most: int) -> None:
    tried, refused = spoil([*drawn_charts(folder), *charts], (PLANS, folder), most)
    for each in mutations():
        print(f"{each.what:45} {tried[each.what]:6} {refused[each.what]:6}")
    print(f"{len(tried)} kinds, {tried.total()} spoilt lines, {refused.total()} refused")
    assert refused == tried
    assert [each.what for each in mutations() if not tried[each.what]] == []


def test_there_are_a_hundred_ways_to_spoil_a_line() -> None:
    assert len({each.what for each in mutations()}) == len(mutations()) >= 100


def test_every_spoilt_line_is_refused(tmp_path: Path) -> None:
    assert_all_refused(generated(300, seed=5), tmp_path, most=6)


@pytest.mark.slow
def test_two_hundred_of_each_are_refused(tmp_path: Path) -> None:
    assert_all_refused(generated(20_000, seed=6), tmp_path, most=200)


def test_a_chart_changed_after_coding_refuses_the_line_that_rests_on_it() -> None:
    start = datetime(2024, 8, 14, 9)
    given = Administration(
        administration_id="a1", drug="ceftriaxone", route="iv_infusion", start=start,
        stop=start + timedelta(minutes=40),
    )  # fmt: skip
    chart = Encounter(encounter_id="e1", setting="facility", administrations=(given,))
    outcome = next(coded([chart]))
    later = replace(given, stop=start + timedelta(minutes=41))

    assert check_coded(chart, outcome).is_accepted
    refused = check_coded(replace(chart, administrations=(later,)), outcome).verdicts[0]
    assert {reason.split(":")[0] for reason in refused.reasons} == {
        "certificate.parts.1.end", "certificate.parts.1.intervals", "certificate.parts.1.minutes",
    }  # fmt: skip
    unsigned = replace(chart, administrations=(replace(given, order_signed=False),))
    assert not check_coded(unsigned, outcome).is_accepted


@pytest.mark.parametrize(
    "coded_so",
    [
        {}, {"lines": "none"}, {"lines": [None, 3, []]}, {"lines": [{"certificate": "yes"}]},
        {"lines": [{"certificate": {"basis": 1, "rules": [{}], "parts": {}}, "units": []}]},
    ],
)  # fmt: skip
def test_what_is_no_coded_encounter_is_refused_and_never_an_error(coded_so: dict) -> None:
    chart = generated(2, seed=3)[0]

    assert not check_coded(chart, coded_so, policies=(PLANS,)).is_accepted


def test_a_line_left_out_and_a_line_twice_are_seen() -> None:
    charts = [each for each in generated(40, seed=3) if each.payer == "medicare"]
    for chart, outcome in zip(charts, coded(charts, (PLANS,)), strict=True):
        if lines := outcome["lines"]:
            without = check_coded(chart, outcome | {"lines": lines[1:]}, policies=(PLANS,))
            twice = check_coded(chart, outcome | {"lines": [*lines, lines[0]]}, policies=(PLANS,))

            assert without.left_out
            assert not twice.is_accepted
