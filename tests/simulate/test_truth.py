"""The engine gives what was earned: wholly where the chart is whole, and never more where it is not."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

pytest.importorskip("pyarrow")
pytest.importorskip("numpy")

from hangtime.engine import Coder
from hangtime.model import Outcome
from hangtime.simulate.facts import numbers
from hangtime.simulate.gaps import KINDS
from hangtime.simulate.running import Plan, simulate
from simulate.known_answers import coded, lines_by_encounter, lines_of, rows

# Where a service falls away, or can be shown for a part of its time only, another takes its place
# (R-INI-10, D03): what was added to an initial becomes it, and an infusion seen for minutes a push.
IN_PLACE_OF = {
    "ARTERIAL_COMPLEX_PUSH": {"ARTERIAL_COMPLEX_INITIAL"},
    "COMPLEX_INITIAL": {"COMPLEX_SEQUENTIAL", "COMPLEX_HOUR"},
    "COMPLEX_PUSH_INITIAL": {"COMPLEX_PUSH", "COMPLEX_INITIAL"},
    "COMPLEX_PUSH": {"COMPLEX_SEQUENTIAL"},
    "INFUSION_INITIAL": {"INFUSION_SEQUENTIAL", "INFUSION_CONCURRENT", "INFUSION_HOUR"},
    "INFUSION_SEQUENTIAL": {"INFUSION_CONCURRENT"},
    "PUSH_INITIAL": {"PUSH_NEW_DRUG", "PUSH_REPEAT", "INFUSION_INITIAL"},
    "PUSH_REPEAT": {"INFUSION_HOUR"},
    "PUSH_NEW_DRUG": {"PUSH_REPEAT", "INFUSION_SEQUENTIAL", "INFUSION_CONCURRENT"},
    "HYDRATION_INITIAL": {"HYDRATION_HOUR"},
}
MANY = 1_000_000
TAKES_A_SERVICE = {"missing_stop", "last_seen_infusing", "unsigned_order"}


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
    names = {number: name for name, number in numbers().items()}
    seen: set[str] = set()

    for gap in rows(year, "truth/gaps"):
        outcome, truth = outcomes[gap["encounter_id"]], earned[gap["encounter_id"]]
        given = units_by_code(outcome)
        more, missing = given - truth, truth - given
        seen.add(gap["gap"])
        for code in more:
            replaced = IN_PLACE_OF.get(names.get(code, ""), set())
            assert gap["gap"] in TAKES_A_SERVICE, (gap, more)
            assert replaced & {names.get(each) for each in missing}, (gap, more, missing)
        assert sum(given.values()) <= sum(truth.values()), gap
        if missing:
            assert is_named(outcome, gap["administration_id"], missing), (gap, missing)
    assert seen == {each.name for each in KINDS}


def is_named(outcome: Outcome, administration: str, codes: Counter[str]) -> bool:
    """The administration that lacks something, or every code that is missing, stands beside the lines."""
    told = {each.what for each in outcome.not_reported} | {each.code for each in outcome.possible}
    told |= {each.need.administration for each in outcome.possible if each.need.administration}
    for each in (*outcome.not_reported, *outcome.findings):
        told |= set(each.administrations)
    return administration in told or set(codes) <= told


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


@pytest.mark.slow
def test_a_million_encounters_agree_with_the_engine(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], require: Callable[[str], None]
) -> None:
    """Through `hangtime code`; how many went which way, the seed and the speed are printed."""
    require("numba")
    require("duckdb")
    import duckdb

    from hangtime.batch.local import Interpreting, code_files
    from hangtime.cli._coding import Account, code_read
    from hangtime.formats import read

    made = simulate(Plan(MANY, seed=2025, year=2025), tmp_path, jobs=2)
    account = Account()
    done = code_files(
        [tmp_path / "encounters.parquet"], tmp_path / "coded", "parquet", account,
        Interpreting(Coder, code_read, read),
    )  # fmt: skip
    lines = (
        "select encounter_id, code, date_of_service, list_sort(modifiers) as modifiers,"
        " sum(units) as units from read_parquet('{}')"
        f" where encounter_id not in (select encounter_id from '{tmp_path}/truth/gaps.parquet')"
        " group by all"
    )
    given = lines.format(tmp_path / "coded" / "lines.parquet")
    earned = lines.format(tmp_path / "truth" / "lines.parquet")
    with duckdb.connect() as connection:
        wrong = connection.sql(
            f"({given} except {earned}) union all ({earned} except {given}) limit 20"
        ).fetchall()
        ((compared,),) = connection.sql(f"select count(*) from ({earned})").fetchall()

    with capsys.disabled():
        speed = made.plan.encounters / made.seconds
        print(
            f"\nseed {made.plan.seed}: {speed:,.0f} encounters a second, {compared} lines compared"
        )
        print(f"{done.compiled} compiled, {done.interpreted} interpreted")
    assert wrong == []
    assert account.encounters == made.plan.encounters
    assert account.set_aside == 0
    assert compared > 2 * MANY
