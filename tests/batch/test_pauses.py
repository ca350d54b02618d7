"""Pauses and changes of rate are packed as `normalise` has them, whatever their order."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest

pytest.importorskip("numpy")

from hypothesis import given
from hypothesis import strategies as st

from hangtime.batch.columns import ABSENT, AWARE
from hangtime.batch.pauses import pack_pauses
from hangtime.model import Administration, Encounter, Interruption, RateChange
from hangtime.normalise import normalise
from hangtime.policies.policy import profile
from hangtime.rules.records import Given, Pause, RateStep

MORNING = datetime(2026, 3, 4, 8, tzinfo=UTC)
minutes = st.integers(0, 12)  # so few that pauses touch, overlap and begin together
pauses = st.lists(st.tuples(minutes, st.none() | minutes), max_size=5)
rates = st.lists(st.tuples(minutes, st.sampled_from([0, 0, 60, 125])), max_size=5)


def at(minute: int) -> datetime:
    return MORNING + timedelta(minutes=minute)


def charted(row: list[Any], number: int) -> Administration:
    stopped, changed = row
    return Administration(
        administration_id=f"M{number}",
        drug="vancomycin",
        route="iv_infusion",
        start=MORNING,
        interruptions=tuple(
            Interruption(start=at(a), stop=None if b is None else at(b)) for a, b in stopped
        ),
        rate_changes=tuple(RateChange(at=at(a), rate_ml_per_h=Decimal(b)) for a, b in changed),
    )


def listed(rows: list[Any]) -> Any:
    """The same in columns."""
    made = SimpleNamespace(pauses_at=[0], rates_at=[0])
    for name in ("pause_start", "pause_start_kind", "pause_stop", "pause_stop_kind"):
        setattr(made, name, [])
    made.rate_from, made.rate_from_kind, made.rate = [], [], []
    for stopped, changed in rows:
        for start, stop in stopped:
            made.pause_start.append(int(at(start).timestamp()))
            made.pause_start_kind.append(AWARE)
            made.pause_stop.append(0 if stop is None else int(at(stop).timestamp()))
            made.pause_stop_kind.append(ABSENT if stop is None else AWARE)
        for begin, rate in changed:
            made.rate_from.append(int(at(begin).timestamp()))
            made.rate_from_kind.append(AWARE)
            made.rate.append(rate * 1000)
        made.pauses_at.append(len(made.pause_start))
        made.rates_at.append(len(made.rate))
    return made


@given(st.lists(st.tuples(pauses, rates), min_size=1, max_size=3))
def test_every_row_has_the_pauses_and_the_steps_that_normalise_gives_it(rows: list[Any]) -> None:
    expected = normalise(
        Encounter(
            encounter_id="E1",
            setting="facility",
            administrations=tuple(charted(row, number) for number, row in enumerate(rows)),
        ),
        profile("facility", None, ()),
    )
    room = sum(len(stopped) + len(changed) for stopped, changed in rows)
    scratch = SimpleNamespace(
        rows=[Given() for _ in rows],
        pauses=[Pause() for _ in range(room)],
        rates=[RateStep() for _ in range(room)],
    )
    columns = listed(rows)

    for i, right in enumerate(expected.rows):
        assert pack_pauses(i, i, -1, 0, columns, None, scratch)
        row = scratch.rows[i]
        packed = scratch.pauses[row.pauses_from : row.pauses_to]
        assert packed == expected.pauses[right.pauses_from : right.pauses_to]
        steps = scratch.rates[row.rates_from : row.rates_to]
        assert steps == expected.rates[right.rates_from : right.rates_to]
