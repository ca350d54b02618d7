"""The compiled rules over a Spark DataFrame: Apache Spark, and any server of Spark Connect.

    from hangtime.batch import spark
    everything = spark.code(charts).everything
    everything.write.partitionBy("table").parquet("coded")
    coded = spark.tables(session.read.parquet("coded"))
    coded.lines.show()

A partition holds whole encounters, brings them into order itself and has to fit into the memory of
a worker.  Nothing else is relied on: some engines drop a sort that stands before `mapInArrow`.
"""

# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false, reportMissingImports=false
# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false
# pyright: reportUnknownParameterType=false, reportMissingParameterType=false
from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa

from hangtime.batch.arrays import Array
from hangtime.batch.compiled import Loops
from hangtime.batch.ids import Ids
from hangtime.batch.partitions import units_for
from hangtime.batch.shipped import Parcel, parcel
from hangtime.batch.source import ROWS
from hangtime.batch.units import Compiled
from hangtime.batch.whole import whole_encounters
from hangtime.errors import UnreadableInput
from hangtime.formats.outcomes import TABLES
from hangtime.formats.reads import Place
from hangtime.formats.tabular import NEEDED, columns
from hangtime.model import Finding

FILE = "DataFrame"  # what findings name as the file
ACCOUNT = {"rows": "whole", "merged": "whole", "set_aside": "whole"}
_SQL = {
    "text": "string",
    "texts": "array<string>",
    "whole": "int",
    "units": "bigint",
    "date": "date",
}
_SQL["number"] = "decimal(38,18)"
_ARROW = {
    "text": pa.string(), "texts": pa.list_(pa.string()), "whole": pa.int32(), "units": pa.int64(), "date": pa.date32(),
    "number": pa.decimal128(38, 18),
}  # fmt: skip
_TABLE = "table"


class Coded(NamedTuple):
    """DataFrames of the published tables, each with its columns, all from the one of `everything`.

    `account` has the rows read, merged and set aside of each unit of work; their sums add up.
    Each action codes anew: write `everything` once by `table` (its first column), and give what was
    written to `tables`.
    """

    lines: Any
    not_reported: Any
    possible: Any
    findings: Any
    policy: Any
    account: Any
    everything: Any


def code(
    charts: Any, *, policies: tuple[Path, ...] = (), payer: str | None = None,
    order: str | None = None, partitions: int | None = None,
) -> Coded:  # fmt: skip
    """Code a DataFrame of the tabular form.

    `order` names a column with the number of each row in the export, from which the rows of an
    encounter have their order, and findings their line; by itself it is start, then
    administration_id.  `policies` go along with the work.  Columns that are none of the form's are
    not read.  Raises UnreadableInput where a column needed is missing, UnknownPolicy where a profile
    is of no use.
    """
    for needed in NEEDED:
        if needed not in charts.columns:
            raise UnreadableInput(f"{FILE}: has no column {needed}.")
    known = [name for name in charts.columns if name in columns() or name == order]
    spread = (partitions, "encounter_id") if partitions else ("encounter_id",)
    work = _worker(parcel(policies), payer, order)
    return tables(charts.select(*known).repartition(*spread).mapInArrow(work, _schema()))


def tables(everything: Any) -> Coded:
    """The published tables from the one of `everything`, as coded or as written and read again."""
    made = {
        name: everything.where(f"{_TABLE} = '{name}'").selectExpr(
            *(f"{_shared(name, column)} as {column}" for column in kinds)
        )
        for name, kinds in _tables().items()
    }
    return Coded(**made, everything=everything)


def _tables() -> dict[str, dict[str, str]]:
    return {**TABLES, "account": ACCOUNT}


def _shared(table: str, column: str) -> str:
    """The column in `everything`: one of its own where others of that name are of another kind."""
    kinds = {each[column] for each in _tables().values() if column in each}
    return column if len(kinds) == 1 else f"{table}_{column}"


def _kinds() -> dict[str, str]:
    """All columns of all tables."""
    return {
        _shared(name, column): kind
        for name, table in _tables().items()
        for column, kind in table.items()
    }


def _schema() -> str:
    listed = ", ".join(f"{name} {_SQL[kind]}" for name, kind in _kinds().items())
    return f"{_TABLE} string, {listed}"


def _worker(
    profiles: Parcel, payer: str | None, order: str | None
) -> Callable[[Iterable[Any]], Iterator[Any]]:
    """What runs where the rows are; only plain values go there with it."""

    def coded(batches: Iterable[Any]) -> Iterator[Any]:
        yield from code_partition(batches, profiles, payer, order)

    return coded


def code_partition(
    batches: Iterable[Any], profiles: Parcel, payer: str | None, order: str | None
) -> Iterator[Any]:
    """Arrow batches of whole encounters in any order in, batches of `everything` out."""
    held = [pa.Table.from_batches([each]) for each in batches if len(each)]
    if not held:
        return
    units = units_for(profiles, payer)
    rows = _Rows(pa.concat_tables(held), order, units.loops)
    work = Compiled(units, rows)
    for whole in whole_encounters(rows.batches(), units.loops):
        made = work.code(whole)
        for tables in made.tables:
            for name, table in tables.items():
                yield from _wide(name, table)
        yield from _wide("account", _account(made))


class _Rows:
    """The rows of a partition, in an order of their own making."""

    is_csv = False

    def __init__(self, table: Any, order: str | None, loops: Loops) -> None:
        self.cut_short = Ids(loops)
        keys = ["encounter_id", order] if order else _keys(table)
        table = table.sort_by([(key, "ascending") for key in keys])
        self._lines = (
            table.column(order).cast(pa.int64()).to_numpy()
            if order
            else np.arange(1, len(table) + 1)
        )
        if order and order not in columns():
            table = table.drop_columns([order])
        self._table = _in_universal_time(table)

    def batches(self) -> Iterator[tuple[Any, Any]]:
        """Tables of rows and their lines."""
        for begin in range(0, len(self._table), ROWS):
            yield self._table.slice(begin, ROWS), self._lines[begin : begin + ROWS]

    def place(self, line: int) -> Place:
        """Where a row stands."""
        return Place(FILE, line)

    def notes(self) -> dict[int, tuple[Finding, ...]]:
        """Nothing is found about all of it."""
        return {}

    def stand_behind(self, before: Array, lines: Array) -> Array:
        """Which rows stand right behind others."""
        return lines == before + 1


def _keys(table: Any) -> list[str]:
    return [
        key for key in ("encounter_id", "start", "administration_id") if key in table.column_names
    ]


def _in_universal_time(table: Any) -> Any:
    """Times as moments, whatever the zone of the session, to the microsecond."""
    return table.cast(
        pa.schema(
            [
                each.with_type(pa.timestamp("us", "UTC" if each.type.tz else None))
                if pa.types.is_timestamp(each.type)
                else each
                for each in table.schema
            ]
        )
    )


def _account(made: Any) -> Any:
    every = made.coded
    counts = {
        "rows": made.counts.rows + sum(each.rows for each in every),
        "merged": made.counts.merged + sum(each.merged for each in every),
        "set_aside": sum(each.set_aside for each in every),
    }
    return pa.table({name: pa.array([count], pa.int32()) for name, count in counts.items()})


def _wide(name: str, table: Any) -> Iterator[Any]:
    """The rows of one table with the columns of all."""
    if not len(table):
        return
    own = {_shared(name, column): column for column in table.column_names}
    arrays = [
        table.column(own[column]).combine_chunks().cast(_ARROW[kind])
        if column in own
        else pa.nulls(len(table), _ARROW[kind])
        for column, kind in _kinds().items()
    ]
    named = pa.array([name], pa.string()).take(pa.array(np.zeros(len(table), "i4")))
    yield from pa.table([named, *arrays], [_TABLE, *_kinds()]).to_batches(ROWS)
