"""Drug lines: units of what was given, and of what was thrown away."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from hangtime.check.case import Case, Row, Run
from hangtime.check.items import ndc_digits, quantity_by_item
from hangtime.check.products import (
    codes_of,
    counted,
    dose_of,
    of_dose,
    per_unit,
    smallest_mix,
    unlisted,
)
from hangtime.codesets.facts import day_number
from hangtime.codesets.statuses import status
from hangtime.formulary.products import Product
from hangtime.formulary.units import MILLION, unit

PACKAGED = "N"
BLOCKED = ("aside", "duplicate", "unsigned", "late order", "inpatient", "facility", "oral")
SERVING = ("flush", "diluent", "contrast", "anesthetic")
SKIN = ("sc", "sc_infusion", "on_body")


@dataclass(eq=False)
class Supply:
    """All that was given of one product on one date, by one route where the code asks for it."""

    code: str
    day: date
    ndc: str | None
    route: str
    listed: Product | None
    rows: list[Row] = field(default_factory=list[Row])
    doses: list[int] = field(default_factory=list[int])
    units: int = 1
    per: int = 1
    billed: int = 0
    opened: int | None = None
    least: int | None = None
    discarded: int | None = None
    wasted: int | None = None
    waste_units: int = 0
    is_zero: bool = False
    is_unread: bool = False  # containers or waste of a row cannot be read


def supplies(case: Case) -> list[Supply]:
    """The drug lines of the encounter, once its runs are settled."""
    found: list[Supply] = []
    for row in case.rows:
        if _is_billable(case, row):
            _supply(case, row, found)
    for each in found:
        if each.listed is not None:
            _count(case, each)
            _settle_waste(case, each)
    thrown = {(each.code, each.day) for each in found if each.waste_units}
    for each in found:
        if (each.code, each.day) in thrown:
            each.is_zero = False  # never JZ where another line of the code on the date has JW
    return found


def run_of(case: Case, row: Row) -> Run | None:
    """The run a row was made part of."""
    run = next((each for each in case.runs if row in each.rows), None)
    while run is not None and run.into is not None:
        run = run.into
    return run


def _is_billable(case: Case, row: Row) -> bool:
    given = row.given
    if given.dose is None or "oral" in (given.route, row.category) or row.off in BLOCKED:
        return False
    if row.category in SERVING or row.purpose in ("flush", "carrier", "keep_open"):
        return False
    if given.supplied_by in ("patient", "pharmacy"):
        return False
    return not any(run.is_undelivered for run in case.runs if row in run.rows)


def _supply(case: Case, row: Row, found: list[Supply]) -> None:
    """Add the row to the supply of its product, where the chart tells one."""
    at = row.start if row.begin is None else row.begin
    day = case.day if at is None else case.clock.day(at, row.offset)
    if day is None:
        return
    products, code = codes_of(case, row, day)
    listed = dose = None
    route, per = "", 1
    if products:
        dose = dose_of(case, row, products[0], day)
        listed = of_dose(products, dose)
        code, per, route = listed.hcpcs, per_unit(listed), _route(case, row, listed)
    if not code or (listed and not dose):
        return
    for each in found:
        same = (each.code, each.per, each.day, each.route) == (code, per, day, route)
        is_one = listed is not None or each.rows[0].drug.name == row.drug.name
        if same and is_one and (None in (each.ndc, row.given.ndc) or each.ndc == row.given.ndc):
            break
    else:
        each = Supply(code, day, row.given.ndc, route, listed, per=per)
        found.append(each)
    each.ndc = each.ndc or row.given.ndc
    each.rows.append(row)
    each.doses.append(dose or 0)


def _route(case: Case, row: Row, listed: Product) -> str:
    if not listed.takes_route_modifier or case.is_at("drug.route_modifiers", "none"):
        return ""
    by_vein = row.given.route in ("iv_infusion", "iv_push")
    return "JB" if row.given.route in SKIN else "JA" if by_vein else ""


def _units(amount: int, per: int) -> int:
    """Whole units, a part counting as one; a millionth over is how a machine rounds."""
    return -(-(amount - amount // MILLION) // per)


def _count(case: Case, supply: Supply) -> None:
    """The units of what was given, and what the containers held and left."""
    listed = supply.listed
    assert listed is not None
    dose = sum(supply.doses)
    if case.is_at("drug.round_scope", "per_date"):
        supply.units = _units(dose, supply.per)
    else:
        by_run: dict[object, int] = {}
        for row, given in zip(supply.rows, supply.doses, strict=True):
            one = run_of(case, row) or row
            by_run[one] = by_run.get(one, 0) + given
        supply.units = sum(_units(given, supply.per) for given in by_run.values())
    opened = {row: _opened(row, listed, supply.day) for row in supply.rows}
    known = {row: held for row, held in opened.items() if held is not None}
    supply.opened = sum(known.values()) if known else None
    thrown = [
        _thrown(row, listed, supply.day) for row in supply.rows if row.given.discarded is not None
    ]
    charted = [each for each in thrown if each is not None]
    supply.discarded = sum(charted) if charted else None
    unopened = [row for row in supply.rows if row.given.containers and row not in known]
    supply.is_unread = bool(unopened) or None in thrown
    doses = dict(zip(supply.rows, supply.doses, strict=True))
    mixes = [smallest_mix(listed, doses[row]) for row in known]
    held = [each for each in mixes if each is not None]
    supply.least = sum(held) if held and len(held) == len(mixes) else None
    supply.billed = dose
    if supply.opened is not None and _is_beyond(supply):
        beyond = (dose - supply.opened) * 100
        all_opened = len(known) == len(supply.rows)
        if all_opened and beyond <= supply.opened * case.limits.overfill_percent:
            supply.billed = supply.opened
            supply.units = min(supply.units, _units(supply.opened, supply.per))


def _is_beyond(supply: Supply) -> bool:
    """More was given than the containers charted hold."""
    dose = sum(supply.doses)
    return supply.opened is not None and dose - dose // MILLION > supply.opened


def _thrown(row: Row, listed: Product, day: date) -> int | None:
    """What is charted as thrown away; None where it cannot be read."""
    value, charted = row.given.discarded, row.given.discarded_unit
    if not value:
        return 0
    return None if charted is None else counted(row, listed, day, value, charted)


def _opened(row: Row, listed: Product, day: date) -> int | None:
    """What the row's containers held together; None where one cannot be read."""
    held = [
        counted(row, listed, day, each.size * each.count, each.size_unit)
        for each in row.given.containers
    ]
    known = [each for each in held if each is not None]
    return sum(known) if known and len(known) == len(held) else None


def _single_dose(supply: Supply) -> bool | None:
    """One multi-dose container decides, then one of which it is not charted."""
    listed = supply.listed
    assert listed is not None
    kinds: set[bool | None] = set()
    for row in supply.rows:
        if _opened(row, listed, supply.day) is not None:
            kinds.update(each.single_dose for each in row.given.containers)
    return False if False in kinds else None if None in kinds else True


def _settle_waste(case: Case, supply: Supply) -> None:
    """JW with its units, or JZ, or neither."""
    limits, day = case.limits, supply.day
    if case.is_at("waste.modifiers", "none") or day_number(day) < limits.jw_from:
        return
    if case.is_facility and status(supply.code, day) == PACKAGED:
        return
    if supply.is_unread or (supply.opened is None and supply.discarded is None):
        return
    if supply.opened is not None and _single_dose(supply) is not True:
        return
    if _is_beyond(supply) and (supply.discarded or supply.billed == sum(supply.doses)):
        return  # a container is missing, or what is thrown away cannot be of these
    wasted = supply.wasted = _payable_waste(supply)
    if wasted is None:
        return
    beyond = (supply.billed + wasted) // supply.per - supply.units
    if beyond > 0:
        supply.waste_units = beyond
        return
    left = 0 if supply.opened is None else supply.opened - supply.billed
    if supply.opened is not None and wasted + supply.per <= left:
        return  # whole units that another mix of sizes would have kept
    is_due = day_number(day) >= limits.jz_due
    may = case.is_at("waste.jz_voluntary", "use") and day_number(day) >= limits.jz_from
    within_unit = is_due and case.is_at("waste.sub_unit_modifier", "JZ")
    supply.is_zero = (is_due or may) if wasted == 0 else within_unit


def _payable_waste(supply: Supply) -> int | None:
    """What was thrown away and may be billed; None where neither modifier can stand."""
    if supply.opened is None:
        return supply.discarded
    left = supply.opened - supply.billed
    if supply.least is not None and supply.least < supply.opened:
        least = max(0, supply.least - supply.billed)
        if least == 0 and left > 0:
            return None
        left = min(left, least)
    if supply.discarded == 0 and left > 0:
        return None
    return left if supply.discarded is None else min(left, supply.discarded)


def ndc_quantities(supply: Supply) -> tuple[str | None, Decimal | None, Decimal | None]:
    """Unit of the NDC, its quantity, and that of the waste: shared as the amounts are."""
    measure, whole = _charted_quantity(supply)
    wasted, given = supply.wasted or 0, supply.billed
    if whole is None and supply.listed is not None:
        measure, whole = quantity_by_item(supply.ndc, supply.listed, supply.day, given)
        share = None if whole is None else _share(whole, wasted, given)
        return measure, whole, share if supply.waste_units else None
    if whole is None or not supply.waste_units:
        return measure, whole, None
    share = _share(whole, wasted, given + wasted)
    return measure, whole - share, share


def _share(whole: Decimal, part: int, of: int) -> Decimal:
    """A part of a quantity, to a thousandth."""
    return (whole * part / of).quantize(Decimal("0.001")) if of else Decimal(0)


def _charted_quantity(supply: Supply) -> tuple[str | None, Decimal | None]:
    rows = [row.given for row in supply.rows]
    volumes = [_millilitres(each.dose, each.dose_unit) for each in rows]
    if None not in volumes:
        return "ML", sum((each for each in volumes if each is not None), Decimal(0))
    containers = [each for row in rows for each in row.containers]
    held = [_millilitres(each.size * each.count, each.size_unit) for each in containers]
    if not containers:
        return None, None
    if None not in held:
        return "ML", sum((each for each in held if each is not None), Decimal(0))
    return "UN", Decimal(sum(each.count for each in containers))


def _millilitres(value: Decimal | None, charted: str | None) -> Decimal | None:
    if value is None or charted is None:
        return None
    known = unit(charted)
    is_volume = known is not None and known.measure.name == "VOLUME"
    return value * known.scale / MILLION if known is not None and is_volume else None


def narrative(supply: Supply) -> str | None:
    """What an unlisted code stands for: name, dose, route, NDC."""
    if supply.code not in unlisted() or supply.listed is not None:
        return None
    given = supply.rows[0].given
    dose = (
        f"{given.dose.normalize():f} {given.dose_unit or ''}".strip()
        if given.dose is not None
        else ""
    )
    digits = ndc_digits(given.ndc)
    parts = (given.drug, dose, given.route.replace("_", " "), f"NDC {digits}" if digits else "")
    return ", ".join(part for part in parts if part)
