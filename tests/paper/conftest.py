"""A printed visit and a printed encounter, made once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from chart.drawing import Block, Case, Drawn
from hangtime import formats
from hangtime.chart import Entry, demo_site, fold
from paper.printed import drawn_blocks


@pytest.fixture(autouse=True)
def _typesetter(require: Callable[[str], None]) -> None:
    require("typst")


@pytest.fixture(scope="session")
def entries() -> tuple[Entry, ...]:
    """The entries of the visit that is drawn in visit.md."""
    charted = next(body for kind, _, body in drawn_blocks() if kind == "chart")
    drawn = Drawn(demo_site())
    drawn.play(Case("visit", [Block("chart", None, charted.splitlines())]))
    return tuple(
        msgspec.structs.replace(each, author="account-1", author_name="A. Nurse", credential="RN")
        for each in drawn.entries
    )


@pytest.fixture(scope="session")
def record(entries: tuple[Entry, ...]) -> bytes:
    """Its record on paper."""
    from hangtime.paper import record_pdf

    return record_pdf(fold(entries), demo_site())


@pytest.fixture(scope="session")
def summary(checkout: Path) -> bytes:
    """The coding summary of a stay over midnight, with prices."""
    from hangtime.engine import Coder
    from hangtime.paper import summary_pdf
    from hangtime.payment import Options, Pricer

    read = next(iter(formats.read(checkout / "examples" / "encounters.jsonl")))
    assert read.encounter is not None
    outcome = Pricer(Coder(), options=Options(None, False)).code(read.encounter)
    return summary_pdf(read.encounter, outcome)
