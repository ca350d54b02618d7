"""Every page of `spec/`, case by case: what is drawn is charted, and what is said is compared."""

from __future__ import annotations

from pathlib import Path

import pytest

from chart.drawing import Case, cases, play

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
