"""The `spec` fixture: draw a chart, say its lines, and every engine must agree.

To add an engine, add its name to `ENGINES` and a branch to `outcome_of`; every case then runs on it.
"""

import sys
from collections.abc import Callable
from dataclasses import replace
from inspect import cleandoc
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from _case import Case, differences, encounter, profile_text

from hangtime.model import Outcome

ENGINES = ("interpreted",)


def outcome_of(case: Case, engine: str, profiles: Path) -> Outcome:
    """What `engine` makes of the chart the case draws; `profiles` holds profiles of our own."""
    from hangtime.engine import Coder

    assert engine == "interpreted"
    return Coder(policies=(profiles,)).code(encounter(case))


@pytest.fixture(params=ENGINES)
def spec(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[..., None]:
    """Code the drawn chart and compare lines, what is left off, findings and what is possible."""
    count = iter(range(1000))

    def check(table: str, **drawn: Any) -> None:
        case = Case(cleandoc(table), name=request.node.originalname, **drawn)
        if case.policy:
            folder = tmp_path / f"profiles-{next(count)}"
            folder.mkdir()
            (folder / "drawn.toml").write_text(profile_text(case))
            case = replace(case, payer="drawn")
        else:
            folder = tmp_path
        found = differences(case, outcome_of(case, request.param, folder))
        assert not found, "\n".join([*found, f"decided by {case.covers}", case.table])

    return check
