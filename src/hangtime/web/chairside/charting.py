"""What a page sends becomes entries of the record: read, timed, recorded, and answered.

The same form is sent at once or from a queue, and each sending carries the id it had at the first:
the entries it makes take their ids from it, so that whatever arrives twice stands once.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from fastapi import Request

from hangtime import chart, clock
from hangtime.chart.bodies import Corrected
from hangtime.visits import Noted, Recorded, record_entries
from hangtime.web.api.entries import check_kinds, code_if_closed
from hangtime.web.api.recording import count
from hangtime.web.api.visiting import Asked, clinic_of
from hangtime.web.chairside.reading import Typed, Unreadable
from hangtime.web.chairside.sheets import fields_of, kind_of
from hangtime.web.problems import Problem

__all__ = ["Sent", "happened_at", "record"]

_UUID = re.compile("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
EARLIER = "earlier"


class Sent(NamedTuple):
    """What became of a form: nothing of it is recorded where there are `errors`.

    `was_there`: it had arrived before.  `conflicts`: sentences about what it contradicts.
    """

    errors: tuple[tuple[str, str], ...] = ()
    conflicts: tuple[str, ...] = ()
    was_there: bool = False


def record(
    request: Request, asked: Asked, typed: Typed, bodies: tuple[chart.Body, ...], zone: ZoneInfo
) -> Sent:
    """Record the entries of one form together, or none of them."""
    clinic = clinic_of(request)
    check_kinds(asked, bodies)
    first_id = _first_id(typed)
    at = happened_at(typed, zone, clinic.now())
    noted = [Noted(_id(first_id, n), at, body) for n, body in enumerate(bodies)]
    refused = tuple(_refusals(asked, noted, clinic.now()))
    if refused:
        return Sent(errors=refused)
    done = record_entries(clinic, asked.person, asked.record.visit_id, noted)
    count(request, done.entries)
    code_if_closed(request, done.record)
    return _answer(done, bodies)


def _refusals(asked: Asked, noted: list[Noted], now: datetime) -> Iterator[tuple[str, str]]:
    """What cannot be recorded, before anything is; what was there already is not asked again."""
    there = {each.entry_id for each in asked.record.entries}
    for each in noted:
        if each.entry_id not in there:
            for wrong in chart.refusals(asked.record.visit, each.body, each.happened_at, now):
                yield _told(wrong.field, each.body, wrong.message)


def _answer(done: Recorded, bodies: tuple[chart.Body, ...]) -> Sent:
    errors = tuple(
        _told(wrong.field.removeprefix("body."), body, wrong.message)
        for entry, body in zip(done.entries, bodies, strict=True)
        for wrong in entry.errors
    )
    return Sent(
        errors=errors,
        conflicts=tuple(each.message for each in done.arose),
        was_there=all(each.result == "was_there" for each in done.entries),
    )


def _told(field: str, body: chart.Body, message: str) -> tuple[str, str]:
    """The field of the form that a field of an entry was typed in, and what is wrong, by its label."""
    if field == "happened_at":
        return "at", f"When: {message}"
    path = field.removeprefix("replacement.").replace("[", ".").replace("]", "")
    said = (body.replacement or body) if isinstance(body, Corrected) else body
    kind = kind_of(said)
    fields = () if isinstance(said, Corrected) else fields_of(kind)
    label = next((each.label for each in fields if each.path == path), "")
    return f"{kind}.{path}", f"{label}: {message}" if label else message


def happened_at(typed: Typed, zone: ZoneInfo, now: datetime) -> datetime:
    """When it happened: the moment typed, in the site's zone, else that of the device, else now.

    Raises Unreadable.
    """
    if _one(typed, "when") == EARLIER:
        return _typed_moment(_one(typed, "at"), _one(typed, "fold"), zone)
    stamped = _one(typed, "happened_at")
    if not stamped:
        return now
    try:
        found = datetime.fromisoformat(stamped)
    except ValueError:
        raise Unreadable([("at", "When: is not a time")]) from None
    if found.tzinfo is None:
        raise Unreadable([("at", "When: needs its offset from UTC")])
    return found


def _typed_moment(text: str, fold: str, zone: ZoneInfo) -> datetime:
    try:
        naive = datetime.fromisoformat(text)
    except ValueError:
        raise Unreadable([("at", "When: choose the day and the time")]) from None
    if naive.tzinfo is not None:
        return naive
    try:
        clock.moment(naive, zone)
    except clock.NotOneTime as wrong:
        if wrong.kind == clock.REPEATED and fold in {"0", "1"}:
            return naive.replace(tzinfo=zone, fold=int(fold)).astimezone(zone)
        told = {
            clock.REPEATED: "the clocks were put back then and it came twice: say which",
            clock.SKIPPED: "the clocks were put forward then and it never was",
        }
        raise Unreadable([("at", f"When: {told[wrong.kind]}")]) from None
    return naive.replace(tzinfo=zone)


def _first_id(typed: Typed) -> str:
    given = _one(typed, "entry_id")
    if given and not _UUID.fullmatch(given):
        raise Problem("invalid")
    return given or str(uuid.uuid4())


def _id(first: str, number: int) -> str:
    """The id of one entry of a form: the form's own, then ids that follow from it."""
    return first if number == 0 else str(uuid.uuid5(uuid.UUID(first), str(number)))


def _one(typed: Typed, name: str) -> str:
    return next((each.strip() for each in typed.get(name, ()) if each.strip()), "")
