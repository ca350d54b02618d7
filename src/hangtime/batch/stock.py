"""What rules read of a charted drug: category, products and amounts; in the subset of the rules."""

from hangtime.batch.alike import value_at
from hangtime.rules.records import NOWHERE
from hangtime.rules.words import Category, Purpose, Route
from hangtime.rules.words import Known as Fact


def pack_drug(k, profile, day, rows, known, row):
    """What is known of the drug, and what the indication says of it."""
    drugs = known.drugs
    drug = rows.drug[k]
    category = value_at(rows.category, k)
    row.substance = drugs.substance[drug]
    row.category = category or drugs.category[drug]
    row.category_given = row.category
    row.is_charted_category = Fact.YES if category else Fact.NO
    row.is_known_drug = Fact.YES if category or drugs.is_known[drug] else Fact.NO
    row.is_hormonal = drugs.is_hormonal[drug]
    row.is_pushable = drugs.is_pushable[drug]
    row.is_toxic = drugs.is_toxic[drug]
    row.vaccine = drugs.vaccine[drug]
    row.own_code = drugs.own_code[drug]
    row.indication = NOWHERE
    row.intent = 0
    row.is_stroke_lysis = 0
    said = value_at(rows.indication, k)
    if said >= 0:
        row.indication = known.indications[said]
        row.intent = known.intents[said]
        row.is_stroke_lysis = drugs.is_thrombolytic[drug] & known.strokes[said]
    if drugs.is_keep_open[drug] and row.purpose == Purpose.UNKNOWN:
        row.purpose = Purpose.KEEP_OPEN
    row.is_complex = 0
    if row.category == Category.BIOLOGIC:
        injected = 1 if row.route == Route.IM or row.route == Route.SC else 0
        in_force = 1 if known.therapeutic_from[profile] <= day else 0
        row.is_complex = drugs.complexity[drug, profile, injected, in_force]


def pack_product(i, begin, day, rows, known, s):
    """The products a row may mean and its amounts; False where the interpreted engine has to tell.

    That is an NDC that a crosswalk lists and counts its own way.
    """
    k = begin + i
    row = s.rows[i]
    slice = rows.supply[k]
    row.has_dose = 1 if rows.amounts[k] != NOWHERE else 0
    row.products_from = known.products_at[slice]
    row.products_to = known.products_at[slice + 1]
    row.ndc = first_with(rows.ndc, begin, i)
    row.ndc_form = known.drugs.ndc_form[rows.drug[k]]
    row.is_respelled = known.drugs.is_respelled[rows.drug[k]]
    row.dose = NOWHERE
    row.measure = 0
    row.dose_fault = 0
    row.opened = NOWHERE
    row.least = NOWHERE
    row.discarded = NOWHERE
    row.unread = 0
    row.is_single_dose = Fact.UNKNOWN
    s.amounts[i] = NOWHERE
    if not row.has_dose:
        return True
    if known.drugs.is_listed[rows.drug[k]]:
        return False
    s.amounts[i] = rows.amounts[k] + phase_on(slice, day, known)
    told = rows.listed.amounts[s.amounts[i]]
    row.dose = told.dose
    row.measure = told.measure
    row.dose_fault = told.dose_fault
    row.opened = told.opened
    row.least = told.least
    row.discarded = told.discarded
    row.unread = told.unread
    row.is_single_dose = told.is_single_dose
    return True


def phase_on(slice, day, known):
    """The phase of a slice of products on a day of service."""
    found = known.phases_at[slice]
    for n in range(found + 1, known.phases_at[slice + 1]):
        if known.phase_from[n] <= day:
            found = n
    return known.phase[found]


def first_with(ids, begin, i):
    """The first row of the encounter with the id of row `i`, NOWHERE where it has none."""
    id = value_at(ids, begin + i)
    if id == 0:
        return NOWHERE
    for j in range(i):
        if value_at(ids, begin + j) == id:
            return j
    return i
