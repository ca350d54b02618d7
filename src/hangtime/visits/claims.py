"""The lines of a visit as rows of the claim-line table: as coded, and as people decided."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, NamedTuple, cast

import sqlalchemy as sa

from hangtime.store import reading
from hangtime.store.tables import ledger_entry
from hangtime.visits import decisions
from hangtime.visits.clinic import Clinic
from hangtime.visits.records import Record
from hangtime.visits.tables import visit

__all__ = [
    "COLUMNS",
    "FORMATS",
    "Format",
    "Released",
    "claim_lines",
    "claim_rows",
    "final_lines",
    "released_rows",
    "write_csv",
]

# The columns of the claim-line table that a record can fill, in its order.
COLUMNS: tuple[str, ...] = (
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
        row["diagnoses"] = [_as_billed(each) for each in encounter.get("diagnoses", ())]
        yield {name: row[name] for name in COLUMNS if name in row}


def _as_billed(diagnosis: str) -> str:
    """As a claim has it: a chart writes the dot of ICD-10-CM, a claim leaves it out."""
    return diagnosis.replace(".", "")


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


class Released(NamedTuple):
    """Rows of the claim-line table that went out, of which visits, and where to go on."""

    rows: tuple[dict[str, Any], ...]
    visit_ids: tuple[str, ...]
    next: int | None


def released_rows(clinic: Clinic, site_id: str, after: int, limit: int) -> Released:
    """What was released at a site after a ledger entry, at most `limit` visits, as it went out."""
    query = (
        sa.select(ledger_entry.c.seq, ledger_entry.c.subject, ledger_entry.c.body)
        .join(visit, visit.c.visit_id == ledger_entry.c.subject)
        .where(
            ledger_entry.c.stream == decisions.RELEASE,
            ledger_entry.c.seq > after,
            visit.c.site_id == site_id,
        )
        .order_by(ledger_entry.c.seq)
        .limit(limit + 1)
    )
    with reading(clinic.engine) as connection:
        found = connection.execute(query).all()
    shown = found[:limit]
    rows: list[dict[str, Any]] = []
    for each in shown:
        packed = decisions.read(each.body)
        if packed is not None and isinstance(packed.body, decisions.Released):
            rows += packed.body.lines
    return Released(
        tuple(rows),
        tuple(each.subject for each in shown),
        shown[-1].seq if len(found) > limit else None,
    )


def write_csv(rows: Iterable[dict[str, Any]]) -> str:
    """The claim-line table as CSV; lists are separated by spaces."""
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, restval="", lineterminator="\r\n")
    writer.writeheader()
    for row in rows:
        writer.writerow({name: _cell(value) for name, value in row.items()})
    return text.getvalue()


def claim_lines(released: Released) -> bytes:
    """The claim-line table of what was released."""
    return write_csv(released.rows).encode()


Format = Callable[[Released], bytes]
FORMATS: Mapping[str, Format] = {"claim-lines.csv": claim_lines}
"""How a release leaves, by the name of the file.  A further form of claim is one more function."""


def _cell(value: Any) -> Any:
    return " ".join(cast("list[str]", value)) if isinstance(value, list) else value
