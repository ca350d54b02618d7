"""From charges to claim lines: equal code, date and modifiers are one line, in claim order."""

from hangtime.rules.records import NOWHERE


def is_same_line(a, b):
    """Two charges are one claim line."""
    return (
        a.code == b.code
        and a.day == b.day
        and a.mod_a == b.mod_a
        and a.mod_b == b.mod_b
        and a.other == NOWHERE
        and b.other == NOWHERE
    )


def stands_before(charges, codes, a, b):
    """Claim order: by date, the edition's order of codes, modifiers, order of charging."""
    x = charges[a]
    y = charges[b]
    if x.day != y.day:
        return x.day < y.day
    if codes[x.code].claim_order != codes[y.code].claim_order:
        return codes[x.code].claim_order < codes[y.code].claim_order
    if x.code != y.code:
        return x.code < y.code
    if x.mod_a != y.mod_a:
        return x.mod_a < y.mod_a
    return a < b


def draw_lines(charges, ranking, codes, tally):
    """Join equal charges and rank the lines; `ranking[n]` is the charge that stands for line n."""
    count = 0
    for k in range(tally.charges):
        entry = charges[k]
        entry.line = NOWHERE
        if entry.is_dropped:
            continue
        entry.line = k
        for n in range(count):
            if is_same_line(charges[ranking[n]], entry):
                entry.line = ranking[n]
                break
        if entry.line != k:
            continue
        place = count
        count += 1
        while place > 0 and stands_before(charges, codes, k, ranking[place - 1]):
            ranking[place] = ranking[place - 1]
            place -= 1
        ranking[place] = k
    tally.lines = count
