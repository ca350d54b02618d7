"""The record of an infusion visit: what happened at the chair, step by step, and who said so.

    visit = fold(entries)                  # any entries, any order; never fails
    refusals(visit, body, when, now)       # what must not even be recorded
    status(visit, now, site)               # the ten steps, what is due, reactions, conflicts
    encounter(visit)                       # what the engine codes

Pure: no file but its own tables and a site's, no clock, no network.
"""

from __future__ import annotations

from hangtime.chart.bodies import BODIES, Body, kind_of
from hangtime.chart.encounters import NotOpened, encounter
from hangtime.chart.entries import Entry, UnreadableEntry, decode, encode, pack, unpack
from hangtime.chart.folding import fold
from hangtime.chart.refusing import Refusal, refusals
from hangtime.chart.site import (
    Protocol,
    Site,
    TwoPeople,
    UnusableSite,
    demo_site,
    load_site,
)
from hangtime.chart.status import VisitStatus, status
from hangtime.chart.steps import STEPS
from hangtime.chart.templates import Template, templates
from hangtime.chart.visit import Conflict, Visit

__all__ = [
    "BODIES",
    "STEPS",
    "Body",
    "Conflict",
    "Entry",
    "NotOpened",
    "Protocol",
    "Refusal",
    "Site",
    "Template",
    "TwoPeople",
    "UnreadableEntry",
    "UnusableSite",
    "Visit",
    "VisitStatus",
    "decode",
    "demo_site",
    "encode",
    "encounter",
    "fold",
    "kind_of",
    "load_site",
    "pack",
    "refusals",
    "status",
    "templates",
    "unpack",
]
