"""Each family at every minute from 0 to 1,500, against the curves drawn here.

The curves are formulas, so that a stranger can check them; where the shared table of units lies
beside the checkout, every one of its rows is checked too.
"""

import csv
import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from hangtime.model import Administration, Encounter

MINUTES = range(1501)
START = dt.datetime(2024, 8, 14, 8, 0)
TABLE = Path(__file__).resolve().parents[4] / "shared" / "rules" / "time_units.csv"

Lines = dict[str, int]


@dataclass(frozen=True)
class Curve:
    """A family: `first` from `floor` minutes, `hour` for each further hour, `short` below it."""

    name: str
    first: str
    hour: str
    floor: int
    short: str
    table: tuple[str, str]  # family and context in the shared table
    given: dict[str, object]
    beside: tuple[Administration, ...] = ()
    base: tuple[str, ...] = ()  # lines of what was given beside it

    def lines(self, minutes: int) -> Lines:
        """The curve: nothing at 0, the short code below the floor, then the first and its hours."""
        counted = Counter(self.base)
        if 0 < minutes < self.floor and self.short:
            counted[self.short] += 1
        if minutes >= self.floor:
            counted[self.first] += 1
            counted[self.hour] += further_hours(minutes)
        return {code: units for code, units in counted.items() if units}


def further_hours(minutes: int) -> int:
    """A further hour counts once more than 30 minutes of it have run: at 91, 151, 211 ..."""
    return max(0, (minutes - 31) // 60)


def at(clock: int, **fields: object) -> Administration:
    """Something given `clock` minutes after the start of the sweep's day."""
    begin = START + dt.timedelta(minutes=clock)
    fields = {"administration_id": "x", "route": "iv_infusion", "start": begin} | fields
    return Administration(**fields)  # type: ignore[arg-type]


PUSH = at(-60, drug="ondansetron", route="iv_push")
# Longer than the sweep, so that it is initial whatever runs after it.
LONG = at(-1800, drug="vancomycin", stop=START - dt.timedelta(minutes=60))
LONG_COMPLEX = at(
    -1800,
    drug="paclitaxel",
    category="chemotherapy",
    stop=START - dt.timedelta(minutes=60),
)

FIRST_DOSE = at(
    -1920,
    drug="vancomycin",
    dose=Decimal(1),
    stop=START - dt.timedelta(minutes=180),
)

THERAPEUTIC = {"drug": "ceftriaxone", "category": "therapeutic"}
COMPLEX = {"drug": "docetaxel", "category": "chemotherapy"}
FLUID = {"drug": "normal saline", "category": "hydration"}

CURVES = (
    Curve("therapeutic", "96365", "96366", 16, "96374", ("therapeutic", "initial"), THERAPEUTIC),
    Curve("complex", "96413", "96415", 16, "96409", ("chemo-complex", "initial"), COMPLEX),
    Curve("hydration", "96360", "96361", 31, "", ("hydration", "initial"), FLUID),
    Curve(
        "subcutaneous",
        "96369",
        "96370",
        16,
        "96372",
        ("subcutaneous", "initial"),
        THERAPEUTIC | {"route": "sc_infusion"},
    ),
    Curve(
        "arterial",
        "96422",
        "96423",
        16,
        "96420",
        ("chemo-complex", "arterial infusion"),
        COMPLEX | {"route": "ia_infusion"},
    ),
    Curve(
        "sequential",
        "96367",
        "96366",
        16,
        "96375",
        ("therapeutic", "sequential"),
        THERAPEUTIC,
        (LONG,),
        ("96365",) + ("96366",) * further_hours(1740),
    ),
    Curve(
        "sequential complex",
        "96417",
        "96415",
        16,
        "96411",
        ("chemo-complex", "sequential"),
        COMPLEX,
        (LONG_COMPLEX,),
        ("96413",) + ("96415",) * further_hours(1740),
    ),
)


def secondary(minutes: int) -> Lines:
    """Hydration beside another initial: 31 to 90 is one unit, 91 to 150 two."""
    units = (minutes + 29) // 60 if minutes >= 31 else 0
    return {"96374": 1} | ({"96361": units} if units else {})


def repeat(minutes: int) -> Lines:
    """The same drug again: one unit from 16 minutes, and its further hours; less is a push."""
    lines = {"96365": 1, "96366": further_hours(1740)}
    if 0 < minutes < 16:
        lines["96376"] = 1
    if minutes >= 16:
        lines["96366"] += 1 + further_hours(minutes)
    return lines


def pump(code: str, first: str, hour: str) -> Callable[[int], Lines]:
    """Beyond 480 minutes on a portable pump the prolonged code takes the place of the hours."""

    def lines(minutes: int) -> Lines:
        if minutes > 480:
            return {code: 1}
        curve = next(one for one in CURVES if (one.first, one.hour) == (first, hour))
        return curve.lines(minutes)

    return lines


SWEEPS: dict[str, tuple[Callable[[int], Lines], dict[str, object], tuple[Administration, ...]]] = {
    **{curve.name: (curve.lines, curve.given, curve.beside) for curve in CURVES},
    "secondary hydration": (secondary, FLUID, (PUSH,)),
    "repeat": (repeat, {"drug": "vancomycin", "dose": Decimal(1)}, (FIRST_DOSE,)),
    "prolonged": (pump("C8957", "96365", "96366"), THERAPEUTIC | {"pump": "portable"}, ()),
    "prolonged complex": (pump("96416", "96413", "96415"), COMPLEX | {"pump": "portable"}, ()),
}


def charted(
    given: dict[str, object], beside: tuple[Administration, ...], minutes: int
) -> Encounter:
    """One infusion of so many minutes, by the clock."""
    stop = START + dt.timedelta(minutes=minutes)
    rows = (*beside, at(0, **({"administration_id": "swept", "stop": stop} | given)))
    return Encounter(encounter_id="sweep", setting="facility", administrations=rows)


@cache
def coder() -> Any:
    """One coder for the whole sweep."""
    from hangtime.engine import Coder

    return Coder()


def coded(encounter: Encounter) -> Lines:
    """Units by code, over all dates."""
    units = Counter[str]()
    for line in coder().code(encounter).lines:
        units[line.code] += line.units
    return dict(units)


@pytest.mark.parametrize("family", SWEEPS)
def test_every_minute_follows_the_curve(family: str) -> None:
    """1,501 lengths of one infusion; a length of 0 is a fault and earns nothing."""
    curve, given, beside = SWEEPS[family]
    wrong = {
        minutes: (curve(minutes), got)
        for minutes in MINUTES
        if (got := coded(charted(given, beside, minutes))) != curve(minutes)
    }
    assert not wrong, dict(list(wrong.items())[:3])


@pytest.mark.parametrize("family", SWEEPS)
def test_longer_never_loses_units(family: str) -> None:
    """Until a pump's prolonged code replaces its hours, units only grow."""
    curve = SWEEPS[family][0]
    last = 480 if family.startswith("prolonged") else 1500
    totals = [sum(curve(minutes).values()) for minutes in range(last + 1)]
    assert totals == sorted(totals)


def shared_rows() -> Iterator[dict[str, str]]:
    """Rows of the shared table; none where it does not lie beside the checkout."""
    if TABLE.exists():
        with TABLE.open(newline="") as file:
            yield from csv.DictReader(file)


@pytest.mark.shared
@pytest.mark.parametrize("curve", CURVES, ids=lambda curve: curve.name)
def test_curves_agree_with_the_shared_table(curve: Curve) -> None:
    """Each minute of each bin."""
    rows = [
        row
        for row in shared_rows()
        if row["family"] == curve.table[0] and row["context"].startswith(curve.table[1])
    ]
    if not TABLE.exists():
        pytest.skip("no ../shared/rules/time_units.csv beside the checkout")
    assert rows
    for row in rows:
        for minutes in range(int(row["min_minutes"]), min(int(row["max_minutes"]), 1500) + 1):
            lines = Counter(curve.lines(minutes))
            lines.subtract(Counter(curve.base))
            told = Counter({row["code_first"]: int(row["units_first"] or 0)})
            told[row["code_additional"]] += int(row["units_additional"] or 0)
            assert {code: n for code, n in lines.items() if n} == {
                code: n for code, n in told.items() if n
            }, (minutes, row)
