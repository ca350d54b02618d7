"""Distinct services: the modifier that says so, and what in the chart supports it.

A second access with a valid reason, a second attendance of the day and an injection beside an
initial service carry the modifier that their payer asks for.  None is added without its fact.
"""

from hangtime.rules import sources
from hangtime.rules._card import rule
from hangtime.rules.positions import DistinctModifier, SecondAccessLines, YesNo
from hangtime.rules.records import NOWHERE
from hangtime.rules.words import Code, Modifier

SECOND_ACCESS = rule(
    "MOD-SECOND-ACCESS",
    says="A second access with a valid reason has its own initial service, marked as distinct.",
    cites=(sources.CMS_DRUG_ADMINISTRATION, sources.RAC_INITIAL),
    spec=("R-INI-05", "R-MOD-01", "R-NCC-04", "C10", "C13", "C55", "C65"),
)
SECOND_ATTENDANCE = rule(
    "MOD-SECOND-ATTENDANCE",
    says="A separate attendance of the same day has its own initial service, marked as distinct.",
    cites=(sources.HCPRO_MULTIPLE_INITIALS, sources.FCSO_INFUSION),
    spec=("R-INI-06", "R-MOD-01", "C10", "C65"),
)
INJECTION_BESIDE_INITIAL = rule(
    "MOD-INJECTION",
    says="An injection beside an initial service by vein carries 59.",
    cites=(sources.NCCI_PTP,),
    spec=("R-NCC-02", "C10", "C72"),
)
DISTINCT_PURPOSE = rule(
    "MOD-DISTINCT-PURPOSE",
    says="Its charted indication is on none of the other service's rows: a distinct purpose.",
    cites=(sources.NCCI_PTP, sources.NCCI_MANUAL),
    spec=("R-NCC-01", "R-MOD-01", "C22", "C43"),
)


def is_initial(code):
    """The five codes of which one an access is initial."""
    return (
        code == Code.HYDRATION_INITIAL
        or code == Code.INFUSION_INITIAL
        or code == Code.PUSH_INITIAL
        or code == Code.COMPLEX_PUSH_INITIAL
        or code == Code.COMPLEX_INITIAL
    )


def distinct(policy, x_modifier):
    """The payer's modifier for a distinct service."""
    if policy.modifier_distinct == DistinctModifier.X_MODIFIERS:
        return x_modifier
    return Modifier.M59


def mark(entry, modifier, why):
    """Put a modifier on a charge with its reason, once."""
    if entry.mod_a == Modifier.NONE:
        entry.mod_a = modifier
        entry.why_c = why
    elif entry.mod_a != modifier and entry.mod_b == Modifier.NONE:
        entry.mod_b = modifier
        entry.why_d = why


def mark_accesses(charges, tally, visit, policy):
    """Mark the initial service of a second access and of a second attendance."""
    everything = policy.modifier_second_access_lines == SecondAccessLines.ALL
    for k in range(tally.charges):
        entry = charges[k]
        if entry.is_dropped or entry.other != NOWHERE:
            continue
        if entry.group != tally.first_group:
            if is_initial(entry.code) or (everything and is_by_vein(entry.code)):
                mark(entry, distinct(policy, Modifier.XS), SECOND_ACCESS)
        elif visit.attendance > 1 and is_initial(entry.code):
            mark(entry, distinct(policy, Modifier.XE), SECOND_ATTENDANCE)


def is_by_vein(code):
    """Codes of infusions and pushes by vein."""
    return (
        Code.HYDRATION_INITIAL <= code <= Code.INFUSION_CONCURRENT
        or Code.PUSH_INITIAL <= code <= Code.PUSH_REPEAT
        or Code.COMPLEX_PUSH_INITIAL <= code <= Code.COMPLEX_SEQUENTIAL
    )


def mark_injections(charges, tally, policy):
    """Mark an injection on a date that has an initial service by vein."""
    if policy.modifier_distinct_96372 != YesNo.YES:
        return
    for k in range(tally.charges):
        entry = charges[k]
        if entry.code != Code.INJECTION or entry.is_dropped or entry.other != NOWHERE:
            continue
        for m in range(tally.charges):
            beside = charges[m]
            if not beside.is_dropped and beside.day == entry.day and is_initial(beside.code):
                mark(entry, Modifier.M59, INJECTION_BESIDE_INITIAL)
                break


def is_marked(entry):
    return entry.mod_a != Modifier.NONE
