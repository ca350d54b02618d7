"""Every page of `spec/`, case by case: what is drawn is charted, and what is said is compared."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from chart.drawing import Case, cases, play
from hangtime.chart import NotOpened, demo_site, encounter, fold, pack, status, unpack
from hangtime.chart.conflicts import MESSAGES

SPEC = Path(__file__).parent / "spec"
PAGES = sorted(SPEC.glob("*.md"))
CASES = [(page.stem, case) for page in PAGES for case in cases(page)]


@pytest.mark.parametrize(
    "case", [case for _, case in CASES], ids=[f"{page}: {case.title}" for page, case in CASES]
)
def test_a_drawn_visit_is_told_as_the_page_says(case: Case) -> None:
    assert any(block.kind not in {"background", "chart"} for block in case.blocks) or any(
        line.startswith("refused") for block in case.blocks for line in block.lines
    )
    play(case)


@pytest.mark.parametrize("kind", [*MESSAGES, "corrects_nothing", "same_id"])
def test_every_conflict_is_drawn(kind: str) -> None:
    drawn = "".join(page.read_text("utf-8") for page in PAGES)

    assert f"\nconflict {kind}" in drawn


def test_a_visit_that_was_never_opened_says_so_and_has_no_encounter() -> None:
    visit = fold([])

    assert status(visit, datetime(2026, 3, 2, tzinfo=UTC), demo_site()).steps[0].state == "missing"
    with pytest.raises(NotOpened):
        encounter(visit)


def test_an_entry_of_another_visit_is_kept_and_reported() -> None:
    case = next(case for name, case in CASES if name == "06_whole_visits")
    drawn = play(case).entries
    strange = msgspec.structs.replace(drawn[-1], entry_id="x", visit_id="V-2")

    visit = fold([*drawn, strange])

    assert [each.kind for each in visit.conflicts] == ["other_visit"]
    assert [each.entry.entry_id for each in visit.history if each.standing == "elsewhere"] == ["x"]
    assert encounter(visit) == encounter(fold(drawn))


def test_an_encounter_is_the_same_before_and_after_the_bytes_of_the_ledger() -> None:
    for _, case in CASES:
        entries = play(case).entries
        kept = [
            unpack(
                pack(each),
                entry_id=each.entry_id,
                visit_id=each.visit_id,
                recorded_at=each.recorded_at,
                author=each.author,
            )
            for each in entries
        ]

        assert fold(kept) == fold(entries)
