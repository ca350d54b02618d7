"""Encounters through an engine, with every row accounted for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Protocol

from hangtime.errors import UnknownPolicy
from hangtime.explain import explain_finding
from hangtime.formats._faults import ENCOUNTER_SET_ASIDE, finding
from hangtime.formats.reads import Place, Read
from hangtime.model import Encounter, Finding, Outcome

_SET_ASIDE = "TIME-SET-ASIDE"
_NAMED = 100  # faults of input that are named one by one in a summary


class Coding(Protocol):
    """Codes one encounter; `hangtime.engine.Coder` is one."""

    def code(self, encounter: Encounter) -> Outcome:
        """What the encounter supports."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Coded:
    """The outcome of one encounter as read, and what became of its rows."""

    outcome: Outcome
    rows: int
    merged: int
    set_aside: int
    is_read: bool = True

    @property
    def coded(self) -> int:
        """Rows that were coded."""
        return self.rows - self.merged - self.set_aside


@dataclass(slots=True)
class Account:
    """What became of all rows, and how often each code and each finding came up."""

    encounters: int = 0
    encounters_read: int = 0
    rows: int = 0
    merged: int = 0
    set_aside: int = 0
    lines: Counter[str] = field(default_factory=Counter[str])
    units: Counter[str] = field(default_factory=Counter[str])
    findings: Counter[tuple[str, str]] = field(default_factory=Counter[tuple[str, str]])
    faults: list[str] = field(default_factory=list[str])  # the first faults of input, in words
    more_faults: int = 0

    @property
    def coded(self) -> int:
        """Rows that were coded."""
        return self.rows - self.merged - self.set_aside

    def add(self, coded: Coded) -> None:
        """Count one encounter."""
        self.encounters += 1
        self.encounters_read += coded.is_read
        self.rows += coded.rows
        self.merged += coded.merged
        self.set_aside += coded.set_aside
        for line in coded.outcome.lines:
            code = "-".join((line.code, *line.modifiers))
            self.lines[code] += 1
            self.units[code] += line.units
        for each in coded.outcome.findings:
            self.findings[(each.severity, each.reason.rule)] += 1
            if "file" in each.reason.facts:
                self._name(each)

    def _name(self, fault: Finding) -> None:
        if len(self.faults) < _NAMED:
            self.faults.append(f"{fault.severity}: {explain_finding(fault)}")
        else:
            self.more_faults += 1


def code_reads(reads: Iterable[Read], coder: Coding) -> Iterator[Coded]:
    """Code each encounter; findings of reading stand before those of coding."""
    for read in reads:
        yield code_read(read, coder)


def code_read(read: Read, coder: Coding) -> Coded:
    """Code one encounter; one whose payer has no profile is set aside, not fatal."""
    if read.encounter is None:
        return _uncoded(read)
    try:
        outcome = coder.code(read.encounter)
    except UnknownPolicy:
        return _refused(read, "INPUT-UNKNOWN-PAYER", "payer")
    aside = _ids_set_aside(outcome)
    runs = (set(bar.administrations) - aside for bar in outcome.timeline)
    merged = sum(len(run) - 1 for run in runs if run)
    return Coded(
        outcome=replace(outcome, findings=(*read.findings, *outcome.findings)),
        rows=read.rows,
        merged=read.merged + merged,
        set_aside=read.set_aside + len(aside),
    )


def _ids_set_aside(outcome: Outcome) -> set[str]:
    """Administrations that the engine would not code, by their findings."""
    return {
        each
        for found in outcome.findings
        if found.reason.rule.startswith(_SET_ASIDE) or found.reason.facts.get("set_aside") is True
        for each in found.administrations
    }


def _uncoded(read: Read) -> Coded:
    """A read without an encounter: its findings are its outcome."""
    return Coded(
        outcome=Outcome(encounter_id=read.encounter_id or "", findings=read.findings),
        rows=read.rows,
        merged=read.merged,
        set_aside=read.set_aside,
        is_read=False,
    )


def _refused(read: Read, fault: str, field: str) -> Coded:
    place = read.place or Place("", 1)
    found = finding(fault, place, field, ENCOUNTER_SET_ASIDE)
    return Coded(
        outcome=Outcome(encounter_id=read.encounter_id or "", findings=(*read.findings, found)),
        rows=read.rows,
        merged=read.merged,
        set_aside=read.set_aside + read.to_code,
        is_read=False,
    )
