"""The limit with Polars: it reads every column and finds encounters, then writes each table.

Takes the charted file, the folder with a block of each table, how many times each is written, and a
folder to write to.
"""

import json
import resource
import sys
import time
from pathlib import Path

import polars as pl

GROUP = 1 << 17


def main(charted: str, block: str, times: str, out: str) -> None:
    """Read, find encounters and write; print what it took."""
    held = {path: pl.read_parquet(path) for path in sorted(Path(block).glob("*.parquet"))}
    began = time.perf_counter()
    ids = pl.col("encounter_id")
    found = (
        pl.scan_parquet(charted)
        .select(ids.n_unique(), pl.exclude("encounter_id").count())
        .collect(engine="streaming")
    )
    for path, table in held.items():
        pl.concat([table.lazy()] * int(times)).sink_parquet(
            Path(out, path.name), compression="zstd", compression_level=1, row_group_size=GROUP
        )
    seconds = time.perf_counter() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"seconds": seconds, "megabytes": peak, "encounters": found.item(0, 0)}))


if __name__ == "__main__":
    main(*sys.argv[1:])
