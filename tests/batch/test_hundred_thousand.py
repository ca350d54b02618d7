"""A hundred thousand generated encounters, their rows shuffled, through both engines (`make prove`)."""

from __future__ import annotations

import random
from collections import Counter
from pathlib import Path

import pytest

pytest.importorskip("numba")
pytest.importorskip("pyarrow")

import pyarrow.parquet as pq

from generated import PLANS, encounters
from hangtime.batch.local import Interpreting, code_files
from hangtime.cli._coding import Account, code_read, code_reads
from hangtime.engine import Coder
from hangtime.formats import read
from hangtime.formats.outcomes import TABLES, write_tables
from hangtime.formats.tabular import write_encounters
from hangtime.rules._card import CARDS, REASON

COUNT = 110_000  # one in sixteen has what only the strict reader judges, or a clock just changed
COMPILED = 100_000


@pytest.mark.slow
def test_both_engines_say_the_same_of_a_hundred_thousand_encounters_in_any_row_order(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """So many are compiled; every line-giving rule fires a hundred times; the table is printed."""
    charted, shuffled = tmp_path / "charted.parquet", tmp_path / "shuffled.parquet"
    write_encounters(encounters(COUNT, 0), charted)
    table = pq.read_table(charted)
    order = list(range(len(table)))
    random.Random(0).shuffle(order)
    pq.write_table(table.take(order), shuffled)

    interpreted = interpret(shuffled, tmp_path / "interpreted")
    compiled = tmp_path / "compiled"
    done = code_files(
        [shuffled],
        compiled,
        "parquet",
        Account(),
        Interpreting(lambda: Coder((PLANS,)), code_read, read),
        policies=(PLANS,),
    )

    for name in TABLES:
        assert rows(interpreted / f"{name}.parquet") == rows(compiled / f"{name}.parquet"), name
    used = Counter(
        rule
        for row in pq.read_table(compiled / "lines.parquet").to_pylist()
        for rule in row["rules"]
    )
    with capsys.disabled():
        print(f"\n{COUNT} encounters: {done.compiled} compiled, {done.interpreted} interpreted")
        for card in sorted(CARDS, key=lambda card: used[card.id]):
            if card.kind == REASON:
                print(f"{card.id:32} {used[card.id]:9}")
    assert done.compiled >= COMPILED
    rare = [card.id for card in CARDS if card.kind == REASON and used[card.id] < 100]
    assert rare == ["DRG-CODE-BY-NDC"]  # needs an imported crosswalk: test_ndc_engines_agree has it


def interpret(path: Path, folder: Path) -> Path:
    """The tables of the interpreted engine."""
    coded = code_reads(read(path), Coder((PLANS,)))
    for _ in write_tables((each.outcome for each in coded), folder, "parquet"):
        pass
    return folder


def rows(path: Path) -> list[dict[str, object]]:
    """Rows by encounter, in each as they stand."""
    return sorted(pq.read_table(path).to_pylist(), key=lambda row: row["encounter_id"])
