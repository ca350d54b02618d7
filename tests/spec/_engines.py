"""The engines every case runs on.

To add one, add its name to `ENGINES` and a branch to `outcome_of`.
"""

from pathlib import Path

from _case import Case, encounter

from hangtime.engine import Coder
from hangtime.model import Outcome

ENGINES = ("interpreted",)


def outcome_of(case: Case, engine: str, profiles: Path) -> Outcome:
    """What `engine` makes of the chart the case draws; `profiles` holds profiles of our own."""
    assert engine == "interpreted"
    return Coder(policies=(profiles,)).code(encounter(case))
