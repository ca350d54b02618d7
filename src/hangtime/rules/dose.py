"""Doses that are no amount of what their product code counts in: what is missing, said one by one."""

from hangtime.rules import sources
from hangtime.rules._card import FINDING, rule
from hangtime.rules.emit import flag_row
from hangtime.rules.words import DoseFault, Severity

DOSE_NO_UNIT = rule(
    "DRG-DOSE-NO-UNIT",
    says="The dose is charted without its unit: no drug line.",
    cites=(sources.CGS_WASTE,),
    spec=("R-DRG-01", "R-DOC-03"),
    kind=FINDING,
)
DOSE_UNKNOWN_UNIT = rule(
    "DRG-DOSE-UNKNOWN-UNIT",
    says="The unit of the dose is none that is known here; a rate, or a dose by body surface, is no "
    "amount: chart what was given. No drug line.",
    cites=(sources.CGS_WASTE,),
    spec=("R-DRG-01", "R-DOC-03"),
    kind=FINDING,
)
DOSE_NO_WEIGHT = rule(
    "DRG-DOSE-NO-WEIGHT",
    says="The dose is charted by body weight and the weight is not: chart weight_kg, or the amount "
    "given. No drug line.",
    cites=(sources.CGS_WASTE,),
    spec=("R-DRG-01", "R-DOC-03"),
    kind=FINDING,
)
DOSE_OTHER_MEASURE = rule(
    "DRG-DOSE-MEASURE",
    says="The dose is charted in another measure than the product code counts in, such as milliliters, "
    "vials or doses of a drug counted in milligrams, and neither the name nor a table has the strength: "
    "chart the amount given. No drug line.",
    cites=(sources.CGS_WASTE,),
    spec=("R-DRG-01", "R-DOC-03"),
    kind=FINDING,
)
DOSE_ZERO = rule(
    "DRG-DOSE-ZERO",
    says="A dose of zero is charted: no drug line.",
    cites=(sources.HCPRO_DOCUMENTATION,),
    spec=("R-DRG-13",),
    kind=FINDING,
)
DOSE_ROUNDED = rule(
    "DRG-DOSE-ROUNDED",
    says="The dose is over whole units by less than a millionth part, as machines round: that part was "
    "not billed.",
    cites=(sources.HANGTIME,),
    spec=("R-DRG-01",),
    kind=FINDING,
)


def say_dose_fault(row, notes, tally, i):
    """What the chart lacks for the dose to be counted."""
    if row.dose_fault == DoseFault.NO_UNIT:
        flag_row(notes, tally, Severity.WARNING, DOSE_NO_UNIT, i, 0)
    elif row.dose_fault == DoseFault.UNKNOWN_UNIT:
        flag_row(notes, tally, Severity.WARNING, DOSE_UNKNOWN_UNIT, i, 0)
    elif row.dose_fault == DoseFault.NO_WEIGHT:
        flag_row(notes, tally, Severity.WARNING, DOSE_NO_WEIGHT, i, 0)
    else:
        flag_row(notes, tally, Severity.WARNING, DOSE_OTHER_MEASURE, i, 0)
