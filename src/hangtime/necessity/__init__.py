"""Medical necessity: whether the diagnosis is one that a list has for the drug.

    from hangtime.necessity import Necessity, applied

    outcome = applied(encounter, Coder().code(encounter), Necessity())

Supported, not listed or unknown, each with its reason: a finding, unless the profile says otherwise.
"""

from hangtime.necessity.editions import Editions
from hangtime.necessity.findings import SWITCH, Effect, Necessity, applied
from hangtime.necessity.judging import Judged, judge
from hangtime.necessity.lists import Listed, Lists

__all__ = [
    "SWITCH",
    "Editions",
    "Effect",
    "Judged",
    "Listed",
    "Lists",
    "Necessity",
    "applied",
    "judge",
]
