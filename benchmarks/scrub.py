"""How long claim lines take through `hangtime scrub`: reading, judging, and both.

    python benchmarks/scrub.py [--lines 1000000] [--store DIR]

Made-up claims of the third quarter of 2024, three in ten with a fault.  Prints seconds and lines a
second; `--store` judges them by imported code sets as well.
"""

from __future__ import annotations

import argparse
import random
import tempfile
import time
from collections import Counter
from datetime import date, timedelta
from pathlib import Path

from hangtime.edits import Scrubber
from hangtime.formats.claims import read_claims

TITLES = (
    "claim_id,line_number,setting,payer,date_of_service,code,modifiers,units,diagnoses,"
    "diagnosis_pointers,ndc,ndc_unit,ndc_quantity,billing_npi"
)
FIRST = date(2024, 7, 1)
NPI = "1234567893"
DRUGS = (
    ("J1745", "JZ", "57894003001"),
    ("J9271", "JZ", "00006302602"),
    ("J1569", "JZ JA", "00944270002"),
)
FURTHER = ("96366", "96367", "96375", "96375", "96361")
FAULTS = ("96366", "96368", "96365", "36000", "99213", "96523", "20610")


def claim(number: int, chance: random.Random) -> list[str]:
    """The lines of one claim as CSV."""
    setting = chance.choice(("facility", "professional"))
    day = FIRST + timedelta(chance.randrange(92))
    lines: list[tuple[str, str, str, str]] = [("96365", "", "1", ",,")]
    further = chance.sample(FURTHER, chance.randrange(4))
    lines += [(code, "", str(chance.randrange(1, 3)), ",,") for code in further]
    drug, modifiers, ndc = chance.choice(DRUGS)
    lines.append((drug, modifiers, str(chance.randrange(10, 100)), f"{ndc},UN,1"))
    if chance.random() < 0.3:
        lines.append((chance.choice(FAULTS), "", "2", ",,"))
    pointer = "1" if setting == "professional" else ""
    return [
        f"C{number},{at},{setting},medicare,{day},{code},{modifiers},{units},K5090 E860,{pointer},"
        f"{of_ndc},{NPI}"
        for at, (code, modifiers, units, of_ndc) in enumerate(lines, 1)
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lines", type=int, default=1_000_000)
    parser.add_argument("--store", type=Path, help="folder of imported code sets")
    options = parser.parse_args()
    chance = random.Random(20240701)
    rows: list[str] = []
    while len(rows) < options.lines:
        rows += claim(len(rows), chance)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "claims.csv")
        path.write_text("\n".join((TITLES, *rows)) + "\n", encoding="utf-8")
        size = path.stat().st_size / 1e6
        print(f"{len(rows):,} lines, {size:.0f} MB")
        report(path, len(rows), options.store)


def report(path: Path, count: int, store: Path | None) -> None:
    started = time.perf_counter()
    claims = sum(1 for _ in read_claims(path))
    reading = time.perf_counter() - started
    scrubber, rules = Scrubber(store=store), Counter[str]()
    started = time.perf_counter()
    for claim in read_claims(path):
        rules.update(found.rule for found in scrubber.scrub(claim.lines))
    both = time.perf_counter() - started
    print(f"claims   {claims:>10,}   findings {rules.total():,}")
    measured = (
        ("reading", reading),
        ("judging", both - reading),
        ("both", both),
    )
    for name, seconds in measured:
        print(f"{name:<8} {seconds:>6.1f} s  {count / seconds:>12,.0f} lines a second")
    for rule, times in rules.most_common():
        print(f"  {times:>9,}  {rule}")


if __name__ == "__main__":
    main()
