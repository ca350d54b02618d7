"""Interruptions and changes of rate of one row, as `normalise` has them; in the subset of the rules."""

from hangtime.batch.alike import value_at
from hangtime.batch.moments import NOT_ONE, moment
from hangtime.rules.records import MISSING


def pack_pauses(i, k, zone, offset, listed, zones, s):
    """Fill the pauses and rate steps of row `i`; False where a time of theirs cannot be told."""
    row = s.rows[i]
    row.pauses_from = s.rows[i - 1].pauses_to if i > 0 else 0
    row.rates_from = s.rows[i - 1].rates_to if i > 0 else 0
    row.pauses_to = row.pauses_from
    row.rates_to = row.rates_from
    for n in range(value_at(listed.pauses_at, k), value_at(listed.pauses_at, k + 1)):
        kind = listed.pause_start_kind[n]
        start = moment(listed.pause_start[n], kind, zone, offset, zones)
        kind = listed.pause_stop_kind[n]
        stop = moment(listed.pause_stop[n], kind, zone, offset, zones)
        if start == NOT_ONE or stop == NOT_ONE:
            return False
        if stop == MISSING or stop > start:
            row.pauses_to = add_pause(s.pauses, row.pauses_from, row.pauses_to, start, stop)
    for n in range(value_at(listed.rates_at, k), value_at(listed.rates_at, k + 1)):
        kind = listed.rate_from_kind[n]
        at = moment(listed.rate_from[n], kind, zone, offset, zones)
        if at == NOT_ONE:
            return False
        row.rates_to = add_step(s.rates, row.rates_from, row.rates_to, at, listed.rate[n])
    take_out_stops(row, s.pauses, s.rates)
    unite(row, s.pauses)
    return True


def add_pause(pauses, begin, end, start, stop):
    """Add a pause where it belongs by its start, after those that begin with it; the new end."""
    n = end
    while n > begin and pauses[n - 1].start > start:
        pauses[n].start = pauses[n - 1].start
        pauses[n].stop = pauses[n - 1].stop
        n -= 1
    pauses[n].start = start
    pauses[n].stop = stop
    return end + 1


def add_step(rates, begin, end, at, rate):
    """Add a change of rate where it belongs by its time and then its rate; the new end."""
    n = end
    while n > begin and (
        rates[n - 1].at > at or (rates[n - 1].at == at and rates[n - 1].rate > rate)
    ):
        rates[n].at = rates[n - 1].at
        rates[n].rate = rates[n - 1].rate
        n -= 1
    rates[n].at = at
    rates[n].rate = rate
    return end + 1


def take_out_stops(row, pauses, rates):
    """A rate of zero is a stop, and so a pause until the fluid runs again."""
    kept = row.rates_from
    for n in range(row.rates_from, row.rates_to):
        at = rates[n].at
        if rates[n].rate > 0:
            rates[kept].at = at
            rates[kept].rate = rates[n].rate
            kept += 1
            continue
        resumed = MISSING
        for m in range(n + 1, row.rates_to):
            if rates[m].rate > 0:
                resumed = rates[m].at
                break
        row.pauses_to = add_pause(pauses, row.pauses_from, row.pauses_to, at, resumed)
    row.rates_to = kept


def unite(row, pauses):
    """Make pauses that overlap one; nothing follows one that was not resumed."""
    if row.pauses_to == row.pauses_from:
        return
    last = row.pauses_from
    for n in range(row.pauses_from + 1, row.pauses_to):
        if pauses[last].stop == MISSING:
            break
        if pauses[n].start <= pauses[last].stop:
            if pauses[n].stop == MISSING or pauses[n].stop > pauses[last].stop:
                pauses[last].stop = pauses[n].stop
        else:
            last += 1
            pauses[last].start = pauses[n].start
            pauses[last].stop = pauses[n].stop
    row.pauses_to = last + 1
