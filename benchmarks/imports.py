"""What importing published code sets takes: rows, seconds and the most memory held, file by file.

    python benchmarks/imports.py FILE...      # or a folder
    python benchmarks/imports.py --made-up    # a practitioner's pairs in the official text and workbook

Each file is imported by a process of its own into an empty store; a file that says no dates is
taken as of 2025Q4.  At the end one pair is looked up, cold and then again and again.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

PAIRS, BOOK_PAIRS = 1_728_585, 200_000
LOOKUPS = 200_000
WORKER = """
import json, resource, sys, time
from pathlib import Path
began = time.perf_counter()
from hangtime.codesets.store.importing import import_files
from hangtime.codesets.store.periods import quarter
from hangtime.codesets.store.reading import Told
def held():
    # The kernel's high-water mark of this program alone; ru_maxrss also remembers who started it.
    status = Path("/proc/self/status")
    if not status.exists():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return next(int(l.split()[1]) for l in status.open() if l.startswith("VmHWM")) / 1024
path, store = Path(sys.argv[1]), Path(sys.argv[2])
(done,) = import_files([path], store)
if "--quarter" in done.refused:
    (done,) = import_files([path], store, Told(quarter("2025Q4")))
tables = [*done.tables, *done.known]
print(json.dumps({
    "seconds": time.perf_counter() - began,
    "megabytes": held(),
    "rows": sum(s.rows for t in tables for s in t.sources),
    "stored": sum(t.rows for t in tables),
    "set_aside": sum(t.set_aside for t in tables),
    "refused": done.refused,
}))
"""


def main() -> None:
    """Import each file named, and print a line of figures for it."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        asked = [Path(each) for each in sys.argv[1:] if not each.startswith("--")]
        files = [f for each in asked for f in (sorted(each.iterdir()) if each.is_dir() else [each])]
        if "--made-up" in sys.argv:
            files += [made_text(folder), made_book(folder)]
        print(f"{'file':<46}{'rows in':>12}{'stored':>12}{'set aside':>11}{'s':>8}{'MB':>8}")
        for number, path in enumerate(files):
            print(line(path, measured(path, folder / f"store.{number}")), flush=True)
            looked_up(folder / f"store.{number}")


def measured(path: Path, store: Path) -> dict[str, object]:
    """Figures of one import, from a process of its own."""
    done = subprocess.run(
        [sys.executable, "-c", WORKER, str(path), str(store)],
        check=True, capture_output=True, text=True,
    )  # fmt: skip
    return json.loads(done.stdout)


def line(path: Path, figures: dict[str, object]) -> str:
    if figures["refused"]:
        return f"{path.name:<46}refused: {str(figures['refused']).split(': ', 1)[-1][:60]}"
    return (
        f"{path.name:<46}{figures['rows']:>12,}{figures['stored']:>12,}{figures['set_aside']:>11,}"
        f"{figures['seconds']:>8.2f}{figures['megabytes']:>8,.0f}"
    )


def looked_up(store: Path) -> None:
    """How long one pair takes to find, where the file was of pairs."""
    from hangtime.codesets.store import Store

    began = time.perf_counter()
    known = Store(store)
    table = next((table for table in known.tables() if table.kind == "ptp"), None)
    if table is None:
        return
    known.pair(table.setting, "96365", "36000", table.first)
    cold = time.perf_counter() - began
    began = time.perf_counter()
    for _ in range(LOOKUPS):
        known.pair(table.setting, "96365", "36000", table.first)
    each = (time.perf_counter() - began) / LOOKUPS
    print(f"{'  one pair: the first, then each':<46}{1e3 * cold:>9.2f} ms{1e6 * each:>9.2f} us")


TITLES = "Column 1\tColumn 2\t*=in existence\tEffective\tDeletion\tModifier\tPTP Edit Rationale"


def made_rows(count: int) -> list[str]:
    """Pairs of our own making, as the official text has them."""
    return [
        f"{10000 + at // 2000:05}\t{20000 + at % 2000:05}\t\t20090101\t*\t{at % 2}"
        "\tStandards of medical / surgical practice"
        for at in range(count)
    ]


def made_text(folder: Path) -> Path:
    path = folder / "ccipra-v302r0.txt"
    path.write_text("\n".join([TITLES, *made_rows(PAIRS), ""]), encoding="utf-8")
    return path


def made_book(folder: Path) -> Path:
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    sheet = book.create_sheet("Sheet1")
    for row in (TITLES, *made_rows(BOOK_PAIRS)):
        sheet.append(row.split("\t"))
    path = folder / "ccipra-v302r0.xlsx"
    book.save(path)
    return path


if __name__ == "__main__":
    main()
