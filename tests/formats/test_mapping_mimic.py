"""The shipped maps on the real records they are for: every row has its account."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from hangtime.formats import mapping
from hangtime.formats.reads import Read
from hangtime.model import Administration

pytestmark = pytest.mark.shared


@pytest.fixture(scope="module")
def mimic(shared: Path) -> Path:
    folder = shared / "data" / "mimic-iv-demo"
    if not folder.is_dir():
        pytest.skip("the MIMIC-IV demo is not in ../shared/data")
    return folder


def test_every_row_of_inputevents_is_accounted_for_and_few_are_set_aside(mimic: Path) -> None:
    tally = mapping.Tally()
    reads = list(
        mapping.read([mimic / "icu/inputevents.csv.gz"], "mimic-iv-inputevents", tally=tally)
    )

    assert sum(read.rows for read in reads) == tally.rows == 20_404
    assert tally.coded + tally.merged + tally.set_aside == 20_404
    assert tally.set_aside <= 0.02 * 20_404
    assert {key[0] for key in tally.faults if tally.first[key].sets_aside} == {"dropped"}
    # Segments: 14,437 runs of one drug under one order, less the totals that are set aside.
    assert tally.coded == 14_437 - tally.set_aside
    # A gap stands only after a pause; each gap that is no gap at all is none.
    assert sum(len(a.interruptions) for a in _administrations(reads)) == 379
    assert not tally.unlisted


def test_emar_and_its_details_are_accounted_for_and_only_what_was_not_given_is_set_aside(
    mimic: Path,
) -> None:
    tally = mapping.Tally()
    reads = list(mapping.read([mimic / "hosp/emar.csv.gz"], "mimic-iv-emar", tally=tally))

    assert sum(read.rows for read in reads) == tally.rows == 35_835 + 72_018
    assert tally.coded + tally.merged + tally.set_aside == tally.rows
    # Nothing is set aside for being unreadable; the map's own reasons cover every row.
    assert not [key for key in tally.faults if key[0] == "unusable"]
    reasons = {problem: n for (kind, _, problem), n in tally.faults.items() if kind == "dropped"}
    assert reasons["charted as not given"] == 4_895
    routes = Counter(each.route for each in _administrations(reads))
    assert routes["iv_infusion"] > 1_000
    assert routes["iv_push"] > 6_000


def _administrations(reads: list[Read]) -> list[Administration]:
    return [each for read in reads if read.encounter for each in read.encounter.administrations]
