"""Add-ons, and the edits the lines will meet.

An add-on needs one of its listed primaries at the same encounter.  NCCI predicts what a payer will deny; it is never the reason a code is chosen, and no
modifier is added that the chart does not support.
"""

from hangtime.rules import sources
from hangtime.rules._card import FINDING, LEFT_OFF, rule
from hangtime.rules.emit import note
from hangtime.rules.initial import continues_the_day
from hangtime.rules.modifiers import DISTINCT_PURPOSE, distinct, is_marked, mark
from hangtime.rules.positions import (
    CrossDate,
    OverCeiling,
    YesNo,
)
from hangtime.rules.records import NOWHERE
from hangtime.rules.words import Modifier, Severity

NO_PRIMARY = rule(
    "EDT-NO-PRIMARY",
    says="An add-on without any of its listed primaries at this encounter is not reported.",
    cites=(sources.NCCI_AOC,),
    spec=("R-SEQ-12", "R-SEQ-13", "R-SEQ-14", "R-NCC-05", "C58"),
    kind=LEFT_OFF,
)
NO_PRIMARY_FLAG = rule(
    "EDT-NO-PRIMARY-REVIEW",
    says="A service was dropped because its code is an add-on and no listed primary is reported.",
    cites=(sources.NCCI_AOC,),
    spec=("C58", "R-SEQ-14"),
    kind=FINDING,
)
EARLIER_PRIMARY = rule(
    "EDT-EARLIER-PRIMARY",
    says="By this payer's policy the day has one initial: the primary is in an earlier attendance.",
    cites=(sources.HCPRO_MULTIPLE_INITIALS,),
    spec=("R-INI-06",),
    kind=FINDING,
)
OTHER_DATE = rule(
    "EDT-PRIMARY-ON-OTHER-DATE",
    says="The add-on's date has none of its listed primaries: an edit may hit.",
    cites=(sources.NCCI_AOC, sources.CMS_MULTI_DAY),
    spec=("R-SEQ-14",),
    kind=FINDING,
)
PREDICTED = rule(
    "EDT-PREDICTED",
    says="This payer's edits pair it with another line of the date; no distinct purpose is charted.",
    cites=(sources.NCCI_PTP,),
    spec=("R-NCC-01", "C22"),
    kind=FINDING,
)
NEVER_TOGETHER = rule(
    "EDT-NEVER-TOGETHER",
    says="This payer's edits never pay it with another line of the date, whatever the modifier.",
    cites=(sources.NCCI_PTP,),
    spec=("R-NCC-01", "R-NCC-06"),
    kind=FINDING,
)
NO_TABLE = rule(
    "EDT-NO-TABLE",
    says="No table of edits for this setting covers the date: whether an edit hits is unknown.",
    cites=(sources.NCCI_PTP, sources.NCCI_MUE),
    spec=("C71",),
    kind=FINDING,
)
OVER_CEILING = rule(
    "EDT-OVER-CEILING",
    says="{value} units on the date pass the payer's ceiling: expect a denial and an appeal.",
    cites=(sources.NCCI_MUE,),
    spec=("R-NCC-03", "R-NCC-04", "C23"),
    kind=FINDING,
)
OVER_ABSOLUTE = rule(
    "EDT-OVER-ABSOLUTE-CEILING",
    says="{value} units on the date pass a ceiling that no appeal moves.",
    cites=(sources.NCCI_MUE,),
    spec=("R-NCC-03", "C23"),
    kind=FINDING,
)
SUPPRESSED = rule(
    "EDT-SUPPRESSED",
    says="Over the ceiling, and held back by this payer's policy; units: {value}.",
    cites=(sources.NCCI_MUE,),
    spec=("R-NCC-04",),
    kind=LEFT_OFF,
)


def is_add_on(codes, code):
    return codes[code].primaries_low != 0 or codes[code].primaries_high != 0


def bit_low(code):
    """The code's bit among codes 0-62, or 0."""
    return 1 << code if code < 63 else 0


def bit_high(code):
    """The code's bit among codes 63-125, or 0."""
    return 1 << (code - 63) if 63 <= code < 126 else 0


def drop_orphans(runs, charges, notes, tally, codes, visit, policy):
    """Drop add-ons without a listed primary at the encounter, until none is left."""
    if continues_the_day(visit, policy):
        if tally.charges:
            note(notes, tally, 1, Severity.WARNING, EARLIER_PRIMARY, NOWHERE, NOWHERE, 0, 0)
        return
    changed = True
    while changed:
        changed = False
        low = 0
        high = 0
        for k in range(tally.charges):
            if not charges[k].is_dropped:
                low |= bit_low(charges[k].code)
                high |= bit_high(charges[k].code)
        for k in range(tally.charges):
            if not is_hosted(charges[k], codes, low, high):
                charges[k].is_dropped = 1
                changed = True
                report_orphan(runs, charges, notes, tally, k)


def is_hosted(entry, codes, low, high):
    """Dropped, echoed, no add-on, or one of its listed primaries is among the codes given."""
    if entry.is_dropped or entry.other != NOWHERE or not is_add_on(codes, entry.code):
        return True
    listed = codes[entry.code]
    return (listed.primaries_low & low) != 0 or (listed.primaries_high & high) != 0


def report_orphan(runs, charges, notes, tally, k):
    """Say why an add-on was dropped, and flag it."""
    entry = charges[k]
    row = runs[entry.run].first
    note(notes, tally, 0, Severity.INFO, NO_PRIMARY, row, entry.run, entry.code, 0)
    note(notes, tally, 1, Severity.WARNING, NO_PRIMARY_FLAG, row, entry.run, entry.code, 0)


def next_day(charges, tally, after):
    """The first date later than `after` on which anything is charged, or `after` itself."""
    found = after
    for k in range(tally.charges):
        if charges[k].day > after and (found == after or charges[k].day < found):
            found = charges[k].day
    return found


def settle_dates(runs, charges, notes, tally, codes, visit, policy):
    """Warn once of an add-on whose date has no primary, or move it to a primary's date."""
    if continues_the_day(visit, policy):
        return
    warned_low = 0
    warned_high = 0
    day = NOWHERE
    while next_day(charges, tally, day) != day:
        day = next_day(charges, tally, day)
        low = 0
        high = 0
        for k in range(tally.charges):
            if charges[k].day == day and not charges[k].is_dropped:
                low |= bit_low(charges[k].code)
                high |= bit_high(charges[k].code)
        for k in range(tally.charges):
            entry = charges[k]
            if entry.day != day or is_hosted(entry, codes, low, high):
                continue
            if policy.aoc_cross_date == CrossDate.SHIFT_TO_PRIMARY_DATE:
                shift_to_primary(charges, tally, codes, k)
            elif not (warned_low & bit_low(entry.code) or warned_high & bit_high(entry.code)):
                warned_low |= bit_low(entry.code)
                warned_high |= bit_high(entry.code)
                row = runs[entry.run].first
                note(notes, tally, 1, Severity.INFO, OTHER_DATE, row, entry.run, entry.code, 0)


def shift_to_primary(charges, tally, codes, k):
    """Move an add-on to the date of the first charge that is one of its primaries."""
    for m in range(tally.charges):
        if charges[m].is_dropped:
            continue
        code = charges[m].code
        if m != k and is_hosted(charges[k], codes, bit_low(code), bit_high(code)):
            charges[k].day = charges[m].day
            charges[k].why_b = NOWHERE
            return


def table_for(tables, count, setting, day):
    """Index of the table of a setting that covers the day, or NOWHERE."""
    for t in range(count):
        if tables[t].setting == setting and tables[t].from_day <= day <= tables[t].until_day:
            return t
    return NOWHERE


def indicator_of(pairs, table, column_1, column_2):
    """Modifier indicator of a pair in a table, or NOWHERE."""
    wanted = column_1 * 4096 + column_2
    low = table.first
    high = table.last
    while low < high:
        middle = (low + high) // 2
        if pairs[middle].pair < wanted:
            low = middle + 1
        else:
            high = middle
    if low < table.last and pairs[low].pair == wanted:
        return pairs[low].indicator
    return NOWHERE


def has_indication(rows, run, indication):
    """A row of the run carries the indication."""
    i = run.first
    while i != NOWHERE:
        if rows[i].indication == indication:
            return True
        i = rows[i].next
    return False


def has_distinct_purpose(rows, runs, column_1, column_2):
    """The column-2 service's indication is charted, and on none of the column-1 rows."""
    if column_1.run == NOWHERE or column_2.run == NOWHERE:
        return False
    indication = rows[runs[column_2.run].first].indication
    if indication == NOWHERE:
        return False
    return not has_indication(rows, runs[column_1.run], indication)


def predict_pairs(
    rows, runs, charges, notes, tally, visit, policy, pair_tables, pairs, table_count
):
    """Meet each pair of lines of a date with the payer's edits."""
    if policy.ncci_follows != YesNo.YES:
        return
    missing = False
    for k in range(tally.charges):
        column_1 = charges[k]
        if column_1.is_dropped:
            continue
        t = table_for(pair_tables, table_count, visit.setting, column_1.day)
        if t == NOWHERE:
            missing = True
            continue
        for m in range(tally.charges):
            column_2 = charges[m]
            if m == k or column_2.is_dropped or column_2.day != column_1.day:
                continue
            if column_1.code == column_2.code:
                continue
            indicator = indicator_of(pairs, pair_tables[t], column_1.code, column_2.code)
            if indicator == 0:
                flag_charge(runs, notes, tally, Severity.ERROR, NEVER_TOGETHER, column_2)
            elif indicator == 1 and not is_marked(column_2):
                if column_1.group != column_2.group and is_marked(column_1):
                    continue
                if has_distinct_purpose(rows, runs, column_1, column_2):
                    mark(column_2, distinct(policy, Modifier.XU), DISTINCT_PURPOSE)
                else:
                    flag_charge(runs, notes, tally, Severity.WARNING, PREDICTED, column_2)
    if missing:
        note(notes, tally, 1, Severity.INFO, NO_TABLE, NOWHERE, NOWHERE, 0, 0)


def flag_charge(runs, notes, tally, severity, rule_number, entry):
    """A finding about one charge."""
    row = NOWHERE
    if entry.run != NOWHERE:
        row = runs[entry.run].first
    note(notes, tally, 1, severity, rule_number, row, entry.run, entry.code, 0)


def ceiling_of(ceilings, table, code):
    """Index of a code's ceiling in a table, or NOWHERE."""
    for c in range(table.first, table.last):
        if ceilings[c].code == code:
            return c
    return NOWHERE


def units_on_day(charges, tally, k):
    """Units of the charge's code on its date, or NOWHERE where an earlier charge stands for it."""
    total = 0
    for m in range(tally.charges):
        if charges[m].is_dropped or charges[m].code != charges[k].code:
            continue
        if charges[m].day != charges[k].day or charges[m].other != NOWHERE:
            continue
        if m < k:
            return NOWHERE
        total += charges[m].units
    return total


def meet_ceilings(runs, charges, notes, tally, visit, policy, tables, ceilings, table_count):
    """Flag units over the payer's ceiling, or hold them back where the policy says so."""
    if policy.ncci_follows != YesNo.YES:
        return
    for k in range(tally.charges):
        entry = charges[k]
        if entry.is_dropped or entry.other != NOWHERE:
            continue
        t = table_for(tables, table_count, visit.setting, entry.day)
        if t == NOWHERE:
            continue
        c = ceiling_of(ceilings, tables[t], entry.code)
        units = units_on_day(charges, tally, k)
        if c == NOWHERE or units <= ceilings[c].units:
            continue
        row = runs[entry.run].first if entry.run != NOWHERE else NOWHERE
        over = OVER_ABSOLUTE if ceilings[c].mai == 2 else OVER_CEILING
        note(notes, tally, 1, Severity.WARNING, over, row, entry.run, entry.code, units)
        if policy.mue_mai3_over == OverCeiling.SUPPRESS and ceilings[c].mai == 3:
            hold_back(runs, charges, notes, tally, k, units - ceilings[c].units)


def hold_back(runs, charges, notes, tally, k, over):
    """Take units over a ceiling off the last charges of a code and date."""
    m = tally.charges - 1
    while over > 0 and m >= k:
        entry = charges[m]
        if entry.code == charges[k].code and entry.day == charges[k].day and not entry.is_dropped:
            taken = min(over, entry.units)
            row = runs[entry.run].first if entry.run != NOWHERE else NOWHERE
            note(notes, tally, 0, Severity.INFO, SUPPRESSED, row, entry.run, entry.code, taken)
            entry.units -= taken
            over -= taken
            if entry.units == 0:
                entry.is_dropped = 1
        m -= 1
