"""Some thousand visits at once: what is common to them, and what is written about them.

Everything about a visit is drawn from the generator of its block, and a block's generator comes
from the seed and the block's number.  So it does not matter which process makes which block.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from hangtime.simulate.arrays import NO_WORD, NONE, Ints, Words
from hangtime.simulate.drugs import formulary
from hangtime.simulate.facts import limits
from hangtime.simulate.year import Year

SIZE = 16_384  # visits of a block
SETTINGS = ("facility", "professional")
PAYERS = ("medicare", "medicaid", "commercial")
_VISITS_A_PATIENT = 4  # on average, over the year
_PAYER_SHARES = np.array([0.46, 0.16, 0.38])
MEDICARE, COMMERCIAL = PAYERS.index("medicare"), PAYERS.index("commercial")


class Table:
    """Entries written a chunk at a time, each chunk some columns of one length or one value."""

    def __init__(self) -> None:
        self.length = 0
        self._chunks: list[tuple[int, int, dict[str, Any]]] = []

    def write(self, length: int, columns: dict[str, Any]) -> Ints:
        """Add a chunk; the numbers of its entries come back."""
        self._chunks.append((self.length, length, columns))
        self.length += length
        return np.arange(self.length - length, self.length)

    def column(self, name: str, absent: int = NONE) -> Ints:
        """One column of the whole table; `absent` where a chunk has none."""
        whole = np.full(self.length, absent, np.int64)
        for first, length, columns in self._chunks:
            if name in columns:
                whole[first : first + length] = columns[name]
        return whole


class Block:
    """The visits of one block.

    `clock` is the moment at which the next thing of each visit can happen.  `given` has a row for
    each administration, `owed` one for each unit or units of a service; `texts` has the words that
    their columns hold numbers of.  `visits` are columns with one entry a visit.
    """

    def __init__(
        self, seed: int, number: int, first: int, count: int, total: int, year: int
    ) -> None:
        self.rng = np.random.default_rng(np.random.SeedSequence([seed, number]))
        self.first, self.count = first, count
        self.year = Year(year)
        self.limits = limits(year)
        self.formulary = formulary()
        self.texts: dict[str, Words] = {}
        self.lists: dict[str, list[Any]] = {"accesses": [], "diagnoses": [], "other_services": []}
        self.given, self.owed = Table(), Table()
        self._arrive(total)

    def _arrive(self, total: int) -> None:
        rng, count = self.rng, self.count
        shares = (self.first + np.arange(count) + rng.random(count)) / total
        days = self.year.days_of(np.minimum(shares, np.nextafter(1.0, 0.0)))
        self.department = self.year.departments(days, rng.random(count))
        self.arrived = self.year.arrivals(days, self.department, rng)
        self.clock = self.arrived + 60 * rng.integers(4, 50, count)
        self.patient = rng.integers(0, max(1, total // _VISITS_A_PATIENT), count)
        self.setting = np.zeros(count, np.int64)
        self.payer = np.searchsorted(np.cumsum(_PAYER_SHARES), rng.random(count), side="right")
        self.visits = {
            name: np.full(count, NO_WORD)
            for name in ("accesses", "diagnoses", "other_services", "place_of_service")
        }
        for name in ("attendance_of_day", "inpatient_order_at"):
            self.visits[name] = np.full(count, NONE)

    def word(self, column: str, text: str | None) -> int:
        """The number of a text in a column."""
        return self.texts.setdefault(column, Words()).number(text)

    def listed(self, column: str, value: Any) -> int:
        """The number of a list in a column of lists."""
        values = self.lists[column]
        if value not in values:
            values.append(value)
        return values.index(value)
