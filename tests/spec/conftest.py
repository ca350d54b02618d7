"""The `spec` fixture: draw a chart, say its lines, and every engine must agree."""

import sys
from collections.abc import Callable
from inspect import cleandoc
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from _case import Case, differences, profiled
from _engines import ENGINES, outcome_of


@pytest.fixture(params=ENGINES)
def spec(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[..., None]:
    """Code the drawn chart and compare lines, what is left off, findings and what is possible."""
    count = iter(range(1000))

    def check(table: str, **drawn: Any) -> None:
        case = Case(cleandoc(table), name=request.node.originalname, **drawn)
        case, folder = profiled(case, tmp_path / f"profiles-{next(count)}")
        found = differences(case, outcome_of(case, request.param, folder))
        assert not found, "\n".join([*found, f"decided by {case.covers}", case.table])

    return check
