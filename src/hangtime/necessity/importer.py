"""The billable ICD-10-CM codes beneath the listed categories, cut out of the published code list.

    python -m hangtime.necessity.importer SOURCE [TARGET]

SOURCE is a folder with `data/icd10cm/code-list-April-2026.txt`; TARGET is where the files go, by
default the package's own folder.
"""

from __future__ import annotations

import sys
from pathlib import Path

from hangtime.codesets.importers._writing import write_facts
from hangtime.necessity.lists import FOLDER, rows

CODES = Path("data", "icd10cm", "code-list-April-2026.txt")
ORIGIN = "source: CDC/NCHS, ICD-10-CM, code list of April 2026"
BY = "built by hangtime.necessity.importer"
_CATEGORY = 3  # characters


def build(source: Path, target: Path) -> None:
    """Write `codes.csv` and `editions.csv` to `target`."""
    ends = ((row["first"], row["last"]) for row in rows("listed.csv"))
    asked = [(first[:_CATEGORY], last[:_CATEGORY]) for first, last in ends]
    text = (source / CODES).read_text(encoding="utf-8")
    codes = sorted(code for code in text.split() if code.isalnum() and len(code) >= _CATEGORY)
    kept = [
        code
        for code, after in zip(codes, [*codes[1:], ""], strict=True)
        if not after.startswith(code)
        and any(first <= code[:_CATEGORY] <= last for first, last in asked)
    ]
    write_facts(
        target / "codes.csv",
        ("Billable ICD-10-CM codes of the listed categories, without dots.", ORIGIN, BY),
        ("code",),
        ((code,) for code in kept),
    )
    write_facts(
        target / "editions.csv",
        ("The edition that codes.csv is of, and the days it is in force.", ORIGIN, BY),
        ("edition", "from", "until"),
        [("icd10cm-2026-04", "2026-04-01", "2026-09-30")],
    )


if __name__ == "__main__":
    build(Path(sys.argv[1]), Path(sys.argv[2]) if len(sys.argv) > 2 else FOLDER)
