"""The commands that show what the software knows: rules, policies, schema."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

import hangtime as hangtime_package
from hangtime.cli import hangtime
from hangtime.errors import UnknownPolicy, UserError
from hangtime.formats.schema import schema
from hangtime.policies.policy import profiles, switches


def run(*arguments: str):
    return CliRunner().invoke(hangtime, list(arguments))


def test_help_names_every_command():
    listed = run("--help").stdout
    for name in ("code", "explain", "map", "policy", "rules", "schema"):
        assert f"\n  {name} " in listed
        assert run(name, "--help").exit_code == 0


def test_every_rule_is_listed_with_its_sentence_and_a_source():
    from hangtime import edits, necessity
    from hangtime.rules._card import CARDS

    listed = run("rules").stdout
    assert len(CARDS) > 50
    assert len(edits.cards()) > 50
    cards = (*CARDS, *edits.cards(), *necessity.cards())
    assert len({each.id for each in cards}) == len(cards)
    assert listed.count("\n    Source: ") == len(cards)
    for card in cards:
        assert f"{card.id}\n    {card.says}\n" in listed


def test_a_rule_and_a_fault_of_input_are_shown_by_id_in_any_case():
    assert "Source: " in run("rules", "time-infusion").stdout
    assert "Encounter contract" in run("rules", "INPUT-BAD-TIME").stdout
    assert isinstance(run("rules", "NO-SUCH-RULE").exception, UserError)


def test_denials_are_listed_within_the_width_with_the_rules_that_stop_them():
    from hangtime.edits.denials import denials

    listed = CliRunner().invoke(hangtime, ["rules", "--denials"], env={"COLUMNS": "60"}).stdout
    for each in denials():
        assert f"{each.id}\n" in listed
    words = [line for line in listed.splitlines() if "://" not in line]
    assert max(map(len, words)) <= 60
    told = [json.loads(line) for line in run("rules", "--denials", "--json").stdout.splitlines()]
    assert [each["id"] for each in told] == [each.id for each in denials()]
    assert all(each["rules"] and each["sources"][0]["url"] for each in told)


def test_denials_are_asked_by_the_rule_that_stops_them():
    listed = run("rules", "scr-chart-dose", "--denials").stdout
    assert listed.startswith("milligrams-as-units\n")
    assert listed.count("Stopped by") == 1
    assert isinstance(run("rules", "--denials", "RUN-ONE-BAG").exception, UserError)
    assert isinstance(run("rules", "--json").exception, UserError)


def test_the_list_of_diagnoses_of_a_profile_is_shown(tmp_path: Path):
    (tmp_path / "list.csv").write_text("drug,first,role\n")
    (tmp_path / "acme.toml").write_text('[necessity]\nlist = "list.csv"\n')
    shown = run("policy", "show", "facility-acme", "--policy", str(tmp_path)).stdout
    assert shown.endswith(f"diagnoses that support drugs: {tmp_path / 'list.csv'}\n")


def test_a_rule_of_medical_necessity_is_shown_with_its_sentence_and_sources():
    shown = run("rules", "nec-not-listed").stdout
    assert "{drug}: no diagnosis that its list has. {why}" in shown
    assert "Source: Congress Social Security Act, 1862(a)(1)(A)" in shown


def test_a_profile_is_shown_with_every_switch_and_two_are_compared():
    assert run("policy", "show").stdout.split() == list(profiles())
    shown = run("policy", "show", "facility-medicare").stdout
    for switch in switches():
        assert f"\n{switch.name} " in shown
    differing = run("policy", "diff", "facility-medicare", "professional-medicare").stdout
    assert "midnight.line_date" in differing
    alike = run("policy", "diff", "facility-medicare", "facility-medicare").stdout
    assert alike == "facility-medicare and facility-medicare set every switch alike.\n"


@pytest.mark.parametrize("name", ["medicare", "facility-nobody", ""])
def test_a_profile_that_does_not_exist_is_refused_with_what_there_is(name):
    assert isinstance(run("policy", "show", name).exception, UnknownPolicy)


def test_what_the_user_can_mend_is_said_in_a_sentence_and_ends_with_status_2():
    command = [sys.executable, "-m", "hangtime.cli", "policy", "show", "facility-nobody"]
    environment = {"PYTHONPATH": str(Path(hangtime_package.__file__).parents[1])}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    assert done.returncode == 2
    assert done.stderr.startswith("hangtime: no profile has the payer's name.")
    assert "Traceback" not in done.stderr


def test_the_schema_is_printed_as_it_is_published():
    assert json.loads(run("schema").stdout) == schema()
