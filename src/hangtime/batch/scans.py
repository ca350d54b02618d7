"""Loops over the bytes of text columns: ids, times, and where one encounter ends.

`at` are the offsets of an Arrow text column, `text` its bytes, `is_there` which values are not
null.  Written in the subset that `compiled` compiles.
"""

from hangtime.batch.alike import value_at
from hangtime.batch.columns import ABSENT, AWARE, NAIVE

SPACE, FIRST_MARK, LAST_MARK = 0x20, 0x21, 0x7E
DASH, COLON, LETTER_T, LETTER_Z, PLUS, NOUGHT = b"-:TZ+0"
HASH_START, HASH_STEP = -3750763034362895579, 1099511628211  # FNV-1a in signed words
FARTHEST = 14 * 3600


def hash_text(at, text, is_there, hashes):
    """A hash of 64 bits of every text, never 0; 0 where there is none."""
    for i in range(len(is_there)):
        hashes[i] = 0
        if is_there[i]:
            hashes[i] = hash_of(text, at[i], at[i + 1])


def hash_of(text, begin, end):
    """The hash of one text."""
    value = HASH_START
    for b in range(begin, end):
        value = (value ^ int(text[b])) * HASH_STEP
    return value if value != 0 else HASH_STEP


def read_ids(at, text, is_there, hashes, good):
    """Hashes of ids; what is not surely a good id (printable ASCII, no space at an end) is not."""
    for i in range(len(is_there)):
        hashes[i] = 0
        if not is_there[i]:
            continue
        begin = at[i]
        end = at[i + 1]
        if begin == end or text[begin] == SPACE or text[end - 1] == SPACE:
            good[i] = 0
            continue
        for b in range(begin, end):
            if text[b] < SPACE or text[b] > LAST_MARK:
                good[i] = 0
        hashes[i] = hash_of(text, begin, end)


def find_starts(at, text, is_there, starts):
    """Rows that begin an encounter; how many.  A row without an id is one of its own.

    The second number is 1 while ids only go up, longer ids after shorter ones or byte by byte.
    """
    count = 0
    rises = 1
    grows = 1
    for i in range(len(is_there)):
        if i > 0 and is_there[i] and is_there[i - 1]:
            order = compared(text, at[i - 1], at[i], at[i], at[i + 1])
            if order == 0:
                continue
            longer = (at[i + 1] - at[i]) - (at[i] - at[i - 1])
            if order > 0:
                rises = 0
            if longer < 0 or (longer == 0 and order > 0):
                grows = 0
        starts[count] = i
        count += 1
    return count, rises, grows


def compared(text, a, a_end, b, b_end):
    """Below 0 where the first text stands before the second, 0 where they are equal."""
    size = min(a_end - a, b_end - b)
    for k in range(size):
        if text[a + k] != text[b + k]:
            return -1 if text[a + k] < text[b + k] else 1
    return (a_end - a) - (b_end - b)


def read_times(at, text, is_there, seconds, kinds, own, good):
    """ISO 8601 date-times as seconds from 1970: local, or universal where an offset is charted.

    Parts of a second, and whatever is not surely a time, are not good.
    """
    for i in range(len(is_there)):
        kinds[i] = ABSENT
        seconds[i] = 0
        own[i] = 0
        if not is_there[i]:
            continue
        begin = at[i]
        size = at[i + 1] - begin
        if size < 16 or not is_clock(text, begin):
            good[i] = 0
            continue
        second = 0
        used = 16
        if size >= 19 and text[begin + 16] == COLON:
            second = two(text, begin + 17)
            used = 19
        year = two(text, begin) * 100 + two(text, begin + 2)
        month = two(text, begin + 5)
        day = two(text, begin + 8)
        hour = two(text, begin + 11)
        minute = two(text, begin + 14)
        if not is_calendar(year, month, day) or hour > 23 or not (0 <= minute <= 59):
            good[i] = 0
            continue
        if hour < 0 or second < 0 or second > 59:
            good[i] = 0
            continue
        seconds[i] = days_to(year, month, day) * 86400 + hour * 3600 + minute * 60 + second
        kinds[i] = NAIVE
        rest = size - used
        if rest == 0:
            continue
        kinds[i] = AWARE
        if rest == 1 and text[begin + used] == LETTER_Z:
            continue
        offset = offset_of(text, begin + used, rest)
        if offset < -FARTHEST or offset > FARTHEST:
            good[i] = 0
            continue
        own[i] = offset
        seconds[i] -= offset


def is_clock(text, b):
    """The marks between the digits stand where they should."""
    return (
        text[b + 4] == DASH
        and text[b + 7] == DASH
        and text[b + 10] == LETTER_T
        and text[b + 13] == COLON
    )


def two(text, b):
    """The number of two digits, far below zero where they are none."""
    tens = int(text[b]) - NOUGHT
    ones = int(text[b + 1]) - NOUGHT
    if tens < 0 or tens > 9 or ones < 0 or ones > 9:
        return -100000
    return tens * 10 + ones


def offset_of(text, b, size):
    """The offset in seconds of `+HH:MM`, beyond any where it is none."""
    if size != 6 or text[b + 3] != COLON or (text[b] != PLUS and text[b] != DASH):
        return 10 * FARTHEST
    hours = two(text, b + 1)
    minutes = two(text, b + 4)
    if hours < 0 or minutes < 0 or minutes > 59:
        return 10 * FARTHEST
    offset = hours * 3600 + minutes * 60
    return -offset if text[b] == DASH else offset


def is_calendar(year, month, day):
    """The day exists, in the years that clocks are known for."""
    if year < 1900 or year > 2400 or month < 1 or month > 12 or day < 1:
        return False
    if month == 2:
        is_leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
        return day <= (29 if is_leap else 28)
    if month == 4 or month == 6 or month == 9 or month == 11:
        return day <= 30
    return day <= 31


def days_to(year, month, day):
    """Days from 1970-01-01, counting years from March so that a leap day is the last."""
    if month <= 2:
        year -= 1
        month += 12
    era = year // 400
    of_era = year - era * 400
    of_year = (153 * (month - 3) + 2) // 5 + day - 1
    return era * 146097 + of_era * 365 + of_era // 4 - of_era // 100 + of_year - 719468


def check_order(rows, good, is_infusion):
    """An infusion that stops at or before its start on the same kind of clock is not good."""
    for i in range(len(good)):
        if not is_infusion[value_at(rows.route, i)]:
            continue
        if value_at(rows.start_kind, i) == ABSENT or value_at(rows.start_kind, i) != value_at(
            rows.stop_kind, i
        ):
            continue
        if value_at(rows.stop, i) <= value_at(rows.start, i):
            good[i] = 0


def same_within(values, offsets, good):
    """An encounter whose rows differ in a column that repeats is not good."""
    for e in range(len(offsets) - 1):
        for i in range(offsets[e] + 1, offsets[e + 1]):
            if values[i] != values[i - 1]:
                good[e] = 0


def each_once(hashes, offsets, good):
    """An encounter in which an id stands twice is not good."""
    for e in range(len(offsets) - 1):
        begin = offsets[e]
        end = offsets[e + 1]
        if end - begin > 2048:
            good[e] = 0
            continue
        for i in range(begin, end):
            for j in range(begin, i):
                if hashes[i] == hashes[j]:
                    good[e] = 0


def hash_lists(at, values, is_there, hashes):
    """A hash of every list from the hashes of its values, never 0; 0 where there is no list."""
    for i in range(len(is_there)):
        hashes[i] = 0
        if is_there[i]:
            value = HASH_START
            for k in range(at[i], at[i + 1]):
                value = (value ^ values[k]) * HASH_STEP
            hashes[i] = value if value != 0 else HASH_STEP


def count_lines(lines, times, units, others):
    """Count lines and units by code; what has modifiers is listed in `others` instead; how many."""
    listed = 0
    begin = 0
    for n in range(len(lines)):
        line = lines[n]
        if line.mods_to > begin:
            others[listed] = n
            listed += 1
        else:
            times[line.code] += 1
            units[line.code] += line.units
        begin = line.mods_to
    return listed


def first_uses(numbers, renumbered, places, used):
    """Renumber words by their first use; how many are used.

    `places` has -1 for each word and then its new number; `used` the words in their new order.
    """
    count = 0
    for n in range(len(numbers)):
        number = numbers[n]
        if places[number] < 0:
            places[number] = count
            used[count] = number
            count += 1
        renumbered[n] = places[number]
    return count
