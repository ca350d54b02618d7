"""An encounter that has rows behind the damage of a file is set aside, whoever reads it; no other is."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytest.importorskip("numba")
pytest.importorskip("pyarrow")

import pyarrow as pa
import pyarrow.parquet as pq

from hangtime.batch import source
from hangtime.batch.compiled import loops
from hangtime.batch.ids import Ids
from hangtime.errors import UnreadableInput
from hangtime.formats import Read, read
from hangtime.formats.tabular import read_together
from whole_runs import damage, rows_of, run

pytestmark = pytest.mark.usefixtures("small_batches")

RULE = "INPUT-CUT-SHORT"
GROUP, DAMAGED = 28, 3  # rows of a group, and the group that is damaged: within an encounter
READ = GROUP * DAMAGED


def written(rows: pa.Table, path: Path) -> Path:
    pq.write_table(rows, path, row_group_size=GROUP, compression="none")
    return path


def shuffled(rows: pa.Table) -> pa.Table:
    order = list(range(len(rows)))
    random.Random(5).shuffle(order)
    return rows.take(order)


def ids(rows: pa.Table) -> set[str]:
    return set(rows.column("encounter_id").to_pylist())


def cut_short(out: Path) -> set[str]:
    return {row["encounter_id"] for row in rows_of(out, "findings") if row["rule"] == RULE}


def lines(out: Path, encounters: set[str]) -> list[object]:
    return [each for each in rows_of(out, "lines") if each["encounter_id"] in encounters]


def told(each: Read) -> bool:
    """The strict reader set the encounter aside for being cut short."""
    return each.encounter is None and any(found.reason.rule == RULE for found in each.findings)


def rows_with(rows: pa.Table, encounters: set[str]) -> int:
    return sum(each in encounters for each in rows.column("encounter_id").to_pylist())


@pytest.mark.parametrize("order", ["in order", "shuffled"])
@pytest.mark.parametrize("column", ["drug", "start"])
def test_what_lacks_rows_is_set_aside_and_the_rest_is_coded_as_ever(
    rows: pa.Table, order: str, column: str, tmp_path: Path
) -> None:
    rows = shuffled(rows) if order == "shuffled" else rows
    path = written(rows, tmp_path / "charts.parquet")
    run([path], tmp_path / "whole")
    damage(path, column, DAMAGED)
    read, behind = ids(rows.slice(0, READ)), ids(rows.slice(READ))

    account, done = run([path], tmp_path / "coded")

    assert len(done.unreadable) == 1
    assert cut_short(tmp_path / "coded") == read & behind != set()
    assert not lines(tmp_path / "coded", behind)
    assert lines(tmp_path / "coded", read - behind) == lines(tmp_path / "whole", read - behind)
    assert account.rows == READ
    assert account.set_aside >= rows_with(rows.slice(0, READ), read & behind)


@pytest.mark.parametrize("order", ["in order", "shuffled"])
def test_the_strict_reader_sets_the_same_aside(rows: pa.Table, order: str, tmp_path: Path) -> None:
    rows = shuffled(rows) if order == "shuffled" else rows
    path = written(rows, tmp_path / "charts.parquet")
    damage(path, "start", DAMAGED)
    run([path], tmp_path / "coded")
    reads: list[Read] = []

    with pytest.raises(UnreadableInput, match="set aside"):
        reads.extend(read(path))

    assert {each.encounter_id for each in reads if told(each)} == cut_short(tmp_path / "coded")
    assert sum(each.rows for each in reads) == READ


def test_a_file_for_the_strict_reader_is_read_as_far_as_any_other(
    rows: pa.Table, tmp_path: Path
) -> None:
    """Ids of a pandas category are for the strict reader; it reads all that stands before the damage."""
    at = rows.column_names.index("encounter_id")
    category = rows.column("encounter_id").dictionary_encode()
    path = written(rows.set_column(at, "encounter_id", category), tmp_path / "charts.parquet")
    with pytest.raises(source.NotPlain):
        source.source(path)
    damage(path, "start", DAMAGED)

    account, done = run([path], tmp_path / "coded")

    assert len(done.unreadable) == 1
    assert account.rows == READ
    assert cut_short(tmp_path / "coded") == ids(rows.slice(0, READ)) & ids(rows.slice(READ))


def test_an_encounter_that_goes_on_in_a_damaged_file_is_set_aside(
    rows: pa.Table, tmp_path: Path
) -> None:
    """Its first rows stand in a file that is whole, the others behind a group whose ids are damaged."""
    names = rows.column("encounter_id").to_pylist()
    cut = next(n for n in range(GROUP, len(rows)) if names[n] == names[n - 1])
    one = written(rows.slice(0, cut), tmp_path / "one.parquet")
    others = rows.slice(len(rows) - GROUP)
    two = written(pa.concat_tables([others, rows.slice(cut)]), tmp_path / "two.parquet")
    damage(two, "encounter_id", 0)

    run([one, two], tmp_path / "coded")

    assert cut_short(tmp_path / "coded") == {names[cut]}


@pytest.mark.parametrize("order", ["in order", "shuffled"])
def test_where_the_ids_themselves_are_damaged_nothing_of_the_file_is_coded(
    rows: pa.Table, order: str, tmp_path: Path
) -> None:
    named = pa.array([f"other-{n}" for n in rows.column("encounter_id").to_pylist()])
    at = rows.column_names.index("encounter_id")
    other = written(rows.set_column(at, "encounter_id", named), tmp_path / "other.parquet")
    rows = shuffled(rows) if order == "shuffled" else rows
    path = written(rows, tmp_path / "charts.parquet")
    run([other], tmp_path / "whole")
    damage(path, "encounter_id", DAMAGED)

    account, done = run([path, other], tmp_path / "coded")

    (message,) = done.unreadable
    assert f"damaged: {READ:,} of {len(rows):,} rows could be read" in message
    assert account.rows == READ + len(rows)
    assert cut_short(tmp_path / "coded") == ids(rows.slice(0, READ))
    said: list[str] = []
    reads = list(read_together([path, other], said.append))
    assert said == done.unreadable
    assert sum(each.rows for each in reads) == account.rows
    assert {each.encounter_id for each in reads if told(each)} == ids(rows.slice(0, READ))
    assert rows_of(tmp_path / "coded", "lines") == rows_of(tmp_path / "whole", "lines")


@pytest.mark.parametrize("has_checksums", [True, False])
def test_a_changed_byte_is_damage_where_it_can_be_seen(
    has_checksums: bool, rows: pa.Table, tmp_path: Path
) -> None:
    """By the checksum of its page; without one, where text is no text any more.  Nothing crashes."""
    path = tmp_path / "charts.parquet"
    pq.write_table(
        rows, path, row_group_size=GROUP, compression="none", write_page_checksum=has_checksums
    )
    content = path.read_bytes()
    at = content.rindex(b"furosemide")
    path.write_bytes(content[:at] + (b"g" if has_checksums else b"\xff") + content[at + 1 :])

    account, done = run([path], tmp_path / "coded")

    assert len(done.unreadable) == 1
    assert 0 < account.rows < len(rows)
    with pytest.raises(UnreadableInput, match="damaged"):
        list(read(path))


def test_many_ids_behind_the_damage_cost_little_a_chunk() -> None:
    """They are sorted once, not with each batch that is added or asked about."""
    known, chunks = (
        Ids(loops()),
        [pa.array([f"{n}-{k}" for k in range(500)]) for n in range(4)],
    )
    sorts = 0

    def counted(values: Any) -> Any:
        nonlocal sorts
        sorts += 1
        return unique(values)

    unique = np.unique
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(np, "unique", counted)
        for each in chunks[:3]:
            known.add(each)
        assert all(known.among(each).all() for each in chunks[:3])
        assert not known.among(pa.array([None, *chunks[3].to_pylist()])).any()
    assert sorts == 1
