"""What the chart must show before anything is charged, and when its clock is not to be trusted.

A row whose times contradict each other is set aside and blocks nothing.  An order recorded as
unsigned, or as written after the start, blocks the charge; a field the chart does not have is not
held against it.
"""

from hangtime.rules import sources
from hangtime.rules._card import FINDING, LEFT_OFF, rule
from hangtime.rules.emit import flag_row, leave_off_row
from hangtime.rules.records import MISSING, NOWHERE
from hangtime.rules.words import Category, Family, Known, Purpose, Route, Severity

STOP_BEFORE_START = rule(
    "TIME-SET-ASIDE-STOP",
    says="The infusion's stop is not after its start: the row is set aside.",
    cites=(sources.HANGTIME, sources.HCPRO_DOCUMENTATION),
    spec=("R-TIME-20", "C08", "C20", "C51"),
    kind=LEFT_OFF,
)
TOO_LONG = rule(
    "TIME-SET-ASIDE-TOO-LONG",
    says="Charted as running for more than {longest_run} min: the row is set aside as a slip.",
    cites=(sources.HANGTIME,),
    spec=("R-TIME-20",),
    kind=LEFT_OFF,
)
REPEATED_TIME = rule(
    "TIME-SET-ASIDE-REPEATED",
    says="A local time occurred twice when the clocks went back: the row is set aside until an "
    "offset says which.",
    cites=(sources.HANGTIME,),
    spec=("R-TIME-20", "C20", "C52"),
    kind=LEFT_OFF,
)
SKIPPED_TIME = rule(
    "TIME-SET-ASIDE-SKIPPED",
    says="A local time did not occur when the clocks went forward: the row is set aside.",
    cites=(sources.HANGTIME,),
    spec=("R-TIME-20", "C20"),
    kind=LEFT_OFF,
)
MIXED_CLOCKS = rule(
    "TIME-SET-ASIDE-MIXED",
    says="Some times have an offset and others neither offset nor zone: they cannot be compared.",
    cites=(sources.HANGTIME,),
    spec=("C52",),
    kind=LEFT_OFF,
)
SAME_ID = rule(
    "DOC-SET-ASIDE-SAME-ID",
    says="Another row of this encounter has the same administration id and says something else.",
    cites=(sources.HANGTIME,),
    spec=("C20",),
    kind=LEFT_OFF,
)
DUPLICATE = rule(
    "DOC-DUPLICATE",
    says="The same row again: counted once.",
    cites=(sources.HANGTIME,),
    spec=("C20",),
    kind=LEFT_OFF,
)
ORDER_UNSIGNED = rule(
    "DOC-ORDER-UNSIGNED",
    says="The order is recorded as not signed: nothing is charged for it until it is.",
    cites=(sources.NORIDIAN_HYDRATION, sources.HCPRO_DOCUMENTATION),
    spec=("R-DOC-01", "C11", "C54"),
    kind=LEFT_OFF,
)
ORDER_LATE = rule(
    "DOC-ORDER-AFTER-START",
    says="The order was written after the start: nothing is charged for what ran without one.",
    cites=(sources.NORIDIAN_HYDRATION, sources.HCPRO_DOCUMENTATION),
    spec=("R-DOC-01", "C11"),
    kind=LEFT_OFF,
)
LONGER_THAN_A_DAY = rule(
    "DOC-OVER-A-DAY",
    says="Runs for more than 24 hours: look for an interim note.",
    cites=(sources.HANGTIME,),
    spec=("R-TIME-20", "C06", "C20"),
    kind=FINDING,
)
SAME_START = rule(
    "DOC-SAME-START",
    says="{value} different drugs are charted with the same start time.",
    cites=(sources.HANGTIME,),
    spec=("R-TIME-20", "C20"),
    kind=FINDING,
)
CHANNEL_OVERLAP = rule(
    "DOC-CHANNEL-OVERLAP",
    says="Two runs are charted on one pump channel at the same time.",
    cites=(sources.HANGTIME,),
    spec=("R-TIME-20", "C20"),
    kind=FINDING,
)
ALL_EXACT_HOURS = rule(
    "DOC-EXACT-HOURS",
    says="All {value} infusions last exactly sixty minutes: default durations?",
    cites=(sources.HANGTIME,),
    spec=("R-TIME-20", "C20"),
    kind=FINDING,
)
STOP_AFTER_END = rule(
    "DOC-STOP-AFTER-END",
    says="The stop lies after the end of the encounter.",
    cites=(sources.HANGTIME,),
    spec=("R-TIME-20", "C20"),
    kind=FINDING,
)
ROWS_ARE_MISSING = rule(
    "DOC-LINES-WITHOUT-ROWS",
    says="Rows of this encounter were set aside: its lines rest on the others and may change when the "
    "rows are mended, hydration and the initial service first.",
    cites=(sources.HANGTIME,),
    spec=("C51", "C20"),
    kind=FINDING,
)
CLOCKS_MAY_CHANGE = rule(
    "DOC-CLOCKS-MAY-CHANGE",
    says="No time zone is known, and clocks may have changed while this ran.",
    cites=(sources.HANGTIME,),
    spec=("C52",),
    kind=FINDING,
)
ENCOUNTER_CLOCK = rule(
    "DOC-ENCOUNTER-CLOCK",
    says="The encounter's end or inpatient order is a local time that occurred twice or never; the "
    "earlier reading was taken.",
    cites=(sources.HANGTIME,),
    spec=("R-TIME-20", "C20"),
    kind=FINDING,
)
NO_TIME = rule(
    "DOC-NO-TIME",
    says="A push or injection without a clock time: its time must be charted.",
    cites=(sources.PALMETTO_DOCUMENTATION, sources.OHIO_HIMA),
    spec=("R-TIME-14", "R-DOC-05"),
    kind=FINDING,
)

DAY = 86400
HOUR = 3600
CHANGE_AT = 2 * HOUR
CROWD = 3  # more drugs than this with one start time are doubted


def is_infusion_route(row):
    """Routes whose stop counts; for a push or an injection a stop is ignored."""
    return (
        row.route == Route.IV_INFUSION
        or row.route == Route.SC_INFUSION
        or row.route == Route.IA_INFUSION
    )


def has_stop_that_counts(row):
    """Infusions, and fluid or blood by whatever method; for a push a stop is ignored."""
    if is_infusion_route(row):
        return True
    fluid = row.category == Category.HYDRATION or row.category == Category.BLOOD
    return row.route == Route.IV_PUSH and (fluid or row.purpose == Purpose.HYDRATION)


def screen(rows, tally, limits):
    """Set aside rows that contradict themselves or one another; count a duplicate once."""
    for i in range(tally.rows):
        row = rows[i]
        if row.is_set_aside:
            continue
        if has_stop_that_counts(row) and row.start != MISSING and row.stop != MISSING:
            if row.stop <= row.start:
                row.is_set_aside = STOP_BEFORE_START + 1
                continue
            if row.stop - row.start > limits.longest_run * 60:
                row.is_set_aside = TOO_LONG + 1
                continue
        if row.charted > limits.longest_run * 60:
            row.is_set_aside = TOO_LONG + 1
            continue
        if row.ident == NOWHERE:
            continue
        for j in range(i):
            if rows[j].ident == row.ident:
                same = rows[j].content == row.content
                row.is_set_aside = (DUPLICATE if same else SAME_ID) + 1
                break


def check_orders(rows, notes, tally):
    """Block what was given on an unsigned order or before its order; its minutes stay minutes."""
    for i in range(tally.rows):
        row = rows[i]
        if row.left_off != NOWHERE:
            continue
        if row.order_signed == Known.NO:
            leave_off_row(rows, notes, tally, ORDER_UNSIGNED, i)
        elif row.ordered_at != MISSING and row.start != MISSING and row.ordered_at > row.start:
            leave_off_row(rows, notes, tally, ORDER_LATE, i)


def warn_of_missing_rows(rows, notes, tally):
    """Say that lines rest on an incomplete chart where a row was set aside; a duplicate is none."""
    if not tally.charges:
        return
    for i in range(tally.rows):
        if rows[i].is_set_aside and rows[i].left_off != DUPLICATE:
            flag_row(notes, tally, Severity.WARNING, ROWS_ARE_MISSING, NOWHERE, 0)
            return


def is_instant(family):
    """Families of pushes and injections: they need a time, not a duration."""
    return (
        family == Family.PUSH
        or family == Family.COMPLEX_PUSH
        or family == Family.INJECTION
        or family == Family.COMPLEX_INJECTION
        or family == Family.HORMONAL_INJECTION
        or family == Family.ARTERIAL_INJECTION
        or family == Family.ARTERIAL_COMPLEX_PUSH
        or family == Family.ON_BODY
        or family == Family.ANTIBODY
        or family == Family.VACCINE
        or family == Family.CNS_COMPLEX
    )


def doubt_clocks(rows, order, notes, tally, visit):
    """Flag times that are possible but unlikely; they are coded all the same."""
    hours = 0
    timed = 0
    if visit.clock_doubt:
        flag_row(notes, tally, Severity.WARNING, ENCOUNTER_CLOCK, NOWHERE, 0)
    for k in range(tally.rows):
        i = order[k]
        row = rows[i]
        if row.left_off != NOWHERE or row.family == Family.NONE:
            continue
        if row.start != MISSING:
            doubt_crowd(rows, order, notes, tally, k)
        if is_instant(row.family):
            if row.start == MISSING:
                flag_row(notes, tally, Severity.INFO, NO_TIME, i, 0)
            continue
        if row.start == MISSING or row.stop == MISSING:
            continue
        doubt_channel(rows, notes, tally, i)
        doubt_length(rows, notes, tally, visit, i)
        if row.mate != NOWHERE and row.mate < i:
            continue
        timed += 1
        if row.stop - row.start == HOUR:
            hours += 1
    if timed >= CROWD and hours == timed:
        flag_row(notes, tally, Severity.INFO, ALL_EXACT_HOURS, NOWHERE, hours)


def doubt_length(rows, notes, tally, visit, i):
    """Flag a run over a change of clocks or the encounter's end."""
    row = rows[i]
    if not visit.zone_known and may_span_change(row.start, row.stop):
        flag_row(notes, tally, Severity.INFO, CLOCKS_MAY_CHANGE, i, 0)
    if visit.ended_at != MISSING and row.stop > visit.ended_at:
        flag_row(notes, tally, Severity.WARNING, STOP_AFTER_END, i, 0)


def may_span_change(start, stop):
    """Two in the morning of a Sunday in March, October or November lies between two naive times."""
    for day in range((start - CHANGE_AT) // DAY + 1, (stop - CHANGE_AT) // DAY + 1):
        if (day + 4) % 7 == 0:
            month = month_of(day)
            if month == 3 or month == 10 or month == 11:
                return True
    return False


def month_of(day):
    """Month, 1 to 12, of a day counted from 1970-01-01 (proleptic Gregorian, March-based years)."""
    shifted = day + 719468
    of_era = shifted % 146097
    year = (of_era - of_era // 1460 + of_era // 36524 - of_era // 146096) // 365
    of_year = of_era - (365 * year + year // 4 - year // 100)
    from_march = (5 * of_year + 2) // 153
    return from_march + 3 if from_march < 10 else from_march - 9


def doubt_crowd(rows, order, notes, tally, k):
    """Flag the first of too many different drugs with one start time."""
    start = rows[order[k]].start
    if k > 0 and rows[order[k - 1]].start == start:
        return
    drugs = 1
    m = k + 1
    while m < tally.rows and rows[order[m]].start == start:
        if rows[order[m]].left_off == NOWHERE and is_new_drug(rows, order, k, m):
            drugs += 1
        m += 1
    if drugs > CROWD:
        flag_row(notes, tally, Severity.INFO, SAME_START, order[k], drugs)


def is_new_drug(rows, order, first, m):
    """No row from `first` to before m is of the drug of row m."""
    for n in range(first, m):
        if rows[order[n]].substance == rows[order[m]].substance:
            return False
    return True


def doubt_channel(rows, notes, tally, i):
    """Flag a run that shares a pump channel in time with one begun earlier."""
    row = rows[i]
    if row.channel == NOWHERE:
        return
    for j in range(tally.rows):
        other = rows[j]
        if j == i or other.channel != row.channel or other.left_off != NOWHERE:
            continue
        if row.bag != NOWHERE and other.bag == row.bag:
            continue
        first = other.start < row.start or (other.start == row.start and j < i)
        if other.start != MISSING and first:
            if row.start < other.stop:
                flag_row(notes, tally, Severity.WARNING, CHANNEL_OVERLAP, i, 0)
                return
