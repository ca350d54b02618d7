"""The infusions beside the initial one.

A different infusate after it is sequential, one that runs beside it for sixteen minutes is
concurrent, and the same one again is a repeat, judged alone.  One infusion gets one code.  A
concurrent infusion is reported once a date of service and has no hours; the others add an hour for
each that has run more than thirty minutes.
"""

from hangtime.rules import sources
from hangtime.rules._card import FINDING, LEFT_OFF, rule
from hangtime.rules.emit import charge, flag_run, leave_off_run
from hangtime.rules.hours import (
    DATED_BY_HOUR,
    HOURS,
    day_of_first,
    day_of_hour,
    further_hours,
    hours_alone,
)
from hangtime.rules.initial import is_earlier
from hangtime.rules.positions import ArrivalRunning, ConcurrentComplex, PartialOverlap, RepeatMethod
from hangtime.rules.records import NOWHERE
from hangtime.rules.words import Code, Family, Role, Setting, Severity

SEQUENTIAL = rule(
    "SEQ-SEQUENTIAL",
    says="A different infusate at the same access, {minutes} min: sequential.",
    cites=(sources.NCCI_AOC, sources.CPT_INFUSIONS),
    spec=("R-SEQ-01", "R-SEQ-02", "R-SEQ-11", "R-TIME-05", "C64"),
)
CONCURRENT = rule(
    "SEQ-CONCURRENT",
    says="In its own container beside another infusion for {overlap} min: concurrent, without hours.",
    cites=(sources.HAUGEN_BEYOND, sources.HAUGEN_INVESTIGATING, sources.ASCO_CONCURRENT),
    spec=("R-SEQ-03", "R-SEQ-04", "C41", "C64"),
)
HOURS_LOST = rule(
    "SEQ-HOURS-LOST",
    says="The longer drug runs beside the visit's main one, and a concurrent infusion has no hours.",
    cites=(sources.HANGTIME,),
    spec=("C21",),
    kind=FINDING,
)
CONCURRENT_ONCE = rule(
    "SEQ-CONCURRENT-ONCE",
    says="A concurrent infusion is already reported on this date: a second one earns nothing.",
    cites=(sources.NCCI_MUE, sources.HAUGEN_INVESTIGATING),
    spec=("R-SEQ-03", "C15", "C41"),
    kind=LEFT_OFF,
)
REPEAT = rule(
    "SEQ-REPEAT",
    says="The same drug again, {minutes} min judged alone, never a new initial; units of an hour: {units}.",
    cites=(sources.HCPRO_SAME_DRUG, sources.CPT_INFUSIONS),
    spec=("R-SEQ-06", "C14", "C15", "C62", "C64"),
)
REPEAT_SHORT_BAND = rule(
    "SEQ-REPEAT-BAND",
    says="A repeat of {minutes} min: payers differ on whether it reaches an hour unit.",
    cites=(sources.HCPRO_SAME_DRUG, sources.HAUGEN_BEYOND),
    spec=("R-SEQ-06",),
    kind=FINDING,
)
REPEAT_TOO_SHORT = rule(
    "SEQ-REPEAT-TOO-SHORT",
    says="The same drug again for {minutes} min, under this payer's "
    "{same_drug_repeat_min_minutes}: nothing.",
    cites=(sources.HAUGEN_BEYOND,),
    spec=("R-SEQ-06",),
    kind=LEFT_OFF,
)
REPEAT_SUMMED = rule(
    "SEQ-REPEAT-SUMMED",
    says="The same drug again: by this payer's policy its minutes are added to the first run's.",
    cites=(sources.HCPRO_SAME_DRUG,),
    spec=("R-SEQ-06",),
    kind=LEFT_OFF,
)
REPEAT_NOTHING = rule(
    "SEQ-REPEAT-NOTHING",
    says="The same drug again: by this payer's policy it earns nothing.",
    cites=(sources.HCPRO_SAME_DRUG,),
    spec=("R-SEQ-06",),
    kind=LEFT_OFF,
)
COMPLEX_CONCURRENT = rule(
    "SEQ-COMPLEX-CONCURRENT",
    says="Two complex infusions ran together; no code exists for that: check this payer's way.",
    cites=(sources.CMS_HCPCS, sources.HANGTIME),
    spec=("R-CLS-09",),
    kind=FINDING,
)
READ_IN_ORDER = rule(
    "SEQ-READ-IN-ORDER",
    says="Not every infusion has clock times: those without are read one after the other, as charted.",
    cites=(sources.HANGTIME,),
    spec=("C42",),
    kind=FINDING,
)
ARRIVAL_HOURS = rule(
    "SEQ-ARRIVAL-HOURS",
    says="Was running on arrival: by this payer's policy only its further hours count.",
    cites=(sources.HANGTIME,),
    spec=("R-TIME-19",),
)
SHORT_OF_AN_HOUR = rule(
    "SEQ-NO-FURTHER-HOUR",
    says="Was running on arrival and has no further hour to report.",
    cites=(sources.HANGTIME,),
    spec=("R-TIME-19",),
    kind=LEFT_OFF,
)


def doubt_order(runs, notes, tally):
    """Flag infusions without clock times beside others: they are read one after the other."""
    infusions = 0
    first = NOWHERE
    for r in range(tally.runs):
        run = runs[r]
        if is_placeable(run.family) or run.family == Family.HYDRATION:
            infusions += 1
            if not run.has_clock and first == NOWHERE:
                first = r
    if first != NOWHERE and infusions > 1:
        flag_run(runs, notes, tally, Severity.INFO, READ_IN_ORDER, first, 0)


def is_placeable(family):
    """Infusions that are placed beside the initial one."""
    return family == Family.INFUSION or family == Family.COMPLEX_INFUSION


def runs_beside(family):
    """Infusions beside which another can be concurrent: pumps too."""
    return is_placeable(family) or family == Family.COMPLEX_PUMP or family == Family.PROLONGED_PUMP


def mark_repeats(runs, tally):
    """Mark each run that follows another of the same infusate at its access."""
    for r in range(tally.runs):
        run = runs[r]
        if not is_placeable(run.family) or run.role == Role.INITIAL or run.role == Role.DROPPED:
            continue
        for s in range(tally.runs):
            other = runs[s]
            if other.infusate != run.infusate or s == r or other.group != run.group:
                continue
            if not is_placeable(other.family) or other.role == Role.DROPPED:
                continue
            if other.role == Role.INITIAL or is_earlier(other, run):
                run.is_again = 1
                break


def places_before(a, b):
    """Order of placing: the initial, complex runs, then by start, the longer, charted order."""
    first_a = a.role == Role.INITIAL
    first_b = b.role == Role.INITIAL
    if first_a != first_b:
        return first_a
    if a.family != b.family:
        return a.family == Family.COMPLEX_INFUSION
    if a.has_clock != b.has_clock:
        return a.has_clock
    if a.has_clock and a.begin != b.begin:
        return a.begin < b.begin
    if a.has_clock and a.seconds != b.seconds and a.is_again == b.is_again:
        return a.seconds > b.seconds
    return a.seq < b.seq


def overlap_seconds(spans, a, b):
    """Seconds during which both runs were delivered."""
    total = 0
    for k in range(a.spans_from, a.spans_to):
        for m in range(b.spans_from, b.spans_to):
            total += max(0, min(spans[k].end, spans[m].end) - max(spans[k].begin, spans[m].begin))
    return total


def same_drug_placed(runs, tally, r):
    """An already placed run of the same infusate at the access, or NOWHERE."""
    for s in range(tally.runs):
        other = runs[s]
        if s != r and other.is_placed and other.group == runs[r].group:
            if is_placeable(other.family):
                if other.infusate == runs[r].infusate:
                    return s
    return NOWHERE


def find_company(runs, spans, tally, r, policy):
    """Set the run's greatest overlap with a placed run at its access; true when long enough."""
    run = runs[r]
    best = 0
    for s in range(tally.runs):
        other = runs[s]
        if s == r or not other.is_placed or other.group != run.group:
            continue
        if not runs_beside(other.family):
            continue
        together = overlap_seconds(spans, run, other)
        if together > best:
            best = together
            run.beside = s
    run.overlap = best // 60
    return run.overlap >= policy.concurrent_min_overlap_minutes


def alone_minutes(runs, spans, tally, r):
    """Minutes of the run without any of its company."""
    if runs[r].beside == NOWHERE:
        return runs[r].minutes
    return runs[r].minutes - overlap_seconds(spans, runs[r], runs[runs[r].beside]) // 60


def is_concurrent_taken(charges, tally, day):
    """A concurrent infusion is already charged on the date."""
    for k in range(tally.charges):
        if charges[k].code == Code.INFUSION_CONCURRENT and charges[k].day == day:
            return True
    return False


def charge_hours(rows, runs, spans, charges, tally, visit, policy, limits, r, code, units, first):
    """Charge further hours of a run, each on its own date; `first` is the number of the first."""
    run = runs[r]
    run.units = units
    start = day_of_first(rows, run, visit, policy)
    k = 0
    while k < units:
        day = day_of_hour(rows, spans, run, first + k, visit, policy, limits)
        count = 1
        while k + count < units:
            if day_of_hour(rows, spans, run, first + k + count, visit, policy, limits) != day:
                break
            count += 1
        index = charge(charges, tally, code, count, day, r, run.group)
        if index == NOWHERE:
            return
        charges[index].why_a = HOURS
        if day != start:
            charges[index].why_b = DATED_BY_HOUR
        k += count


def hour_code(family):
    return Code.COMPLEX_HOUR if family == Family.COMPLEX_INFUSION else Code.INFUSION_HOUR


def place_initial(rows, runs, spans, charges, tally, visit, policy, limits, r):
    """Charge an initial infusion and its hours."""
    run = runs[r]
    is_complex = run.family == Family.COMPLEX_INFUSION
    code = Code.COMPLEX_INITIAL if is_complex else Code.INFUSION_INITIAL
    charge(charges, tally, code, 1, day_of_first(rows, run, visit, policy), r, run.group)
    units = further_hours(run.minutes, limits)
    code = hour_code(run.family)
    charge_hours(rows, runs, spans, charges, tally, visit, policy, limits, r, code, units, 1)
    run.is_reported = 1


def place_sequential(rows, runs, spans, charges, notes, tally, visit, policy, limits, r, minutes):
    """Charge a sequential infusion and its hours."""
    run = runs[r]
    run.role = Role.SEQUENTIAL
    run.why_role = SEQUENTIAL
    if run.on_arrival and policy.arrival_running == ArrivalRunning.ADDITIONAL_ONLY:
        run.why_role = ARRIVAL_HOURS
        if further_hours(minutes, limits) == 0:
            leave_off_run(runs, notes, tally, SHORT_OF_AN_HOUR, r, 0)
    else:
        is_complex = run.family == Family.COMPLEX_INFUSION
        code = Code.COMPLEX_SEQUENTIAL if is_complex else Code.INFUSION_SEQUENTIAL
        charge(charges, tally, code, 1, day_of_first(rows, run, visit, policy), r, run.group)
    units = further_hours(minutes, limits)
    code = hour_code(run.family)
    charge_hours(rows, runs, spans, charges, tally, visit, policy, limits, r, code, units, 1)
    run.is_reported = 1


def place_repeat(rows, runs, spans, charges, notes, tally, visit, policy, limits, r):
    """Charge the same infusate again as hours of its own, by the payer's policy."""
    run = runs[r]
    run.role = Role.REPEAT
    run.why_role = REPEAT
    code = hour_code(run.family)
    if policy.same_drug_repeat_method == RepeatMethod.NONE:
        leave_off_run(runs, notes, tally, REPEAT_NOTHING, r, code)
        return
    if policy.same_drug_repeat_method == RepeatMethod.SUM_TIMES:
        leave_off_run(runs, notes, tally, REPEAT_SUMMED, r, code)
        return
    if run.minutes < policy.same_drug_repeat_min_minutes:
        leave_off_run(runs, notes, tally, REPEAT_TOO_SHORT, r, code)
        return
    if run.minutes < limits.hour_after:
        flag_run(runs, notes, tally, Severity.WARNING, REPEAT_SHORT_BAND, r, 0)
        run.units = 1
        charge(charges, tally, code, 1, day_of_first(rows, run, visit, policy), r, run.group)
    else:
        units = hours_alone(run.minutes, limits)
        charge_hours(rows, runs, spans, charges, tally, visit, policy, limits, r, code, units, 0)
    run.is_reported = 1


def place_concurrent(rows, runs, charges, notes, tally, visit, policy, limits, r):
    """Charge a concurrent infusion, once a date."""
    run = runs[r]
    run.role = Role.CONCURRENT
    run.why_role = CONCURRENT
    day = day_of_first(rows, run, visit, policy)
    if is_concurrent_taken(charges, tally, day):
        leave_off_run(runs, notes, tally, CONCURRENT_ONCE, r, Code.INFUSION_CONCURRENT)
        return
    charge(charges, tally, Code.INFUSION_CONCURRENT, 1, day, r, run.group)
    run.is_reported = 1
    is_longer = run.beside != NOWHERE and run.seconds > runs[run.beside].seconds
    if visit.setting != Setting.FACILITY and is_longer:
        if further_hours(run.minutes, limits) > 0:
            flag_run(runs, notes, tally, Severity.INFO, HOURS_LOST, r, 0)


def place_run(rows, runs, spans, charges, notes, tally, visit, policy, limits, r):
    """Relate one infusion to those placed before it, and charge it."""
    run = runs[r]
    if run.role == Role.INITIAL:
        place_initial(rows, runs, spans, charges, tally, visit, policy, limits, r)
        return
    if same_drug_placed(runs, tally, r) != NOWHERE:
        place_repeat(rows, runs, spans, charges, notes, tally, visit, policy, limits, r)
        return
    minutes = run.minutes
    if run.on_arrival and policy.arrival_running == ArrivalRunning.ADDITIONAL_ONLY:
        place_sequential(
            rows, runs, spans, charges, notes, tally, visit, policy, limits, r, minutes
        )
        return
    beside = find_company(runs, spans, tally, r, policy)
    if beside and run.family == Family.COMPLEX_INFUSION:
        flag_run(runs, notes, tally, Severity.WARNING, COMPLEX_CONCURRENT, r, 0)
        if policy.complex_concurrent == ConcurrentComplex.UNLISTED:
            run.role = Role.CONCURRENT
            run.why_role = CONCURRENT
            day = day_of_first(rows, run, visit, policy)
            charge(charges, tally, Code.COMPLEX_UNLISTED, 1, day, r, run.group)
            run.is_reported = 1
            return
    elif beside:
        alone = alone_minutes(runs, spans, tally, r)
        solo = policy.concurrent_partial_overlap == PartialOverlap.SEQUENTIAL_IF_SOLO
        if not solo or alone < limits.infusion_from:
            place_concurrent(rows, runs, charges, notes, tally, visit, policy, limits, r)
            return
        minutes = alone
        run.minutes = alone
    place_sequential(rows, runs, spans, charges, notes, tally, visit, policy, limits, r, minutes)


def add_repeats(runs, tally, policy):
    """Where the payer adds the times of one drug, add repeats to the run placed first."""
    if policy.same_drug_repeat_method != RepeatMethod.SUM_TIMES:
        return
    for r in range(tally.runs):
        run = runs[r]
        if not is_placeable(run.family) or run.is_again or run.role == Role.DROPPED:
            continue
        for s in range(tally.runs):
            other = runs[s]
            if s != r and other.is_again and other.group == run.group:
                if other.family == run.family:
                    if other.infusate == run.infusate:
                        run.seconds += other.seconds
        run.minutes = run.seconds // 60


def place_infusions(rows, runs, spans, placing, charges, notes, tally, visit, policy, limits):
    """Place every infusion in the order of placing; `placing` is scratch for run numbers."""
    count = 0
    for r in range(tally.runs):
        run = runs[r]
        if run.family == Family.COMPLEX_PUMP or run.family == Family.PROLONGED_PUMP:
            run.is_placed = 1
        if not is_placeable(run.family) or run.role == Role.DROPPED:
            continue
        k = count
        count += 1
        while k > 0 and places_before(run, runs[placing[k - 1]]):
            placing[k] = placing[k - 1]
            k -= 1
        placing[k] = r
    for k in range(count):
        place_run(rows, runs, spans, charges, notes, tally, visit, policy, limits, placing[k])
        runs[placing[k]].is_placed = 1
