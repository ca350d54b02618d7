"""What the chart lacks: each kind of gap at its rate, on one administration of a visit, and recorded.

Rows are changed in the chart only; what was given stays with the truth.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from hangtime.simulate.arrays import NO_WORD, NONE, Floats, Ints, Mask, Words
from hangtime.simulate.record import Record

Rng = np.random.Generator
_DAY, _MINUTE = 86_400, 60


class Gaps(NamedTuple):
    """One entry a gap: the visit, its row and the place of the kind in KINDS."""

    who: Ints
    row: Ints
    kind: Ints


class _Chart(NamedTuple):
    """A record's chart as gaps see it."""

    record: Record
    rows: dict[str, Ints]
    rng: Rng

    def has_route(self, *routes: str) -> Mask:
        words = self.record.block.texts.get("route", Words())
        return np.isin(self.rows["route"], words.numbered(routes))

    def of_kind(self, *kinds: str) -> Mask:
        drugs = self.record.block.formulary.drugs
        return np.array([each.kind in kinds for each in drugs])[self.rows["drug"]]

    def is_alone(self) -> Mask:
        """The only row of its visit with its drug, and not mixed with another."""
        drugs = self.record.block.formulary.drugs
        names = Words().numbered(each.name for each in drugs)
        key = self.rows["who"] * len(drugs) + names[self.rows["drug"]]
        _, place, times = np.unique(key, return_inverse=True, return_counts=True)
        return (times[place] == 1) & (self.rows["bag"] == NO_WORD)

    def is_plain_infusion(self) -> Mask:
        """It ran and ended here, at one rate, without an interruption and not on a pump for hours."""
        is_steady = (self.rows["rate_changed_at"] == NONE) & (self.rows["pump"] == NO_WORD)
        return (self.rows["stop"] != NONE) & (self.rows["paused_for"] <= 0) & is_steady


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of gap: the share of visits that get it, where it can be, and what it does."""

    name: str
    share: float
    where: Callable[[_Chart], Mask]
    make: Callable[[_Chart, Ints], None]


def _set(column: str, value: int) -> Callable[[_Chart, Ints], None]:
    def make(chart: _Chart, at: Ints) -> None:
        chart.rows[column][at] = value

    return make


def _lose_times(chart: _Chart, at: Ints) -> None:
    for name in ("start", "stop", "ordered_at"):
        chart.rows[name][at] = NONE


def _lose_dose(chart: _Chart, at: Ints) -> None:
    chart.rows["dose"][at] = NONE
    _lose_vials(chart, at)


def _lose_vials(chart: _Chart, at: Ints) -> None:
    chart.rows["vials"][at] = 0
    chart.rows["discarded"][at] = NONE


def _leave_volume(chart: _Chart, at: Ints) -> None:
    """No stop; but how much had run in, and how fast, from which it follows."""
    seconds = chart.rows["stop"][at] - chart.rows["start"][at]
    speed = 5 * chart.rng.integers(3, 11, len(at))  # thousandths of a millilitre a second
    chart.rows["volume_infused_ml"][at] = seconds * speed
    chart.rows["rate_ml_per_h"][at] = 3600 * speed
    chart.rows["stop"][at] = NONE


def _leave_last_seen(chart: _Chart, at: Ints) -> None:
    start, stop = chart.rows["start"][at], chart.rows["stop"][at]
    seen = (stop - start) * chart.rng.uniform(0.3, 0.95, len(at))
    chart.rows["last_observed_infusing"][at] = start + seen.astype(np.int64) // _MINUTE * _MINUTE
    chart.rows["stop"][at] = NONE


def _save_late(chart: _Chart, at: Ints) -> None:
    chart.rows["recorded_at"][at] += _DAY * chart.rng.integers(1, 4, len(at))


def _unsign(chart: _Chart, at: Ints) -> None:
    """The order of the row is not signed, whatever else was given on it."""
    unsigned = np.isin(chart.rows["order"], chart.rows["order"][at])
    chart.rows["is_signed"][unsigned] = 0


def _misspell(chart: _Chart, at: Ints) -> None:
    chart.rows["name"][at] += len(chart.record.block.formulary.drugs)


def _blot(chart: _Chart, at: Ints) -> None:
    chart.rows["name"][at] = 2 * len(chart.record.block.formulary.drugs)


def _can_be_renamed(chart: _Chart) -> Mask:
    """A drug whose family does not rest on its name, so that only the name is lost."""
    return chart.of_kind("therapeutic") & chart.is_alone() & (chart.rows["dose"] != NONE)


def _is_of_one_line(chart: _Chart) -> Mask:
    """All of the visit went through one line, if any."""
    words = chart.record.block.texts.get("access", Words())
    second = np.unique(chart.rows["who"][chart.rows["access"] == words.number("line 2")])
    return ~np.isin(chart.rows["who"], second)


def _can_lose_access(chart: _Chart) -> Mask:
    """Where there is one line only, no other can be meant."""
    return _is_of_one_line(chart) & (chart.rows["access"] != NO_WORD)


def _can_lose_dose(chart: _Chart) -> Mask:
    """Of two set-ups of one drug, the dose of both may stand with one."""
    return _is_of_one_line(chart) & (chart.rows["dose"] != NONE)


KINDS = (
    Kind("missing_stop", 0.03, lambda chart: chart.rows["stop"] != NONE, _set("stop", NONE)),
    Kind("stop_from_volume", 0.02, _Chart.is_plain_infusion, _leave_volume),
    Kind("last_seen_infusing", 0.01, _Chart.is_plain_infusion, _leave_last_seen),
    Kind("no_times", 0.02, lambda chart: chart.has_route("iv_push", "im", "sc"), _lose_times),
    Kind("missing_dose", 0.02, _can_lose_dose, _lose_dose),
    Kind("missing_containers", 0.02, lambda chart: chart.rows["vials"] > 0, _lose_vials),
    Kind("missing_access", 0.02, _can_lose_access, _set("access", NO_WORD)),
    Kind("late_entry", 0.02, lambda chart: chart.rows["recorded_at"] != NONE, _save_late),
    Kind("unsigned_order", 0.01, lambda chart: chart.rows["is_signed"] > 0, _unsign),
    Kind("misspelled_drug", 0.01, _can_be_renamed, _misspell),
    Kind("unreadable_drug", 0.01, _can_be_renamed, _blot),
)
ADDED = ("volume_infused_ml", "last_observed_infusing")


def chart_of(record: Record, rng: Rng, shares: dict[str, float]) -> tuple[dict[str, Ints], Gaps]:
    """The rows as charted, and the gaps in them; a visit has one gap at most."""
    rows = {name: column.copy() for name, column in record.rows.items()}
    count = len(rows["who"])
    rows |= {name: np.full(count, NONE) for name in ADDED}
    rows["name"] = rows["drug"].copy()
    chart = _Chart(record, rows, rng)
    drawn = rng.random(record.block.count)
    bounds = np.cumsum([shares[kind.name] for kind in KINDS])
    chosen = np.searchsorted(bounds, drawn, side="right")[rows["who"]]
    keys = rng.random(count)
    found: list[Gaps] = []
    for place, kind in enumerate(KINDS):
        at = one_of_each(rows["who"], (chosen == place) & kind.where(chart), keys)
        kind.make(chart, at)
        found.append(Gaps(rows["who"][at], at, np.full(len(at), place)))
    return rows, Gaps(*(np.concatenate(columns) for columns in zip(*found, strict=True)))


def one_of_each(who: Ints, can_be: Mask, keys: Floats) -> Ints:
    """Of each visit that has any, the entry with the lowest key among those that can be."""
    at = np.flatnonzero(can_be)
    at = at[np.lexsort((keys[at], who[at]))]
    return at[np.concatenate(([True], who[at][1:] != who[at][:-1]))] if len(at) else at


def misspelled(name: str) -> str:
    """A name with two letters of its middle in the wrong order.

    >>> misspelled("ceftriaxone")
    'ceftraixone'
    """
    at = len(name) // 2
    return name[:at] + name[at + 1 : at + 2] + name[at : at + 1] + name[at + 2 :]
