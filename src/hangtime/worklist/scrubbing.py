"""The scrub before release: what the lines that would go out will meet at the payer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

from hangtime.edits import ClaimFinding, ClaimLine, Scrubber

__all__ = ["scrub_rows"]

_AS_THEY_ARE = (
    "claim_id", "line_number", "setting", "code", "encounter_id", "patient_id", "payer",
    "place_of_service", "ndc", "ndc_unit",
)  # fmt: skip


def scrub_rows(rows: Sequence[Mapping[str, Any]]) -> list[ClaimFinding]:
    """Findings about one claim, given as rows of the claim-line table.

    A row without a date cannot be scrubbed, and would be refused: there is no such line.
    """
    return _scrubber().scrub([_line(row) for row in rows if row.get("date_of_service")])


@cache
def _scrubber() -> Scrubber:
    """One for the process: its tables are read once."""
    return Scrubber()


def _line(row: Mapping[str, Any]) -> ClaimLine:
    same = {name: row[name] for name in _AS_THEY_ARE if name in row}
    quantity, born = row.get("ndc_quantity"), row.get("birth_date")
    return ClaimLine(
        **same,
        date_of_service=date.fromisoformat(row["date_of_service"]),
        units=Decimal(str(row["units"])),
        modifiers=tuple(row.get("modifiers", ())),
        diagnoses=tuple(row.get("diagnoses", ())),
        ndc_quantity=None if quantity is None else Decimal(str(quantity)),
        birth_date=date.fromisoformat(born) if born else None,
    )
