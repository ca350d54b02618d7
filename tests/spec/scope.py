"""Which ids of the specification are in scope, and which of them are no code, with the reason.

An id is covered by a case that names it under `covers`.  An id that no administration rule can
decide stands in `NOT_CODE` with one sentence that says why.  Nothing else is allowed.
"""

import re
from pathlib import Path

RULES = Path(__file__).resolve().parents[3] / "shared" / "rules"


def _numbered(prefix: str, last: int) -> list[str]:
    return [f"{prefix}{number:02}" for number in range(1, last + 1)]


RULE_IDS = [
    *_numbered("R-CLS-", 18),
    *_numbered("R-TIME-", 20),
    *_numbered("R-INI-", 11),
    *_numbered("R-SEQ-", 14),
    *_numbered("R-BND-", 15),
    *_numbered("R-DOC-", 12),
    *_numbered("R-DRG-", 14),
    *_numbered("R-MOD-", 3),
    *_numbered("R-NCC-", 3),
]
CLARIFICATIONS = _numbered("C", 73)
DISAGREEMENTS = _numbered("D", 42)
IN_SCOPE = [*RULE_IDS, *CLARIFICATIONS, *DISAGREEMENTS]

NOT_CODE = {
    "R-DOC-02": "identity and allergies are safety steps of the chart record, not billing elements",
    "R-DOC-04": "site, gauge and patency belong to the chart record; the access id is read by"
    " R-INI-01",
    "R-DOC-06": "who gave it is recorded by the chart; its absence is not assessed (C11)",
    "R-DOC-07": "link to a diagnosis is judged with medical necessity; its absence is not assessed"
    " (C11)",
    "R-DOC-08": "monitoring and response belong to the chart record",
    "R-DOC-11": "supervision is a fact about the department, not about an encounter",
    "R-DOC-12": "late entries and their attribution are kept by the chart record",
    "D21": "supervision is a fact about the department, not about an encounter",
    "D24": "observation hours are not part of this family",
    "D27": "revenue codes are written with the claim",
    "D33": "the source of ceilings is the quarter in force; its date is tested with the tables",
}


def ids_in(text: str, pattern: str) -> set[str]:
    """Ids that stand first in a row of a Markdown table or a CSV file."""
    return set(re.findall(rf"^(?:\| )?({pattern})(?= \||,)", text, flags=re.MULTILINE))
