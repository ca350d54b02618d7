"""Charted times as moments: what `clock` tells, over columns; in the subset of the rules.

The changes of each zone come from `clock` as a table.  A time near a change of clocks, or one that
cannot be told, is for the interpreted engine.
"""

from hangtime.batch.columns import ABSENT, AWARE
from hangtime.rules.records import MISSING

DAY = 86400
HORIZON = 30 * DAY  # as far ahead as `clock.next_change` looks
FIRST_MOMENT = 631152000  # 1990: the tables of zones begin a year before
LAST_MOMENT = 2524608000  # 2050: and end a year after
EARLIEST = FIRST_MOMENT - 2 * DAY  # nothing is sought before it
STRETCH = 20  # bits of the seconds for which the last change before them is told
NOT_ONE = MISSING + 1  # a time that is for the interpreted engine


def moment(seconds, kind, zone, offset, zones):
    """A charted time as a moment, MISSING where there is none, NOT_ONE near a change of clocks."""
    if kind == ABSENT:
        return MISSING
    if kind == AWARE:
        return seconds
    if zone < 0:
        return seconds - offset
    if seconds < FIRST_MOMENT or seconds > LAST_MOMENT:
        return NOT_ONE
    before = last_change(seconds - DAY, zone, zones)
    after = next_after(before, seconds + DAY, zone, zones)
    offset = zones.change_to[before]
    if after == before:
        return seconds - offset
    if after > before + 1:
        return NOT_ONE
    later = zones.change_to[after]
    changed = zones.change_at[after]
    if seconds < changed + min(offset, later):
        return seconds - offset
    if seconds >= changed + max(offset, later):
        return seconds - later
    return NOT_ONE


def last_change(at, zone, zones):
    """The row of the last change of a zone at or before a moment."""
    return next_after(zones.near[zone, (at - EARLIEST) >> STRETCH], at, zone, zones)


def next_after(row, at, zone, zones):
    """The row of the last change at or before a moment, sought from an earlier one on."""
    while row + 1 < zones.zone_at[zone + 1] and zones.change_at[row + 1] <= at:
        row += 1
    return row


def place_offset(at, zone, zones, row):
    """The zone's offset at a moment, and its next change as `clock.next_change` tells it."""
    if at < FIRST_MOMENT or at > LAST_MOMENT:
        return False
    low = at // DAY * DAY
    before = last_change(low, zone, zones)
    row.offset = zones.change_to[next_after(before, at, zone, zones)]
    after = next_after(before, low + HORIZON, zone, zones)
    if after > before + 1:
        return False
    if after == before + 1 and zones.change_at[after] > at:
        row.shift_at = zones.change_at[after]
        row.offset_after = zones.change_to[after]
    return True
