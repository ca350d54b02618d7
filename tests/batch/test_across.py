"""An encounter with rows in files of different forms is one, whatever the forms."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("numba")
pytest.importorskip("pyarrow")

import pyarrow as pa
import pyarrow.parquet as pq

from generated import PLANS
from hangtime.batch.left import ACROSS
from hangtime.cli._coding import Account, code_reads
from hangtime.engine import Coder
from hangtime.formats import contract
from hangtime.formats.tabular import read_together
from whole_runs import damage, digests, in_every_form, in_files, rows_of, run, unexpected, with_type

pytestmark = pytest.mark.usefixtures("small_batches")


def strictly(paths: list[Path]) -> tuple[Account, list[Any], list[str]]:
    """What the strict reader and the interpreted engine make of the files."""
    account, said = Account(), list[str]()
    coded = list(code_reads(read_together(paths, said.append), Coder((PLANS,))))
    for each in coded:
        account.add(each)
    return account, coded, said


def counted(account: Account) -> Any:
    said = account.as_json()
    faults = [[*what, count, lines] for *what, _, count, lines in said["faults"]]
    return said | {"findings": sorted(said["findings"]), "faults": sorted(faults)}


def found_in(coded: list[Any]) -> list[tuple[Any, ...]]:
    return sorted(
        (each.outcome.encounter_id, line.code, line.units, *line.modifiers)
        for each in coded
        for line in each.outcome.lines
    )


def lines_of(out: Path) -> list[tuple[Any, ...]]:
    return sorted(
        (row["encounter_id"], row["code"], row["units"], *(row["modifiers"] or ()))
        for row in rows_of(out, "lines")
    )


@pytest.mark.parametrize("order", ["sorted", "shuffled"])
def test_it_is_coded_from_all_its_rows_as_the_strict_reader_reads_them(
    order: str, rows: pa.Table, tmp_path: Path
) -> None:
    if order == "shuffled":
        deck = list(range(len(rows)))
        random.Random(3).shuffle(deck)
        rows = rows.take(deck)
    paths = in_every_form(rows, tmp_path / "year")
    account, done = run(paths, tmp_path / "coded")
    expected, coded, said = strictly(paths)

    assert done.left[ACROSS] >= (50 if order == "shuffled" else 3)
    assert done.unreadable == said == []
    assert counted(account) == counted(expected)
    assert lines_of(tmp_path / "coded") == found_in(coded)


def test_charts_that_are_there_twice_in_two_forms_are_coded_once(
    rows: pa.Table, tmp_path: Path
) -> None:
    (path,) = in_files(rows, tmp_path / "year", 1)
    once, _ = run([path], tmp_path / "once")
    other = tmp_path / "year" / "again.parquet"
    pq.write_table(with_type(rows, "dose", pa.float64()), other)

    twice, done = run([path, other], tmp_path / "twice")

    assert done.compiled == 0
    assert twice.rows == 2 * len(rows)
    assert twice.merged >= len(rows) - once.set_aside
    assert lines_of(tmp_path / "twice") == lines_of(tmp_path / "once")


def test_threads_and_months_change_nothing(rows: pa.Table, tmp_path: Path) -> None:
    paths = in_every_form(rows, tmp_path / "year")
    run(paths, tmp_path / "one", jobs=1, by_month=True)
    run(paths, tmp_path / "two", jobs=2, by_month=True)
    assert digests(tmp_path / "one") == digests(tmp_path / "two")


@pytest.mark.parametrize("form", ["compiled", "strict"])
def test_what_may_have_rows_behind_the_damage_of_one_form_is_set_aside(
    form: str, rows: pa.Table, tmp_path: Path
) -> None:
    """Rows of each encounter by turns in a sound file and in one whose later rows are damaged."""
    folder = tmp_path / "year"
    sound, spoiled = folder / "sound.parquet", folder / "spoiled.parquet"
    folder.mkdir()
    pq.write_table(rows.take(list(range(0, len(rows), 2))), sound)
    half = with_type(rows.take(list(range(1, len(rows), 2))), "dose", pa.float64())
    if form == "strict":
        half = with_type(half, "encounter_id", pa.dictionary(pa.int32(), pa.string()))
    size = len(half) // 3 + 1
    pq.write_table(half, spoiled, row_group_size=size, compression="none")
    damage(spoiled, "drug", 1)

    account, done = run([sound, spoiled], tmp_path / "coded")
    expected, coded, said = strictly([sound, spoiled])

    assert done.unreadable == said
    assert len(said) == 1
    assert account.findings["error", "INPUT-CUT-SHORT"] >= 20
    assert counted(account) == counted(expected)
    assert lines_of(tmp_path / "coded") == found_in(coded)


@pytest.mark.parametrize("kind", [pa.float16(), pa.decimal256(50, 18)])
@pytest.mark.parametrize("order", ["sorted", "shuffled"])
def test_types_that_no_engine_knows_are_read_as_the_strict_reader_reads_them(
    kind: Any, order: str, rows: pa.Table, tmp_path: Path
) -> None:
    if order == "shuffled":
        rows = rows.take(random.Random(1).sample(range(len(rows)), len(rows)))
    first, second = in_files(rows, tmp_path / "year", 2)
    other = pq.read_table(second)
    if kind == pa.float16():
        other = with_type(with_type(other, "dose", pa.float64()), "dose", pa.float32())
    pq.write_table(with_type(other, "dose", kind), second)
    run([first, second], tmp_path / "coded")
    _, coded, _ = strictly([first, second])
    assert lines_of(tmp_path / "coded") == found_in(coded)


def test_an_encounter_in_json_is_coded_whatever_tables_have(rows: pa.Table, tmp_path: Path) -> None:
    paths = in_every_form(rows, tmp_path / "year")
    tables, _ = run(paths, tmp_path / "tables")
    charted = [each.encounter for each in read_together(paths, unexpected) if each.encounter]
    path = tmp_path / "year" / "some.json"
    with path.open("w", encoding="utf-8") as stream:
        contract.write_encounters(charted[:20], stream)
    both, _ = run([*paths, path], tmp_path / "both")
    assert both.encounters == tables.encounters + 20
