"""Home infusion: a visit, not an infusion, is what is reported.

Medicare pays one visit a calendar day of administration, in quarter hours, by the kind of drug.
Other payers take the visit up to two hours and then by the hour.
"""

from hangtime.rules import sources
from hangtime.rules._card import FINDING, LEFT_OFF, rule
from hangtime.rules.emit import charge, flag_run, leave_off_run
from hangtime.rules.hours import local_day
from hangtime.rules.positions import HomeFamily
from hangtime.rules.records import MISSING, NOWHERE
from hangtime.rules.words import Code, Evidence, Family, Role, Severity

VISIT = rule(
    "HOME-VISIT",
    says="At home the visit is reported: {minutes} min from the first start to the last stop.",
    cites=(sources.CMS_HOME_INFUSION,),
    spec=("R-CLS-15",),
)
VISIT_TIME = rule(
    "HOME-VISIT-TIME",
    says="The length of the visit was taken from the administrations, and a later visit assumed: "
    "a first visit needs a gap of more than sixty days.",
    cites=(sources.CMS_HOME_INFUSION,),
    spec=("R-CLS-15",),
    kind=FINDING,
)
IN_THE_VISIT = rule(
    "HOME-IN-THE-VISIT",
    says="At home this administration is part of the visit.",
    cites=(sources.CMS_HOME_INFUSION,),
    spec=("R-CLS-15",),
    kind=LEFT_OFF,
)


def weight(family):
    """Which drug of a home visit decides its kind: complex, vein, skin; 0 for none."""
    if family == Family.COMPLEX_INFUSION or family == Family.COMPLEX_PUSH:
        return 3
    if family == Family.COMPLEX_PUMP:
        return 3
    if family == Family.INFUSION or family == Family.PUSH or family == Family.HYDRATION:
        return 2
    if family == Family.SC_INFUSION:
        return 1
    return 0


def home_code(family, policy):
    """The visit's code by the payer's family and the kind of drug."""
    if policy.home_family == HomeFamily.HOURLY:
        return Code.HOME_VISIT
    if weight(family) == 3:
        return Code.HOME_LATER_COMPLEX
    if weight(family) == 2:
        return Code.HOME_LATER_IV
    return Code.HOME_LATER_SC


def is_same_day(rows, visit, a, b):
    """Two runs began on one local calendar day, or one of them has no clock."""
    if not a.has_clock or not b.has_clock:
        return True
    return local_day(rows[a.first], a.begin) == local_day(rows[b.first], b.begin)


def last_shown(run):
    """The last moment the chart shows of a run; of a pump left running, its start."""
    return run.begin if run.evidence == Evidence.OFF_SITE else run.end


def has_visit(runs, tally):
    """Something was given that makes a home visit reportable."""
    for r in range(tally.runs):
        if runs[r].role == Role.NONE and weight(runs[r].family) > 0:
            return True
    return False


def place_home(rows, runs, charges, notes, tally, visit, policy, limits):
    """Report one visit for each day at home; everything given is part of it."""
    if not has_visit(runs, tally):
        return
    for r in range(tally.runs):
        if runs[r].role == Role.DROPPED:
            continue
        if weight(runs[r].family) == 0:
            leave_off_run(runs, notes, tally, IN_THE_VISIT, r, 0)
            runs[r].role = Role.DROPPED
            continue
        lead = r
        begin = runs[r].begin
        end = last_shown(runs[r])
        lasted = 0 if runs[r].has_clock else runs[r].seconds
        for s in range(r + 1, tally.runs):
            other = runs[s]
            if other.role == Role.DROPPED or weight(other.family) == 0:
                continue
            if not is_same_day(rows, visit, runs[r], other):
                continue
            other.role = Role.DROPPED
            if weight(other.family) > weight(runs[lead].family):
                lead = s
            if other.has_clock:
                begin = other.begin if begin == MISSING else min(begin, other.begin)
                end = max(end, last_shown(other))
            else:
                lasted += other.seconds
            leave_off_run(runs, notes, tally, IN_THE_VISIT, s, 0)
        if begin != MISSING:
            lasted += end - begin
        runs[r].minutes = lasted // 60
        charge_visit(rows, runs, charges, notes, tally, visit, policy, limits, r, lead)


def charge_visit(rows, runs, charges, notes, tally, visit, policy, limits, r, lead):
    """Charge one visit: quarter hours rounded, or two hours and each further one."""
    run = runs[r]
    code = home_code(runs[lead].family, policy)
    day = visit.day if not run.has_clock else local_day(rows[run.first], run.begin)
    units = 1
    if code != Code.HOME_VISIT:
        units = max(1, (run.minutes + limits.home_unit // 2) // limits.home_unit)
    index = charge(charges, tally, code, units, day, r, run.group)
    run.role = Role.STANDALONE
    run.why_role = VISIT
    run.is_reported = 1
    if index != NOWHERE and code == Code.HOME_VISIT:
        over = run.minutes - limits.home_visit
        if over > 0:
            hours = (over + limits.hour - 1) // limits.hour
            charge(charges, tally, Code.HOME_HOUR, hours, day, r, run.group)
    flag_run(runs, notes, tally, Severity.INFO, VISIT_TIME, r, 0)
