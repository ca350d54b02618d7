"""Injections and infusions under the skin, and what has an administration code of its own.

An injection is not timed, is never initial and hosts no add-on.  An infusion under the skin is
reported once with its hours summed over its set-ups; a second set-up at a new site counts once,
with its reason.  Vaccines, antibodies against RSV and antibody products with monitoring included
have their own codes.
"""

from hangtime.rules import sources
from hangtime.rules._card import FINDING, LEFT_OFF, rule
from hangtime.rules.emit import charge, flag_run, leave_off_run
from hangtime.rules.force import is_in_force
from hangtime.rules.hours import day_of_first, further_hours
from hangtime.rules.modifiers import is_initial
from hangtime.rules.positions import SplitDose, VaccineCodes
from hangtime.rules.records import MISSING, NOWHERE
from hangtime.rules.runs import absorb, is_of_one_order
from hangtime.rules.sequence import charge_hours
from hangtime.rules.spans import unite_spans
from hangtime.rules.words import AccessReason, Code, Family, Known, Role, Route, Severity, Vaccine

INJECTION = rule(
    "INJ-INJECTION",
    says="An injection into muscle or under the skin: untimed, never initial.",
    cites=(sources.CMS_DRUG_ADMINISTRATION, sources.NCCI_AOC),
    spec=("R-CLS-06", "R-INI-04", "C31"),
)
COMPLEX_INJECTION = rule(
    "INJ-COMPLEX",
    says="A complex agent under the skin or into muscle.",
    cites=(sources.CMS_HCPCS, sources.MAC_COMPLEX),
    spec=("R-CLS-09", "C39", "C69"),
)
HORMONAL_INJECTION = rule(
    "INJ-HORMONAL",
    says="A hormonal antineoplastic under the skin or into muscle.",
    cites=(sources.CMS_HCPCS,),
    spec=("R-CLS-09",),
)
SPLIT_DOSE = rule(
    "INJ-SPLIT-DOSE",
    says="Another syringe of the same dose: one injection.",
    cites=(sources.NORIDIAN_INJECTIONS,),
    spec=("R-CLS-06", "C09", "C45"),
    kind=LEFT_OFF,
)
ARTERIAL = rule(
    "INJ-ARTERIAL",
    says="An injection into an artery.",
    cites=(sources.CPT_INFUSIONS,),
    spec=("R-CLS-06",),
)
ARTERIAL_UNLISTED = rule(
    "INJ-ARTERIAL-INFUSION",
    says="A therapeutic infusion into an artery of {minutes} min: no listed code, reported as unlisted.",
    cites=(sources.CPT_INFUSIONS, sources.HANGTIME),
    spec=("C47", "R-CLS-06"),
)
ON_BODY = rule(
    "INJ-ON-BODY",
    says="An on-body injector was applied.",
    cites=(sources.NCCI_AOC, sources.CPT_INFUSIONS),
    spec=("R-CLS-06",),
)
SC_INFUSION = rule(
    "INJ-SC-INFUSION",
    says="An infusion under the skin by pump, {minutes} min: once, whatever drugs it carries.",
    cites=(sources.NCCI_MUE, sources.CPT_INFUSIONS),
    spec=("R-CLS-05", "R-TIME-06", "R-SEQ-13", "C27", "C69"),
)
SC_SECOND_SITE = rule(
    "INJ-SC-SECOND-SITE",
    says="A second subcutaneous set-up at a new site, with its reason charted.",
    cites=(sources.NCCI_MUE, sources.CPT_INFUSIONS),
    spec=("R-CLS-05", "R-SEQ-13", "C27"),
)
SC_SITE_NO_REASON = rule(
    "INJ-SC-SITE-NO-REASON",
    says="A second subcutaneous set-up without a charted reason is not reported.",
    cites=(sources.CPT_INFUSIONS, sources.HANGTIME),
    spec=("C27",),
    kind=LEFT_OFF,
)
SC_BESIDE_VEIN = rule(
    "INJ-SC-BESIDE-VEIN",
    says="A subcutaneous infusion beside an initial service by vein: one auditor counts both as initial.",
    cites=(sources.RAC_INITIAL,),
    spec=("R-INI-01",),
    kind=FINDING,
)
VACCINE = rule(
    "INJ-VACCINE",
    says="A vaccine: its own administration code, one for the first and one for each further.",
    cites=(sources.CPT_INFUSIONS, sources.CMS_HCPCS),
    spec=("R-CLS-14",),
)
ANTIBODY = rule(
    "INJ-ANTIBODY",
    says="An antibody against RSV: its own code, by whether the practitioner's counselling is charted.",
    cites=(sources.AAP_ANTIBODIES,),
    spec=("R-CLS-14", "C49"),
)
ANTIBODY_BEFORE = rule(
    "INJ-ANTIBODY-BEFORE-CODES",
    says="Given before the codes for RSV antibodies took effect: an ordinary injection.",
    cites=(sources.AAP_ANTIBODIES,),
    spec=("R-CLS-14", "C71"),
)
COVID_ANTIBODY = rule(
    "INJ-COVID-ANTIBODY",
    says="An antibody product whose own code includes the monitoring.",
    cites=(sources.CMS_HCPCS,),
    spec=("R-CLS-14",),
)


def is_one_dose(rows, runs, a, b, limits):
    """Two injections are syringes of one dose."""
    first = rows[runs[a].first]
    second = rows[runs[b].first]
    if first.substance != second.substance or first.route != second.route:
        return False
    if not runs[a].has_clock or not runs[b].has_clock:
        return True
    return abs(runs[b].begin - runs[a].begin) <= limits.split_dose_within * 60


def split_of(rows, runs, tally, r, policy, limits):
    """The reported injection of which this one is another syringe, or NOWHERE."""
    if policy.injection_split_dose == SplitDose.PER_SYRINGE:
        return NOWHERE
    for s in range(tally.runs):
        other = runs[s]
        if other.infusate != runs[r].infusate or s == r or not other.is_reported:
            continue
        if other.family == runs[r].family:
            if is_one_dose(rows, runs, s, r, limits):
                return s
    return NOWHERE


def alone(rows, runs, charges, tally, visit, policy, r, code, why):
    """Charge one unit of a code that stands alone."""
    run = runs[r]
    run.role = Role.STANDALONE
    run.why_role = why
    run.is_reported = 1
    charge(charges, tally, code, 1, day_of_first(rows, run, visit, policy), r, run.group)


def vaccine_code(rows, runs, charges, tally, row, day, policy):
    """The administration code of a vaccine: by product, by route, first or further."""
    if row.vaccine == Vaccine.COVID:
        return Code.VACCINE_COVID
    if policy.vaccine_codes == VaccineCodes.MEDICARE:
        if row.vaccine == Vaccine.INFLUENZA:
            return Code.VACCINE_INFLUENZA
        if row.vaccine == Vaccine.PNEUMOCOCCAL:
            return Code.VACCINE_PNEUMOCOCCAL
        if row.vaccine == Vaccine.HEPATITIS_B:
            return Code.VACCINE_HEPATITIS_B
    by_mouth = row.route == Route.ORAL or row.route == Route.OTHER
    has_first = False
    for k in range(tally.charges):
        code = charges[k].code
        if charges[k].day == day:
            if code == Code.VACCINE_FIRST or code == Code.VACCINE_ORAL_FIRST:
                has_first = True
    if by_mouth:
        return Code.VACCINE_ORAL_NEXT if has_first else Code.VACCINE_ORAL_FIRST
    return Code.VACCINE_NEXT if has_first else Code.VACCINE_FIRST


def same_product(rows, runs, tally, r):
    """An already reported run of one order with this one's product, or NOWHERE."""
    row = rows[runs[r].first]
    for s in range(tally.runs):
        if runs[s].infusate != runs[r].infusate or s == r or not runs[s].is_reported:
            continue
        if runs[s].family == runs[r].family and is_of_one_order(rows[runs[s].first], row):
            return s
    return NOWHERE


def goes_on_by_pump(rows, runs, tally, r, policy):
    """A reported subcutaneous infusion of a complex agent that this row goes on with, or NOWHERE."""
    row = rows[runs[r].first]
    earlier = same_product(rows, runs, tally, r)
    if earlier == NOWHERE or row.route != Route.SC_INFUSION:
        return NOWHERE
    last = rows[runs[earlier].last]
    if last.route != Route.SC_INFUSION or last.stop == MISSING or row.start == MISSING:
        return NOWHERE
    if row.start - last.stop > policy.bag_change_max_gap_minutes * 60:
        return NOWHERE
    return earlier


def place_injections(rows, runs, charges, notes, tally, visit, policy, limits, codes):
    """Charge everything that stands alone."""
    for r in range(tally.runs):
        run = runs[r]
        row = rows[run.first]
        family = run.family
        if run.role == Role.DROPPED:
            continue
        if (
            family == Family.INJECTION
            or family == Family.COMPLEX_INJECTION
            or family == Family.HORMONAL_INJECTION
        ):
            place_needle(rows, runs, charges, notes, tally, visit, policy, limits, r)
        elif family == Family.ARTERIAL_INJECTION:
            alone(rows, runs, charges, tally, visit, policy, r, Code.ARTERIAL_INJECTION, ARTERIAL)
        elif family == Family.ARTERIAL_UNLISTED:
            alone(rows, runs, charges, tally, visit, policy, r, Code.UNLISTED, ARTERIAL_UNLISTED)
        elif family == Family.ON_BODY:
            alone(rows, runs, charges, tally, visit, policy, r, Code.ON_BODY, ON_BODY)
        elif family == Family.COVID_ANTIBODY:
            earlier = same_product(rows, runs, tally, r)
            if earlier != NOWHERE:
                absorb(rows, runs, earlier, r)
                continue
            alone(rows, runs, charges, tally, visit, policy, r, row.own_code, COVID_ANTIBODY)
        elif family == Family.ANTIBODY:
            place_antibody(rows, runs, charges, tally, visit, policy, codes, r)
        elif family == Family.VACCINE:
            day = day_of_first(rows, run, visit, policy)
            code = vaccine_code(rows, runs, charges, tally, row, day, policy)
            alone(rows, runs, charges, tally, visit, policy, r, code, VACCINE)


def place_needle(rows, runs, charges, notes, tally, visit, policy, limits, r):
    """Charge an injection, unless it is another syringe of a dose already charged."""
    family = runs[r].family
    code = Code.INJECTION
    why = INJECTION
    if family == Family.COMPLEX_INJECTION:
        code = Code.COMPLEX_INJECTION
        why = COMPLEX_INJECTION
    elif family == Family.HORMONAL_INJECTION:
        code = Code.HORMONAL_INJECTION
        why = HORMONAL_INJECTION
    earlier = goes_on_by_pump(rows, runs, tally, r, policy)
    if earlier != NOWHERE:
        absorb(rows, runs, earlier, r)
        return
    if split_of(rows, runs, tally, r, policy, limits) != NOWHERE:
        leave_off_run(runs, notes, tally, SPLIT_DOSE, r, code)
        return
    alone(rows, runs, charges, tally, visit, policy, r, code, why)


def place_antibody(rows, runs, charges, tally, visit, policy, codes, r):
    """Charge an RSV antibody by counselling, or as an injection before its codes existed."""
    row = rows[runs[r].first]
    code = Code.ANTIBODY_COUNSELLED if row.counselling == Known.YES else Code.ANTIBODY
    why = ANTIBODY
    if not is_in_force(codes, code, day_of_first(rows, runs[r], visit, policy)):
        code = Code.INJECTION
        why = ANTIBODY_BEFORE
    alone(rows, runs, charges, tally, visit, policy, r, code, why)


def place_sc_infusion(rows, runs, spans, entries, charges, notes, tally, visit, policy, limits):
    """Charge one subcutaneous infusion: set-ups summed, a second site once with its reason."""
    into = NOWHERE
    for r in range(tally.runs):
        if runs[r].family == Family.SC_INFUSION and runs[r].role != Role.DROPPED:
            into = r
            break
    if into == NOWHERE:
        return
    seconds = 0
    sites = 0
    reasoned = 0
    for access in range(NOWHERE, tally.entries):
        lasted = seconds_at_site(rows, runs, spans, tally, access, access)
        if lasted < 0:
            continue
        seconds += lasted
        sites += 1
        if access != NOWHERE and is_reasoned(entries[access].reason):
            reasoned += 1
    if not reasoned:
        seconds = seconds_at_site(rows, runs, spans, tally, NOWHERE, tally.entries)
    for r in range(into + 1, tally.runs):
        if runs[r].family == Family.SC_INFUSION and runs[r].role != Role.DROPPED:
            absorb(rows, runs, into, r)
    run = runs[into]
    run.seconds = seconds
    run.minutes = seconds // 60
    alone(rows, runs, charges, tally, visit, policy, into, Code.SC_INFUSION_INITIAL, SC_INFUSION)
    units = further_hours(run.minutes, limits)
    charge_hours(
        rows, runs, spans, charges, tally, visit, policy, limits,
        into, Code.SC_INFUSION_HOUR, units, 1,
    )  # fmt: skip
    if sites > 1 and reasoned:
        day = day_of_first(rows, run, visit, policy)
        index = charge(charges, tally, Code.SC_INFUSION_SITE, 1, day, into, run.group)
        if index != NOWHERE:
            charges[index].why_a = SC_SECOND_SITE
    elif sites > 1:
        leave_off_run(runs, notes, tally, SC_SITE_NO_REASON, into, Code.SC_INFUSION_SITE)
    if has_vein_initial(charges, tally):
        flag_run(runs, notes, tally, Severity.INFO, SC_BESIDE_VEIN, into, 0)


def has_vein_initial(charges, tally):
    """An initial service by vein is charged."""
    for k in range(tally.charges):
        if is_initial(charges[k].code):
            return True
    return False


def is_reasoned(reason):
    """Any charted reason but convenience."""
    return reason != AccessReason.UNKNOWN and reason != AccessReason.CONVENIENCE


def seconds_at_site(rows, runs, spans, tally, access, until):
    """Seconds the set-ups at accesses `access` to `until` ran, drugs together; -1 where none is."""
    first = tally.spans
    total = -1
    for r in range(tally.runs):
        run = runs[r]
        if run.family != Family.SC_INFUSION or run.role == Role.DROPPED:
            continue
        if not access <= rows[run.first].access <= until:
            continue
        total = max(0, total)
        if not run.has_clock:
            total += run.seconds
        for k in range(run.spans_from, run.spans_to):
            unite_spans(spans, tally, first, spans[k].begin, spans[k].end)
    for k in range(first, tally.spans):
        total += spans[k].end - spans[k].begin
    return total
