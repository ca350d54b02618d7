"""Visits at work: charted, shown, coded, decided and released, over the chart and the ledger.

    clinic = Clinic(engine, sites)
    open_visit(clinic, person, Noted(entry_id, happened_at, body), visit_id=entry_id)
    record_entries(clinic, person, visit_id, noted)       # each once, nobody's lost
    code_visit(clinic, person, visit_id)                  # kept with its certificates
    decide(...), answer(...), release(...)                # what people make of it

Who may do what is asked before; nothing here knows a role.
"""

from hangtime.visits.board import Card, card, cards, status
from hangtime.visits.charting import Charted, Noted, Recorded, open_visit, record_entries
from hangtime.visits.clinic import Author, Clinic
from hangtime.visits.coding import PROGRAM, code_visit, is_stale, outcome
from hangtime.visits.deciding import Decided, NoVisit, answer, decide, release
from hangtime.visits.listing import Page, UnknownCursor, Wanted, find_visits
from hangtime.visits.projecting import rebuild, rebuild_if_empty
from hangtime.visits.records import Record
from hangtime.visits.work import Work

__all__ = [
    "PROGRAM",
    "Author",
    "Card",
    "Charted",
    "Clinic",
    "Decided",
    "NoVisit",
    "Noted",
    "Page",
    "Record",
    "Recorded",
    "UnknownCursor",
    "Wanted",
    "Work",
    "answer",
    "card",
    "cards",
    "code_visit",
    "decide",
    "find_visits",
    "is_stale",
    "open_visit",
    "outcome",
    "rebuild",
    "rebuild_if_empty",
    "record_entries",
    "release",
    "status",
]
