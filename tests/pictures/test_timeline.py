"""Where bars stand: always on the panel, never on top of each other, on the local clock."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from drawn_outcomes import ALL, bar, four_days, observation, push, without_clock
from hypothesis import given
from hypothesis import strategies as st

from hangtime.model import Bar
from hangtime.pictures import captions
from hangtime.pictures.timeline import Panel, Placed, panels

BEGIN = datetime(2025, 11, 1, 6, 0, tzinfo=UTC)  # the clocks go back in Chicago a day later
CHICAGO = ZoneInfo("America/Chicago")


def drawn(bars: tuple[Bar, ...], label: float = 0.2) -> tuple[Panel, ...]:
    return panels(bars, ticks=8, label_width=lambda _: label)


def placed_of(bars: tuple[Bar, ...]) -> dict[int, Placed]:
    return {each.index: each for panel in drawn(bars) for lane in panel.lanes
            for each in lane.placed}  # fmt: skip


@st.composite
def some_bars(draw: st.DrawFn) -> tuple[Bar, ...]:
    ends = st.sampled_from(("stop", "volume", "observed", "none", "off_site", "instant", "minutes"))
    found: list[Bar] = []
    zone = draw(st.sampled_from((None, CHICAGO)))
    for n in range(draw(st.integers(0, 12))):
        begin = BEGIN + timedelta(minutes=draw(st.integers(0, 6000)))
        finish = begin + timedelta(minutes=draw(st.integers(0, 2000)))
        start, stop = (each.astimezone(zone or UTC) for each in (begin, finish))
        if zone is None:
            start, stop = start.replace(tzinfo=None), stop.replace(tzinfo=None)
        shown = draw(st.sampled_from(("both", "start", "stop", "neither")))
        found.append(
            Bar(
                administrations=(f"a{n}",),
                drug="d",
                lane=draw(st.sampled_from("AB")),
                route=draw(st.sampled_from(("iv_infusion", "iv_push"))),
                start=start if shown in ("both", "start") else None,
                stop=stop if shown in ("both", "stop") else None,
                minutes=draw(st.none() | st.integers(0, 300)),
                end=draw(ends),
                concurrent_with=tuple(draw(st.lists(st.integers(0, 15), max_size=2))),
                gaps=((start, stop),) if draw(st.booleans()) else (),
            )
        )
    return tuple(found)


@given(some_bars())
def test_every_bar_is_drawn_inside_its_panel(bars: tuple[Bar, ...]) -> None:
    placed = [each for panel in drawn(bars) for lane in panel.lanes for each in lane.placed]
    assert {each.index for each in placed} == set(range(len(bars)))
    for each in placed:
        spans = ((each.left, each.right), *each.gaps, *each.beside)
        assert all(0 <= a <= b <= 1 for a, b in spans)
        assert each.doubt is None or each.left <= each.doubt <= each.right


@given(some_bars())
def test_no_bar_or_text_covers_another_in_its_row(bars: tuple[Bar, ...]) -> None:
    for panel in drawn(bars):
        for lane in panel.lanes:
            rows: dict[int, float] = {}
            for each in lane.placed:
                assert each.row < lane.rows
                assert min(each.left, each.label) >= rows.get(each.row, 0.0)
                rows[each.row] = max(each.right, each.label + 0.2)


@given(some_bars())
def test_every_bar_can_be_said_in_words(bars: tuple[Bar, ...]) -> None:
    assert all(captions.spoken(each, bars).startswith("d, ") for each in bars)


def test_ticks_follow_the_local_clock_over_a_change_of_clocks() -> None:
    (panel,) = drawn(observation().timeline)
    hours = {tick.label: tick.at for tick in panel.ticks}
    assert [tick.label for tick in panel.ticks][:4] == ["21:00", "22:00", "23:00", "00:00"]
    one_hour = hours["22:00"] - hours["21:00"]
    assert hours["02:00"] - hours["01:00"] == pytest.approx(2 * one_hour)
    assert [str(tick.day) for tick in panel.ticks if tick.day] == ["2025-11-01", "2025-11-02"]


def test_bars_within_a_repeated_hour_stay_on_the_axis() -> None:
    second = [datetime(2025, 11, 2, 1, minute, tzinfo=CHICAGO, fold=1) for minute in (5, 20)]
    one = Bar(administrations=("a",), drug="x", lane="A", route="iv_infusion", start=second[0],
              stop=second[1], minutes=15, end="stop")  # fmt: skip
    placed = placed_of((one,))[0]
    assert 0 <= placed.left < placed.right < 1


def test_a_long_stay_has_a_panel_a_day_and_a_bar_over_midnight_goes_on_in_the_next() -> None:
    found = drawn(four_days().timeline)
    assert [str(panel.day) for panel in found] == [f"2025-04-{day:02}" for day in (7, 8, 9, 10)]
    labels = [[tick.label for tick in panel.ticks] for panel in found]
    assert all(each == labels[0] for each in labels)
    cut = [each for panel in found for lane in panel.lanes for each in lane.placed
           if each.from_before or each.to_after]  # fmt: skip
    assert [(each.index, each.to_after, each.from_before) for each in cut] == [
        (45, True, False),
        (45, False, True),
    ]


def test_what_starts_on_the_last_hour_of_a_window_is_drawn_in_it() -> None:
    bars = (push("a", "x", "2025-11-01 06:00"), push("b", "y", "2025-11-03 00:00"))
    assert set(placed_of(bars)) == {0, 1}


def test_days_on_which_nothing_starts_or_ends_are_left_out() -> None:
    bars = (bar("a", "pump", "2025-01-01 10:00", "2025-01-09 12:00"),)
    assert [str(panel.day) for panel in drawn(bars)] == ["2025-01-01", "2025-01-09"]


def test_bars_without_clock_times_stand_one_after_the_other_in_charted_order() -> None:
    (panel,) = drawn(without_clock().timeline)
    assert (panel.day, panel.ticks) == (None, ())
    placed = [each for lane in panel.lanes for each in lane.placed]
    assert [each.index for each in placed] == [0, 1, 2]
    assert placed[0].right <= placed[1].left < placed[1].right <= placed[2].left


@pytest.mark.parametrize(
    ("end", "doubtful"),
    [("stop", 0.0), ("minutes", 0.0), ("volume", 0.1), ("none", 1.0)],
)
def test_how_much_of_a_bar_is_in_doubt_follows_how_its_end_is_known(
    end: str, doubtful: float
) -> None:
    one = bar("a", "x", "2025-01-01 10:00", "2025-01-01 16:00", end=end)
    placed = placed_of((one, push("b", "y", "2025-01-01 10:00")))[0]
    doubt = placed.right if placed.doubt is None else placed.doubt
    assert (placed.right - doubt) / (placed.right - placed.left) == pytest.approx(doubtful)


def test_what_was_last_seen_infusing_is_in_doubt_after_that_not_before() -> None:
    one = bar("a", "x", "2025-01-01 10:00", "2025-01-01 12:00", end="observed")
    sure = bar("b", "y", "2025-01-01 10:00", "2025-01-01 12:00")
    placed = placed_of((one, sure))
    assert placed[0].doubt == placed[1].right < placed[0].right


def test_concurrent_bars_know_the_stretch_they_share() -> None:
    placed = placed_of(observation().timeline)
    assert placed[3].beside == placed[4].beside == ((placed[4].left, placed[4].right),)


def test_every_drawn_outcome_has_a_panel_where_it_has_bars() -> None:
    for make in ALL.values():
        assert bool(drawn(make().timeline)) == bool(make().timeline)


@pytest.mark.parametrize(
    ("lane", "heading"),
    [("a1", "Access a1"), ("access 1", "Access 1"), ("", "Access not charted")],
)
def test_a_lane_is_called_an_access_once(lane: str, heading: str) -> None:
    assert captions.lane_name(lane) == heading
