"""Accesses.

All lumens of one catheter are one access, and a replacement for a failed line is the same one.  A
second access counts as one of its own only when a valid reason for it is charted: drugs that may
not share a line, a protocol, or two infusions that had to run at once.  Otherwise everything given
counts as given through the first.
"""

from hangtime.rules import sources
from hangtime.rules._card import FINDING, rule
from hangtime.rules.emit import note
from hangtime.rules.positions import Restart
from hangtime.rules.records import NOWHERE
from hangtime.rules.words import AccessKind, AccessReason, Severity

SECOND_WITHOUT_REASON = rule(
    "ACC-NO-REASON",
    says="More than one access is charted without a valid reason for the second: all count as one.",
    cites=(sources.CMS_DRUG_ADMINISTRATION, sources.RAC_INITIAL),
    spec=("R-INI-05", "R-INI-08", "R-INI-09", "R-DOC-04", "R-DOC-10", "C12"),
    kind=FINDING,
)
REASON_IN_WORDS = rule(
    "ACC-REASON-IN-WORDS",
    says="The reason for the second access is free text; it was matched to the list: confirm it.",
    cites=(sources.RAC_INITIAL, sources.HANGTIME),
    spec=("C12",),
    kind=FINDING,
)
REASON_UNMATCHED = rule(
    "ACC-REASON-UNMATCHED",
    says="The reason for the second access matches none on the list: it does not count.",
    cites=(sources.RAC_INITIAL, sources.HANGTIME),
    spec=("C12",),
    kind=FINDING,
)


def is_vein(entry):
    """An access into a vein, or one whose kind is not charted."""
    return entry.kind != AccessKind.SUBCUTANEOUS and entry.kind != AccessKind.ARTERIAL


def is_valid_reason(reason, policy):
    """A reason for which an access counts as one of its own."""
    if reason == AccessReason.RESTART:
        return policy.initial_restart_same_encounter == Restart.YES_IF_REMOVED_AND_REPLACED
    return (
        reason == AccessReason.INCOMPATIBLE_DRUGS
        or reason == AccessReason.PROTOCOL
        or reason == AccessReason.SIMULTANEOUS_NECESSITY
    )


def is_replacement(entry):
    """An access put in because another failed or was removed."""
    return entry.reason == AccessReason.INFILTRATION or entry.reason == AccessReason.RESTART


def settle_accesses(rows, entries, notes, tally, policy):
    """Put each row under the access it counts for: 0 for all without a valid reason."""
    for k in range(tally.entries):
        entry = entries[k]
        valid = is_vein(entry) and is_valid_reason(entry.reason, policy)
        entry.group = k + 1 if valid else 0
        entry.uses = 0
    for i in range(tally.rows):
        row = rows[i]
        if row.access == NOWHERE and tally.entries and entries[0].is_listed:
            row.access = 0
        row.group = 0
        if row.access != NOWHERE:
            row.group = entries[row.access].group
            if not row.is_set_aside:
                entries[row.access].uses += 1
    doubt_accesses(entries, notes, tally)


def doubt_accesses(entries, notes, tally):
    """Flag a second access that does not count, and reasons that were read from free text."""
    shared = 0
    used = 0
    for k in range(tally.entries):
        if entries[k].uses and is_vein(entries[k]):
            used += 1
    if used < 2:
        return
    for k in range(tally.entries):
        entry = entries[k]
        if not entry.uses or not is_vein(entry):
            continue
        if entry.group == 0:
            shared += 1
        if entry.reason == AccessReason.UNMATCHED:
            note(notes, tally, 1, Severity.WARNING, REASON_UNMATCHED, NOWHERE, NOWHERE, 0, k)
        elif entry.is_reason_text:
            note(notes, tally, 1, Severity.INFO, REASON_IN_WORDS, NOWHERE, NOWHERE, 0, k)
    if shared > 1:
        note(notes, tally, 1, Severity.WARNING, SECOND_WITHOUT_REASON, NOWHERE, NOWHERE, 0, shared)
