"""The ledger for auditors: its entries, its proof, packets of single visits, and who read what."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response

from hangtime.accounts import EVERYWHERE, Person, sites_of
from hangtime.store import checkpoints, keys, packets, reading, verifying
from hangtime.visits.readers import reads_at
from hangtime.web.api import forms
from hangtime.web.api.visiting import Asked, clinic_of, visit_for
from hangtime.web.api.wire import JSON, gives, speaks
from hangtime.web.problems import Problem
from hangtime.web.security import allowed

router = APIRouter(tags=["ledger"])

Seq = Annotated[int, Query(ge=0, le=2**53)]
Limit = Annotated[int, Query(ge=1, le=1_000)]
Name = Annotated[str | None, Query(min_length=1, max_length=80, pattern="^[A-Za-z0-9_-]+$")]


@router.get("/ledger/entries", **speaks(forms.LedgerPage))
def list_entries(
    request: Request,
    _: Annotated[Person, Depends(allowed("read_ledger"))],
    after: Seq = 0,
    limit: Limit = 100,
) -> Response:
    """The ledger's entries with their hashes and without their bodies: those are in a packet."""
    found = clinic_of(request).ledger.after(after, limit + 1)
    shown = tuple(
        forms.LedgerEntry(
            seq=each.seq,
            entry_id=each.entry_id,
            stream=each.stream,
            subject=each.subject,
            nth=each.nth,
            kind=each.kind,
            recorded_at=each.recorded_at,
            author=each.author,
            previous=each.previous.hex(),
            hash=each.hash.hex(),
        )
        for each in found[:limit]
    )
    return gives(
        forms.LedgerPage(entries=shown, next=shown[-1].seq if len(found) > limit else None)
    )


@router.post("/ledger/verify", **speaks(verifying.Report))
def verify_ledger(
    request: Request, _: Annotated[Person, Depends(allowed("verify_ledger"))]
) -> Response:
    """Verify the whole chain and its checkpoints now; what is wrong is located."""
    return gives(verified(request))


def verified(request: Request) -> verifying.Report:
    """The ledger verified now; its checkpoints by the service's own key, where it has one."""
    key = _signing_key(request)
    believed = None if key is None else [key.public_key()]
    return verifying.verify(clinic_of(request).engine, keys=believed)


@router.post("/ledger/checkpoints", **speaks(dict[str, Any], status=201, problems=("conflict",)))
def make_checkpoint(
    request: Request, _: Annotated[Person, Depends(allowed("verify_ledger"))]
) -> Response:
    """Sign a checkpoint of all entries with the service's key; the answer is what to publish."""
    key = _signing_key(request)
    if key is None:
        raise Problem("conflict", "The service was started without a signing key.")
    try:
        made = checkpoints.make_checkpoint(clinic_of(request).engine, key)
    except verifying.BrokenLedger:
        raise Problem("conflict", "The ledger does not verify; nothing was signed.") from None
    if made is None:
        raise Problem("conflict", "The ledger has no entry yet.")
    return Response(made.document, 201, media_type=JSON)


@router.get("/ledger/checkpoints/latest", **speaks(dict[str, Any], problems=("not-found",)))
def read_checkpoint(
    request: Request, _: Annotated[Person, Depends(allowed("verify_ledger"))]
) -> Response:
    """The last checkpoint, as it was signed and published."""
    with reading(clinic_of(request).engine) as connection:
        made = checkpoints.latest(connection)
    if made is None:
        raise Problem("not-found")
    return Response(made.document, media_type=JSON)


@router.get(
    "/visits/{visit_id}/packet",
    **speaks(dict[str, Any], problems=("not-found", "conflict")),
)
def read_packet(
    request: Request,
    asked: Annotated[Asked, Depends(visit_for("export", reads="packet"))],
    partial: bool = False,
) -> Response:
    """All the ledger holds about a visit, with proof, for somebody who has no database.

    `partial` leaves out what came after the last checkpoint.
    """
    engine = clinic_of(request).engine
    try:
        document = packets.packet(engine, asked.record.visit_id, is_partial=partial)
    except packets.NotCovered:
        raise Problem("conflict", "No checkpoint covers all its entries: make one first.") from None
    return Response(document, media_type=JSON)


@router.get("/reads", **speaks(forms.ReadLog))
def list_reads(
    request: Request,
    person: Annotated[Person, Depends(allowed("read_access_log"))],
    account: Name = None,
    visit: Name = None,
    before: Annotated[int | None, Query(ge=0, le=2**53)] = None,
    limit: Limit = 100,
) -> Response:
    """Who read which record at the sites of the one who asks, the latest first."""
    clinic = clinic_of(request)
    held = sites_of(person, "read_access_log")
    sites = frozenset(clinic.sites) if EVERYWHERE in held else held
    found = reads_at(
        clinic, sites, account_id=account, visit_id=visit, before=before, limit=limit + 1
    )
    shown = found[:limit]
    last = shown[-1].id if len(found) > limit else None
    return gives(forms.ReadLog(reads=shown, next=last))


def _signing_key(request: Request) -> Any:
    path = request.app.state.settings.signing_key
    return None if path is None else keys.private_key(path)
