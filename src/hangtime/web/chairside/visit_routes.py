"""The page of one visit, and everything that is charted from it."""

from __future__ import annotations

import uuid
from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Path, Request, Response

from hangtime import chart
from hangtime.accounts import Person
from hangtime.chart.bodies import Corrected
from hangtime.visits import Record, answer
from hangtime.visits.decisions import QueryAnswered
from hangtime.web import pages
from hangtime.web.api.visiting import Asked, VisitId, clinic_of, visit_for
from hangtime.web.api.wire import gives
from hangtime.web.chairside import barcode
from hangtime.web.chairside.charting import Sent, happened_at, record
from hangtime.web.chairside.forms import Said, asks_for_json, one, said, sent_as_json, to
from hangtime.web.chairside.framing import frame_at
from hangtime.web.chairside.history import in_words, title_of
from hangtime.web.chairside.offline import queue_key
from hangtime.web.chairside.reading import SCANNED, Unreadable, bodies, typed_of
from hangtime.web.chairside.sheets import Sheet, kind_of, sheet_of_kind, sheets
from hangtime.web.chairside.visit_page import ADDED, Reopened, facts_of, local
from hangtime.web.problems import Problem
from hangtime.web.security import allowed

router = APIRouter(include_in_schema=False)

Typed = Annotated[Said, Depends(said)]
Id = Annotated[str, Path(min_length=1, max_length=80, pattern=r"^[^\x00/]*$")]
MOST_OF_A_PICTURE = barcode.MOST_PIXELS + 100


@router.get("/visits/{visit_id}")
def show_visit(
    request: Request, asked: Annotated[Asked, Depends(visit_for("read_visit", reads="visit"))]
) -> Response:
    """The step that is due, what runs, what is missing, and everything that can be charted."""
    return _visit_page(request, asked.record, asked.person)


@router.get("/visits/{visit_id}/live")
def show_live(
    request: Request,
    visit_id: VisitId,
    person: Annotated[Person, Depends(allowed("read_visit", is_watching=True))],
) -> Response:
    """The same for a page that looks again by itself, which keeps no session alive."""
    found = clinic_of(request).records.current(visit_id)
    if found is None:
        raise Problem("not-found")
    return _visit_page(request, found, person)


@router.post("/visits/{visit_id}/chart/{sheet}")
def take_sheet(
    request: Request,
    sheet: Id,
    asked: Annotated[Asked, Depends(visit_for("chart_event"))],
    typed: Typed,
) -> Response:
    """Chart what a sheet says: to a script the result in words, else the page again."""
    wanted = _sheet(sheet)
    zone = ZoneInfo(asked.record.opening.time_zone)
    try:
        sent = record(request, asked, typed, bodies(wanted, typed), zone)
    except Unreadable as wrong:
        sent = Sent(errors=wrong.errors)
    if asks_for_json(request):
        return sent_as_json(sent)
    if not sent.errors:
        return to(f"/visits/{asked.record.visit_id}")
    again = Reopened(one(typed, "act") or sheet, typed, sent.errors)
    return _visit_page(request, asked.record, asked.person, again)


@router.post("/visits/{visit_id}/barcode")
def take_barcode(
    request: Request, asked: Annotated[Asked, Depends(visit_for("chart_event"))], typed: Typed
) -> Response:
    """Read what a scanner typed; nothing is charted by it."""
    try:
        scanned = barcode.read("".join(typed.get(SCANNED, ())))
    except barcode.UnreadableBarcode as wrong:
        if asks_for_json(request):
            return gives({"error": str(wrong)}, 422)
        again = Reopened(one(typed, "act"), typed, ((SCANNED, f"Barcode: {wrong}"),))
        return _visit_page(request, asked.record, asked.person, again)
    if asks_for_json(request):
        return gives(_scanned(scanned))
    filled = {f"drug_prepared.{name}": [text] for name, text in scanned.fields.items()}
    again = Reopened(
        one(typed, "act"), {**typed, **filled}, (), scanned.remarks, _spelt(scanned.ndc_readings)
    )
    return _visit_page(request, asked.record, asked.person, again)


async def picture(request: Request) -> bytes:
    """A dependency: the body, a gray picture."""
    body = await request.body()
    if len(body) > MOST_OF_A_PICTURE:
        raise Problem("too-large")
    return body


@router.post("/visits/{visit_id}/barcode/picture")
def take_picture(
    _: Annotated[Asked, Depends(visit_for("chart_event"))],
    graymap: Annotated[bytes, Depends(picture)],
) -> Response:
    """Read the barcode in a picture, which is kept nowhere."""
    try:
        return gives(_scanned(barcode.read_picture(graymap)))
    except barcode.UnreadableBarcode as wrong:
        return gives({"error": str(wrong)}, 422)


@router.get("/visits/{visit_id}/entries/{entry_id}")
def show_entry(
    request: Request,
    entry_id: Id,
    asked: Annotated[Asked, Depends(visit_for("correct_event", reads="entry"))],
) -> Response:
    """One entry, to be corrected or struck."""
    return _entry_page(request, asked, entry_id)


@router.post("/visits/{visit_id}/entries/{entry_id}")
def take_correction(
    request: Request,
    entry_id: Id,
    asked: Annotated[Asked, Depends(visit_for("correct_event", reads="entry"))],
    typed: Typed,
) -> Response:
    """Correct an entry or strike it; the old one stays in the history."""
    old = _entry(asked.record, entry_id)
    zone = ZoneInfo(asked.record.opening.time_zone)
    try:
        body = _correction(request, asked, old, typed)
        now = {name: values for name, values in typed.items() if name == "entry_id"}
        sent = record(request, asked, now, (body,), zone)
    except Unreadable as wrong:
        sent = Sent(errors=wrong.errors)
    if not sent.errors:
        return to(f"/visits/{asked.record.visit_id}")
    return _entry_page(request, asked, entry_id, typed, sent.errors)


@router.post("/visits/{visit_id}/answers/{query_id}")
def take_answer(
    request: Request,
    query_id: Id,
    asked: Annotated[Asked, Depends(visit_for("answer_query"))],
    typed: Typed,
) -> Response:
    """Answer a coder's question."""
    text = one(typed, "text")
    if text:
        entry_id = one(typed, "entry_id") or str(uuid.uuid4())
        body = QueryAnswered(query_id=query_id, text=text)
        answer(clinic_of(request), asked.person, asked.record.visit_id, entry_id, body)
        request.app.state.following.nudge()
    return to(f"/visits/{asked.record.visit_id}")


def _visit_page(
    request: Request, record: Record, person: Person, reopened: Reopened | None = None
) -> Response:
    clinic = clinic_of(request)
    facts = facts_of(clinic, record, person, reopened)
    frame = frame_at(request, person, clinic.sites[record.site_id])
    is_refused = reopened is not None and bool(reopened.errors)
    return pages.render(
        request,
        "chairside/visit.html",
        status=422 if is_refused else 200,
        frame=frame,
        account_id=person.account_id,
        queue_key=queue_key(request, person),
        **facts,
    )


def _sheet(name: str) -> Sheet:
    found = sheets().get(name)
    if found is None or name == "opening":
        raise Problem("not-found")
    return found


def _entry(record: Record, entry_id: str) -> chart.Entry:
    found = next((each for each in record.entries if each.entry_id == entry_id), None)
    if found is None:
        raise Problem("not-found")
    return found


def _correction(request: Request, asked: Asked, old: chart.Entry, typed: Said) -> Corrected:
    """What replaces an entry, or strikes it.  Raises Unreadable."""
    reason = one(typed, "reason")
    if not reason:
        raise Unreadable([("reason", "Why it is corrected: is needed")])
    if isinstance(old.body, Corrected) or one(typed, "do") == "strike":
        return Corrected(corrects=old.entry_id, reason=reason)
    zone = ZoneInfo(asked.record.opening.time_zone)
    now, at = clinic_of(request).now(), None
    if one(typed, "at") != local(old.happened_at, zone):
        at = happened_at({**typed, "when": ["earlier"]}, zone, now)
    (body,) = bodies(sheet_of_kind(kind_of(old.body)), typed)
    assert not isinstance(body, Corrected), "no sheet makes a correction"
    return Corrected(corrects=old.entry_id, reason=reason, replacement=body, happened_at=at)


def _entry_page(
    request: Request,
    asked: Asked,
    entry_id: str,
    typed: Said | None = None,
    errors: tuple[tuple[str, str], ...] = (),
) -> Response:
    old = _entry(asked.record, entry_id)
    zone = ZoneInfo(asked.record.opening.time_zone)
    is_correction = isinstance(old.body, Corrected)
    standing = next((f for f in asked.record.visit.facts if f.entry_id == entry_id), None)
    body = standing.body if standing else old.body
    return pages.render(
        request,
        "chairside/entry.html",
        status=422 if errors else 200,
        frame=frame_at(request, asked.person, clinic_of(request).sites[asked.record.site_id]),
        record=asked.record,
        entry=old,
        title="A correction" if isinstance(body, Corrected) else title_of(asked.record.visit, body),
        words=old.body.reason
        if isinstance(old.body, Corrected)
        else in_words(asked.record.visit, old.body),
        sheet=None if is_correction else sheet_of_kind(kind_of(old.body)),
        is_opening=kind_of(old.body) == "visit_opened",
        filled=typed if typed is not None else {} if is_correction else typed_of(body),
        at=one(typed or {}, "at") or local((standing or old).happened_at, zone),
        reason=one(typed or {}, "reason") or (ADDED if "add" in request.query_params else ""),
        errors=errors,
        zone=zone,
        entry_id=str(uuid.uuid4()),
    )


def _scanned(scanned: barcode.Scanned) -> dict[str, object]:
    return {
        "fields": scanned.fields,
        "remarks": scanned.remarks,
        "readings": _spelt(scanned.ndc_readings) if scanned.ndc is None else (),
    }


def _spelt(readings: tuple[str, ...]) -> tuple[str, ...]:
    """Eleven digits as they are written on a claim: 5-4-2."""
    return tuple(f"{each[:5]}-{each[5:9]}-{each[9:]}" for each in readings)
