"""Modifiers as they stand on a claim, and day numbers as dates."""

from __future__ import annotations

from datetime import date, timedelta

from hangtime.normalise import DAY_ONE
from hangtime.rules.records import NOWHERE
from hangtime.rules.words import Modifier

MODIFIERS = {Modifier.M59: "59", Modifier.M25: "25"}


def modifier_word(modifier: Modifier) -> str:
    """The modifier as it stands on a claim."""
    return MODIFIERS.get(modifier, modifier.name)


def day_of(number: int) -> date | None:
    """The date of a day number, or None where there is none."""
    return None if number == NOWHERE else DAY_ONE + timedelta(days=number)
