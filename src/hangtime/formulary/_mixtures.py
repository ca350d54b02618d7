"""Several drugs in one bag: one administration, named after all of them.

Of a single antineoplastic or biologic among supportive drugs, the mixture is that one: mannitol in
the cisplatin bag does not make it another drug.
"""

from __future__ import annotations

from hangtime.formulary._substance import Substance
from hangtime.rules.words import Category, Known

MIXTURE = "mixture"  # the source of a substance that is made here
AND = " with "  # between the names of its parts

_COMPLEX = (Category.CHEMOTHERAPY, Category.BIOLOGIC)
_MIXED = (*_COMPLEX, Category.THERAPEUTIC)


def mixed(drugs: list[Substance]) -> Substance | None:
    """What these drugs are together; None where they are not things that go into one bag."""
    leading = [drug for drug in drugs if drug.category in _COMPLEX]
    if len(leading) == 1:
        return leading[0]
    if any(drug.category not in _MIXED for drug in drugs):
        return None
    parts = sorted(leading or drugs, key=lambda drug: drug.name)
    return Substance(
        name=AND.join(part.name for part in parts),
        category=max((part.category for part in parts), key=_MIXED[::-1].index),
        is_pushable=min((part.is_pushable for part in parts), key=_pushable_rank),
        is_toxic=any(part.is_toxic for part in parts),
        is_thrombolytic=any(part.is_thrombolytic for part in parts),
        source=MIXTURE,
        monitoring=max((part.monitoring for part in parts), key=_monitoring_rank),
        monitoring_source=MIXTURE,
    )


def _pushable_rank(pushable: Known) -> int:
    """One drug that may not be pushed decides, then one of which it is not known."""
    return (Known.NO, Known.UNKNOWN, Known.YES).index(pushable)


def _monitoring_rank(monitoring: Known) -> int:
    """One drug that is watched decides, then one of which it is not known."""
    return (Known.NO, Known.UNKNOWN, Known.YES).index(monitoring)
