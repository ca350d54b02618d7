"""The initial service.

One service an access is initial.  A facility follows a fixed order whatever the clock or the reason
of the visit: complex before therapeutic before hydration, and within each an infusion before a
push.  A practitioner reports as initial what the visit was mainly for, except that a complex
service, having no other primary, always is.
"""

from hangtime.rules import sources
from hangtime.rules._card import FINDING, LEFT_OFF, rule
from hangtime.rules.emit import flag_run, leave_off_run
from hangtime.rules.infusate import has_ingredient
from hangtime.rules.positions import ArrivalRunning, InitialScope, Tiebreak
from hangtime.rules.records import NOWHERE
from hangtime.rules.words import Family, Role, Setting, Severity

FACILITY_ORDER = rule(
    "INI-FACILITY-ORDER",
    says="Initial by the facility's fixed order at this access: complex, therapeutic, hydration; "
    "infusion, push; then the longest run, the earliest start.",
    cites=(sources.FACILITY_ORDER, sources.OHIO_HIMA, sources.CMS_DRUG_ADMINISTRATION),
    spec=("R-INI-01", "R-INI-03", "R-INI-07", "R-OPP-01", "C02", "C59", "C68"),
)
MAIN_REASON = rule(
    "INI-MAIN-REASON",
    says="Initial because it is charted as the main reason for the visit.",
    cites=(sources.SELECT_HEALTH, sources.JUCM_REASON),
    spec=("R-INI-02", "C44"),
)
COMPLEX_FIRST = rule(
    "INI-COMPLEX-FIRST",
    says="Initial although another drug is the charted reason: a complex service has no other primary.",
    cites=(sources.NCCI_AOC, sources.HANGTIME),
    spec=("C21",),
)
NO_REASON = rule(
    "INI-NO-REASON",
    says="No main reason for the visit is charted; the facility's order was used.",
    cites=(sources.SELECT_HEALTH, sources.HANGTIME),
    spec=("R-INI-02", "C32"),
    kind=FINDING,
)
REASON_CANNOT = rule(
    "INI-REASON-CANNOT",
    says="What is charted as the visit's main reason cannot be initial here; the facility's order was "
    "used.",
    cites=(sources.SELECT_HEALTH, sources.HANGTIME),
    spec=("C44", "R-INI-02"),
    kind=FINDING,
)
REASON_QUERY = rule(
    "INI-REASON-QUERY",
    says="No main reason for the visit is charted, and this payer's policy asks for one.",
    cites=(sources.SELECT_HEALTH,),
    spec=("C32",),
    kind=LEFT_OFF,
)
ASK_REASON = rule(
    "INI-ASK-REASON",
    says="What was the visit mainly for? Nothing given by vein is reported until it is charted.",
    cites=(sources.SELECT_HEALTH,),
    spec=("C32",),
    kind=FINDING,
)
COMPLEX_OVERRIDES = rule(
    "INI-COMPLEX-OVERRIDES-REASON",
    says="A complex service was made initial although another is the charted reason for the visit.",
    cites=(sources.NCCI_AOC, sources.HANGTIME),
    spec=("C21",),
    kind=FINDING,
)
ARRIVED_RUNNING = rule(
    "INI-ARRIVED-RUNNING",
    says="Was running when the patient arrived: it was not begun here and cannot be an initial service.",
    cites=(sources.HANGTIME,),
    spec=("R-TIME-19", "C57"),
    kind=LEFT_OFF,
)
ARRIVAL_QUERY = rule(
    "INI-ARRIVAL-QUERY",
    says="It was running on arrival: did own staff hang a new container or make a new access?",
    cites=(sources.HANGTIME,),
    spec=("R-TIME-19", "C57"),
    kind=FINDING,
)


def rank(family):
    """Place in the facility's order; 0: does not compete for the initial slot."""
    if family == Family.COMPLEX_INFUSION:
        return 1
    if family == Family.COMPLEX_PUSH:
        return 2
    if family == Family.INFUSION:
        return 4
    if family == Family.PUSH:
        return 5
    if family == Family.HYDRATION:
        return 7
    return 0


def can_be_initial(runs, r):
    """Competes for the slot: of a family that has it, and begun here."""
    run = runs[r]
    return rank(run.family) > 0 and run.role == Role.NONE and not run.on_arrival


def is_earlier(a, b):
    """Began earlier; charted order where a clock is missing or the starts are equal."""
    if a.has_clock and b.has_clock and a.begin != b.begin:
        return a.begin < b.begin
    return a.seq < b.seq


def is_before(a, b):
    """Run a stands before run b in the facility's order."""
    if rank(a.family) != rank(b.family):
        return rank(a.family) < rank(b.family)
    if a.seconds != b.seconds and a.family != Family.PUSH and a.family != Family.COMPLEX_PUSH:
        return a.seconds > b.seconds
    return is_earlier(a, b)


def first_in_order(runs, tally, group):
    """The run first in the facility's order at an access, or NOWHERE."""
    best = NOWHERE
    for r in range(tally.runs):
        if runs[r].group == group and can_be_initial(runs, r):
            if best == NOWHERE or is_before(runs[r], runs[best]):
                best = r
    return best


def is_infused(rows, runs, tally, r, substance):
    """The substance is infused at the access of run r."""
    for s in range(tally.runs):
        other = runs[s]
        if other.group == runs[r].group and s != r:
            if other.family == Family.INFUSION or other.family == Family.COMPLEX_INFUSION:
                if has_ingredient(rows, other, substance):
                    return True
    return False


def is_also_infused(rows, runs, tally, r):
    """Every drug of a push is infused at the same access too."""
    i = runs[r].first
    while i != NOWHERE:
        if not is_infused(rows, runs, tally, r, rows[i].substance):
            return False
        i = rows[i].next
    return True


def can_be_reason(rows, runs, tally, r):
    """May stand as initial for being the main reason of the visit."""
    if not runs[r].is_primary or not can_be_initial(runs, r):
        return False
    pushed = runs[r].family == Family.PUSH or runs[r].family == Family.COMPLEX_PUSH
    return not (pushed and is_also_infused(rows, runs, tally, r))


def charted_reason(rows, runs, tally, group):
    """The first run at an access that is charted as the reason of the visit, or NOWHERE."""
    best = NOWHERE
    for r in range(tally.runs):
        if runs[r].group == group and can_be_reason(rows, runs, tally, r):
            if best == NOWHERE or is_before(runs[r], runs[best]):
                best = r
    return best


def choose_professional(rows, runs, notes, tally, policy, group):
    """The initial run of a practitioner's claim at an access, or NOWHERE."""
    ordered = first_in_order(runs, tally, group)
    if ordered == NOWHERE:
        return NOWHERE
    reason = charted_reason(rows, runs, tally, group)
    if reason == NOWHERE:
        if count_candidates(runs, tally, group) > 1 and not has_reason_elsewhere(
            runs, tally, group
        ):
            if policy.initial_professional_tiebreak == Tiebreak.QUERY:
                hold_for_reason(runs, notes, tally, group)
                return NOWHERE
            why = REASON_CANNOT if has_reason_here(runs, tally, group) else NO_REASON
            flag_run(runs, notes, tally, Severity.WARNING, why, ordered, 0)
        runs[ordered].why_role = FACILITY_ORDER
        return ordered
    if rank(runs[ordered].family) <= 2 and rank(runs[reason].family) != rank(runs[ordered].family):
        runs[ordered].why_role = COMPLEX_FIRST
        flag_run(runs, notes, tally, Severity.WARNING, COMPLEX_OVERRIDES, ordered, 0)
        return ordered
    runs[reason].why_role = MAIN_REASON
    return reason


def has_reason_elsewhere(runs, tally, group):
    """The charted reason of the visit was given at another access."""
    for r in range(tally.runs):
        if runs[r].is_primary and runs[r].group != group:
            return True
    return False


def has_reason_here(runs, tally, group):
    """A charted reason of the visit stands at the access, though it cannot be initial."""
    for r in range(tally.runs):
        if runs[r].is_primary and runs[r].group == group:
            return True
    return False


def count_candidates(runs, tally, group):
    count = 0
    for r in range(tally.runs):
        if runs[r].group == group and can_be_initial(runs, r):
            count += 1
    return count


def hold_for_reason(runs, notes, tally, group):
    """Report nothing at the access until the reason of the visit is charted."""
    for r in range(tally.runs):
        if runs[r].group == group and can_be_initial(runs, r):
            leave_off_run(runs, notes, tally, REASON_QUERY, r, 0)
            flag_run(runs, notes, tally, Severity.WARNING, ASK_REASON, r, 0)
            runs[r].role = Role.DROPPED


def settle_first_access(runs, tally):
    """The access with the highest-ranked service is the first; hydration belongs to it."""
    best = NOWHERE
    for r in range(tally.runs):
        if runs[r].family != Family.HYDRATION and can_be_initial(runs, r):
            if best == NOWHERE or is_before(runs[r], runs[best]):
                best = r
    if best != NOWHERE:
        tally.first_group = runs[best].group
    elif tally.hydration != NOWHERE:
        tally.first_group = runs[tally.hydration].group
    else:
        tally.first_group = 0
    if tally.hydration != NOWHERE:
        runs[tally.hydration].group = tally.first_group


def continues_the_day(visit, policy):
    """A later attendance of the day that this payer counts with the first."""
    return policy.initial_scope == InitialScope.PER_DAY_ACCESS and visit.attendance > 1


def choose_initials(rows, runs, notes, tally, visit, policy):
    """Give one run an access the initial role; leave off what arrived running and stands alone."""
    settle_first_access(runs, tally)
    for group in range(tally.entries + 1):
        if visit.setting == Setting.FACILITY or visit.setting == Setting.HOME:
            chosen = first_in_order(runs, tally, group)
            if chosen != NOWHERE:
                runs[chosen].why_role = FACILITY_ORDER
        else:
            chosen = choose_professional(rows, runs, notes, tally, policy, group)
        if chosen != NOWHERE and not continues_the_day(visit, policy):
            runs[chosen].role = Role.INITIAL
        drop_arrivals(runs, notes, tally, policy, group, chosen)
    drop_begun_elsewhere(runs, notes, tally)


def drop_begun_elsewhere(runs, notes, tally):
    """What is reported by its start, outside the ranked families, was not started here."""
    for r in range(tally.runs):
        run = runs[r]
        if not run.on_arrival or run.role != Role.NONE or not is_reported_by_start(run.family):
            continue
        leave_off_run(runs, notes, tally, ARRIVED_RUNNING, r, 0)
        flag_run(runs, notes, tally, Severity.WARNING, ARRIVAL_QUERY, r, 0)
        run.role = Role.DROPPED


def is_reported_by_start(family):
    """Pumps, and infusions under the skin or into an artery."""
    return (
        family == Family.COMPLEX_PUMP
        or family == Family.PROLONGED_PUMP
        or family == Family.ARTERIAL_COMPLEX_PUMP
        or family == Family.ARTERIAL_COMPLEX_INFUSION
        or family == Family.ARTERIAL_UNLISTED
        or family == Family.SC_INFUSION
    )


def drop_arrivals(runs, notes, tally, policy, group, chosen):
    """A run that arrived running counts beside an initial service of this encounter only."""
    for r in range(tally.runs):
        run = runs[r]
        if run.group != group or not run.on_arrival or rank(run.family) == 0:
            continue
        if run.role != Role.NONE:
            continue
        if chosen == NOWHERE or policy.arrival_running == ArrivalRunning.NONE:
            leave_off_run(runs, notes, tally, ARRIVED_RUNNING, r, 0)
            run.role = Role.DROPPED
            if chosen == NOWHERE:
                flag_run(runs, notes, tally, Severity.WARNING, ARRIVAL_QUERY, r, 0)
