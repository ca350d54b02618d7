"""Medical necessity: whether the diagnosis is one that a list has for the drug.

    from hangtime.necessity import Reviewer

    outcome = Reviewer(Coder()).code(encounter)

Supported, not listed or unknown, each with its reason: a finding, unless the profile says otherwise.
"""

from hangtime.necessity._cards import cards
from hangtime.necessity.editions import Editions
from hangtime.necessity.findings import SWITCH, Effect, Necessity, applied
from hangtime.necessity.judging import Judged, judge
from hangtime.necessity.lists import Listed, Lists
from hangtime.necessity.reviewer import Reviewer

__all__ = [
    "SWITCH",
    "Editions",
    "Effect",
    "Judged",
    "Listed",
    "Lists",
    "Necessity",
    "Reviewer",
    "applied",
    "cards",
    "judge",
]
