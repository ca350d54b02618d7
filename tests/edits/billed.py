"""Claims as short as they can be said: a line is its code, its modifiers and units."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from hangtime.edits import ClaimFinding, ClaimLine, Scrubber

DAY = date(2024, 8, 14)  # covered by every shipped table
LATER = date(2026, 8, 12)  # covered by the practitioner's pairs alone


def line(code: str, *modifiers: str, units: str | int = 1, **more: Any) -> ClaimLine:
    given = {"setting": "facility", "payer": "medicare", "date_of_service": DAY} | more
    return ClaimLine(
        claim_id="C-1",
        line_number=given.pop("line_number", 1),
        code=code,
        modifiers=modifiers,
        units=Decimal(units),
        **given,
    )


def claim(*lines: ClaimLine, **more: Any) -> list[ClaimLine]:
    """The lines as one claim, numbered; `more` is said of each."""
    return [each._replace(line_number=n, **more) for n, each in enumerate(lines, 1)]


def scrubbed(*lines: ClaimLine, **more: Any) -> list[ClaimFinding]:
    return Scrubber().scrub(claim(*lines, **more))


def rules(*lines: ClaimLine, **more: Any) -> list[str]:
    return [found.rule for found in scrubbed(*lines, **more)]
