"""The drug on the claim: which product code on that date, how many units, which route.

A drug line stands for all that was given of one product on one date.  It needs a dose, not a billed
administration; waste is the business of `waste`.
"""

from hangtime.rules import sources
from hangtime.rules._card import FINDING, LEFT_OFF, rule
from hangtime.rules.category import IN_FACILITY, INPATIENT, ORAL
from hangtime.rules.documentation import ORDER_LATE, ORDER_UNSIGNED
from hangtime.rules.dose import DOSE_ZERO, say_dose_fault
from hangtime.rules.emit import flag_row, note
from hangtime.rules.hours import day_of_row
from hangtime.rules.pairing import is_from_elsewhere, pair_others, pair_runs
from hangtime.rules.positions import RoundScope, YesNo
from hangtime.rules.product import (
    RESPELLED,
    UNLISTED_REVIEW,
    product_on,
    say_charted,
    say_doubt,
)
from hangtime.rules.records import MISSING, NOWHERE
from hangtime.rules.supply import add_row, supply_of, units_of, without_rounding
from hangtime.rules.waste import drop_zeros, settle_waste
from hangtime.rules.words import (
    Category,
    Evidence,
    Family,
    Known,
    ProductDoubt,
    Purpose,
    Route,
    Setting,
    Severity,
)

UNITS = rule(
    "DRG-UNITS",
    says="{dose} given at {per} a unit; units billed: {units}. A part counts as a whole one, and each "
    "administration is rounded by itself.",
    cites=(sources.CGS_WASTE,),
    spec=("R-DRG-01", "C04"),
)
UNITS_OF_DATE = rule(
    "DRG-UNITS-OF-DATE",
    says="{dose} given on the date at {per} a unit; units billed: {units}. A part counts as a whole one.",
    cites=(sources.CGS_WASTE,),
    spec=("R-DRG-01", "C04"),
)
OVERFILL = rule(
    "DRG-OVERFILL",
    says="{dose} given, and the containers hold {opened} by their labels: no more is billed. "
    "Units of {per}: {units}.",
    cites=(sources.CGS_WASTE,),
    spec=("R-DRG-05",),
)
SUPPLIED = rule(
    "DRG-SUPPLIED",
    says="The patient or another pharmacy supplied the drug: its administration only.",
    cites=(sources.CMS_DRUG_ADMINISTRATION,),
    spec=("R-DRG-13", "C60"),
    kind=LEFT_OFF,
)
PART_OF_SERVICE = rule(
    "DRG-PART-OF-SERVICE",
    says="A flush, diluent, carrier, contrast agent or local anesthetic has no drug line here.",
    cites=(sources.CMS_INCLUDED,),
    spec=("C60", "R-BND-14"),
    kind=LEFT_OFF,
)
OVERFILL_REVIEW = rule(
    "DRG-MORE-THAN-OPENED",
    says="More was given than the containers hold by their labels: a container is not charted, or "
    "overfill was used, which is not billed.",
    cites=(sources.CGS_WASTE,),
    spec=("R-DRG-05",),
    kind=FINDING,
)
DISCOUNT = rule(
    "DRG-340B",
    says="Drugs bought under 340B: whether JG or TB belongs on their lines depends on the kind of hospital "
    "and the date, and is not added here.",
    cites=(sources.HANGTIME,),
    spec=("R-MOD-04",),
    kind=FINDING,
)
CUT_SHORT = rule(
    "DRG-CUT-SHORT",
    says="It was stopped before its end and the charted dose was billed: was all of it given?",
    cites=(sources.RETINAL_PRESCRIBED,),
    spec=("R-DRG-08",),
    kind=FINDING,
)
OVER_CEILING = rule(
    "DRG-OVER-CEILING",
    says="{value} units of the product on the date pass the ceiling of the payment edits.",
    cites=(sources.NCCI_MUE,),
    spec=("R-DRG-14",),
    kind=FINDING,
)


def supply_drugs(visit, rows, runs, others, products, supplies, notes, tally, policy, limits):
    """Fill `supplies`, one for each product and date, and say what has no drug line and why."""
    tally.supplies = 0
    for i in range(tally.rows):
        rows[i].supply = NOWHERE
        if rows[i].is_respelled:
            flag_row(notes, tally, Severity.INFO, RESPELLED, i, 0)
        if is_billable(rows, runs, notes, tally, i):
            supply_row(rows, products, supplies, notes, tally, visit, policy, i)
    for s in range(tally.supplies):
        settle_units(products, supplies, notes, tally, policy, limits, s)
        settle_waste(products, supplies, notes, tally, visit, policy, limits, s)
    drop_zeros(products, supplies, tally)
    if tally.supplies and visit.discount == Known.YES:
        flag_row(notes, tally, Severity.INFO, DISCOUNT, NOWHERE, 0)
    for s in range(tally.supplies):
        meet_ceiling(products, supplies, notes, tally, visit, policy, s)
    pair_runs(rows, runs, notes, tally)
    pair_others(rows, others, notes, tally)


def is_blocked(row):
    """Nothing of the row may be charged, its drug no more than its administration."""
    return (
        row.is_set_aside != 0
        or row.left_off == ORDER_UNSIGNED
        or row.left_off == ORDER_LATE
        or row.left_off == INPATIENT
        or row.left_off == IN_FACILITY
        or row.left_off == ORAL
    )


def is_undelivered(row, runs):
    """By the clock it was interrupted from beginning to end; a fluid beside drugs was not."""
    r = row.run
    return (
        r != NOWHERE
        and row.category != Category.HYDRATION
        and runs[r].family == Family.NONE
        and runs[r].seconds == 0
        and runs[r].evidence != Evidence.OFF_SITE
    )


def is_part_of_service(row):
    """A substance that only served to give something, or is part of another service."""
    return (
        row.category == Category.FLUSH
        or row.category == Category.DILUENT
        or row.category == Category.CONTRAST
        or row.category == Category.ANESTHETIC
        or row.purpose == Purpose.FLUSH
        or row.purpose == Purpose.CARRIER
        or row.purpose == Purpose.KEEP_OPEN
    )


def is_billable(rows, runs, notes, tally, i):
    """The row has a dose that this biller may charge; says why not where that is news."""
    row = rows[i]
    if not row.has_dose or row.route == Route.ORAL or row.category == Category.ORAL:
        return False
    if is_blocked(row):
        return False
    if is_part_of_service(row):
        note(notes, tally, 0, Severity.INFO, PART_OF_SERVICE, i, NOWHERE, 0, 0)
        return False
    if is_undelivered(row, runs):
        return False
    if is_from_elsewhere(row):
        note(notes, tally, 0, Severity.INFO, SUPPLIED, i, NOWHERE, 0, 0)
        return False
    return True


def supply_row(rows, products, supplies, notes, tally, visit, policy, i):
    """Add a row's dose to the supply of its product and date, or say why it cannot be."""
    row = rows[i]
    day = day_of_row(row, visit) if row.begin != MISSING else day_of_chart(row, visit)
    p = product_on(products, row, day)
    if p == NOWHERE or products[p].doubt != ProductDoubt.NONE:
        say_doubt(products, notes, tally, p, i, day)
        return
    product = products[p]
    say_charted(product, row, notes, tally, i)
    if not product.is_unlisted and (row.dose == NOWHERE or row.measure != product.measure):
        say_dose_fault(row, notes, tally, i)
        return
    if not product.is_unlisted and row.dose == 0:
        flag_row(notes, tally, Severity.WARNING, DOSE_ZERO, i, 0)
        return
    s = supply_of(rows, products, supplies, tally, policy, p, day, i)
    if s == NOWHERE:
        return
    add_row(supplies[s], product, rows, notes, tally, s, i)
    row.supply = s
    if was_cut_short(row):
        flag_row(notes, tally, Severity.WARNING, CUT_SHORT, i, 0)


def day_of_chart(row, visit):
    """The day of a row whose minutes were not settled: of its charted start, else the visit's."""
    if row.start != MISSING:
        return (row.start + row.offset) // 86400
    return visit.day


def settle_units(products, supplies, notes, tally, policy, limits, s):
    """The units of the line, and why so many."""
    entry = supplies[s]
    product = products[entry.product]
    if product.is_unlisted:
        flag_row(notes, tally, Severity.INFO, UNLISTED_REVIEW, entry.row, 0)
        return
    entry.billed = entry.dose
    entry.why_units = UNITS
    if policy.drug_round_scope == RoundScope.PER_DATE:
        entry.units = units_of(entry.dose, entry.per)
        entry.why_units = UNITS_OF_DATE
    if entry.opened != NOWHERE and without_rounding(entry.dose) > entry.opened:
        flag_row(notes, tally, Severity.WARNING, OVERFILL_REVIEW, entry.row, 0)
        beyond = entry.dose - entry.opened
        if (
            entry.rows_opened == entry.rows
            and beyond * 100 <= entry.opened * limits.overfill_percent
        ):
            entry.billed = entry.opened
            entry.units = min(entry.units, units_of(entry.opened, entry.per))
            entry.why_units = OVERFILL


def was_cut_short(row):
    """It was stopped and never taken up again, or less ran in than was hung."""
    if row.evidence == Evidence.PAUSE:
        return True
    return row.volume != NOWHERE and row.volume_hung != NOWHERE and row.volume < row.volume_hung


def meet_ceiling(products, supplies, notes, tally, visit, policy, s):
    """Flag units that pass the ceiling of the code on its date, all its lines together, once."""
    if policy.ncci_follows != YesNo.YES:
        return
    product = products[supplies[s].product]
    ceiling = product.ceiling_professional
    if visit.setting == Setting.FACILITY:
        ceiling = product.ceiling_facility
    units = 0
    for k in range(tally.supplies):
        if (
            supplies[k].day == supplies[s].day
            and products[supplies[k].product].code == product.code
        ):
            if k < s:
                return
            units += supplies[k].units + supplies[k].waste_units
    if ceiling != NOWHERE and units > ceiling:
        flag_row(notes, tally, Severity.WARNING, OVER_CEILING, supplies[s].row, units)
