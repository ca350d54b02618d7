"""From charted columns to the records of one encounter: what `normalise` does, over columns.

The clock is `hangtime.clock`'s: the changes of each zone come from there as a table.  A time near
a change of clocks, or one that cannot be told, sends its encounter to the interpreted engine.
"""

from hangtime.batch.columns import ABSENT, AWARE, NAIVE
from hangtime.rules.records import MISSING, NOWHERE
from hangtime.rules.words import Category, DoseFault, Measure, Purpose, Route
from hangtime.rules.words import Known as Fact

DAY = 86400
HORIZON = 30 * DAY  # as far ahead as `clock.next_change` looks
FIRST_MOMENT = 631152000  # 1990: the tables of zones begin a year before
LAST_MOMENT = 2524608000  # 2050: and end a year after
NOT_ONE = MISSING + 1  # a time that is for the interpreted engine
ALWAYS = 2**31 - 1
LARGEST = 2**62


def pack_encounter(e, rows, visits, known, s):
    """Fill the scratch records of encounter `e`; its edition, or -1 to leave it to the engine."""
    begin = visits.offsets[e]
    count = visits.offsets[e + 1] - begin
    zone = visits.zone[e]
    s.tally[0].rows = count
    s.tally[0].others = visits.others_at[e + 1] - visits.others_at[e]
    default = first_offset(begin, count, rows)
    day = NOWHERE
    for i in range(count):
        row = s.rows[i]
        pack_row(i, begin, rows, row)
        pack_ids(i, begin, rows, s)
        if not pack_times(begin + i, zone, default, rows, known, row):
            return -1
        on = day_of(begin + i, rows, row)
        if on != NOWHERE and (day == NOWHERE or on < day):
            day = on
    first_day = day
    if first_day == NOWHERE:
        first_day = visits.day[e] if visits.day[e] != NOWHERE else ALWAYS
    for i in range(count):
        pack_drug(begin + i, visits.profile[e], first_day, rows, known, s.rows[i])
        row_day = local_day_of(s.rows[i], visits.day[e], first_day)
        if not pack_product(i, begin, row_day, rows, known, s.rows[i]):
            return -1
    if not pack_accesses(e, begin, count, rows, visits, s):
        return -1
    edition_day = visits.day[e] if day == NOWHERE else day
    if visits.day[e] != NOWHERE:
        day = visits.day[e]
    if not pack_visit(e, zone, day, default, visits, known, s.visit[0]):
        return -1
    return edition_of(edition_day, known)


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
    row.has_dose = rows.has_dose[k]
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
    row.pauses_from = 0
    row.pauses_to = 0
    row.rates_from = 0
    row.rates_to = 0


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


def first_with(ids, begin, i):
    """The first row of the encounter with the id of row `i`, NOWHERE where it has none."""
    id = ids[begin + i]
    if id == 0:
        return NOWHERE
    for j in range(i):
        if ids[begin + j] == id:
            return j
    return i


def pack_drug(k, profile, day, rows, known, row):
    """What is known of the drug, and what the indication says of it."""
    drugs = known.drugs
    drug = rows.drug[k]
    category = rows.category[k]
    row.substance = drugs.substance[drug]
    row.category = category or drugs.category[drug]
    row.category_given = row.category
    row.is_charted_category = Fact.YES if category else Fact.NO
    row.is_known_drug = Fact.YES if category or drugs.is_known[drug] else Fact.NO
    row.is_hormonal = drugs.is_hormonal[drug]
    row.is_pushable = drugs.is_pushable[drug]
    row.is_toxic = drugs.is_toxic[drug]
    row.vaccine = drugs.vaccine[drug]
    row.own_code = drugs.own_code[drug]
    row.indication = NOWHERE
    row.intent = 0
    row.is_stroke_lysis = 0
    said = rows.indication[k]
    if said >= 0:
        row.indication = known.indications[said]
        row.intent = known.intents[said]
        row.is_stroke_lysis = drugs.is_thrombolytic[drug] & known.strokes[said]
    if drugs.is_keep_open[drug] and row.purpose == Purpose.UNKNOWN:
        row.purpose = Purpose.KEEP_OPEN
    row.is_complex = 0
    if row.category == Category.BIOLOGIC:
        injected = 1 if row.route == Route.IM or row.route == Route.SC else 0
        in_force = 1 if known.therapeutic_from[profile] <= day else 0
        row.is_complex = drugs.complexity[drug, profile, injected, in_force]


def local_day_of(row, charted, first):
    """The day of service a row's product is taken from."""
    if row.start != MISSING:
        return (row.start + row.offset) // DAY
    return charted if charted != NOWHERE else first


def pack_product(i, begin, day, rows, known, row):
    """The products a row may mean and its dose; False where the interpreted engine has to tell them.

    That is a dose in another measure, and an NDC that a crosswalk lists and counts its own way.
    """
    k = begin + i
    slice = rows.supply[k]
    row.dose = rows.dose[k]
    row.measure = rows.measure[k]
    row.dose_fault = rows.dose_fault[k]
    row.products_from = known.products_at[slice]
    row.products_to = known.products_at[slice + 1]
    row.opened = NOWHERE
    row.least = NOWHERE
    row.discarded = NOWHERE
    row.unread = 0
    row.is_single_dose = Fact.UNKNOWN
    row.ndc = first_with(rows.ndc, begin, i)
    row.ndc_form = known.drugs.ndc_form[rows.drug[k]]
    row.is_respelled = known.drugs.is_respelled[rows.drug[k]]
    if not row.has_dose or known.drugs.is_listed[rows.drug[k]]:
        return row.has_dose == 0
    for p in range(row.products_from, row.products_to):
        product = known.products[p]
        if not product.from_day <= day <= product.until_day:
            continue
        if product.is_unlisted:
            if row.ndc != NOWHERE:
                return False
        elif product.doubt == 0 and row.dose != NOWHERE and product.measure != row.measure:
            if not convert_dose(rows.drug[k], product, known.drugs, row):
                return False
    return True


def convert_dose(drug, product, drugs, row):
    """The dose in the product's measure by the strength its name has; False: not for this engine."""
    if row.measure == Measure.VOLUME and drugs.ndc[drug] != NOWHERE:
        return False  # a line with an NDC counts the millilitres too
    held = drugs.strength[drug, 0]
    if row.measure == Measure.VOLUME and held and drugs.strength_measure[drug] == product.measure:
        volume = drugs.strength[drug, 1]
        if row.dose > LARGEST // (2 * held):
            return False
        row.dose = (row.dose * held * 2 + volume) // (2 * volume)
        row.measure = product.measure
        return True
    if drugs.converts[drug] or product.measure == Measure.COUNT:
        return False
    row.dose = NOWHERE
    row.measure = product.measure
    row.dose_fault = DoseFault.OTHER_MEASURE
    return True


def pack_times(k, zone, default, rows, known, row):
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
            at = moment(anchor, kind, zone, offset, known)
            if at == NOT_ONE or not place_offset(at, zone, known, row):
                return False
        elif kind == AWARE:
            row.offset = rows.start_own[k] if start_kind != ABSENT else rows.stop_own[k]
        else:
            row.offset = offset
        offset = row.offset
    row.start = moment(rows.start[k], start_kind, zone, offset, known)
    row.stop = moment(rows.stop[k], stop_kind, zone, offset, known)
    row.last_observed = moment(
        rows.last_observed[k], rows.last_observed_kind[k], zone, offset, known
    )
    row.disconnected = moment(rows.disconnected[k], rows.disconnected_kind[k], zone, offset, known)
    row.ordered_at = moment(rows.ordered_at[k], rows.ordered_at_kind[k], zone, offset, known)
    return (
        row.start != NOT_ONE
        and row.stop != NOT_ONE
        and row.last_observed != NOT_ONE
        and row.disconnected != NOT_ONE
        and row.ordered_at != NOT_ONE
    )


def moment(seconds, kind, zone, offset, known):
    """A charted time as a moment, MISSING where there is none, NOT_ONE near a change of clocks."""
    if kind == ABSENT:
        return MISSING
    if kind == AWARE:
        return seconds
    if zone < 0:
        return seconds - offset
    if seconds < FIRST_MOMENT or seconds > LAST_MOMENT:
        return NOT_ONE
    before = last_change(seconds - DAY, zone, known)
    after = last_change(seconds + DAY, zone, known)
    offset = known.change_to[before]
    if after == before:
        return seconds - offset
    if after > before + 1:
        return NOT_ONE
    later = known.change_to[after]
    changed = known.change_at[after]
    if seconds < changed + min(offset, later):
        return seconds - offset
    if seconds >= changed + max(offset, later):
        return seconds - later
    return NOT_ONE


def last_change(at, zone, known):
    """The row of the last change of a zone at or before a moment."""
    low = known.zone_at[zone]
    high = known.zone_at[zone + 1]
    while high - low > 1:
        middle = (low + high) // 2
        if known.change_at[middle] <= at:
            low = middle
        else:
            high = middle
    return low


def place_offset(at, zone, known, row):
    """The zone's offset at a moment, and its next change as `clock.next_change` tells it."""
    if at < FIRST_MOMENT or at > LAST_MOMENT:
        return False
    row.offset = known.change_to[last_change(at, zone, known)]
    low = at // DAY * DAY
    before = last_change(low, zone, known)
    after = last_change(low + HORIZON, zone, known)
    if after > before + 1:
        return False
    if after == before + 1 and known.change_at[after] > at:
        row.shift_at = known.change_at[after]
        row.offset_after = known.change_to[after]
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


def pack_visit(e, zone, day, default, visits, known, visit):
    """The encounter itself; False where its own times are for the interpreted engine."""
    offset = 0 if default == MISSING else default
    visit.setting = visits.setting[e]
    visit.attendance = visits.attendance[e]
    visit.discount = visits.discount[e]
    visit.intent = visits.intent[e]
    visit.day = day
    visit.zone_known = 1 if zone >= 0 else 0
    visit.ended_at = moment(visits.ended[e], visits.ended_kind[e], zone, offset, known)
    visit.inpatient_at = moment(visits.inpatient[e], visits.inpatient_kind[e], zone, offset, known)
    return visit.ended_at != NOT_ONE and visit.inpatient_at != NOT_ONE


def edition_of(day, known):
    """The edition that covers a day, -1 where none does."""
    if day == NOWHERE:
        return -1
    for k in range(len(known.limits)):
        if known.limits[k].from_day <= day <= known.limits[k].until_day:
            return k
    return -1
