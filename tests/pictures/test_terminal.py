"""The terminal picture: exact plain text, in the width given, safe with any charted name."""

from __future__ import annotations

import re

import pytest
from drawn_outcomes import ALL, four_days, hostile, infliximab
from syrupy.assertion import SnapshotAssertion

from hangtime.pictures.terminal import in_ascii, render


@pytest.mark.parametrize("name", ALL)
def test_the_picture_at_eighty_columns(name: str, snapshot: SnapshotAssertion) -> None:
    assert render(ALL[name](), width=80) == snapshot


@pytest.mark.parametrize("width", [60, 72, 80, 100, 132, 200])
@pytest.mark.parametrize("name", ALL)
def test_no_line_is_wider_than_the_terminal(name: str, width: int) -> None:
    lines = render(ALL[name](), width=width).splitlines()
    assert max(map(len, lines)) <= width


def test_a_wider_terminal_gives_the_chart_the_room() -> None:
    def widest(width: int) -> int:
        return max(line.count("█") for line in render(infliximab(), width=width).splitlines())

    assert widest(132) > 2 * widest(80)


def test_colour_only_repeats_the_text() -> None:
    for make in ALL.values():
        coloured = render(make(), colour=True)
        assert "\x1b[" in coloured
        assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == render(make())


def test_a_charted_name_cannot_drive_the_terminal() -> None:
    assert "\x1b" not in render(hostile())
    assert "<script>" in render(hostile())


def test_marks_have_plain_stand_ins_of_the_same_width() -> None:
    for make in (infliximab, four_days):
        plain = in_ascii(render(make()))
        assert plain.isascii()
        assert list(map(len, plain.splitlines())) == list(map(len, render(make()).splitlines()))
