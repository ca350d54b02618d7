"""Which product a charted drug is on its date of service, by the codes the chart may mean.

What a name, a code or an NDC may mean is told before the rules run; here the date and the dose choose
among it, and what cannot be told is said.
"""

from hangtime.rules import sources
from hangtime.rules._card import FINDING, LEFT_OFF, rule
from hangtime.rules.emit import flag_row, note
from hangtime.rules.records import NOWHERE
from hangtime.rules.words import CodeUse, NdcForm, ProductDoubt, Severity

BY_CODE = rule(
    "DRG-CODE-CHARTED",
    says="The charted product code, which is in force on the date.",
    cites=(sources.CMS_HCPCS,),
    spec=("R-DRG-11",),
)
BY_NDC = rule(
    "DRG-CODE-BY-NDC",
    says="The product code that the charted NDC belongs to on the date.",
    cites=(sources.CMS_HCPCS,),
    spec=("R-DRG-10", "R-DRG-11"),
)
BY_BRAND = rule(
    "DRG-CODE-BY-BRAND",
    says="The product code of the brand, maker or suffixed name charted, in force on the date.",
    cites=(sources.CMS_HCPCS,),
    spec=("R-DRG-11", "C36"),
)
BY_SUBSTANCE = rule(
    "DRG-CODE-BY-SUBSTANCE",
    says="The product code of the substance by this route on the date; no brand, maker or biosimilar is "
    "named.",
    cites=(sources.CMS_HCPCS,),
    spec=("R-DRG-11", "C36"),
)
REPLACED = rule(
    "DRG-CODE-REPLACED",
    says="The charted product code is not in force on the date: this one lists the substance then.",
    cites=(sources.CMS_HCPCS,),
    spec=("R-DRG-11",),
)
UNLISTED = rule(
    "DRG-UNLISTED",
    says="No product code lists the substance on the date: the unlisted code of its kind, one unit, "
    "the product in the narrative.",
    cites=(sources.FCSO_UNLISTED,),
    spec=("R-DRG-09",),
)
UNLISTED_CHARTED = rule(
    "DRG-UNLISTED-CHARTED",
    says="An unlisted product code is charted: one unit, the product in the narrative.",
    cites=(sources.FCSO_UNLISTED,),
    spec=("R-DRG-09",),
)
NO_CODE = rule(
    "DRG-NO-CODE",
    says="None of the product codes here lists this fluid, vaccine or blood product: no drug line.",
    cites=(sources.CMS_HCPCS,),
    spec=("R-DRG-13", "R-BND-14"),
    kind=LEFT_OFF,
)
NO_PRODUCT = rule(
    "DRG-NO-PRODUCT",
    says="No table knows the drug and no product code is charted: no drug line.",
    cites=(sources.CMS_HCPCS,),
    spec=("R-DRG-13", "C28"),
    kind=FINDING,
)
UNSURE_NAME = rule(
    "DRG-UNSURE-NAME",
    says="The charted name is none that is known, and near {candidates}: no drug line until one is "
    "chosen.",
    cites=(sources.CMS_HCPCS,),
    spec=("R-DRG-13",),
    kind=FINDING,
)
RESPELLED = rule(
    "DRG-NAME-RESPELLED",
    says="The charted name is none that is known: it was read as {reading}.",
    cites=(sources.HANGTIME,),
    spec=("R-DRG-13", "C36"),
    kind=FINDING,
)
CONFLICT = rule(
    "DRG-NAME-AGAINST-CODE",
    says="The charted name and the charted product code or NDC are different drugs: no drug line.",
    cites=(sources.CMS_HCPCS,),
    spec=("R-DRG-13", "C36"),
    kind=FINDING,
)
SEVERAL_CODES = rule(
    "DRG-SEVERAL-CODES",
    says="Several product codes list the substance, {codes}, and the chart does not say which: chart "
    "the product, its NDC or its code. No drug line.",
    cites=(sources.CMS_HCPCS,),
    spec=("R-DRG-11", "R-DRG-13"),
    kind=FINDING,
)
OTHER_ROUTE = rule(
    "DRG-OTHER-ROUTE",
    says="The product codes of the substance, {codes}, are for another route than the charted one: chart "
    "the product, its NDC or its code. No drug line.",
    cites=(sources.CMS_HCPCS,),
    spec=("R-DRG-11", "C61"),
    kind=FINDING,
)
CODE_UNKNOWN = rule(
    "DRG-CODE-UNKNOWN",
    says="The charted product code is none that is known here: the name decided.",
    cites=(sources.CMS_HCPCS,),
    spec=("R-DRG-11",),
    kind=FINDING,
)
UNLISTED_OVERRULED = rule(
    "DRG-UNLISTED-OVERRULED",
    says="An unlisted product code is charted for a drug that a code lists: the listed one was taken.",
    cites=(sources.FCSO_UNLISTED,),
    spec=("R-DRG-09",),
    kind=FINDING,
)
NOT_IN_FORCE = rule(
    "DRG-CODE-NOT-IN-FORCE",
    says="The charted product code is not in force on the date of service.",
    cites=(sources.CMS_HCPCS,),
    spec=("R-DRG-11",),
    kind=FINDING,
)
UNLISTED_REVIEW = rule(
    "DRG-UNLISTED-REVIEW",
    says="An unlisted code needs name, dose, route and NDC in the narrative; a new drug in a hospital "
    "may take the hospital's code for new drugs instead.",
    cites=(sources.FCSO_UNLISTED,),
    spec=("R-DRG-09",),
    kind=FINDING,
)
NDC_AMBIGUOUS = rule(
    "DRG-NDC-AMBIGUOUS",
    says="The charted NDC has ten digits and no hyphens: which eleven it is cannot be told, so the line "
    "carries none.",
    cites=(sources.RESDAC_NDC,),
    spec=("R-DRG-10",),
    kind=FINDING,
)
NDC_UNUSED = rule(
    "DRG-NDC-UNUSED",
    says="No imported crosswalk has the charted NDC on the date: the name decided the code, and the "
    "product may be one that has its own.",
    cites=(sources.CMS_HCPCS,),
    spec=("R-DRG-10",),
    kind=FINDING,
)
NDC_MALFORMED = rule(
    "DRG-NDC-FORM",
    says="The charted NDC has not the form of one: the line carries none.",
    cites=(sources.RESDAC_NDC,),
    spec=("R-DRG-10",),
    kind=FINDING,
)


def product_on(products, row, day):
    """The product in force on the day; of several sizes the smallest that holds the dose.

    `products_from` up to `products_to` are codes the chart may mean alike, such as two sizes of one
    fluid; where none holds the dose, the largest is counted in units.
    """
    found = NOWHERE
    for p in range(row.products_from, row.products_to):
        product = products[p]
        if not product.from_day <= day <= product.until_day:
            continue
        if found == NOWHERE:
            found = p
            continue
        best = products[found].per
        holds = product.per >= row.dose
        if holds and (best < row.dose or product.per < best):
            found = p
        elif not holds and best < row.dose and product.per > best:
            found = p
    return found


def say_doubt(products, notes, tally, p, i, day):
    """Why the row has no product code on its date."""
    if p == NOWHERE:
        flag_row(notes, tally, Severity.WARNING, NO_PRODUCT, i, 0)
        return
    doubt = products[p].doubt
    if doubt == ProductDoubt.NO_CODE:
        note(notes, tally, 0, Severity.INFO, NO_CODE, i, NOWHERE, 0, 0)
    elif doubt == ProductDoubt.CONFLICT:
        flag_row(notes, tally, Severity.WARNING, CONFLICT, i, 0)
    elif doubt == ProductDoubt.OTHER_ROUTE:
        flag_row(notes, tally, Severity.WARNING, OTHER_ROUTE, i, day)
    elif doubt == ProductDoubt.SEVERAL_CODES:
        flag_row(notes, tally, Severity.WARNING, SEVERAL_CODES, i, day)
    elif doubt == ProductDoubt.UNSURE_NAME:
        flag_row(notes, tally, Severity.WARNING, UNSURE_NAME, i, 0)
    else:
        flag_row(notes, tally, Severity.WARNING, NO_PRODUCT, i, 0)


def is_same_code(a, b):
    """Two ways of charting one product."""
    return a.code == b.code and a.per == b.per


def say_charted(product, row, notes, tally, i):
    """What a coder should look at in how the product was charted."""
    if product.code_use == CodeUse.NOT_IN_FORCE:
        flag_row(notes, tally, Severity.WARNING, NOT_IN_FORCE, i, 0)
    elif product.code_use == CodeUse.UNKNOWN:
        flag_row(notes, tally, Severity.WARNING, CODE_UNKNOWN, i, 0)
    elif product.code_use == CodeUse.OVERRULED:
        flag_row(notes, tally, Severity.WARNING, UNLISTED_OVERRULED, i, 0)
    if row.ndc_form == NdcForm.AMBIGUOUS:
        flag_row(notes, tally, Severity.WARNING, NDC_AMBIGUOUS, i, 0)
    elif row.ndc_form == NdcForm.MALFORMED:
        flag_row(notes, tally, Severity.WARNING, NDC_MALFORMED, i, 0)
    elif row.ndc != NOWHERE and product.why == BY_SUBSTANCE:
        flag_row(notes, tally, Severity.INFO, NDC_UNUSED, i, 0)
