"""Time.

An infusion lasts from when the substance enters the patient until it stops, without its pauses.
A drip is an infusion from its sixteenth minute; up to fifteen it is a push.  Another hour is
reported once more than thirty minutes of it have run.  Where the stop is missing the chart may
still show it: an open pause, a charted duration, the volume at its rate, the last time it was seen
running, the disconnection; never an order, a label or a default.
"""

from hangtime.rules import sources
from hangtime.rules._card import FINDING, LEFT_OFF, rule
from hangtime.rules.category import FLUSH, INPATIENT, ran_all_the_same
from hangtime.rules.documentation import is_instant
from hangtime.rules.emit import flag_row, leave_off_row
from hangtime.rules.evidence import settle_end
from hangtime.rules.infusate import share_a_bag
from hangtime.rules.positions import MissingStop, ResidualFlush
from hangtime.rules.records import MISSING, NOWHERE
from hangtime.rules.words import Evidence, Family, Known, Severity

NO_END = rule(
    "TIME-NO-END",
    says="Nothing in the chart shows when it ended: it is left out before the initial service is "
    "chosen.",
    cites=(sources.HCPRO_NO_STOP, sources.MEDLEARN_STOP),
    spec=("R-TIME-15", "R-INI-10", "R-DOC-05", "C70"),
    kind=LEFT_OFF,
)
NO_START = rule(
    "TIME-NO-START",
    says="Neither a start nor a duration is charted for this infusion.",
    cites=(sources.PALMETTO_DOCUMENTATION,),
    spec=("R-DOC-05", "R-TIME-15"),
    kind=LEFT_OFF,
)
END_QUERY = rule(
    "TIME-QUERY-END",
    says="When did it end? A charted stop, or volume with rate, would settle it.",
    cites=(sources.HCPRO_NO_STOP, sources.PALMETTO_DOCUMENTATION),
    spec=("R-TIME-15", "C70"),
    kind=FINDING,
)
END_IS_WEAK = rule(
    "TIME-WEAK-END",
    says="Its end rests on other evidence than a charted stop: review.",
    cites=(sources.PALMETTO_DOCUMENTATION, sources.HANGTIME),
    spec=("R-TIME-15",),
    kind=FINDING,
)
MINUTES_DIFFER = rule(
    "TIME-MINUTES-DIFFER",
    says="The charted minutes differ from the clock; the clock is taken.",
    cites=(sources.HANGTIME,),
    spec=("C50",),
    kind=FINDING,
)
AS_PUSH = rule(
    "TIME-NO-STOP-PUSH",
    says="An infusion not shown to reach {infusion_from} min is taken as a push, by this payer's policy.",
    cites=(sources.HCPRO_NO_STOP,),
    spec=("R-TIME-15",),
)
CHASED = rule(
    "TIME-CHASED-DOSE",
    says="The flush of its own order that follows it completes the dose, by this payer's policy.",
    cites=(sources.CMS_INCLUDED, sources.HANGTIME),
    spec=("R-TIME-11",),
    kind=FINDING,
)
NOTHING_DELIVERED = rule(
    "TIME-NOTHING-DELIVERED",
    says="By its charted pauses no time of it was delivered: nothing is supported.",
    cites=(sources.SELECT_HEALTH, sources.HANGTIME),
    spec=("R-TIME-08", "R-TIME-09"),
    kind=LEFT_OFF,
)
PUSH_BY_CLOCK = rule(
    "TIME-PUSH",
    says="{minutes} min is under {infusion_from}: a push.",
    cites=(sources.CPT_INFUSIONS, sources.FCSO_INFUSION),
    spec=("R-TIME-01", "R-TIME-02", "R-CLS-04", "C35"),
)
PUSH_BY_HAND = rule(
    "TIME-HAND-PUSH",
    says="Pushed: a moment, not a duration.",
    cites=(sources.LEGALCLARITY_PUSH, sources.PALMETTO_DOCUMENTATION),
    spec=("R-CLS-04", "C01", "C08"),
)
INFUSION_BY_CLOCK = rule(
    "TIME-INFUSION",
    says="{minutes} min, at least {infusion_from}: an infusion.",
    cites=(sources.CPT_INFUSIONS, sources.FCSO_INFUSION),
    spec=("R-TIME-01", "R-TIME-02", "R-TIME-05", "R-TIME-06", "R-TIME-12", "C05", "C35"),
)
PROLONGED = rule(
    "TIME-PROLONGED",
    says="On a pump for more than {prolonged_after} min, or going home with it: a prolonged infusion.",
    cites=(sources.ASCO_PUMPS, sources.CMS_HCPCS),
    spec=("R-TIME-07", "R-CLS-09", "R-CLS-10", "C26"),
)


def becomes_push(row, policy):
    """By this payer's policy an infusion without a stop is a push."""
    if row.family != Family.INFUSION and row.family != Family.COMPLEX_INFUSION:
        return False
    if policy.missing_stop_therapeutic == MissingStop.PUSH:
        return True
    return (
        policy.missing_stop_therapeutic == MissingStop.COMPUTE_THEN_PUSH
        and row.is_pushable == Known.YES
    )


def settle_times(rows, pauses, rates, notes, tally, visit, policy, limits):
    """Find begin and end of every infusion; leave off those whose end nothing shows."""
    for i in range(tally.rows):
        row = rows[i]
        if row.is_set_aside or (row.family == Family.NONE and not ran_all_the_same(row)):
            continue
        if is_instant(row.family) or row.family == Family.COVID_ANTIBODY:
            row.begin = row.start
            row.end = row.start
            row.evidence = Evidence.INSTANT
        else:
            settle_end(row, pauses, rates, visit, policy, limits)
    for i in range(tally.rows):
        if rows[i].mate != NOWHERE and rows[i].evidence == Evidence.NONE:
            borrow_end(rows, i)
    for i in range(tally.rows):
        row = rows[i]
        if row.evidence == Evidence.INSTANT or row.is_set_aside or row.family == Family.NONE:
            continue
        cut_at_inpatient(rows, notes, tally, visit, i)
        flag_evidence(rows, notes, tally, i)
        if row.evidence == Evidence.NONE and row.family != Family.TRANSFUSION:
            settle_unended(rows, notes, tally, policy, i)


def borrow_end(rows, i):
    """A row of unknown end ends with the best shown of its bag: evidence, then the latest end."""
    row = rows[i]
    best = NOWHERE
    j = row.mate
    while j != i:
        other = rows[j]
        if share_a_bag(row, other) and Evidence.NONE < other.evidence < Evidence.INSTANT:
            if best == NOWHERE or is_better_shown(other, rows[best]):
                best = j
        j = other.mate
    if best == NOWHERE or rows[best].end <= row.start:
        return
    if row.begin == MISSING:
        row.begin = rows[best].begin
    row.end = rows[best].end
    row.lasted = rows[best].lasted
    row.evidence = rows[best].evidence


def is_better_shown(a, b):
    """Row a's end rests on better evidence than row b's, or is the later of equals."""
    if a.evidence != b.evidence:
        return a.evidence < b.evidence
    return a.end > b.end


def cut_at_inpatient(rows, notes, tally, visit, i):
    """End a row at the inpatient order, or leave it off where it began after it."""
    row = rows[i]
    if visit.inpatient_at == MISSING or row.begin == MISSING:
        return
    if row.begin >= visit.inpatient_at:
        leave_off_row(rows, notes, tally, INPATIENT, i)
    elif row.end > visit.inpatient_at:
        row.end = visit.inpatient_at
        row.evidence = Evidence.INPATIENT


def settle_unended(rows, notes, tally, policy, i):
    """An infusion whose end nothing shows: a push by this payer's policy, else left off."""
    row = rows[i]
    if becomes_push(row, policy):
        complex_ = row.family == Family.COMPLEX_INFUSION
        row.family = Family.COMPLEX_PUSH if complex_ else Family.PUSH
        row.end = row.start
        row.evidence = Evidence.INSTANT
        row.taken_as_push = 1
    elif row.left_off == NOWHERE:
        leave_off_row(rows, notes, tally, NO_START if row.start == MISSING else NO_END, i)
        flag_row(notes, tally, Severity.WARNING, END_QUERY, i, 0)


def chase_doses(rows, notes, tally, policy):
    """Where the payer counts it, a flush of the drug's own order that follows it is part of it."""
    if policy.time_residual_flush != ResidualFlush.INCLUDE_IF_ORDERED:
        return
    for i in range(tally.rows):
        flush = rows[i]
        if flush.left_off != FLUSH or flush.order == NOWHERE or flush.stop == MISSING:
            continue
        for j in range(tally.rows):
            drug = rows[j]
            if drug.order != flush.order or drug.family == Family.NONE or drug.end == MISSING:
                continue
            gap = flush.start - drug.end
            if 0 <= gap <= policy.bag_change_max_gap_minutes * 60 and flush.stop > drug.end:
                drug.end = flush.stop
                flag_row(notes, tally, Severity.INFO, CHASED, j, 0)


def flag_evidence(rows, notes, tally, i):
    """Say when the end is not a charted stop, or charted minutes contradict the clock."""
    row = rows[i]
    if row.left_off != NOWHERE:
        return
    if Evidence.VOLUME <= row.evidence <= Evidence.DISCONNECTED:
        flag_row(notes, tally, Severity.WARNING, END_IS_WEAK, i, 0)
    if row.evidence == Evidence.STOP and row.charted >= 0:
        if row.charted // 60 != (row.stop - row.start) // 60:
            flag_row(notes, tally, Severity.INFO, MINUTES_DIFFER, i, 0)
