"""The limit with DuckDB: it reads every column and counts encounters, then writes each table.

Takes the charted file, the folder with a block of each table, how many times each is written, and a
folder to write to.
"""

import json
import resource
import sys
import time
from pathlib import Path

import duckdb

GROUP = 122_880


def main(charted: str, block: str, times: str, out: str) -> None:
    """Read, find encounters and write; print what it took."""
    connection = duckdb.connect()
    connection.execute("set preserve_insertion_order = false")
    names = [path.stem for path in sorted(Path(block).glob("*.parquet"))]
    for name in names:
        connection.execute(f"create table {name} as from read_parquet('{block}/{name}.parquet')")
    columns = [
        row[0] for row in connection.sql(f"describe from read_parquet('{charted}')").fetchall()
    ]
    counted = ", ".join(f'count("{each}")' for each in columns if each != "encounter_id")
    began = time.perf_counter()
    found = connection.sql(
        f"select count(distinct encounter_id), {counted} from read_parquet('{charted}')"
    ).fetchall()
    for name in names:
        connection.execute(
            f"copy (select {name}.* from range({times}), {name}) to '{out}/{name}.parquet'"
            f" (format parquet, compression zstd, compression_level 1, row_group_size {GROUP})"
        )
    seconds = time.perf_counter() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"seconds": seconds, "megabytes": peak, "encounters": found[0][0]}))


if __name__ == "__main__":
    main(*sys.argv[1:])
