"""Charts, coded with certificates as the command line writes them, and checked."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from _case import collect, encounter, profile_text

from generated import PLANS, encounters
from hangtime.certify import Certifier
from hangtime.check.verdict import Checked, check_coded
from hangtime.formats import contract
from hangtime.formats._plain import json_text
from hangtime.formats.outcomes import outcome_as_json
from hangtime.model import Encounter

TESTS = Path(__file__).resolve().parents[1]

__all__ = [
    "PLANS", "Sum", "charts_of_cases", "checked", "coded", "drawn_charts", "generated",
]  # fmt: skip

Plain = dict[str, Any]


@dataclass
class Sum:
    """What a run of the checker came to."""

    encounters: int = 0
    lines: int = 0
    refused: list[str] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)

    def add(self, checked: Checked) -> None:
        self.encounters += 1
        self.lines += len(checked.verdicts)
        id = checked.encounter_id
        self.refused += [f"{id} {each}" for each in checked.verdicts if not each.is_accepted]
        self.left_out += [f"{id} {each}" for each in checked.left_out]

    def __str__(self) -> str:
        return (
            f"{self.encounters} encounters, {self.lines} lines: {len(self.refused)} refused,"
            f" {len(self.left_out)} left out"
        )


def coded(charts: Iterable[Encounter], policies: tuple[Path, ...] = ()) -> Iterator[Plain]:
    """Each chart's outcome as `hangtime code --json --certify` writes it."""
    coder = Certifier(policies=policies)
    for chart in charts:
        yield json.loads(json_text(outcome_as_json(coder.code(chart))))


def checked(charts: Iterable[Encounter], policies: tuple[Path, ...] = ()) -> Sum:
    """All charts coded, certified and checked."""
    total, charts = Sum(), list(charts)
    for chart, outcome in zip(charts, coded(charts, policies), strict=True):
        total.add(check_coded(chart, outcome, policies=policies))
    return total


def drawn_charts(folder: Path) -> list[Encounter]:
    """The charts of the drawn specification; their switches become profiles in the folder."""
    charts: list[Encounter] = []
    for number, case in enumerate(collect(TESTS / "spec")):
        if case.policy:
            (folder / f"drawn-{number}.toml").write_text(profile_text(case), "utf-8")
            case = replace(case, payer=f"drawn-{number}")
        charts.append(encounter(case))
    return charts


def charts_of_cases(file: Path) -> list[Encounter]:
    """The charts of a file of cases with an `encounter` each."""
    lines = file.read_text("utf-8").splitlines()
    text = "\n".join(json.dumps(json.loads(line)["encounter"]) for line in lines)
    reads = contract.read_bytes(text.encode(), file.name)
    return [each.encounter for each in reads if each.encounter is not None]


def generated(count: int, seed: int) -> list[Encounter]:
    """Generated charts; their payers need the profiles of PLANS."""
    return list(encounters(count, seed=seed))
