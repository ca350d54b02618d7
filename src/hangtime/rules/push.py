"""Pushes.

The first push at an access may be its initial service; each further different drug pushed is
reported once; the same drug again only by a facility, and only more than thirty minutes after its
last reported push.  A drug that is also infused is not a new drug when it is pushed.
"""

from hangtime.rules import sources
from hangtime.rules._card import FINDING, LEFT_OFF, rule
from hangtime.rules.emit import charge, flag_run, leave_off_run
from hangtime.rules.hours import day_of_first
from hangtime.rules.infusate import has_ingredient
from hangtime.rules.initial import is_also_infused, is_earlier
from hangtime.rules.positions import BolusSameDrug
from hangtime.rules.records import NOWHERE
from hangtime.rules.words import Code, Family, Role, Setting, Severity

NEW_DRUG = rule(
    "PUSH-NEW-DRUG",
    says="A different drug pushed at this access.",
    cites=(sources.NCCI_AOC, sources.CPT_INFUSIONS),
    spec=("R-SEQ-08", "R-SEQ-11"),
)
REPEATED = rule(
    "PUSH-REPEAT",
    says="The same drug again, {since} min after its last reported push, at least "
    "{push_repeat_min_gap_minutes}.",
    cites=(sources.NCCI_AOC, sources.CPT_INFUSIONS),
    spec=("R-SEQ-09", "C16"),
)
ALSO_INFUSED = rule(
    "PUSH-ALSO-INFUSED",
    says="The drug is infused here too, so its push is a repeat and not a new drug.",
    cites=(sources.CPT_INFUSIONS,),
    spec=("R-SEQ-10", "C24", "C07"),
)
ALSO_INFUSED_FLAG = rule(
    "PUSH-ALSO-INFUSED-REVIEW",
    says="A push and an infusion of one drug: payers differ on the push.",
    cites=(sources.CPT_INFUSIONS,),
    spec=("R-SEQ-10",),
    kind=FINDING,
)
TOO_SOON = rule(
    "PUSH-TOO-SOON",
    says="{since} min after its last reported push, under {push_repeat_min_gap_minutes}: not reported.",
    cites=(sources.NCCI_AOC, sources.CPT_INFUSIONS),
    spec=("R-SEQ-09", "C16"),
    kind=LEFT_OFF,
)
NO_CLOCK = rule(
    "PUSH-NO-CLOCK",
    says="The same drug again without clock times: {push_repeat_min_gap_minutes} min between is not shown.",
    cites=(sources.CPT_INFUSIONS, sources.OHIO_HIMA),
    spec=("R-TIME-14", "R-SEQ-09"),
    kind=LEFT_OFF,
)
OFFICE_REPEAT = rule(
    "PUSH-OFFICE-REPEAT",
    says="A practitioner has no code for another push of the same drug.",
    cites=(sources.CMS_PFS, sources.NCCI_MUE),
    spec=("R-SEQ-09", "R-SEQ-10"),
    kind=LEFT_OFF,
)
SAME_AS_INFUSED = rule(
    "PUSH-SAME-AS-INFUSED",
    says="By this payer's policy a push of a drug that is also infused earns nothing.",
    cites=(sources.CPT_INFUSIONS,),
    spec=("R-SEQ-10",),
    kind=LEFT_OFF,
)
COMPLEX_REPEAT = rule(
    "PUSH-COMPLEX-REPEAT",
    says="A complex agent pushed again, or also infused: no code exists for it.",
    cites=(sources.CMS_HCPCS, sources.HANGTIME),
    spec=("C46",),
    kind=LEFT_OFF,
)


def is_push(family):
    return family == Family.PUSH or family == Family.COMPLEX_PUSH


def held(rows, run, other):
    """Every drug of a push was in another push or its syringe."""
    if run.infusate == other.infusate:
        return True
    i = run.first
    while i != NOWHERE:
        if not has_ingredient(rows, other, rows[i].substance):
            return False
        i = rows[i].next
    return True


def last_reported(rows, runs, placing, k):
    """The last reported push of the same drug at the access before the k-th placed, or NOWHERE."""
    run = runs[placing[k]]
    for back in range(k):
        other = runs[placing[k - 1 - back]]
        if other.is_reported and other.group == run.group and held(rows, run, other):
            return placing[k - 1 - back]
    return NOWHERE


def place_repeat_push(rows, runs, charges, notes, tally, visit, policy, r, last):
    """Report or leave off a push of a drug already pushed or infused at the access."""
    run = runs[r]
    run.role = Role.REPEAT_PUSH
    code = Code.PUSH_REPEAT
    if run.family == Family.COMPLEX_PUSH:
        leave_off_run(runs, notes, tally, COMPLEX_REPEAT, r, 0)
        return
    if visit.setting != Setting.FACILITY:
        leave_off_run(runs, notes, tally, OFFICE_REPEAT, r, code)
        return
    if last == NOWHERE:
        if policy.bolus_same_drug == BolusSameDrug.NONE:
            leave_off_run(runs, notes, tally, SAME_AS_INFUSED, r, code)
            return
        run.why_role = ALSO_INFUSED
        flag_run(runs, notes, tally, Severity.WARNING, ALSO_INFUSED_FLAG, r, 0)
    else:
        if not run.has_clock or not runs[last].has_clock:
            leave_off_run(runs, notes, tally, NO_CLOCK, r, code)
            return
        run.since = abs(run.begin - runs[last].begin) // 60
        if run.since < policy.push_repeat_min_gap_minutes:
            leave_off_run(runs, notes, tally, TOO_SOON, r, code)
            return
        run.why_role = REPEATED
    charge(charges, tally, code, 1, day_of_first(rows, run, visit, policy), r, run.group)
    run.is_reported = 1


def place_push(rows, runs, placing, charges, notes, tally, visit, policy, k):
    """Relate the k-th push to what was reported before it, and charge it."""
    r = placing[k]
    run = runs[r]
    is_complex = run.family == Family.COMPLEX_PUSH
    day = day_of_first(rows, run, visit, policy)
    if run.role == Role.INITIAL:
        code = Code.COMPLEX_PUSH_INITIAL if is_complex else Code.PUSH_INITIAL
        charge(charges, tally, code, 1, day, r, run.group)
        run.is_reported = 1
        return
    last = last_reported(rows, runs, placing, k)
    if last != NOWHERE or is_also_infused(rows, runs, tally, r):
        place_repeat_push(rows, runs, charges, notes, tally, visit, policy, r, last)
        return
    run.role = Role.NEW_PUSH
    run.why_role = NEW_DRUG
    code = Code.COMPLEX_PUSH if is_complex else Code.PUSH_NEW_DRUG
    charge(charges, tally, code, 1, day, r, run.group)
    run.is_reported = 1


def place_pushes(rows, runs, placing, charges, notes, tally, visit, policy):
    """Place every push by its time, the initial ones first; `placing` is scratch."""
    count = 0
    for r in range(tally.runs):
        run = runs[r]
        if not is_push(run.family) or run.role == Role.DROPPED:
            continue
        k = count
        count += 1
        while k > 0 and comes_first(run, runs[placing[k - 1]]):
            placing[k] = placing[k - 1]
            k -= 1
        placing[k] = r
    for k in range(count):
        place_push(rows, runs, placing, charges, notes, tally, visit, policy, k)


def comes_first(a, b):
    """The initial push, then by time."""
    if (a.role == Role.INITIAL) != (b.role == Role.INITIAL):
        return a.role == Role.INITIAL
    return is_earlier(a, b)
