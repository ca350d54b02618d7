"""Hours and the dates they stand on.

A further hour is reported once more than thirty minutes of it have run.  Units are counted once over
the whole run, whatever midnight it crosses; each hour is dated by the day of its thirty-first
minute, or as the payer wants it.
"""

from hangtime.rules import sources
from hangtime.rules._card import rule
from hangtime.rules.positions import LineDate
from hangtime.rules.records import MISSING
from hangtime.rules.words import Evidence

HOURS = rule(
    "TIME-HOURS",
    says="A run of {minutes} min; units of an hour: {units}. An hour counts from its minute {hour_after} on.",
    cites=(sources.CPT_INFUSIONS, sources.HCPRO_SAME_DRUG, sources.FCSO_INFUSION),
    spec=("R-TIME-01", "R-TIME-02", "R-TIME-05", "R-TIME-06", "R-TIME-07", "R-SEQ-02"),
)
DATED_BY_HOUR = rule(
    "TIME-HOUR-DATE",
    says="Units are counted once over the whole run; each is dated by the day of its minute {hour_after}.",
    cites=(sources.CMS_MULTI_DAY, sources.HAUGEN_MIDNIGHT),
    spec=("R-TIME-17", "C19", "C53"),
)


def further_hours(minutes, limits):
    """Hours beyond the first: one for each that has run more than thirty minutes."""
    return max(0, (minutes - limits.hour_after) // limits.hour)


def hours_alone(minutes, limits):
    """Hours where no other code stands for the first: the first counts by its 31st minute too."""
    if minutes < limits.hour_after:
        return 0
    return (minutes - limits.hour_after) // limits.hour + 1


def local_day(row, moment):
    """Day number of a moment on the row's local calendar."""
    offset = row.offset
    if row.shift_at != MISSING and moment >= row.shift_at:
        offset = row.offset_after
    return (moment + offset) // 86400


def day_of_row(row, visit):
    """Day number a row began on; the encounter's own day where it has no clock."""
    if row.begin == MISSING:
        return visit.day
    return local_day(row, row.begin)


def moment_delivered(spans, run, seconds):
    """When the run had been delivered for so many seconds."""
    left = seconds
    for k in range(run.spans_from, run.spans_to):
        length = spans[k].end - spans[k].begin
        if left < length:
            return spans[k].begin + left
        left -= length
    return run.end


def day_of_first(rows, run, visit, policy):
    """Day number of a run's first unit: its start, or its end where the payer wants completion."""
    row = rows[run.first]
    by_end = policy.midnight_line_date == LineDate.COMPLETION_DATE
    if run.has_clock and by_end and run.evidence != Evidence.OFF_SITE:
        return local_day(row, run.end)
    return day_of_row(row, visit)


def day_of_hour(rows, spans, run, hour, visit, policy, limits):
    """Day number of hour `hour` of a run, counted from 0, by the policy on midnight."""
    row = rows[run.first]
    if not run.has_clock or policy.midnight_line_date == LineDate.START_DATE:
        return day_of_row(row, visit)
    if policy.midnight_line_date == LineDate.COMPLETION_DATE:
        return local_day(row, run.end)
    seconds = (limits.hour * hour + limits.hour_after - 1) * 60
    return local_day(row, moment_delivered(spans, run, seconds))
