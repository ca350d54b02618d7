"""What a Spark worker does with its partition gives what a run over a file gives."""

from __future__ import annotations

import random
import shutil
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("numba")
pytest.importorskip("pyarrow")

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from generated import PLANS
from hangtime.batch import spark
from hangtime.batch.plain_types import NoPlainType, ddl, in_file, travelling
from hangtime.batch.shipped import parcel, unpacked
from hangtime.errors import UnknownPolicy, UnreadableInput
from hangtime.formats.outcomes import TABLES
from hangtime.policies.policy import profile
from whole_runs import charted, rows_of, run

ORDER = "row"


@pytest.fixture(scope="module")
def charts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("charts")
    path = folder / "charts.parquet"
    pq.write_table(charted(120, 6, folder), path)
    return path


def partitions(path: Path, count: int) -> Iterator[list[pa.RecordBatch]]:
    """Rows by a hash of their encounter, shuffled, in batches that cut encounters; one is empty."""
    table = pq.read_table(path)
    table = table.append_column(ORDER, pa.array(range(1, len(table) + 1), pa.int64()))
    places = list(range(len(table)))
    random.Random(1).shuffle(places)
    table = table.take(places)
    at = pa.array([sum(map(ord, id or "")) % count for id in table["encounter_id"].to_pylist()])
    for number in range(count):
        yield table.filter(pc.equal(at, number)).combine_chunks().to_batches(max_chunksize=17)
    yield []


def coded(path: Path, count: int, order: str | None) -> dict[str, list[dict[str, Any]]]:
    """The tables that the workers of so many partitions make."""
    made: dict[str, list[dict[str, Any]]] = {name: [] for name in (*TABLES, "account")}
    for batches in partitions(path, count):
        for batch in spark.code_partition(batches, parcel((PLANS,)), None, order):
            for row in batch.to_pylist():
                made[row["table"]].append(row)
    return {name: [own_columns(name, row) for row in rows] for name, rows in made.items()}


def own_columns(name: str, row: dict[str, Any]) -> dict[str, Any]:
    return {column: row[spark._shared(name, column)] for column in spark._tables()[name]}


def comparable(rows: list[dict[str, Any]]) -> list[str]:
    """Findings without the name of the file, which is a fact of theirs too."""
    return sorted(
        repr({k: v for k, v in row.items() if "file" not in row or k not in ("file", "facts")})
        for row in rows
    )


def test_partitions_in_any_order_give_the_tables_and_the_sum_of_a_local_run(
    charts: Path, tmp_path: Path
) -> None:
    account, _ = run([charts], tmp_path / "coded")
    for count in (1, 3):
        made = coded(charts, count, ORDER)
        for name in TABLES:
            assert comparable(made[name]) == comparable(rows_of(tmp_path / "coded", name)), name
        sums = [sum(row[name] for row in made["account"]) for name in spark.ACCOUNT]
        assert sums == [account.rows, account.merged, account.set_aside]


def test_without_a_number_of_rows_any_division_gives_the_same(charts: Path) -> None:
    one, three = (coded(charts, count, None) for count in (1, 3))
    for name in TABLES:
        kept = [
            [{k: v for k, v in row.items() if k not in ("line", "facts")} for row in made[name]]
            for made in (one, three)
        ]
        assert comparable(kept[0]) == comparable(kept[1]), name


def test_a_frame_without_a_column_needed_is_refused() -> None:
    class Frame:
        columns = ("encounter_id", "drug")

    with pytest.raises(UnreadableInput, match="no column setting"):
        spark.code(Frame())


@pytest.mark.parametrize("named", [".", "ours.toml"])
def test_a_profile_goes_along_by_its_content_with_the_list_it_names(
    tmp_path: Path, named: str
) -> None:
    here = tmp_path / "here"
    here.mkdir()
    (here / "ours.toml").write_text(
        'extends = ["medicare"]\n[necessity]\nlist = "lists/ours.csv"\n'
    )
    (here / "lists").mkdir()
    (here / "lists" / "ours.csv").write_text("drug,icd10cm\n")
    expected = profile("facility", "ours", (here / named,))
    sent = parcel((here / named,))
    shutil.rmtree(here)
    (there,) = unpacked(sent)
    assert tmp_path not in there.parents
    found = profile("facility", "ours", (there,))
    assert (found.digest, found.layers) == (expected.digest, expected.layers)


def test_a_profile_whose_list_lies_elsewhere_cannot_go_along(tmp_path: Path) -> None:
    (tmp_path / "here").mkdir()
    (tmp_path / "ours.csv").write_text("drug,icd10cm\n")
    (tmp_path / "here" / "ours.toml").write_text('[necessity]\nlist = "../ours.csv"\n')
    with pytest.raises(UnknownPolicy, match="Put it beside the profile"):
        parcel((tmp_path / "here",))


ODD = pa.struct([("at", pa.timestamp("ms", "America/New_York")), ("count", pa.uint16())])


def test_columns_of_every_type_travel_as_types_that_engines_leave_alone_and_come_back() -> None:
    day = datetime(2025, 3, 9, 6, 30, tzinfo=UTC)
    table = pa.table(
        {
            "nested": pa.array([[{"at": day, "count": 3}], None], pa.list_(ODD)),
            "local": pa.array([day.replace(tzinfo=None), None], pa.timestamp("s")),
            "large": pa.array(["x", None], pa.large_string()),
            "repeating": pa.array(["x", None]).dictionary_encode(),
            "unsigned": pa.array([2**64 - 1, None], pa.uint64()),
            "number": pa.array([Decimal("1.50"), None], pa.decimal128(9, 2)),
            "empty": pa.nulls(2),
            "day": pa.array([date(2025, 3, 9), None], pa.date64()),
        }
    )
    sent = table.cast(travelling(table.schema))
    kinds = {str(kind) for kind in sent.schema.types}
    assert not any(word in kind for kind in kinds for word in ("timestamp", "uint", "dictionary"))
    assert sent.cast(in_file(table.schema)).to_pylist() == table.to_pylist()
    assert "`number` decimal(9,2)" in ddl(sent.schema)
    with pytest.raises(NoPlainType):
        travelling(pa.schema([("pairs", pa.map_(pa.string(), pa.string()))]))
