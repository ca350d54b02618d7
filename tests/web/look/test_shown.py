"""Facts as they are written on a page."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from hangtime.web import shown

CHICAGO = ZoneInfo("America/Chicago")
AT = datetime(2025, 3, 12, 14, 5, 20, tzinfo=UTC)


@pytest.mark.parametrize(
    ("filter", "facts", "written"),
    [
        ("clock", (AT,), "14:05"),
        ("clock", (AT, CHICAGO), "09:05"),
        ("exact_clock", (AT, CHICAGO), "09:05:20"),
        ("exact_clock", (AT.replace(second=0), CHICAGO), "09:05"),
        ("day", (datetime(2025, 3, 12, 2, tzinfo=UTC), CHICAGO), "11 Mar 2025"),
        ("day", (date(2025, 3, 2),), "2 Mar 2025"),
        ("day_and_clock", (AT, CHICAGO), "12 Mar 2025 09:05"),
        ("machine", (AT,), "2025-03-12T14:05:20+00:00"),
        ("machine", (None,), ""),
        ("duration", (91,), "1 h 31 min"),
        ("duration", (timedelta(hours=2),), "2 h"),
        ("duration", (timedelta(seconds=59),), "under a minute"),
        ("duration", (-61,), "−1 h 1 min"),
        ("age", (timedelta(minutes=12),), "12 min"),
        ("age", (timedelta(hours=23, minutes=59),), "23 h"),
        ("age", (timedelta(days=3, hours=2),), "3 d"),
        ("age", (timedelta(seconds=-5),), "0 min"),
        ("stopwatch", (timedelta(hours=1, minutes=31, seconds=5),), "1:31:05"),
        ("stopwatch", (timedelta(days=1, seconds=1),), "24:00:01"),
        ("stopwatch", (timedelta(seconds=-3),), "0:00:00"),
        ("money", (Decimal("1234.5"),), "$1,234.50"),
        ("money", (Decimal(-12),), "−$12.00"),
        ("quantity", (Decimal("2.50"), "mL"), "2.5\u00a0mL"),
        ("quantity", (Decimal("1E+3"), "mg"), "1,000\u00a0mg"),
        ("payer", ("medicare",), "Medicare"),
        ("payer", ("",), "—"),
        ("quantity", (100,), "100"),
        ("quantity", ("1-2", "mL"), "1-2\u00a0mL"),
        ("counted", (0, "line"), "no lines"),
        ("counted", (1, "entry", "entries"), "1 entry"),
        ("counted", (100_000, "visit"), "100,000 visits"),
    ],
)
def test_a_fact_is_written(filter: str, facts: tuple[Any, ...], written: str) -> None:
    assert shown.FILTERS[filter](*facts) == written


@pytest.mark.parametrize("filter", sorted(set(shown.FILTERS) - {"counted", "machine"}))
def test_what_is_not_known_is_a_dash_and_never_nothing(filter: str) -> None:
    assert shown.FILTERS[filter](None) == shown.NOTHING
