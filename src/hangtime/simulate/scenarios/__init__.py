"""The kinds of visits, by department: what happens at each, and what it earns by construction."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from hangtime.simulate.block import SETTINGS, Block
from hangtime.simulate.scenarios import emergency, infusion, observation, office, oncology
from hangtime.simulate.visits import Visits
from hangtime.simulate.year import DEPARTMENTS

Scenario = Callable[[Visits], None]
_KINDS: dict[str, tuple[tuple[Scenario, float], ...]] = {
    "emergency": emergency.KINDS,
    "observation": observation.KINDS,
    "infusion": infusion.KINDS,
    "oncology": oncology.KINDS,
    "office": office.KINDS,
}
# Which part of a department's visits a practitioner bills.
_PROFESSIONAL = {
    "emergency": 0.0,
    "observation": 0.0,
    "infusion": 0.3,
    "oncology": 0.3,
    "office": 1.0,
}
_PLACES = ("11", "49")  # an office, an infusion suite of its own


def fill(block: Block) -> None:
    """Let everything happen to the visits of a block."""
    for place, department in enumerate(DEPARTMENTS):
        visits = Visits(block, np.flatnonzero(block.department == place))
        billed = visits.some(_PROFESSIONAL[department])
        block.setting[billed.who] = SETTINGS.index("professional")
        for some, number in zip(billed.parted(0.7, 0.3), _PLACES, strict=True):
            some.mark("place_of_service", number)
        scenarios, shares = zip(*_KINDS[department], strict=True)
        for scenario, some in zip(scenarios, visits.parted(*shares), strict=True):
            scenario(some)
