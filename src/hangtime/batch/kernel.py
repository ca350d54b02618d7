"""The loop over encounters: charted columns into records, the rules over them, results out.

Written in the subset of the rules, so that it runs interpreted as well; `compiled` compiles it.
What only the interpreted engine can say, it leaves to it: such an encounter stays uncoded here.
"""

from hangtime.batch.columns import (
    BYTES_OF_A_NOTE,
    BYTES_OF_A_REASON,
    MODS_OF_A_LINE,
    REASONS_OF_A_CHARGE,
    WIDEST,
)
from hangtime.batch.digits import write_number
from hangtime.batch.drugs import add_mod, write_supplies
from hangtime.batch.facts import (
    BRACE,
    BRACE_END,
    BRACKET,
    BRACKET_END,
    COMMA,
    LIMIT,
    RUN_WIDE,
    RUN_WORD,
    SWITCH,
    UNITS,
    VALUE,
    WORDS,
)
from hangtime.batch.gains import find_gains
from hangtime.batch.packing import pack_encounter
from hangtime.rules.records import NOWHERE
from hangtime.rules.walk import code_encounter, supply_encounter
from hangtime.rules.words import Role


def code_all(first, rows, visits, known, s, o):
    """Code encounters from number `first` on; the number of the first that did not fit."""
    for e in range(first, len(visits.good)):
        if not visits.good[e] or visits.offsets[e + 1] - visits.offsets[e] > WIDEST:
            continue
        edition = pack_encounter(e, rows, visits, known, s)
        if edition < 0:
            continue
        walk_encounter(e, edition, visits, known, s)
        if s.tally[0].overflow or not is_plain(known, s):
            continue
        if not has_room(s, o):
            return e
        write_lines(e, edition, visits, known, s, o)
        write_supplies(e, visits, rows, known, s, o)
        write_notes(e, edition, visits, known, s, o)
        count_rows(s, o)
        find_gains(e, edition, visits, known, s, o)
        o.is_coded[e] = 1
        o.days[e] = s.visit[0].day
        o.editions[e] = edition
    return len(visits.good)


def walk_encounter(e, edition, visits, known, s):
    """Apply the rules to the encounter that stands in the scratch tables."""
    tally = s.tally[0]
    code_encounter(
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
    )  # fmt: skip
    if not tally.overflow:
        supply_encounter(
            s.visit[0], s.rows[: tally.rows], s.runs,
            visits.others[visits.others_at[e] : visits.others_at[e + 1]],
            known.products, s.supplies, s.notes, tally, known.limits[edition],
            known.policies[visits.profile[e]],
        )  # fmt: skip


def is_plain(known, s):
    """Nothing needs the reader's words: what is set aside is named by its line in the file."""
    for k in range(s.tally[0].notes):
        note = s.notes[k]
        if note.kind == 1 and known.is_aside[note.rule]:
            return False
        for f in range(known.fact_at[note.rule], known.fact_at[note.rule + 1]):
            if known.fact_kind[f] == WORDS:
                return False
            if note.run == NOWHERE and known.fact_kind[f] in (UNITS, RUN_WORD, RUN_WIDE):
                return False
    return True


def has_room(s, o):
    """The tables take what this encounter can give at most."""
    used = o.used[0]
    tally = s.tally[0]
    charges = tally.charges + 2 * tally.supplies + 1
    notes = tally.notes + 2
    given = (charges + notes) * (tally.rows + 1)
    reasons = charges * REASONS_OF_A_CHARGE
    return (
        used.lines + charges <= len(o.lines)
        and used.line_mods + MODS_OF_A_LINE * charges <= len(o.line_mods)
        and used.line_given + given <= len(o.line_given)
        and used.line_rules + reasons <= len(o.line_rules)
        and used.line_facts + reasons * BYTES_OF_A_REASON <= len(o.line_facts)
        and used.left + notes <= len(o.left)
        and used.left_given + given <= len(o.left_given)
        and used.left_facts + notes * BYTES_OF_A_NOTE <= len(o.left_facts)
        and used.possible + 8 * (tally.rows + 1) + tally.entries <= len(o.possible)
        and used.found + 2 * notes <= len(o.found)
        and used.found_given + given <= len(o.found_given)
        and used.found_facts + notes * BYTES_OF_A_NOTE <= len(o.found_facts)
    )


def write_lines(e, edition, visits, known, s, o):
    """One row for each claim line, with its administrations, rules and facts."""
    used = o.used[0]
    tally = s.tally[0]
    others_at = visits.others_at[e]
    base = visits.offsets[e]
    for n in range(tally.lines):
        lead = s.ranking[n]
        first = s.charges[lead]
        units = 0
        reasons = 0
        given_from = used.line_given
        for k in range(lead, tally.charges):
            charge = s.charges[k]
            if charge.line != lead:
                continue
            units += charge.units
            used.line_given = add_run(
                s, charge.run, base, o.line_given, given_from, used.line_given
            )
            reasons = add_reasons(e, edition, visits, known, s, k, reasons)
        write_mods(first, others_at, visits, known, o)
        write_reasons(known, s, reasons, o)
        line = o.lines[used.lines]
        line.encounter = e
        line.number = n + 1
        line.code = first.code
        if first.other != NOWHERE:
            line.code = visits.other_texts[others_at + first.other]
        line.units = units
        line.day = first.day
        line.ndc = NOWHERE
        line.quantity = NOWHERE
        line.unlisted = NOWHERE
        line.mods_to = used.line_mods
        line.given_to = used.line_given
        line.rules_to = used.line_rules
        line.facts_to = used.line_facts
        used.lines += 1


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


def add_reasons(e, edition, visits, known, s, k, count):
    """Add the reasons of one charge, each once; the new number of reasons."""
    charge = s.charges[k]
    r = charge.run
    if r != NOWHERE:
        run = s.runs[r]
        count = add_reason(e, edition, visits, known, s, run.why_family, r, charge.units, count)
        count = add_reason(e, edition, visits, known, s, run.why_end, r, charge.units, count)
        count = add_reason(e, edition, visits, known, s, run.why_rows, r, charge.units, count)
        count = add_reason(e, edition, visits, known, s, run.why_minutes, r, charge.units, count)
        count = add_reason(e, edition, visits, known, s, run.why_role, r, charge.units, count)
    count = add_reason(e, edition, visits, known, s, charge.why_a, r, charge.units, count)
    count = add_reason(e, edition, visits, known, s, charge.why_b, r, charge.units, count)
    count = add_reason(e, edition, visits, known, s, charge.why_c, r, charge.units, count)
    return add_reason(e, edition, visits, known, s, charge.why_d, r, charge.units, count)


def add_reason(e, edition, visits, known, s, rule, r, units, count):
    """Add one rule with its facts, unless there is none or it says what stands there already."""
    if rule == NOWHERE:
        return count
    first = known.fact_at[rule]
    facts = known.fact_at[rule + 1] - first
    for f in range(facts):
        s.reason_facts[count, f] = fact(e, edition, visits, known, s, first + f, r, units, 0)
    for m in range(count):
        if s.reason_rules[m] == rule:
            is_same = True
            for f in range(facts):
                if s.reason_facts[m, f] != s.reason_facts[count, f]:
                    is_same = False
            if is_same:
                return count
    s.reason_rules[count] = rule
    return count + 1


def fact(e, edition, visits, known, s, f, r, units, value):
    """The number a sentence names, from where it stands."""
    kind = known.fact_kind[f]
    place = known.fact_place[f]
    if kind == VALUE:
        return value
    if kind == UNITS and units != 0:
        return units
    if kind == LIMIT:
        return known.limit_words[edition, place]
    if kind == SWITCH:
        return known.policy_words[visits.profile[e], place]
    if kind == RUN_WIDE:
        return s.run_wide[r, place]
    return s.run_words[r, place]


def write_mods(first, others_at, visits, known, o):
    """The modifiers of a line: those the rules gave, then those charted, each once."""
    used = o.used[0]
    begin = used.line_mods
    if first.mod_a:
        used.line_mods = add_mod(o, known.modifier_texts[first.mod_a], begin, used.line_mods)
    if first.mod_b:
        used.line_mods = add_mod(o, known.modifier_texts[first.mod_b], begin, used.line_mods)
    if first.other != NOWHERE:
        other = others_at + first.other
        for m in range(visits.other_mods_at[other], visits.other_mods_at[other + 1]):
            used.line_mods = add_mod(o, visits.other_mods[m], begin, used.line_mods)


def write_reasons(known, s, reasons, o):
    """The rules of a line and their facts as JSON."""
    used = o.used[0]
    at = used.line_facts
    text = o.line_facts
    text[at] = BRACKET
    at += 1
    for n in range(reasons):
        rule = s.reason_rules[n]
        o.line_rules[used.line_rules] = rule
        used.line_rules += 1
        if n > 0:
            text[at] = COMMA
            at += 1
        at = write_facts(known, rule, s.reason_facts[n], text, at)
    text[at] = BRACKET_END
    used.line_facts = at + 1


def write_facts(known, rule, values, text, at):
    """One JSON object of named whole numbers; the new end of the text."""
    text[at] = BRACE
    at += 1
    first = known.fact_at[rule]
    for f in range(first, known.fact_at[rule + 1]):
        if f > first:
            text[at] = COMMA
            at += 1
        for b in range(known.name_at[f], known.name_at[f + 1]):
            text[at] = known.names[b]
            at += 1
        at = write_number(values[f - first], text, at)
    text[at] = BRACE_END
    return at + 1


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
    end_finding(e, note.severity, note.rule, o)


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


def count_rows(s, o):
    """Account for every row: coded, or merged into the run of another."""
    used = o.used[0]
    tally = s.tally[0]
    merged = 0
    for r in range(tally.runs):
        run = s.runs[r]
        if run.family or run.role != Role.DROPPED or s.rows[run.first].run == r:
            i = s.rows[run.first].next
            while i != NOWHERE:
                merged += 1
                i = s.rows[i].next
    used.merged += merged
    used.coded += tally.rows - merged
