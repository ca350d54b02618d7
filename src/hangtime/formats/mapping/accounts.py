"""What happened to every row, and what a map could not use.

`Fault` is one thing that went wrong or was decided about one row; it never holds a cell.  `Tally`
counts over a whole reading, for `hangtime map check`: which fields were filled, which words the
vocabularies do not list, which rows were set aside and why, which columns nobody asked for.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import Literal

from hangtime.explain import register_faults
from hangtime.formats import _faults
from hangtime.formats.reads import Place
from hangtime.model import Finding, Reason, Severity

Kind = Literal["unusable", "dropped", "merged", "left_out", "assumed", "marked"]

_EFFECTS: dict[Kind, tuple[str, Severity]] = {
    "unusable": (_faults.ROW_SET_ASIDE, "error"),
    "dropped": (_faults.ROW_SET_ASIDE, "info"),
    "merged": (_faults.COUNTED_ONCE, "warning"),
    "left_out": (_faults.FIELD_LEFT_OUT, "warning"),
    "marked": (_faults.READ_WITH_MARKS, "warning"),
    "assumed": ("The map says what to read instead", "info"),
}

# Ways in which a row does not fit its map, beside those of `formats._faults`.
_SENTENCES = {
    "MAP-DROPPED": "{file}, line {line}: {problem}. {effect}.",
    "MAP-BAD-VALUE": "{file}, line {line}: {field}: {problem}. {effect}.",
    "MAP-UNLISTED-WORD": "{file}, line {line}: {field}: {problem}. {effect}.",
    "MAP-NOT-CHARTED": "{file}, line {line}: {field} is not charted. {effect}.",
    "MAP-ROWS-DISAGREE": "{file}, line {line}: {field} {problem}. {effect}.",
    "MAP-BROKEN-FILE": "{file}, line {line}: the file cannot be read from here on. {effect}.",
    "MAP-DETAIL-OF-NONE": "{file}, line {line}: no row of the export has this detail. {effect}.",
    "MAP-DETAIL-SET-ASIDE": "{file}, line {line}: the row it belongs to is set aside. {effect}.",
    "MAP-DATES-MOVED": (
        "All dates of the encounter were moved by whole days so that it starts on {day}, because "
        "the map says edition_on; times of day and intervals are as charted. "
        "Codes are those of {day}."
    ),
    "MAP-AS-OUTPATIENT": (
        "The patient was an inpatient: nothing of this may be billed. The encounter is coded as "
        "if it had been outpatient because the map says treat_as_outpatient."
    ),
}
register_faults(_SENTENCES)


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault of one row: its id, where it is, and what became of the row or the field.

    `unusable` and `dropped` rows are set aside, the latter by the map's own decision with
    `problem` as its reason.  `merged` is a row that counts once with an earlier one.  `left_out`
    and `assumed` are about one field of a row that is coded.
    """

    file: str
    line: int
    field: str
    id: str
    problem: str
    kind: Kind

    @property
    def sets_aside(self) -> bool:
        return self.kind in ("unusable", "dropped")

    def finding(self) -> Finding:
        """The finding of this fault."""
        effect, severity = _EFFECTS[self.kind]
        place = Place(self.file, self.line)
        facts = {"file": place.file, "line": place.line, "field": self.field}
        facts |= {"problem": self.problem, "effect": effect}
        return Finding(severity=severity, reason=Reason(self.id, facts))


@dataclass(slots=True)
class Tally:
    """Counts of one reading; words are kept for vocabularies only, never for free text.

    `matched` says of each side file its name, how many rows found something in it, and how many
    looked.
    """

    rows: int = 0
    encounters: int = 0
    coded: int = 0
    merged: int = 0
    set_aside: int = 0
    unused: tuple[str, ...] = ()
    matched: dict[str, tuple[str, int, int]] = field(
        default_factory=dict[str, tuple[str, int, int]]
    )
    filled: Counter[str] = field(default_factory=Counter[str])
    unlisted: defaultdict[str, Counter[str]] = field(
        default_factory=lambda: defaultdict(Counter[str])
    )
    faults: Counter[tuple[Kind, str, str]] = field(default_factory=Counter[tuple[Kind, str, str]])
    first: dict[tuple[Kind, str, str], Fault] = field(
        default_factory=dict[tuple[Kind, str, str], Fault]
    )

    def note(self, fault: Fault) -> None:
        """Count a fault by kind, field and problem, and remember the first of each."""
        key = (fault.kind, fault.field, fault.problem)
        self.faults[key] += 1
        self.first.setdefault(key, fault)
