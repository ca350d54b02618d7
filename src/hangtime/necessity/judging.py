"""Whether the diagnoses support a drug: supported, not listed or unknown, and why.

A list says what a payer accepts.  What is on no list may still be covered, and what cannot be looked up
is unknown, never supported.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from hangtime.necessity.editions import ABSENT, HEADING, Editions
from hangtime.necessity.lists import BESIDE, SECONDARY, SUPPORTS, Listed, Lists
from hangtime.necessity.ranges import Range, dotted, plain

Verdict = Literal["supported", "not_listed", "unknown"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """The verdict on one drug.  `diagnosis`: the code that decided, "" where none did.

    `indication` and `source` are of the list used; `edition` is the one the diagnoses were looked up
    in, "" where none covers the day.
    """

    drug: str
    verdict: Verdict
    why: str
    diagnosis: str = ""
    indication: str = ""
    source: str = ""
    edition: str = ""


def judge(
    drug: str, diagnoses: Sequence[str], day: date, lists: Lists, editions: Editions
) -> Judged:
    """The verdict on an ingredient, by the diagnoses of its line or claim on a day of service."""
    listed = lists.of(drug, day)
    if not listed:
        return Judged(
            drug=drug, verdict="unknown", why=f"No list at hand says what supports {drug}."
        )
    if not diagnoses:
        return Judged(drug=drug, verdict="unknown", why="No diagnosis is charted.")
    codes, faults, edition = _looked_up(diagnoses, day, editions)
    for entry in listed:
        for code in codes:
            if entry.range.has(code) and _supports(entry, codes):
                return _supported(entry, code, codes, edition)
    if faults and (not codes or any(_is_near(listed, plain(each)) for each in diagnoses)):
        why = " ".join(faults)
        return Judged(drug=drug, verdict="unknown", why=why, edition=edition)
    return Judged(
        drug=drug, verdict="not_listed", why=_why_not(drug, listed, codes, faults),
        indication=listed[0].indication, source=listed[0].source, edition=edition,
    )  # fmt: skip


def _looked_up(
    diagnoses: Sequence[str], day: date, editions: Editions
) -> tuple[list[str], list[str], str]:
    """Codes that may be used, what is wrong with the others, and the edition that says so."""
    codes: list[str] = []
    faults: list[str] = []
    edition = ""
    for each in diagnoses:
        code = plain(each)
        if not code:
            faults.append("A diagnosis is not in the form of an ICD-10-CM code.")
            continue
        found = editions.standing(code, day)
        edition = found.edition or edition
        if found.word == HEADING:
            faults.append(
                f"{dotted(code)} is a heading in {found.edition}: a code with more characters is billed."
            )
        elif found.word == ABSENT:
            faults.append(f"{dotted(code)} is not in {found.edition}.")
        else:
            codes.append(code)
    return codes, faults, edition


def _supports(entry: Listed, codes: Sequence[str]) -> bool:
    return entry.role == SUPPORTS or (entry.role == BESIDE and bool(_companion(entry, codes)))


def _companion(entry: Listed, codes: Sequence[str]) -> str:
    return next((code for code in codes if any(each.has(code) for each in entry.beside)), "")


def _supported(entry: Listed, code: str, codes: Sequence[str], edition: str) -> Judged:
    beside = f" beside {dotted(_companion(entry, codes))}" if entry.role == BESIDE else ""
    unchecked = "" if edition else " No edition of ICD-10-CM at hand covers the day."
    return Judged(
        drug=entry.drug,
        verdict="supported",
        why=f"{dotted(code)}{beside} supports {entry.drug}, for {entry.indication}.{unchecked}",
        diagnosis=dotted(code),
        indication=entry.indication,
        source=entry.source,
        edition=edition,
    )


def _is_near(listed: Sequence[Listed], code: str) -> bool:
    """Whether a code that cannot be used would have been, or would lead to, a listed one."""
    return bool(code) and any(
        each.role != SECONDARY and (each.range.has(code) or each.range.first.startswith(code))
        for each in listed
    )


def _why_not(drug: str, listed: Sequence[Listed], codes: Sequence[str], faults: list[str]) -> str:
    said = list(faults)
    for code in codes:
        entry = next((each for each in listed if each.range.has(code)), None)
        if entry is None:
            said.append(f"{dotted(code)} is on no list for {drug}.")
        elif entry.role == SECONDARY:
            said.append(f"{dotted(code)} is a secondary diagnosis and supports no drug by itself.")
        else:
            beside = ", ".join(map(_range_in_words, entry.beside))
            said.append(f"{dotted(code)} supports {drug} only beside {beside}.")
    return " ".join(said)


def _range_in_words(each: Range) -> str:
    first, last = dotted(each.first), dotted(each.last)
    return first if first == last else f"{first} to {last}"
