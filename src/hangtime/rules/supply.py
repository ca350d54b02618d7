"""Supplies: all that was given of one product on one date, row by row.

Rows of one run are one dose; a row without an NDC is not taken for another product than the one whose
NDC is charted beside it.
"""

from hangtime.rules import sources
from hangtime.rules._card import rule
from hangtime.rules.dose import DOSE_ROUNDED
from hangtime.rules.emit import flag_row
from hangtime.rules.positions import RouteModifiers
from hangtime.rules.product import is_same_code
from hangtime.rules.records import NOWHERE
from hangtime.rules.words import Known, Modifier, Route, Severity

ROUNDING = 1_000_000  # a machine that converts units is off by less than this part of an amount
ROUTE_VEIN = rule(
    "DRG-ROUTE-VEIN",
    says="One code serves vein and skin: JA says it was given by vein.",
    cites=(sources.MAC_ROUTE,),
    spec=("R-DRG-12", "R-MOD-03"),
)
ROUTE_SKIN = rule(
    "DRG-ROUTE-SKIN",
    says="One code serves vein and skin: JB says it was given under the skin.",
    cites=(sources.MAC_ROUTE,),
    spec=("R-DRG-12", "R-MOD-03"),
)


def route_modifier(product, row, policy):
    """JA or JB where the code serves both and the payer asks."""
    if policy.drug_route_modifiers == RouteModifiers.NONE or not product.takes_route:
        return Modifier.NONE
    if row.route == Route.SC or row.route == Route.SC_INFUSION or row.route == Route.ON_BODY:
        return Modifier.JB
    if row.route == Route.IV_INFUSION or row.route == Route.IV_PUSH:
        return Modifier.JA
    return Modifier.NONE


def supply_of(rows, products, supplies, tally, policy, p, day, i):
    """The supply a row's dose belongs to, made where there is none; NOWHERE: the table is full."""
    row = rows[i]
    product = products[p]
    by_route = route_modifier(product, row, policy)
    for s in range(tally.supplies):
        if not belongs(products, supplies[s], product, p, row, rows[supplies[s].row]):
            continue
        if supplies[s].day == day and supplies[s].mod_route == by_route:
            return s
    if tally.supplies >= len(supplies):
        tally.overflow = 1
        return NOWHERE
    entry = supplies[tally.supplies]
    tally.supplies += 1
    begin_supply(entry, product, p, day, i)
    entry.mod_route = by_route
    if by_route == Modifier.JA:
        entry.why_route = ROUTE_VEIN
    elif by_route == Modifier.JB:
        entry.why_route = ROUTE_SKIN
    return tally.supplies - 1


def belongs(products, entry, product, p, row, first):
    """The row is of the same product; one without an NDC is not taken for another."""
    if entry.product != p and not is_same_code(products[entry.product], product):
        return False
    if product.is_unlisted and row.substance != first.substance:
        return False
    return entry.ndc == row.ndc or entry.ndc == NOWHERE or row.ndc == NOWHERE


def begin_supply(entry, product, p, day, i):
    """An empty supply of the product on the day."""
    entry.product = p
    entry.day = day
    entry.ndc = NOWHERE
    entry.ndc_row = NOWHERE
    entry.row = i
    entry.rows = 0
    entry.rows_opened = 0
    entry.unread = 0
    entry.units = 0
    entry.waste_units = 0
    entry.dose = 0
    entry.billed = 0
    entry.per = product.per
    entry.scale = product.scale
    entry.word = product.word
    entry.opened = NOWHERE
    entry.least = NOWHERE
    entry.discarded = NOWHERE
    entry.wasted = 0
    entry.is_single_dose = Known.UNKNOWN
    entry.mod_waste = Modifier.NONE
    entry.why_units = NOWHERE
    entry.why_waste = NOWHERE
    entry.why_route = NOWHERE


def without_rounding(amount):
    """An amount less what may be how a machine rounds, and no dose."""
    return amount - amount // ROUNDING


def units_of(amount, per):
    """Whole billing units, a part counting as one (R-DRG-01)."""
    return -(-without_rounding(amount) // per)


def given_before(rows, s, i):
    """What earlier rows of the same run gave of it: rates and bags of one infusion are one dose."""
    total = 0
    if rows[i].run == NOWHERE:
        return total
    for j in range(i):
        if rows[j].run == rows[i].run and rows[j].supply == s:
            total += rows[j].dose
    return total


def add_row(entry, product, rows, notes, tally, s, i):
    """Add one row: its dose, its containers, its waste."""
    row = rows[i]
    entry.rows += 1
    if row.ndc != NOWHERE and entry.ndc == NOWHERE:
        entry.ndc = row.ndc
        entry.ndc_row = i
    if product.is_unlisted:
        entry.units = 1
        return
    entry.dose += row.dose
    if units_of(row.dose, product.per) < -(-row.dose // product.per):
        flag_row(notes, tally, Severity.INFO, DOSE_ROUNDED, i, 0)
    before = given_before(rows, s, i)
    entry.units += units_of(before + row.dose, product.per) - units_of(before, product.per)
    entry.unread |= row.unread
    if row.opened != NOWHERE:
        add_containers(entry, row)
    if row.discarded != NOWHERE:
        entry.discarded = max(entry.discarded, 0) + row.discarded


def add_containers(entry, row):
    """Add what was opened; one multi-dose container decides, then one of which it is not known."""
    entry.rows_opened += 1
    if entry.rows_opened == 1:
        entry.opened = row.opened
        entry.least = row.least
        entry.is_single_dose = row.is_single_dose
        return
    entry.opened += row.opened
    if entry.least == NOWHERE or row.least == NOWHERE:
        entry.least = NOWHERE
    else:
        entry.least += row.least
    if row.is_single_dose == Known.NO:
        entry.is_single_dose = row.is_single_dose
    elif row.is_single_dose == Known.UNKNOWN and entry.is_single_dose == Known.YES:
        entry.is_single_dose = Known.UNKNOWN
