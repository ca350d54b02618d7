"""What every test may lean on: how deep to search, where the specification lies, what must be there.

A test that needs something this machine may not have asks for it by `shared` or `require`.  With
HANGTIME_REQUIRE_ALL=1, as on a build machine, a missing component is a failure, however the test
asked; only the specification and public data in `../shared` may still be absent.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import tempfile
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

import browsing

# No test, and no program a test starts, sees the code sets that the user of this machine imported.
os.environ["HANGTIME_STORE"] = str(Path(tempfile.gettempdir()) / f"no-store-{os.getpid()}")

CHECKOUT = Path(__file__).resolve().parents[1]
SHARED = CHECKOUT.parent / "shared"
IS_ALL_REQUIRED = os.environ.get("HANGTIME_REQUIRE_ALL") == "1"
PROGRAMS = {"chromium": browsing.CHROMIUM}

# The slow start of a first example is the formulary being read, not a fault.
_ALLOWED = (HealthCheck.too_slow,)
settings.register_profile(
    "default", deadline=None, max_examples=100, suppress_health_check=_ALLOWED
)
settings.register_profile(
    "ci",
    deadline=None,
    derandomize=True,
    max_examples=100,
    print_blob=True,
    suppress_health_check=_ALLOWED,
)
settings.register_profile(
    "prove",
    deadline=None,
    max_examples=5_000,
    print_blob=True,
    suppress_health_check=(*_ALLOWED, HealthCheck.data_too_large),
)
settings.load_profile(
    os.environ.get("HYPOTHESIS_PROFILE") or ("ci" if os.environ.get("CI") else "default")
)


@pytest.fixture(scope="session")
def checkout() -> Path:
    """The folder this project was checked out into."""
    return CHECKOUT


@pytest.fixture(scope="session")
def shared() -> Path:
    """The specification and public data beside the checkout; the test is skipped where absent."""
    if not SHARED.is_dir():
        pytest.skip("the specification and public data are not beside this checkout (../shared)")
    return SHARED


@pytest.fixture(scope="session")
def require() -> Callable[[str], None]:
    """`require("chromium")` skips where a program or library is absent, or fails on a build machine."""

    def asked(component: str) -> None:
        if not is_present(component):
            pytest.skip(f"{component} is not installed")

    return asked


@pytest.fixture(scope="module")
def browser(require: Callable[[str], None]) -> Iterator[Any]:
    """The one browser of a module, closed with it: another module may need an event loop."""
    for component in browsing.COMPONENTS:
        require(component)
    with browsing.launched() as found:
        yield found


def is_present(component: str) -> bool:
    if component in PROGRAMS:
        return PROGRAMS[component].exists()
    if shutil.which(component):
        return True
    return importlib.util.find_spec(component) is not None


def is_allowed_skip(longrepr: Any) -> bool:
    """Only what lies in ../shared may be absent from a build machine."""
    reason = longrepr[2] if isinstance(longrepr, tuple) else str(longrepr)
    return "../shared" in reason


def refuse_other_skips(report: Any) -> None:
    is_expected_failure = hasattr(report, "wasxfail")
    if IS_ALL_REQUIRED and report.skipped and not is_expected_failure:
        if not is_allowed_skip(report.longrepr):
            reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
            report.outcome = "failed"
            report.longrepr = f"HANGTIME_REQUIRE_ALL=1 allows no such skip: {reason}"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, Any, Any]:
    report = yield
    refuse_other_skips(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(collector: pytest.Collector) -> Generator[None, Any, Any]:
    report = yield
    refuse_other_skips(report)
    return report


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whatever asks for `shared` is marked so, and can be chosen or left out by it."""
    for item in items:
        if "shared" in getattr(item, "fixturenames", ()):
            item.add_marker("shared")
