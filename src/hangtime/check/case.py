"""What one encounter is checked by: its chart, its payer's positions, and the facts of its date."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import TYPE_CHECKING

from hangtime.check.moments import Clock, Spans
from hangtime.codesets.editions import code_id, edition_for, tables_for
from hangtime.codesets.facts import rows as fact_rows
from hangtime.codesets.facts import table_rows
from hangtime.codesets.places import setting_of
from hangtime.codesets.reasons import reason_of
from hangtime.codesets.tables import HIGH, code_rows
from hangtime.errors import UncoveredDate
from hangtime.model import Access, Administration, Encounter
from hangtime.policies.policy import Profile

if TYPE_CHECKING:
    from hangtime.formulary.described import Drug

VALID = ("incompatible_drugs", "protocol", "simultaneous_necessity")


@cache
def numbers() -> dict[str, str]:
    """Code numbers by the words the tables have for them."""
    return {row.name: row.number for row in code_rows().values() if row.name}


def within(code: str, first: str, last: str) -> bool:
    """A code of the table between two of its words, both within."""
    return code_id(numbers()[first]) <= code_id(code) <= code_id(numbers()[last])


@dataclass(eq=False)
class Row:
    """One administration as the checker reads it: times in seconds, `kind` its code family.

    `off` says why nothing is charged for it; `how` what shows its end.
    """

    n: int
    given: Administration
    drug: Drug
    category: str = ""
    purpose: str = ""
    kind: str = ""
    off: str = ""
    offset: int = 0
    start: int | None = None
    stop: int | None = None
    seen: int | None = None
    disconnected: int | None = None
    ordered: int | None = None
    pauses: list[tuple[int, int | None]] = field(default_factory=list[tuple[int, int | None]])
    rates: list[tuple[int, int]] = field(default_factory=list[tuple[int, int]])
    begin: int | None = None
    end: int | None = None
    how: str = ""
    lasted: int | None = None
    access: int | None = None
    group: int = 0
    drugs: frozenset[str] = frozenset()
    is_complex: bool = False
    bag: str | None = None  # only where another row shares it
    infused_as: str = ""  # the kind its bag gives it

    @property
    def is_aside(self) -> bool:
        """Its own words contradict it, or it is a duplicate."""
        return self.off in ("aside", "duplicate")

    @property
    def takes_part(self) -> bool:
        """It belongs to the family and nothing speaks against charging it."""
        return bool(self.kind) and not self.off


@dataclass(eq=False)
class Run:
    """Rows that are one delivery, and what it is among the others."""

    rows: list[Row]
    kind: str
    joins: list[int] = field(default_factory=lambda: [0])
    order: str | None = None
    begin: int | None = None
    end: int | None = None
    how: str = ""
    spans: Spans = field(default_factory=Spans)
    seconds: int = 0
    minutes: int = 0
    group: int = 0
    role: str = ""
    is_timed: bool = False
    is_again: bool = False
    is_placed: bool = False
    is_reported: bool = False
    is_primary: bool = False
    on_arrival: bool = False
    overlap: int | None = None
    beside: Run | None = None
    since: int | None = None
    into: Run | None = None  # the run that it was made part of
    is_undelivered: bool = False  # paused from beginning to end

    @property
    def first(self) -> Row:
        """The row whose access and calendar stand for the run."""
        return self.rows[0]

    @property
    def ids(self) -> list[str]:
        """Its administrations, in charted order."""
        return [row.given.administration_id for row in sorted(self.rows, key=lambda row: row.n)]


@dataclass(eq=False)
class Charge:
    """Units of one code of one run (or of another service, by its number) on one date."""

    code: str
    units: int
    day: date | None
    run: Run | None = None
    other: int | None = None
    group: int = 0
    modifiers: list[str] = field(default_factory=list[str])
    is_dropped: bool = False

    def mark(self, modifier: str) -> None:
        """Add a modifier, once, two at most."""
        if modifier not in self.modifiers and len(self.modifiers) < 2:
            self.modifiers.append(modifier)


class Case:
    """One encounter under check; UncoveredDate where no edition holds on its first date."""

    def __init__(self, encounter: Encounter, used: Profile) -> None:
        self.encounter, self.used, self.at = encounter, used, used.positions
        self.clock = Clock(encounter)
        self.setting = setting_of(encounter.setting, encounter.place_of_service).name
        self.first_day = self._first_day()
        self.day = encounter.date_of_service or self.first_day
        self.inpatient = self.clock.leniently(encounter.inpatient_order_at, self.clock.common or 0)
        self.attendance = encounter.attendance_of_day or 1
        self.accesses = self._accesses()
        self.rows: list[Row] = []
        self.runs: list[Run] = []
        self.charges: list[Charge] = []
        self.hydration: Run | None = None
        self.first_group = 0
        if self.first_day is None:
            raise UncoveredDate("an encounter without any date has no edition")
        self.limits = edition_for(self.first_day).limits[0]
        self.addons = _addons(tables_for(self.first_day, "facility")["addon"])

    @property
    def is_facility(self) -> bool:
        """A hospital outpatient department bills."""
        return self.setting == "FACILITY"

    @property
    def continues_the_day(self) -> bool:
        """A later attendance that this payer counts with the first."""
        return self.at["initial.scope"] == "per_day_access" and self.attendance > 1

    def is_at(self, switch: str, position: str) -> bool:
        """Whether the payer's switch stands at a position."""
        return self.at[switch] == position

    def count(self, switch: str) -> int:
        """The number a switch stands at."""
        return int(self.at[switch])

    def group_of(self, access: int | None) -> int:
        """The access a row counts under: 0 for all that no valid reason makes one of their own."""
        if access is None or not self.is_vein(access):
            return 0
        valid = (*VALID, "restart") if self.restarts_count else VALID
        return access + 1 if self.reason(access) in valid else 0

    @property
    def restarts_count(self) -> bool:
        """A line put in again after a removal has its own initial service, for this payer."""
        return self.at["initial.restart_same_encounter"] != "no"

    def is_vein(self, access: int) -> bool:
        """The access is into a vein, or of a kind not charted."""
        return self.accesses[access].kind not in ("subcutaneous", "arterial")

    def reason(self, access: int) -> str:
        """Why the access was needed, in the words of the closed list; "" where it is not charted."""
        charted = self.accesses[access]
        if charted.reason_code:
            return charted.reason_code
        found = reason_of(charted.reason).name.lower() if charted.reason else "unknown"
        return "" if found == "unknown" else found

    def is_replacement(self, access: int | None) -> bool:
        """The access took the place of one that failed or was removed."""
        return access is not None and self.reason(access) in ("infiltration", "restart")

    def access_number(self, id: str | None) -> int | None:
        """The place of an access in the list; the first listed one where the row names none."""
        if id is None:
            return 0 if self.encounter.accesses else None
        return next(n for n, each in enumerate(self.accesses) if each.access_id == id)

    def charge(self, word: str, units: int, day: date | None, run: Run) -> Charge:
        """Add units of a code to what the chart supports."""
        made = Charge(numbers()[word], units, day, run, group=run.group)
        self.charges.append(made)
        run.is_reported = True
        return made

    def has(self, *words: str) -> bool:
        """An administration is charged by one of the codes."""
        codes = {numbers()[word] for word in words}
        return any(each.code in codes for each in self.charges if each.other is None)

    def _accesses(self) -> list[Access]:
        listed = {each.access_id: each for each in self.encounter.accesses}
        for row in self.encounter.administrations:
            if row.access is not None:
                listed.setdefault(row.access, Access(access_id=row.access))
        return list(listed.values())

    def _first_day(self) -> date | None:
        rows = self.encounter.administrations
        times = [at for row in rows if (at := row.start or row.stop) is not None]
        days = [self.clock.local_date(at) for at in times]
        return min(days) if days else self.encounter.date_of_service


@cache
def _addons(table: str) -> dict[str, frozenset[str]]:
    """Primaries of each add-on that a line of ours can have."""
    found: dict[str, set[str]] = {}
    for name, addon, primary, *_ in fact_rows("addons.csv"):
        if name == table and 0 <= code_id(primary) < HIGH:
            found.setdefault(addon, set()).add(primary)
    return {addon: frozenset(primaries) for addon, primaries in found.items()}


@cache
def pairs(table: str) -> dict[tuple[str, str], str]:
    """Indicators of the code pairs of a table."""
    return {(a, b): mark for name, a, b, mark in table_rows("pairs.csv") if name == table}


@cache
def ceilings(table: str) -> dict[str, tuple[int, str]]:
    """Units and kind of the ceilings of a table."""
    rows = table_rows("ceilings.csv")
    return {code: (int(units), mai) for name, code, units, mai in rows if name == table}
