"""The history of a visit in words: every entry as it was recorded, and what became of it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import NamedTuple

from hangtime.chart import Visit
from hangtime.chart.bodies import Corrected, Event
from hangtime.chart.visit import Remembered
from hangtime.paper import telling
from hangtime.web.chairside.places import access_words
from hangtime.web.chairside.reading import typed_of
from hangtime.web.chairside.sheets import Field, fields_of, kind_of, value_words
from hangtime.web.shown import day

__all__ = ["Told", "history", "in_words", "title_of"]

_BADGES = {
    "replaced": "Replaced", "struck": "Struck", "void": "No longer holds", "repeated": "Sent twice",
    "elsewhere": "Of another visit",
}  # fmt: skip


class Told(NamedTuple):
    """One entry.  `badge` says what became of it, "" where it stands."""

    entry_id: str
    kind: str
    title: str
    words: str
    happened_at: datetime
    recorded_at: datetime
    author: str
    badge: str
    late_minutes: int
    is_standing: bool


def history(visit: Visit) -> tuple[Told, ...]:
    """The last recorded first; of what came in one second, such as a queue, the last that happened."""
    return tuple(_told(visit, each) for each in sorted(visit.history, key=_when, reverse=True))


def _when(each: Remembered) -> tuple[datetime, datetime, datetime]:
    entry = each.entry
    return entry.recorded_at.replace(microsecond=0), entry.happened_at, entry.recorded_at


def _told(visit: Visit, each: Remembered) -> Told:
    entry, body = each.entry, each.entry.body
    if isinstance(body, Corrected):
        title, words = _corrected(visit, body)
    else:
        title, words = title_of(visit, body), in_words(visit, body)
    by = f"{entry.author_name}, {entry.credential}" if entry.credential else entry.author_name
    return Told(
        entry_id=entry.entry_id,
        kind=kind_of(body),
        title=title,
        words=words,
        happened_at=entry.happened_at,
        recorded_at=entry.recorded_at,
        author=by,
        badge=_BADGES.get(each.standing, ""),
        late_minutes=each.late_minutes if each.is_late else 0,
        is_standing=each.standing == "stands",
    )


def _corrected(visit: Visit, body: Corrected) -> tuple[str, str]:
    old = next((e.entry for e in visit.history if e.entry.entry_id == body.corrects), None)
    of = telling.title_of(kind_of(old.body)).lower() if old else "an entry"
    if body.replacement is None:
        return f"Struck: {of}", body.reason
    return f"Corrected: {of}", f"{body.reason} Now: {in_words(visit, body.replacement)}".strip()


def title_of(visit: Visit, body: Event) -> str:
    """What kind of thing it is, and of which drug."""
    title = telling.title_of(kind_of(body))
    given = visit.administration(getattr(body, "administration_id", None) or "")
    drug = getattr(body, "drug", None) or (given.drug if given else None)
    return f"{title}: {drug}" if drug else title


def in_words(visit: Visit, body: Event) -> str:
    """What it says, field by field; doses by their drugs."""
    return " · ".join(_said(visit, body))


def _said(visit: Visit, body: Event) -> Iterator[str]:
    typed = typed_of(body)
    fields = [each for each in fields_of(kind_of(body)) if typed.get(each.name)]
    units = {each.path: typed[each.name][0] for each in fields if each.path.endswith("_unit")}
    for field in fields:
        if field.how == "hidden" or field.path == "drug" or field.path in units:
            continue
        if field.how == "tick":
            yield field.label
            continue
        unit = units.get(f"{field.path}_unit", field.unit)
        words = ", ".join(_value(visit, field, each) for each in typed[field.name])
        yield f"{field.label} {words}\N{NO-BREAK SPACE}{unit}".rstrip()


def _value(visit: Visit, field: Field, value: str) -> str:
    if field.path in {"administration_id", "still_infusing"}:
        given = visit.administration(value)
        return given.drug if given else value
    if field.path == "access_id":
        return access_words(visit, value)
    if field.how == "date":
        return day(date.fromisoformat(value))
    is_named = field.how in {"choice", "select", "many", "yes_no"}
    return value_words(value) if is_named else value
