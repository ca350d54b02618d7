"""Scratch tables of one coder: what the rules write into, grown to the widest encounter met."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from hangtime.normalise import Charted
from hangtime.rules.records import (
    Charge,
    Given,
    Note,
    Possibility,
    Run,
    Span,
    Tally,
)
from hangtime.rules.supplies import Supply
from hangtime.whatif import is_open


@dataclass(slots=True)
class Tables:
    """Scratch tables of one coder, grown to the widest encounter it has met."""

    order: list[int] = field(default_factory=list[int])
    placing: list[int] = field(default_factory=list[int])
    ranking: list[int] = field(default_factory=list[int])
    runs: list[Run] = field(default_factory=list[Run])
    spans: list[Span] = field(default_factory=list[Span])
    charges: list[Charge] = field(default_factory=list[Charge])
    notes: list[Note] = field(default_factory=list[Note])
    supplies: list[Supply] = field(default_factory=list[Supply])
    tally: Tally = field(default_factory=Tally)
    possible: list[Possibility] = field(default_factory=list[Possibility])
    keep: list[Given] = field(default_factory=list[Given])

    def may_gain(self, charted: Charted) -> bool:
        """Whether any fact about the encounter is missing that could add a line."""
        return len(charted.entries) > 1 or any(is_open(row, charted.visit) for row in charted.rows)

    def grow(self, charted: Charted, factor: int = 1) -> None:
        """Make room for the encounter; `factor` doubles after an overflow."""
        rows = len(charted.rows) + 1
        lengthen(self.order, rows, int)
        lengthen(self.runs, rows, Run)
        lengthen(self.supplies, rows, Supply)
        lengthen(self.placing, rows, int)
        lengthen(self.spans, 4 * (rows + len(charted.pauses)), Span)
        room = factor * (4 * rows + len(charted.others) + 8)
        lengthen(self.charges, room, Charge)
        lengthen(self.ranking, len(self.charges), int)
        lengthen(self.notes, factor * (8 * rows + 2 * len(charted.others) + 16), Note)


def lengthen(table: list[Any], length: int, kind: type) -> None:
    """Append empty records until the table has the length."""
    while len(table) < length:
        table.append(kind())
