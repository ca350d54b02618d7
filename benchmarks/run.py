"""How fast both ways of running the rules are, against what reading and writing alone cost.

    make bench            # ten million administrations
    make bench ROWS=1000000

The limit reads the same file, finds where encounters begin and writes the same tables with the same
settings, and nothing else.  Each figure comes from a process of its own; the table is printed and
kept, with the machine and the versions, in results/latest.json.
"""

from __future__ import annotations

import json
import os
import platform
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from importlib.metadata import version
from itertools import islice
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
RESULTS = HERE / "results" / "latest.json"
SAMPLE = 5_000  # encounters that the interpreted engine is timed on


def main() -> None:
    """Run every measurement and keep the figures."""
    rows = int(os.environ.get("ROWS", "10000000"))
    with tempfile.TemporaryDirectory(dir=os.environ.get("BENCH_FOLDER")) as folder:
        figures = measured(Path(folder), rows)
    kept = {"date": datetime.now(UTC).isoformat(timespec="seconds"), **machine(), **figures}
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps(kept, indent=2) + "\n", encoding="utf-8")
    for name, value in figures.items():
        print(
            f"{name:<42}{value:>16,.2f}" if isinstance(value, float) else f"{name:<42}{value:>16,}"
        )


def measured(folder: Path, rows: int) -> dict[str, Any]:
    """All figures, in seconds, megabytes and encounters a second."""
    charted, small = folder / "charted.parquet", folder / "small.parquet"
    in_process("made", str(charted), str(rows))
    in_process("made", str(small), "2000")
    environment = {"HANGTIME_CACHE": str(folder / "cache")}
    first = in_process("compiled", str(small), str(folder / "first"), **environment)
    again = in_process("compiled", str(small), str(folder / "again"), **environment)
    large = in_process("compiled", str(charted), str(folder / "out"), **environment)
    limit = in_process(
        "limit", str(charted), str(folder / "out"), str(folder / "copy"), **environment
    )
    bare = folder / "bare.parquet"
    in_process("without_doses", str(charted), str(bare))
    undosed = in_process("compiled", str(bare), str(folder / "bare"), **environment)
    bare.unlink()
    slow = in_process("interpreted", str(charted))
    costs = in_process("beside", str(charted))
    return {
        "rows": rows,
        "encounters": large["encounters"],
        "left to the interpreted engine": large["interpreted"],
        "compiled, seconds": large["seconds"],
        "compiled, rows a second": rows / large["seconds"],
        "compiled, encounters a second": large["encounters"] / large["seconds"],
        "compiled, peak MB": large["megabytes"],
        "limit, seconds": limit["seconds"],
        "limit, peak MB": limit["megabytes"],
        "compiled, times the limit": large["seconds"] / limit["seconds"],
        "the same without doses, seconds": undosed["seconds"],
        "what drug lines cost, of the whole": 1 - undosed["seconds"] / large["seconds"],
        "drug lines": large["drug_lines"],
        "interpreted, encounters a second": slow["encounters"] / slow["seconds"],
        **{
            f"{name}, microseconds an encounter": costs[name]
            for name in (
                "coding",
                "coding with certificates",
                "checking",
                "edits",
                "money",
                "necessity",
            )
        },
        "first start, compiling, seconds": first["whole"],
        "later start, seconds": again["whole"],
        "one encounter, whole command, seconds": one_encounter(),
    }


def machine() -> dict[str, Any]:
    """What it was measured on."""
    names = ("numba", "numpy", "pyarrow", "duckdb")
    return {
        "machine": platform.processor() or platform.machine(),
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        **{name: version(name) for name in names},
    }


def in_process(what: str, *arguments: str, **environment: str) -> dict[str, Any]:
    """One measurement in a process of its own, so that memory and start-up are its own."""
    began = time.perf_counter()
    done = subprocess.run(
        [sys.executable, __file__, what, *arguments],
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        check=True,
    )
    found = json.loads(done.stdout) if done.stdout else {}
    return {"whole": time.perf_counter() - began, **found}


def one_encounter() -> float:
    """The fastest of five cold starts of the command on one encounter."""
    example = HERE.parent / "examples" / "infliximab.json"
    command = [
        sys.executable,
        "-X",
        "importtime",
        "-m",
        "hangtime.cli",
        "code",
        str(example),
        "--json",
    ]
    loaded = subprocess.run(command, capture_output=True, text=True, check=False).stderr
    assert "| numba" not in loaded.replace("|   ", "| "), "numba was imported for one encounter"
    times: list[float] = []
    for _ in range(5):
        began = time.perf_counter()
        subprocess.run([command[0], *command[3:]], capture_output=True, check=False)
        times.append(time.perf_counter() - began)
    return min(times)


def report(began: float, **facts: Any) -> None:
    """Say what was measured, as JSON."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"seconds": time.perf_counter() - began, "megabytes": peak, **facts}))


def made(path: str, rows: str) -> None:
    """Write the made-up file."""
    import made_up

    made_up.write(Path(path), int(rows))


def without_doses(path: str, out: str) -> None:
    """Write the file again without doses, so that no drug line comes of it."""
    import pyarrow.parquet as pq

    source = pq.ParquetFile(path)
    kept = [name for name in source.schema_arrow.names if name not in {"dose", "dose_unit"}]
    schema = source.schema_arrow
    schema = schema.remove(schema.get_field_index("dose"))
    schema = schema.remove(schema.get_field_index("dose_unit"))
    with pq.ParquetWriter(out, schema, compression="zstd") as writer:
        for group in range(source.num_row_groups):
            table = source.read_row_group(group, columns=kept)
            writer.write_table(table, row_group_size=len(table))


def compiled(path: str, out: str) -> None:
    """Code a file into Parquet tables by the compiled rules; the compiled code is loaded first."""
    from hangtime.batch.local import Interpreting, code_files
    from hangtime.cli._coding import Account, code_read
    from hangtime.engine import Coder
    from hangtime.formats import read

    account = Account()
    warm_up(Path(out).parent)
    began = time.perf_counter()
    interpreting = Interpreting(Coder, code_read, read)
    done = code_files([Path(path)], Path(out), "parquet", account, interpreting)
    drugs = sum(count for code, count in account.lines.items() if code[0] in "JQ")
    facts = {"encounters": account.encounters, "interpreted": done.interpreted}
    report(began, **facts, drug_lines=drugs)


def warm_up(folder: Path) -> None:
    """Load the compiled code by coding a little, as PERF measurements leave start-up apart."""
    from hangtime.batch.local import Interpreting, code_files
    from hangtime.cli._coding import Account, code_read
    from hangtime.engine import Coder
    from hangtime.formats import read

    small = folder / "small.parquet"
    interpreting = Interpreting(Coder, code_read, read)
    code_files([small], None, "parquet", Account(), interpreting)


def limit(path: str, out: str, copy: str) -> None:
    """Read and find encounters, and meanwhile write the tables of the compiled run from memory."""
    from concurrent.futures import ThreadPoolExecutor

    from hangtime.batch.compiled import loops
    from hangtime.batch.together import together
    from hangtime.batch.whole import whole_encounters

    found = loops()
    held = tables_of(Path(out))
    (table,), _ = together([Path(path)], found, print, None)
    list(islice(whole_encounters(table.batches(), found), 1))
    began = time.perf_counter()
    encounters = 0
    with ThreadPoolExecutor(1) as writing:
        written = writing.submit(write_again, held, Path(copy))
        (table,), _ = together([Path(path)], found, print, None)
        for whole in whole_encounters(table.batches(), found):
            encounters += len(whole.starts)
        written.result()
    report(began, encounters=encounters)


def write_again(held: list[dict[str, Any]], folder: Path) -> None:
    """Write tables with the writers of the batch."""
    from hangtime.batch.writers import Writers

    with Writers(folder, "parquet") as writers:
        for each in held:
            writers.write(each)


def tables_of(folder: Path) -> list[dict[str, Any]]:
    """The written tables, one row group at a time, as the batch hands them to its writers."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    from hangtime.batch.written import schema
    from hangtime.formats.outcomes import TABLES

    held: list[dict[str, Any]] = []
    for name in TABLES:
        file = pq.ParquetFile(folder / f"{name}.parquet")
        for n in range(file.num_row_groups):
            group = file.read_row_group(n)
            columns = [
                as_made(group.column(each.name).combine_chunks(), each.type)
                for each in schema(name)
            ]
            held.append({name: pa.Table.from_arrays(columns, schema=schema(name))})
    return held


def as_made(column: Any, kind: Any) -> Any:
    """The column as the batch makes it: repeating texts beside a dictionary."""
    import pyarrow as pa

    if pa.types.is_dictionary(kind):
        return column.dictionary_encode()
    if pa.types.is_list(kind) and pa.types.is_dictionary(kind.value_type):
        return pa.ListArray.from_arrays(column.offsets, column.values.dictionary_encode())
    return column


def interpreted(path: str) -> None:
    """Code the first encounters of a file by the interpreted engine."""
    import pyarrow.parquet as pq

    from hangtime.cli._coding import code_reads
    from hangtime.engine import Coder
    from hangtime.formats import read

    with tempfile.TemporaryDirectory() as folder:
        head = Path(folder) / "head.parquet"
        pq.write_table(next(_batches(path)), head)
        reads = list(islice(read(head), SAMPLE))
    coder = Coder()
    began = time.perf_counter()
    done = sum(1 for _ in code_reads(reads, coder))
    report(began, encounters=done)


def beside(path: str) -> None:
    """What edits, money, necessity, certificates and checking cost an encounter beside its coding."""
    import pyarrow.parquet as pq

    from hangtime.certify import Certifier
    from hangtime.check.verdict import check_coded
    from hangtime.edits import ClaimLine, Scrubber
    from hangtime.engine import Coder
    from hangtime.formats import read
    from hangtime.formats.outcomes import outcome_as_json
    from hangtime.necessity import Necessity
    from hangtime.payment import Rates, price_outcome

    with tempfile.TemporaryDirectory() as folder:
        head = Path(folder) / "head.parquet"
        pq.write_table(next(_batches(path)), head)
        charts = [each.encounter for each in islice(read(head), SAMPLE // 4) if each.encounter]
    outcomes = list(map(Coder().code, charts))
    pairs = list(zip(charts, outcomes, strict=True))
    certified = [outcome_as_json(each) for each in map(Certifier().code, charts)]
    claims = [
        [
            ClaimLine(
                chart.encounter_id, number, chart.setting, line.date_of_service, line.code,
                Decimal(line.units), modifiers=line.modifiers, payer=chart.payer,
            )
            for number, line in enumerate(outcome.lines, 1)
            if line.date_of_service
        ]
        for chart, outcome in pairs
    ]  # fmt: skip
    rates, necessity, scrubber = Rates(), Necessity(), Scrubber()
    work: dict[str, Callable[[], object]] = {
        "coding": lambda: list(map(Coder().code, charts)),
        "coding with certificates": lambda: list(map(Certifier().code, charts)),
        "checking": lambda: [check_coded(a, b) for a, b in zip(charts, certified, strict=True)],
        "edits": lambda: list(map(scrubber.scrub, claims)),
        "money": lambda: [price_outcome(*pair, rates) for pair in pairs],
        "necessity": lambda: [list(necessity.of_encounter(*pair)) for pair in pairs],
    }
    began = time.perf_counter()
    report(began, **{name: _microseconds(task, len(charts)) for name, task in work.items()})


def _microseconds(task: Callable[[], object], encounters: int) -> float:
    """Microseconds an encounter, the second time, when tables are loaded."""
    task()
    began = time.perf_counter()
    task()
    return (time.perf_counter() - began) / encounters * 1e6


def _batches(path: str) -> Any:
    import pyarrow as pa
    import pyarrow.parquet as pq

    for batch in pq.ParquetFile(path).iter_batches(4 * SAMPLE):
        yield pa.Table.from_batches([batch])


if __name__ == "__main__":
    if len(sys.argv) > 1:
        {
            "made": made, "without_doses": without_doses, "compiled": compiled, "limit": limit,
            "interpreted": interpreted, "beside": beside,
        }[sys.argv[1]](*sys.argv[2:])  # fmt: skip
    else:
        main()
