"""Charted words as the small integers rules speak in.

What one word, one code or one drug means is told here, once, for the encounter that is coded by
itself and for the columns of a table.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from enum import IntEnum
from functools import lru_cache

from hangtime.codesets.editions import code_id, is_line_placement
from hangtime.codesets.intent import intent_of
from hangtime.codesets.reasons import reason_of
from hangtime.codesets.tables import code_rows
from hangtime.formulary.described import Drug
from hangtime.formulary.products import product
from hangtime.formulary.substances import find
from hangtime.model import Access, OtherService
from hangtime.policies.policy import Profile
from hangtime.rules.positions import ComplexSource
from hangtime.rules.records import NOWHERE, Entry, Other
from hangtime.rules.words import AccessKind, AccessReason, Category, Intent, Known, Modifier

MICROLITRES = 1000
_OF_OTHERS = (
    Category.CONTRAST, Category.ANESTHETIC, Category.FLUSH, Category.DILUENT, Category.ORAL,
)  # fmt: skip
CHARTED_MODIFIERS = {
    "59": Modifier.M59, "XE": Modifier.XE, "XS": Modifier.XS, "XU": Modifier.XU,
    "XP": Modifier.XP, "25": Modifier.M25,
}  # fmt: skip


class Interner(dict[str, int]):
    """Numbers for names, in order of first use."""

    def number(self, name: str | None) -> int:
        return NOWHERE if name is None else self.setdefault(name, len(self))


@lru_cache(maxsize=4096)
def diagnosed_intent(diagnoses: tuple[str, ...]) -> Intent:
    """What the encounter's diagnoses say of a fluid with electrolytes, where they all agree."""
    said = {intent_of(code) for code in diagnoses} - {Intent.UNKNOWN}
    return said.pop() if len(said) == 1 else Intent.UNKNOWN


def complexity(
    drug: Drug, hcpcs: str | None, used: Profile, day: date, *, is_injected: bool
) -> Known:
    """Whether a drug given as a biologic is complex: the payer's list, then the formulary."""
    codes = (hcpcs, *drug.hcpcs) if hcpcs else drug.hcpcs
    if any(used.is_held_therapeutic(code, day) for code in codes):
        return Known.NO
    if used.switches.complex_class_source != ComplexSource.FORMULARY:
        return Known.YES
    if drug.category == Category.THERAPEUTIC:
        return Known.NO
    if is_injected and drug.complex_when_injected != Known.UNKNOWN:
        return drug.complex_when_injected
    return Known.YES


def entry_of(access: Access) -> Entry:
    reason = word_number(AccessReason, access.reason_code)
    is_text = False
    if not reason and access.reason:
        reason = reason_in_words(access.reason)
        is_text = True
    return Entry(
        kind=word_number(AccessKind, access.kind),
        reason=reason,
        lumens=access.lumens or 0,
        is_reason_text=int(is_text),
        is_listed=1,
    )


def other_of(service: OtherService, substances: Interner) -> Other:
    """The record of a service; a drug's product code has the number of its substance."""
    number = code_id(service.code)
    listed = product(service.code)
    other = Other(code=max(0, number), is_known=int(number > 0 or bool(listed)))
    if listed and listed[0].ingredient and not _is_part_of_service(service.code):
        other.substance = substances.number(listed[0].ingredient)
    other.is_access_procedure = int(is_line_placement(service.code))
    other.is_visit = int(number > 0 and service.code in _visits())
    for modifier in service.modifiers:
        other.mods |= 1 << CHARTED_MODIFIERS.get(modifier, 0)
    other.mods &= ~1
    return other


@lru_cache(maxsize=4096)
def _is_part_of_service(hcpcs: str) -> bool:
    """A product that is given by others or belongs to another service, such as contrast."""
    found = find("", hcpcs=hcpcs)
    return found is not None and found.category in _OF_OTHERS


@lru_cache(maxsize=1)
def _visits() -> frozenset[str]:
    return frozenset(row.number for row in code_rows().values() if row.family == "visit")


def word_number(words: type[IntEnum], charted: str | None) -> int:
    """The number of a contract word; 0 where none is charted."""
    return 0 if charted is None else int(words[charted.upper()])


def known_fact(fact: bool | None) -> Known:
    if fact is None:
        return Known.UNKNOWN
    return Known.YES if fact else Known.NO


def microlitres(millilitres: Decimal | None) -> int:
    return NOWHERE if millilitres is None else int(millilitres * MICROLITRES)


@lru_cache(maxsize=4096)
def reason_in_words(text: str) -> AccessReason:
    return reason_of(text)
