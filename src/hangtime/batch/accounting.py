"""Encounters through an engine, with every row accounted for."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from decimal import Decimal
from heapq import nsmallest
from typing import TYPE_CHECKING, Any

from hangtime.formats._faults import OTHERS_CODED, finding
from hangtime.formats._plain import plain
from hangtime.formats.reads import Read
from hangtime.model import Allowed, Finding, Outcome, Reason

if TYPE_CHECKING:
    from hangtime.engine import Coding

_SET_ASIDE = "TIME-SET-ASIDE"
_COUNTS = ("encounters", "encounters_read", "rows", "merged", "set_aside", "lines", "units")
_INDEX = re.compile(r"\[\d+\]")


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


KEPT = 9  # lines: of a hundred million rows, one in twenty may have a fault


@dataclass(slots=True)
class Faults:
    """Faults of input of one kind, in one field of one file: the first met, how many, and the
    lowest `KEPT` of their lines in order.
    """

    first: Finding
    count: int = 0
    lines: list[int] = field(default_factory=list[int])

    def add(self, lines: list[int], count: int) -> None:
        """Count more of the kind, of which these are the lowest lines or all."""
        self.count += count
        self.lines = nsmallest(KEPT, (*self.lines, *lines))


@dataclass(slots=True)
class Account:
    """What became of all rows, and how often each code and each finding came up.

    `amounts` are dollars by code, where lines are priced; `unknown` how many lines of the code have
    no known one, and `missing` how many want each table.
    """

    encounters: int = 0
    encounters_read: int = 0
    rows: int = 0
    merged: int = 0
    set_aside: int = 0
    lines: Counter[str] = field(default_factory=Counter[str])
    units: Counter[str] = field(default_factory=Counter[str])
    amounts: dict[str, Decimal] = field(default_factory=dict[str, Decimal])
    unknown: Counter[str] = field(default_factory=Counter[str])
    missing: Counter[str] = field(default_factory=Counter[str])
    findings: Counter[tuple[str, str]] = field(default_factory=Counter[tuple[str, str]])
    faults: dict[tuple[str, str], Faults] = field(default_factory=dict[tuple[str, str], "Faults"])

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
            if line.allowed is not None:
                self._price(code, line.allowed)
        for each in coded.outcome.findings:
            self.findings[(each.severity, each.reason.rule)] += 1
            self._name(each)

    def add_faults(self, found: Finding, lines: list[int]) -> None:
        """Count the same fault of one file on all these lines, of which it names the first."""
        self.findings[(found.severity, found.reason.rule)] += len(lines)
        self._faults_like(found).add(lines, len(lines))

    def as_json(self) -> dict[str, Any]:
        """What was counted, without amounts, as JSON; `restore` takes it back."""
        return {
            **{name: getattr(self, name) for name in _COUNTS},
            "findings": [[*what, count] for what, count in self.findings.items()],
            "faults": [
                [*what, plain(faults.first), faults.count, faults.lines]
                for what, faults in self.faults.items()
            ],
        }

    def restore(self, said: dict[str, Any]) -> None:
        """Count on from what an earlier run had counted."""
        for name in _COUNTS:
            is_counter = isinstance(getattr(self, name), Counter)
            setattr(self, name, Counter(said[name]) if is_counter else said[name])
        self.findings = Counter({(severity, rule): n for severity, rule, n in said["findings"]})
        for rule, where, first, count, lines in said["faults"]:
            self.faults[(rule, where)] = Faults(finding_of(first), count, lines)

    def join(self, other: Account) -> None:
        """Count what another account has; of one kind of fault the earlier first stays so."""
        for name in _COUNTS:
            mine, theirs = getattr(self, name), getattr(other, name)
            if isinstance(mine, Counter):
                mine.update(theirs)
            else:
                setattr(self, name, mine + theirs)
        self.findings.update(other.findings)
        for what, faults in other.faults.items():
            kept = self.faults.setdefault(what, faults)
            if kept is not faults:
                earlier, later = sorted((kept, faults), key=lambda each: each.lines[0])
                self.faults[what] = replace(earlier)
                self.faults[what].add(later.lines, later.count)

    def _price(self, code: str, allowed: Allowed) -> None:
        """Add the amount of a line, or count that it is unknown and for want of what."""
        self.amounts[code] = self.amounts.get(code, Decimal()) + (allowed.amount or 0)
        self.unknown[code] += allowed.amount is None
        if allowed.missing:
            self.missing[allowed.missing] += 1

    def _name(self, found: Finding) -> None:
        """Keep the first of the faults of one kind in one field and file, and count the others."""
        facts = found.reason.facts
        if "file" not in facts:
            return
        self._faults_like(found).add([facts.get("line", 1)], 1)

    def _faults_like(self, found: Finding) -> Faults:
        where = f"{found.reason.facts['file']} {field_of(found)}"
        return self.faults.setdefault((found.reason.rule, where), Faults(found))


def field_of(found: Finding) -> str:
    """The field of a fault, without its place in a list; empty where it names none."""
    return _INDEX.sub("", str(found.reason.facts.get("field", "")))


def finding_of(said: dict[str, Any]) -> Finding:
    """A finding from the plain value that JSON has of it."""
    return Finding(
        severity=said["severity"],
        reason=Reason(said["reason"]["rule"], said["reason"]["facts"]),
        administrations=tuple(said.get("administrations", ())),
    )


def code_reads(reads: Iterable[Read], coder: Coding) -> Iterator[Coded]:
    """Code each encounter; findings of reading stand before those of coding."""
    for read in reads:
        yield code_read(read, coder)


def code_read(read: Read, coder: Coding) -> Coded:
    """Code one encounter; what the engine set aside is named by file and line as well."""
    if read.encounter is None:
        return _uncoded(read)
    outcome = coder.code(read.encounter)
    aside = _ids_set_aside(outcome)
    runs = (set(bar.administrations) - aside for bar in outcome.timeline)
    merged = sum(len(run) - 1 for run in runs if run)
    findings = (*read.findings, *_placed(outcome, read), *_incomplete(outcome, read))
    return Coded(
        outcome=replace(outcome, findings=findings),
        rows=read.rows,
        merged=read.merged + merged,
        set_aside=read.set_aside + len(aside),
    )


def _incomplete(outcome: Outcome, read: Read) -> Iterator[Finding]:
    """Lines beside rows that the reader set aside rest on what is left of the chart."""
    if read.set_aside and outcome.lines and read.place is not None:
        yield finding("INPUT-LINES-WITHOUT-ROWS", read.place, "administrations", OTHERS_CODED)


def _ids_set_aside(outcome: Outcome) -> set[str]:
    """Administrations that the engine would not code, by their findings."""
    return {
        each for found in outcome.findings if _is_set_aside(found) for each in found.administrations
    }


def _is_set_aside(found: Finding) -> bool:
    return found.reason.rule.startswith(_SET_ASIDE) or found.reason.facts.get("set_aside") is True


def _placed(outcome: Outcome, read: Read) -> Iterator[Finding]:
    """The engine's findings; those that set rows aside say where the rows stand."""
    for found in outcome.findings:
        place = read.place_of(found.administrations) if _is_set_aside(found) else None
        if place is None:
            yield found
        else:
            facts = {**found.reason.facts, "file": place.file, "line": place.line}
            yield replace(found, reason=Reason(found.reason.rule, facts))


def _uncoded(read: Read) -> Coded:
    """A read without an encounter: its findings are its outcome."""
    return Coded(
        outcome=Outcome(encounter_id=read.encounter_id or "", findings=read.findings),
        rows=read.rows,
        merged=read.merged,
        set_aside=read.set_aside,
        is_read=False,
    )
