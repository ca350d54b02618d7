"""Faults of input: one id for each way a file can be wrong, its sentence and the section it breaks.

Sentences name the file, the line and the field; never a value, which may be a patient's.  `effect`
says what became of the row, so that nobody has to guess whether it was coded.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import get_args

from hangtime.explain import register_faults
from hangtime.formats.reads import Place
from hangtime.model import Finding, Reason, Route, Severity

INPUT = "Encounter contract, Input"
ROW = "Encounter contract, Administration"
TABLE = "Encounter contract, Tabular form"
OUTPUT = "Encounter contract, Command line"

# What became of it.
ROW_SET_ASIDE = "The row was set aside"
ENCOUNTER_SET_ASIDE = "The encounter was set aside"
FIELD_LEFT_OUT = "The field was left out and the rest is coded"
COUNTED_ONCE = "It counts once"
NOTHING_LOST = "Nothing was lost by it"
IN_THEIR_ORDER = "All were read; what has no clock time keeps the order of its rows"
OTHERS_CODED = "The other rows were coded"
READ_WITH_MARKS = "Everything else was read"


@dataclass(frozen=True, slots=True)
class Fault:
    """One way in which input can be wrong: `says` follows "FILE, line N: " and names the facts."""

    id: str
    says: str
    source: str


_ALL = (
    # The text itself.
    Fault("INPUT-NOT-JSON", "the text is not JSON.", INPUT),
    Fault("INPUT-NOT-OBJECT", "{field} is not a JSON object of fields.", INPUT),
    Fault("INPUT-DUPLICATE-KEY", "the field {field} stands twice in one object.", INPUT),
    Fault("INPUT-NOT-UTF8", "some bytes are not UTF-8 and read as the replacement mark.", INPUT),
    Fault("INPUT-BAD-QUOTING", "a quotation mark is not closed or not doubled.", TABLE),
    Fault("INPUT-RAGGED-ROW", "the row has more or fewer cells than the header.", TABLE),
    Fault("INPUT-EMPTY-ROW", "every cell of the row is empty.", TABLE),
    Fault("INPUT-BAD-NESTED-JSON", "the cell of {field} is not JSON.", TABLE),
    Fault("INPUT-UNKNOWN-FIELD", "{field} is no field of the contract.", INPUT),
    Fault("INPUT-UNKNOWN-COLUMN", "{field} is no column of the tabular form.", TABLE),
    # Something needed is not there.
    Fault("INPUT-MISSING-ENCOUNTER-ID", "encounter_id is missing.", INPUT),
    Fault("INPUT-MISSING-SETTING", "setting is missing: facility or professional.", INPUT),
    Fault("INPUT-MISSING-ID", "{field} is missing.", ROW),
    Fault("INPUT-MISSING-DRUG", "drug is missing.", ROW),
    Fault("INPUT-MISSING-ROUTE", "route is missing.", ROW),
    Fault("INPUT-MISSING-FIELD", "{field} is missing from an entry that needs it.", INPUT),
    # A value that is not of its kind.
    Fault("INPUT-BAD-ID", "{field} is not an id: spaces at an end, or unreadable marks.", INPUT),
    Fault("INPUT-BAD-TEXT", "{field} is not text.", INPUT),
    Fault("INPUT-BAD-TIME", "{field} is not an ISO 8601 date-time (2025-03-12T09:05).", ROW),
    Fault("INPUT-DATE-WITHOUT-CLOCK", "{field} is a date without a clock time.", ROW),
    Fault("INPUT-TIME-OUT-OF-RANGE", "{field} lies outside the years 1900 to 2400.", ROW),
    Fault("INPUT-BAD-OFFSET", "{field} has an offset beyond 14 hours.", ROW),
    Fault("INPUT-BAD-DATE", "{field} is not an ISO 8601 date (2025-03-12).", INPUT),
    Fault("INPUT-BAD-NUMBER", "{field} is not a number.", ROW),
    Fault("INPUT-NEGATIVE-NUMBER", "{field} is below zero.", ROW),
    Fault("INPUT-NUMBER-TOO-LARGE", "{field} is a thousand million or more.", ROW),
    Fault("INPUT-NUMBER-TOO-FINE", "{field} has more than 18 decimal places.", ROW),
    Fault("INPUT-NOT-WHOLE", "{field} is not a whole number from 1 up.", INPUT),
    Fault("INPUT-BAD-YES-NO", "{field} is neither true nor false.", ROW),
    Fault("INPUT-BAD-LIST", "{field} is not a list.", INPUT),
    Fault("INPUT-BAD-SETTING", "setting is neither facility nor professional.", INPUT),
    Fault("INPUT-BAD-ROUTE", f"route is none of {', '.join(get_args(Route))}.", ROW),
    Fault("INPUT-BAD-WORD", "{field} is not one of the contract's words for it.", INPUT),
    Fault("INPUT-BAD-CODE", "{field} does not have the form of a CPT or HCPCS code.", ROW),
    Fault("INPUT-BAD-MODIFIER", "{field} does not have the form of a modifier.", INPUT),
    Fault("INPUT-BAD-NDC", "{field} does not have the form of an NDC.", ROW),
    Fault("INPUT-BAD-RXNORM", "{field} does not have the form of an RxNorm number.", ROW),
    Fault("INPUT-BAD-DIAGNOSIS", "{field} does not have the form of an ICD-10-CM code.", INPUT),
    Fault("INPUT-BAD-PLACE", "place_of_service is not two digits.", INPUT),
    Fault("INPUT-BAD-ZONE", "time_zone is not an IANA zone name.", INPUT),
    # Values that do not go together.
    Fault("INPUT-STOP-BEFORE-START", "the infusion stops at or before its start.", ROW),
    Fault("INPUT-PAUSE-BACKWARDS", "{field} ends before it begins.", ROW),
    Fault("INPUT-DUPLICATE-ROW", "the row says the same as an earlier one in every field.", ROW),
    Fault("INPUT-DUPLICATE-ID", "an earlier row has the same administration_id.", ROW),
    Fault("INPUT-DUPLICATE-ACCESS", "{field} repeats an access_id of the list.", INPUT),
    Fault("INPUT-ROWS-DISAGREE", "{field} differs from an earlier row of the encounter.", TABLE),
    Fault(
        "INPUT-LINES-WITHOUT-ROWS",
        "rows of the encounter were set aside, so its lines rest on the others and may change when the "
        "rows are mended, hydration and the initial service first.",
        INPUT,
    ),
    Fault("INPUT-ENCOUNTER-SPLIT", "the encounter goes on here, apart from its earlier rows.", TABLE),
    Fault(
        "INPUT-CUT-SHORT",
        "a file is damaged where the encounter has, or may have, rows besides those read up to here.",
        TABLE,
    ),
    Fault("INPUT-ENCOUNTER-AGAIN", "an encounter of this id was already read.", INPUT),
    Fault("INPUT-ENCOUNTER-ONLY", "the row names no administration.", TABLE),
    Fault("INPUT-UNKNOWN-ACCESS", "access names none of the accesses listed.", ROW),
)  # fmt: skip

FAULTS: dict[str, Fault] = {each.id: each for each in _ALL}


def full_sentence(fault: Fault) -> str:
    """The whole sentence of a fault, its facts in braces."""
    return f"{{file}}, line {{line}}: {fault.says} {{effect}}."


register_faults({each.id: full_sentence(each) for each in _ALL})


def finding(
    fault: str,
    place: Place,
    field: str,
    effect: str,
    *,
    severity: Severity | None = None,
    administrations: tuple[str, ...] = (),
) -> Finding:
    """The finding of one fault; what is set aside is an error, what is left out a warning."""
    is_set_aside = effect in (ROW_SET_ASIDE, ENCOUNTER_SET_ASIDE)
    facts = {
        "file": place.file,
        "line": place.line,
        "field": field,
        "effect": effect,
    }
    return Finding(
        severity=severity or ("error" if is_set_aside else "warning"),
        reason=Reason(FAULTS[fault].id, facts),
        administrations=administrations,
    )
