"""How fast everything is, side by side in one run, against what reading and writing alone cost.

    make bench                   # up to ten million administrations
    make bench ROWS=100000000    # and a hundred million

In each size, on the same made-up rows: this package; the limit, which is the fastest of DuckDB,
Polars and pyarrow at reading every column, finding encounters and writing as many rows of the same
tables; and the codes that go by the clock in SQL.  In the largest size up to ten million also: one
thread, rows in no order, Sail and Spark.  Programs that do a part of the job are timed on their
part.  Each figure comes from a process of its own, its peak memory beside it; what cannot run here
is named with the reason.  All of it is kept, with machine and versions, in results/latest.json.
"""

from __future__ import annotations

import json
import os
import platform
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from environments import Absent, python_with
from processes import Failed, end, in_process

HERE = Path(__file__).parent
RESULTS = HERE / "results" / "latest.json"
SIZES = (10_000, 100_000, 1_000_000, 10_000_000, 100_000_000)
WIDEST = 10_000_000  # administrations that everything is measured on; beyond, ours and the limit
A_BLOCK = 1_000_000  # administrations whose tables a limit holds and writes again and again
SPARK = "local[2]"
PATIENCE = 400  # seconds that a cluster gets
OWN = ("hangtime", "numba", "numpy", "pyarrow", "duckdb", "pyspark", "pysail")


def main() -> None:
    """Run every measurement and keep the figures."""
    rows = int(os.environ.get("ROWS") or WIDEST)
    beside = os.environ.get("BENCH_FOLDER")
    if beside:
        Path(beside).mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=beside) as folder:
        bench = Bench(Path(folder), rows)
        bench.starts()
        for size in [*(each for each in SIZES if each < rows), rows]:
            bench.size(size, is_widest=size == min(rows, WIDEST))
    kept = bench.save()
    for name, value in {**kept["ratios"], **bench.costs}.items():
        print(f"{name:<64}{value:>12,.2f}")
    print(f"kept in {RESULTS.relative_to(HERE.parent)} after {kept['minutes']:.1f} minutes")


class Bench:
    """The measurements of one run, and the folder that they work in."""

    def __init__(self, folder: Path, rows: int) -> None:
        self.folder, self.rows, self.began = folder, rows, time.perf_counter()
        self.runs: list[dict[str, Any]] = []
        self.costs: dict[str, float] = {}
        self.versions: dict[str, str] = {}
        self.charted = folder / "charted.parquet"
        self.environment = {"HANGTIME_CACHE": str(folder / "cache")}

    def save(self) -> dict[str, Any]:
        """Write what is measured so far: a run that is cut off leaves what it had."""
        kept = {
            "date": datetime.now(UTC).isoformat(timespec="seconds"),
            "machine": machine(),
            "versions": {**own_versions(), **self.versions},
            "rows": self.rows,
            "runs": self.runs,
            "ratios": ratios(self.runs),
            "costs": self.costs,
            "minutes": (time.perf_counter() - self.began) / 60,
        }
        RESULTS.parent.mkdir(exist_ok=True)
        RESULTS.write_text(json.dumps(kept, indent=2) + "\n", encoding="utf-8")
        return kept

    def starts(self) -> None:
        """What it costs to start, and what one encounter costs the interpreted engine."""
        small = self.folder / "small.parquet"
        self.ours("made", small, 2_000)
        for name in ("first start, compiling, seconds", "later start, seconds"):
            self.costs[name] = self.ours("coded", small, self.folder / "out")["whole"]
        self.costs["one encounter, whole command, seconds"] = one_encounter()
        sample = self.folder / "sample.parquet"
        self.ours("made", sample, 100_000)
        slow = self.ours("interpreted", sample)
        self.keep("ours", "interpreted", slow["rows"], slow)
        self.costs["interpreted, encounters a second"] = slow["encounters"] / slow["seconds"]
        for name, value in self.ours("beside", sample).items():
            if name not in {"whole", "seconds", "megabytes"}:
                self.costs[f"{name}, microseconds an encounter"] = value

    def size(self, rows: int, *, is_widest: bool) -> None:
        """Everything that is measured in one size."""
        self.ours("made", self.charted, rows)
        out = self.folder / "out"
        shutil.rmtree(out, ignore_errors=True)
        coded = self.measured("ours", "compiled", rows, lambda: self.coded(self.charted, out))
        if coded is None:
            return
        self.limits(rows, out, coded["encounters"])
        self.peer_in_sql(rows)
        if is_widest:
            if rows >= SIZES[0]:
                self.peers(out)
            shutil.rmtree(out)
            self.otherwise(rows)

    def coded(self, charted: Path, out: Path, *jobs: int) -> dict[str, Any]:
        """A run from Parquet to Parquet, with how large it came out."""
        found = self.ours("coded", charted, out, *jobs)
        return {**found, "bytes": size_of(out)}

    def limits(self, rows: int, out: Path, encounters: int) -> None:
        """The same reading and writing by three libraries, and as many encounters found."""
        block, written = self.folder / "block", self.folder / "written"
        times = -(-rows // A_BLOCK)
        fresh(block)
        self.ours("block", out, block, times)
        for name in ("duckdb", "polars", "pyarrow"):
            asked = self.charted, block, times, fresh(written)
            self.measured(
                "limit", name, rows, lambda n=name, a=asked: self.limit(n, encounters, *a)
            )
        shutil.rmtree(block)
        shutil.rmtree(written)

    def limit(self, name: str, encounters: int, *asked: object) -> dict[str, Any]:
        """One of the three, in its environment; Failed where it finds other encounters."""
        python = sys.executable
        if name == "polars":
            python, versions = python_with(name)
            self.versions |= versions
        script = HERE / "limits" / f"on_{name}.py"
        found = in_process([python, str(script), *map(str, asked)])
        if found["encounters"] != encounters:
            raise Failed(f"it found {found['encounters']:,} encounters and not {encounters:,}")
        return {**found, "bytes": size_of(self.folder / "written")}

    def peer_in_sql(self, rows: int) -> None:
        """The codes that go by the clock, in SQL."""
        out = str(self.folder / "sql.parquet")
        command = [sys.executable, str(HERE / "simple_sql.py"), str(self.charted), out]
        self.measured("part", "SQL by the clock", rows, lambda: in_process(command))

    def peers(self, out: Path) -> None:
        """Programs that do a part of the job, each on its part."""
        self.ours("asked_of_peers", self.charted, out, self.folder)
        for name, package, newer in (
            ("msdrg", "msdrg", False), ("zen", "zen-engine", False), ("pyoce", "pyoce", True),
        ):  # fmt: skip
            self.measured("part", package, 0, lambda n=name, p=package, w=newer: self.peer(n, p, w))

    def peer(self, name: str, package: str, newer: bool) -> dict[str, Any]:
        python, versions = python_with(package, newer=newer)
        self.versions |= versions
        script = HERE / "peers" / f"on_{name}.py"
        return in_process([python, str(script), str(self.folder / f"{name}.json")])

    def otherwise(self, rows: int) -> None:
        """The same rows in one thread, in no order, and on clusters."""
        out, mixed = self.folder / "out", self.folder / "mixed.parquet"
        self.measured("ours", "one thread", rows, lambda: self.coded(self.charted, fresh(out), 1))
        for name, cluster in (("Sail", self.on_sail), ("Spark local[2]", self.on_spark)):
            self.measured("ours", name, rows, lambda run=cluster: run(fresh(out)))
        shutil.rmtree(out)
        self.ours("shuffled", self.charted, mixed)
        self.measured("ours", "in no order", rows, lambda: self.coded(mixed, fresh(out)))
        shutil.rmtree(out, ignore_errors=True)
        again = self.folder / "sorted.parquet"
        self.measured("limit", "sorting", rows, lambda: self.ours("sorted_only", mixed, again))
        mixed.unlink()
        again.unlink(missing_ok=True)

    def on_sail(self, out: Path) -> dict[str, Any]:
        """The command, over a server of Sail."""
        with sail(self.environment) as (server, port):
            return self.on_cluster(out, "--remote", f"sc://127.0.0.1:{port}", beside=server)

    def on_spark(self, out: Path) -> dict[str, Any]:
        """The command, with Spark in two threads of this machine."""
        return self.on_cluster(out, "--master", SPARK)

    def on_cluster(self, out: Path, *where: str, beside: int | None = None) -> dict[str, Any]:
        out.rmdir()
        command = [sys.executable, "-m", "hangtime.cli", "code", str(self.charted), "-o", str(out)]
        found = in_process(
            [*command, "--engine", "spark", *where],
            within=PATIENCE, beside=beside, **self.environment,
        )  # fmt: skip
        return {**found, "seconds": found["whole"], "bytes": size_of(out)}

    def ours(self, what: str, *arguments: object) -> dict[str, Any]:
        """A measurement of `ours.py`."""
        command = [sys.executable, str(HERE / "ours.py"), what, *map(str, arguments)]
        return in_process(command, **self.environment)

    def measured(
        self, kind: str, what: str, rows: int, run: Callable[[], dict[str, Any]]
    ) -> dict[str, Any] | None:
        """Run, keep and print; what cannot run is kept with the reason."""
        try:
            found = run()
        except (Failed, Absent) as fault:
            self.runs.append({"kind": kind, "what": what, "rows": rows, "not measured": str(fault)})
            print(f"{what}: not measured: {fault}", flush=True)
            return None
        self.keep(kind, what, rows, found)
        return found

    def keep(self, kind: str, what: str, rows: int, found: dict[str, Any]) -> None:
        self.runs.append({"kind": kind, "what": what, "rows": rows, **found})
        self.save()
        done = rows or found.get("items", 0)
        print(
            f"{kind:<6}{what:<20}{done:>13,}{found['seconds']:>10.2f} s"
            f"{done / found['seconds']:>14,.0f} a second{found['megabytes']:>8,.0f} MB",
            flush=True,
        )


def ratios(runs: list[dict[str, Any]]) -> dict[str, float]:
    """What the runs say of each other."""
    found = {(each["what"], each["rows"]): each for each in runs if "seconds" in each}
    made: dict[str, float] = {}
    for (what, rows), each in found.items():
        limits = [
            other["seconds"] for (name, of), other in found.items()
            if of == rows and other["kind"] == "limit" and name != "sorting"
        ]  # fmt: skip
        if what == "compiled" and limits:
            made[f"times the limit, {rows:,} rows"] = each["seconds"] / min(limits)
        ours = found.get(("compiled", rows))
        if ours is None:
            continue
        if what in {"Sail", "Spark local[2]"}:
            made[f"{what}, times this process, {rows:,} rows"] = each["whole"] / ours["whole"]
        if what == "in no order" and ("sorting", rows) in found:
            added = each["seconds"] - ours["seconds"]
            made[f"what no order adds, times sorting, {rows:,} rows"] = (
                added / found["sorting", rows]["seconds"]
            )
        if what == "compiled" and rows >= WIDEST and ("compiled", rows // 10) in found:
            before = found["compiled", rows // 10]["megabytes"]
            made[f"memory, times that of a tenth, {rows:,} rows"] = each["megabytes"] / before
    return made


def machine() -> dict[str, Any]:
    """What it was measured on."""
    return {
        "processor": processor(),
        "cores": os.cpu_count(),
        "memory GB": round(memory() / 2**30),
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
    }


def processor() -> str:
    """Its name, where the system tells it."""
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    named = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return named[0] if named else platform.machine()


def memory() -> int:
    """Bytes of memory of the machine, 0 where the system does not tell."""
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError, OSError):
        return 0


def own_versions() -> dict[str, str]:
    """Versions of what is installed beside this package."""
    found: dict[str, str] = {}
    for name in OWN:
        try:
            found[name] = version(name)
        except ModuleNotFoundError:
            continue
    return found


def fresh(folder: Path) -> Path:
    """The folder, empty."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    return folder


def size_of(folder: Path) -> int:
    """Bytes of all tables in a folder."""
    return sum(each.stat().st_size for each in folder.rglob("*.parquet") if each.is_file())


@contextmanager
def sail(environment: dict[str, str]) -> Iterator[tuple[int, int]]:
    """A server of Sail, its process and port; ended behind it."""
    program = Path(sys.executable).with_name("sail")
    if not program.exists():
        raise Absent("pysail is not installed")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    command = [str(program), "spark", "server", "--ip", "127.0.0.1", "--port", str(port)]
    server = subprocess.Popen(
        command, env={**os.environ, **environment},
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        until = time.monotonic() + 30
        while time.monotonic() < until and server.poll() is None:
            with socket.socket() as asked:
                if asked.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        yield server.pid, port
    finally:
        end(server.pid)
        server.wait()


def one_encounter() -> float:
    """The fastest of five cold starts of the command on one encounter."""
    example = HERE.parent / "examples" / "infliximab.json"
    command = ["-m", "hangtime.cli", "code", str(example), "--json"]
    loaded = subprocess.run(
        [sys.executable, "-X", "importtime", *command], capture_output=True, text=True, check=False
    ).stderr
    assert "| numba" not in loaded.replace("|   ", "| "), "numba was imported for one encounter"
    times: list[float] = []
    for _ in range(5):
        began = time.perf_counter()
        subprocess.run([sys.executable, *command], capture_output=True, check=False)
        times.append(time.perf_counter() - began)
    return min(times)


if __name__ == "__main__":
    main()
