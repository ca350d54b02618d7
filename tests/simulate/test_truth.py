"""The engine gives what was earned: wholly where the chart is whole, and never more where it is not."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import replace
from pathlib import Path

import pytest

pytest.importorskip("pyarrow")
pytest.importorskip("numpy")

from hangtime.engine import Coder
from hangtime.model import Outcome
from hangtime.simulate.gaps import KINDS
from hangtime.simulate.running import Plan, simulate
from simulate.known_answers import coded, lines_by_encounter, lines_of, rows, wrong_answer


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("year")
    shares = {"missing_stop": 0.06, "last_seen_infusing": 0.04, "unsigned_order": 0.03}
    simulate(Plan(3_500, seed=1, year=2025, shares=shares), folder)
    return folder


@pytest.fixture(scope="module")
def outcomes(year: Path) -> dict[str, Outcome]:
    return {encounter.encounter_id: outcome for encounter, outcome in coded(year)}


def test_every_complete_chart_gives_the_lines_that_were_earned(
    year: Path, outcomes: dict[str, Outcome]
) -> None:
    earned = lines_by_encounter(year, "truth/lines")
    lacking = {row["encounter_id"] for row in rows(year, "truth/gaps")}
    whole = set(outcomes) - lacking

    wrong = [each for each in sorted(whole) if lines_of(outcomes[each]) != earned[each]]

    assert wrong == []
    assert len(whole) > 2_500


@pytest.mark.parametrize("year", [2020, 2022, 2024, 2026])
def test_the_codes_and_modifiers_of_other_years_agree_as_well(year: int, tmp_path: Path) -> None:
    """Codes end, waste modifiers begin to be asked for, hospitals are paid for other drugs."""
    simulate(Plan(400, seed=year, year=year, is_clean=True), tmp_path)
    earned = lines_by_encounter(tmp_path, "truth/lines")

    wrong = [e.encounter_id for e, o in coded(tmp_path) if lines_of(o) != earned[e.encounter_id]]

    assert wrong == []


def units_by_code(outcome: Outcome) -> Counter[str]:
    found: Counter[str] = Counter()
    for line in outcome.lines:
        found[line.code] += line.units
    return found


def test_a_gap_never_adds_a_line_and_what_it_takes_is_named(
    year: Path, outcomes: dict[str, Outcome]
) -> None:
    """Units never pass the truth's, but for the service that takes the place of one that fell away."""
    earned: dict[str, Counter[str]] = defaultdict(Counter)
    for row in rows(year, "truth/lines"):
        earned[row["encounter_id"]][row["code"]] += row["units"]
    seen: set[str] = set()

    for gap in rows(year, "truth/gaps"):
        outcome = outcomes[gap["encounter_id"]]
        seen.add(gap["gap"])
        wrong = wrong_answer(
            gap["gap"], gap["administration_id"], units_by_code(outcome),
            earned[gap["encounter_id"]], told_beside(outcome),
        )  # fmt: skip
        assert not wrong, (wrong, gap)
    assert seen == {each.name for each in KINDS}


def told_beside(outcome: Outcome) -> set[str]:
    """Codes and administrations that stand beside the lines."""
    told = {each.what for each in outcome.not_reported} | {each.code for each in outcome.possible}
    told |= {each.need.administration for each in outcome.possible if each.need.administration}
    for each in (*outcome.not_reported, *outcome.findings):
        told |= set(each.administrations)
    return told


def test_a_chart_with_a_later_stop_no_longer_agrees(year: Path) -> None:
    """The comparison can fail: an hour more of an infusion is an hour that nobody earned."""
    earned = lines_by_encounter(year, "truth/lines")
    coder = Coder()
    for encounter, outcome in coded(year):
        first = encounter.administrations[0]
        is_alone = len(encounter.administrations) == 1 and first.route == "iv_infusion"
        if is_alone and first.stop is not None and first.interruptions == () and outcome.lines:
            longer = replace(first, stop=first.stop + (first.stop.resolution * 3_600_000_000))
            changed = coder.code(replace(encounter, administrations=(longer,)))
            assert lines_of(outcome) == earned[encounter.encounter_id] != lines_of(changed)
            return
    pytest.fail("no visit with one infusion")
