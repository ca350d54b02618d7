"""One visit at the desk: its page, what is decided on it, and its summary on paper."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Request
from starlette.responses import RedirectResponse, Response

from hangtime import chart, worklist
from hangtime.accounts import Person, may
from hangtime.visits import Decided, Record, code_visit, is_stale
from hangtime.visits.decisions import reasons
from hangtime.web.api.visiting import Asked, VisitId, clinic_of, visit_for
from hangtime.web.desk import acts
from hangtime.web.desk.asking import frame_for, zone_of
from hangtime.web.desk.lists import TO_DO, dollars
from hangtime.web.desk.showing import Shown, shown
from hangtime.web.desk.summaries import summary
from hangtime.web.desk.telling import by, coded_as, told
from hangtime.web.pages import render
from hangtime.web.problems import FieldProblem, Problem
from hangtime.web.security import allowed
from hangtime.web.security.typed import typed
from hangtime.worklist import Wanted

router = APIRouter(include_in_schema=False)

Act = Annotated[str, Path(pattern="^[a-z_]{2,20}$")]
LineAt = Annotated[int, Query(ge=0, le=999)]
Typed = Annotated[Mapping[str, str], Depends(typed)]


@router.get("/worklist/{visit_id}")
def show_visit(
    request: Request,
    asked: Annotated[Asked, Depends(visit_for("read_worklist", reads="coding"))],
    line: LineAt = 0,
    done: str = "",
) -> Response:
    """The visit with its lines, what was charted, and what was decided."""
    return _page(request, asked, line, notice=acts.DONE.get(done, ""))


@router.get("/worklist/{visit_id}/news")
def show_news(
    request: Request,
    visit_id: VisitId,
    who: Annotated[Person, Depends(allowed("read_worklist", is_watching=True))],
    seen: Annotated[int, Query(ge=0, le=2**53)] = 0,
) -> Response:
    """What others said since the page was loaded, for a page that asks by itself; mostly nothing."""
    clinic = clinic_of(request)
    record = clinic.records.current(visit_id)
    if record is None or record.seq <= seen:
        return Response(status_code=204)
    since = [each for each in record.work.history if each.seq > seen]
    others = [
        (by(each), told(each), each.recorded_at) for each in since if each.author != who.account_id
    ]
    return render(
        request,
        "desk/news.html",
        steps=others,
        charted=not others,
        href=f"/worklist/{visit_id}",
        zone=zone_of(clinic.sites[record.site_id]),
    )


@router.get("/worklist/{visit_id}/next")
def go_on(
    request: Request, asked: Annotated[Asked, Depends(visit_for("read_worklist", reads="coding"))]
) -> Response:
    """The next visit that waits for a coder, the longest waiting first; the list after the last."""
    clinic = clinic_of(request)
    wanted = Wanted(
        site_ids=(asked.record.site_id,), states=tuple(x for x in TO_DO if x != "queried")
    )
    here = worklist.find_item(clinic.engine, asked.record.visit_id)
    cursor = worklist.after(here) if here else None
    found = worklist.find_items(clinic.engine, wanted, limit=1, cursor=cursor).items
    where = f"/worklist/{found[0].visit_id}" if found else "/worklist"
    return RedirectResponse(where, 303)


@router.post("/worklist/{visit_id}/coding")
def code_again(
    request: Request,
    asked: Annotated[Asked, Depends(visit_for("decide_line", reads="coding"))],
    said: Typed,
) -> Response:
    """Code the visit as it stands now."""
    visit_id = asked.record.visit_id
    try:
        code_visit(clinic_of(request), asked.person, visit_id, entry_id=_entry_id(said))
    except chart.NotOpened:
        wrong = (FieldProblem("visit_id", "the opening of this visit was struck"),)
        return _page(request, asked, 0, wrong=wrong, status=409)
    return _done(request, visit_id, "coded")


@router.post("/worklist/{visit_id}/release")
def release_one(
    request: Request,
    asked: Annotated[Asked, Depends(visit_for("decide_line", reads="coding"))],
    said: Typed,
) -> Response:
    """Release this visit alone."""
    if not may(asked.person, "release", asked.record.site_id):
        raise Problem("not-allowed")
    decided = acts.release(clinic_of(request), asked, _entry_id(said))
    return _answered(request, asked, decided, "released", 0, said)


@router.post("/worklist/{visit_id}/{act}")
def decide_on_it(
    request: Request,
    act: Act,
    asked: Annotated[Asked, Depends(visit_for("decide_line", reads="coding"))],
    said: Typed,
) -> Response:
    """Accept, override, leave off or add a line; hold, let go; ask, or close a question."""
    line = int(said["line"]) if said.get("line", "").isdecimal() else 0
    clinic, entry_id = clinic_of(request), _entry_id(said)
    try:
        if act == "accept_all":
            decided, line = acts.accept_all(clinic, asked, said, entry_id), 0
        else:
            decided = acts.decide(clinic, asked, entry_id, acts.body_of(act, said))
    except acts.Unusable as unusable:
        wrong = (unusable.problem,)
        return _page(request, asked, line, wrong=wrong, said=said, act=act, status=422)
    return _answered(request, asked, decided, act, line, said)


@router.get("/worklist/{visit_id}/summary.pdf")
def print_summary(
    request: Request, asked: Annotated[Asked, Depends(visit_for("read_worklist", reads="coding"))]
) -> Response:
    """The coding summary on paper."""
    found = summary(asked.record, clinic_of(request).sites[asked.record.site_id])
    if found is None:
        raise Problem("not-found", "The visit is not coded.")
    headers = {
        "content-disposition": f'inline; filename="coding-summary-{asked.record.visit_id}.pdf"',
        "cache-control": "no-store",
    }
    return Response(found, headers=headers, media_type="application/pdf")


@router.get("/worklist/{visit_id}/certificate.json")
def read_certificate(
    asked: Annotated[Asked, Depends(visit_for("read_worklist", reads="coding"))],
) -> Response:
    """The certificates of the lines beside the encounter, for `hangtime check`."""
    found = acts.certificate(asked.record)
    if found is None:
        raise Problem("not-found", "The visit is not coded.")
    headers = {"content-disposition": 'attachment; filename="certificate.json"'}
    return Response(
        found, headers=headers | {"cache-control": "no-store"}, media_type="application/json"
    )


def _entry_id(said: Mapping[str, str]) -> str:
    """The id that the page gave the act, so that sending it twice does it once."""
    try:
        return str(uuid.UUID(said.get("entry_id", "")))
    except ValueError:
        raise Problem("invalid", errors=(FieldProblem("entry_id", "is not a UUID"),)) from None


def _answered(
    request: Request, asked: Asked, decided: Decided, act: str, line: int, said: Mapping[str, str]
) -> Response:
    if decided.is_taken:
        raise Problem("different-entry")
    if decided.errors:
        wrong = tuple(FieldProblem(each.field, each.message) for each in decided.errors)
        is_outdated = any(each.field == "coding_id" for each in decided.errors)
        now = asked._replace(record=decided.record)
        status = 409 if is_outdated else 422
        return _page(request, now, line, wrong=wrong, said=said, act=act, status=status)
    request.app.state.following.nudge()
    after = min(decided.record.work.undecided, default=0) if line else 0
    return _done(request, decided.record.visit_id, act, after or line)


def _done(request: Request, visit_id: str, act: str, line: int = 0) -> Response:
    """Back to the page, so that loading it again does nothing again."""
    request.app.state.following.nudge()
    at = f"&line={line}#line-{line}" if line else ""
    return RedirectResponse(f"/worklist/{visit_id}?done={act}{at}", 303)


def _page(
    request: Request,
    asked: Asked,
    line: int,
    *,
    notice: str = "",
    wrong: tuple[FieldProblem, ...] = (),
    said: Mapping[str, str] | None = None,
    act: str = "",
    status: int = 200,
) -> Response:
    clinic, record = clinic_of(request), asked.record
    site = clinic.sites[record.site_id]
    found = shown(record, site)
    return render(
        request,
        "desk/item.html",
        status=status,
        frame=frame_for(request, asked.person, site),
        record=record,
        item=worklist.find_item(clinic.engine, record.visit_id),
        zone=zone_of(site),
        unit=next((u.name for u in site.units if u.unit_id == record.opening.unit_id), ""),
        now=clinic.now(),
        shown=found,
        chosen=_chosen(line, record, found),
        scrubbed=acts.scrubbed(record),
        is_stale=is_stale(record),
        history=tuple(reversed([(each, told(each), by(each)) for each in record.work.history])),
        told=told,
        by=by,
        coded_as=coded_as,
        dollars=dollars,
        reasons=reasons(),
        fresh=lambda: str(uuid.uuid4()),
        may_decide=may(asked.person, "decide_line", record.site_id),
        may_release=may(asked.person, "release", record.site_id),
        may_export=may(asked.person, "export", record.site_id),
        who=asked.person,
        notice=notice,
        wrong=[(_place(each, act, line), _sentence(each)) for each in wrong],
        said=dict(said or {}),
        lost=_typed_words(said or {}),
        act=act,
    )


def _chosen(line: int, record: Record, found: Shown) -> int:
    """The line that is lit: the one asked for, else the first that is not decided."""
    if 0 < line <= len(found.lines):
        return line
    return min(record.work.undecided, default=1 if found.lines else 0)


_FIELDS = {
    "reason_code": "The reason", "remark": "The words", "code": "The code", "units": "The number of units",
    "modifiers": "The modifiers", "date_of_service": "The date", "text": "The question",
    "line": "The line", "coding_id": "Nothing was changed:", "visit_id": "The visit:",
    "lines": "The lines:", "queries": "Questions:", "author": "Two people:", "kind": "The visit:",
}  # fmt: skip


_ASKED = {"code": "Code", "units": "Units", "modifiers": "Modifiers", "date_of_service": "Date",
          "remark": "In your words", "text": "Your question"}  # fmt: skip


def _typed_words(said: Mapping[str, str]) -> list[tuple[str, str]]:
    """What somebody typed, by what it was typed into, with the words of the reason that was chosen."""
    chosen = reasons().get(said.get("reason_code", ""))
    found = [(name, said[field]) for field, name in _ASKED.items() if said.get(field, "").strip()]
    return found + ([("Reason", chosen.words)] if chosen else [])


_TYPED = frozenset({"reason_code", "remark", "code", "units", "modifiers"})
_DIALOGS = {"ask": "ask", "hold": "hold", "add": "add"}


def _place(problem: FieldProblem, act: str, line: int) -> str:
    """Where on the page it is put right: the field of the line, the dialog, or the lines."""
    field = problem.field.partition("[")[0]
    if line and field in _TYPED:
        return f"{field}-{line}"
    return _DIALOGS.get(act, "lines")


def _sentence(problem: FieldProblem) -> str:
    name = _FIELDS.get(problem.field.partition("[")[0], problem.field.replace("_", " "))
    return f"{name} {problem.message}."
