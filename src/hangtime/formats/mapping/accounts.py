"""What happened to every row, and what a map could not use.

`Fault` is one thing that went wrong or was decided about one row; it never holds a cell.  `Tally`
counts over a whole reading, for `hangtime map check`: which fields were filled, which words the
vocabularies do not list, which side files matched.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import Literal

Kind = Literal["unusable", "dropped", "left_out", "assumed"]


@dataclass(frozen=True, slots=True)
class Fault:
    """`unusable` and `dropped` rows are set aside; `left_out` and `assumed` are about one field.

    `dropped` is the map's own decision and `problem` its reason; `assumed` means that the map's
    value for an empty or unlisted cell was used.
    """

    file: str
    line: int
    field: str
    problem: str
    kind: Kind

    @property
    def sets_aside(self) -> bool:
        return self.kind in ("unusable", "dropped")


@dataclass(slots=True)
class Tally:
    """Counts of one reading; words are kept for vocabularies only, never for free text."""

    rows: int = 0
    encounters: int = 0
    administrations: int = 0
    coded: int = 0
    merged: int = 0
    set_aside: int = 0
    filled: Counter[str] = field(default_factory=Counter[str])
    unlisted: defaultdict[str, Counter[str]] = field(
        default_factory=lambda: defaultdict(Counter[str])
    )
    reasons: Counter[tuple[Kind, str, str]] = field(
        default_factory=Counter[tuple[Kind, str, str]]
    )
    first: dict[tuple[Kind, str, str], Fault] = field(
        default_factory=dict[tuple[Kind, str, str], Fault]
    )

    def note(self, fault: Fault) -> None:
        """Count a fault by kind, field and problem, and remember the first of each."""
        key = (fault.kind, fault.field, fault.problem)
        self.reasons[key] += 1
        self.first.setdefault(key, fault)
