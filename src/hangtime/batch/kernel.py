"""The loop over encounters: charted columns into records, the rules over them, results out.

Written in the subset of the rules, so that it runs interpreted as well; `compiled` compiles it.
What only the interpreted engine can say, it leaves to it: such an encounter stays uncoded here.
"""

from hangtime.batch.columns import (
    BYTES_OF_A_NOTE,
    BYTES_OF_A_REASON,
    MODS_OF_A_LINE,
    REASONS_OF_A_CHARGE,
    REASONS_OF_A_RUN,
    WHY_OF_A_CHARGE,
    WHY_OF_A_RUN,
    WIDEST,
)
from hangtime.batch.drugs import add_mod, write_supplies
from hangtime.batch.facts import (
    BRACKET,
    BRACKET_END,
    COMMA,
    NO_UNIT,
    RUN_WIDE,
    RUN_WORD,
    UNITS,
    WHOLE,
    WORDS,
)
from hangtime.batch.gains import find_gains
from hangtime.batch.left import ASIDE, CODED, DOUBT, FULL, WIDE
from hangtime.batch.notes import add_run, fact, write_facts, write_notes
from hangtime.batch.packing import pack_encounter
from hangtime.rules.records import NOWHERE
from hangtime.rules.walk import code_encounter, supply_encounter
from hangtime.rules.words import Role


def code_all(first, rows, visits, known, s, o):
    """Code encounters from number `first` on; the number of the first that did not fit."""
    for e in range(first, len(visits.good)):
        edition = begin_encounter(e, rows, visits, known, s)
        if edition < 0:
            o.fates[e] = -edition
            continue
        if not has_room(s, o):
            return e
        write_lines(e, edition, visits, known, s, o)
        write_supplies(e, visits, rows, known, s, o)
        write_notes(e, edition, visits, known, s, o)
        count_rows(s, o)
        find_gains(e, edition, visits, known, s, o)
        o.fates[e] = CODED
        o.days[e] = s.first_day[0]
        o.editions[e] = edition
    return len(visits.good)


def begin_encounter(e, rows, visits, known, s):
    """Pack an encounter and apply the rules; its edition, or a reason of `left`, below zero."""
    if not visits.good[e]:
        return -DOUBT
    if visits.offsets[e + 1] - visits.offsets[e] > WIDEST:
        return -WIDE
    edition = pack_encounter(e, rows, visits, known, s)
    if edition < 0:
        return edition
    walk_encounter(e, edition, visits, known, s)
    if s.tally[0].overflow:
        return -FULL
    return edition if is_plain(known, s) else -ASIDE


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
    """Nothing is set aside, which only the reader names, by its line; every fact has a place."""
    for k in range(s.tally[0].notes):
        note = s.notes[k]
        if note.kind == 1 and known.is_aside[note.rule]:
            return False
        for f in range(known.fact_at[note.rule], known.fact_at[note.rule + 1]):
            if note.kind == 0 and known.fact_kind[f] == WORDS:
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
        line.ndc_unit = NO_UNIT
        line.ndc_part = WHOLE
        line.quantity = 0
        line.wasted = 0
        line.of = 0
        line.unlisted = NOWHERE
        line.mods_to = used.line_mods
        line.given_to = used.line_given
        line.rules_to = used.line_rules
        line.facts_to = used.line_facts
        used.lines += 1


def add_reasons(e, edition, visits, known, s, k, count):
    """Add the reasons of one charge, each once; the new number of reasons."""
    charge = s.charges[k]
    for n in range(REASONS_OF_A_CHARGE):
        rule = reason_of(n, k, s)
        if rule != NOWHERE:
            count = add_reason(e, edition, visits, known, s, rule, charge.run, charge.units, count)
    return count


def reason_of(n, k, s):
    """The rule of number `n` behind a charge: those of its run, then its own."""
    if n >= REASONS_OF_A_RUN:
        return s.charge_words[k, WHY_OF_A_CHARGE + n - REASONS_OF_A_RUN]
    r = s.charges[k].run
    return NOWHERE if r == NOWHERE else s.run_words[r, WHY_OF_A_RUN + n]


def add_reason(e, edition, visits, known, s, rule, r, units, count):
    """Add one rule with its facts, unless it says what stands there already."""
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
