"""Writing down what the rules decide: a charge, something left off, a finding.

The only places that append to a table.  A full table is counted, never overrun; the driver then
codes the encounter again with larger ones.
"""

from hangtime.rules.records import NOWHERE
from hangtime.rules.words import Severity

WITHDRAWN = 2  # kind of a note that a later pass took back


def note(notes, tally, kind, severity, rule, row, run, code, value):
    """Add one note; kind 0 is something left off, 1 a finding."""
    if tally.notes >= len(notes):
        tally.overflow = 1
        return
    entry = notes[tally.notes]
    tally.notes += 1
    entry.kind = kind
    entry.severity = severity
    entry.rule = rule
    entry.row = row
    entry.run = run
    entry.code = code
    entry.value = value


def leave_off_row(rows, notes, tally, rule, row):
    """Say why a charted row earns nothing; the first reason given stands."""
    if rows[row].left_off != NOWHERE:
        return
    rows[row].left_off = rule
    note(notes, tally, 0, Severity.INFO, rule, row, NOWHERE, 0, 0)


def leave_off_run(runs, notes, tally, rule, run, code):
    """Say why a run earns nothing, or not `code`."""
    note(notes, tally, 0, Severity.INFO, rule, runs[run].first, run, code, 0)


def flag_row(notes, tally, severity, rule, row, value):
    """A finding about one charted row; `value` is a number its sentence may use."""
    note(notes, tally, 1, severity, rule, row, NOWHERE, 0, value)


def flag_run(runs, notes, tally, severity, rule, run, value):
    """A finding about a run; `value` is a number its sentence may use."""
    note(notes, tally, 1, severity, rule, runs[run].first, run, 0, value)


def charge(charges, tally, code, units, day, run, group):
    """Add one charge and return its index, or NOWHERE when the table is full."""
    if tally.charges >= len(charges):
        tally.overflow = 1
        return NOWHERE
    index = tally.charges
    entry = charges[index]
    tally.charges += 1
    entry.code = code
    entry.units = units
    entry.day = day
    entry.mod_a = 0
    entry.mod_b = 0
    entry.run = run
    entry.other = NOWHERE
    entry.group = group
    entry.why_a = NOWHERE
    entry.why_b = NOWHERE
    entry.why_c = NOWHERE
    entry.why_d = NOWHERE
    entry.line = NOWHERE
    entry.is_dropped = 0
    return index
