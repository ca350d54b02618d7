"""Rows of an encounter agree where they say the same, in whatever form they say it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest

from hangtime.formats._records import say_the_same
from hangtime.model import Encounter

NOON = datetime(2025, 3, 1, 12, tzinfo=UTC)
FIVE_WEST = timezone(timedelta(hours=-5))


@pytest.mark.parametrize(
    ("name", "one", "other"),
    [
        ("date_of_service", "2025-03-01", date(2025, 3, 1)),
        ("ended_at", "2025-03-01T12:00:00+00:00", NOON),
        ("ended_at", "2025-03-01T07:00-05:00", NOON.astimezone(FIVE_WEST)),
        ("accesses", [{"access_id": "A"}], [{"access_id": "A", "kind": None}]),
        ("accesses", [{"access_id": "A"}], [{"access_id": "A", "pet": "cat"}]),
        ("payer", "medicare", "medicare"),
    ],
)
def test_a_value_in_two_forms_is_one(name: str, one: Any, other: Any) -> None:
    assert say_the_same(Encounter, name, one, other)
    assert say_the_same(Encounter, name, other, one)


@pytest.mark.parametrize(
    ("name", "one", "other"),
    [
        ("date_of_service", "2025-03-01", date(2025, 3, 2)),
        ("ended_at", "2025-03-01T23:30-05:00", "2025-03-02T04:30Z"),  # of two days
        ("ended_at", "2025-03-01T12:00", NOON),
        ("ended_at", "noon", NOON),
        ("accesses", [{"access_id": "A"}], [{"access_id": "B"}]),
        ("accesses", "[{", [{"access_id": "A"}]),
        ("weight_kg", True, Decimal(1)),
        ("payer", " ", "medicare"),
        ("no field", "a", "b"),
    ],
)
def test_what_differs_or_cannot_be_read_does_not_agree(name: str, one: Any, other: Any) -> None:
    assert not say_the_same(Encounter, name, one, other)
    assert not say_the_same(Encounter, name, other, one)
