"""Releasing many visits at once: what is ready, what the scrub says of it, and the files that go out."""

from __future__ import annotations

import io
import uuid
import zipfile
from typing import Annotated, NamedTuple

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import Response

from hangtime import worklist
from hangtime.accounts import Person, may
from hangtime.edits import ClaimFinding
from hangtime.visits import Record, release
from hangtime.visits.claims import FORMATS, Released, claim_rows, released_rows
from hangtime.web.api.visiting import clinic_of
from hangtime.web.desk.asking import Word, chosen_site, frame_for, sites_for, zone_of
from hangtime.web.desk.lists import dollars
from hangtime.web.desk.summaries import summary
from hangtime.web.desk.telling import coded_as
from hangtime.web.pages import render
from hangtime.web.problems import Problem
from hangtime.web.security import allowed, log_reads
from hangtime.worklist import Item, Wanted, scrub_rows

router = APIRouter(include_in_schema=False)

PAGE = 100
MOST_FILES = 1_000
Releaser = Annotated[Person, Depends(allowed("release"))]
Exporter = Annotated[Person, Depends(allowed("export"))]
After = Annotated[int, Query(ge=0, le=2**53)]


class Ready(NamedTuple):
    """A visit that can go out: its lines, and what they will meet."""

    item: Item
    lines: tuple[str, ...]
    findings: tuple[ClaimFinding, ...]

    @property
    def is_clean(self) -> bool:
        """It has lines, and no finding says that one would be denied."""
        return bool(self.lines) and all(each.severity != "error" for each in self.findings)


class Gone(NamedTuple):
    """What became of one visit that was to be released; `wrong` says why it was not."""

    visit_id: str
    patient: str
    wrong: tuple[str, ...]


@router.get("/worklist/release")
def show_ready(request: Request, who: Releaser, site: Word = "") -> Response:
    """The visits whose lines are all decided, scrubbed."""
    return _page(request, who, site, ())


@router.post("/worklist/release")
async def release_chosen(request: Request, who: Releaser) -> Response:
    """Release the visits that are ticked; what stands against one stops no other."""
    form = await request.form(max_files=0, max_fields=PAGE + 5)
    chosen = [each for each in form.getlist("visit") if isinstance(each, str)]
    batch = str(form.get("entry_id", ""))
    site_id = str(form.get("site", ""))
    from starlette.concurrency import run_in_threadpool

    return await run_in_threadpool(_release, request, who, site_id, batch, chosen)


@router.get("/worklist/released.zip")
def download(request: Request, who: Exporter, site: Word, after: After = 0) -> Response:
    """What was released at a site after a ledger number: the claim lines, and a summary of each visit."""
    clinic = clinic_of(request)
    where = chosen_site(sites_for(request, who, "export"), site)
    found = released_rows(clinic, where.site_id, after, MOST_FILES)
    log_reads(request, who, dict.fromkeys(found.visit_ids), "claim lines")
    records = {each: clinic.records.current(each) for each in dict.fromkeys(found.visit_ids)}
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, written in FORMATS.items():
            archive.writestr(name, written(found))
        for visit_id, record in records.items():
            printed = summary(record, where) if record else None
            if printed is not None:
                archive.writestr(f"summaries/{visit_id}.pdf", printed)
    headers = {
        "content-disposition": 'attachment; filename="released.zip"',
        "cache-control": "no-store",
    }
    return Response(held.getvalue(), headers=headers, media_type="application/zip")


@router.get("/worklist/released.csv")
def download_lines(request: Request, who: Exporter, site: Word, after: After = 0) -> Response:
    """The claim lines alone."""
    where = chosen_site(sites_for(request, who, "export"), site)
    found: Released = released_rows(clinic_of(request), where.site_id, after, MOST_FILES)
    log_reads(request, who, dict.fromkeys(found.visit_ids), "claim lines")
    name, written = next(iter(FORMATS.items()))
    headers = {
        "content-disposition": f'attachment; filename="{name}"',
        "cache-control": "no-store",
    }
    return Response(written(found), headers=headers, media_type="text/csv; charset=utf-8")


def _release(
    request: Request, who: Person, site_id: str, batch: str, chosen: list[str]
) -> Response:
    clinic = clinic_of(request)
    try:
        named = uuid.UUID(batch)
    except ValueError:
        raise Problem("invalid") from None
    gone: list[Gone] = []
    for visit_id in chosen:
        found = clinic.site_of(visit_id)
        if found is None or not may(who, "release", found):
            raise Problem("not-found")
        decided = release(clinic, who, visit_id, str(uuid.uuid5(named, visit_id)))
        wrong = tuple(each.message for each in decided.errors)
        gone.append(Gone(visit_id, decided.record.opening.patient.name, wrong))
    log_reads(request, who, chosen, "release")
    request.app.state.following.nudge()
    return _page(request, who, site_id, tuple(gone))


def _page(request: Request, who: Person, site_id: str, gone: tuple[Gone, ...]) -> Response:
    clinic = clinic_of(request)
    site = chosen_site(sites_for(request, who, "release"), site_id)
    wanted = Wanted(site_ids=(site.site_id,), states=("ready",))
    page = worklist.find_items(clinic.engine, wanted, limit=PAGE)
    records = ((each, clinic.records.current(each.visit_id)) for each in page.items)
    ready = tuple(_ready(item, record) for item, record in records if record is not None)
    log_reads(request, who, (each.item.visit_id for each in ready), "release")
    return render(
        request,
        "desk/release.html",
        frame=frame_for(request, who, site),
        site=site,
        sites=sites_for(request, who, "release"),
        zone=zone_of(site),
        now=clinic.now(),
        ready=ready,
        has_more=page.next is not None,
        gone=gone,
        since=_before(request, gone),
        dollars=dollars,
        entry_id=str(uuid.uuid4()),
        may_export=may(who, "export", site.site_id),
    )


def _before(request: Request, gone: tuple[Gone, ...]) -> int:
    """The ledger number before the first of what just went out."""
    ledger = clinic_of(request).ledger
    out = [each for each in gone if not each.wrong]
    seqs = [entry.seq for each in out for entry in ledger.of(each.visit_id, "release")[-1:]]
    return min(seqs, default=1) - 1


def _ready(item: Item, record: Record) -> Ready:
    rows = list(claim_rows(record))
    return Ready(item, tuple(coded_as(row) for row in rows), tuple(scrub_rows(rows)))
