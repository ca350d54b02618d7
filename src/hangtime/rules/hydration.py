"""Hydration.

All hydration fluids of an encounter are one service: the minutes during which any of them ran, less
every minute under a drug bag or a transfusion at any access.  What is left is worth reporting from
its thirty-first minute, and never falls to a push.  It belongs to the first access, and is only
initial where nothing else is.
"""

from hangtime.rules import sources
from hangtime.rules._card import FINDING, LEFT_OFF, rule
from hangtime.rules.category import ran_all_the_same
from hangtime.rules.emit import charge, flag_run, leave_off_run
from hangtime.rules.hours import day_of_first, further_hours, hours_alone
from hangtime.rules.infusate import is_drip
from hangtime.rules.positions import Noncontiguous, SecondSite, ToxicDrug
from hangtime.rules.records import MISSING, NOWHERE
from hangtime.rules.runs import absorb
from hangtime.rules.sequence import charge_hours
from hangtime.rules.spans import cut_pause, unite_spans
from hangtime.rules.words import Code, Evidence, Family, Modifier, Purpose, Role, Severity

CARVED_OUT = rule(
    "HYD-CARVE-OUT",
    says="{minutes} min of hydration are left without the time under drug bags and transfusions.",
    cites=(sources.EMERALD_OVERLAP, sources.CODING_CLINIC_HYDRATION, sources.NCCI_MANUAL),
    spec=("R-TIME-13", "R-SEQ-07", "C17"),
)
INITIAL = rule(
    "HYD-INITIAL",
    says="{minutes} min, at least {hydration_min_minutes}: hydration, initial as nothing else is.",
    cites=(sources.FCSO_INFUSION, sources.NORIDIAN_REVIEW),
    spec=("R-TIME-03", "R-INI-04", "C56"),
)
SECONDARY = rule(
    "HYD-SECONDARY",
    says="{minutes} min, at least {hydration_min_minutes}, beside another initial service: hours only.",
    cites=(sources.FCSO_INFUSION, sources.EMERALD_OVERLAP),
    spec=("R-TIME-04", "C56"),
)
TOO_SHORT = rule(
    "HYD-TOO-SHORT",
    says="{minutes} min of hydration are under {hydration_min_minutes}: nothing is reported.",
    cites=(sources.FCSO_INFUSION, sources.NORIDIAN_REVIEW),
    spec=("R-TIME-03", "R-TIME-04", "R-SEQ-07"),
    kind=LEFT_OFF,
)
SUMMED_PARTS = rule(
    "HYD-PARTS-SUMMED",
    says="No single part of the hydration reaches {hydration_min_minutes} min; the parts were added.",
    cites=(sources.AAPC_HYDRATION_PARTS,),
    spec=("R-TIME-13",),
    kind=FINDING,
)
UNCERTAIN = rule(
    "HYD-UNCERTAIN",
    says="Hydration after a drug whose end nothing shows is not certain: it is not reported.",
    cites=(sources.HANGTIME,),
    spec=("C40", "C70"),
    kind=FINDING,
)
WITH_TOXIC_DRUG = rule(
    "HYD-WITH-TOXIC-DRUG",
    says="By this payer's policy hydration around a drug whose labeling asks for it is part of it.",
    cites=(sources.NORIDIAN_HYDRATION, sources.CODING_CLINIC_HYDRATION),
    spec=("R-CLS-01",),
    kind=LEFT_OFF,
)
SMALL_VOLUME = rule(
    "HYD-SMALL-VOLUME",
    says="The charted volume is under the {hydration_min_volume_ml} mL this payer asks for.",
    cites=(sources.HAUGEN_INVESTIGATING,),
    spec=("R-CLS-01",),
    kind=LEFT_OFF,
)
NEED_OF_ITS_OWN = rule(
    "HYD-NEED-OF-ITS-OWN",
    says="Hydration around a drug whose labeling asks for it, without a charted need of its own.",
    cites=(sources.CODING_CLINIC_HYDRATION, sources.NORIDIAN_HYDRATION),
    spec=("R-CLS-01", "R-DOC-07"),
    kind=FINDING,
)
FEW_MILLILITRES = rule(
    "HYD-FEW-MILLILITRES",
    says="Less than {hydration_small_ml} mL is charted for the hydration; one contractor asks for more.",
    cites=(sources.HAUGEN_INVESTIGATING,),
    spec=("R-CLS-01",),
    kind=FINDING,
)
SECOND_SITE = rule(
    "HYD-SECOND-SITE",
    says="It ran at a second site, which this payer takes with 59.",
    cites=(sources.HAUGEN_INVESTIGATING, sources.NCCI_MANUAL),
    spec=("R-SEQ-07", "C17"),
)
BESIDE_BLOOD = rule(
    "HYD-BESIDE-BLOOD",
    says="Saline with a transfusion, without a purpose of its own, is part of the transfusion.",
    cites=(sources.CMS_TRANSFUSION, sources.HANGTIME),
    spec=("R-CLS-13", "C03", "C63"),
    kind=LEFT_OFF,
)


def has_own_need(row):
    """The fluid has an indication or a purpose of its own."""
    if row.purpose == Purpose.HYDRATION or row.purpose == Purpose.TREATMENT:
        return True
    return row.indication != NOWHERE


def is_part_of_transfusion(rows, tally, i, begin, end):
    """Saline with blood: both without times, or from begin to end between two transfusions."""
    row = rows[i]
    if has_own_need(row):
        return False
    before = False
    after = False
    for j in range(tally.rows):
        blood = rows[j]
        if blood.family != Family.TRANSFUSION or blood.is_set_aside:
            continue
        if begin == MISSING and blood.begin == MISSING:
            return True
        if begin != MISSING and blood.begin != MISSING:
            before = before or blood.begin <= begin
            after = after or (blood.begin >= begin and max(blood.begin, blood.end) >= end)
    return before and after


def blocks_hydration(rows, policy, i, group):
    """A drug bag or a transfusion: no fluid beside it is hydration."""
    row = rows[i]
    if row.is_set_aside or row.begin == MISSING:
        return False
    if policy.hydration_second_site == SecondSite.YES_WITH_59 and row.group != group:
        return False
    if row.family == Family.TRANSFUSION or ran_all_the_same(row):
        return True
    return is_drip(row.family) and row.family != Family.HYDRATION


def gather_hydration(rows, runs, spans, pauses, notes, tally, policy):
    """Make one run of all hydration fluids, and take out what ran under a drug or blood."""
    for r in range(tally.runs):
        if runs[r].family != Family.HYDRATION:
            continue
        run = runs[r]
        if is_part_of_transfusion(rows, tally, run.first, run.begin, run.end):
            leave_off_run(runs, notes, tally, BESIDE_BLOOD, r, Code.HYDRATION_HOUR)
            runs[r].role = Role.DROPPED
            runs[r].family = Family.NONE
        elif tally.hydration == NOWHERE:
            tally.hydration = r
    if tally.hydration == NOWHERE:
        return
    into = tally.hydration
    whole = runs[into]
    clockless = 0 if whole.has_clock else whole.seconds
    longest_clockless = clockless
    first = tally.spans
    for r in range(into, tally.runs):
        if runs[r].family != Family.HYDRATION:
            continue
        for k in range(runs[r].spans_from, runs[r].spans_to):
            unite_spans(spans, tally, first, spans[k].begin, spans[k].end)
        if r != into and not runs[r].has_clock:
            clockless += runs[r].seconds
            longest_clockless = max(longest_clockless, runs[r].seconds)
        absorb(rows, runs, into, r)
    whole.spans_from = first
    cut_blockers(rows, runs, spans, pauses, notes, tally, policy)
    whole.spans_to = tally.spans
    count_parts(whole, spans, tally, policy, clockless, longest_clockless)


def cut_delivery(spans, pauses, tally, first, row):
    """Cut out the time in which a row was delivered; its pauses leave the fluid alone."""
    at = row.begin
    for k in range(row.pauses_from, row.pauses_to):
        if pauses[k].start > at:
            cut_pause(spans, tally, first, at, min(pauses[k].start, row.end))
        at = max(at, row.end if pauses[k].stop == MISSING else pauses[k].stop)
    if row.end > at:
        cut_pause(spans, tally, first, at, row.end)


def cut_blockers(rows, runs, spans, pauses, notes, tally, policy):
    """Cut out drug bags and transfusions; from a drug of unknown end on nothing is certain."""
    whole = runs[tally.hydration]
    uncertain = MISSING
    for i in range(tally.rows):
        row = rows[i]
        if not blocks_hydration(rows, policy, i, whole.group):
            continue
        unsure = MISSING
        if row.evidence == Evidence.NONE:
            unsure = row.begin
        else:
            cut_delivery(spans, pauses, tally, whole.spans_from, row)
            if row.evidence == Evidence.OBSERVED:
                unsure = row.end
        if unsure != MISSING and (uncertain == MISSING or unsure < uncertain):
            uncertain = unsure
    if uncertain != MISSING and uncertain < whole.end:
        tally.uncertain_from = uncertain
        cut_pause(spans, tally, whole.spans_from, uncertain, whole.end)
        flag_run(runs, notes, tally, Severity.WARNING, UNCERTAIN, tally.hydration, 0)


def count_parts(whole, spans, tally, policy, clockless, longest_clockless):
    """Count the seconds of hydration by the payer's policy on parts."""
    least = policy.hydration_min_minutes * 60
    total = 0
    longest = longest_clockless
    for k in range(whole.spans_from, whole.spans_to):
        length = spans[k].end - spans[k].begin
        longest = max(longest, length)
        if policy.hydration_noncontiguous != Noncontiguous.EACH_GT_30 or length >= least:
            total += length
    if policy.hydration_noncontiguous == Noncontiguous.LONGEST_ONLY:
        total = longest
    else:
        total += clockless
    whole.seconds = total
    whole.minutes = total // 60
    tally.hydration_longest = longest // 60


def volume_of(rows, run):
    """Microlitres charted for the run's fluids, or NOWHERE where none is."""
    total = NOWHERE
    i = run.first
    while i != NOWHERE:
        volume = rows[i].volume if rows[i].volume >= 0 else rows[i].volume_hung
        if volume >= 0:
            total = max(0, total) + volume
        i = rows[i].next
    return total


def has_toxic_drug(rows, tally):
    """A drug whose labeling asks for hydration was given."""
    for i in range(tally.rows):
        if rows[i].is_toxic and not rows[i].is_set_aside and rows[i].family != Family.NONE:
            return True
    return False


def judge_hydration(rows, runs, notes, tally, policy, limits):
    """Leave the hydration off where it is too short, too small or part of something else."""
    if tally.hydration == NOWHERE:
        return
    r = tally.hydration
    run = runs[r]
    reason = NOWHERE
    if policy.hydration_with_toxic_drug == ToxicDrug.INTEGRAL and has_toxic_drug(rows, tally):
        reason = WITH_TOXIC_DRUG
    elif 0 <= volume_of(rows, run) < policy.hydration_min_volume_ml * 1000:
        reason = SMALL_VOLUME
    elif run.minutes < policy.hydration_min_minutes:
        reason = TOO_SHORT
    if 0 <= volume_of(rows, run) < limits.hydration_small_ml * 1000:
        flag_run(runs, notes, tally, Severity.INFO, FEW_MILLILITRES, r, 0)
    if has_toxic_drug(rows, tally) and not has_own_need(rows[run.first]):
        flag_run(runs, notes, tally, Severity.INFO, NEED_OF_ITS_OWN, r, 0)
    if reason != NOWHERE:
        leave_off_run(runs, notes, tally, reason, r, Code.HYDRATION_HOUR)
        run.role = Role.DROPPED
        run.family = Family.NONE
        tally.hydration = NOWHERE
    elif (
        policy.hydration_noncontiguous == Noncontiguous.SUM_FLAGGED
        and tally.hydration_longest < policy.hydration_min_minutes
    ):
        flag_run(runs, notes, tally, Severity.WARNING, SUMMED_PARTS, r, 0)


def place_hydration(rows, runs, spans, charges, tally, visit, policy, limits):
    """Charge hydration: its first service and hours where it is initial, else hours alone."""
    if tally.hydration == NOWHERE:
        return
    r = tally.hydration
    run = runs[r]
    if run.role == Role.DROPPED:
        return
    run.is_reported = 1
    run.why_minutes = CARVED_OUT
    code = Code.HYDRATION_HOUR
    before = tally.charges
    if run.role == Role.INITIAL:
        run.why_role = INITIAL
        day = day_of_first(rows, run, visit, policy)
        charge(charges, tally, Code.HYDRATION_INITIAL, 1, day, r, run.group)
        units = further_hours(run.minutes, limits)
        charge_hours(rows, runs, spans, charges, tally, visit, policy, limits, r, code, units, 1)
        return
    run.role = Role.HYDRATION
    run.why_role = SECONDARY
    units = max(1, hours_alone(run.minutes, limits))
    charge_hours(rows, runs, spans, charges, tally, visit, policy, limits, r, code, units, 0)
    is_apart = rows[run.first].group != tally.first_group
    if is_apart and policy.hydration_second_site == SecondSite.YES_WITH_59:
        for k in range(before, tally.charges):
            charges[k].mod_a = Modifier.M59
            charges[k].why_c = SECOND_SITE
