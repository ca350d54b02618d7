"""What was thrown away of a single-dose container: JW with its units, or JZ.

Waste is what the containers hold by their labels less what was given, proved by the containers or by
a charted amount, and never more than the mix of marketed sizes that wastes least.  Rounding up has
billed the rest of a begun unit already.
"""

from hangtime.rules import sources
from hangtime.rules._card import FINDING, rule
from hangtime.rules.emit import flag_row
from hangtime.rules.positions import SubUnitModifier, VoluntaryZero, WasteModifiers
from hangtime.rules.records import NOWHERE
from hangtime.rules.supply import without_rounding
from hangtime.rules.words import Known, Modifier, Setting, Severity

WASTE = rule(
    "DRG-WASTE",
    says="Of what was opened, {wasted} was thrown away, with {billed} given. Whole units of "
    "{per} beyond those billed: {waste_units}, on a line of their own with JW.",
    cites=(sources.NORIDIAN_WASTE, sources.CGS_WASTE),
    spec=("R-DRG-02", "R-DRG-04", "R-MOD-03"),
)
NO_WASTE = rule(
    "DRG-NO-WASTE",
    says="Nothing of a single-dose container was thrown away: JZ.",
    cites=(sources.NORIDIAN_WASTE,),
    spec=("R-DRG-03", "R-DRG-04", "C29"),
)
WITHIN_UNIT = rule(
    "DRG-WASTE-WITHIN-UNIT",
    says="What was thrown away lies within the last unit billed: no JW, and JZ.",
    cites=(sources.CGS_WASTE,),
    spec=("R-DRG-06", "C29"),
)
PACKAGED = rule(
    "DRG-PACKAGED",
    says="Packaged under OPPS on the date: no waste modifier.",
    cites=(sources.NORIDIAN_WASTE, sources.OPPS_STATUS),
    spec=("R-DRG-05", "C30"),
)
MULTI_DOSE = rule(
    "DRG-MULTI-DOSE",
    says="From a multi-dose container: no waste modifier.",
    cites=(sources.NORIDIAN_WASTE,),
    spec=("R-DRG-05",),
)
UNREADABLE = rule(
    "DRG-WASTE-UNIT",
    says="Containers or waste are charted in a unit that cannot be read as what the product code counts: "
    "whether JW or JZ is due cannot be told.",
    cites=(sources.NORIDIAN_WASTE,),
    spec=("C30", "R-DOC-09"),
    kind=FINDING,
)
NO_CONTAINERS = rule(
    "DRG-NO-CONTAINERS",
    says="Neither the containers opened nor an amount thrown away is charted: whether JW or JZ is due "
    "cannot be told.",
    cites=(sources.NORIDIAN_WASTE,),
    spec=("C30", "R-DOC-09"),
    kind=FINDING,
)
CONTAINER_KIND = rule(
    "DRG-CONTAINER-KIND",
    says="Whether the containers are for a single dose is not charted: no waste modifier.",
    cites=(sources.NORIDIAN_WASTE,),
    spec=("R-DRG-05", "R-DOC-09"),
    kind=FINDING,
)
ONLY_CHARTED = rule(
    "DRG-WASTE-WITHOUT-CONTAINERS",
    says="Waste is charted and the containers are not: the amount was taken as charted.",
    cites=(sources.NORIDIAN_WASTE,),
    spec=("R-DRG-02", "R-DOC-09"),
    kind=FINDING,
)
COMPUTED = rule(
    "DRG-WASTE-NOT-CHARTED",
    says="The waste was computed from the containers; no amount thrown away is charted.",
    cites=(sources.NORIDIAN_WASTE,),
    spec=("C48", "R-DOC-09"),
    kind=FINDING,
)
CHARTED_NONE = rule(
    "DRG-WASTE-DENIED",
    says="The containers imply waste and none is charted as thrown away: neither JW nor JZ.",
    cites=(sources.NORIDIAN_WASTE,),
    spec=("C48",),
    kind=FINDING,
)
CHARTED_LESS = rule(
    "DRG-WASTE-LESS",
    says="Less is charted as thrown away than the containers imply: the charted amount was billed.",
    cites=(sources.NORIDIAN_WASTE,),
    spec=("C48",),
    kind=FINDING,
)
CHARTED_MORE = rule(
    "DRG-WASTE-MORE",
    says="More is charted as thrown away than the containers can have left: no more was billed.",
    cites=(sources.CGS_WASTE,),
    spec=("R-DRG-05", "R-DRG-02"),
    kind=FINDING,
)
NOT_LEAST = rule(
    "DRG-NOT-SMALLEST-WASTE",
    says="{plan} would have held the dose with less waste: waste was billed against that mix only.",
    cites=(sources.CGS_WASTE,),
    spec=("R-DRG-07", "C30"),
    kind=FINDING,
)
LEAST_WASTES_NOTHING = rule(
    "DRG-AVOIDABLE-WASTE",
    says="{plan} would have held the dose with nothing left, and something was thrown away: neither JW "
    "nor JZ.",
    cites=(sources.CGS_WASTE,),
    spec=("R-DRG-07", "C30"),
    kind=FINDING,
)
STATUS_UNKNOWN = rule(
    "DRG-STATUS-UNKNOWN",
    says="No table says how OPPS pays the product on the date: a waste modifier stands as if it were "
    "paid by itself.",
    cites=(sources.OPPS_STATUS,),
    spec=("C71", "C30"),
    kind=FINDING,
)


def settle_waste(products, supplies, notes, tally, visit, policy, limits, s):
    """Give a supply its waste units and JW, or JZ, or neither with the reason."""
    entry = supplies[s]
    product = products[entry.product]
    if policy.waste_modifiers == WasteModifiers.NONE or product.is_unlisted:
        return
    if entry.day < limits.jw_from:
        return
    if visit.setting == Setting.FACILITY and product.is_packaged == Known.YES:
        entry.why_waste = PACKAGED
        return
    if entry.unread:
        flag_row(notes, tally, Severity.WARNING, UNREADABLE, entry.row, 0)
        return
    if entry.opened != NOWHERE and is_contradicted(entry):
        return
    if entry.opened == NOWHERE and entry.discarded == NOWHERE:
        if entry.day >= limits.jz_due:
            flag_row(notes, tally, Severity.WARNING, NO_CONTAINERS, entry.row, 0)
        return
    if entry.opened != NOWHERE and entry.is_single_dose == Known.NO:
        entry.why_waste = MULTI_DOSE
        return
    if entry.opened != NOWHERE and entry.is_single_dose == Known.UNKNOWN:
        flag_row(notes, tally, Severity.WARNING, CONTAINER_KIND, entry.row, 0)
        return
    if visit.setting == Setting.FACILITY and product.is_packaged == Known.UNKNOWN:
        flag_row(notes, tally, Severity.INFO, STATUS_UNKNOWN, entry.row, 0)
    wasted = payable_waste(entry, notes, tally)
    if wasted == NOWHERE:
        return
    entry.wasted = wasted
    bill_waste(entry, policy, limits)


def is_contradicted(entry):
    """More was given than opened: a container is missing, or what is thrown away cannot be of these."""
    if without_rounding(entry.dose) <= entry.opened:
        return False
    return entry.billed == entry.dose or entry.discarded > 0


def drop_zeros(products, supplies, tally):
    """JZ gives way where another line of the code on the date has JW (R-DRG-03)."""
    for s in range(tally.supplies):
        if supplies[s].mod_waste != Modifier.JZ:
            continue
        for k in range(tally.supplies):
            same = products[supplies[k].product].code == products[supplies[s].product].code
            if same and supplies[k].day == supplies[s].day and supplies[k].mod_waste == Modifier.JW:
                supplies[s].mod_waste = Modifier.NONE
                supplies[s].why_waste = NOWHERE


def payable_waste(entry, notes, tally):
    """The amount thrown away that may be billed; NOWHERE: neither modifier can stand."""
    if entry.opened == NOWHERE:
        flag_row(notes, tally, Severity.INFO, ONLY_CHARTED, entry.row, 0)
        return entry.discarded
    left = entry.opened - entry.billed
    if entry.least != NOWHERE and entry.least < entry.opened:
        least = max(0, entry.least - entry.billed)
        if least < left:
            if least == 0:
                flag_row(notes, tally, Severity.WARNING, LEAST_WASTES_NOTHING, entry.row, 0)
                return NOWHERE
            flag_row(notes, tally, Severity.WARNING, NOT_LEAST, entry.row, 0)
            left = least
    return reconciled(entry, notes, tally, left)


def reconciled(entry, notes, tally, left):
    """What the containers leave against what is charted as thrown away."""
    if entry.discarded == NOWHERE:
        if left > 0:
            flag_row(notes, tally, Severity.INFO, COMPUTED, entry.row, 0)
        return left
    if entry.discarded == 0 and left > 0:
        flag_row(notes, tally, Severity.WARNING, CHARTED_NONE, entry.row, 0)
        return NOWHERE
    if entry.discarded < left:
        flag_row(notes, tally, Severity.INFO, CHARTED_LESS, entry.row, 0)
        return entry.discarded
    if entry.discarded > left:
        if entry.least == NOWHERE or entry.least >= entry.opened:
            flag_row(notes, tally, Severity.WARNING, CHARTED_MORE, entry.row, 0)
    return left


def bill_waste(entry, policy, limits):
    """Whole units beyond those billed are JW; none of them is JZ once the payer asks for it."""
    beyond = (entry.billed + entry.wasted) // entry.per - entry.units
    if beyond > 0:
        entry.waste_units = beyond
        entry.mod_waste = Modifier.JW
        entry.why_waste = WASTE
        return
    is_voluntary = policy.waste_jz_voluntary == VoluntaryZero.USE and entry.day >= limits.jz_from
    if entry.opened != NOWHERE and entry.wasted + entry.per <= entry.opened - entry.billed:
        return  # whole units were thrown away that another mix of sizes would have kept
    if entry.day < limits.jz_due and not is_voluntary:
        return
    if entry.wasted == 0:
        entry.mod_waste = Modifier.JZ
        entry.why_waste = NO_WASTE
    elif policy.waste_sub_unit_modifier == SubUnitModifier.JZ and entry.day >= limits.jz_due:
        entry.mod_waste = Modifier.JZ
        entry.why_waste = WITHIN_UNIT
