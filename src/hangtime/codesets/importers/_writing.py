"""A fact file as every importer here writes it: provenance, column names, rows, one ending."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from pathlib import Path

from hangtime.codesets.facts import rows_digest


def write_facts(
    path: Path, header: Iterable[str], columns: Iterable[str], rows: Iterable[tuple[str, ...]]
) -> None:
    """Write one fact file; `header` is its provenance, a line each, without the comment sign."""
    lines = [_line(row) for row in rows]
    said = (*header, f"rows: {len(lines)}, sha256 {rows_digest(lines)}")
    text = [f"# {line}".rstrip() for line in said] + [_line(columns)] + lines
    path.write_text("\n".join(text) + "\n", encoding="utf-8", newline="\n")


def _line(cells: Iterable[str]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="").writerow(cells)
    return buffer.getvalue()
