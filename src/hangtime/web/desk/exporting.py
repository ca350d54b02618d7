"""What a page of the desk shows, to take away: lines of a visit, what is ready, who read what, the record on paper.

The lists and figures that have a page of their own are exported beside it.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from hangtime import worklist
from hangtime.accounts import Person, may
from hangtime.accounts.people import names_of
from hangtime.paper import record_pdf
from hangtime.store import Read
from hangtime.visits import Clinic, Record
from hangtime.visits.claims import claim_rows
from hangtime.visits.readers import reads_at
from hangtime.web.api.ledger import Name
from hangtime.web.api.visiting import Asked, clinic_of, visit_for
from hangtime.web.desk.asking import Word, as_csv, chosen_site, sites_for
from hangtime.web.desk.lists import dollars
from hangtime.web.desk.telling import by, coded_as, told
from hangtime.web.problems import Problem
from hangtime.web.security import allowed, guard_of, log_reads
from hangtime.worklist import Item, Wanted, scrub_rows

router = APIRouter(include_in_schema=False)

MOST_READY = 1_000
MOST_READS = 50_000
_AT_ONCE = 200
LINES = (
    "visit_id", "line", "code", "modifiers", "units", "date_of_service", "amount", "standing",
    "decision", "decided_by", "decided_at", "explanation", "rules",
)  # fmt: skip
READY = ("visit_id", "patient_id", "date_of_service", "lines", "amount", "errors", "findings")
READS = ("read_at", "account_id", "name", "what", "visit_id", "reason")


@router.get("/worklist/{visit_id}/lines.csv")
def export_lines(
    asked: Annotated[Asked, Depends(visit_for("read_worklist", reads="coding"))],
) -> Response:
    """The coded lines of a visit, with their reasons and what was decided of each."""
    if not may(asked.person, "export", asked.record.site_id):
        raise Problem("not-allowed")
    return as_csv("lines.csv", LINES, _lines(asked.record))


@router.get("/worklist/release.csv")
def export_ready(
    request: Request, who: Annotated[Person, Depends(allowed("export"))], site: Word = ""
) -> Response:
    """The visits that are ready to go out, with what the scrub says of each; at most a thousand."""
    where = chosen_site(sites_for(request, who, "export"), site)
    clinic = clinic_of(request)
    wanted = Wanted(site_ids=(where.site_id,), states=("ready",))
    items = tuple(islice(_items(clinic, wanted), MOST_READY))
    log_reads(request, who, (each.visit_id for each in items), "release")
    return as_csv("ready.csv", READY, (row for each in items for row in _ready(clinic, each)))


@router.get("/oversight/reads.csv")
def export_reads(
    request: Request,
    who: Annotated[Person, Depends(allowed("read_access_log"))],
    site: Word = "",
    account: Name = None,
    visit: Name = None,
) -> Response:
    """The latest reads of a site, of all or of one person or visit; at most fifty thousand."""
    where = chosen_site(sites_for(request, who, "read_access_log"), site)
    if not may(who, "export", where.site_id):
        raise Problem("not-allowed")
    reads = reads_at(
        clinic_of(request), (where.site_id,), account_id=account, visit_id=visit, limit=MOST_READS
    )
    names = names_of(guard_of(request).register, {each.account_id for each in reads})
    return as_csv("reads.csv", READS, (_read(each, names) for each in reads))


@router.get("/visits/{visit_id}/record.pdf")
def print_record(
    request: Request, asked: Annotated[Asked, Depends(visit_for("read_visit", reads="record"))]
) -> Response:
    """The infusion record on paper, as of its last entry."""
    record = asked.record
    found = record_pdf(record.visit, clinic_of(request).sites[record.site_id])
    headers = {
        "content-disposition": f'inline; filename="infusion-record-{record.visit_id}.pdf"',
        "cache-control": "no-store",
    }
    return Response(found, headers=headers, media_type="application/pdf")


def _lines(record: Record) -> Iterator[tuple[object, ...]]:
    coding = record.work.coding
    prices = ((coding.prices or {}).get("lines", ()) if coding else ()) or ()
    for number, line in enumerate(coding.lines if coding else (), 1):
        decided = record.work.decided.get(number)
        said = told(decided) if decided else None
        price: Any = prices[number - 1] if prices else {}
        yield (
            record.visit_id, number, line["code"], " ".join(line["modifiers"]), line["units"],
            line["date_of_service"], price.get("amount"), "decided" if decided else "open",
            said and f"{said.what}: {said.why}".removesuffix(": "), decided and by(decided),
            decided and decided.recorded_at, line["explanation"], " ".join(line["rules"]),
        )  # fmt: skip
    for each in record.work.added:
        body: Any = each.body
        yield (
            record.visit_id, None, body.code, " ".join(body.modifiers), body.units,
            body.date_of_service, None, "added", told(each).why, by(each), each.recorded_at, "", "",
        )  # fmt: skip


def _items(clinic: Clinic, wanted: Wanted) -> Iterator[Item]:
    cursor: str | None = None
    while True:
        page = worklist.find_items(clinic.engine, wanted, limit=_AT_ONCE, cursor=cursor)
        yield from page.items
        cursor = page.next
        if cursor is None:
            return


def _ready(clinic: Clinic, item: Item) -> Iterator[tuple[object, ...]]:
    record = clinic.records.current(item.visit_id)
    if record is None:
        return
    rows = list(claim_rows(record))
    findings = scrub_rows(rows)
    errors = sum(each.severity == "error" for each in findings)
    yield (
        item.visit_id, item.patient_id, item.day, ", ".join(coded_as(row) for row in rows),
        dollars(item.amount), errors, " ".join(each.message for each in findings),
    )  # fmt: skip


def _read(each: Read, names: dict[str, str]) -> tuple[object, ...]:
    named = names.get(each.account_id)
    return each.read_at, each.account_id, named, each.what, each.visit_id, each.reason
