"""The numbers the answers rest on: thresholds, codes and what a payer packages, as published.

They are read from the tables of facts, which the engine reads as well; what is made of them here is
not the engine's.
"""

from __future__ import annotations

import csv
from datetime import date, timedelta
from functools import cache
from importlib.resources import files
from typing import NamedTuple

import numpy as np

from hangtime.codesets.facts import FOREVER, day_number, rows, settings
from hangtime.errors import UncoveredDate
from hangtime.simulate.arrays import Ints, Mask


class Limits(NamedTuple):
    """Thresholds of an edition, in minutes, and the days from which JW and JZ are asked for."""

    infusion_from: int
    hydration_from: int
    hour: int
    hour_after: int
    repeat_push_after: int
    prolonged_after: int
    jw_from: int
    jz_due: int

    def further_hours(self, minutes: Ints) -> Ints:
        """Hours beyond the first: each once enough of it has run."""
        return np.maximum(0, (minutes - self.hour_after) // self.hour)

    def hours_alone(self, minutes: Ints) -> Ints:
        """Hours where no other code stands for the first one."""
        return np.maximum(0, (minutes - self.hour_after) // self.hour + 1)


def limits(year: int) -> Limits:
    """The thresholds of a whole year; UncoveredDate where no one edition covers it."""
    first, last = date(year, 1, 1), date(year + 1, 1, 1) - timedelta(days=1)
    for edition in settings("limits.toml")["edition"]:
        if edition["from"] <= first and last <= edition["until"]:
            days = (day_number(edition["jw_from"]), day_number(edition["jz_due"]))
            minutes: list[int] = [edition[name] for name in Limits._fields[: -len(days)]]
            return Limits._make((*minutes, *days))
    raise UncoveredDate(
        f"no edition of thresholds and codes covers the whole of {year}. Choose another --year."
    )


@cache
def numbers() -> dict[str, str]:
    """Code numbers by the name the tables give them."""
    return {row[1]: row[2] for row in rows("codes.csv") if row[1]}


@cache
def claim_order() -> dict[str, int]:
    """Where a code stands among the lines of a claim; drugs, which are not listed, come last."""
    return {row[2]: int(row[6]) for row in rows("codes.csv")}


@cache
def families() -> dict[str, str]:
    """The family of each code number."""
    return {row[2]: row[3] for row in rows("codes.csv")}


@cache
def services() -> dict[str, tuple[str, str | None]]:
    """Code and modifier of the services that are charted beside administrations, by their names."""
    text = (files("hangtime.simulate") / "data" / "services.csv").read_text("utf-8")
    found = csv.DictReader(line for line in text.splitlines() if not line.startswith("#"))
    return {row["name"]: (row["code"], row["modifiers"] or None) for row in found}


@cache
def _packaged_spans(hcpcs: str) -> list[tuple[int, int]]:
    return [
        (_day(row[1], 0), _day(row[2], FOREVER))
        for row in rows("drug_status.csv")
        if row[0] == hcpcs and row[3] == "N"
    ]


def _day(text: str, absent: int) -> int:
    return day_number(date.fromisoformat(text)) if text else absent


def packaged(hcpcs: str, days: Ints) -> Mask:
    """On which of the days a hospital is not paid for the drug apart from giving it."""
    found = np.zeros(len(days), bool)
    for first, last in _packaged_spans(hcpcs):
        found |= (days >= first) & (days <= last)
    return found
