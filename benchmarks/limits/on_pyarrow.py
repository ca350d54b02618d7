"""The limit with pyarrow: two threads write the tables while this one reads and finds encounters.

Takes the charted file, the folder with a block of each table, how many times each is written, and a
folder to write to.  Texts that repeat are held beside a dictionary, as a program that made them would.
"""

import json
import resource
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

GROUP = 1 << 17


def main(charted: str, block: str, times: str, out: str) -> None:
    """Read, find encounters and write; print what it took."""
    held = {path: groups(pq.read_table(path)) for path in sorted(Path(block).glob("*.parquet"))}
    began = time.perf_counter()
    with ThreadPoolExecutor(2) as pool:
        writing = [
            pool.submit(write, tables, int(times), Path(out, path.name))
            for path, tables in sorted(held.items(), key=lambda each: -each[0].stat().st_size)
        ]
        encounters = read(charted)
        for each in writing:
            each.result()
    seconds = time.perf_counter() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"seconds": seconds, "megabytes": peak, "encounters": encounters}))


def read(charted: str) -> int:
    """The number of encounters; every column is read."""
    encounters, last = 0, None
    for batch in pq.ParquetFile(charted).iter_batches(GROUP):
        ids = batch.column("encounter_id")
        encounters += pc.sum(pc.not_equal(ids.slice(1), ids.slice(0, len(ids) - 1))).as_py() or 0
        encounters += ids[0].as_py() != last
        last = ids[-1].as_py()
    return encounters


def groups(table: pa.Table) -> list[pa.Table]:
    """The table in groups of rows, texts of which there are few beside a dictionary."""
    made: list[pa.Table] = []
    few = [name for name in table.schema.names if repeats(table.column(name).slice(0, GROUP))]
    for begin in range(0, len(table), GROUP):
        group = table.slice(begin, GROUP).combine_chunks()
        for name in few:
            at = group.schema.get_field_index(name)
            group = group.set_column(at, name, group.column(name).dictionary_encode())
        made.append(group)
    return made


def repeats(column: pa.ChunkedArray) -> bool:
    """Whether it is text that mostly stands there more than once."""
    return pa.types.is_string(column.type) and 2 * pc.count_distinct(column).as_py() < len(column)


def write(tables: list[pa.Table], times: int, path: Path) -> None:
    """Write the tables so many times into one file, a row group each."""
    settings = {"compression": "zstd", "compression_level": 1, "store_schema": False}
    writer = None
    for table in tables * times:
        writer = writer or pq.ParquetWriter(path, table.schema, **settings)
        writer.write_table(table)
    if writer is not None:
        writer.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
