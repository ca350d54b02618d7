"""The lines of a visit as rows of the claim-line table: as coded, and as people decided."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from hangtime.visits import decisions
from hangtime.visits.records import Record

__all__ = ["COLUMNS", "claim_rows", "final_lines"]

# The columns of the claim-line table that a record can fill, in its order.
COLUMNS = (
    "claim_id", "line_number", "encounter_id", "patient_id", "setting", "payer", "place_of_service",
    "date_of_service", "code", "modifiers", "units", "diagnoses", "ndc", "ndc_unit", "ndc_quantity",
    "birth_date",
)  # fmt: skip
_OF_VISIT = ("encounter_id", "patient_id", "setting", "payer", "place_of_service", "birth_date")
_OF_LINE = ("date_of_service", "code", "units", "ndc", "ndc_unit", "ndc_quantity")


def final_lines(record: Record) -> Iterator[dict[str, Any]]:
    """The lines that would go out: changed where they were overridden, without the removed ones."""
    work = record.work
    for number, line in enumerate(work.coding.lines if work.coding else (), 1):
        step = work.decided.get(number)
        body = step.body if step else None
        if isinstance(body, decisions.LineOverridden):
            yield line | _changes(body)
        elif not isinstance(body, decisions.LineRemoved):
            yield line
    for step in work.added:
        if isinstance(step.body, decisions.LineAdded):
            yield _added(step.body)


def claim_rows(record: Record) -> Iterator[dict[str, Any]]:
    """The same as rows of the claim-line table; what is not known is left out."""
    coding = record.work.coding
    encounter = coding.encounter if coding else {}
    visit = {name: encounter[name] for name in _OF_VISIT if name in encounter}
    for number, line in enumerate(final_lines(record), 1):
        own = {name: line[name] for name in _OF_LINE if line.get(name) is not None}
        row: dict[str, Any] = {"claim_id": record.visit_id, "line_number": number} | visit | own
        row["modifiers"] = list(line.get("modifiers", ()))
        row["diagnoses"] = list(encounter.get("diagnoses", ()))
        yield {name: row[name] for name in COLUMNS if name in row}


def _changes(body: decisions.LineOverridden) -> dict[str, Any]:
    changed: dict[str, Any] = {"code": body.code, "units": body.units}
    found: dict[str, Any] = {name: value for name, value in changed.items() if value is not None}
    if body.modifiers is not None:
        found["modifiers"] = list(body.modifiers)
    return found


def _added(body: decisions.LineAdded) -> dict[str, Any]:
    return {
        "code": body.code,
        "units": body.units,
        "modifiers": list(body.modifiers),
        "date_of_service": body.date_of_service.isoformat(),
    }
