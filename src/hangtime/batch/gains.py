"""What one more fact would add, tried after an encounter is coded; in the subset of the rules."""

from hangtime.rules.records import MISSING, NOWHERE
from hangtime.rules.words import Fact
from hangtime.whatif import find_possible, is_open


def find_gains(e, edition, visits, known, s, o):
    """Try what each missing fact would add; the tables are coded over, so it comes last."""
    tally = s.tally[0]
    if not may_gain(s, tally):
        return
    room = 2 * (8 * (tally.rows + 1) + tally.entries)
    find_possible(
        s.visit[0],
        s.rows[: tally.rows],
        s.entries[: tally.entries],
        s.pauses,
        s.rates,
        visits.others[visits.others_at[e] : visits.others_at[e + 1]],
        s.order, s.runs, s.spans, s.placing, s.charges, s.ranking, s.notes, tally,
        known.codes[edition], known.limits[edition],
        known.pair_tables, known.pairs, known.ceiling_tables, known.ceilings,
        known.policies[visits.profile[e]],
        s.possible[:room], s.before, s.after, s.keep,
    )  # fmt: skip
    for k in range(tally.possible):
        write_possible(e, visits, known, s, o, room // 2 + k)


def may_gain(s, tally):
    """Some fact about the encounter is missing that could add a line."""
    if tally.entries > 1:
        return True
    for i in range(tally.rows):  # noqa: SIM110  (the compiler has no generator inside any)
        if is_open(s.rows[i], s.visit[0]):
            return True
    return False


def write_possible(e, visits, known, s, o, k):
    """One gain; a clock time is written as local seconds, with the time it stands beside."""
    used = o.used[0]
    each = s.possible[k]
    out = o.possible[used.possible]
    used.possible += 1
    out.encounter = e
    out.code = each.code
    out.units = each.units
    out.modifier = known.modifier_texts[each.modifier] if each.modifier else NOWHERE
    out.fact = each.fact
    out.row = NOWHERE
    out.at = MISSING
    out.beside = MISSING
    if each.entry != NOWHERE:
        out.entry_row = first_through(s, each.entry) + visits.offsets[e]
        return
    out.entry_row = NOWHERE
    out.row = each.row + visits.offsets[e]
    row = s.rows[each.row]
    if each.fact == Fact.STOP:
        out.at = local_time(row, row.start + each.at)
        out.at += -out.at % 60  # a minute shown is never too early
        out.beside = local_time(row, row.start)
    elif each.fact == Fact.MINUTES:
        out.at = each.at // 60
    elif each.fact == Fact.START and each.at != MISSING:
        out.at = local_time(row, row.stop - each.at)
        out.beside = local_time(row, row.stop)
    elif each.fact == Fact.ORDERED_AT:
        out.at = local_time(row, row.start)
        out.beside = out.at


def first_through(s, entry):
    """The first row that ran through an access."""
    for i in range(s.tally[0].rows):
        if s.rows[i].access == entry:
            return i
    return 0


def local_time(row, at):
    """A moment on the clock of the place."""
    if row.shift_at != MISSING and at >= row.shift_at:
        return at + row.offset_after
    return at + row.offset
