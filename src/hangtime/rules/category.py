"""What was given: which rows belong to the infusion family, and to which part of it.

A drug is therapeutic, a fluid for volume is hydration, an antineoplastic or a complex biologic
has a family of its own, blood and vaccines have others.  What served only to deliver something
else, or was not given by vein, artery, muscle or skin, is not reported here at all.
"""

from hangtime.rules import sources
from hangtime.rules._card import FINDING, LEFT_OFF, rule
from hangtime.rules.documentation import DUPLICATE
from hangtime.rules.emit import flag_row, leave_off_row, note
from hangtime.rules.positions import ElectrolyteIntent, LongPush
from hangtime.rules.records import MISSING, NOWHERE
from hangtime.rules.words import (
    Category,
    Family,
    Intent,
    Known,
    Pump,
    Purpose,
    Route,
    Setting,
    Severity,
)

IN_FACILITY = rule(
    "CLS-PRACTITIONER-IN-FACILITY",
    says="At this place of service the facility reports drug administration; the practitioner none.",
    cites=(sources.CMS_PFS, sources.REGENCE_109),
    spec=("R-INI-11",),
    kind=LEFT_OFF,
)
INPATIENT = rule(
    "CLS-INPATIENT",
    says="Given at or after the inpatient order: nothing of this family is reported from there on.",
    cites=(sources.AHIMA_INPATIENT,),
    spec=("R-CLS-18",),
    kind=LEFT_OFF,
)
ORAL = rule(
    "CLS-ORAL",
    says="Given by mouth or feeding tube: not an injection or infusion.",
    cites=(sources.CPT_INFUSIONS,),
    spec=("R-CLS-06",),
    kind=LEFT_OFF,
)
OTHER_ROUTE = rule(
    "CLS-OTHER-ROUTE",
    says="The charted route is none that this family covers.",
    cites=(sources.CPT_INFUSIONS,),
    spec=("R-CLS-06", "R-CLS-09"),
    kind=LEFT_OFF,
)
KEEP_OPEN = rule(
    "CLS-KEEP-OPEN",
    says="Ran only to keep the vein open: no reportable minutes at any rate.",
    cites=(sources.RAC_HYDRATION, sources.NCCI_MANUAL),
    spec=("R-TIME-10", "C67"),
    kind=LEFT_OFF,
)
CARRIER = rule(
    "CLS-CARRIER",
    says="Fluid that carried or diluted a drug is part of giving that drug, not hydration.",
    cites=(sources.CODING_CLINIC_HYDRATION, sources.NORIDIAN_HYDRATION),
    spec=("R-BND-14", "R-CLS-01", "C67"),
    kind=LEFT_OFF,
)
FLUSH = rule(
    "CLS-FLUSH",
    says="A flush is part of the infusion or injection it ends; its minutes do not count.",
    cites=(sources.CMS_INCLUDED,),
    spec=("R-TIME-11", "R-BND-01"),
    kind=LEFT_OFF,
)
ANESTHETIC = rule(
    "CLS-ANESTHETIC",
    says="Anaesthesia, for the access or for a procedure, is part of the service it was given for.",
    cites=(sources.CMS_INCLUDED, sources.NCCI_PTP),
    spec=("R-BND-01", "R-BND-15", "R-CLS-17"),
    kind=LEFT_OFF,
)
CONTRAST = rule(
    "CLS-CONTRAST",
    says="An agent given for imaging or a procedure is part of that service.",
    cites=(sources.NCCI_PTP, sources.CPT_INFUSIONS),
    spec=("R-CLS-17",),
    kind=LEFT_OFF,
)
STROKE_LYSIS = rule(
    "CLS-STROKE-LYSIS",
    says="Thrombolysis for a stroke has a code outside this family.",
    cites=(sources.CPT_INFUSIONS, sources.HANGTIME),
    spec=("C61",),
    kind=LEFT_OFF,
)
SC_FLUID = rule(
    "CLS-SC-FLUID",
    says="Fluid under the skin: no code is established for it; ask before reporting.",
    cites=(sources.HANGTIME,),
    spec=("R-CLS-05",),
    kind=LEFT_OFF,
)
PUMP_DISCONNECT = rule(
    "CLS-PUMP-DISCONNECT",
    says="A pump begun at an earlier visit: its start covered the disconnection.",
    cites=(sources.ASCO_PUMPS, sources.CMS_HCPCS),
    spec=("C25", "R-CLS-11", "R-CLS-12"),
    kind=LEFT_OFF,
)
ELECTROLYTE_AIM = rule(
    "CLS-ELECTROLYTE-AIM",
    says="The chart does not say whether this fluid with electrolytes was for volume or to correct "
    "the electrolyte: nothing is reported until it does.",
    cites=(sources.CODING_CLINIC_HYDRATION, sources.HAUGEN_INVESTIGATING),
    spec=("R-CLS-02",),
    kind=LEFT_OFF,
)
ELECTROLYTE_QUERY = rule(
    "CLS-ELECTROLYTE-QUERY",
    says="What was this fluid with electrolytes for? An indication or a purpose would settle it.",
    cites=(sources.CODING_CLINIC_HYDRATION, sources.HAUGEN_INVESTIGATING),
    spec=("R-CLS-02",),
    kind=FINDING,
)
UNKNOWN_DRUG = rule(
    "CLS-UNKNOWN-DRUG",
    says="No source here knows this drug and no category is charted: taken as therapeutic by its "
    "route.",
    cites=(sources.HANGTIME,),
    spec=("C28",),
    kind=FINDING,
)
LONG_PUSH = rule(
    "CLS-LONG-PUSH",
    says="Charted as a push of {infusion_from} min or more without a hand push: the clock decides.",
    cites=(sources.LEGALCLARITY_PUSH,),
    spec=("C01", "R-CLS-04"),
    kind=FINDING,
)
THERAPEUTIC = rule(
    "CLS-THERAPEUTIC",
    says="A drug or diagnostic substance of the therapeutic family.",
    cites=(sources.FCSO_INFUSION, sources.CPT_INFUSIONS),
    spec=("R-CLS-03", "C36", "C39"),
)
COMPLEX = rule(
    "CLS-COMPLEX",
    says="An antineoplastic or complex biologic: the complex family.",
    cites=(sources.MAC_COMPLEX, sources.CMS_COMPLEXITY),
    spec=("R-CLS-07", "R-CLS-08", "R-CLS-09", "C39"),
)
HYDRATION = rule(
    "CLS-HYDRATION",
    says="Fluid given for its volume: hydration.",
    cites=(sources.NORIDIAN_HYDRATION, sources.RAC_HYDRATION),
    spec=("R-CLS-01", "R-CLS-02"),
)


def ran_all_the_same(row):
    """Left off for what it is, but a drug that ran: no fluid beside it is hydration."""
    if row.route != Route.IV_INFUSION and row.route != Route.IA_INFUSION:
        return False
    return (
        row.left_off == STROKE_LYSIS
        or row.left_off == ELECTROLYTE_AIM
        or row.left_off == ANESTHETIC
        or row.left_off == CONTRAST
        or row.left_off == PUMP_DISCONNECT
    )


def is_complex(row):
    """An antineoplastic always; a biologic unless the formulary or the payer's list says not."""
    if row.category == Category.CHEMOTHERAPY:
        return True
    return row.category == Category.BIOLOGIC and row.is_complex != Known.NO


def is_treatment_all_the_same(row):
    """An anesthetic or contrast agent by the formulary, charted as given for treatment."""
    if row.category != Category.ANESTHETIC and row.category != Category.CONTRAST:
        return False
    return row.purpose == Purpose.TREATMENT and row.is_charted_category != Known.YES


def served_only(row):
    """The rule that leaves off what served only to give something else, or NOWHERE."""
    if row.category == Category.VACCINE:
        return NOWHERE
    if row.purpose == Purpose.KEEP_OPEN:
        return KEEP_OPEN
    if row.purpose == Purpose.CARRIER:
        return CARRIER
    if row.purpose == Purpose.FLUSH or row.category == Category.FLUSH:
        return FLUSH
    if row.category == Category.DILUENT:
        return CARRIER
    if row.category == Category.ANESTHETIC and not is_treatment_all_the_same(row):
        return ANESTHETIC
    if row.category == Category.CONTRAST and not is_treatment_all_the_same(row):
        return CONTRAST
    if row.category == Category.ORAL or row.route == Route.ORAL:
        return ORAL
    return NOWHERE


def aim_of_fluid(row, visit, policy):
    """THERAPEUTIC, HYDRATION or UNKNOWN for a fluid with electrolytes, by its ordered aim.

    Its own indication or purpose decides; without either, what all the diagnoses agree on.
    """
    if policy.electrolyte_intent_rule == ElectrolyteIntent.ALWAYS_HYDRATION:
        return Category.HYDRATION
    if policy.electrolyte_intent_rule == ElectrolyteIntent.ALWAYS_THERAPEUTIC:
        return Category.THERAPEUTIC
    if row.intent == Intent.VOLUME or row.purpose == Purpose.HYDRATION:
        return Category.HYDRATION
    if row.intent == Intent.ELECTROLYTE or row.purpose == Purpose.TREATMENT:
        return Category.THERAPEUTIC
    if row.indication == NOWHERE and visit.intent == Intent.VOLUME:
        return Category.HYDRATION
    if row.indication == NOWHERE and visit.intent == Intent.ELECTROLYTE:
        return Category.THERAPEUTIC
    return Category.UNKNOWN


def settle_category(row, visit, policy):
    """Decide fluids by their aim, and take an unknown drug as therapeutic."""
    if row.category == Category.ELECTROLYTE:
        row.category = aim_of_fluid(row, visit, policy)
    elif row.category == Category.UNKNOWN or is_treatment_all_the_same(row):
        row.category = Category.THERAPEUTIC


def is_by_hand(row, policy):
    """A charted hand push stays a push whatever the clock says, unless the payer goes by the clock."""
    return row.hand_push == Known.YES and policy.push_over_15_min == LongPush.PUSH_IF_PRESENCE


def lasts_as_infusion(row, limits):
    """The charted times of a push reach the length of an infusion."""
    if row.start != MISSING and row.stop != MISSING:
        return (row.stop - row.start) // 60 >= limits.infusion_from
    return row.charted != NOWHERE and row.charted // 60 >= limits.infusion_from


def family_by_vein(row, policy, limits):
    """Family of a row given by vein, before the clock has its say."""
    if row.category == Category.HYDRATION:
        return Family.HYDRATION
    if row.category == Category.BLOOD:
        return Family.TRANSFUSION
    pushed = is_by_hand(row, policy)
    if row.route == Route.IV_PUSH:
        pushed = pushed or not lasts_as_infusion(row, limits)
    if is_complex(row):
        return Family.COMPLEX_PUSH if pushed else Family.COMPLEX_INFUSION
    return Family.PUSH if pushed else Family.INFUSION


def family_by_needle(row):
    """Family of a subcutaneous or intramuscular injection."""
    if is_complex(row):
        return Family.HORMONAL_INJECTION if row.is_hormonal else Family.COMPLEX_INJECTION
    return Family.INJECTION


def family_of(row, policy, limits):
    """Which family a row belongs to by substance and route; NONE: not of this family."""
    route = row.route
    by_vein = route == Route.IV_INFUSION or route == Route.IV_PUSH
    if not by_vein and (row.category == Category.HYDRATION or row.category == Category.BLOOD):
        return Family.NONE
    if row.category == Category.VACCINE:
        return Family.VACCINE
    if row.category == Category.COVID_ANTIBODY and row.own_code != NOWHERE:
        return Family.COVID_ANTIBODY
    if row.category == Category.ANTIBODY and (route == Route.IM or route == Route.SC):
        return Family.ANTIBODY
    if by_vein:
        return family_by_vein(row, policy, limits)
    if route == Route.IM or route == Route.SC:
        return family_by_needle(row)
    if route == Route.SC_INFUSION:
        return Family.COMPLEX_INJECTION if is_complex(row) else Family.SC_INFUSION
    if route == Route.IA_PUSH:
        return Family.ARTERIAL_COMPLEX_PUSH if is_complex(row) else Family.ARTERIAL_INJECTION
    if route == Route.IA_INFUSION:
        return Family.ARTERIAL_COMPLEX_INFUSION if is_complex(row) else Family.ARTERIAL_UNLISTED
    if route == Route.ON_BODY:
        return Family.ON_BODY
    if route == Route.INTRATHECAL and is_complex(row):
        return Family.CNS_COMPLEX
    return Family.NONE


def reason_to_leave_off(row, visit):
    """The rule by which a row earns nothing whatever its times, or NOWHERE."""
    if visit.setting == Setting.PROFESSIONAL_IN_FACILITY:
        return IN_FACILITY
    if visit.inpatient_at != MISSING and row.start >= visit.inpatient_at:
        return INPATIENT
    served = served_only(row)
    if served != NOWHERE:
        return served
    if row.is_stroke_lysis:
        return STROKE_LYSIS
    return NOWHERE


def set_aside(rows, notes, tally, i):
    """Leave off a row whose own words contradict it, and say so; a duplicate is only counted once."""
    number = rows[i].is_set_aside - 1
    leave_off_row(rows, notes, tally, number, i)
    severity = Severity.WARNING if number == DUPLICATE else Severity.ERROR
    note(notes, tally, 1, severity, number, i, NOWHERE, 0, 0)


def classify(rows, notes, tally, visit, policy, limits):
    """Give every row its family, or the reason why it has none."""
    for i in range(tally.rows):
        row = rows[i]
        if row.is_set_aside:
            set_aside(rows, notes, tally, i)
            continue
        reason = reason_to_leave_off(row, visit)
        if reason != NOWHERE:
            leave_off_row(rows, notes, tally, reason, i)
            continue
        if row.is_known_drug == Known.NO:
            flag_row(notes, tally, Severity.WARNING, UNKNOWN_DRUG, i, 0)
        settle_category(row, visit, policy)
        if row.category == Category.UNKNOWN:
            leave_off_row(rows, notes, tally, ELECTROLYTE_AIM, i)
            flag_row(notes, tally, Severity.WARNING, ELECTROLYTE_QUERY, i, 0)
            continue
        if row.on_arrival == Known.YES and row.pump >= Pump.PORTABLE and is_complex(row):
            leave_off_row(rows, notes, tally, PUMP_DISCONNECT, i)
            continue
        row.family = family_of(row, policy, limits)
        if row.family == Family.NONE:
            fluid = row.category == Category.HYDRATION
            leave_off_row(rows, notes, tally, SC_FLUID if fluid else OTHER_ROUTE, i)
        elif row.route == Route.IV_PUSH and lasts_as_infusion(row, limits):
            if not is_by_hand(row, policy):
                flag_row(notes, tally, Severity.WARNING, LONG_PUSH, i, 0)
