"""Large text of plain cells between tabs, read by columns: pairs come as a hundred megabytes of it.

Only what needs no thought is read so: no quotes, as many cells in each line, no empty line.
Anything else is left to the reader that goes line by line and can name each.
"""

# pyarrow has no type stubs; nothing untyped but arrays leaves this file.
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false
# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false
# pyright: reportAttributeAccessIssue=false
from __future__ import annotations

from pathlib import Path
from typing import Any

LARGE = 10_000_000  # bytes


def columns_of(path: Path, after: int, width: int, wanted: list[int]) -> list[Any] | None:
    """The columns wanted of all lines after a line, or None where a line needs thought.

    `width` is how many cells each line has.  The text is UTF-8.
    """
    import pyarrow as pa
    from pyarrow import compute, csv

    if path.stat().st_size < LARGE or _has_quotes(path):
        return None
    names = [str(number) for number in range(width)]
    kept = [names[number] for number in wanted]
    try:
        rows: Any = csv.read_csv(
            path,
            csv.ReadOptions(skip_rows=after, column_names=names),
            csv.ParseOptions(delimiter="\t", quote_char=False, ignore_empty_lines=False),
            csv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()),
                include_columns=kept,
                strings_can_be_null=False,
            ),
        )
    except pa.ArrowException:
        return None
    if compute.any(compute.equal(rows[kept[0]], "")).as_py():
        return None
    return [rows[name] for name in kept]


def _has_quotes(path: Path) -> bool:
    with path.open("rb") as file:
        while block := file.read(1 << 22):
            if b'"' in block:
                return True
    return False
