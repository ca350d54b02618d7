"""Codes by date and age, and what nothing here knows."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import cache
from typing import TYPE_CHECKING

from hangtime.codesets.places import setting_of
from hangtime.codesets.tables import code_rows, ids
from hangtime.edits._cards import card
from hangtime.edits._sources import CLAIM_FORM_837, CPT_AGES
from hangtime.edits.claim import ClaimFinding, ClaimLine
from hangtime.edits.group import Group
from hangtime.edits.in_force import as_cover
from hangtime.edits.reference import is_administration, is_formed, is_known, rows
from hangtime.formulary.products import product
from hangtime.rules import sources
from hangtime.rules.words import Setting

if TYPE_CHECKING:
    from hangtime.codesets.store import Store

FORM = card(
    "SCR-CODE-FORM", "error",
    "The code does not have the form of CPT or HCPCS: five characters, letters in capitals.",
    CLAIM_FORM_837,
)  # fmt: skip
DATES = card(
    "SCR-CODE-DATES", "error",
    "{code} is not in force on the date of service: {span}.",
    sources.CMS_HCPCS, spec=("R-DRG-11",),
)  # fmt: skip
NOT_IN_TABLE = card(
    "SCR-CODE-NOT-IN-TABLE", "error",
    "{code} is not in {source}, which covers the date of service.",
    sources.CMS_HCPCS, spec=("R-DRG-11",),
)  # fmt: skip
AGE = card(
    "SCR-CODE-AGE", "error",
    "{code} is for patients {ages}; by the birth date on the claim this one is not.",
    CPT_AGES,
)  # fmt: skip
BIRTH = card(
    "SCR-BIRTH-DATE", "error",
    "The birth date is after the date of service.",
    CLAIM_FORM_837,
)  # fmt: skip
PLACE = card(
    "SCR-PLACE", "error",
    "{code} is reported by the facility where place of service is {place}, not by a practitioner.",
    sources.CMS_PFS, spec=("R-INI-11",),
)  # fmt: skip
HOSPITALS = card(
    "SCR-CODE-HOSPITAL", "error",
    "{code} is a code for claims of hospital outpatient departments: practitioners have others.",
    sources.CMS_HCPCS, spec=("R-CLS-10", "R-DRG-09"),
)  # fmt: skip
NOT_LOOKED_UP = card(
    "SCR-NOT-LOOKED-UP", "info",
    "Not looked up, since no table here is about them: {codes}. Their edits, ceilings and dates are"
    " unknown; `hangtime codesets import` brings the tables.",
    sources.HANGTIME, spec=("C71",),
)  # fmt: skip
NO_TABLE = card(
    "SCR-NO-TABLE", "info",
    "No table of {kinds} for this setting covers {day}: whether an edit hits is unknown.",
    sources.NCCI_PTP, sources.NCCI_MUE, sources.NCCI_AOC, spec=("C71",),
)  # fmt: skip

HOSPITAL_LETTER = "C"  # of HCPCS codes made for OPPS
_KINDS = {"ptp": "pairs", "mue": "ceilings", "addon": "add-ons"}


def check_code(line: ClaimLine, store: Store | None) -> Iterator[ClaimFinding]:
    """The code's form and dates, the patient's age, and where a practitioner gave it."""
    code, day = line.code, line.date_of_service
    if not is_formed(code):
        yield FORM.found(line)
        return
    if span := _span_missed(code, day):
        yield DATES.found(line, code=code, span=span)
    elif store is not None and code[0].isalpha() and not is_known(code):
        answer = store.hcpcs(code, day)
        if answer.table is not None and not answer.rows:
            table = as_cover(answer.table)
            yield NOT_IN_TABLE.found(line, table=table, code=code, source=table.name)
    if code.startswith(HOSPITAL_LETTER) and line.setting == "professional":
        yield HOSPITALS.found(line, code=code)
    if line.birth_date is not None:
        yield from _age(line, line.birth_date)
    if line.place_of_service and is_administration(code) and line.setting == "professional":
        if setting_of(line.setting, line.place_of_service) is Setting.PROFESSIONAL_IN_FACILITY:
            yield PLACE.found(line, code=code, place=line.place_of_service)


@cache
def _span_missed(code: str, day: date) -> str:
    """The dates of a code that is not in force on the day; "" where it is, or nobody knows."""
    spans = _spans(code)
    if not spans or any(first <= day <= last for first, last in spans):
        return ""
    return " and ".join(_in_words(first, last) for first, last in spans)


def _spans(code: str) -> list[tuple[date, date]]:
    known = ids().get(code)
    if known is None:
        return [(each.first, each.last or date.max) for each in product(code)]
    row = code_rows()[known]
    first = date.fromisoformat(row.first) if row.first else date.min
    return [(first, date.fromisoformat(row.last) if row.last else date.max)]


def _in_words(first: date, last: date) -> str:
    begins = "" if first == date.min else f"from {first}"
    ends = "" if last == date.max else f"to {last}"
    return f"{begins} {ends}".strip()


@cache
def _ages() -> dict[str, tuple[int, int]]:
    return {code: (int(first or 0), int(under or 999)) for code, first, under in rows("ages.csv")}


def _age(line: ClaimLine, born: date) -> Iterator[ClaimFinding]:
    day = line.date_of_service
    if born > day:
        yield BIRTH.found(line)
        return
    if line.code not in _ages():
        return
    age = day.year - born.year - ((day.month, day.day) < (born.month, born.day))
    first, under = _ages()[line.code]
    if not first <= age < under:
        ages = f"of {first} years and more" if first else f"under {under} years"
        yield AGE.found(line, code=line.code, ages=ages)


def check_tables(group: Group) -> Iterator[ClaimFinding]:
    """The kinds of edit table that are missing on the date, for codes that one could be about."""
    kinds = group.tables.missing
    if not kinds or not group.follows_ncci:
        return
    first = next((line for line in group.lines if is_known(line.code)), None)
    if len({line.code for line in group.lines}) == 1:
        kinds = tuple(kind for kind in kinds if kind != "ptp")
    if first is not None and kinds:
        words = " or ".join(_KINDS[kind] for kind in kinds)
        yield NO_TABLE.found(first, kinds=words, day=first.date_of_service)


def check_known(groups: list[Group]) -> Iterator[ClaimFinding]:
    """The codes of a claim that no table is about, named once."""
    unknown: dict[str, None] = {}
    for group in groups:
        for line in group.lines:
            if not group.tables.is_looked_up(line.code) and is_formed(line.code):
                unknown[line.code] = None
    if unknown:
        yield NOT_LOOKED_UP.of_claim(groups[0].lines[0], codes=", ".join(unknown))
