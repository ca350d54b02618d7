"""Every disagreement is in the catalogue, with both positions, a default and who reads it."""

import csv
import dataclasses
from pathlib import Path

import pytest

from hangtime.policies.catalogue import RENAMED, WORDS, Switch, switches, switches_by_name
from hangtime.rules.records import Policy

SHARED = Path(__file__).parents[3] / "shared"
DISAGREEMENTS = SHARED / "rules" / "disagreements.csv"
needs_disagreements = pytest.mark.skipif(
    not DISAGREEMENTS.is_file(), reason="the specification is not beside this checkout (../shared)"
)
# Rows of the specification that name no switch, and what the catalogue calls them.
UNNAMED = {"D23": "device_flush.with_visit", "D34": "hour.remainder"}
# How each recommendation of the specification begins, and the position that says the same.
RECOMMENDED = {
    "D01": ("Compute from nursing-charted volume and", "compute_then_query"),
    "D02": ("Compute if charted volume+rate exist", "compute"),
    "D03": ("Use as a lower bound", "lower_bound_flagged"),
    "D04": ("Each infusion alone -> 96366", "each_alone_96366"),
    "D05": ("16 min but mark 16-30", "16"),
    "D06": ("New initial per encounter (CMS", "per_encounter_access"),
    "D07": ("Add, but flag whenever no", "sum_flagged"),
    "D08": ("Count units once over the", "unit_threshold_date"),
    "D09": ("16 min overlap and each", "16"),
    "D10": ("One code per infusion: concurrent", "concurrent"),
    "D11": ("Reportable with own order+reason, except", "if_documented"),
    "D12": ("By ordered indication (E86.* ->", "by_indication"),
    "D13": ("No minimum; informational warning under", "0"),
    "D14": ("Formulary class per drug, overridable", "formulary"),
    "D15": ("Facility 96376 flagged; professional none", "96376_facility"),
    "D16": ("One for Medicare; per injection", "one"),
    "D17": ("No second initial for infiltration", "no"),
    "D18": ("31 min or more", "31"),
    "D19": ("JZ, one unit", "JZ"),
    "D20": ("31 min everywhere unless a", "31"),
    "D21": ("General in hospital, direct in", "by_setting"),
    "D22": ("XS/XE for Medicare, 59 otherwise", "59"),
    "D23": ("By table for the claim", "ncci_table"),
    "D24": ("Per-drug flag active_monitoring; carve out", "active_only"),
    "D25": ("Method first: hand push with", "push_if_presence"),
    "D26": ("Count from charted take-over; initial", "count_from_takeover"),
    "D27": ("Map by department; 0260 for", "by_department"),
    "D28": ("Not counted unless the order/label", "exclude"),
    "D29": ("Append for NCCI payers", "yes"),
    "D30": ("Not reportable; allow switch with", "no"),
    "D31": ("Report and pre-build the appeal", "report_and_flag"),
    "D32": ("Bundle", "bundle"),
    "D33": ("Load the quarter in force", "cms_quarter"),
    "D34": ("31+ (the other is an", "31"),
    "D35": ("Emit; predict edit; not established", "emit_and_warn"),
    "D36": ("Facility order and a flag", "facility_order"),
    "D37": ("Each administration", "per_administration"),
    "D38": ("Initial only", "initial_only"),
    "D39": ("None", "none"),
    "D40": ("5", "5"),
    "D41": ("120", "120"),
    "D42": ("By profile", "yes"),
}


def _disagreements() -> list[dict[str, str]]:
    with DISAGREEMENTS.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _id(switch: Switch) -> str:
    return switch.id


@needs_disagreements
def test_every_disagreement_has_its_switch_with_the_same_name_positions_and_links() -> None:
    by_id = {switch.id: switch for switch in switches()}
    rows = _disagreements()
    assert [row["id"] for row in rows] == [id for id in by_id if id.startswith("D")]
    for row in rows:
        switch = by_id[row["id"]]
        assert switch.name == (row["switch_name"] or UNNAMED[switch.id])
        assert list(switch.values) == row["switch_values"].split("|"), switch.id
        links = {position.url for position in switch.positions}
        assert {row["url_a"], row["url_b"]} <= links | {""}, switch.id


@needs_disagreements
def test_every_default_is_the_one_the_specification_recommends() -> None:
    by_id = {switch.id: switch for switch in switches()}
    for row in _disagreements():
        opening, default = RECOMMENDED[row["id"]]
        assert row["recommended_default"].startswith(opening)
        assert by_id[row["id"]].default == default


@pytest.mark.parametrize("switch", switches(), ids=_id)
def test_a_switch_has_a_question_two_positions_and_a_default_it_allows(switch: Switch) -> None:
    assert switch.question.endswith("?")
    assert len(switch.positions) == 2
    assert all(position.says and position.who for position in switch.positions)
    assert all(position.value in ("", *switch.values) for position in switch.positions)
    assert switch.allows(switch.default)
    assert switch.why.endswith(".")


@pytest.mark.parametrize("switch", switches(), ids=_id)
def test_a_switch_sets_a_field_or_says_who_reads_it_or_why_it_is_fixed(switch: Switch) -> None:
    assert [bool(switch.field), bool(switch.read_by), bool(switch.fixed)].count(True) == 1
    assert switch.field in ("", switch.name.replace(".", "_"))


def test_every_field_that_rules_read_has_a_switch() -> None:
    fields = [field.name for field in dataclasses.fields(Policy)]
    assert sorted(switch.field for switch in switches() if switch.field) == sorted(fields)


@pytest.mark.parametrize("switch", [s for s in switches() if s.field], ids=_id)
def test_every_position_is_a_number_of_its_own_and_every_word_has_a_position(
    switch: Switch,
) -> None:
    numbers = [switch.number(value) for value in switch.values]
    assert len(set(numbers)) == len(numbers)
    if switch.field in WORDS:
        assert sorted(numbers) == sorted(WORDS[switch.field])


def test_renamed_positions_all_exist() -> None:
    values = {value for switch in switches() for value in switch.values}
    assert RENAMED.keys() <= values


def test_names_and_ids_are_used_once() -> None:
    assert len(switches_by_name()) == len({switch.id for switch in switches()}) == len(switches())


def test_minutes_between_the_limits_are_positions_too() -> None:
    gap = switches_by_name()["resume.max_gap_minutes"]
    assert gap.allows("90") and gap.number("90") == 90
    assert not gap.allows("1441") and not gap.allows("-1") and not gap.allows("soon")
    assert not switches_by_name()["hydration.min_minutes"].allows("20")
