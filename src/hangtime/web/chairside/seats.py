"""The chairs of a room: who sits there, what runs, what is due, what is missing; and the free ones."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from hangtime.chart import Site
from hangtime.chart.site import Unit
from hangtime.visits import Card
from hangtime.web.chairside.places import first_of
from hangtime.web.shown import clock, counted

__all__ = ["Room", "rooms"]

_MOST_NAMED = 2  # of what is missing; the page of the visit has the rest


class Room(NamedTuple):
    """A unit with its chairs, as the board shows them."""

    unit_id: str
    name: str
    seats: tuple[dict[str, Any], ...]
    taken: int


def rooms(site: Site, cards: Iterable[Card], unit_id: str | None) -> tuple[Room, ...]:
    """The units asked for; a patient without a chair of the unit comes after those with one."""
    zone, found = ZoneInfo(site.time_zone), list(cards)
    units = [each for each in site.units if unit_id in {None, each.unit_id}]
    return tuple(_room(site, unit, found, zone) for unit in units)


def _room(site: Site, unit: Unit, cards: list[Card], zone: ZoneInfo) -> Room:
    own = [each for each in cards if each.unit_id == unit.unit_id]
    seats: list[dict[str, Any]] = []
    for chair in unit.chairs:
        sitting = [each for each in own if each.chair == chair]
        seats += [_taken(each, zone) for each in sitting] or [_free(site, unit, chair)]
    elsewhere = [each for each in own if each.chair not in unit.chairs]
    seats += [_taken(each, zone) for each in elsewhere]
    return Room(unit.unit_id, unit.name, tuple(seats), len(own))


def _free(site: Site, unit: Unit, chair: str) -> dict[str, Any]:
    return {
        "name": chair, "state": "open", "patient": "", "what": "Free", "since": None, "href": "",
        "due_words": "", "missing": "", "marks": (),
        "open_href": f"/board/open?site={site.site_id}&unit={unit.unit_id}&chair={chair}",
    }  # fmt: skip


def _taken(card: Card, zone: ZoneInfo) -> dict[str, Any]:
    state, due_words = _state(card, zone)
    drugs = ", ".join(each.drug for each in card.running)
    return {
        "name": card.chair or "No chair",
        "state": state,
        "patient": card.patient_name,
        "what": drugs or card.step_title or "All steps are charted",
        "since": min((each.started_at for each in card.running), default=None),
        "due_words": due_words,
        "missing": _missing(card),
        "marks": tuple(_marks(card, state)),
        "href": f"/visits/{card.visit_id}",
        "open_href": "",
    }


def _state(card: Card, zone: ZoneInfo) -> tuple[str, str]:
    """The state that matters most, and what is due in words."""
    past = next((each for each in card.running if each.is_past_end), None)
    due = ""
    if past is not None:
        due = f"{past.drug} should have ended at {clock(past.should_have_ended, zone)}"
    elif card.due is not None:
        late = "Overdue since" if card.due.is_overdue else "Due"
        due = f"{late} {clock(card.due.at, zone)}: {card.due.words}"
    if card.is_emergency or card.reactions:
        return "reaction", due
    if past is not None or card.overdue:
        return "overdue", due
    if card.conflicts:
        return "conflict", due
    if any(each.is_paused for each in card.running):
        return "paused", due
    return ("running" if card.running else "charting"), due


def _marks(card: Card, state: str) -> Iterator[tuple[str, str]]:
    """What else has to be seen: badge and words."""
    if card.is_emergency:
        yield "reaction", "Emergency steps"
    if card.conflicts and state != "conflict":
        yield "conflict", counted(card.conflicts, "conflict")
    if card.queries:
        yield "queried", counted(card.queries, "question")


def _missing(card: Card) -> str:
    return first_of([each.what for each in card.missing], _MOST_NAMED)
