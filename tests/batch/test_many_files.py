"""Many files are one table: an encounter may lie in two of them, and rows in any order."""

from __future__ import annotations

import csv
import gzip
import json
import os
import random
import subprocess
import sys
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

pytest.importorskip("numba")
pytest.importorskip("pyarrow")

import pyarrow as pa
import pyarrow.parquet as pq

from generated import PLANS
from hangtime.batch import source, together
from hangtime.batch.inputs import files_of
from hangtime.cli._coding import Account, code_reads
from hangtime.engine import Coder
from hangtime.errors import UnreadableInput
from hangtime.formats import read
from hangtime.formats.outcomes import TABLES
from hangtime.formats.tabular import columns, write_encounters
from hangtime.model import Encounter
from hangtime.simulate.running import Plan, simulate
from whole_runs import digests, in_files, rows_of, run

pytestmark = pytest.mark.usefixtures("small_batches")

EXAMPLES = Path(__file__).parents[2] / "examples"
FROM_THE_CHART = [name for name in TABLES if name != "findings"]  # findings name files and lines
SPLIT = "INPUT-ENCOUNTER-SPLIT"


@pytest.fixture(scope="module")
def whole(rows: pa.Table, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Account]:
    folder = tmp_path_factory.mktemp("whole")
    account, _ = run(in_files(rows, folder / "one", 1), folder / "coded")
    return folder / "coded", account


def same_as(whole: tuple[Path, Account], out: Path, account: Account) -> None:
    """The same lines, reasons, sums; findings but for the notes on where rows stand."""
    for name in FROM_THE_CHART:
        assert rows_of(out, name) == rows_of(whole[0], name), name
    assert placeless(out) == placeless(whole[0])
    noted = {"findings": whole[1].findings, "faults": whole[1].faults}
    found = dict(account.findings)
    found.pop(("info", SPLIT), None)
    expected = dict(whole[1].findings)
    expected.pop(("info", SPLIT), None)
    assert found == expected
    assert replace(account, **noted) == whole[1]


def placeless(out: Path) -> list[list[str]]:
    kept = ("encounter_id", "severity", "rule", "administrations", "field")
    return sorted(
        [str(row[name]) for name in kept]
        for row in rows_of(out, "findings")
        if row["rule"] != SPLIT
    )


def test_an_encounter_that_lies_in_two_files_is_one(rows, whole, tmp_path: Path) -> None:
    paths = in_files(rows, tmp_path / "year", 7)
    ends = [pq.read_table(path)["encounter_id"].to_pylist() for path in paths]
    assert any(a[-1] == b[0] for a, b in pairwise(ends))

    account, _ = run(paths, tmp_path / "coded")

    same_as(whole, tmp_path / "coded", account)


def dealt(rows: pa.Table, seed: int) -> pa.Table:
    """The rows as from a shuffled deck; those of one encounter keep their order."""
    ids = rows["encounter_id"].to_pylist()
    drawn = ids.copy()
    random.Random(seed).shuffle(drawn)
    waiting: dict[str, list[int]] = {}
    for number, id in enumerate(ids):
        waiting.setdefault(id, []).append(number)
    return rows.take([waiting[id].pop(0) for id in drawn])


@pytest.mark.parametrize("suffix", ["parquet", "csv"])
def test_rows_in_any_order_give_the_same_in_one_thread_and_in_two(
    suffix: str, rows, whole, tmp_path: Path
) -> None:
    paths = in_files(dealt(rows, 1), tmp_path / "year", 3)
    if suffix == "csv":
        paths = [as_csv(pq.read_table(path), path.with_suffix(".csv")) for path in paths]

    account, _ = run(paths, tmp_path / "two", jobs=2, part=150)
    run(paths, tmp_path / "one", jobs=1, part=150)

    same_as(whole, tmp_path / "two", account)
    assert digests(tmp_path / "one") == digests(tmp_path / "two")
    assert len(digests(tmp_path / "two")) > 1 + len(TABLES)


def test_two_shuffles_of_the_same_rows_give_the_same_bytes(rows, tmp_path: Path) -> None:
    outs = []
    for seed in (1, 2):
        paths = in_files(dealt(rows, seed), tmp_path / str(seed), 1)
        outs.append(tmp_path / f"coded-{seed}")
        run(paths, outs[-1])
    one, two = map(digests, outs)
    for name in FROM_THE_CHART:
        assert one[f"{name}.parquet"] == two[f"{name}.parquet"], name


def as_csv(rows: pa.Table, path: Path, end: str = "\n", mark: str = "") -> Path:
    """The rows as CSV; `mark` is what some programs put before it all."""
    opened = gzip.open if path.suffix == ".gz" else open
    with opened(path, "wt", encoding="utf-8", newline="") as stream:
        stream.write(mark)
        writer = csv.writer(stream, lineterminator=end)
        writer.writerow(rows.column_names)
        for row in rows.to_pylist():
            writer.writerow([cell(row[name], is_list=columns()[name].is_list) for name in row])
    return path


def cell(value: Any, *, is_list: bool) -> str:
    if value is None or value == []:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    return json.dumps(value, default=float) if is_list else str(value)


@pytest.mark.parametrize(
    ("name", "end", "mark"),
    [("a.csv", "\r\n", ""), ("a.csv", "\r\n", "\ufeff"), ("a.csv.gz", "\n", "")],
)
def test_the_line_ends_and_the_mark_of_a_spreadsheet_do_not_slow_a_table_down(
    name: str, end: str, mark: str, rows, tmp_path: Path
) -> None:
    plain, plainly = run([as_csv(rows, tmp_path / "plain.csv")], None)
    account, done = run([as_csv(rows, tmp_path / name, end, mark)], None)

    assert done.compiled == plainly.compiled > 30
    assert replace(account, faults=plain.faults) == plain


@pytest.mark.parametrize(
    "broken", ["one,two", '"never closed', ",,,,", "x\rfacility", "E9,facility,\udcff"]
)
def test_a_broken_line_of_a_large_table_is_set_aside_and_the_others_are_coded(
    broken: str, rows, tmp_path: Path
) -> None:
    path = as_csv(rows.slice(0, 40), tmp_path / "a.csv")
    sound, _ = run([path], None)
    with path.open("ab") as stream:
        stream.write(f"{broken}\n".encode(errors="surrogateescape"))

    account, done = run([path], None)

    assert not done.unreadable
    assert account.rows == sound.rows + 1
    assert account.set_aside == sound.set_aside + 1
    assert account.lines == sound.lines


def test_a_table_of_broken_rows_comes_out_as_the_strict_reader_reads_it(tmp_path: Path) -> None:
    """Fault for fault and line for line; a cell may have line breaks."""
    broken = (EXAMPLES / "broken.csv").read_bytes()
    wide = broken.replace(b"ceftriaxone", b'"ceftri\naxone"', 3)
    for name, content in (("a.csv", broken), ("b.csv", wide), ("c.csv", wide + b"\n\n\xff,,\n")):
        path = tmp_path / name
        path.write_bytes(content)
        account, done = run([path], tmp_path / f"{name}.coded")
        plain = Account()
        for each in code_reads(read(path), Coder((PLANS,))):
            plain.add(each)

        assert done.compiled > 0
        found, expected = lines_of_faults(account), lines_of_faults(plain)
        assert found == expected
        assert replace(account, faults={}) == replace(plain, faults={})


def test_rows_of_csv_in_no_order_are_all_looked_at_before_any_is_coded(
    rows: pa.Table, tmp_path: Path
) -> None:
    """One that is none stands far behind an id that is missing within an encounter."""
    path = tmp_path / "shuffled.csv"
    write_encounters(sound(in_files(rows, tmp_path / "a", 1)), path)
    header, *lines = path.read_text("utf-8").splitlines(keepends=True)
    at = next(n for n, (a, b) in enumerate(pairwise(lines)) if a.split(",")[0] == b.split(",")[0])
    lines.insert(at + 1, "," + lines[at].split(",", 1)[1])
    lines[-3] = lines[-3].replace("\n", ",too many\n")
    path.write_text("".join([header, *lines]), "utf-8")
    assert path.stat().st_size > 2 * source.BLOCK

    account, done = run([path], None)
    beside, _ = run([path, *in_files(rows, tmp_path / "b", 1)], None)

    assert not done.unreadable
    assert account.rows == len(lines)
    assert beside.rows == len(lines) + len(rows)


def test_rows_stand_together_whatever_lines_of_no_row_or_of_one_row_are_between(
    rows: pa.Table, tmp_path: Path
) -> None:
    """Rows over two lines, blank lines and lines that are no row part no encounter; others do."""
    path = tmp_path / "charts.csv"
    write_encounters(sound(in_files(rows, tmp_path / "a", 1)), path)
    with path.open(encoding="utf-8", newline="") as stream:
        header, *cells = csv.reader(stream)
    performer = header.index("performer")
    cells.append(cells.pop(0))  # of one whose other rows stand at the beginning
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(header)
        for number, row in enumerate(cells):
            row[performer] = "A nurse\nof the night" if number % 3 == 0 else row[performer]
            row[performer] = "A nurse\rof the day" if number % 7 == 1 else row[performer]
            row[-1] += "\r" if number % 11 == 2 else ""
            writer.writerow(row)
            stream.write(
                "\n" if number % 4 == 0 else "a,line,of,no,row\n" if number % 5 == 0 else ""
            )

    account, _ = run([path], None)
    plain = Account()
    for each in code_reads(read(path), Coder((PLANS,))):
        plain.add(each)

    assert lines_of_faults(account) == lines_of_faults(plain)
    assert account.findings["info", SPLIT] == 1
    assert replace(account, faults={}) == replace(plain, faults={})


def test_columns_in_which_nothing_ever_stands_are_sorted_as_well(tmp_path: Path) -> None:
    """As written by a program that found their types in the values: lists and fields of nothing."""
    few = [
        {
            "encounter_id": f"n{n % 9}", "setting": "facility", "administration_id": str(n),
            "drug": "furosemide", "route": "iv_push", "start": f"2025-03-12T09:{n:02}",
            "diagnoses": [], "rate_changes": [], "patient_id": None,
            "accesses": [{"access_id": "A", "kind": "peripheral", "lumens": None}],
        }
        for n in range(40)
    ]  # fmt: skip
    path = tmp_path / "charts.parquet"
    pq.write_table(pa.Table.from_pylist(few), path)
    assert "null" in str(pq.read_schema(path).field("diagnoses").type)

    account, done = run([path], None)
    plain = Account()
    for each in code_reads(read(path), Coder((PLANS,))):
        plain.add(each)

    assert done.compiled == 9
    assert account.lines == plain.lines
    assert account.rows == plain.rows == 40


def sound(paths: list[Path]) -> list[Encounter]:
    return [each.encounter for path in paths for each in read(path) if each.encounter]


def lines_of_faults(account: Account) -> dict[tuple[str, str], tuple[int, list[int]]]:
    return {what: (faults.count, faults.lines) for what, faults in account.faults.items()}


def test_a_row_without_an_id_within_an_encounter_does_not_make_two_of_it(
    rows, tmp_path: Path
) -> None:
    counts = rows["encounter_id"].value_counts().to_pylist()
    wide = max(counts, key=lambda each: each["counts"])["values"]
    of_one = rows.filter(pa.compute.equal(rows["encounter_id"], wide))
    lost = of_one.slice(0, 1).to_pylist()[0] | {"encounter_id": None}
    between = pa.concat_tables(
        [of_one.slice(0, 1), pa.Table.from_pylist([lost], rows.schema), of_one.slice(1)]
    )

    account, _ = run(in_files(between, tmp_path / "year", 1), None)
    whole, _ = run(in_files(of_one, tmp_path / "whole", 1), None)

    assert account.lines == whole.lines
    assert (account.rows, account.set_aside) == (whole.rows + 1, whole.set_aside + 1)


def test_a_file_with_fewer_columns_is_read_with_the_others(rows, whole, tmp_path: Path) -> None:
    paths = in_files(rows, tmp_path / "year", 2)
    empty = [name for name in rows.column_names if rows[name].null_count == len(rows)]
    pq.write_table(pq.read_table(paths[0]).drop_columns(empty), paths[0])

    account, _ = run(paths, tmp_path / "coded")

    assert empty
    same_as(whole, tmp_path / "coded", account)


def test_files_whose_columns_are_of_other_types_are_one_table_where_these_say_the_same(
    rows, whole, tmp_path: Path
) -> None:
    """As when a library guesses types month by month: whole numbers here, fractions there."""
    paths = in_files(rows, tmp_path / "year", 2)
    second = pq.read_table(paths[1])
    types = {"drug": pa.large_string(), "attendance_of_day": pa.float64()}
    for name, kind in types.items():
        at = second.column_names.index(name)
        second = second.set_column(at, name, second[name].cast(kind))
    pq.write_table(second, paths[1])
    ends = [pq.read_table(path)["encounter_id"].to_pylist() for path in paths]
    assert ends[0][-1] == ends[1][0]

    account, _ = run(paths, tmp_path / "coded")

    same_as(whole, tmp_path / "coded", account)


def test_a_damaged_file_is_named_and_the_others_are_coded(rows, tmp_path: Path) -> None:
    paths = in_files(rows, tmp_path / "year", 3)
    content = bytearray(paths[1].read_bytes())
    content[4:2000] = bytes(1996)
    paths[1].write_bytes(content)
    (tmp_path / "year" / "notes.parquet").write_bytes(b"no table")

    account, done = run([*paths, tmp_path / "year" / "notes.parquet"], tmp_path / "coded")

    assert any("is damaged: " in each for each in done.unreadable)
    assert any("notes.parquet" in each for each in done.unreadable)
    assert account.encounters > 40


def test_by_month_every_row_stands_in_the_month_of_its_encounter(
    rows, whole, tmp_path: Path
) -> None:
    paths = in_files(rows, tmp_path / "year", 2)
    run(paths, tmp_path / "coded", by_month=True)

    for name in TABLES:
        folder = tmp_path / "coded" / f"{name}.parquet"
        read = pq.read_table(folder, partitioning="hive").to_pylist()
        months = {row["encounter_id"]: row["month"] for row in read}
        assert len({(row["encounter_id"], row["month"]) for row in read}) == len(months)
        for row in read:
            del row["month"]
        if name in FROM_THE_CHART:
            by_encounter = sorted(read, key=lambda row: row["encounter_id"])
            assert by_encounter == rows_of(whole[0], name)
        if name == "lines":
            near = [(months[r["encounter_id"]], str(r["date_of_service"])[:7]) for r in read]
            assert sum(a == b for a, b in near) > 0.9 * len(near)
            assert all(a <= b for a, b in near)
            assert len(set(months.values())) > 3


@pytest.mark.parametrize("what", ["replaced", "taken away"])
def test_a_file_that_changes_while_it_is_read_is_named_and_nothing_of_it_is_mixed(
    what: str, rows: pa.Table, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Exports are written over by name, and a run takes hours."""
    paths = in_files(rows, tmp_path / "year", 2)
    read = source.ParquetSource.tables

    def tables(of: Any, groups: Any = None) -> Any:
        if of.path == paths[1]:
            paths[1].unlink()
            if what == "replaced":
                pq.write_table(rows.slice(0, 30), paths[1])
        return read(of, groups)

    monkeypatch.setattr(source.ParquetSource, "tables", tables)
    account, done = run(paths, tmp_path / "coded")

    (said,) = done.unreadable
    assert said.startswith(f"{paths[1]}: ")
    assert ("was changed while it was read" in said) == (what == "replaced")
    assert 0 < account.rows <= len(pq.read_table(paths[0]))


def test_a_file_of_many_row_groups_is_opened_a_few_times(
    rows: pa.Table, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each time it is, the whole list of its row groups is read."""
    path, opened = tmp_path / "small.parquet", list[Path]()
    pq.write_table(rows, path, row_group_size=2)

    def counted(path: Path, **how: Any) -> Any:
        opened.append(path)
        return opens(path, **how)

    opens = source.opened_parquet
    monkeypatch.setattr(source, "opened_parquet", counted)
    few = as_csv(rows.slice(0, 20), tmp_path / "few.csv")
    run([path, few], tmp_path / "coded")
    assert 2 <= len(opened) < 12


def test_times_of_a_zone_that_is_none_are_refused_by_name(rows: pa.Table, tmp_path: Path) -> None:
    paths = in_files(rows, tmp_path / "year", 2)
    table = pq.read_table(paths[1])
    at = table.column_names.index("start")
    times = pa.nulls(len(table), pa.timestamp("us", "bogus/Zone"))
    pq.write_table(table.set_column(at, "start", times), paths[1])
    with pytest.raises(UnreadableInput, match="start has times of a zone that is not known"):
        list(read(paths[1]))
    _, done = run(paths, tmp_path / "coded")
    assert [str(paths[1]) in each for each in done.unreadable] == [True]


def test_a_third_layout_has_to_fit_both_before_it() -> None:
    """A lacks the column, B has whole numbers in it, C has texts."""
    kinds = (None, pa.int32(), pa.string(), None)
    sources = [
        SimpleNamespace(is_csv=False, schema=pa.schema([("a", pa.string()), *([("x", kind)] if kind else [])]))
        for kind in kinds
    ]  # fmt: skip
    first, second = together._alike(sources)  # pyright: ignore[reportArgumentType]
    assert first == [sources[0], sources[1], sources[3]]
    assert second == [sources[2]]


def over_years(rows: pa.Table) -> pa.Table:
    """The charts, one in hardly any month of another."""
    found = rows.to_pylist()
    for row in found:
        number = int("".join(filter(str.isdigit, str(row["encounter_id"]))) or 0)
        for name in ("start", "stop", "last_observed_infusing", "disconnected_at"):
            if str(row[name])[:2] == "20":
                row[name] = f"{2012 + number % 13}-{number % 12 + 1:02}" + row[name][7:]
    return pa.Table.from_pylist(found, rows.schema)


@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_files_to_read_and_to_write_by_month_may_be_more_than_may_be_open(
    rows, form, tmp_path: Path
) -> None:
    """Nor does what waits to be written grow with the months: rows of all wait together."""
    paths = in_files(over_years(rows), tmp_path / "years", 120)
    run(paths, tmp_path / "whole", form)
    few = f"""
import resource, sys
from pathlib import Path
from hangtime.batch import writers
from whole_runs import in_small_batches, run
in_small_batches()
writers._ENOUGH = 150
paths = sorted(Path(sys.argv[1]).iterdir(), key=lambda each: int(each.stem))
run(paths[:1], None)  # what is loaded late is loaded
open_now = len(list(Path("/proc/self/fd").iterdir()))
resource.setrlimit(resource.RLIMIT_NOFILE, (open_now + 40, open_now + 40))
run(paths, Path(sys.argv[2]), {form!r}, by_month=True)
"""
    done = subprocess.run(
        [sys.executable, "-c", few, str(tmp_path / "years"), str(tmp_path / "coded")],
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])},
        capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert done.returncode == 0, done.stderr[-2000:]
    months = [*(tmp_path / "coded" / f"lines.{form}").iterdir()]
    assert len(months) > 40
    if form == "parquet":
        assert all(own_words_only(each / "part-00001.parquet") for each in months)
    for name in TABLES:
        assert by_encounter(tmp_path / "coded" / f"{name}.{form}") == by_encounter(
            tmp_path / "whole" / f"{name}.{form}"
        )


def own_words_only(path: Path) -> bool:
    """Whether the dictionary of the codes in a file has those of its lines and no others."""
    table = pq.read_table(path, partitioning=None, read_dictionary=["code"])
    codes = table.column("code").chunks
    return all(set(each.dictionary.to_pylist()) == set(each.to_pylist()) for each in codes)


def by_encounter(table: Path) -> list[str]:
    """The rows of a table, encounter by encounter, in the order they have in it."""
    paths = (
        sorted(each for each in table.rglob("*") if each.is_file()) if table.is_dir() else [table]
    )
    found: list[dict[str, Any]] = []
    for path in paths:
        if path.suffix == ".csv":
            with path.open(encoding="utf-8", newline="") as stream:
                found += csv.DictReader(stream)
        else:
            found += pq.read_table(path, partitioning=None).to_pylist()
    return [str(row) for row in sorted(found, key=lambda row: row["encounter_id"] or "")]


def test_of_a_simulated_year_the_charts_are_read_and_of_a_run_nothing(tmp_path: Path) -> None:
    year = tmp_path / "year"
    simulate(Plan(40, seed=3), year, ("csv",))
    assert files_of([year]) == [year / "encounters.csv"]
    run([year / "encounters.csv"], tmp_path / "coded", by_month=True)
    run([year / "encounters.csv"], tmp_path / "again", "csv")
    assert files_of([tmp_path]) == [year / "encounters.csv"]


def test_a_folder_and_a_pattern_name_their_files_in_order_and_nothing_hidden(
    tmp_path: Path,
) -> None:
    for name in ("b.csv", "a.parquet", "deep/c.jsonl", "_SUCCESS", ".x.csv", "read.me", "_t/d.csv"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.touch()
    names = ["a.parquet", "b.csv", "deep/c.jsonl"]
    assert files_of([tmp_path]) == [tmp_path / name for name in names]
    assert files_of([tmp_path / "?.csv", tmp_path]) == [
        tmp_path / name for name in ("b.csv", "a.parquet", "deep/c.jsonl")
    ]
    assert files_of([tmp_path / "absent.csv"]) == [tmp_path / "absent.csv"]
    for nothing in (tmp_path / "_t" / "*.parquet", tmp_path / "empty"):
        (tmp_path / "empty").mkdir(exist_ok=True)
        with pytest.raises(UnreadableInput):
            files_of([nothing])
