"""From charges to claim lines: what is bundled, what lacks its primary, modifiers and ceilings."""

from __future__ import annotations

from hangtime.check.apart import (
    is_in_force,
    place_complex,
    place_home,
    place_injections,
    place_transfusions,
    place_under_skin,
)
from hangtime.check.case import Case, Charge, Run, ceilings, numbers, pairs, within
from hangtime.check.deliveries import form_runs, settle_hydration
from hangtime.check.ends import settle_ends
from hangtime.check.rows import name_of, read_rows
from hangtime.check.services import (
    choose_initials,
    place_hydration,
    place_infusions,
    place_pushes,
)
from hangtime.codesets.editions import is_line_placement, tables_for
from hangtime.codesets.tables import code_rows, ids
from hangtime.formulary.products import product
from hangtime.formulary.substances import find

DISTINCT = ("59", "XE", "XS", "XU", "XP")
NOTHING_GIVEN = ("flush", "duplicate", "carrier", "keep_open", "oral")
WITHOUT_LINE = ("CONTRAST", "ANESTHETIC", "FLUSH", "DILUENT", "ORAL")  # a dose gives no drug line
DEVICES = ("midline", "picc", "cvc", "port")
INITIALS = (
    "HYDRATION_INITIAL", "INFUSION_INITIAL", "PUSH_INITIAL", "COMPLEX_PUSH_INITIAL",
    "COMPLEX_INITIAL",
)  # fmt: skip
VEINS = (
    ("HYDRATION_INITIAL", "INFUSION_CONCURRENT"),
    ("PUSH_INITIAL", "PUSH_REPEAT"),
    ("COMPLEX_PUSH_INITIAL", "COMPLEX_SEQUENTIAL"),
)


def work_out(case: Case) -> None:
    """Fill `case.charges` with what the chart supports."""
    read_rows(case)
    settle_ends(case)
    form_runs(case)
    if case.setting == "HOME":
        place_home(case)
        place_injections(case)
    else:
        settle_hydration(case)
        choose_initials(case)
        for place in (
            place_infusions, place_pushes, place_hydration, place_complex, place_injections,
            place_under_skin, place_transfusions,
        ):  # fmt: skip
            place(case)
    _place_flush_visit(case)
    _echo_others(case)
    for each in case.charges:
        each.is_dropped = each.other is None and not is_in_force(each.code, each.day)
    _drop_orphans(case)
    _mark_distinct(case)
    if case.is_at("ncci.follows", "yes") and case.setting in ("FACILITY", "PROFESSIONAL"):
        _meet_pairs(case)
        if case.is_at("mue.mai3_over", "suppress"):
            _hold_back(case)
    case.charges = [each for each in case.charges if not each.is_dropped]


def _code(service: str) -> str:
    return service.strip().upper()


def _place_flush_visit(case: Case) -> None:
    """A visit whose sole service was flushing an access device."""
    included = {numbers()["HEPARIN_FLUSH"], numbers()["SUPPLIES"]}
    others = [each for each in case.encounter.other_services if _code(each.code) not in included]
    rows = [row for row in case.rows if row.off != "duplicate"]
    is_flush = all(row.off == "flush" and row.given.order_signed is not False for row in rows)
    if case.charges or others or not rows or not is_flush:
        return
    flushed = [row.access for row in rows if row.access is not None]
    kinds = {case.accesses[access].kind for access in flushed}
    if flushed and not kinds.intersection((*DEVICES, None)):
        return
    run = Run(rows, "none", role="none", how="instant", begin=rows[0].start)
    run.end = max((row.start for row in rows if row.start is not None), default=None)
    run.is_timed = rows[0].start is not None
    case.runs.append(run)
    case.charge("DEVICE_FLUSH", 1, case.day, run)


def _echo_others(case: Case) -> None:
    """Services charted beside the administrations, as far as they stay reportable."""
    codes = [_code(each.code) for each in case.encounter.other_services]
    given = any(row.off not in NOTHING_GIVEN for row in case.rows)
    for n, service in enumerate(case.encounter.other_services):
        others = codes[:n] + codes[n + 1 :]
        if _is_left_off(case, codes[n], others, given):
            continue
        made = Charge(service.code, 1, case.day, other=n)
        distinct = [each for each in DISTINCT if each in service.modifiers]
        made.modifiers = distinct[:1]
        known = code_rows().get(ids().get(codes[n], 0))
        is_visit = known is not None and known.family == "visit"
        if is_visit and _is_given(case) and "25" in service.modifiers:
            made.modifiers = ["25"]
        case.charges.append(made)


def _is_given(case: Case) -> bool:
    """Any administration is charged."""
    return any(each.other is None for each in case.charges)


def _is_left_off(case: Case, code: str, others: list[str], given: bool) -> bool:
    word = {number: name for name, number in numbers().items()}.get(code, "")
    if word and within(code, "HYDRATION_INITIAL", "ARTERIAL_COMPLEX_PUMP"):
        return True
    in_facility = case.setting == "PROFESSIONAL_IN_FACILITY"
    if in_facility and word in ("PUMP_REFILL", "IMPLANTED_REFILL", "DEVICE_FLUSH"):
        return True
    charged = _is_given(case)
    draws = ("PORT_DRAW", "CATHETER_DRAW")
    if word in ("DEVICE_FLUSH", *draws, "OXIMETRY_SINGLE", "OXIMETRY_MULTIPLE"):
        flush = numbers()["DEVICE_FLUSH"]
        company = [each for each in others if not (word in draws and each == flush)]
        return charged or given or bool(company)
    if word == "ULTRASOUND_GUIDANCE":
        return not any(is_line_placement(each) for each in [*others, code])
    if word == "NURSE_VISIT" and not case.is_facility:
        return charged or given
    if word == "SUPPLIES" or (charged and _is_part(case, word)):
        return True
    return _is_dosed(case, code) or (word == "TRANSFUSION" and case.has("TRANSFUSION"))


def _is_part(case: Case, word: str) -> bool:
    """Starting the line, its flush, or filling the pump, beside what they served."""
    lines = [each.code for each in case.charges if each.other is None]
    if word in ("VEIN_ACCESS", "VENIPUNCTURE"):
        pumped = case.has("PROLONGED_PUMP")
        return pumped or any(within(code, *span) for code in lines for span in VEINS)
    if word == "ARTERY_ACCESS":
        arterial = ("ARTERIAL_COMPLEX_PUSH", "ARTERIAL_COMPLEX_PUMP")
        return any(within(code, *arterial) for code in lines)
    if word in ("PUMP_REFILL", "IMPLANTED_REFILL"):
        return case.has("COMPLEX_PUMP", "ARTERIAL_COMPLEX_PUMP", "COMMUNITY_PUMP", "PROLONGED_PUMP")
    return word == "HEPARIN_FLUSH"


def _is_dosed(case: Case, code: str) -> bool:
    """The service is a drug's product code, and a row has a dose of the drug."""
    listed = product(code)
    name = listed[0].ingredient if listed else ""
    named = find(name) if name else None
    if named is not None and named.category.name in WITHOUT_LINE:
        return False
    return bool(name) and any(
        row.drug.name == name and row.given.dose is not None for row in case.rows
    )


def _drop_orphans(case: Case) -> None:
    """An add-on needs one of its primaries at the encounter, and moves to its date if asked."""
    if case.continues_the_day:
        return
    while True:
        held = {each.code for each in case.charges if not each.is_dropped}
        orphans = [each for each in case.charges if not _is_hosted(case, each, held)]
        if not orphans:
            break
        for each in orphans:
            each.is_dropped = True
    if not case.is_at("aoc.cross_date", "shift_to_primary_date"):
        return
    kept = [each for each in case.charges if not each.is_dropped]
    for day in sorted({each.day for each in case.charges if each.day is not None}):
        held = {each.code for each in kept if each.day == day}
        for each in kept:
            if each.day == day and not _is_hosted(case, each, held):
                hosts = (other for other in kept if other is not each)
                hosts = (other for other in hosts if _is_hosted(case, each, {other.code}))
                each.day = next((other.day for other in hosts), each.day)


def _is_hosted(case: Case, charge: Charge, held: set[str]) -> bool:
    primaries = case.addons.get(charge.code)
    if charge.is_dropped or charge.other is not None or not primaries:
        return True
    return not primaries.isdisjoint(held)


def _mark_distinct(case: Case) -> None:
    """The modifier of a second access, a second attendance, an injection beside an initial."""
    initials = {numbers()[word] for word in INITIALS}
    every_line = case.is_at("modifier.second_access_lines", "all")
    lines = [each for each in case.charges if not each.is_dropped]
    for each in lines:
        if each.other is not None:
            continue
        by_vein = any(within(each.code, *span) for span in VEINS)
        if each.group != case.first_group:
            if each.code in initials or (every_line and by_vein):
                each.mark(_distinct(case, "XS"))
        elif case.attendance > 1 and each.code in initials:
            each.mark(_distinct(case, "XE"))
    switch = next(name for name in case.at if name.startswith("modifier.distinct_"))
    days = {each.day for each in lines if each.code in initials}
    for each in lines:
        if each.code == numbers()["INJECTION"] and each.other is None and each.day in days:
            if case.is_at(switch, "yes"):
                each.mark("59")


def _distinct(case: Case, x_modifier: str) -> str:
    return x_modifier if case.is_at("modifier.distinct", "x_modifiers") else "59"


def _meet_pairs(case: Case) -> None:
    """A column-2 code with a distinct purpose charted takes the modifier."""
    lines = [each for each in case.charges if not each.is_dropped]
    for one in lines:
        if one.day is None:
            continue
        listed = pairs(tables_for(one.day, case.encounter.setting)["ptp"])
        for two in lines:
            if two is one or two.day != one.day or two.modifiers:
                continue
            if listed.get((_code(one.code), _code(two.code))) != "1":
                continue
            if one.group != two.group and one.modifiers:
                continue
            if one.run and two.run and _has_own_purpose(one.run, two.run):
                two.mark(_distinct(case, "XU"))


def _has_own_purpose(one: Run, two: Run) -> bool:
    """The indication of the second is charted, and on no row of the first."""
    own = name_of(two.first.given.indication)
    return own is not None and own not in {name_of(row.given.indication) for row in one.rows}


def _hold_back(case: Case) -> None:
    """Units over an appealable ceiling are held back, the last ones first."""
    for n, each in enumerate(case.charges):
        if each.is_dropped or each.other is not None or each.day is None:
            continue
        table = tables_for(each.day, case.encounter.setting)["mue"]
        most, kind = ceilings(table).get(each.code, (0, ""))
        same = [
            other for other in case.charges
            if (other.code, other.day, other.other) == (each.code, each.day, None)
            and not other.is_dropped
        ]  # fmt: skip
        over = sum(other.units for other in same) - most
        if same[0] is not each or kind != "3" or over <= 0:
            continue
        for other in reversed(case.charges[n:]):
            if other in same and over > 0:
                taken = min(over, other.units)
                other.units, over = other.units - taken, over - taken
                other.is_dropped = other.units == 0
