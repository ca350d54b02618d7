"""`hangtime code --certify` and `hangtime check`, as they are typed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from hangtime.cli import hangtime

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
CHART = EXAMPLES / "encounters.jsonl"


def run(*words: str | Path) -> Result:
    return CliRunner().invoke(hangtime, [str(word) for word in words])


@pytest.fixture
def coded(tmp_path: Path) -> Path:
    """The examples, coded with certificates."""
    file = tmp_path / "coded.jsonl"
    file.write_text(run("code", CHART, "--json", "--certify").stdout, "utf-8")
    return file


def test_what_was_coded_is_accepted(coded: Path) -> None:
    ran = run("check", CHART, coded)

    assert ran.exit_code == 0
    assert "0 refused, 0 left out" in ran.output


def test_a_refusal_names_encounter_line_code_and_field(coded: Path) -> None:
    outcome, *others = coded.read_text("utf-8").splitlines()
    spoilt = json.loads(outcome)
    line = spoilt["lines"][0]
    line["units"] += 1
    coded.write_text("\n".join([json.dumps(spoilt), *others]), "utf-8")

    ran = run("check", CHART, coded)
    told = f"{spoilt['encounter_id']}, line 1 ({line['code']}): units: the chart supports 1"

    assert ran.exit_code == 1
    assert told in ran.output


def test_lines_without_certificates_are_refused(tmp_path: Path) -> None:
    file = tmp_path / "coded.jsonl"
    file.write_text(run("code", CHART, "--json").stdout, "utf-8")

    ran = run("check", CHART, file)

    assert ran.exit_code == 1
    assert "it has no certificate" in ran.output


def test_verdicts_are_written_as_json_one_encounter_a_line(coded: Path) -> None:
    ran = run("check", CHART, coded, "--json")
    verdicts = [json.loads(line) for line in ran.stdout.splitlines()]

    assert [set(each) for each in verdicts] == [{"encounter_id", "verdicts", "left_out"}] * 3


def test_an_encounter_that_stands_twice_is_billed_twice_and_refused(coded: Path) -> None:
    outcome, *others = coded.read_text("utf-8").splitlines()
    spoilt = json.loads(outcome)
    spoilt["lines"][0]["units"] += 1
    count = len(spoilt["lines"])
    coded.write_text("\n".join([json.dumps(spoilt), outcome, *others]), "utf-8")

    ran = run("check", CHART, coded)

    assert ran.exit_code == 1
    assert f"{count} refused, 0 left out" in ran.output


def test_lines_of_an_encounter_without_a_chart_are_refused_beside_the_verdicts(
    coded: Path,
) -> None:
    outcome = json.loads(coded.read_text("utf-8").splitlines()[0])
    stray = {"encounter_id": "nobody", "lines": outcome["lines"][:1]}
    coded.write_text(f"{coded.read_text('utf-8')}{json.dumps(stray)}\n", "utf-8")

    ran = run("check", CHART, coded, "--json")

    assert ran.exit_code == 1
    assert len([json.loads(line) for line in ran.stdout.splitlines()]) == 3
    assert "1 line of 1 encounter that CHART does not have: refused" in ran.stderr


def test_a_file_nested_without_end_is_named_like_any_other_that_is_none(coded: Path) -> None:
    coded.write_text('{"a":' * 9000 + "1" + "}" * 9000, "utf-8")

    assert f"{coded}, line 1: not a coded encounter" in str(run("check", CHART, coded).exception)


def test_a_file_that_holds_no_coded_encounters_is_named(tmp_path: Path) -> None:
    file = tmp_path / "coded.jsonl"
    file.write_text('{"encounter_id": "e1"}\n[]\n', "utf-8")

    ran = run("check", CHART, file)

    assert f"{file}, line 2: not a coded encounter" in str(ran.exception)


def test_certificates_go_with_json(coded: Path) -> None:
    assert "give both" in run("code", CHART, "--certify").output
