"""From charted columns to the records of one encounter: what `normalise` does, over columns.

The clock is `hangtime.clock`'s: the changes of each zone come from there as a table.  A time near
a change of clocks, or one that cannot be told, sends its encounter to the interpreted engine.
"""

from hangtime.batch.columns import ABSENT, AWARE, MOST_LISTED, NAIVE
from hangtime.batch.left import ACCESS, CLOCK, CROSSWALK, EDITION, WIDE
from hangtime.batch.moments import DAY, NOT_ONE, moment, place_offset
from hangtime.batch.pauses import pack_pauses
from hangtime.batch.stock import first_with, pack_drug, pack_product
from hangtime.rules.records import MISSING, NOWHERE

ALWAYS = 2**31 - 1


def pack_encounter(e, rows, visits, known, s):
    """Fill the scratch records of encounter `e`; its edition, or a reason of `left`, below zero."""
    begin = visits.offsets[e]
    count = visits.offsets[e + 1] - begin
    if count_listed(begin, count, rows.listed) > MOST_LISTED:
        return -WIDE
    zone = visits.zone[e]
    s.tally[0].rows = count
    s.tally[0].others = visits.others_at[e + 1] - visits.others_at[e]
    default = first_offset(begin, count, rows)
    day = NOWHERE
    for i in range(count):
        row = s.rows[i]
        pack_row(i, begin, rows, row)
        pack_ids(i, begin, rows, s)
        if not pack_times(begin + i, zone, default, rows, known.zones, row):
            return -CLOCK
        if not pack_listed(i, begin + i, zone, default, rows, known.zones, s):
            return -CLOCK
        on = day_of(begin + i, rows, row)
        if on != NOWHERE and (day == NOWHERE or on < day):
            day = on
    first_day = day
    if first_day == NOWHERE:
        first_day = visits.day[e] if visits.day[e] != NOWHERE else ALWAYS
    for i in range(count):
        pack_drug(begin + i, visits.profile[e], first_day, rows, known, s.rows[i])
        row_day = local_day_of(s.rows[i], visits.day[e], first_day)
        if not pack_product(i, begin, row_day, rows, known, s):
            return -CROSSWALK
    if not pack_accesses(e, begin, count, rows, visits, s):
        return -ACCESS
    s.first_day[0] = visits.day[e] if day == NOWHERE else day
    if visits.day[e] != NOWHERE:
        day = visits.day[e]
    if not pack_visit(e, zone, day, default, visits, known.zones, s.visit[0]):
        return -CLOCK
    return edition_of(s.first_day[0], known)


def count_listed(begin, count, listed):
    """How many pauses and changes of rate the rows of an encounter have."""
    pauses = listed.pauses_at[begin + count] - listed.pauses_at[begin]
    return pauses + listed.rates_at[begin + count] - listed.rates_at[begin]


def first_offset(begin, count, rows):
    """The offset of the first charted start or stop that has one, else MISSING."""
    for i in range(begin, begin + count):
        if rows.start_kind[i] == AWARE:
            return rows.start_own[i]
        if rows.stop_kind[i] == AWARE:
            return rows.stop_own[i]
    return MISSING


def pack_row(i, begin, rows, row):
    """Words and quantities."""
    k = begin + i
    row.seq = i
    row.content = 0
    row.route = rows.route[k]
    row.hand_push = rows.hand_push[k]
    row.pump = rows.pump[k]
    row.counselling = rows.counselling[k]
    row.off_site = rows.off_site[k]
    row.on_arrival = rows.on_arrival[k]
    row.order_signed = rows.order_signed[k]
    row.primary_reason = rows.primary_reason[k]
    row.purpose = rows.purpose[k]
    row.supplied_by = rows.supplied_by[k]
    row.volume = rows.volume[k]
    row.volume_hung = rows.volume_hung[k]
    row.rate = rows.rate[k]
    row.charted = rows.charted[k]
    row.is_set_aside = 0


def pack_ids(i, begin, rows, s):
    """Ids of bag, order and channel, numbered by the row that names one first; no id is shared."""
    row = s.rows[i]
    row.ident = NOWHERE
    chain_bag(rows.bag, begin, i, s)
    row.order = first_with(rows.order, begin, i)
    row.channel = first_with(rows.channel, begin, i)


def chain_bag(bags, begin, i, s):
    """Chain the rows of one bag; a bag that one row alone names is none."""
    row = s.rows[i]
    row.bag = NOWHERE
    row.mate = NOWHERE
    if bags[begin + i] == 0:
        return
    for j in range(i - 1, -1, -1):
        if bags[begin + j] == bags[begin + i]:
            before = s.rows[j]
            if before.mate == NOWHERE:
                before.bag = j
                row.bag = j
            else:
                row.bag = before.bag
            before.mate = i
            row.mate = row.bag
            return


def local_day_of(row, charted, first):
    """The day of service a row's product is taken from."""
    if row.start != MISSING:
        return (row.start + row.offset) // DAY
    return charted if charted != NOWHERE else first


def pack_times(k, zone, default, rows, zones, row):
    """The row's moments and offsets; False where the interpreted engine has to tell them."""
    start_kind = rows.start_kind[k]
    stop_kind = rows.stop_kind[k]
    offset = 0
    if zone < 0:
        if start_kind == AWARE:
            offset = rows.start_own[k]
        elif stop_kind == AWARE:
            offset = rows.stop_own[k]
        elif default != MISSING:
            if start_kind == NAIVE or stop_kind == NAIVE:
                return False
            offset = default
    row.offset = 0
    row.shift_at = MISSING
    row.offset_after = 0
    anchor = rows.start[k] if start_kind != ABSENT else rows.stop[k]
    kind = start_kind if start_kind != ABSENT else stop_kind
    if kind != ABSENT:
        if zone >= 0:
            at = moment(anchor, kind, zone, offset, zones)
            if at == NOT_ONE or not place_offset(at, zone, zones, row):
                return False
        elif kind == AWARE:
            row.offset = rows.start_own[k] if start_kind != ABSENT else rows.stop_own[k]
        else:
            row.offset = offset
        offset = row.offset
    row.start = moment(rows.start[k], start_kind, zone, offset, zones)
    row.stop = moment(rows.stop[k], stop_kind, zone, offset, zones)
    row.last_observed = moment(
        rows.last_observed[k], rows.last_observed_kind[k], zone, offset, zones
    )
    row.disconnected = moment(rows.disconnected[k], rows.disconnected_kind[k], zone, offset, zones)
    row.ordered_at = moment(rows.ordered_at[k], rows.ordered_at_kind[k], zone, offset, zones)
    return (
        row.start != NOT_ONE
        and row.stop != NOT_ONE
        and row.last_observed != NOT_ONE
        and row.disconnected != NOT_ONE
        and row.ordered_at != NOT_ONE
    )


def pack_listed(i, k, zone, default, rows, zones, s):
    """The row's pauses and rate steps; False where a time of theirs cannot be told."""
    row = s.rows[i]
    if count_listed(k, 1, rows.listed) > 0:
        offset = row.offset
        is_timed = rows.start_kind[k] != ABSENT or rows.stop_kind[k] != ABSENT
        if zone < 0 and default != MISSING and not is_timed:
            offset = default
        return pack_pauses(i, k, zone, offset, rows.listed, zones, s.rows, s.pauses, s.rates)
    row.pauses_from = s.rows[i - 1].pauses_to if i > 0 else 0
    row.rates_from = s.rows[i - 1].rates_to if i > 0 else 0
    row.pauses_to = row.pauses_from
    row.rates_to = row.rates_from
    return True


def day_of(k, rows, row):
    """The local day of the row's start, else of its stop, NOWHERE where it has neither."""
    at = row.start if rows.start_kind[k] != ABSENT else row.stop
    return NOWHERE if at == MISSING else (at + row.offset) // DAY


def pack_accesses(e, begin, count, rows, visits, s):
    """The accesses as listed, or else as rows name them; rows point at theirs.

    False where a row names an access that the list lacks: that is a finding of the reader.
    """
    entries = 0
    listed = visits.entries_at[e + 1] - visits.entries_at[e]
    for n in range(visits.entries_at[e], visits.entries_at[e + 1]):
        s.entries[entries] = visits.entries[n]
        s.entry_ids[entries] = visits.entry_ids[n]
        entries += 1
    for i in range(count):
        id = rows.access[begin + i]
        s.rows[i].access = NOWHERE
        if id == 0:
            continue
        found = NOWHERE
        for n in range(entries):
            if s.entry_ids[n] == id:
                found = n
                break
        if found == NOWHERE:
            if listed > 0:
                return False
            found = entries
            entries += 1
            s.entry_ids[found] = id
            clear_entry(s.entries[found])
        s.rows[i].access = found
    s.tally[0].entries = entries
    return True


def clear_entry(entry):
    """An access that no list describes."""
    entry.kind = 0
    entry.reason = 0
    entry.lumens = 0
    entry.is_reason_text = 0
    entry.is_listed = 0
    entry.group = NOWHERE
    entry.uses = 0


def pack_visit(e, zone, day, default, visits, zones, visit):
    """The encounter itself; False where its own times are for the interpreted engine."""
    offset = 0 if default == MISSING else default
    visit.setting = visits.setting[e]
    visit.attendance = visits.attendance[e]
    visit.discount = visits.discount[e]
    visit.intent = visits.intent[e]
    visit.day = day
    visit.zone_known = 1 if zone >= 0 else 0
    visit.ended_at = moment(visits.ended[e], visits.ended_kind[e], zone, offset, zones)
    visit.inpatient_at = moment(visits.inpatient[e], visits.inpatient_kind[e], zone, offset, zones)
    return visit.ended_at != NOT_ONE and visit.inpatient_at != NOT_ONE


def edition_of(day, known):
    """The edition that covers a day, a reason of `left` below zero where none does."""
    if day == NOWHERE:
        return -EDITION
    for k in range(len(known.limits)):
        if known.limits[k].from_day <= day <= known.limits[k].until_day:
            return k
    return -EDITION
