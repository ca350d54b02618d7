"""What was left off and found, out of the compiled loop; in the subset of the rules."""

from hangtime.batch.columns import WORDS_OF_A_NAME
from hangtime.batch.digits import write_number
from hangtime.batch.facts import (
    BRACE,
    BRACE_END,
    BRACKET,
    BRACKET_END,
    LIMIT,
    RUN_WIDE,
    SWITCH,
    UNITS,
    VALUE,
    WORDS,
)
from hangtime.rules.records import NOWHERE


def write_notes(e, edition, visits, known, s, o):
    """What was left off, and the findings: the rules' own and the assumed payer."""
    for k in range(s.tally[0].notes):
        if s.notes[k].kind == 0:
            write_left(e, edition, visits, known, s, o, k)
    for k in range(s.tally[0].notes):
        if s.notes[k].kind == 1:
            write_found(e, edition, visits, known, s, o, k)
    if visits.is_assumed[e]:
        used = o.used[0]
        used.found_facts = write_note_facts(
            e, edition, visits, known, s, known.no_payer, NOWHERE, 0,
            o.found_facts, used.found_facts,
        )  # fmt: skip
        begin_finding(o)
        end_finding(e, known.info, known.no_payer, o)


def add_about(s, k, base, given, given_to):
    """The administrations a note is about: those of its run, or its row; the new end."""
    note = s.notes[k]
    if note.run != NOWHERE:
        return add_run(s, note.run, base, given, given_to, given_to)
    if note.row != NOWHERE:
        given[given_to] = base + note.row
        return given_to + 1
    return given_to


def write_note_facts(e, edition, visits, known, s, rule, r, value, text, at):
    """The facts of one note as a JSON list of one object; the new end of the text."""
    first = known.fact_at[rule]
    for f in range(known.fact_at[rule + 1] - first):
        s.reason_facts[0, f] = fact(e, edition, visits, known, s, first + f, r, 0, value)
    text[at] = BRACKET
    at = write_facts(known, rule, s.reason_facts[0], text, at + 1)
    text[at] = BRACKET_END
    return at + 1


def write_left(e, edition, visits, known, s, o, k):
    """One thing left off: `what` is a row of the chunk from 0 up, or a text as -1 - its number."""
    used = o.used[0]
    note = s.notes[k]
    used.left_given = add_about(s, k, visits.offsets[e], o.left_given, used.left_given)
    left = o.left[used.left]
    if note.row == NOWHERE and note.run == NOWHERE:
        left.what = -1 - note.code
        if note.value != NOWHERE:
            left.what = -1 - visits.other_texts[visits.others_at[e] + note.value]
    elif note.code:
        left.what = -1 - note.code
    else:
        left.what = visits.offsets[e] + note.row
        if note.run != NOWHERE:
            left.what = visits.offsets[e] + s.runs[note.run].first
    used.left_facts = write_note_facts(
        e, edition, visits, known, s, note.rule, note.run, note.value, o.left_facts, used.left_facts
    )
    left.encounter = e
    left.rule = note.rule
    left.given_to = used.left_given
    left.facts_to = used.left_facts
    used.left += 1


def write_found(e, edition, visits, known, s, o, k):
    """One finding of the rules."""
    used = o.used[0]
    note = s.notes[k]
    used.found_given = add_about(s, k, visits.offsets[e], o.found_given, used.found_given)
    used.found_facts = write_note_facts(
        e, edition, visits, known, s, note.rule, note.run, note.value,
        o.found_facts, used.found_facts,
    )  # fmt: skip
    begin_finding(o)
    found = o.found[used.found]
    found.value = note.value
    if note.row != NOWHERE:
        found.row = visits.offsets[e] + note.row
        supply = s.rows[note.row].supply
        if supply != NOWHERE:
            found.product = s.supplies[supply].product
            found.dose = s.supplies[supply].dose
    end_finding(e, note.severity, note.rule, o)


def begin_finding(o):
    """The next finding, of which nothing is told yet."""
    found = o.found[o.used[0].found]
    found.row = NOWHERE
    found.value = NOWHERE
    found.product = NOWHERE
    found.dose = NOWHERE


def end_finding(e, severity, rule, o):
    """Complete the finding whose administrations and facts were just written."""
    used = o.used[0]
    found = o.found[used.found]
    found.encounter = e
    found.severity = severity
    found.rule = rule
    found.given_to = used.found_given
    found.facts_to = used.found_facts
    used.found += 1


def add_run(s, r, base, given, given_from, given_to):
    """Add the rows of a run in charted order, each once; the new end of the list."""
    if r == NOWHERE:
        return given_to
    count = 0
    i = s.runs[r].first
    while i != NOWHERE:
        k = count
        while k > 0 and s.members[k - 1] > i:
            s.members[k] = s.members[k - 1]
            k -= 1
        s.members[k] = i
        count += 1
        i = s.rows[i].next
    for k in range(count):
        row = base + s.members[k]
        is_new = True
        for m in range(given_from, given_to):
            if given[m] == row:
                is_new = False
        if is_new:
            given[given_to] = row
            given_to += 1
    return given_to


def fact(e, edition, visits, known, s, f, r, units, value):
    """The number a sentence names, from where it stands."""
    kind = known.fact_kind[f]
    place = known.fact_place[f]
    if kind == VALUE:
        return value
    if kind == WORDS:
        return 0
    if kind == UNITS and units != 0:
        return units
    if kind == LIMIT:
        return known.limit_words[edition, place]
    if kind == SWITCH:
        return known.policy_words[visits.profile[e], place]
    if kind == RUN_WIDE:
        return s.run_wide[r, place]
    return s.run_words[r, place]


def write_facts(known, rule, values, text, at):
    """One JSON object of named whole numbers; the new end of the text."""
    first = known.fact_at[rule]
    if known.fact_at[rule + 1] == first:
        text[at] = BRACE
        at += 1
    for f in range(first, known.fact_at[rule + 1]):
        at = write_name(known, f, text, at)
        at = write_number(values[f - first], text, at)
    text[at] = BRACE_END
    return at + 1


def write_name(known, f, text, at):
    """The name of a fact, with the brace or comma before it and the colon behind; the new end."""
    for k in range(WORDS_OF_A_NAME):  # all of them, so that nothing hangs on how many
        text[at + 8 * k] = known.names[f, k]
    return at + known.name_width[f]
