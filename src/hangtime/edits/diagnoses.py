"""Diagnoses: their form on a claim, whether they are in force, and the pointers to them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING, Any

from hangtime.edits._cards import Card, card
from hangtime.edits._sources import CLAIM_FORM_837, ICD10CM
from hangtime.edits.claim import ClaimFinding, ClaimLine
from hangtime.edits.in_force import as_cover
from hangtime.edits.reference import limits

if TYPE_CHECKING:
    from hangtime.codesets.store import Store

FORM = card(
    "SCR-DIAGNOSIS-FORM", "error",
    "Diagnosis {number} is not ICD-10-CM as a claim has it: {fault}.",
    CLAIM_FORM_837, ICD10CM,
)  # fmt: skip
NOT_IN_FORCE = card(
    "SCR-DIAGNOSIS-DATES", "error",
    "Diagnosis {number} is not in {source}, which covers the date of service.",
    ICD10CM,
)  # fmt: skip
HEADING = card(
    "SCR-DIAGNOSIS-HEADING", "error",
    "Diagnosis {number} is a heading in {source}: a code with more characters is billed.",
    ICD10CM,
)  # fmt: skip
UNKNOWN = card(
    "SCR-DIAGNOSIS-UNKNOWN", "info",
    "No imported edition of ICD-10-CM covers {day}: whether the diagnoses are in force is unknown.",
    ICD10CM, spec=("C71",),
)  # fmt: skip
REPEATED = card(
    "SCR-DIAGNOSIS-REPEATED", "warning",
    "Diagnosis {number} stands twice on the claim.",
    CLAIM_FORM_837,
)  # fmt: skip
TOO_MANY = card(
    "SCR-DIAGNOSIS-TOO-MANY", "error",
    "The claim has {count} diagnoses; it has room for {most}.",
    CLAIM_FORM_837,
)  # fmt: skip
POINTER = card(
    "SCR-POINTER", "error",
    "A diagnosis pointer is {pointer}, which is none of the claim's diagnoses ({count}).",
    CLAIM_FORM_837,
)  # fmt: skip
POINTERS = card(
    "SCR-POINTERS", "error",
    "The line has {fault}.",
    CLAIM_FORM_837,
)  # fmt: skip

_FORM = re.compile(r"[A-Z][0-9][0-9A-Z][0-9A-Z]{0,4}", re.ASCII)
_Fault = tuple[Card, tuple[tuple[str, Any], ...]]


class Diagnoses:
    """Judges the diagnoses of claims; verdicts are kept for the next claim with the same ones."""

    def __init__(self, store: Store | None) -> None:
        self._store = store
        stored = store.tables() if store else ()
        self.is_imported = any(each.kind == "icd10cm" for each in stored)
        self._judged: dict[tuple[tuple[str, ...], str, date], tuple[_Fault, ...]] = {}

    def check_claim(self, line: ClaimLine) -> Iterator[ClaimFinding]:
        """The diagnoses of a claim, as its first line repeats them."""
        asked = line.diagnoses, line.setting, line.date_of_service
        if asked not in self._judged:
            self._judged[asked] = tuple(self._faults(*asked))
        for found, facts in self._judged[asked]:
            yield found.found(line, **dict(facts))._replace(code=None)

    def _faults(self, diagnoses: tuple[str, ...], setting: str, day: date) -> Iterator[_Fault]:
        most = limits()["diagnoses"][setting]
        if len(diagnoses) > most:
            yield TOO_MANY, (("count", len(diagnoses)), ("most", most))
        for number, each in enumerate(diagnoses, 1):
            fault = _fault_of_form(each)
            if fault:
                yield FORM, (("number", number), ("fault", fault))
            if each in diagnoses[: number - 1]:
                yield REPEATED, (("number", number),)
            if self._store is not None and self.is_imported:
                yield from self._dated(self._store, each, number, day)
        if diagnoses and self.is_imported and self._store is not None:
            if self._store.table("icd10cm", day) is None:
                yield UNKNOWN, (("day", day),)

    def _dated(self, store: Store, code: str, number: int, day: date) -> Iterator[_Fault]:
        answer = store.icd10cm(code, day)
        if answer.table is None:
            return
        table = as_cover(answer.table)
        source = ("source", table.name), ("table", table)
        if not answer.rows:
            yield NOT_IN_FORCE, (("number", number), *source)
        elif answer.rows[0].get("is_billable") is False:
            yield HEADING, (("number", number), *source)


def _fault_of_form(code: str) -> str:
    if _FORM.fullmatch(code):
        return ""
    if _FORM.fullmatch(code.replace(".", "")):
        return "the dot is left out"
    if _FORM.fullmatch(code.replace(".", "").upper()):
        return "letters are capitals" + (" and the dot is left out" if "." in code else "")
    return "a letter, a digit, and one to five more characters"


def check_pointers(line: ClaimLine) -> Iterator[ClaimFinding]:
    """Pointers of a line to the claim's diagnoses."""
    count = len(line.diagnoses)
    for pointer in line.diagnosis_pointers:
        if not 1 <= pointer <= count:
            yield POINTER.found(line, pointer=pointer, count=count)
    if len(set(line.diagnosis_pointers)) < len(line.diagnosis_pointers):
        yield POINTERS.found(line, fault="the same diagnosis pointer twice")
    most = limits()["pointers"]
    if len(line.diagnosis_pointers) > most:
        yield POINTERS.found(line, fault=f"more than {most} diagnosis pointers")


def check_pointers_of_claim(lines: tuple[ClaimLine, ...]) -> Iterator[ClaimFinding]:
    """Practitioner lines without a pointer on a claim whose other lines have one."""
    if any(line.diagnosis_pointers for line in lines):
        for line in lines:
            if not line.diagnosis_pointers and line.setting == "professional":
                yield POINTERS.found(line, fault="no diagnosis pointer, though others have one")
