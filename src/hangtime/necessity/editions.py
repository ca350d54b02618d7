"""Whether a diagnosis is in force on a day: the imported ICD-10-CM edition, else the shipped codes.

The package ships the codes beneath the listed categories, of one edition.  Of other categories, and of
other days, it knows nothing without an import, and says so.
"""

from __future__ import annotations

from bisect import bisect_left
from datetime import date
from functools import cache, cached_property
from typing import TYPE_CHECKING, NamedTuple

from hangtime.codesets.imported import MANIFEST, place
from hangtime.necessity.lists import rows

if TYPE_CHECKING:
    from hangtime.codesets.store import Store

VALID, HEADING, ABSENT, UNKNOWN = "valid", "heading", "absent", "unknown"
_CATEGORY = 3  # characters


class Standing(NamedTuple):
    """`is_`: valid, heading (a code with more characters is billed), absent, unknown; and by what."""

    word: str
    edition: str


class Editions:
    """Diagnoses by day.  `store`: imported code sets; None: the usual place, if there is one."""

    def __init__(self, store: Store | None = None) -> None:
        self._given = store

    @cached_property
    def _store(self) -> Store | None:
        if self._given is not None or not (place() / MANIFEST).is_file():
            return self._given
        from hangtime.codesets.store import Store

        return Store()

    def standing(self, code: str, day: date) -> Standing:
        """How a code without its dot stands on a day of service."""
        answer = self._store.icd10cm(code, day) if self._store else None
        if answer is None or answer.table is None:
            return _shipped(code, day)
        if not answer.rows:
            return Standing(ABSENT, answer.table.name)
        is_billable = answer.rows[0]["is_billable"]
        return Standing(VALID if is_billable else HEADING, answer.table.name)


def _shipped(code: str, day: date) -> Standing:
    for edition in rows("editions.csv"):
        if date.fromisoformat(edition["from"]) <= day <= date.fromisoformat(edition["until"]):
            return Standing(_among(code), edition["edition"])
    return Standing(UNKNOWN, "")


def _among(code: str) -> str:
    codes = _codes()
    at = bisect_left(codes, code)
    found = codes[at] if at < len(codes) else ""
    if found == code:
        return VALID
    if found.startswith(code):
        return HEADING
    return ABSENT if code[:_CATEGORY] in _categories() else UNKNOWN


@cache
def _codes() -> tuple[str, ...]:
    return tuple(row["code"] for row in rows("codes.csv"))


@cache
def _categories() -> frozenset[str]:
    return frozenset(code[:_CATEGORY] for code in _codes())
