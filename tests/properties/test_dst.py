"""Minutes across every change of clocks, and local times that were not one moment."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hangtime.engine import Coder
from hangtime.model import Administration, Bar, Encounter, Outcome

ZONES = (
    "America/Chicago", "America/New_York", "America/Los_Angeles", "America/St_Johns",
    "Europe/Berlin", "Australia/Lord_Howe", "Asia/Tehran", "America/Phoenix",
)  # fmt: skip
FIRST, LAST = date(2016, 1, 1), date(2026, 12, 1)
CODER = Coder()


@cache
def changes(zone: str) -> list[datetime]:
    """Every change of a zone's clocks within the edition, as universal times to the minute."""
    place, found = ZoneInfo(zone), list[datetime]()
    at = datetime(FIRST.year, FIRST.month, FIRST.day, tzinfo=UTC)
    while at.date() < LAST:
        after = at + timedelta(days=1)
        if at.astimezone(place).utcoffset() != after.astimezone(place).utcoffset():
            found.append(_minute_of_change(at, after, place))
        at = after
    return found


def _minute_of_change(low: datetime, high: datetime, place: ZoneInfo) -> datetime:
    before = low.astimezone(place).utcoffset()
    while high - low > timedelta(minutes=1):
        middle = low + (high - low) // 2
        middle = middle.replace(second=0, microsecond=0)
        if middle.astimezone(place).utcoffset() == before:
            low = middle
        else:
            high = middle
    return high


every_change = st.sampled_from([(zone, at) for zone in ZONES for at in changes(zone)])


def coded(zone: str | None, start: datetime, stop: datetime | None, **facts: object) -> Outcome:
    row = Administration(
        administration_id="a1", drug="vancomycin", route="iv_infusion", start=start, stop=stop
    )
    encounter = Encounter(
        encounter_id="night", setting="facility", time_zone=zone,
        administrations=(replace(row, **facts),),
    )  # fmt: skip
    return CODER.code(encounter)


def bar_of(outcome: Outcome) -> Bar:
    (bar,) = outcome.timeline
    return bar


def left_off(outcome: Outcome) -> list[str]:
    return [each.reason.rule for each in outcome.not_reported]


def is_one_moment(naive: datetime, place: ZoneInfo) -> bool:
    """Whether clocks in the place showed this time exactly once."""
    shown = {
        aware.astimezone(UTC)
        for fold in (0, 1)
        if (aware := naive.replace(tzinfo=place, fold=fold)).astimezone(UTC).astimezone(place)
        .replace(tzinfo=None) == naive
    }  # fmt: skip
    return len(shown) == 1


def test_the_november_night_in_chicago_lasts_an_hour_longer() -> None:
    outcome = coded("America/Chicago", datetime(2025, 11, 1, 23, 5), datetime(2025, 11, 2, 2, 20))

    assert bar_of(outcome).minutes == 255
    assert [(line.code, line.units) for line in outcome.lines] == [("96365", 1), ("96366", 3)]


def test_the_march_night_in_chicago_lasts_an_hour_less() -> None:
    outcome = coded("America/Chicago", datetime(2025, 3, 8, 23, 5), datetime(2025, 3, 9, 4, 20))

    assert bar_of(outcome).minutes == 255


@given(every_change, st.integers(1, 900), st.integers(1, 540))
def test_minutes_across_a_change_are_those_that_went_by(
    change: tuple[str, datetime], before: int, after: int
) -> None:
    zone, at = change
    place = ZoneInfo(zone)
    start, stop = (at + timedelta(minutes=each) for each in (-before, after))
    local = [moment.astimezone(place).replace(tzinfo=None) for moment in (start, stop)]
    outcome = coded(zone, *local)

    if all(is_one_moment(each, place) for each in local):
        bar = bar_of(outcome)
        assert bar.minutes == before + after
        assert (bar.start, bar.stop) == (start, stop)
    else:
        assert not outcome.lines
        assert left_off(outcome) == ["TIME-SET-ASIDE-REPEATED"]
    with_offsets = coded(zone, start.astimezone(place), stop.astimezone(place))
    assert bar_of(with_offsets).minutes == before + after


@given(every_change, st.integers(0, 119), st.sampled_from(("start", "stop", "neither")))
def test_a_local_time_that_was_not_one_is_set_aside_and_never_guessed(
    change: tuple[str, datetime], minute: int, which: str
) -> None:
    zone, at = change
    place = ZoneInfo(zone)
    clock = at.astimezone(place).replace(tzinfo=None) + timedelta(minutes=minute - 60)
    start, stop = clock - timedelta(hours=9), clock + timedelta(hours=9)
    if which != "neither":
        start, stop = (clock, stop) if which == "start" else (start, clock)
    outcome = coded(zone, start, stop)

    is_doubtful = which != "neither" and not is_one_moment(clock, place)
    assert bool(outcome.lines) != is_doubtful
    if is_doubtful:
        (rule,) = left_off(outcome)
        assert rule in {"TIME-SET-ASIDE-REPEATED", "TIME-SET-ASIDE-SKIPPED"}
        assert [each.reason.facts for each in outcome.findings if each.severity == "error"] == [
            {"set_aside": True}
        ]


@pytest.mark.parametrize("fold", [0, 1])
def test_a_repeated_time_with_its_offset_is_that_time(fold: int) -> None:
    place = ZoneInfo("America/Chicago")
    stop = datetime(2025, 11, 2, 1, 30, tzinfo=place, fold=fold)
    plain = stop.replace(tzinfo=None)
    with_offset = plain.replace(tzinfo=_fixed(stop))
    start = datetime(2025, 11, 2, 0, 30).replace(
        tzinfo=_fixed(datetime(2025, 11, 2, 0, 30, tzinfo=place))
    )

    assert bar_of(coded("America/Chicago", start, with_offset)).minutes == 60 + 60 * fold
    assert bar_of(coded(None, start, with_offset)).minutes == 60 + 60 * fold


def _fixed(aware: datetime):
    from datetime import timezone

    offset = aware.utcoffset()
    assert offset is not None
    return timezone(offset)


@given(every_change, st.integers(0, 2000))
def test_lines_are_dated_by_the_local_calendar(change: tuple[str, datetime], minute: int) -> None:
    """Hour by hour over the night of a change, each by the local day of its thirty-first minute."""
    zone, at = change
    place = ZoneInfo(zone)
    start = at - timedelta(minutes=minute)
    stop = start + timedelta(minutes=600)
    outcome = coded(zone, start.astimezone(place), stop.astimezone(place))

    dated = [(line.date_of_service, line.units) for line in outcome.lines if line.code == "96366"]
    days = [(start + timedelta(minutes=60 * k + 30)).astimezone(place).date() for k in range(1, 10)]
    assert dated == [(day, days.count(day)) for day in sorted(set(days))]
    assert {line.date_of_service for line in outcome.lines if line.code == "96365"} == {
        start.astimezone(place).date()
    }
