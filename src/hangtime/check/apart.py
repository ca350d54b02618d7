"""What stands apart from the initial service of a vein: injections, pumps, arteries, blood, home."""

from __future__ import annotations

from datetime import date

from hangtime.check.case import Case, Row, Run, numbers
from hangtime.check.deliveries import absorb
from hangtime.check.moments import length, united
from hangtime.check.services import charge_hours, first_date, hours_beyond_first
from hangtime.codesets.facts import LONG_AGO, day_number
from hangtime.codesets.tables import code_rows, ids

NEEDLES = {
    "injection": "INJECTION",
    "complex_injection": "COMPLEX_INJECTION",
    "hormonal_injection": "HORMONAL_INJECTION",
}
ALONE = {
    "arterial_injection": "ARTERIAL_INJECTION",
    "arterial_unlisted": "UNLISTED",
    "on_body": "ON_BODY",
}
PUMPED = {
    "complex_pump": "COMPLEX_PUMP",
    "prolonged_pump": "PROLONGED_PUMP",
    "arterial_complex_pump": "ARTERIAL_COMPLEX_PUMP",
    "arterial_complex_push": "ARTERIAL_COMPLEX_PUSH",
    "cns_complex": "CNS_COMPLEX",
}
MEDICARE_VACCINES = ("", "INFLUENZA", "PNEUMOCOCCAL", "HEPATITIS_B", "COVID")
VISITS = {
    "complex_infusion": 3, "complex_push": 3, "complex_pump": 3, "infusion": 2, "push": 2,
    "hydration": 2, "sc_infusion": 1,
}  # fmt: skip
VISIT_WORDS = ("", "HOME_LATER_SC", "HOME_LATER_IV", "HOME_LATER_COMPLEX")


def is_in_force(code: str, day: date | None) -> bool:
    """The code is valid on the day; without a day it is taken to be."""
    row = code_rows()[ids()[code]] if code in ids() else None
    if day is None or row is None:
        return True
    first = day_number(date.fromisoformat(row.first)) if row.first else LONG_AGO
    return first <= day_number(day) and (not row.last or day <= date.fromisoformat(row.last))


def place_complex(case: Case) -> None:
    """Pumps by their start, arterial services each by itself, the reservoir."""
    for run in case.runs:
        if run.role == "dropped":
            continue
        if run.kind in PUMPED:
            word = PUMPED[run.kind]
            goes_home = run.first.given.continues_off_site is True
            if (
                word == "COMPLEX_PUMP"
                and goes_home
                and case.is_at("pump.community", "carrier_priced")
            ):
                word = "COMMUNITY_PUMP"
            _alone(case, run, word)
        elif run.kind == "arterial_complex_infusion":
            _alone(case, run, "ARTERIAL_COMPLEX_INITIAL")
            units = hours_beyond_first(case, run.minutes)
            charge_hours(case, run, "ARTERIAL_COMPLEX_HOUR", units, 1)


def _alone(case: Case, run: Run, word: str) -> None:
    run.role = "standalone"
    case.charge(word, 1, first_date(case, run), run)


def place_injections(case: Case) -> None:
    """Injections, vaccines, antibodies, arterial infusions: each by its own code."""
    for run in case.runs:
        if run.role == "dropped":
            continue
        if run.kind in NEEDLES:
            _place_needle(case, run)
        elif run.kind in ALONE:
            _alone(case, run, ALONE[run.kind])
        elif run.kind == "covid_antibody":
            earlier = _same_product(case, run)
            if earlier:
                absorb(earlier, run)
            else:
                run.role, run.is_reported = "standalone", True
                _alone(case, run, "INJECTION")
                case.charges[-1].code = run.first.drug.administration_code
        elif run.kind == "antibody":
            word = "ANTIBODY_COUNSELLED" if run.first.given.counselling else "ANTIBODY"
            lapsed = not is_in_force(numbers()[word], first_date(case, run))
            _alone(case, run, "INJECTION" if lapsed else word)
        elif run.kind == "vaccine":
            _alone(case, run, _vaccine_word(case, run))


def _place_needle(case: Case, run: Run) -> None:
    """An injection, unless it is another syringe or goes on with one by pump."""
    earlier = _same_product(case, run)
    most = case.count("bag_change.max_gap_minutes") * 60
    if earlier and {run.first.given.route, earlier.rows[-1].given.route} == {"sc_infusion"}:
        stop, start = earlier.rows[-1].stop, run.first.start
        if stop is not None and start is not None and start - stop <= most:
            absorb(earlier, run)
            return
    if case.is_at("injection.split_dose", "one"):
        if any(_is_one_dose(case, other, run) for other in case.runs):
            return
    _alone(case, run, NEEDLES[run.kind])


def _is_one_dose(case: Case, other: Run, run: Run) -> bool:
    """Two syringes of one dose: same drug and route, soon after the first, or without a clock."""
    if other is run or not other.is_reported or other.kind != run.kind:
        return False
    a, b = other.first, run.first
    if (a.drugs, a.drug.name, a.given.route) != (b.drugs, b.drug.name, b.given.route):
        return False
    if not (other.is_timed and run.is_timed):
        return True
    return abs((run.begin or 0) - (other.begin or 0)) <= case.limits.split_dose_within * 60


def _same_product(case: Case, run: Run) -> Run | None:
    """An already reported run of one order with this one's product."""
    for other in case.runs:
        orders = {other.first.given.order_id, run.first.given.order_id} - {None}
        if other is not run and other.is_reported and other.kind == run.kind and len(orders) < 2:
            if other.first.drugs == run.first.drugs:
                return other
    return None


def _vaccine_word(case: Case, run: Run) -> str:
    """The administration code by product for this payer, else first or further of the day."""
    kind = MEDICARE_VACCINES[run.first.drug.vaccine % len(MEDICARE_VACCINES)]
    if kind == "COVID" or (kind and case.is_at("vaccine.codes", "medicare")):
        return f"VACCINE_{kind}"
    day = first_date(case, run)
    firsts = {numbers()["VACCINE_FIRST"], numbers()["VACCINE_ORAL_FIRST"]}
    has_first = any(each.day == day and each.code in firsts for each in case.charges)
    by_mouth = "ORAL_" if run.first.given.route in ("oral", "other") else ""
    return f"VACCINE_{by_mouth}{'NEXT' if has_first else 'FIRST'}"


def place_under_skin(case: Case) -> None:
    """One subcutaneous infusion: set-ups summed, a second site once with its reason."""
    runs = [run for run in case.runs if run.kind == "sc_infusion" and run.role != "dropped"]
    if not runs:
        return
    sites = {run.first.access for run in runs}
    reasons = [case.reason(site) for site in sites if site is not None]
    is_reasoned = any(reason not in ("", "convenience") for reason in reasons)
    groups = [[run for run in runs if run.first.access == site] for site in sites]
    seconds = 0
    for together in groups if is_reasoned else [runs]:
        seconds += sum(run.seconds for run in together if not run.is_timed)
        seconds += length(united(span for run in together for span in run.spans))
    whole = runs[0]
    for part in runs[1:]:
        absorb(whole, part)
    whole.seconds, whole.minutes = seconds, seconds // 60
    _alone(case, whole, "SC_INFUSION_INITIAL")
    charge_hours(case, whole, "SC_INFUSION_HOUR", hours_beyond_first(case, whole.minutes), 1)
    if len(sites) > 1 and is_reasoned:
        case.charge("SC_INFUSION_SITE", 1, first_date(case, whole), whole)


def place_transfusions(case: Case) -> None:
    """One for each date on which one was begun."""
    by_day: dict[date | None, Run] = {}
    for run in case.runs:
        if run.kind == "transfusion":
            day = _day_begun(case, run.first)
            if day in by_day:
                absorb(by_day[day], run)
            else:
                by_day[day] = run
                run.role = "standalone"
                case.charge("TRANSFUSION", 1, day, run)


def _day_begun(case: Case, row: Row) -> date | None:
    return case.day if row.begin is None else case.clock.day(row.begin, row.offset)


def place_home(case: Case) -> None:
    """At home a visit a day is reported; everything given by vein or pump is part of it."""
    visits = [run for run in case.runs if VISITS.get(run.kind) and not run.role]
    if not visits:
        return
    others = [run for run in case.runs if run.role != "dropped" and run not in visits]
    for run in others:
        run.role = "dropped"
    left = list(visits)
    while left:
        run = left[0]
        same = [each for each in left if each is run or _is_same_day(case, run, each)]
        left = [each for each in left if each not in same]
        for each in same[1:]:
            each.role = "dropped"
        timed = [each for each in same if each.is_timed]
        lasted = sum(each.seconds for each in same if not each.is_timed)
        if timed:
            begin = min(each.begin or 0 for each in timed)
            ends = [each.begin if each.how == "off_site" else each.end for each in timed]
            lasted += max(end or 0 for end in ends) - begin
        run.minutes, run.role = lasted // 60, "standalone"
        weight = max(VISITS[each.kind] for each in same)
        _charge_visit(case, run, weight)


def _is_same_day(case: Case, run: Run, other: Run) -> bool:
    if not (run.is_timed and other.is_timed):
        return True
    return _day_begun(case, run.first) == _day_begun(case, other.first)


def _charge_visit(case: Case, run: Run, weight: int) -> None:
    """Quarter hours, rounded; or two hours and each further one begun, as the payer asks."""
    day, limits = _day_begun(case, run.first) if run.is_timed else case.day, case.limits
    if not case.is_at("home.family", "hourly"):
        units = max(1, (run.minutes + limits.home_unit // 2) // limits.home_unit)
        case.charge(VISIT_WORDS[weight], units, day, run)
        return
    case.charge("HOME_VISIT", 1, day, run)
    over = run.minutes - limits.home_visit
    if over > 0:
        case.charge("HOME_HOUR", -(-over // limits.hour), day, run)
