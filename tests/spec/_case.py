"""Cases of the specification: a drawn table of a chart, and the lines it supports.

One case is both a test and a paragraph of the manual.  `Case` keeps it as it was drawn;
`encounter` turns the drawing into the record the engine reads; `collect` finds every case under a
folder, so that the pages of the manual are built from what is tested and from nothing else.

How a table is read.  Columns are fields of an administration.  A time is `09:00`, `09:00:30` or
`+1 00:30` (the next day); an empty cell says nothing was charted.  `pauses` is `09:10-09:20`, or
`09:10-` for one that was not resumed; `rates` is `09:00 125, 10:00 250`.  Rows are r1, r2, ...
in the order drawn, unless an `id` column names them.

How lines are read.  `96366-59 x2 @+1`: a code, its modifiers, its units (one unless said), and the
day counted from the first, compared only where it is drawn.  `lines` are of administrations, and
units of one code add up; `drugs` are of products, and each is compared by itself, on the first day
unless drawn.  A case that draws no `drugs` is not about them.
"""

from __future__ import annotations

import datetime as dt
import importlib.util
import inspect
import re
from collections import Counter
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path
from types import ModuleType
from typing import Any, get_args

from hangtime.model import (
    Access,
    AccessKind,
    AccessReason,
    Administration,
    Container,
    Encounter,
    Interruption,
    Line,
    OtherService,
    Outcome,
    RateChange,
)
from hangtime.product_facts import product_codes
from hangtime.rules._card import card_by_id

FIRST_DAY = "2024-08-14"  # within the quarter whose edit tables are always at hand

ASSUMED_PAYER = "ENC-NO-PAYER"  # stands on most cases, which draw no payer

_TIMES = {"start", "stop", "last_observed_infusing", "disconnected_at", "ordered_at", "recorded_at"}
_NUMBERS = {
    "minutes", "dose", "volume_ml", "rate_ml_per_h", "volume_infused_ml", "discarded",
}  # fmt: skip
_TRUTHS = {
    "hand_push", "counselling", "continues_off_site", "running_on_arrival", "order_signed",
    "primary_reason",
}  # fmt: skip
_CHART_TIMES = {"ended_at", "inpatient_order_at"}
_CHART_NUMBERS = {"weight_kg"}
_CONTAINERS = re.compile(r"(\d+) x (\S+) (\S+)(?: (multi-dose|of unknown kind))?")
_SINGLE_DOSE = {None: True, "multi-dose": False, "of unknown kind": None}


@dataclass(frozen=True)
class Case:
    """One case as drawn, with the chapter and section it stands in."""

    table: str
    lines: str = ""
    drugs: str | None = None  # product lines; "" says that there are none
    ndc: str = ""  # "J0696 00409733201 UN2, ...": lines with an NDC, its unit and quantity
    narrative: str = ""  # what a line says of an unlisted drug
    covers: str = ""  # ids of the specification that decide it
    because: str = ""  # ids of our rules that must be among the reasons given
    left_off: str = ""  # codes or rows that must stand under "not reported"
    flags: str = ""  # rows or ids that need a finding, or `!C20`: an id that must have none
    possible: str = ""  # "96366 stop 10:31; ...": what one more fact would add; "!": nothing would
    minutes: str = ""  # "r1=255": minutes the timeline shows for the bar of that row
    reading: str = ""  # where the specification leaves room: how it is read here
    setting: str = "facility"
    payer: str | None = None
    day: str = FIRST_DAY
    accesses: str = ""  # "A peripheral; B port incompatible_drugs"
    services: str = ""  # "99213 G0463-25": what else was done
    policy: dict[str, Any] = field(default_factory=dict[str, Any])
    chart: dict[str, Any] = field(default_factory=dict[str, Any])
    chapter: str = ""
    section: str = ""
    name: str = ""
    title: str = ""
    text: str = ""

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids of the specification this case covers."""
        return tuple(self.covers.split())

    @property
    def rows(self) -> list[dict[str, str]]:
        """The drawn table, a dictionary of column to cell for each row; empty cells left out."""
        drawn = [line.split("|") for line in self.table.strip().splitlines() if line.strip()]
        if not drawn:
            return []
        header = [cell.strip() for cell in drawn[0]]
        rows: list[dict[str, str]] = []
        for number, line in enumerate(drawn[1:], 1):
            cells = [cell.strip() for cell in line]
            if len(cells) != len(header):
                raise ValueError(f"row {number} has {len(cells)} cells for {len(header)} columns")
            row = {name: cell for name, cell in zip(header, cells, strict=True) if cell}
            rows.append({"id": f"r{number}"} | row)
        return rows


# -- From drawing to record ------------------------------------------------------------------------


def moment(text: str, day: dt.date) -> dt.datetime:
    """`09:00`, `09:00:30`, `+1 00:30` or a whole ISO time, as a datetime."""
    if "T" in text:
        return dt.datetime.fromisoformat(text)
    days, _, clock = text.rpartition(" ")
    date = day + dt.timedelta(days=int(days or 0))
    return dt.datetime.combine(date, dt.time.fromisoformat(clock))


def _pauses(text: str, day: dt.date) -> tuple[Interruption, ...]:
    def pause(part: str) -> Interruption:
        start, _, stop = part.strip().partition("-")
        return Interruption(start=moment(start, day), stop=moment(stop, day) if stop else None)

    return tuple(pause(part) for part in text.split(","))


def _rates(text: str, day: dt.date) -> tuple[RateChange, ...]:
    pairs = [part.strip().rsplit(" ", 1) for part in text.split(",")]
    return tuple(RateChange(at=moment(at, day), rate_ml_per_h=Decimal(rate)) for at, rate in pairs)


def _containers(text: str) -> tuple[Container, ...]:
    """`4 x 100 mg`: single-dose containers; `1 x 10 mL multi-dose`, `1 x 1 g of unknown kind`."""
    parts = [_CONTAINERS.fullmatch(part.strip()) for part in text.split(",")]
    return tuple(
        Container(
            count=int(p[1]), size=Decimal(p[2]), size_unit=p[3], single_dose=_SINGLE_DOSE[p[4]]
        )
        for p in parts
        if p
    )


def _cell(name: str, text: str, day: dt.date) -> tuple[str, Any]:
    """The field of an administration that a cell fills, and its value."""
    if name == "id":
        return "administration_id", text
    if name == "pauses":
        return "interruptions", _pauses(text, day)
    if name == "rates":
        return "rate_changes", _rates(text, day)
    if name == "containers":
        return name, _containers(text)
    if name in _TIMES:
        return name, moment(text, day)
    if name in _NUMBERS:
        return name, Decimal(text)
    if name in _TRUTHS:
        return name, {"yes": True, "no": False}[text]
    return name, text


def _accesses(text: str) -> tuple[Access, ...]:
    kinds, reasons = get_args(AccessKind), get_args(AccessReason)
    drawn: list[Access] = []
    for part in filter(None, (part.strip() for part in text.split(";"))):
        words, _, said = part.partition('"')
        name, *rest = words.split()
        drawn.append(
            Access(
                access_id=name,
                kind=next((word for word in rest if word in kinds), None),
                reason_code=next((word for word in rest if word in reasons), None),
                reason=said.rstrip('"') or None,
            )
        )
    return tuple(drawn)


def _services(text: str) -> tuple[OtherService, ...]:
    split = [word.split("-") for word in text.split()]
    return tuple(OtherService(code=code, modifiers=tuple(mods)) for code, *mods in split)


def _charted(name: str, value: Any, day: dt.date) -> tuple[str, Any]:
    """A field of the encounter that a case draws under `chart`, and its value."""
    if name in _CHART_TIMES:
        return name, moment(value, day)
    return name, Decimal(value) if name in _CHART_NUMBERS else value


def encounter(case: Case) -> Encounter:
    """The charted encounter that the case draws."""
    day = dt.date.fromisoformat(case.day)
    administrations = tuple(
        Administration(
            **({"route": "iv_infusion"} | dict(_cell(*cell, day) for cell in row.items()))
        )
        for row in case.rows
    )
    chart = dict(_charted(*said, day) for said in case.chart.items())
    return Encounter(
        **{
            "encounter_id": case.name or "case",
            "setting": case.setting,
            "payer": case.payer,
            "date_of_service": day,
            "administrations": administrations,
            "accesses": _accesses(case.accesses),
            "other_services": _services(case.services),
        }
        | chart
    )


def profile_text(case: Case) -> str:
    """The profile file a case draws under `policy`: what it extends, and the switches it sets."""
    switches = {name: value for name, value in case.policy.items() if name != "extends"}
    extends = case.policy.get("extends", case.payer or "medicare")
    lines = ['title = "Drawn"', f'extends = ["{extends}"]', "", "[switches]"]
    return "\n".join([*lines, *(f'{name} = "{value}"' for name, value in switches.items())])


def profiled(case: Case, folder: Path) -> tuple[Case, Path]:
    """The case under the profile it draws, and the folder of profiles it needs, now written."""
    folder.mkdir(parents=True, exist_ok=True)
    if not case.policy:
        return case, folder
    (folder / "drawn.toml").write_text(profile_text(case), encoding="utf-8")
    return replace(case, payer="drawn"), folder


# -- From outcome back to what was drawn -------------------------------------------------------------


@dataclass(frozen=True)
class Drawn:
    """One expected line; `day` is days after the first, or None where not drawn."""

    code: str
    modifiers: tuple[str, ...]
    units: int
    day: int | None


def drawn_lines(text: str) -> list[Drawn]:
    """`96365, 96366 x2 @+1` as lines."""
    lines: list[Drawn] = []
    for part in filter(None, (part.strip() for part in text.split(","))):
        match = re.fullmatch(r"(\w{5})((?:-\w\w)*)(?: ?x(\d+))?(?: ?@\+(\d+))?", part)
        if not match:
            raise ValueError(f"not a line: {part}")
        modifiers = tuple(sorted(filter(None, match[2].split("-"))))
        day = None if match[4] is None else int(match[4])
        lines.append(Drawn(match[1], modifiers, int(match[3] or 1), day))
    return lines


def differences(case: Case, outcome: Outcome) -> list[str]:
    """What the outcome says otherwise than the case; empty where they agree."""
    found = _line_differences(case, outcome) + _drug_differences(case, outcome)
    found += [
        f"not left off: {word}" for word in case.left_off.split() if not _is_off(word, outcome)
    ]
    found += [
        f"no finding on {word}" for word in case.flags.split() if not _is_flagged(word, outcome)
    ]
    if case.possible == "!":
        found += [f"possible: {one.code}" for one in outcome.possible]
    wanted = filter(None, (part.strip() for part in case.possible.strip("!").split(";")))
    found += [f"not possible: {want}" for want in wanted if not _is_possible(want, outcome)]
    found += _minute_differences(case, outcome)
    given = outcomes_rules(outcome)
    found += [f"rule not used: {id}" for id in case.because.split() if id not in given]
    return found


def _line_differences(case: Case, outcome: Outcome) -> list[str]:
    expected = drawn_lines(case.lines)
    day = dt.date.fromisoformat(case.day)
    want, got = Counter[Any](), Counter[Any]()
    for line in expected:
        want[line.code, line.modifiers] += line.units
    for line in outcome.lines:
        if is_administration(line.code):
            got[line.code, tuple(sorted(line.modifiers))] += line.units
    if want != got:
        return [f"lines: expected {_said(want)}; got {_said(got)}"]
    want, got = Counter[Any](), Counter[Any]()
    dated = {line.code for line in expected if line.day is not None}
    for line in expected:
        if line.code in dated:
            want[line.code, line.modifiers, day + dt.timedelta(days=line.day or 0)] += line.units
    for line in outcome.lines:
        if line.code in dated:
            key = line.code, tuple(sorted(line.modifiers)), line.date_of_service
            got[key] += line.units
    return [] if want == got else [f"dates: expected {_said(want)}; got {_said(got)}"]


def _said(lines: Counter[Any]) -> str:
    def word(key: tuple[Any, ...], units: int) -> str:
        code, modifiers, *rest = key
        return "-".join([code, *modifiers]) + f" x{units}" + "".join(f" @{day}" for day in rest)

    return ", ".join(word(key, units) for key, units in sorted(lines.items(), key=str)) or "nothing"


def _drug_differences(case: Case, outcome: Outcome) -> list[str]:
    """Product lines one by one: code, modifiers, units, date, NDC and narrative."""
    if case.drugs is None:
        return []
    day = dt.date.fromisoformat(case.day)
    lines = [line for line in outcome.lines if not is_administration(line.code)]
    want = sorted(
        f"{_coded(drawn)} x{drawn.units} @{day + dt.timedelta(days=drawn.day or 0)}"
        for drawn in drawn_lines(case.drugs)
    )
    got = sorted(f"{_coded(line)} x{line.units} @{line.date_of_service}" for line in lines)
    wanted = sorted(filter(None, (part.strip() for part in case.ndc.split(","))))
    found = sorted(_with_ndc(line) for line in lines if line.ndc)
    told = "; ".join(line.narrative for line in lines if line.narrative)
    return [
        f"{what}: expected {expected or 'nothing'}; got {given or 'nothing'}"
        for what, expected, given in (
            ("drugs", want, got),
            ("NDC", wanted, found),
            ("narrative", case.narrative, told),
        )
        if expected != given
    ]


def _coded(line: Line | Drawn) -> str:
    return "-".join([line.code, *sorted(line.modifiers)])


def _with_ndc(line: Line) -> str:
    quantity = (
        f" {line.ndc_unit}{line.ndc_quantity.normalize():f}"
        if line.ndc_quantity is not None
        else ""
    )
    return f"{_coded(line)} {line.ndc}{quantity}"


def is_administration(code: str) -> bool:
    """False for a product's line: a vaccine has one, giving it another."""
    return code not in product_codes()


def _is_off(word: str, outcome: Outcome) -> bool:
    return any(word == off.what or word in off.administrations for off in outcome.not_reported)


def _is_flagged(word: str, outcome: Outcome) -> bool:
    """`r2`: a finding on that row; `C52`: one about that id; `!C20`: none about it."""
    findings = outcome.findings
    if word == "any":
        return any(finding.reason.rule != ASSUMED_PAYER for finding in findings)
    if re.fullmatch(r"!?(R-[A-Z]+-\d\d|[CD]\d\d)", word):
        about = {id for finding in findings for id in card_by_id(finding.reason.rule).spec}
        return (word.lstrip("!") in about) != word.startswith("!")
    return any(word in finding.administrations for finding in findings)


def _is_possible(want: str, outcome: Outcome) -> bool:
    line, *need = want.split(maxsplit=2)
    (drawn,) = drawn_lines(line)
    for one in outcome.possible:
        if (one.code, tuple(sorted(one.modifiers))) != (drawn.code, drawn.modifiers):
            continue
        if need and one.need.field.rpartition(".")[2] != need[0]:
            continue
        if len(need) == 2 and need[1] not in one.need.value.replace("T", " "):
            continue
        return True
    return False


def _minute_differences(case: Case, outcome: Outcome) -> list[str]:
    if not outcome.timeline:  # tables have no timeline
        return []
    bars = {id: bar.minutes for bar in outcome.timeline for id in bar.administrations}
    wanted = dict(pair.split("=") for pair in case.minutes.split())
    return [
        f"minutes of {id}: expected {count}; got {bars.get(id)}"
        for id, count in wanted.items()
        if bars.get(id) != int(count)
    ]


def outcomes_rules(outcome: Outcome) -> set[str]:
    """Ids of the rules an outcome names: for lines, for what is left off, and in findings."""
    reasons = [reason for line in outcome.lines for reason in line.rules]
    reasons += [other.reason for other in (*outcome.not_reported, *outcome.findings)]
    return {reason.rule for reason in reasons}


# -- Cases as a collection -------------------------------------------------------------------------


def collect(folder: Path) -> list[Case]:
    """Every case drawn under `folder`, in the order of chapters, files and lines."""
    cases: list[Case] = []
    for path in sorted(folder.glob("[0-9][0-9]_*/test_*.py")):
        module = _loaded(path)
        for name, function in vars(module).items():
            if name.startswith("test_") and list(inspect.signature(function).parameters) == [
                "spec"
            ]:
                cases += drawn_by(function, path, getattr(module, "title", path.stem))
    return cases


def _loaded(path: Path) -> ModuleType:
    found = importlib.util.spec_from_file_location(f"spec_{path.parent.name}_{path.stem}", path)
    assert found
    assert found.loader
    module = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    return module


def drawn_by(function: Any, path: Path, section: str) -> list[Case]:
    """The cases a test function draws, found by letting it draw into a list."""
    cases: list[Case] = []
    name = function.__name__.removeprefix("test_")
    words = name.replace("_", " ")

    def record(table: str, **drawn: Any) -> None:
        case = Case(inspect.cleandoc(table), **drawn)
        placed = replace(
            case,
            chapter=path.parent.name,
            section=section,
            name=name,
            title=words[0].upper() + words[1:],
            text=inspect.cleandoc(function.__doc__ or ""),
        )
        cases.append(placed)

    function(record)
    return cases
