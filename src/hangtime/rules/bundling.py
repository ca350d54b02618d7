"""What is part of something else, and what was charted beside the administrations.

Starting a line, drawing through it, flushing it and watching the patient are included.  A service
charted beside the administrations is echoed as a line when it stays reportable, with the modifier
it needs; otherwise it stands among the things not reported, with the reason.
"""

from hangtime.rules import sources
from hangtime.rules._card import FINDING, LEFT_OFF, rule
from hangtime.rules.category import CARRIER, FLUSH, IN_FACILITY, KEEP_OPEN, ORAL
from hangtime.rules.documentation import DUPLICATE
from hangtime.rules.emit import WITHDRAWN, charge, flag_row, note
from hangtime.rules.positions import YesNo
from hangtime.rules.records import NOWHERE
from hangtime.rules.runs import begin_run, extend_run
from hangtime.rules.words import AccessKind, Code, Evidence, Known, Modifier, Setting, Severity

FLUSH_ONLY = rule(
    "BND-FLUSH-ONLY",
    says="Flushing an access device was the sole service of the visit.",
    cites=(sources.NCCI_PTP, sources.CMS_PFS),
    spec=("R-CLS-12", "C25", "C73"),
)
FLUSH_UNKNOWN_DEVICE = rule(
    "BND-FLUSH-UNKNOWN-DEVICE",
    says="A flush-only visit whose kind of access is not charted: confirm it was a device.",
    cites=(sources.HANGTIME,),
    spec=("C73",),
    kind=FINDING,
)
ECHO = rule(
    "BND-OTHER-SERVICE",
    says="Charted beside the administrations and reportable with them.",
    cites=(sources.NCCI_PTP, sources.HANGTIME),
    spec=("C33", "R-BND-05", "R-BND-11", "R-CLS-12", "R-CLS-16"),
)
VISIT_25 = rule(
    "BND-VISIT-25",
    says="A visit beside drug administration, charted with 25.",
    cites=(sources.NCCI_PTP, sources.CMS_INCLUDED),
    spec=("R-BND-10", "R-MOD-02", "C33"),
)
VISIT_NEEDS_25 = rule(
    "BND-VISIT-NEEDS-25",
    says="A visit beside drug administration needs 25 and a note of work beyond giving the drug; the "
    "chart does not have it, so this payer's edits will hit.",
    cites=(sources.NCCI_PTP, sources.CMS_INCLUDED),
    spec=("R-BND-10", "R-MOD-02"),
    kind=FINDING,
)
NURSE_VISIT = rule(
    "BND-NURSE-VISIT",
    says="A nurse-level visit is never reported with drug administration on a practitioner's claim.",
    cites=(sources.NCCI_PTP,),
    spec=("R-BND-09",),
    kind=LEFT_OFF,
)
VEIN_ACCESS = rule(
    "BND-VEIN-ACCESS",
    says="Starting the line is part of the infusion or push it serves.",
    cites=(sources.CMS_INCLUDED, sources.NCCI_PTP),
    spec=("R-BND-01", "R-BND-02"),
    kind=LEFT_OFF,
)
VENIPUNCTURE = rule(
    "BND-VENIPUNCTURE",
    says="Venipuncture for the infusion's access is part of the infusion.",
    cites=(sources.NCCI_PTP,),
    spec=("R-BND-03",),
    kind=LEFT_OFF,
)
ARTERY_ACCESS = rule(
    "BND-ARTERY-ACCESS",
    says="Arterial access is part of the arterial infusion it serves.",
    cites=(sources.NCCI_PTP,),
    spec=("R-BND-04",),
    kind=LEFT_OFF,
)
SOLE_SERVICE = rule(
    "BND-SOLE-SERVICE",
    says="A device flush or a draw through the line is reported only when nothing else was done.",
    cites=(sources.NCCI_PTP, sources.CMS_PFS),
    spec=("R-BND-06", "R-CLS-12", "R-CLS-16", "C25"),
    kind=LEFT_OFF,
)
OXIMETRY = rule(
    "BND-OXIMETRY",
    says="Pulse oximetry is reported only when nothing else was done.",
    cites=(sources.CMS_PFS,),
    spec=("R-BND-08",),
    kind=LEFT_OFF,
)
HEPARIN = rule(
    "BND-HEPARIN-FLUSH",
    says="The flush's heparin is part of the administration.",
    cites=(sources.NCCI_PTP,),
    spec=("R-BND-07",),
    kind=LEFT_OFF,
)
SUPPLIES = rule(
    "BND-SUPPLIES",
    says="Tubing, syringes and supplies are part of the administration.",
    cites=(sources.NCCI_MUE, sources.CMS_INCLUDED),
    spec=("R-BND-13",),
    kind=LEFT_OFF,
)
GUIDANCE = rule(
    "BND-GUIDANCE",
    says="Ultrasound guidance is reported only with a reportable access procedure.",
    cites=(sources.NCCI_AOC,),
    spec=("R-BND-12",),
    kind=LEFT_OFF,
)
REFILL = rule(
    "BND-PUMP-REFILL",
    says="Filling a pump is part of starting the prolonged infusion on it.",
    cites=(sources.NCCI_PTP,),
    spec=("R-CLS-11", "R-CLS-12"),
    kind=LEFT_OFF,
)
ALREADY_REPORTED = rule(
    "BND-ALREADY-REPORTED",
    says="An administration's code charted as another service: it is derived from the chart, not "
    "echoed.",
    cites=(sources.HANGTIME,),
    spec=("C33",),
    kind=LEFT_OFF,
)
DERIVED_DRUG = rule(
    "BND-DRUG-DERIVED",
    says="A dose of this drug is charted: its line is worked out from the dose, not echoed.",
    cites=(sources.HANGTIME,),
    spec=("C33", "R-DRG-13"),
    kind=LEFT_OFF,
)
UNKNOWN_CODE = rule(
    "BND-UNKNOWN-CODE",
    says="No table here knows this code: it is echoed and its edits are unknown.",
    cites=(sources.HANGTIME,),
    spec=("C33", "C71"),
    kind=FINDING,
)


def is_flush_only(rows, tally):
    """Every row is a flush on an order not recorded as unsigned, and there is at least one."""
    count = 0
    for i in range(tally.rows):
        if rows[i].left_off == DUPLICATE:
            continue
        if rows[i].left_off != FLUSH or rows[i].order_signed == Known.NO:
            return False
        count += 1
    return count > 0


def device_flushed(rows, entries, tally):
    """2 an access device was flushed, 1 the kind is not charted, 0 neither a device nor unknown."""
    found = 0
    charted = False
    for i in range(tally.rows):
        if rows[i].is_set_aside or rows[i].access == NOWHERE:
            continue
        charted = True
        kind = entries[rows[i].access].kind
        if AccessKind.MIDLINE <= kind <= AccessKind.PORT:
            found = 2
        elif kind == AccessKind.UNKNOWN and found == 0:
            found = 1
    return found if charted else 1


def gather_flushes(rows, runs, notes, tally):
    """Make one run of the flushes, which are no longer left off; its number, or NOWHERE."""
    r = NOWHERE
    for i in range(tally.rows):
        if rows[i].is_set_aside:
            continue
        rows[i].begin = rows[i].start
        rows[i].end = rows[i].start
        rows[i].evidence = Evidence.INSTANT
        if r == NOWHERE:
            r = begin_run(rows, runs, tally, i)
            if r == NOWHERE:
                return r
        else:
            extend_run(rows, runs, r, i, 1)
    runs[r].why_rows = NOWHERE
    for n in range(tally.notes):
        if notes[n].rule == FLUSH and notes[n].kind == 0:
            notes[n].kind = WITHDRAWN
    return r


def is_included(code):
    """Supplies of the flush itself."""
    return code == Code.HEPARIN_FLUSH or code == Code.SUPPLIES


def has_other_company(others, tally):
    """Another service than the supplies of a flush is charted."""
    for m in range(tally.others):
        if not is_included(others[m].code):
            return True
    return False


def place_flush_visit(rows, runs, entries, others, charges, notes, tally, visit):
    """Report a visit whose sole service was flushing an access device."""
    if tally.charges or has_other_company(others, tally) or not is_flush_only(rows, tally):
        return
    found = device_flushed(rows, entries, tally)
    if found == 0:
        return
    r = gather_flushes(rows, runs, notes, tally)
    if r == NOWHERE:
        return
    index = charge(charges, tally, Code.DEVICE_FLUSH, 1, visit.day, r, 0)
    if index != NOWHERE:
        charges[index].why_a = FLUSH_ONLY
    if found == 1:
        flag_row(notes, tally, Severity.WARNING, FLUSH_UNKNOWN_DEVICE, runs[r].first, 0)


def was_anything_given(rows, tally):
    """A drug, fluid, blood or vaccine was given, whether or not the chart supports a line for it."""
    for i in range(tally.rows):
        left_off = rows[i].left_off
        if left_off != FLUSH and left_off != DUPLICATE and left_off != CARRIER:
            if left_off != KEEP_OPEN and left_off != ORAL:
                return True
    return False


def has_any(charges, tally, first, last):
    """An administration within a range of codes is charged."""
    for k in range(tally.charges):
        if charges[k].other == NOWHERE and first <= charges[k].code <= last:
            return True
    return False


def has_administration(charges, tally):
    """Any administration is charged; echoed services do not count."""
    for k in range(tally.charges):
        if charges[k].other == NOWHERE:
            return True
    return False


def has_vein_service(charges, tally):
    """An infusion or push by vein is charged."""
    for k in range(tally.charges):
        code = charges[k].code
        if charges[k].other != NOWHERE:
            continue
        if Code.HYDRATION_INITIAL <= code <= Code.INFUSION_CONCURRENT:
            return True
        if Code.PUSH_INITIAL <= code <= Code.PUSH_REPEAT or code == Code.PROLONGED_PUMP:
            return True
        if Code.COMPLEX_PUSH_INITIAL <= code <= Code.COMPLEX_SEQUENTIAL:
            return True
    return False


def is_draw(code):
    return code == Code.PORT_DRAW or code == Code.CATHETER_DRAW


def has_company(rows, others, charges, tally, k):
    """Something besides this service was done; a draw outranks a flush."""
    if has_administration(charges, tally) or was_anything_given(rows, tally):
        return True
    for m in range(tally.others):
        if m == k:
            continue
        code = others[m].code
        if code == Code.DEVICE_FLUSH and is_draw(others[k].code):
            continue
        return True
    return False


def has_access_procedure(others, tally):
    """A separately reportable placement of a line was done."""
    for m in range(tally.others):
        if others[m].is_access_procedure:
            return True
    return False


def reason_against(rows, others, charges, tally, visit, k):
    """The rule that leaves an other service off, or NOWHERE."""
    code = others[k].code
    if visit.setting == Setting.PROFESSIONAL_IN_FACILITY:
        if Code.PUMP_REFILL <= code <= Code.DEVICE_FLUSH:
            return IN_FACILITY
    if code == Code.SUPPLIES:
        return SUPPLIES
    if code == Code.DEVICE_FLUSH or is_draw(code):
        return SOLE_SERVICE if has_company(rows, others, charges, tally, k) else NOWHERE
    if code == Code.ULTRASOUND_GUIDANCE:
        return NOWHERE if has_access_procedure(others, tally) else GUIDANCE
    if code == Code.OXIMETRY_SINGLE or code == Code.OXIMETRY_MULTIPLE:
        return OXIMETRY if has_company(rows, others, charges, tally, k) else NOWHERE
    given = has_administration(charges, tally) or was_anything_given(rows, tally)
    if code == Code.NURSE_VISIT and visit.setting != Setting.FACILITY:
        return NURSE_VISIT if given else NOWHERE
    if not has_administration(charges, tally):
        return NOWHERE
    if code == Code.HEPARIN_FLUSH:
        return HEPARIN
    if has_vein_service(charges, tally):
        if code == Code.VEIN_ACCESS:
            return VEIN_ACCESS
        if code == Code.VENIPUNCTURE:
            return VENIPUNCTURE
    arteries = has_any(charges, tally, Code.ARTERIAL_COMPLEX_PUSH, Code.ARTERIAL_COMPLEX_PUMP)
    if code == Code.ARTERY_ACCESS and arteries:
        return ARTERY_ACCESS
    if code == Code.PUMP_REFILL or code == Code.IMPLANTED_REFILL:
        pumped = has_any(charges, tally, Code.COMPLEX_PUMP, Code.COMPLEX_PUMP) or has_any(
            charges, tally, Code.ARTERIAL_COMPLEX_PUMP, Code.ARTERIAL_COMPLEX_PUMP
        )
        if pumped or has_any(charges, tally, Code.COMMUNITY_PUMP, Code.PROLONGED_PUMP):
            return REFILL
    return NOWHERE


def has_dose_of(rows, tally, other):
    """The service is a drug's product code, and a row has a dose of the drug."""
    if other.substance == NOWHERE:
        return False
    for i in range(tally.rows):
        if rows[i].substance == other.substance and rows[i].has_dose:
            return True
    return False


def charted_distinct(other):
    """The modifier for a distinct service that is charted on it, or 0."""
    for modifier in range(1, 6):
        if (other.mods >> modifier) & 1:
            return modifier
    return 0


def is_derived(code):
    """Codes that are derived from administrations and never echoed."""
    return Code.HYDRATION_INITIAL <= code <= Code.ARTERIAL_COMPLEX_PUMP


def echo_others(rows, others, charges, notes, tally, visit, policy):
    """Echo what stays reportable; say why the rest does not."""
    for k in range(tally.others):
        other = others[k]
        reason = ALREADY_REPORTED
        if not is_derived(other.code):
            reason = reason_against(rows, others, charges, tally, visit, k)
        if reason == NOWHERE and has_dose_of(rows, tally, other):
            reason = DERIVED_DRUG
        if other.code == Code.TRANSFUSION:
            if has_any(charges, tally, Code.TRANSFUSION, Code.TRANSFUSION):
                reason = ALREADY_REPORTED
        if reason != NOWHERE:
            note(notes, tally, 0, Severity.INFO, reason, NOWHERE, NOWHERE, other.code, k)
            continue
        if not other.is_known:
            note(notes, tally, 1, Severity.WARNING, UNKNOWN_CODE, NOWHERE, NOWHERE, 0, k)
        index = charge(charges, tally, other.code, 1, visit.day, NOWHERE, 0)
        if index == NOWHERE:
            return
        charges[index].other = k
        charges[index].why_a = ECHO
        charges[index].mod_a = charted_distinct(other)
        if other.is_visit and has_administration(charges, tally):
            if (other.mods >> Modifier.M25) & 1:
                charges[index].mod_a = Modifier.M25
                charges[index].why_c = VISIT_25
            elif policy.ncci_follows == YesNo.YES:
                note(
                    notes, tally, 1, Severity.WARNING, VISIT_NEEDS_25,
                    NOWHERE, NOWHERE, other.code, k,
                )  # fmt: skip
