"""Every administration has its drug and every drug its administration, or a finding says which lacks."""

from hangtime.rules import sources
from hangtime.rules._card import FINDING, rule
from hangtime.rules.emit import flag_row, note
from hangtime.rules.records import NOWHERE
from hangtime.rules.words import Category, Severity, SuppliedBy

NO_DOSE = rule(
    "DRG-NO-DOSE",
    says="No dose is charted, so the drug it was given for has no line.",
    cites=(sources.HCPRO_DOCUMENTATION,),
    spec=("R-DRG-13", "R-DOC-03"),
    kind=FINDING,
)
NOT_SUPPLIED = rule(
    "DRG-CHARGED-NOT-SUPPLIED",
    says="{charged} is charged among the other services, and the chart says that another supplied the drug.",
    cites=(sources.CMS_DRUG_ADMINISTRATION,),
    spec=("R-DRG-13",),
    kind=FINDING,
)
NO_ADMINISTRATION = rule(
    "DRG-NO-ADMINISTRATION",
    says="{charged} is charged among the other services and no administration of the drug is charted.",
    cites=(sources.HCPRO_DOCUMENTATION,),
    spec=("R-DRG-13",),
    kind=FINDING,
)


def pair_runs(rows, runs, notes, tally):
    """Flag each drug of a reported run of which no row has a dose; a mixed bag has several."""
    for r in range(tally.runs):
        if not runs[r].is_reported:
            continue
        i = runs[r].first
        while i != NOWHERE:
            if needs_dose(rows[i]) and not is_told_in_run(rows, runs[r].first, i):
                flag_row(notes, tally, Severity.WARNING, NO_DOSE, i, 0)
            i = rows[i].next


def is_told_in_run(rows, first, i):
    """A row of the run says how much of the drug was given, or an earlier one stands for it."""
    j = first
    is_before = True
    while j != NOWHERE:
        if j == i:
            is_before = False
        if rows[j].substance == rows[i].substance:
            if is_before or rows[j].has_dose or is_from_elsewhere(rows[j]):
                return True
        j = rows[j].next
    return False


def needs_dose(row):
    """A fluid is charted by its volume and blood by its bag; everything else by a dose."""
    return row.category != Category.HYDRATION and row.category != Category.BLOOD


def pair_others(rows, others, notes, tally):
    """Flag each drug charged among the other services that no row gave."""
    for k in range(tally.others):
        if others[k].substance == NOWHERE:
            continue
        is_given = False
        is_supplied = False
        for i in range(tally.rows):
            if rows[i].substance == others[k].substance:
                is_given = True
                if not is_from_elsewhere(rows[i]):
                    is_supplied = True
        if not is_given:
            note(notes, tally, 1, Severity.WARNING, NO_ADMINISTRATION, NOWHERE, NOWHERE, 0, k)
        elif not is_supplied:
            note(notes, tally, 1, Severity.WARNING, NOT_SUPPLIED, NOWHERE, NOWHERE, 0, k)


def is_from_elsewhere(row):
    """The facility did not supply the drug."""
    return row.supplied_by == SuppliedBy.PATIENT or row.supplied_by == SuppliedBy.PHARMACY
