"""Drug lines out of the compiled loop; in the subset of the rules."""

from hangtime.batch.digits import write_amount, write_number
from hangtime.batch.facts import (
    BRACE,
    BRACE_END,
    BRACKET,
    BRACKET_END,
    COMMA,
    LESS_WASTE,
    MILLILITRES,
    NO_UNIT,
    PIECES,
    QUOTE,
    SUPPLY_AMOUNT,
    SUPPLY_WORD,
    WASTE,
    WHOLE,
)
from hangtime.batch.notes import write_name
from hangtime.rules.records import NOWHERE
from hangtime.rules.words import Modifier

REASONS_OF_A_SUPPLY = 4


def add_mod(o, text, begin, end):
    """Add one modifier unless it stands there; the new end."""
    for m in range(begin, end):
        if o.line_mods[m] == text:
            return end
    o.line_mods[end] = text
    return end + 1


def write_supplies(e, visits, rows, known, s, o):
    """One row for each drug line, and one for its waste."""
    tally = s.tally[0]
    number = tally.lines
    for n in range(tally.supplies):
        for is_waste in range(2):
            if is_waste and not s.supplies[n].waste_units:
                continue
            number += 1
            write_supply(e, n, number, is_waste, visits, rows, known, s, o)


def write_supply(e, n, number, is_waste, visits, rows, known, s, o):
    """One drug line with its administrations, rules and facts."""
    used = o.used[0]
    supply = s.supplies[n]
    product = known.products[supply.product]
    base = visits.offsets[e]
    for i in range(s.tally[0].rows):
        if s.rows[i].supply == n:
            o.line_given[used.line_given] = base + i
            used.line_given += 1
    begin = used.line_mods
    if is_waste or supply.mod_waste == Modifier.JZ:
        used.line_mods = add_mod(o, known.modifier_texts[supply.mod_waste], begin, used.line_mods)
    if supply.mod_route:
        used.line_mods = add_mod(o, known.modifier_texts[supply.mod_route], begin, used.line_mods)
    units = supply.waste_units if is_waste else supply.units
    write_supply_reasons(n, is_waste, units, known, s, o)
    line = o.lines[used.lines]
    line.encounter = e
    line.number = number
    line.code = known.product_texts[product.code]
    line.units = units
    line.day = supply.day
    line.ndc = NOWHERE
    if supply.ndc_row != NOWHERE:
        line.ndc = known.drugs.ndc[rows.drug[base + supply.ndc_row]]
    line.unlisted = base + supply.row if product.is_unlisted else NOWHERE
    line.ndc_unit = NO_UNIT
    line.quantity = 0
    if line.ndc != NOWHERE:
        measure_ndc(n, line, rows.listed.amounts, s)
    line.ndc_part = WHOLE
    if supply.waste_units:
        line.ndc_part = WASTE if is_waste else LESS_WASTE
    line.wasted = supply.wasted
    line.of = supply.billed + supply.wasted
    line.mods_to = used.line_mods
    line.given_to = used.line_given
    line.rules_to = used.line_rules
    line.facts_to = used.line_facts
    used.lines += 1


def measure_ndc(n, line, amounts, s):
    """How the NDC of a supply is counted: liquids by volume, all else by the container."""
    doses = 0
    volume = 0
    held = 0
    is_liquid = True
    is_held_liquid = True
    for i in range(s.tally[0].rows):
        if s.rows[i].supply != n:
            continue
        told = amounts[s.amounts[i]]
        is_liquid = is_liquid and told.volume != NOWHERE
        doses += told.volume
        held += told.held
        if told.held > 0:
            is_held_liquid = is_held_liquid and told.held_volume != NOWHERE
            volume += told.held_volume
    if is_liquid:
        line.ndc_unit = MILLILITRES
        line.quantity = doses
    elif held > 0:
        line.ndc_unit = MILLILITRES if is_held_liquid else PIECES
        line.quantity = volume if is_held_liquid else held


def write_supply_reasons(n, is_waste, units, known, s, o):
    """The rules of a drug line and their facts as JSON."""
    used = o.used[0]
    supply = s.supplies[n]
    o.line_facts[used.line_facts] = BRACKET
    used.line_facts += 1
    first = used.line_rules
    for k in range(REASONS_OF_A_SUPPLY):
        rule = reason_of_supply(k, is_waste, supply, known.products)
        if rule != NOWHERE:
            write_supply_reason(rule, n, units, first, known, s, o)
    o.line_facts[used.line_facts] = BRACKET_END
    used.line_facts += 1


def reason_of_supply(k, is_waste, supply, products):
    """The rule of number `k` behind a drug line, so that what writes one is laid in only once."""
    if k == 0:
        return products[supply.product].why
    if k == 3:
        return supply.why_waste if is_waste or not supply.waste_units else NOWHERE
    if is_waste:
        return NOWHERE
    return supply.why_units if k == 1 else supply.why_route


def write_supply_reason(rule, n, units, first, known, s, o):
    """One rule of a drug line with its facts."""
    used = o.used[0]
    text = o.line_facts
    at = used.line_facts
    if used.line_rules > first:
        text[at] = COMMA
        at += 1
    o.line_rules[used.line_rules] = rule
    used.line_rules += 1
    if known.fact_at[rule + 1] == known.fact_at[rule]:
        text[at] = BRACE
        at += 1
    for f in range(known.fact_at[rule], known.fact_at[rule + 1]):
        at = write_name(known, f, text, at)
        at = write_supply_fact(f, n, units, known, s, text, at)
    text[at] = BRACE_END
    used.line_facts = at + 1


def write_supply_fact(f, n, units, known, s, text, at):
    """An amount with its unit, or a number of units; the new end of the text."""
    supply = s.supplies[n]
    if known.fact_kind[f] == SUPPLY_AMOUNT:
        text[at] = QUOTE
        at = write_amount(s.supply_wide[n, known.fact_place[f]], supply.scale, text, at + 1)
        text[at] = known.units[supply.word]
        return at + known.unit_width[supply.word]
    if known.fact_kind[f] == SUPPLY_WORD:
        return write_number(s.supply_words[n, known.fact_place[f]], text, at)
    return write_number(units, text, at)
