"""What one more documentation fact would add.

The engine is run again with one missing fact filled in, for every fact a rule reads: never a second
rule set.  Only facts the chart lacks, or records as absent, are tried; a charted time is not argued
with.  The shortest value that adds something is kept.

Written in the subset of Python that rules are written in, so that it runs interpreted and compiled.
"""

from typing import Any

from hangtime.rules.access import is_valid_reason
from hangtime.rules.category import ELECTROLYTE_AIM
from hangtime.rules.documentation import (
    ORDER_LATE,
    ORDER_UNSIGNED,
    REPEATED_TIME,
    STOP_BEFORE_START,
)
from hangtime.rules.hydration import is_part_of_transfusion
from hangtime.rules.initial import rank
from hangtime.rules.positions import Tiebreak
from hangtime.rules.records import MISSING, NOWHERE
from hangtime.rules.time import NO_END, NO_START
from hangtime.rules.walk import code_encounter
from hangtime.rules.words import (
    AccessReason,
    Category,
    Evidence,
    Fact,
    Family,
    Intent,
    Known,
    Purpose,
    Role,
    Route,
    Setting,
)

TRIES = 4  # thresholds tried for one missing end


def propose(possible, tally, fact, row, entry, at):
    """List one candidate; a full table loses it, which costs a hint and no charge."""
    if tally.candidates >= len(possible):
        return
    each = possible[tally.candidates]
    tally.candidates += 1
    each.fact = fact
    each.row = row
    each.entry = entry
    each.at = at
    each.code = 0
    each.units = 0
    each.modifier = 0


def propose_ends(possible, tally, row, i, fact, shown, limits):
    """Ends at each threshold beyond the minutes already shown: infusion, hydration, hours."""
    if shown < limits.infusion_from:
        propose(possible, tally, fact, i, NOWHERE, limits.infusion_from * 60)
    if shown < limits.hydration_from:
        propose(possible, tally, fact, i, NOWHERE, limits.hydration_from * 60)
    hour = 1
    while limits.hour * hour + limits.hour_after <= shown:
        hour += 1
    for k in range(TRIES - 2):
        minutes = limits.hour * (hour + k) + limits.hour_after
        propose(possible, tally, fact, i, NOWHERE, minutes * 60)


def propose_times(possible, tally, rows, i, limits):
    """Candidates for a row whose end, start or duration the chart does not show."""
    row = rows[i]
    if row.is_set_aside:
        if row.is_set_aside == STOP_BEFORE_START + 1:
            propose_ends(possible, tally, row, i, Fact.STOP, 0, limits)
        elif row.is_set_aside == REPEATED_TIME + 1:
            propose(possible, tally, Fact.TIME_ZONE, i, NOWHERE, MISSING)
    elif row.left_off == NO_END:
        propose_ends(possible, tally, row, i, Fact.STOP, 0, limits)
    elif row.left_off == NO_START:
        fact = Fact.MINUTES if row.stop == MISSING else Fact.START
        propose_ends(possible, tally, row, i, fact, 0, limits)
    elif row.evidence == Evidence.OBSERVED and row.left_off == NOWHERE:
        propose_ends(possible, tally, row, i, Fact.STOP, (row.end - row.begin) // 60, limits)


def propose_for_row(possible, tally, rows, runs, i, visit, policy, limits):
    """Every candidate fact about one row."""
    row = rows[i]
    propose_times(possible, tally, rows, i, limits)
    if row.is_set_aside:
        return
    if row.left_off == ORDER_UNSIGNED:
        propose(possible, tally, Fact.ORDER_SIGNED, i, NOWHERE, MISSING)
    elif row.left_off == ORDER_LATE:
        propose(possible, tally, Fact.ORDERED_AT, i, NOWHERE, row.start)
    elif row.left_off == ELECTROLYTE_AIM:
        propose(possible, tally, Fact.INDICATION_VOLUME, i, NOWHERE, MISSING)
        propose(possible, tally, Fact.INDICATION_ELECTROLYTE, i, NOWHERE, MISSING)
    if row.left_off != NOWHERE:
        return
    if row.family == Family.ANTIBODY and row.counselling != Known.YES:
        propose(possible, tally, Fact.COUNSELLING, i, NOWHERE, MISSING)
    if row.on_arrival == Known.YES:
        propose(possible, tally, Fact.RUNNING_ON_ARRIVAL, i, NOWHERE, MISSING)
    if row.family == Family.HYDRATION and is_part_of_transfusion(
        rows, tally, i, row.begin, row.end
    ):
        propose(possible, tally, Fact.PURPOSE, i, NOWHERE, MISSING)
    if row.family == Family.PUSH and row.start == MISSING and is_said_again(rows, i):
        propose(possible, tally, Fact.START, i, NOWHERE, MISSING)
    if visit.setting == Setting.PROFESSIONAL and row.primary_reason == Known.UNKNOWN:
        if may_become_initial(runs, tally, row, policy) and not has_primary_reason(rows, tally):
            propose(possible, tally, Fact.PRIMARY_REASON, i, NOWHERE, MISSING)


def is_open(row: Any, visit: Any) -> bool:
    """A fact about the row is missing that could add a line; a quick look before anything is tried."""
    if row.is_set_aside or row.left_off != NOWHERE or row.evidence == Evidence.OBSERVED:
        return True
    if row.family == Family.ANTIBODY or row.on_arrival == Known.YES:
        return True
    if row.family == Family.PUSH and row.start == MISSING:
        return True
    return visit.setting == Setting.PROFESSIONAL or row.family == Family.HYDRATION


def is_said_again(rows, i):
    """The first push without a time that follows another of its drug."""
    found = False
    for j in range(i):
        if rows[j].substance == rows[i].substance and rows[j].family == Family.PUSH:
            if found and rows[j].start == MISSING:
                return False
            found = True
    return found


def may_become_initial(runs, tally, row, policy):
    """Naming the row as the reason of the visit may choose another initial service.

    Not where it is initial without that, of a family that never is, or beside a complex service, which
    is initial whatever the reason.  Where a payer has the reason asked for, it decides over other
    accesses as well.
    """
    if row.run == NOWHERE or policy.initial_professional_tiebreak == Tiebreak.QUERY:
        return True
    run = runs[row.run]
    if run.family == Family.NONE:  # it may be of fluids that another run stands for
        return True
    return (
        rank(run.family) > 0
        and run.role != Role.INITIAL
        and not is_behind_complex(runs, tally, run)
    )


def is_behind_complex(runs, tally, run):
    """A complex service of another family is initial at the access of the run."""
    for r in range(tally.runs):
        other = runs[r]
        if other.group == run.group and other.role == Role.INITIAL and other.family != run.family:
            if other.family == Family.COMPLEX_INFUSION or other.family == Family.COMPLEX_PUSH:
                return True
    return False


def has_primary_reason(rows, tally):
    for i in range(tally.rows):
        if rows[i].primary_reason == Known.YES:
            return True
    return False


def propose_all(possible, tally, rows, runs, entries, visit, policy, limits):
    """List every candidate fact of the encounter, as it stands after it was coded."""
    tally.candidates = 0
    if visit.setting == Setting.PROFESSIONAL_IN_FACILITY:
        return
    for i in range(tally.rows):
        propose_for_row(possible, tally, rows, runs, i, visit, policy, limits)
    used = 0
    for k in range(tally.entries):
        if entries[k].uses:
            used += 1
    if used < 2:
        return
    seen = False
    for k in range(tally.entries):
        if not entries[k].uses or is_valid_reason(entries[k].reason, policy):
            continue
        if seen and (
            entries[k].reason == AccessReason.UNKNOWN or entries[k].reason == AccessReason.UNMATCHED
        ):
            propose(possible, tally, Fact.REASON_CODE, NOWHERE, k, MISSING)
        seen = True


def assume(rows, entries, tally, visit, fact, i, k, at):
    """Fill in one fact; `Fact.START` without a value spaces the drug's pushes apart."""
    if k != NOWHERE:
        entries[k].reason = AccessReason.SIMULTANEOUS_NECESSITY
        return
    row = rows[i]
    if fact == Fact.STOP:
        row.is_set_aside = 0
        row.stop = row.start + at
        row.charted = NOWHERE
    elif fact == Fact.MINUTES:
        row.charted = at
    elif fact == Fact.START and at != MISSING:
        row.start = row.stop - at
    elif fact == Fact.START:
        space_pushes(rows, tally, visit, row.substance)
    elif fact == Fact.ORDER_SIGNED:
        row.order_signed = Known.YES
    elif fact == Fact.ORDERED_AT:
        row.ordered_at = row.start
    elif fact == Fact.INDICATION_VOLUME:
        row.intent = Intent.VOLUME
        row.category = Category.ELECTROLYTE
    elif fact == Fact.INDICATION_ELECTROLYTE:
        row.intent = Intent.ELECTROLYTE
        row.category = Category.ELECTROLYTE
    elif fact == Fact.PRIMARY_REASON:
        row.primary_reason = Known.YES
    elif fact == Fact.COUNSELLING:
        row.counselling = Known.YES
    elif fact == Fact.RUNNING_ON_ARRIVAL:
        row.on_arrival = Known.NO
    elif fact == Fact.PURPOSE:
        row.purpose = Purpose.HYDRATION
    elif fact == Fact.TIME_ZONE:
        row.is_set_aside = 0


def space_pushes(rows, tally, visit, substance):
    """Give the clockless pushes of a drug times an hour apart."""
    for j in range(tally.rows):
        other = rows[j]
        if other.substance == substance and other.start == MISSING:
            if other.route == Route.IV_PUSH:
                other.start = visit.day * 86400 + other.seq * 3600


def count_units(charges, tally, units):
    """Units a code of what is charged now."""
    for c in range(len(units)):
        units[c] = 0
    for n in range(tally.charges):
        if not charges[n].is_dropped:
            units[charges[n].code] += charges[n].units


def modifier_of(charges, tally, code):
    """A modifier that a charge of the code carries."""
    for n in range(tally.charges):
        if charges[n].code == code and not charges[n].is_dropped and charges[n].mod_a:
            return charges[n].mod_a
    return 0


def swaps(fact):
    """Facts that may turn one code into a better one without adding units."""
    return fact == Fact.COUNSELLING or fact == Fact.RUNNING_ON_ARRIVAL or fact == Fact.REASON_CODE


def keep_gains(possible, charges, tally, before, after, c):
    """Write down what candidate c adds; true when it adds anything."""
    total = 0
    for n in range(len(before)):
        total += after[n] - before[n]
    candidate = possible[c]
    if total < 0 or (total == 0 and not (swaps(candidate.fact) or is_end(candidate.fact))):
        return False
    gained = False
    for code in range(len(before)):
        if after[code] <= before[code] or tally.possible >= len(possible) // 2:
            continue
        kept = possible[len(possible) // 2 + tally.possible]
        tally.possible += 1
        kept.fact = candidate.fact
        kept.row = candidate.row
        kept.entry = candidate.entry
        kept.at = candidate.at
        kept.code = code
        kept.units = after[code] - before[code]
        kept.modifier = modifier_of(charges, tally, code)
        gained = True
    return gained


def find_possible(
    visit: Any, rows: Any, entries: Any, pauses: Any, rates: Any, others: Any,
    order: Any, runs: Any, spans: Any, placing: Any, charges: Any, ranking: Any, notes: Any, tally: Any,
    codes: Any, limits: Any, pair_tables: Any, pairs: Any, ceiling_tables: Any, ceilings: Any, policy: Any,
    possible: Any, before: Any, after: Any, keep: Any,
) -> None:  # fmt: skip
    """Find what each missing fact would add to an encounter that was just coded.

    Call after `code_encounter` with the same tables; they are coded over, so take what you need
    first.  `possible` has candidates in its first half and the result in its second,
    `tally.possible` entries of it; `before` and `after` have one number a code, `keep` one row of
    scratch for each row.  The chart is left as it was.
    """
    tally.possible = 0
    propose_all(possible, tally, rows, runs, entries, visit, policy, limits)
    tally.candidates = min(tally.candidates, len(possible) // 2)
    if tally.candidates == 0:
        return
    count_units(charges, tally, before)
    settled = NOWHERE
    for c in range(tally.candidates):
        candidate = possible[c]
        if candidate.row != NOWHERE and candidate.row == settled and is_end(candidate.fact):
            continue
        for i in range(tally.rows):
            save_row(rows[i], keep[i])
        reason = 0
        if candidate.entry != NOWHERE:
            reason = entries[candidate.entry].reason
        assume(
            rows,
            entries,
            tally,
            visit,
            candidate.fact,
            candidate.row,
            candidate.entry,
            candidate.at,
        )
        code_encounter(
            visit, rows, entries, pauses, rates, others, order, runs, spans, placing, charges,
            ranking, notes, tally, codes, limits, pair_tables, pairs, ceiling_tables, ceilings,
            policy,
        )  # fmt: skip
        if not tally.overflow:
            count_units(charges, tally, after)
            if keep_gains(possible, charges, tally, before, after, c):
                settled = candidate.row
        tally.overflow = 0
        for i in range(tally.rows):
            save_row(keep[i], rows[i])
        if candidate.entry != NOWHERE:
            entries[candidate.entry].reason = reason


def is_end(fact):
    return fact == Fact.STOP or fact == Fact.MINUTES or fact == Fact.START


def save_row(source, target):
    """Copy the fields that assuming a fact may change."""
    target.is_set_aside = source.is_set_aside
    target.start = source.start
    target.stop = source.stop
    target.charted = source.charted
    target.order_signed = source.order_signed
    target.ordered_at = source.ordered_at
    target.intent = source.intent
    target.category = source.category
    target.primary_reason = source.primary_reason
    target.counselling = source.counselling
    target.on_arrival = source.on_arrival
    target.purpose = source.purpose
