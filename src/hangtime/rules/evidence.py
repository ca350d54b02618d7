"""What shows when an infusion ended, best first.

The charted stop; an open pause; the charted duration; the volume at its rate; when it was last seen
running, which is a lower bound; the disconnection.  Never an order, a label or a default.
"""

from hangtime.rules import sources
from hangtime.rules._card import rule
from hangtime.rules.positions import LastObserved, MissingHydrationStop, MissingStop
from hangtime.rules.records import MISSING, NOWHERE
from hangtime.rules.words import Evidence, Family, Known, Pump, Setting

BY_STOP = rule(
    "TIME-STOP",
    says="Its end is the charted stop.",
    cites=(sources.PALMETTO_DOCUMENTATION,),
    spec=("R-TIME-08", "R-TIME-15", "R-DOC-05", "C50"),
)
BY_PAUSE = rule(
    "TIME-OPEN-PAUSE",
    says="No stop is charted; it ended when it was paused and not resumed.",
    cites=(sources.MEDLEARN_STOP, sources.HANGTIME),
    spec=("R-TIME-09", "C50"),
)
BY_MINUTES = rule(
    "TIME-CHARTED-MINUTES",
    says="No stop is charted; its charted duration is taken.",
    cites=(sources.PALMETTO_DOCUMENTATION, sources.HANGTIME),
    spec=("C50",),
)
BY_VOLUME = rule(
    "TIME-VOLUME-AND-RATE",
    says="No stop is charted; its end is computed from the charted volume at the charted rate.",
    cites=(sources.QHR_CALCULATED, sources.MEDLEARN_STOP),
    spec=("R-TIME-15", "R-TIME-16", "C18", "C38", "C50"),
)
BY_OBSERVED = rule(
    "TIME-LAST-OBSERVED",
    says="No stop is charted; it was last seen running then, which is a lower bound.",
    cites=(sources.PALMETTO_DOCUMENTATION, sources.HANGTIME),
    spec=("R-TIME-15", "C50", "C70"),
)
BY_DISCONNECTION = rule(
    "TIME-DISCONNECTED",
    says="No stop is charted; it ended at the charted disconnection.",
    cites=(sources.HANGTIME,),
    spec=("R-TIME-15", "R-TIME-18", "C50"),
)
BY_INPATIENT = rule(
    "TIME-CUT-AT-INPATIENT",
    says="Its minutes end at the inpatient order.",
    cites=(sources.AHIMA_INPATIENT,),
    spec=("R-CLS-18",),
)
LEFT_RUNNING = rule(
    "TIME-OFF-SITE",
    says="The pump went home running.",
    cites=(sources.ASCO_PUMPS,),
    spec=("R-TIME-07", "R-TIME-18", "C06"),
)

FAR = 7 * 86400  # a pump that went home runs on for longer than any visit


def pauses_within(row, pauses):
    """Seconds of closed pauses of a row."""
    total = 0
    for k in range(row.pauses_from, row.pauses_to):
        if pauses[k].stop != MISSING:
            total += pauses[k].stop - pauses[k].start
    return total


def open_pause(row, pauses):
    """When the row was paused and not resumed, or MISSING."""
    for k in range(row.pauses_from, row.pauses_to):
        if pauses[k].stop == MISSING:
            return pauses[k].start
    return MISSING


def paused_between(row, pauses, begin, end):
    """Seconds of closed pauses between two moments."""
    total = 0
    for k in range(row.pauses_from, row.pauses_to):
        if pauses[k].stop != MISSING:
            total += max(0, min(pauses[k].stop, end) - max(pauses[k].start, begin))
    return total


def end_by_volume(row, pauses, rates):
    """When the volume had run in at the charted rates, pauses added, or MISSING."""
    left = row.volume
    if left < 0 and row.off_site != Known.YES:
        left = row.volume_hung
    if left <= 0 or row.start == MISSING:
        return MISSING
    rate = row.rate
    at = row.start
    for k in range(row.rates_from, row.rates_to):
        step = rates[k]
        if step.at > at:
            if rate <= 0:
                return MISSING
            given = rate * (step.at - at - paused_between(row, pauses, at, step.at)) // 3600
            if given >= left:
                break
            left -= given
            at = step.at
        rate = step.rate
    if rate <= 0:
        return MISSING
    end = at + left * 3600 // rate
    for k in range(row.pauses_from, row.pauses_to):
        pause = pauses[k]
        if pause.stop != MISSING and pause.start < end and pause.stop > at:
            end += pause.stop - max(pause.start, at)
    return end


def may_compute(row, policy):
    """Whether the payer accepts an end that is not a charted stop."""
    if row.family == Family.HYDRATION:
        return policy.missing_stop_hydration == MissingHydrationStop.COMPUTE
    return (
        policy.missing_stop_therapeutic == MissingStop.COMPUTE_THEN_QUERY
        or policy.missing_stop_therapeutic == MissingStop.COMPUTE_THEN_PUSH
    )


def goes_home(row, visit):
    """A portable or implanted pump left running, in a family that has a code for it."""
    if row.off_site != Known.YES or row.pump < Pump.PORTABLE:
        return False
    if row.family == Family.INFUSION:
        return visit.setting == Setting.FACILITY
    return row.family == Family.COMPLEX_INFUSION or row.family == Family.ARTERIAL_COMPLEX_INFUSION


def settle_end(row, pauses, rates, visit, policy, limits):
    """Set the row's begin, end and evidence, in the order of the evidence's worth."""
    row.begin = row.start
    if row.start != MISSING and row.stop != MISSING:
        row.end = row.stop
        row.evidence = Evidence.STOP
        return
    paused = open_pause(row, pauses)
    if paused != MISSING and row.start != MISSING and paused > row.start:
        row.end = paused
        row.evidence = Evidence.PAUSE
        return
    if row.charted >= 0:
        row.evidence = Evidence.MINUTES
        row.lasted = max(0, row.charted - pauses_within(row, pauses))
        if row.start != MISSING:
            row.end = row.start + row.charted
        elif row.stop != MISSING:
            row.begin = row.stop - row.charted
            row.end = row.stop
        return
    if goes_home(row, visit):
        row.evidence = Evidence.OFF_SITE
        if row.start != MISSING:
            row.end = row.start + FAR
        return
    if row.start == MISSING:
        settle_without_clock(row, policy, limits)
        return
    if may_compute(row, policy):
        settle_computed_end(row, pauses, rates, policy, limits)


def settle_without_clock(row, policy, limits):
    """Without a start the volume at one rate still shows how long it ran."""
    volume = row.volume
    if volume < 0 and row.off_site != Known.YES:
        volume = row.volume_hung
    if volume <= 0 or row.rate <= 0 or not may_compute(row, policy):
        return
    lasted = volume * 3600 // row.rate
    if lasted > limits.longest_run * 60:
        return
    row.lasted = lasted
    row.evidence = Evidence.VOLUME
    if row.stop != MISSING:
        row.begin = row.stop - lasted
        row.end = row.stop


def settle_computed_end(row, pauses, rates, policy, limits):
    """The weaker evidence: volume at its rate, last seen running, disconnected."""
    by_volume = end_by_volume(row, pauses, rates)
    if by_volume != MISSING and by_volume - row.start <= limits.longest_run * 60:
        row.end = by_volume
        row.evidence = Evidence.VOLUME
    elif (
        row.last_observed > row.start
        and policy.stop_last_observed_infusing == LastObserved.LOWER_BOUND_FLAGGED
    ):
        row.end = row.last_observed
        row.evidence = Evidence.OBSERVED
    elif row.disconnected > row.start:
        row.end = row.disconnected
        row.evidence = Evidence.DISCONNECTED


def rule_of_end(evidence):
    """The card that says how the end is known, or NOWHERE for a moment."""
    if evidence == Evidence.STOP:
        return BY_STOP
    if evidence == Evidence.PAUSE:
        return BY_PAUSE
    if evidence == Evidence.MINUTES:
        return BY_MINUTES
    if evidence == Evidence.VOLUME:
        return BY_VOLUME
    if evidence == Evidence.OBSERVED:
        return BY_OBSERVED
    if evidence == Evidence.DISCONNECTED:
        return BY_DISCONNECTION
    if evidence == Evidence.INPATIENT:
        return BY_INPATIENT
    if evidence == Evidence.OFF_SITE:
        return LEFT_RUNNING
    return NOWHERE
