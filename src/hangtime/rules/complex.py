"""Complex services that do not compete for the initial slot: pumps, arteries, the reservoir.

An infusion of more than eight hours on a portable or implanted pump is reported by its start alone.
Each arterial infusion stands for itself.  None of them hosts the vein's add-ons, so that a drug
beside a lone pump keeps its own initial.
"""

from hangtime.rules import sources
from hangtime.rules._card import FINDING, LEFT_OFF, rule
from hangtime.rules.emit import charge, flag_run, leave_off_run
from hangtime.rules.hours import day_of_first, further_hours
from hangtime.rules.injection import alone
from hangtime.rules.positions import CommunityPump
from hangtime.rules.sequence import charge_hours
from hangtime.rules.time import PROLONGED
from hangtime.rules.words import Code, Family, Known, Role, Severity

ARTERIAL_PUSH = rule(
    "CPX-ARTERIAL-PUSH",
    says="A complex agent pushed into an artery.",
    cites=(sources.CMS_HCPCS,),
    spec=("R-CLS-09",),
)
ARTERIAL_INFUSION = rule(
    "CPX-ARTERIAL-INFUSION",
    says="A complex agent infused into an artery, {minutes} min: each such infusion stands for itself.",
    cites=(sources.CMS_HCPCS, sources.HANGTIME),
    spec=("R-CLS-09", "R-TIME-07", "C47"),
)
RESERVOIR = rule(
    "CPX-RESERVOIR",
    says="A complex agent into the central nervous system through a reservoir.",
    cites=(sources.CMS_HCPCS,),
    spec=("R-CLS-09",),
)
CONFIRM_RESERVOIR = rule(
    "CPX-CONFIRM-RESERVOIR",
    says="Confirm that it was given through a reservoir: a lumbar puncture has another code.",
    cites=(sources.CMS_HCPCS, sources.HANGTIME),
    spec=("R-CLS-09",),
    kind=FINDING,
)
COMMUNITY_PUMP = rule(
    "CPX-COMMUNITY-PUMP",
    says="Begun in the clinic and finished in the community: this payer's code covers both.",
    cites=(sources.CMS_HCPCS, sources.NCCI_PTP),
    spec=("R-CLS-11",),
)
NO_HOURS = rule(
    "CPX-PUMP-NO-HOURS",
    says="The start of a prolonged infusion stands for the whole run: no hours beside it.",
    cites=(sources.ASCO_PUMPS, sources.CMS_HCPCS),
    spec=("C26", "R-TIME-07"),
    kind=LEFT_OFF,
)


def pump_code(row, family, policy):
    """The code of a prolonged infusion."""
    if family == Family.PROLONGED_PUMP:
        return Code.PROLONGED_PUMP
    if family == Family.ARTERIAL_COMPLEX_PUMP:
        return Code.ARTERIAL_COMPLEX_PUMP
    if policy.pump_community == CommunityPump.CARRIER_PRICED and row.off_site == Known.YES:
        return Code.COMMUNITY_PUMP
    return Code.COMPLEX_PUMP


def place_complex(rows, runs, spans, charges, notes, tally, visit, policy, limits):
    """Charge pumps, arterial complex services and the reservoir."""
    for r in range(tally.runs):
        run = runs[r]
        family = run.family
        if run.role == Role.DROPPED:
            continue
        if (
            family == Family.COMPLEX_PUMP
            or family == Family.PROLONGED_PUMP
            or family == Family.ARTERIAL_COMPLEX_PUMP
        ):
            code = pump_code(rows[run.first], family, policy)
            why = COMMUNITY_PUMP if code == Code.COMMUNITY_PUMP else PROLONGED
            run.why_minutes = PROLONGED
            alone(rows, runs, charges, tally, visit, policy, r, code, why)
            if run.minutes > limits.prolonged_after:
                hours = Code.INFUSION_HOUR
                if family != Family.PROLONGED_PUMP:
                    hours = Code.COMPLEX_HOUR
                leave_off_run(runs, notes, tally, NO_HOURS, r, hours)
        elif family == Family.ARTERIAL_COMPLEX_PUSH:
            code = Code.ARTERIAL_COMPLEX_PUSH
            alone(rows, runs, charges, tally, visit, policy, r, code, ARTERIAL_PUSH)
        elif family == Family.CNS_COMPLEX:
            alone(rows, runs, charges, tally, visit, policy, r, Code.CNS_COMPLEX, RESERVOIR)
            flag_run(runs, notes, tally, Severity.WARNING, CONFIRM_RESERVOIR, r, 0)
        elif family == Family.ARTERIAL_COMPLEX_INFUSION:
            place_arterial(rows, runs, spans, charges, tally, visit, policy, limits, r)


def place_arterial(rows, runs, spans, charges, tally, visit, policy, limits, r):
    """Charge an arterial complex infusion and its hours."""
    run = runs[r]
    run.role = Role.STANDALONE
    run.why_role = ARTERIAL_INFUSION
    run.is_reported = 1
    day = day_of_first(rows, run, visit, policy)
    charge(charges, tally, Code.ARTERIAL_COMPLEX_INITIAL, 1, day, r, run.group)
    units = further_hours(run.minutes, limits)
    code = Code.ARTERIAL_COMPLEX_HOUR
    charge_hours(rows, runs, spans, charges, tally, visit, policy, limits, r, code, units, 1)
