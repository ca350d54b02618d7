"""Runs: contiguous delivery of one infusate, bag changes included.

All drugs in one bag are one infusate and given together.  Bags of one order that follow each other
within a few minutes are one run and the change of bags counts.  The same order taken up again after
a pause is still one run, without the pause.  Anything else of the same drug is another dose.
"""

from hangtime.rules import sources
from hangtime.rules._card import FINDING, rule
from hangtime.rules.access import is_replacement
from hangtime.rules.category import COMPLEX, HYDRATION, THERAPEUTIC, is_complex
from hangtime.rules.documentation import DAY, LONGER_THAN_A_DAY
from hangtime.rules.emit import flag_run, leave_off_run
from hangtime.rules.evidence import rule_of_end
from hangtime.rules.infusate import ONE_BAG, is_drip, is_mixed, takes_part
from hangtime.rules.records import MISSING, NOWHERE
from hangtime.rules.spans import add_span, cut_pause
from hangtime.rules.time import (
    AS_PUSH,
    INFUSION_BY_CLOCK,
    NOTHING_DELIVERED,
    PROLONGED,
    PUSH_BY_CLOCK,
    PUSH_BY_HAND,
)
from hangtime.rules.words import Evidence, Family, Known, Pump, Role, Setting, Severity

ONE_RUN = rule(
    "RUN-MERGED",
    says="Its {rows} charted rows are one run of one order.",
    cites=(sources.HCPRO_SAME_DRUG, sources.HANGTIME),
    spec=("R-TIME-09", "R-TIME-12", "C05", "C14", "C37", "C62"),
)
TAKEN_UP_AGAIN = rule(
    "RUN-TAKEN-UP-AGAIN",
    says="Taken as one dose, stopped and taken up again, though no order says so: two doses would be a "
    "repeat.",
    cites=(sources.HANGTIME, sources.HCPRO_SAME_DRUG),
    spec=("C14", "C62"),
    kind=FINDING,
)


def is_of_one_order(a, b):
    """Two rows, or a run and a row, do not carry two different orders."""
    return a.order == NOWHERE or b.order == NOWHERE or a.order == b.order


def is_paused_at_end(row, pauses):
    """A pause is charted that lasts to the row's end or beyond."""
    if row.evidence == Evidence.PAUSE:
        return True
    for k in range(row.pauses_from, row.pauses_to):
        if pauses[k].start <= row.end and (pauses[k].stop == MISSING or pauses[k].stop >= row.end):
            return True
    return False


def is_taken_up_again(last, row, entries, pauses):
    """The later row goes on with the dose of the earlier one after a stop."""
    if row.access != last.access and row.access != NOWHERE and is_replacement(entries[row.access]):
        return True
    return not row.has_dose or is_paused_at_end(last, pauses)


def goes_on(rows, runs, entries, pauses, r, i, policy):
    """Row i belongs to run r: 0 no, 1 joined and counted, 2 taken up again after a stop."""
    run = runs[r]
    row = rows[i]
    last = rows[run.last]
    if run.family != row.family or run.group != row.group:
        return 0
    is_one_bag = row.bag != NOWHERE and row.bag == last.bag
    if is_one_bag and (not run.has_clock or row.begin == MISSING):
        return 1
    if is_one_bag and not is_drip(row.family):
        return 1 if row.begin == run.begin else 0
    if is_one_bag and row.begin - run.end <= policy.bag_change_max_gap_minutes * 60:
        return 1
    if (row.pump >= Pump.PORTABLE) != (last.pump >= Pump.PORTABLE):
        return 0
    if run.family == Family.SC_INFUSION and row.access != last.access:
        return 0
    if not is_drip(row.family):
        return 0
    if not is_of_one_order(run, row):
        return 0
    if not run.has_clock or row.begin == MISSING:
        replaced = row.access != last.access and row.access != NOWHERE
        return 2 if replaced and is_replacement(entries[row.access]) else 0
    gap = row.begin - run.end
    if gap <= policy.bag_change_max_gap_minutes * 60:
        return 2 if last.evidence == Evidence.PAUSE and gap > 0 else 1
    if gap <= policy.resume_max_gap_minutes * 60:
        return 2 if is_taken_up_again(last, row, entries, pauses) else 0
    return 0


def find_run(rows, runs, entries, pauses, tally, i, policy):
    """The run row i goes on with, latest first, and how: run * 4 + how, or NOWHERE."""
    row = rows[i]
    for back in range(tally.runs):
        r = tally.runs - 1 - back
        if runs[r].infusate != row.infusate:
            continue
        how = goes_on(rows, runs, entries, pauses, r, i, policy)
        if how:
            return r * 4 + how
    return NOWHERE


def begin_run(rows, runs, tally, i):
    """Open a run with row i."""
    if tally.runs >= len(runs):
        tally.overflow = 1
        return NOWHERE
    r = tally.runs
    tally.runs += 1
    run = runs[r]
    row = rows[i]
    run.first = i
    run.last = i
    run.rows = 1
    run.family = row.family
    run.infusate = row.infusate
    run.order = row.order
    run.role = 0
    run.group = row.group
    run.begin = row.begin
    run.end = row.end
    run.seconds = max(0, row.lasted) if row.begin == MISSING else 0
    run.minutes = 0
    run.evidence = row.evidence
    run.has_clock = row.begin != MISSING
    run.on_arrival = row.on_arrival == Known.YES
    run.is_primary = row.primary_reason == Known.YES
    run.is_again = 0
    run.is_placed = 0
    run.is_reported = 0
    run.seq = row.seq
    run.units = 0
    run.resumed = 0
    run.since = NOWHERE
    run.overlap = 0
    run.beside = NOWHERE
    run.spans_from = 0
    run.spans_to = 0
    run.why_family = NOWHERE
    run.why_end = rule_of_end(row.evidence)
    run.why_minutes = NOWHERE
    run.why_rows = NOWHERE
    run.why_role = NOWHERE
    row.run = r
    row.next = NOWHERE
    row.joins = 0
    return r


def extend_run(rows, runs, r, i, how):
    """Add row i to run r; the evidence of the row that ends last stands for the run."""
    run = runs[r]
    row = rows[i]
    same_bag = row.bag != NOWHERE and row.bag == rows[run.last].bag
    rows[run.last].next = i
    run.last = i
    run.rows += 1
    if run.order == NOWHERE:
        run.order = row.order
    ends_later = row.begin == MISSING or row.end > run.end
    if ends_later or (row.end == run.end and row.evidence > run.evidence):
        run.evidence = row.evidence
        run.why_end = rule_of_end(row.evidence)
    if row.begin != MISSING and row.end > run.end:
        run.end = row.end
    if not run.has_clock and not same_bag:
        run.seconds += max(0, row.lasted)
    run.on_arrival = run.on_arrival and row.on_arrival == Known.YES
    run.is_primary = run.is_primary or row.primary_reason == Known.YES
    if not same_bag:
        run.why_rows = ONE_RUN
    elif run.why_rows == NOWHERE:
        run.why_rows = ONE_BAG
    if how == 2 and row.order == NOWHERE and not same_bag:
        run.resumed = 1
    row.run = r
    row.next = NOWHERE
    row.joins = how


def form_runs(rows, order, runs, entries, pauses, tally, policy):
    """Put every row that takes part into a run; `order` lists rows by begin, clockless last."""
    for k in range(tally.rows):
        i = order[k]
        row = rows[i]
        if not takes_part(row):
            continue
        found = NOWHERE
        if is_drip(row.family) or (row.bag != NOWHERE and is_mixed(row.family)):
            found = find_run(rows, runs, entries, pauses, tally, i, policy)
        if found == NOWHERE:
            begin_run(rows, runs, tally, i)
        else:
            extend_run(rows, runs, found // 4, i, found % 4)


def lay_spans(rows, runs, spans, pauses, tally):
    """Lay out when each run was delivered, and count its seconds."""
    for r in range(tally.runs):
        run = runs[r]
        run.spans_from = tally.spans
        run.spans_to = tally.spans
        if not run.has_clock or not is_drip(run.family):
            continue
        i = run.first
        while i != NOWHERE:
            row = rows[i]
            if i == run.first or row.joins == 2:
                add_span(spans, tally, tally.spans, row.begin, row.end)
                if tally.overflow:
                    return
            elif row.end > spans[tally.spans - 1].end:
                spans[tally.spans - 1].end = row.end
            i = row.next
        cut_pauses(rows, run, spans, pauses, tally)
        run.spans_to = tally.spans
        for k in range(run.spans_from, run.spans_to):
            run.seconds += spans[k].end - spans[k].begin


def cut_pauses(rows, run, spans, pauses, tally):
    """Take every closed pause of the run's rows out of its spans."""
    i = run.first
    while i != NOWHERE and not tally.overflow:
        row = rows[i]
        for k in range(row.pauses_from, row.pauses_to):
            stop = pauses[k].stop
            if stop == MISSING:
                stop = row.end
            if stop > pauses[k].start:
                cut_pause(spans, tally, run.spans_from, pauses[k].start, stop)
        i = row.next


def goes_on_at_home(rows, run):
    """A pump that the patient took home running."""
    return run.evidence == Evidence.OFF_SITE or rows[run.last].off_site == Known.YES


def is_prolonged(rows, run, limits):
    """On a portable or implanted pump for longer than the limit, or gone home with it."""
    if rows[run.first].pump < Pump.PORTABLE:
        return False
    return run.minutes > limits.prolonged_after or goes_on_at_home(rows, run)


def settle_family(rows, runs, notes, tally, visit, limits):
    """Let the clock have its say: infusion or push, and which of them are prolonged."""
    for r in range(tally.runs):
        run = runs[r]
        run.minutes = run.seconds // 60
        run.why_family = reason_of_family(rows[run.first], run.family)
        if run.family == Family.PUSH or run.family == Family.COMPLEX_PUSH:
            run.why_minutes = AS_PUSH if rows[run.first].taken_as_push else PUSH_BY_HAND
        if not is_drip(run.family):
            continue
        if run.has_clock and run.end - run.begin > DAY and not goes_on_at_home(rows, run):
            flag_run(runs, notes, tally, Severity.WARNING, LONGER_THAN_A_DAY, r, 0)
        if run.resumed:
            flag_run(runs, notes, tally, Severity.INFO, TAKEN_UP_AGAIN, r, 0)
        if run.seconds == 0 and run.evidence != Evidence.OFF_SITE:
            leave_off_run(runs, notes, tally, NOTHING_DELIVERED, r, 0)
            run.family = Family.NONE
            run.role = Role.DROPPED
        elif run.family == Family.HYDRATION:
            run.why_family = HYDRATION
        elif is_prolonged(rows, run, limits) and has_pump_code(run.family, visit):
            run.family = pump_family(run.family)
            run.why_minutes = PROLONGED
        elif run.minutes < limits.infusion_from:
            run.family = short_family(run.family)
            run.why_minutes = PUSH_BY_CLOCK
        else:
            run.why_minutes = INFUSION_BY_CLOCK


def reason_of_family(row, family):
    """The card that says which family a run is of; in a bag the highest class decides, not a row."""
    if family == Family.ON_BODY:
        return COMPLEX if is_complex(row) else THERAPEUTIC
    return COMPLEX if is_for_complex(family) else THERAPEUTIC


def is_for_complex(family):
    """Families of antineoplastics and complex biologics, before a pump makes them prolonged."""
    return (
        family == Family.COMPLEX_INFUSION
        or family == Family.COMPLEX_PUSH
        or family == Family.COMPLEX_INJECTION
        or family == Family.HORMONAL_INJECTION
        or family == Family.ARTERIAL_COMPLEX_INFUSION
        or family == Family.ARTERIAL_COMPLEX_PUSH
        or family == Family.CNS_COMPLEX
    )


def has_pump_code(family, visit):
    """The prolonged therapeutic code exists on hospital claims only."""
    if family == Family.INFUSION:
        return visit.setting == Setting.FACILITY
    return family == Family.COMPLEX_INFUSION or family == Family.ARTERIAL_COMPLEX_INFUSION


def pump_family(family):
    if family == Family.INFUSION:
        return Family.PROLONGED_PUMP
    if family == Family.COMPLEX_INFUSION:
        return Family.COMPLEX_PUMP
    return Family.ARTERIAL_COMPLEX_PUMP


def short_family(family):
    """What an infusion of fifteen minutes or less is."""
    if family == Family.COMPLEX_INFUSION:
        return Family.COMPLEX_PUSH
    if family == Family.INFUSION:
        return Family.PUSH
    if family == Family.SC_INFUSION:
        return Family.INJECTION
    if family == Family.ARTERIAL_COMPLEX_INFUSION:
        return Family.ARTERIAL_COMPLEX_PUSH
    return Family.ARTERIAL_INJECTION


def absorb(rows, runs, into, r):
    """Make run r part of run `into`, which stands for both."""
    if r == into:
        return
    whole = runs[into]
    part = runs[r]
    rows[whole.last].next = part.first
    whole.last = part.last
    whole.rows += part.rows
    whole.is_primary = whole.is_primary or part.is_primary
    whole.on_arrival = whole.on_arrival and part.on_arrival
    if part.evidence > whole.evidence:
        whole.evidence = part.evidence
        whole.why_end = rule_of_end(part.evidence)
    if part.has_clock and (not whole.has_clock or part.begin < whole.begin):
        whole.begin = part.begin
    whole.end = max(whole.end, part.end)
    if not part.has_clock:
        whole.seconds += part.seconds
    whole.has_clock = whole.has_clock or part.has_clock
    part.family = Family.NONE
    part.role = Role.DROPPED
    i = part.first
    while i != NOWHERE:
        rows[i].run = into
        i = rows[i].next
