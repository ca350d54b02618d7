"""From charted columns to the records of one encounter: what `normalise` does, over columns.

The clock is `hangtime.clock`'s: the changes of each zone come from there as a table.  A time near
a change of clocks, or one that cannot be told, sends its encounter to the interpreted engine.
"""

from hangtime.batch.alike import value_at
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
        first_day = value_at(visits.day, e) if value_at(visits.day, e) != NOWHERE else ALWAYS
    for i in range(count):
        pack_drug(begin + i, visits.profile[e], first_day, rows, known, s.rows[i])
        row_day = local_day_of(s.rows[i], value_at(visits.day, e), first_day)
        if not pack_product(i, begin, row_day, rows, known, s):
            return -CROSSWALK
    if not pack_accesses(e, begin, count, rows, visits, s):
        return -ACCESS
    s.first_day[0] = value_at(visits.day, e) if day == NOWHERE else day
    if value_at(visits.day, e) != NOWHERE:
        day = value_at(visits.day, e)
    if not pack_visit(e, zone, day, default, visits, known.zones, s.visit[0]):
        return -CLOCK
    return edition_of(s.first_day[0], known)


def count_listed(begin, count, listed):
    """How many pauses and changes of rate the rows of an encounter have."""
    pauses = value_at(listed.pauses_at, begin + count) - value_at(listed.pauses_at, begin)
    return pauses + value_at(listed.rates_at, begin + count) - value_at(listed.rates_at, begin)


def first_offset(begin, count, rows):
    """The offset of the first charted start or stop that has one, else MISSING."""
    for i in range(begin, begin + count):
        if value_at(rows.start_kind, i) == AWARE:
            return value_at(rows.start_own, i)
        if value_at(rows.stop_kind, i) == AWARE:
            return value_at(rows.stop_own, i)
    return MISSING


def pack_row(i, begin, rows, row):
    """Words and quantities."""
    k = begin + i
    row.seq = i
    row.content = 0
    row.route = value_at(rows.route, k)
    row.hand_push = value_at(rows.hand_push, k)
    row.pump = value_at(rows.pump, k)
    row.counselling = value_at(rows.counselling, k)
    row.off_site = value_at(rows.off_site, k)
    row.on_arrival = value_at(rows.on_arrival, k)
    row.order_signed = value_at(rows.order_signed, k)
    row.primary_reason = value_at(rows.primary_reason, k)
    row.purpose = value_at(rows.purpose, k)
    row.supplied_by = value_at(rows.supplied_by, k)
    row.volume = value_at(rows.volume, k)
    row.volume_hung = value_at(rows.volume_hung, k)
    row.rate = value_at(rows.rate, k)
    row.charted = value_at(rows.charted, k)
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
    if value_at(bags, begin + i) == 0:
        return
    for j in range(i - 1, -1, -1):
        if value_at(bags, begin + j) == value_at(bags, begin + i):
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
    start_kind = value_at(rows.start_kind, k)
    stop_kind = value_at(rows.stop_kind, k)
    offset = 0 if zone >= 0 else own_offset(k, default, rows)
    if offset == NOT_ONE:
        return False
    row.offset = 0
    row.shift_at = MISSING
    row.offset_after = 0
    row.start = moment(value_at(rows.start, k), start_kind, zone, offset, zones)
    row.stop = moment(value_at(rows.stop, k), stop_kind, zone, offset, zones)
    if row.start == NOT_ONE or row.stop == NOT_ONE:
        return False
    at = row.start if start_kind != ABSENT else row.stop
    if at != MISSING:
        row.offset = offset
        if zone >= 0 and not place_offset(at, zone, zones, row):
            return False
    row.last_observed = moment(
        value_at(rows.last_observed, k), value_at(rows.last_observed_kind, k), zone, offset, zones
    )
    row.disconnected = moment(
        value_at(rows.disconnected, k), value_at(rows.disconnected_kind, k), zone, offset, zones
    )
    row.ordered_at = moment(
        value_at(rows.ordered_at, k), value_at(rows.ordered_at_kind, k), zone, offset, zones
    )
    return (
        row.last_observed != NOT_ONE and row.disconnected != NOT_ONE and row.ordered_at != NOT_ONE
    )


def own_offset(k, default, rows):
    """The offset of a row where no zone tells it: its own, else the encounter's.

    NOT_ONE where its clock has none and another row's has: the interpreted engine has to tell it.
    """
    if value_at(rows.start_kind, k) == AWARE:
        return value_at(rows.start_own, k)
    if value_at(rows.stop_kind, k) == AWARE:
        return value_at(rows.stop_own, k)
    if default == MISSING:
        return 0
    if value_at(rows.start_kind, k) == NAIVE or value_at(rows.stop_kind, k) == NAIVE:
        return NOT_ONE
    return default


def pack_listed(i, k, zone, default, rows, zones, s):
    """The row's pauses and rate steps; False where a time of theirs cannot be told."""
    row = s.rows[i]
    if count_listed(k, 1, rows.listed) > 0:
        offset = row.offset
        is_timed = value_at(rows.start_kind, k) != ABSENT or value_at(rows.stop_kind, k) != ABSENT
        if zone < 0 and default != MISSING and not is_timed:
            offset = default
        return pack_pauses(i, k, zone, offset, rows.listed, zones, s)
    row.pauses_from = s.rows[i - 1].pauses_to if i > 0 else 0
    row.rates_from = s.rows[i - 1].rates_to if i > 0 else 0
    row.pauses_to = row.pauses_from
    row.rates_to = row.rates_from
    return True


def day_of(k, rows, row):
    """The local day of the row's start, else of its stop, NOWHERE where it has neither."""
    at = row.start if value_at(rows.start_kind, k) != ABSENT else row.stop
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
        id = value_at(rows.access, begin + i)
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
    visit.attendance = value_at(visits.attendance, e)
    visit.discount = value_at(visits.discount, e)
    visit.intent = value_at(visits.intent, e)
    visit.day = day
    visit.zone_known = 1 if zone >= 0 else 0
    visit.ended_at = moment(
        value_at(visits.ended, e), value_at(visits.ended_kind, e), zone, offset, zones
    )
    visit.inpatient_at = moment(
        value_at(visits.inpatient, e), value_at(visits.inpatient_kind, e), zone, offset, zones
    )
    return visit.ended_at != NOT_ONE and visit.inpatient_at != NOT_ONE


def edition_of(day, known):
    """The edition that covers a day, a reason of `left` below zero where none does."""
    if day == NOWHERE:
        return -EDITION
    for k in range(len(known.limits)):
        if known.limits[k].from_day <= day <= known.limits[k].until_day:
            return k
    return -EDITION
