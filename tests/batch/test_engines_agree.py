"""The compiled batch gives what the interpreted engine gives, table for table, in any row order."""

from __future__ import annotations

import csv
import json
import random
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

pytest.importorskip("numba")
pytest.importorskip("pyarrow")

import pyarrow as pa
import pyarrow.parquet as pq

from every_field import encounters
from hangtime.batch.left import REASONS
from hangtime.batch.local import Interpreting, Way, code_files
from hangtime.cli._coding import Account, code_read, code_reads
from hangtime.engine import Coder
from hangtime.formats import read
from hangtime.formats.outcomes import TABLES, write_tables
from hangtime.formats.tabular import write_encounters
from hangtime.model import Administration, Encounter


def both_ways(path: Path, folder: Path) -> tuple[dict, dict, Account, Account]:
    """Tables and accounts of a file, interpreted and compiled."""
    plain, fast = Account(), Account()
    coded = code_reads(read(path), Coder())
    for _ in write_tables(_counted(coded, plain), folder / "interpreted", "parquet"):
        pass
    summary = code_files(
        [path], folder / "compiled", "parquet", fast, Interpreting(Coder, code_read, read)
    )
    assert not summary.unreadable
    return _tables(folder / "interpreted"), _tables(folder / "compiled"), plain, fast


def _counted(coded, account):
    for each in coded:
        account.add(each)
        yield each.outcome


def _tables(folder: Path) -> dict:
    return {name: _sorted(pq.read_table(folder / f"{name}.parquet")) for name in TABLES}


def _sorted(table) -> list:
    """Rows by encounter, in each as they stand."""
    return sorted(table.to_pylist(), key=lambda row: row["encounter_id"])


def test_quantities_in_floating_point_are_the_numbers_they_are_printed_as(tmp_path):
    path = tmp_path / "charted.parquet"
    write_encounters(encounters(19, 1500), path)
    table = pq.read_table(path)
    for name in ("dose", "discarded", "weight_kg", "volume_ml"):
        at = table.column_names.index(name)
        table = table.set_column(at, name, table[name].cast("float64"))
    pq.write_table(table, path)
    plain, fast, counted, fast_counted = both_ways(path, tmp_path)
    for name in TABLES:
        assert fast[name] == plain[name], name
    assert fast_counted == counted


@pytest.mark.parametrize("suffix", ["parquet", "csv"])
def test_compiled_and_interpreted_write_the_same_tables(suffix, tmp_path):
    path = tmp_path / f"charted.{suffix}"
    write_encounters(encounters(7, 1500), path)
    plain, fast, counted, fast_counted = both_ways(path, tmp_path)
    for name in TABLES:
        assert fast[name] == plain[name], name
    assert fast_counted == counted


@pytest.mark.parametrize(
    "zone", ["America/Chicago", "Europe/London", "Asia/Kolkata", "+05:30", "Africa/Monrovia"]
)
def test_times_of_a_zone_are_read_by_its_clocks(zone: str, tmp_path: Path) -> None:
    """A column of moments tells the day by the clocks of the zone it names, on and off summer time."""
    firsts = (
        datetime(1944, 6, 1),
        datetime(2041, 8, 1),
        datetime(2025, 3, 8, 20),
        datetime(2025, 11, 1, 20),
    )
    own = ("America/New_York", None, "Europe/Paris")
    starts = [first + timedelta(minutes=29 * n) for first in firsts for n in range(90)]
    rows = [
        {
            "encounter_id": f"E{n:04}", "setting": "facility", "administration_id": "1",
            "payer": "medicare", "time_zone": own[n % 3], "drug": "ondansetron", "dose": 4,
            "dose_unit": "mg", "route": "iv_infusion", "start": start.replace(tzinfo=UTC),
            "stop": None if n % 7 == 0 else start.replace(tzinfo=UTC) + timedelta(minutes=47),
        }
        for n, start in enumerate(starts)
    ]  # fmt: skip
    table = pa.Table.from_pylist(rows)
    for name in ("start", "stop"):
        at = table.column_names.index(name)
        table = table.set_column(at, name, table[name].cast(pa.timestamp("us", zone)))
    pq.write_table(table, tmp_path / "charted.parquet")
    plain, fast, counted, fast_counted = both_ways(tmp_path / "charted.parquet", tmp_path)
    for name in TABLES:
        assert fast[name] == plain[name], name
    assert fast_counted == counted
    assert len({row["date_of_service"] for row in plain["lines"]}) > 4


@pytest.mark.parametrize(
    "kind", [pa.decimal128(18, 3), pa.decimal128(38, 18), pa.decimal128(9, 0), pa.int64()]
)
def test_a_quantity_is_the_number_it_is_whatever_type_of_number_its_column_has(
    kind: pa.DataType, tmp_path: Path
) -> None:
    numbers = ["0", "1", "12", "250", "999999999", "1000000000", "-1", "123456789012345678"]
    if kind == pa.decimal128(18, 3):
        numbers = [*numbers[:-1], "0.125", "7.5", "62.125"]
    if kind == pa.decimal128(38, 18):
        numbers += ["0.000001", "0.0000005", "3.333333333333333333", "7.123456", "1e19"]
    if kind == pa.decimal128(9, 0):
        numbers = numbers[:5]
    rows = [
        {
            "encounter_id": f"E{n:04}", "setting": "facility", "administration_id": "1",
            "payer": "medicare", "drug": drug, "dose": Decimal(numbers[n % len(numbers)]),
            "dose_unit": unit, "route": "iv_infusion", "start": "2025-03-03T08:00",
            "stop": "2025-03-03T10:00", "volume_ml": Decimal(numbers[n // 2 % len(numbers)]),
            "rate_ml_per_h": None if n % 3 else Decimal(numbers[n // 3 % len(numbers)]),
        }
        for n, (drug, unit) in enumerate(
            [("infliximab", "mg"), ("ondansetron", "mg"), ("normal saline", "mL")] * 60
        )
    ]  # fmt: skip
    table = pa.Table.from_pylist(rows)
    for name in ("dose", "volume_ml", "rate_ml_per_h"):
        at = table.column_names.index(name)
        table = table.set_column(at, name, pa.array([row[name] for row in rows], kind))
    pq.write_table(table, tmp_path / "charted.parquet")
    plain, fast, counted, fast_counted = both_ways(tmp_path / "charted.parquet", tmp_path)
    for name in TABLES:
        assert fast[name] == plain[name], name
    assert fast_counted == counted
    assert len({row["units"] for row in plain["lines"]}) > 3


LISTED = [
    [], ["E86.0"], ["I10", "e860"], ["E87.6", "I10"], ["E86.0", "E87.6"], ["E87.6", "E87.6"],
    ["no dehydration", "E87.1 hyponatraemia"], ["E87.6", ""], ["a code that is none", "E86.0"],
    ['E86.0", "E87.6'], ["E83.41"], ["Z51 11"], [" E86.0"], ["\u0130"], ["["],
]  # fmt: skip


def is_of_codes(texts: list[str]) -> bool:
    """Whether each is written as a code is, without a space or a quotation mark."""
    return all(each.replace(".", "").isalnum() and each.isascii() for each in texts)


@pytest.mark.parametrize("form", ["list", "csv", "csv with spaces", "csv of codes"])
def test_diagnoses_are_read_code_by_code_as_the_strict_reader_reads_the_list(form, tmp_path):
    """A bag with potassium is hydration or a drug by what they agree on."""
    given = [each for each in LISTED if form != "csv of codes" or is_of_codes(each)]
    rows = [
        {
            "encounter_id": f"E{number:03}", "setting": "facility", "administration_id": id,
            "drug": "potassium chloride 20 mEq in 0.9% sodium chloride 1000 mL", "dose": 1000.0,
            "dose_unit": "mL", "route": "iv_infusion", "start": "2025-03-03T08:00",
            "stop": "2025-03-03T10:00", "diagnoses": listed,
        }
        for number in range(120)
        for listed in [given[number % len(given)] if number % 17 else None]
        for id in ("1", "2")[: 1 + number % 2]
    ]  # fmt: skip
    if form == "list":
        rows[-1]["diagnoses"] = ["E86.0", None]
        rows[-3]["diagnoses"] = ["I10"]  # another than its encounter's other row has
    path = tmp_path / ("charted.parquet" if form == "list" else "charted.csv")
    if form == "list":
        pq.write_table(pa.Table.from_pylist(rows), path)
    else:
        apart = (", ", ": ") if form == "csv with spaces" else (",", ":")
        with path.open("w", encoding="utf-8", newline="") as stream:
            writer = csv.DictWriter(stream, rows[0])
            writer.writeheader()
            for row in rows:
                cell = row["diagnoses"]
                text = "" if cell is None else json.dumps(cell, separators=apart)
                writer.writerow(row | {"diagnoses": text})

    plain, fast, counted, fast_counted = both_ways(path, tmp_path)
    for name in TABLES:
        assert fast[name] == plain[name], name
    assert fast_counted == counted
    codes = {row["code"] for row in plain["lines"]}
    assert codes >= {"96360", "96365"}


def test_tables_in_force_and_months_are_those_of_the_first_charted_day_on_every_way(tmp_path):
    """A date of service of its own, the day before a quarter begins, changes neither."""
    path = tmp_path / "charted.parquet"
    pushed = Administration(
        administration_id="M1", drug="ondansetron", route="iv_push",
        start=datetime(2024, 4, 1, 9), dose=Decimal(4), dose_unit="mg",
    )  # fmt: skip
    charted = Encounter(
        encounter_id="E1", setting="facility", payer="medicare",
        date_of_service=date(2024, 3, 31), administrations=(pushed,),
    )  # fmt: skip
    write_encounters([charted], path)
    plain, fast, _, counted = both_ways(path, tmp_path)
    assert counted.encounters == 1
    for name in TABLES:
        assert fast[name] == plain[name], name

    by_month = tmp_path / "by-month"
    interpreting = Interpreting(Coder, code_read, read)
    summary = code_files(
        [path], by_month, "parquet", Account(), interpreting, way=Way(by_month=True)
    )
    assert summary.compiled == 1
    assert [each.name for each in (by_month / "lines.parquet").iterdir()] == ["month=2024-04"]


def test_most_encounters_take_the_compiled_way(tmp_path):
    path = tmp_path / "charted.parquet"
    write_encounters(encounters(11, 400), path)
    account = Account()
    summary = code_files([path], None, "parquet", account, Interpreting(Coder, code_read, read))
    assert summary.compiled > 350
    assert summary.compiled + summary.interpreted == account.encounters == 400
    assert summary.left.total() == summary.interpreted
    assert set(summary.left) <= set(REASONS.values())


def test_the_order_of_rows_across_encounters_does_not_matter(tmp_path):
    path, shuffled = tmp_path / "charted.parquet", tmp_path / "shuffled.parquet"
    write_encounters(encounters(13, 300), path)
    table = pq.read_table(path)
    order = list(range(len(table)))
    chance = random.Random(1)
    keys = {row: chance.random() for row in set(table["encounter_id"].to_pylist())}
    # Two encounters at a time are dealt like cards: each keeps the order of its own rows.
    order.sort(key=lambda n: (keys[table["encounter_id"][n].as_py()] * 150 // 1, n % 3))
    pq.write_table(table.take(order), shuffled)
    plain, fast, counted, fast_counted = both_ways(shuffled, tmp_path)
    for name in TABLES:
        assert fast[name] == plain[name], name
    # Scattered encounters are coded in the order of their ids, so faults are met in another order.
    assert _lines_of_faults(fast_counted) == _lines_of_faults(counted)
    assert replace(fast_counted, faults={}) == replace(counted, faults={})


def _lines_of_faults(account: Account) -> dict:
    return {what: (faults.count, faults.lines) for what, faults in account.faults.items()}
