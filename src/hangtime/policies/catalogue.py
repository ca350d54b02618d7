"""The catalogue of switches: every question on which authorities disagree.

`switches.toml` has the questions, the positions and who holds them.  Here a position's name becomes
the number that rules read: a member of an `IntEnum` of the same name, or a number of minutes or
milliliters.
"""

import tomllib
from dataclasses import dataclass
from enum import IntEnum
from functools import cache
from pathlib import Path
from typing import Any

from hangtime.rules import positions

FOLDER = Path(__file__).parent
CATALOGUE = FOLDER / "switches.toml"

WORDS: dict[str, type[IntEnum]] = {
    "missing_stop_therapeutic": positions.MissingStop,
    "missing_stop_hydration": positions.MissingHydrationStop,
    "stop_last_observed_infusing": positions.LastObserved,
    "same_drug_repeat_method": positions.RepeatMethod,
    "initial_scope": positions.InitialScope,
    "hydration_noncontiguous": positions.Noncontiguous,
    "midnight_line_date": positions.LineDate,
    "concurrent_partial_overlap": positions.PartialOverlap,
    "hydration_with_toxic_drug": positions.ToxicDrug,
    "electrolyte_intent_rule": positions.ElectrolyteIntent,
    "complex_class_source": positions.ComplexSource,
    "bolus_same_drug": positions.BolusSameDrug,
    "injection_split_dose": positions.SplitDose,
    "initial_restart_same_encounter": positions.Restart,
    "modifier_distinct": positions.DistinctModifier,
    "push_over_15_min": positions.LongPush,
    "arrival_running": positions.ArrivalRunning,
    "time_residual_flush": positions.ResidualFlush,
    "modifier_distinct_96372": positions.YesNo,
    "hydration_second_site": positions.SecondSite,
    "mue_mai3_over": positions.OverCeiling,
    "aoc_cross_date": positions.CrossDate,
    "initial_professional_tiebreak": positions.Tiebreak,
    "modifier_second_access_lines": positions.SecondAccessLines,
    "ncci_follows": positions.YesNo,
    "complex_concurrent": positions.ConcurrentComplex,
    "pump_community": positions.CommunityPump,
    "home_family": positions.HomeFamily,
    "vaccine_codes": positions.VaccineCodes,
    "drug_round_scope": positions.RoundScope,
    "waste_modifiers": positions.WasteModifiers,
    "waste_sub_unit_modifier": positions.SubUnitModifier,
    "waste_jz_voluntary": positions.VoluntaryZero,
    "drug_route_modifiers": positions.RouteModifiers,
}
# Positions whose name holds a number, which a word of the rules cannot.
RENAMED = {
    "each_alone_96366": "EACH_ALONE",
    "sequential_if_solo_ge_16": "SEQUENTIAL_IF_SOLO",
    "96376_facility": "REPEAT_PUSH_FACILITY",
    "59": "M59",
}


@dataclass(frozen=True, slots=True)
class Position:
    """One answer, who gives it and where; `value` is "" where no profile can take it."""

    value: str
    says: str
    who: str
    url: str


@dataclass(frozen=True, slots=True)
class Switch:
    """One question with its answers.

    `field` is the field of `rules.records.Policy` it sets, "" where none: then `read_by` says which
    part reads it, or `fixed` why it is no choice.  From `least` to `most` any whole number will do.
    """

    id: str
    name: str
    question: str
    positions: tuple[Position, ...]
    values: tuple[str, ...]
    default: str
    why: str
    field: str = ""
    read_by: str = ""
    fixed: str = ""
    least: int | None = None
    most: int | None = None

    def allows(self, value: str) -> bool:
        """Whether a profile may set the switch to this position."""
        if value in self.values:
            return True
        if self.least is None or self.most is None or not value.isdecimal():
            return False
        return self.least <= int(value) <= self.most

    def number(self, value: str) -> int:
        """What rules read where the switch stands at this position."""
        if self.field not in WORDS:
            return int(value)
        return int(WORDS[self.field][RENAMED.get(value, value.upper())])


@cache
def switches() -> tuple[Switch, ...]:
    """Every switch, in the order of the catalogue."""
    catalogue = tomllib.loads(CATALOGUE.read_text(encoding="utf-8"))
    return tuple(_switch(entry) for entry in catalogue["switch"])


@cache
def switches_by_name() -> dict[str, Switch]:
    """Every switch by its name."""
    return {switch.name: switch for switch in switches()}


def _switch(entry: dict[str, Any]) -> Switch:
    positions = tuple(Position(**position) for position in entry.pop("positions"))
    return Switch(positions=positions, values=tuple(entry.pop("values")), **entry)
