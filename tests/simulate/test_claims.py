"""Every planted error and gap is recorded, at its rate; taken back, the claims are the truth."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

pytest.importorskip("pyarrow")

from hangtime.edits import Scrubber
from hangtime.formats.claims import read_claims
from hangtime.simulate import billing
from hangtime.simulate.running import Made, Plan, simulate
from simulate.known_answers import Lines, key, rows

COUNT = 8_000


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Made, Path]:
    folder = tmp_path_factory.mktemp("claims")
    return simulate(Plan(COUNT, seed=3, shares={"late_entry": 0.1}), folder), folder


def total(folder: Path, name: str) -> Lines:
    """Units by encounter, code, modifiers and date, all in one."""
    found: Lines = Counter()
    for row in rows(folder, name):
        code, modifiers, day = key(row)
        found[f"{row['encounter_id']} {code}", modifiers, day] += row["units"]
    return found


def test_the_claims_are_the_truth_with_the_recorded_errors(made: tuple[Made, Path]) -> None:
    """A missing JZ leaves a line that says the same of everything else."""
    _, folder = made
    expected = total(folder, "truth/lines")
    for row in rows(folder, "truth/errors"):
        code, modifiers, day = key(row)
        line = (f"{row['encounter_id']} {code}", modifiers, day)
        expected[line] += row["units"] if row["direction"] == "unsupported" else -row["units"]
        if row["error"] == "missing_jz":
            plain = " ".join(each for each in modifiers.split() if each != "JZ")
            expected[line[0], plain, day] += row["units"]

    assert total(folder, "claims") == +expected


def test_no_claim_has_a_fault_of_form_that_nobody_planted(made: tuple[Made, Path]) -> None:
    """Planted errors are of charges; what a claim form does not take would hide them."""
    scrubber = Scrubber()
    found = {
        each.rule
        for claim in read_claims(made[1] / "claims.parquet")
        for each in scrubber.scrub(claim.lines)
        if each.severity == "error"
    }

    assert {
        rule for rule in found if "FORM" in rule or "DIAGNOSIS" in rule or "NPI" in rule
    } == set()
    assert "SCR-INITIAL-TWICE" in found


def test_each_kind_of_error_is_planted_in_the_direction_it_says(made: tuple[Made, Path]) -> None:
    directions: dict[str, set[str]] = {}
    for row in rows(made[1], "truth/errors"):
        directions.setdefault(row["error"], set()).add(row["direction"])

    both = {"wrong_initial", "second_initial", "push_as_infusion"}
    more = {"extra_unit", "unsupported_hydration", "billed_twice", "never_given"}
    assert set(directions) == {each.name for each in billing.KINDS}
    for name, found in directions.items():
        expected = {"missed", "unsupported"} if name in both else set()
        assert found == (expected or {"unsupported" if name in more else "missed"}), name


def test_a_claim_has_one_error_and_a_visit_one_gap_at_most(made: tuple[Made, Path]) -> None:
    errors = {(row["claim_id"], row["error"]) for row in rows(made[1], "truth/errors")}
    gaps = [row["encounter_id"] for row in rows(made[1], "truth/gaps")]

    assert len({claim for claim, _ in errors}) == len(errors) == made[0].errors.total()
    assert len(set(gaps)) == len(gaps) == made[0].gaps.total()


def test_a_rate_is_the_share_of_the_visits_that_can_have_it(made: tuple[Made, Path]) -> None:
    """Anything can be saved late; six standard deviations either way."""
    expected, spread = 0.1 * COUNT, (0.1 * 0.9 * COUNT) ** 0.5

    assert abs(made[0].gaps["late_entry"] - expected) < 6 * spread


def test_the_claim_reader_takes_every_line(made: tuple[Made, Path]) -> None:
    claims = list(read_claims(made[1] / "claims.parquet"))

    assert sum(each.rows for each in claims) == made[0].rows["claims"]
    assert sum(each.set_aside for each in claims) == 0
    assert [found for each in claims for found in each.findings] == []
