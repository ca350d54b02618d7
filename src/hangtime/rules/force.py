"""Codes in force: each line's code must be valid on the line's own date."""

from hangtime.rules import sources
from hangtime.rules._card import FINDING, LEFT_OFF, rule
from hangtime.rules.emit import note
from hangtime.rules.records import NOWHERE
from hangtime.rules.words import Severity

NOT_IN_FORCE = rule(
    "EDT-CODE-NOT-IN-FORCE",
    says="The code was not in force on the date: it is not reported.",
    cites=(sources.CMS_HCPCS, sources.HANGTIME),
    spec=("C71",),
    kind=LEFT_OFF,
)
NOT_IN_FORCE_REVIEW = rule(
    "EDT-CODE-NOT-IN-FORCE-REVIEW",
    says="What it is coded by was not in force on the date: another code may have taken its place.",
    cites=(sources.CMS_HCPCS, sources.HANGTIME),
    spec=("C71",),
    kind=FINDING,
)


def is_in_force(codes, code, day):
    """The code is valid on the day; a line without a date is taken as in force."""
    return day == NOWHERE or codes[code].from_day <= day <= codes[code].until_day


def drop_lapsed(runs, charges, notes, tally, codes):
    """Drop charges whose code was not in force on their date, and say so."""
    for k in range(tally.charges):
        entry = charges[k]
        if entry.is_dropped or entry.other != NOWHERE:
            continue
        if is_in_force(codes, entry.code, entry.day):
            continue
        entry.is_dropped = 1
        row = runs[entry.run].first if entry.run != NOWHERE else NOWHERE
        note(notes, tally, 0, Severity.INFO, NOT_IN_FORCE, row, entry.run, entry.code, 0)
        note(
            notes, tally, 1, Severity.WARNING, NOT_IN_FORCE_REVIEW,
            row, entry.run, entry.code, 0,
        )  # fmt: skip
